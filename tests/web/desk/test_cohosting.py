"""Holding an event together at the desk: the host's page, the invitation, and one's own side of it."""

import re

import pytest
from django.test import Client

from groundswell.attendances.models import Attendance
from groundswell.events import cohosts
from groundswell.events.models import Arrangement, CoHost, Event
from groundswell.groups.access import SYSTEM
from groundswell.groups.models import Group, Organisation
from groundswell.kit.clock import now
from groundswell.ledger.models import Entry
from tests import made_up
from tests.web.desk.conftest import signed_in
from tests.web.markup import Markup

pytestmark = pytest.mark.django_db

ARRANGE = {"form": "arrange", "duties": "We book the hall.", "contact": "data@example.org", "days": "14"}


@pytest.fixture
def rally(group: Group) -> Event:
    return made_up.event(group)


@pytest.fixture
def ally() -> Organisation:
    return made_up.organisation("allies", "Allies")


@pytest.fixture
def theirs(ally: Organisation) -> Client:
    return signed_in(made_up.account(made_up.root(ally), made_up.ORGANISER, "max@allies.example.org", "Max"))


@pytest.fixture
def cohost(rally: Event, ally: Organisation) -> CoHost:
    return made_up.cohost(rally, ally)


def text(response: object) -> str:
    return " ".join(Markup(response.content.decode()).text.split())  # type: ignore[attr-defined]


def path(rally: Event) -> str:
    return f"/desk/events/{rally.id}/together"


def invite(organiser: Client, rally: Event) -> CoHost:
    organiser.post(path(rally), ARRANGE)
    organiser.post(path(rally), {"form": "invite", "address": "https://example.org/o/allies/"})
    return CoHost.objects.get()


def side(cohost: CoHost, more: str = "") -> str:
    return f"/desk/cohosting/{cohost.id}{more}"


def test_from_the_first_word_to_an_own_page(
    organiser: Client, rally: Event, ally: Organisation, theirs: Client
) -> None:
    cohost = invite(organiser, rally)
    assert "Allies" in text(organiser.get(path(rally)))
    assert side(cohost) in theirs.get("/desk/").content.decode()
    invitation = theirs.get(side(cohost))
    assert "We book the hall." in text(invitation)
    form = {"then": "accept", "version": "1", "group": str(made_up.root(ally).id)}
    assert theirs.post(side(cohost), form)["Location"] == side(cohost)
    shown = theirs.get(side(cohost))
    assert f"/e/{rally.slug}/allies" in text(shown)
    assert side(cohost) in theirs.get("/desk/events").content.decode()
    assert "Agreed to version 1." in text(organiser.get(path(rally)))


def test_an_invitation_is_declined(organiser: Client, rally: Event, ally: Organisation, theirs: Client) -> None:
    cohost = invite(organiser, rally)
    theirs.post(side(cohost), {"then": "decline", "group": str(made_up.root(ally).id)})
    again = theirs.get(side(cohost))
    assert (again.status_code, "has answered this invitation already" in text(again)) == (410, True)
    assert "Declined" in text(organiser.get(path(rally)))


def test_an_invitation_that_is_too_old_says_so(organiser: Client, rally: Event, theirs: Client) -> None:
    cohost = invite(organiser, rally)
    CoHost.objects.update(expires_at=now())
    for answer in (theirs.get(side(cohost)), theirs.post(side(cohost), {"then": "accept", "version": "1"})):
        assert (answer.status_code, "is older than two weeks" in text(answer)) == (410, True)


def test_a_branch_finds_no_invitation(organiser: Client, rally: Event, ally: Organisation, theirs: Client) -> None:
    cohost = invite(organiser, rally)
    branch = made_up.branch(made_up.root(ally), "allies-hull", "Hull")
    local = signed_in(made_up.account(branch, made_up.OWNER, "hull@allies.example.org", "Hu"))
    assert side(cohost) not in local.get("/desk/").content.decode()
    for then in ("accept", "decline"):
        form = {"then": then, "version": "1", "group": str(branch.id)}
        assert local.post(side(cohost), form).status_code == 404
    cohost.refresh_from_db()
    assert cohost.standing == "invited"


def test_what_was_changed_meanwhile_is_read_again(
    organiser: Client, rally: Event, ally: Organisation, theirs: Client
) -> None:
    cohost = invite(organiser, rally)
    organiser.post(path(rally), {**ARRANGE, "duties": "You do it all."})
    form = {"then": "accept", "version": "1", "group": str(made_up.root(ally).id)}
    refused = theirs.post(side(cohost), form)
    assert (refused.status_code, "You do it all." in text(refused)) == (409, True)
    assert theirs.post(side(cohost), {**form, "group": "x"}).status_code == 404
    assert theirs.post(side(cohost), {**form, "version": "2"}).status_code == 303


def test_a_newer_version_waits_until_it_is_agreed_to(
    organiser: Client, rally: Event, cohost: CoHost, theirs: Client
) -> None:
    organiser.post(path(rally), ARRANGE)
    assert "Has not agreed to the newest yet." in text(organiser.get(path(rally)))
    assert "has changed who answers for what" in text(theirs.get("/desk/"))
    theirs.post(side(cohost), {"version": "1"})
    assert "You agreed to version 1" in text(theirs.get(side(cohost)))
    theirs.post(side(cohost), {"version": "2"})
    assert "has changed" not in text(theirs.get(side(cohost)))


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({**ARRANGE, "duties": ""}, 422),
        ({**ARRANGE, "days": "many"}, 422),
        ({"form": "invite", "address": "nobody"}, 422),
        ({"form": "invite", "address": "allies"}, 409),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    organiser: Client, rally: Event, ally: Organisation, form: dict[str, str], status: int
) -> None:
    answer = organiser.post(path(rally), form)
    assert (answer.status_code, Arrangement.objects.count()) == (status, 0)
    assert "Not saved yet" in text(answer)


def test_nothing_is_arranged_any_more_for_what_is_cancelled(organiser: Client, rally: Event) -> None:
    Event.objects.update(status="cancelled")
    organiser.post(path(rally), ARRANGE)
    assert not Arrangement.objects.exists()
    assert 'name="duties"' not in organiser.get(path(rally)).content.decode()


def test_buttons_put_them_in_order(organiser: Client, rally: Event, cohost: CoHost) -> None:
    second = made_up.cohost(rally, made_up.organisation("second", "Second"))
    organiser.post(path(rally), {"form": "order", "then": f"up:{second.id}"})
    assert [each.organisation.slug for each in cohosts.cohosts_of(rally.id)] == ["second", "allies"]
    organiser.post(path(rally), {"form": "order", "then": f"down:{second.id}"})
    assert [each.organisation.slug for each in cohosts.cohosts_of(rally.id)] == ["allies", "second"]
    organiser.post(path(rally), {"form": "order", "then": "up:nobody"})
    assert [each.organisation.slug for each in cohosts.cohosts_of(rally.id)] == ["allies", "second"]


def test_a_removed_organisations_next_request_finds_nothing(
    organiser: Client, rally: Event, ally: Organisation, cohost: CoHost, theirs: Client
) -> None:
    made_up.confirmed(rally, "hal@example.org", "Hal of the host")
    made_up.confirmed(rally, "bo@example.org", "Bo of the allies", by=ally)
    assert theirs.get(side(cohost)).status_code == 200
    assert "at once" in text(organiser.get(f"{path(rally)}/{cohost.id}/remove"))
    organiser.post(f"{path(rally)}/{cohost.id}/remove")
    for gone in (side(cohost), side(cohost, "/answers"), side(cohost, "/leave"), f"/e/{rally.slug}/allies"):
        assert theirs.get(gone).status_code == 404
    own = theirs.get(f"/desk/ours/{rally.id}")
    assert "Bo of the allies" in text(own)
    assert "Hal of the host" not in text(own)
    assert f"/desk/ours/{rally.id}" in theirs.get("/desk/events").content.decode()


def test_taking_an_invitation_back_is_asked_in_other_words(organiser: Client, rally: Event, ally: object) -> None:
    cohost = invite(organiser, rally)
    asked = organiser.get(f"{path(rally)}/{cohost.id}/remove")
    assert "Its invitation opens nothing any more." in text(asked)


def test_own_people_in_full_and_nobody_elses(
    rally: Event, ally: Organisation, cohost: CoHost, theirs: Client
) -> None:
    made_up.confirmed(rally, "hal@example.org", "Hal of the host")
    made_up.confirmed(rally, "bo@example.org", "Bo of the allies", by=ally, guests=2)
    shown = text(theirs.get(side(cohost)))
    assert "bo@example.org" in shown
    assert "Hal of" not in shown
    for where in (side(cohost), f"/desk/ours/{rally.id}"):
        found = theirs.get(f"{where}?q=bo")
        assert "bo@example.org" in text(found)
        part = theirs.get(f"{where}?q=hal", headers={"HX-Request": "true"})
        assert "Nobody of this name" in text(part)
    seen = re.search(r'answers\?seen=(\w+)"', theirs.get(side(cohost)).content.decode())[1]
    assert theirs.get(side(cohost, f"/answers?seen={seen}")).status_code == 204
    assert theirs.get(side(cohost, "/answers")).status_code == 200


def test_the_file_holds_ones_own_and_the_ledger_says_so(
    rally: Event, ally: Organisation, cohost: CoHost, theirs: Client
) -> None:
    made_up.confirmed(rally, "hal@example.org", "Hal of the host")
    made_up.confirmed(rally, "bo@example.org", "Bo of the allies", by=ally)
    file = theirs.post(f"/desk/ours/{rally.id}/export", {"organisation": "allies"}).content.decode()
    assert ("bo@example.org" in file, "hal@example.org" in file) == (True, False)
    entry = Entry.objects.get(verb="attendances.export")
    assert (entry.organisation_id, entry.detail["people"]) == (ally.id, 1)


def test_who_may_only_look_sees_no_address_and_takes_nothing(
    rally: Event, ally: Organisation, cohost: CoHost
) -> None:
    made_up.confirmed(rally, "bo@example.org", "Bo of the allies", by=ally)
    looks = signed_in(made_up.account(made_up.root(ally), made_up.VIEWER, "vi@allies.example.org", "Vi"))
    shown = text(looks.get(side(cohost)))
    assert ("Bo of the allies" in shown, "bo@example.org" in shown) == (True, False)
    assert looks.post(f"/desk/ours/{rally.id}/export").status_code == 403
    assert looks.post(side(cohost, "/leave")).status_code == 403
    assert looks.post(side(cohost), {"version": "1"}).status_code == 403


def test_who_leaves_during_the_event_keeps_its_own_people_and_nothing_else(
    rally: Event, ally: Organisation, cohost: CoHost, theirs: Client
) -> None:
    made_up.confirmed(rally, "bo@example.org", "Bo of the allies", by=ally)
    Event.objects.update(opens_at=made_up.now(), status="published")
    assert "Leave" in text(theirs.get(side(cohost, "/leave")))
    left = theirs.post(side(cohost, "/leave"))
    assert left["Location"] == f"/desk/ours/{rally.id}"
    assert "Bo of the allies" in text(theirs.get(left["Location"]))
    assert theirs.get(side(cohost)).status_code == 404
    assert theirs.get(f"/desk/events/{rally.id}").status_code == 404
    assert Attendance.objects.get().confirmed_at is not None
    assert cohosts.cohosts_of(rally.id) == []


def test_who_is_asked_again_still_has_those_of_the_first_time(
    rally: Event, ally: Organisation, cohost: CoHost, theirs: Client
) -> None:
    made_up.confirmed(rally, "bo@example.org", "Bo of the allies", by=ally)
    cohosts.leave(SYSTEM, cohost=cohost)
    cohosts.invite(SYSTEM, event=rally, organisation=ally)
    assert "Bo of the allies" in text(theirs.get(f"/desk/ours/{rally.id}"))
    assert "Hold it together?" in theirs.get(side(cohost)).content.decode()
    assert made_up.act("attend", ally.id, rally.id, {"name": "Al", "email": "al@example.org", "agree": "yes"})


def test_each_sees_those_of_others_who_ticked_its_box(
    organiser: Client, rally: Event, ally: Organisation, cohost: CoHost, theirs: Client
) -> None:
    lets = {f"ally-{ally.id}": "yes", f"ally-{rally.organisation_id}": "yes"}
    made_up.confirmed(rally, "hal@example.org", "Hal of the host", **lets)
    made_up.confirmed(rally, "bo@example.org", "Bo of the allies", by=ally, **lets)
    made_up.confirmed(rally, "cy@example.org", "Cy of the allies", by=ally)
    host, other = text(organiser.get(f"/desk/events/{rally.id}")), text(theirs.get(side(cohost)))
    assert ("bo@example.org" in host, "Cy of" in host) == (True, False)
    assert "hal@example.org" in other
    seen = Entry.objects.filter(verb="attendances.see_shared")
    assert {entry.organisation_id for entry in seen} == {rally.organisation_id, ally.id}
    assert "hal@example.org" not in theirs.post(f"/desk/ours/{rally.id}/export").content.decode()
    theirs.post(side(cohost, "/leave"))
    assert "Hal of" not in text(theirs.get(f"/desk/ours/{rally.id}"))
    looks = signed_in(made_up.account(rally.group, made_up.VIEWER, "vi@example.org", "Vi"))
    shown = text(looks.get(f"/desk/events/{rally.id}"))
    assert ("Bo of the allies" in shown, "bo@example.org" in shown) == (True, False)


def test_a_draft_has_no_addresses_yet(group: Group, ally: Organisation, theirs: Client) -> None:
    draft = made_up.draft(group)
    cohost = made_up.cohost(draft, ally)
    assert "/e/" not in text(theirs.get(side(cohost)))
