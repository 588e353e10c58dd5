"""The logo at the desk."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from groundswell.groups.models import Group, Organisation
from tests.web.markup import Markup, faults

pytestmark = pytest.mark.django_db

HERE = "/desk/settings/tenants-union/logo"


def upload() -> SimpleUploadedFile:
    drawn = io.BytesIO()
    Image.linear_gradient("L").save(drawn, "PNG")
    return SimpleUploadedFile("logo.png", drawn.getvalue())


def test_it_is_set_described_and_taken_away(owner: Client, group: Group) -> None:
    assert faults(Markup(owner.get(HERE).content.decode())) == []
    owner.post(HERE, {"then": "save", "logo": upload(), "logo_alt": "A fist"})
    page = owner.get(HERE).content.decode()
    assert faults(Markup(page)) == []
    assert 'alt="A fist"' in page
    owner.post(HERE, {"then": "save", "logo_alt": "A raised fist"})
    assert Organisation.objects.get().logo_alt == "A raised fist"
    assert "Take the logo of" in owner.post(HERE, {"then": "remove"}).content.decode()
    assert Organisation.objects.get().logo
    owner.post(HERE, {"then": "remove-surely"})
    assert Organisation.objects.get().logo is None


def test_what_is_wrong_is_said_at_the_field(owner: Client) -> None:
    answer = owner.post(HERE, {"then": "save", "logo_alt": "A fist"})
    assert answer.status_code == 422
    assert "Choose a file with a picture." in answer.content.decode()


def test_it_is_for_owners(organiser: Client, stranger: Client) -> None:
    for client in (organiser, stranger):
        assert client.get(HERE).status_code == 404
        assert client.post(HERE, {"then": "remove-surely"}).status_code == 404
