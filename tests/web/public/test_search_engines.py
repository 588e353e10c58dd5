"""What search engines find."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests import made_up

pytestmark = pytest.mark.django_db


def test_robots_are_shown_the_sitemap_and_kept_from_the_desk(client: Client) -> None:
    said = client.get("/robots.txt").content.decode()
    assert "Disallow: /desk/\n" in said
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml\n" in said


def test_the_sitemap_has_what_is_real_and_for_everybody(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    group = made_up.root(made_up.organisation())
    shown = made_up.event(group)
    made_up.draft(group, title="Not yet")
    made_up.event(group, title="Inner circle", audience="members")
    played = made_up.organisation("played", "Played", demonstration_note="Only a demonstration")
    made_up.event(made_up.root(played), title="Not real")
    with django_assert_num_queries(1):
        response = client.get("/sitemap.xml")
    assert response.headers["Content-Type"] == "application/xml"
    addresses = [
        f"<loc>http://127.0.0.1:8000{path}</loc>" for path in ("/", f"/g/{group.slug}", f"/e/{shown.slug}")
    ]
    assert [each for each in response.content.decode().split("\n") if "<loc>" in each] == [
        f"<url>{address}</url>" for address in addresses
    ]
