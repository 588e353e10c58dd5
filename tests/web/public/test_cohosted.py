"""``/e/<slug>/<organisation>``: the same event as a co-host's page, with people of its own."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from groundswell.attendances.links import link
from groundswell.attendances.models import Attendance
from groundswell.events import cohosts
from groundswell.events.models import CoHost
from groundswell.groups.access import SYSTEM
from groundswell.intake.settling import settle
from tests import made_up
from tests.web.markup import Markup, faults

VALID = {"name": "Bo", "email": "bo@example.org", "agree": "yes"}


@pytest.fixture
def cohost() -> CoHost:
    event = made_up.event(made_up.root(made_up.organisation()))
    return made_up.cohost(event, made_up.organisation("allies", "The Allies"))


def address(cohost: CoHost) -> str:
    return f"/e/{cohost.event.slug}/allies"


@pytest.mark.django_db
def test_it_asks_in_the_co_hosts_name(
    client: Client, cohost: CoHost, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(13):
        response = client.get(address(cohost))
    page = Markup(response.content.decode())
    assert faults(page) == []
    assert "I agree that The Allies records that I plan to come." in page.text
    assert "I agree that Tenants’ Union records" not in page.text
    assert "The host books the hall." in page.text


@pytest.mark.django_db
def test_every_side_names_all(client: Client, cohost: CoHost) -> None:
    for url in (address(cohost), f"/e/{cohost.event.slug}"):
        content = client.get(url).content.decode()
        assert f'href="{address(cohost)}"' in content
        assert f'href="/e/{cohost.event.slug}"' in content


@pytest.mark.django_db(transaction=True)
def test_who_answers_there_is_the_co_hosts(client: Client, cohost: CoHost) -> None:
    response = client.post(address(cohost), VALID)
    assert (response.status_code, response["Location"]) == (303, f"{address(cohost)}/thanks")
    while settle():
        pass
    assert Attendance.objects.get().organisation == cohost.organisation
    assert "The Allies" in client.get(response["Location"]).content.decode()


@pytest.mark.django_db
def test_whoever_holds_it_no_longer_has_no_page(client: Client, cohost: CoHost) -> None:
    cohosts.leave(SYSTEM, cohost=cohost)
    for url in (address(cohost), f"{address(cohost)}/thanks"):
        assert client.get(url).status_code == 404
        assert client.post(address(cohost), VALID).status_code == 404
    assert "The Allies" not in client.get(f"/e/{cohost.event.slug}").content.decode()


def boxes(content: str) -> dict[str, bool]:
    """The boxes about other organisations on a page, and whether they are ticked."""
    fields = [field for field in Markup(content).all("input") if str(field.get("name", "")).startswith("ally-")]
    return {str(field["name"]): "checked" in field for field in fields}


@pytest.mark.django_db
def test_the_form_names_every_other_organisation_with_an_empty_box(client: Client, cohost: CoHost) -> None:
    here = client.get(f"/e/{cohost.event.slug}").content.decode()
    assert boxes(here) == {f"ally-{cohost.organisation_id}": False}
    assert "The Allies may see that I am coming" in here
    there = client.get(address(cohost)).content.decode()
    assert boxes(there) == {f"ally-{cohost.event.organisation_id}": False}


@pytest.mark.django_db
def test_what_was_ticked_stays_where_something_else_is_wrong(client: Client, cohost: CoHost) -> None:
    name = f"ally-{cohost.organisation_id}"
    wrong = client.post(f"/e/{cohost.event.slug}", {"name": "", name: "yes"})
    assert (wrong.status_code, boxes(wrong.content.decode())) == (422, {name: True})


@pytest.mark.django_db
def test_more_than_five_others_are_a_second_page_behind_the_mail(client: Client, cohost: CoHost) -> None:
    for number in range(5):
        made_up.cohost(cohost.event, made_up.organisation(f"more-{number}", f"More {number}"))
    first = client.get(f"/e/{cohost.event.slug}").content.decode()
    assert boxes(first) == {}
    assert "Many organisations hold this event together." in first
    answered = made_up.answer(cohost.event)
    second = client.get("/a/" + link("confirm", answered.organisation_id, answered.id).partition("/a/")[2])
    assert len(boxes(second.content.decode())) == 6
    assert not any(boxes(second.content.decode()).values())
    assert faults(Markup(second.content.decode())) == []


@pytest.mark.django_db
def test_what_was_allowed_is_taken_back_where_the_answer_is_changed(client: Client, cohost: CoHost) -> None:
    answered = made_up.confirmed(cohost.event, **{f"ally-{cohost.organisation_id}": "yes"})
    page = client.get("/a/" + link("change", answered.organisation_id, answered.id).partition("/a/")[2])
    assert f'name="stop-{cohost.organisation_id}"' in page.content.decode()
    assert "The Allies may know no longer" in page.content.decode()
