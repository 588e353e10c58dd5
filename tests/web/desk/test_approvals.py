"""The page on which a second person agrees, and the ways that lead there."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from groundswell.events.models import Event
from groundswell.groups.access import actor_for
from groundswell.groups.approvals import WAITS
from groundswell.groups.models import Account, Approval, Group, Invitation
from groundswell.groups.new_owners import ask_for_owner
from groundswell.kit.clock import now
from groundswell.outbox.models import Effect
from groundswell.outbox.transports import kept_path
from groundswell.web.desk import approvals
from tests import made_up
from tests.web.desk.conftest import signed_in
from tests.web.markup import Markup

pytestmark = pytest.mark.django_db

HERE = "/desk/approvals"


def text(client: Client, where: str = HERE) -> str:
    return " ".join(Markup(client.get(where).content.decode()).text.split())


def press(client: Client, then: str, approval: Approval | None = None):
    one = approval or Approval.objects.get()
    return client.post(f"{HERE}/{one.id}", {"then": then})


@pytest.fixture
def rally(group: Group, organiser: Client, owner: Client) -> Event:
    """One to which fifty-one people are coming."""
    made_up.held_for_long(group)
    event = made_up.event(group)
    made_up.crowd(made_up.confirmed(event), 50)
    return event


def asked(client: Client, event: Event):
    return client.post(f"/desk/events/{event.id}/export", {"ask": "yes"})


def mailed(kind: str) -> str:
    made_up.send_mails()
    mail = Effect.objects.get(kind=kind, state="done")
    return kept_path(mail.organisation_id, mail.id).read_text().replace("=\n", "")


def test_many_are_exported_when_a_second_person_agrees(organiser: Client, owner: Client, rally: Event) -> None:
    answer = organiser.post(f"/desk/events/{rally.id}/export")
    assert (answer.status_code, "A second person has to agree" in answer.content.decode()) == (409, True)
    assert not Approval.objects.exists()
    assert asked(organiser, rally)["Location"] == HERE
    assert "Olu asks for something that nobody does alone" in mailed("groups.approval_asked")
    assert "51 people are in it. Where it stands: waits for a second person" in text(organiser)
    assert "1 request waits for a second person." in text(owner, "/desk/")
    assert "Olu asked for it in Tenants’ Union" in text(owner)
    press(owner, "approve")
    assert "Winnie agreed." in text(owner)
    assert "A second person has agreed." in mailed("groups.approval_answered")
    assert "1 thing that you asked for can be done now." in text(organiser, "/desk/")
    file = press(organiser, "use")
    assert (file["Content-Type"], len(file.content.splitlines())) == ("text/csv; charset=utf-8", 52)
    assert press(organiser, "use")["Location"] == HERE
    shown = text(organiser)
    assert "This was carried out already." in shown
    assert "Where it stands: carried out." in shown


def test_each_list_leads_on_to_the_rest(owner: Client, group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many have ended since: what waits is not pushed out by them."""
    second = signed_in(made_up.account(group, made_up.OWNER, "xena@example.org", "Xena"))
    monkeypatch.setattr(approvals, "AT_ONCE", 2)
    asker = actor_for(Account.objects.get(email="winnie@example.org"))
    for number in range(6):
        terms = made_up.Terms(role=made_up.OWNER)
        one = ask_for_owner(asker, group=group, email=f"new-{number}@example.org", terms=terms)
        if number > 2:
            press(second, "decline", one)
    assert [turned(second, name) for name in ("to_answer", "others")] == [3, 3]
    assert turned(owner, "mine") == 6


def turned(client: Client, name: str) -> int:
    """How many different requests a list shows on all of its pages."""
    seen, more = set(), "?"
    while more:
        context = client.get(HERE + more).context
        seen |= {one["url"] for one in context[name]}
        more = context[f"more_{name}_url"]
    return len(seen)


def test_the_asker_does_not_agree(owner: Client, rally: Event) -> None:
    asked(owner, rally)
    press(owner, "approve")
    assert "You asked for this yourself." in text(owner)
    assert Approval.objects.get().alone
    assert "waits for a day, since nobody else may agree until" in text(owner)


@pytest.mark.parametrize("who", ["owner", "organiser"])
def test_it_is_declined_or_taken_back(organiser: Client, owner: Client, rally: Event, who: str) -> None:
    asked(organiser, rally)
    press({"owner": owner, "organiser": organiser}[who], "decline")
    assert "declined or taken back" in text(organiser)
    press(owner, "approve")
    assert "Nothing was done." in text(owner)
    if who == "owner":
        assert "It was declined" in mailed("groups.approval_answered")


def test_others_neither_see_it_nor_answer(
    organiser: Client, viewer: Client, stranger: Client, rally: Event
) -> None:
    asked(organiser, rally)
    for other in (viewer, stranger):
        assert "Stand in unity" not in text(other)
        assert press(other, "approve").status_code == 404
    assert press(organiser, "approve").status_code == 403
    assert press(organiser, "dance").status_code == 404


@pytest.mark.parametrize("then", ["approve", "use"])
def test_an_old_sign_in_is_asked_again(organiser: Client, rally: Event, then: str) -> None:
    asked(organiser, rally)
    winnie = made_up.browser(Account.objects.get(email="winnie@example.org"), timedelta(hours=1))
    answer = press(winnie, then)
    assert answer.status_code == 403
    assert "Approval" not in answer.content.decode()
    assert not Approval.objects.filter(approved_by__isnull=False).exists()


def test_to_say_no_needs_no_fresh_sign_in(organiser: Client, rally: Event) -> None:
    asked(organiser, rally)
    winnie = made_up.browser(Account.objects.get(email="winnie@example.org"), timedelta(hours=1))
    press(winnie, "decline")
    assert Approval.objects.get().stopped_at


def test_one_is_an_owner_when_another_owner_agrees(owner: Client, group: Group) -> None:
    second = signed_in(made_up.account(group, made_up.OWNER, "xena@example.org", "Xena"))
    made_up.held_for_long(group)
    typed = {"form": "role", "role_email": "new@example.org", "role_group": str(group.id), "role_role": "owner"}
    owner.post("/desk/settings/tenants-union", typed)
    assert not Account.objects.filter(email="new@example.org").exists()
    assert "Make new@example.org an owner of Tenants’ Union" in text(second)
    press(second, "approve")
    press(owner, "use")
    assert "They are an owner now." in text(owner)
    assert Account.objects.get(email="new@example.org").memberships.get().role == "owner"


def test_an_owner_is_invited_where_mail_goes_out(owner: Client, group: Group, settings) -> None:
    typed = {"form": "role", "role_email": "new@example.org", "role_group": str(group.id), "role_role": "owner"}
    owner.post("/desk/settings/tenants-union", typed)
    Approval.objects.update(ready_at=now())
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, smtp="smtp://127.0.0.1:1")
    press(owner, "use")
    assert "A mail invites them" in text(owner)
    assert Invitation.objects.get().role == "owner"


def test_a_role_that_would_be_over_is_not_given(owner: Client, group: Group) -> None:
    day = made_up.in_days(1).isoformat()
    typed = {"form": "role", "role_email": "new@example.org", "role_group": str(group.id), "role_role": "owner"}
    owner.post("/desk/settings/tenants-union", {**typed, "role_ends": day})
    past = (now() - timedelta(minutes=1)).isoformat()
    one = Approval.objects.get()
    one.said["ends_at"], one.ready_at = past, now()
    one.digest = _digest(one)
    one.save()
    press(owner, "use")
    assert "This moment is past." in text(owner)
    assert not Account.objects.filter(email="new@example.org").exists()


def _digest(one: Approval) -> str:
    from groundswell.groups.approvals import _measured

    return _measured(one)[1]


def test_no_mail_tells_of_what_is_over(organiser: Client, owner: Client, rally: Event) -> None:
    asked(organiser, rally)
    Approval.objects.update(stopped_at=now())
    made_up.send_mails()
    assert not Effect.objects.filter(kind="groups.approval_asked", state="done").exists()


def test_no_mail_tells_whoever_asked_of_what_they_have_done(
    organiser: Client, owner: Client, rally: Event
) -> None:
    asked(organiser, rally)
    press(owner, "approve")
    press(organiser, "use")
    made_up.send_mails()
    assert not Effect.objects.filter(kind="groups.approval_answered", state="done").exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_however_much_waits(
    organiser: Client, owner: Client, rally: Event, django_assert_num_queries, rows: int
) -> None:
    for number in range(rows):
        event = made_up.event(rally.group, title=f"Rally {number}")
        made_up.crowd(made_up.confirmed(event), 51)
        asked(organiser, event)
    with django_assert_num_queries(8):
        owner.get(HERE)


def test_a_request_can_be_used_until_its_day_is_over(organiser: Client, owner: Client, rally: Event) -> None:
    asked(organiser, rally)
    press(owner, "approve")
    Approval.objects.update(ends_at=now())
    press(organiser, "use")
    assert "The time for this is over." in text(organiser)
    assert timedelta(hours=24) == WAITS
