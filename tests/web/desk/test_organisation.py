"""Somebody who belongs to several organisations, and the one that the desk shows."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from groundswell.events.models import Event
from groundswell.events.templates import keep_as_template
from groundswell.groups.models import Group
from groundswell.outbox.models import Effect
from groundswell.people.saved import save_segment
from groundswell.people.segments import Segmentation
from tests import made_up
from tests.web.desk.conftest import signed_in

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def other() -> Group:
    return made_up.root(made_up.organisation("assembly", "Assembly"))


@pytest.fixture
def both(group: Group, other: Group) -> Client:
    """Somebody who owns the union and organises in the assembly."""
    account = made_up.account(group, made_up.OWNER)
    made_up.account(other, made_up.ORGANISER, account.email)
    return signed_in(account)


def text(client: Client, path: str, **headers: str) -> str:
    return client.get(path, headers=headers).content.decode()


def choose(client: Client, slug: str) -> int:
    return client.post("/desk/organisation", {"organisation": slug}).status_code


def shown(client: Client) -> str:
    """The name in the header."""
    return text(client, "/desk/keys").partition('<p class="brand">')[2].partition("</p>")[0]


def test_the_desk_shows_the_one_that_took_them_in_first_until_they_choose(both: Client) -> None:
    assert "Tenants’ Union" in shown(both)
    assert choose(both, "assembly") == 303
    assert "You work for Assembly now." in text(both, "/desk/")
    assert "Assembly" in shown(both)
    assert "Another organisation" in text(both, "/desk/events")
    choose(both, "tenants-union")
    assert "Tenants’ Union" in shown(both)


def test_who_has_a_role_at_one_event_alone_can_choose_its_organisation(group: Group, other: Group) -> None:
    account = made_up.account(group, made_up.OWNER)
    made_up.account(other, made_up.STEWARD, account.email, event_id=made_up.event(other).id)
    both = signed_in(account)
    assert choose(both, "assembly") == 303
    assert "Assembly" in shown(both)
    assert choose(both, "nobody") == 404


def test_lists_and_choices_are_the_chosen_ones(both: Client, group: Group, other: Group) -> None:
    ours, theirs = made_up.event(group, title="Ours"), made_up.event(other, title="Theirs")
    for one in (ours, theirs):
        keep_as_template(made_up.SYSTEM, event=one, name=f"{one.title} again")
        made_up.series(one.group, f"{one.title} in a row")
    made_up.draft(group, title="Draft of ours")
    pages = ("/desk/", "/desk/events", "/desk/series", "/desk/templates")
    for slug, here, there in (("tenants-union", "Ours", "Theirs"), ("assembly", "Theirs", "Ours")):
        choose(both, slug)
        for page in pages:
            assert here in text(both, page), page
            assert there not in text(both, page), page
    options = text(both, "/desk/events/new")
    assert str(other.id) in options
    assert str(group.id) not in options
    assert "/desk/settings" not in text(both, "/desk/")
    assert both.get("/desk/settings").status_code == 403


def test_a_link_to_something_of_another_one_opens_and_chooses_it(both: Client, group: Group, other: Group) -> None:
    event = made_up.event(other, title="Theirs")
    series = made_up.series(other)
    bloc = made_up.bloc(other, event)
    meeting = made_up.meeting(made_up.discussion(other), other)
    # Who organises there sees people, writes to them and takes them in.
    person = made_up.person(other.organisation, "Pat")
    segment = save_segment(
        made_up.SYSTEM, organisation=other.organisation, name="All", segmentation=Segmentation()
    )
    for path in (
        f"events/{event.id}",
        f"series/{series.id}",
        f"blocs/{bloc.id}",
        f"discussions/{meeting.discussion_id}",
        f"meetings/{meeting.id}",
        f"people/{person.id}",
        f"people/segments/{segment.id}",
        f"people/imports/{made_up.brought(other.organisation, 'ada@example.org').id}",
        f"complaints/{made_up.complaint(other.organisation).id}",
        f"mailings/{made_up.mailing(other, []).id}",
    ):
        choose(both, "tenants-union")
        assert both.get(f"/desk/{path}").status_code == 200
        assert "Assembly" in shown(both)
    for path in ("settings/tenants-union", "settings/tenants-union/allies"):
        choose(both, "assembly")
        assert both.get(f"/desk/{path}").status_code == 200
        assert "Tenants’ Union" in shown(both)


def test_a_mail_of_another_one_opens_and_chooses_it(both: Client, other: Group) -> None:
    answer = made_up.answer(made_up.event(other))
    made_up.send_mails()
    mail = Effect.objects.get(subject=answer.id)
    choose(both, "tenants-union")
    assert str(mail.id) not in text(both, "/desk/outbox")
    assert both.get(f"/desk/outbox/{mail.id}").status_code == 200
    assert "Assembly" in shown(both)
    assert str(mail.id) in text(both, "/desk/outbox")


def test_a_part_that_fetches_itself_and_a_form_choose_nothing(both: Client, other: Group) -> None:
    event = made_up.event(other, title="Theirs")
    both.get(f"/desk/events/{event.id}/answers", headers=HTMX)
    assert "Tenants’ Union" in shown(both)
    both.post(f"/desk/events/{event.id}/door", {"people": "1"})
    assert "Tenants’ Union" in shown(both)


def test_a_form_that_was_opened_before_is_saved_all_the_same(both: Client, group: Group) -> None:
    choose(both, "assembly")
    form = {
        "title": "Opened before",
        "kind": "rally",
        "zone": "Europe/London",
        "date": made_up.in_days(9).isoformat(),
        "time_later": "yes",
        "venue_later": "yes",
        "group": str(group.id),
    }
    assert both.post("/desk/events/new", form).status_code == 303
    assert Event.objects.get(title="Opened before").organisation == group.organisation


def test_nobody_chooses_what_is_not_theirs(owner: Client, other: Group) -> None:
    event = made_up.event(other)
    assert choose(owner, "assembly") == 404
    assert choose(owner, "nowhere") == 404
    assert owner.get(f"/desk/events/{event.id}").status_code == 404
    assert "Tenants’ Union" in shown(owner)
    assert "Another organisation" not in text(owner, "/desk/")


def test_a_role_that_is_taken_away_is_chosen_no_more(both: Client, group: Group, other: Group) -> None:
    choose(both, "assembly")
    other.memberships.all().delete()
    assert "Tenants’ Union" in shown(both)
    group.memberships.all().delete()
    assert "Desk" in shown(both)


def test_belonging_to_several_costs_one_query_where_something_is_opened(
    both: Client, group: Group, other: Group, owner: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    event = made_up.event(group)
    both.get(f"/desk/events/{event.id}/checklist")
    for client, more in ((owner, 0), (both, 1)):
        with django_assert_num_queries(6 + more):
            client.get(f"/desk/events/{event.id}/checklist")
