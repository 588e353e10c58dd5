"""Giving roles in the settings: until when, at which event, with whose addresses; and what each sees."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from groundswell.groups.errors import NotAllowed, NotFound
from groundswell.groups.models import Group, Membership
from groundswell.groups.sessions import end_sessions_of, note_session
from groundswell.kit.clock import now
from groundswell.ledger.models import Entry
from tests import made_up
from tests.web.desk.conftest import signed_in
from tests.web.markup import Markup, faults

pytestmark = pytest.mark.django_db

HERE = "/desk/settings/tenants-union"


def give(owner: Client, group: Group, **typed: str):
    form = {"form": "role", "role_email": "bea@example.org", "role_role": "steward", "role_group": str(group.id)}
    return owner.post(HERE, {**form, **typed})


def role_of_bea() -> Membership:
    return Membership.objects.get(account__email="bea@example.org")


def test_a_role_until_the_end_of_a_day(owner: Client, group: Group) -> None:
    day = now().date() + timedelta(days=2)
    assert give(owner, group, role_ends=day.isoformat()).status_code == 303
    assert role_of_bea().ends_at.astimezone().date() in {day, day + timedelta(days=1)}
    page = owner.get(HERE).content.decode()
    assert "soon" in page
    assert faults(Markup(page)) == []
    with time_machine.travel(now() + timedelta(days=4)):
        later = made_up.browser(Membership.objects.get(account__email="winnie@example.org").account)
        assert "has ended" in later.get(HERE).content.decode()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"role_ends": "31 March"}, "role_ends"),
        ({"role_ends": "9999-12-31"}, "role_ends"),
        ({"role_ends": "2001-01-01"}, "role_ends"),
        ({"role_event": "none"}, "role_event"),
        ({"role_contact": "yes", "role_role": "mailer"}, "role_contact"),
        ({"role_contact": "yes", "role_ends": made_up.in_days(9).isoformat()}, "role_ends"),
    ],
)
def test_what_cannot_be_given(owner: Client, group: Group, typed: dict[str, str], field: str) -> None:
    answer = give(owner, group, **typed)
    assert (answer.status_code, f'href="#{field}"' in answer.content.decode()) == (422, True)
    assert not Membership.objects.filter(account__email="bea@example.org").exists()


def test_a_volunteer_gets_72_hours(owner: Client, group: Group) -> None:
    give(owner, group, role_contact="yes")
    role = role_of_bea()
    assert role.contact
    assert timedelta(hours=71) < role.ends_at - now() <= timedelta(hours=72)
    assert "with addresses of those assigned to them" in owner.get(HERE).content.decode()


def test_a_role_at_one_event(owner: Client, group: Group) -> None:
    here, there = made_up.event(group, title="Here"), made_up.event(group, title="There")
    give(owner, group, role_event=str(here.id))
    role = role_of_bea()
    assert (role.group, role.event_id) == (group, here.id)
    bea = signed_in(role.account)
    assert bea.get(f"/desk/events/{here.id}/stall").status_code == 200
    assert bea.get(f"/desk/events/{there.id}").status_code == 404
    listed = bea.get("/desk/events").content.decode()
    assert ("Here" in listed, "There" in listed) == (True, False)
    taken = {
        "form": "withdraw",
        "withdraw_group": str(group.id),
        "withdraw_event": str(here.id),
        "withdraw_account": str(role.account_id),
    }
    assert "Take the role of" in owner.post(HERE, taken).content.decode()
    owner.post(HERE, {**taken, "sure": "yes"})
    assert bea.get(f"/desk/events/{here.id}").status_code == 404


def test_a_role_that_ends_closes_the_page_that_is_open(owner: Client, group: Group) -> None:
    event = made_up.event(group, day=made_up.in_days(9))
    account = made_up.account(group, made_up.STEWARD, "bea@example.org", ends_at=now() + timedelta(minutes=5))
    bea = signed_in(account)
    assert bea.get(f"/desk/events/{event.id}").status_code == 200
    with time_machine.travel(now() + timedelta(minutes=5)):
        assert bea.get(f"/desk/events/{event.id}").status_code == 404


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        ("press", set()),
        ("mailer", {"tell"}),
        ("treasurer", {"find", "export"}),
        ("viewer", {"find"}),
        ("steward", {"find", "door", "stall", "help"}),
        ("organiser", {"find", "door", "stall", "help", "tell", "export", "edit"}),
    ],
)
def test_each_role_meets_its_own_desk(group: Group, role: str, sees: set[str]) -> None:
    event = made_up.event(group, day=made_up.in_days(9))
    made_up.confirmed(event, "ada@example.org", "Ada")
    browser = signed_in(made_up.account(group, made_up.Role(role)))
    page = browser.get(f"/desk/events/{event.id}").content.decode()
    verbs = {"find", "door", "stall", "help", "tell", "export", "edit"}
    assert {verb for verb in verbs if f"/desk/events/{event.id}/{verb}" in page} == sees
    opened = {
        verb
        for verb in verbs
        if browser.post(f"/desk/events/{event.id}/{verb}").status_code not in {403, 404, 405}
    }
    looked = {verb for verb in verbs if browser.get(f"/desk/events/{event.id}/{verb}").status_code == 200}
    assert (opened | looked) == sees
    assert ("Ada" in page) == ("find" in sees)
    assert ("ada@example.org" in page) == (role in {"organiser", "treasurer"})
    assert faults(Markup(page)) == []


def test_a_steward_without_names_counts_and_sees_no_door_list(group: Group) -> None:
    event = made_up.event(group, capacity=40)
    made_up.events.switch_door_list(made_up.SYSTEM, event=event, on=True)
    made_up.confirmed(event, "ada@example.org", "Ada")
    terms = {"contact": True, "ends_at": now() + timedelta(hours=1)}
    browser = signed_in(made_up.account(group, made_up.STEWARD, **terms))
    page = browser.get(f"/desk/events/{event.id}/door").content.decode()
    assert ("Tally" in page, "Ada" in page) == (True, False)
    assert browser.get(f"/desk/events/{event.id}/help").status_code == 403


def test_an_owner_sees_where_somebody_is_signed_in_and_ends_it(owner: Client, group: Group) -> None:
    account = made_up.account(group, made_up.STEWARD, "bea@example.org")
    bea = signed_in(account)
    note_session(account=account, key=bea.session.session_key, device="Firefox, Android")
    form = {"form": "sessions", "sessions_group": str(group.id), "sessions_account": str(account.id)}
    asked = owner.post(HERE, form).content.decode()
    assert "Firefox, Android, since" in asked
    assert bea.get("/desk/events").status_code == 200
    assert owner.post(HERE, {**form, "sure": "yes"}).status_code == 303
    assert bea.get("/desk/events").status_code == 302
    assert "signed in nowhere" in owner.post(HERE, form).content.decode()
    said = Entry.objects.get(verb="groups.end_sessions")
    assert said.detail == {"account": str(account.id), "sessions": 1}


def test_nobody_else_ends_the_sessions_of_one(group: Group, stranger: Client) -> None:
    account = made_up.account(group, made_up.STEWARD, "bea@example.org")
    elsewhere = made_up.actor(made_up.root(made_up.organisation("more", "More")), made_up.OWNER, "zoe@example.org")
    with pytest.raises(NotFound):
        end_sessions_of(elsewhere, group=group, account_id=account.id)
    with pytest.raises(NotAllowed):
        end_sessions_of(made_up.actor(group), group=group, account_id=account.id)
    with pytest.raises(NotFound):
        end_sessions_of(made_up.SYSTEM, group=group, account_id=elsewhere.id)
    assert stranger.post(HERE, {"form": "sessions"}).status_code == 404
