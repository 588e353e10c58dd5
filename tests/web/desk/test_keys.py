"""The list of keys at the desk."""

import pytest
from django.test import Client

from tests.web.markup import Markup

pytestmark = pytest.mark.django_db


def test_every_key_of_the_desk_s_own_links_is_explained(owner: Client) -> None:
    page = Markup(owner.get("/desk/keys").content.decode())
    keys = {link["data-key"] for link in page.all("a") if "data-key" in link}
    said = " ".join(page.text.split())
    assert {"g m", "g p", "?"} <= keys
    assert [key for key in sorted(keys) if f" {key} Go to" not in said and key != "?"] == []
