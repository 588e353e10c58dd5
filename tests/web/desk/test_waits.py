"""What waits for whoever sits down at the desk."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from groundswell.attendances.notices import tell
from groundswell.blocs import callers
from groundswell.discussions.operations import ask
from groundswell.events.models import Event
from groundswell.events.operations import cancel, change, tell_nobody
from groundswell.groups.access import SYSTEM
from groundswell.groups.models import Group
from groundswell.groups.recovery import confirm_recovery, name_recovery, token_of
from groundswell.intake.models import SetAside
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.outbox.models import Effect
from tests import made_up
from tests.web.markup import Markup

pytestmark = pytest.mark.django_db


def text(client: Client) -> str:
    return " ".join(Markup(client.get("/desk/").content.decode()).text.split())


def fill(group: Group, number: int) -> None:
    made_up.answer(made_up.event(group, title=f"Rally {number}"))
    made_up.draft(group, title=f"Draft {number}")
    SetAside.objects.create(
        organisation_id=group.organisation_id, id=uuid7(), kind="attend", subject=uuid7(), code="x", sentence="x"
    )
    Effect.objects.create(
        organisation_id=group.organisation_id,
        id=uuid7(),
        kind="attendances.confirm",
        subject=uuid7(),
        mailbox="x",
        state="failed",
        done_at=now(),
    )


def test_what_went_wrong_comes_first_then_drafts_then_the_unconfirmed(organiser: Client, group: Group) -> None:
    fill(group, 1)
    shown = text(organiser)
    sentences = [
        "1 answer could not be carried out.",
        "1 mail was not delivered.",
        "“Draft 1” is still a draft: nobody sees it yet.",
        "1 answer to “Rally 1” is not confirmed yet.",
    ]
    places = [shown.index(sentence) for sentence in sentences]
    assert places == sorted(places)


@pytest.mark.parametrize("rows", [1, 3])
def test_it_costs_the_same_however_much_waits(
    organiser: Client, group: Group, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for number in range(rows):
        fill(group, number)
    with django_assert_num_queries(24):
        organiser.get("/desk/")


def test_what_moved_or_is_cancelled_without_a_word_waits(organiser: Client, viewer: Client, group: Group) -> None:
    moved, off = made_up.event(group, title="First"), made_up.event(group, title="Second")
    for each in (moved, off):
        made_up.confirmed(each)
    change(made_up.SYSTEM, event=moved, details=made_up.details(title="First", venue_name="Town Hall"))
    cancel(made_up.SYSTEM, event=off)
    said = ("“First” has moved, and those", "“Second” is cancelled, and those")
    assert all(sentence in text(organiser) for sentence in said)
    assert "were not told" not in text(viewer), "who may tell nobody is not asked to"
    tell_nobody(made_up.SYSTEM, event=moved)
    tell(made_up.SYSTEM, event=Event.objects.get(id=off.id), kind="cancelled", subject="Off", text="It is off.")
    assert "were not told" not in text(organiser)


def test_of_many_that_nobody_was_told_of_some_are_named(organiser: Client, group: Group) -> None:
    for number in range(7):
        event = made_up.event(group, title=f"Rally {number}")
        made_up.confirmed(event)
        cancel(made_up.SYSTEM, event=event)
    assert "2 more events have moved or are cancelled, and nobody was told." in text(organiser)


def test_who_is_asked_to_call_or_to_put_a_question_finds_it_here(
    organiser: Client, viewer: Client, group: Group
) -> None:
    hosts = made_up.root(made_up.organisation("hosts", "Hosts"))
    call = callers.invite(SYSTEM, bloc=made_up.bloc(hosts, made_up.event(hosts), name="Blue bloc"), group=group)
    ask(SYSTEM, discussion=made_up.discussion(hosts, "What now?"), group=group)
    sentences = [
        "Hosts asks Tenants’ Union to call to the bloc “Blue bloc” too.",
        "Hosts asks Tenants’ Union to put the question “What now?” too.",
    ]
    assert [sentence in text(organiser) for sentence in sentences] == [True, True]
    assert [sentence in text(viewer) for sentence in sentences] == [False, False]
    callers.withdraw(SYSTEM, caller=call)
    assert [sentence in text(organiser) for sentence in sentences] == [False, True]


def test_nothing_waits(organiser: Client) -> None:
    assert "Nothing waits for you." in text(organiser)


def test_a_viewer_is_not_sent_where_they_may_not_go(viewer: Client, group: Group) -> None:
    fill(group, 1)
    assert "/desk/outbox" not in viewer.get("/desk/").content.decode()


def test_a_viewer_is_not_asked_to_announce_anything(viewer: Client, organiser: Client) -> None:
    assert "Announce an event" in text(organiser)
    assert "Announce an event" not in text(viewer)


def test_what_happens_elsewhere_does_not_wait_here(stranger: Client, group: Group) -> None:
    before = text(stranger)
    fill(group, 1)
    assert text(stranger) == before


def test_what_fills_and_what_is_empty(organiser: Client, group: Group) -> None:
    full = made_up.event(group, title="Nearly full", capacity=4)
    made_up.confirmed(full, guests=3)
    half = made_up.event(group, title="Half", target=2)
    made_up.confirmed(half)
    made_up.event(group, title="Empty with a target", target=10)
    made_up.event(group, title="Nobody at all")
    made_up.event(group, title="Far away", day=made_up.in_days(40))
    made_up.draft(group, title="Not yet public")
    shown = text(organiser)
    empty, filling = (shown[shown.index(word) :] for word in ("Still empty", "Filling up"))
    empty = empty[: empty.index("Filling up")]
    filling = filling[: filling.index(" Next ")]
    assert "Nearly full" in filling
    assert "4 / 4" in filling
    for title in ("Half", "Empty with a target", "Nobody at all"):
        assert title not in filling
    for title in ("Empty with a target", "Nobody at all"):
        assert title in empty
    for title in ("Half", "Far away", "Not yet public", "Nearly full"):
        assert title not in empty


def test_of_many_some_are_named_and_the_others_counted(organiser: Client, group: Group) -> None:
    for number in range(12):
        made_up.answer(made_up.event(group, title=f"Rally {number}", day=made_up.in_days(3 + number)))
        made_up.draft(group, title=f"Draft {number}", day=made_up.in_days(3 + number))
    shown = text(organiser)
    assert "7 more events are still drafts." in shown
    assert "7 more events have answers that are not confirmed yet." in shown
    assert "“Draft 4” is still a draft" in shown
    assert "“Draft 5” is still a draft" not in shown
    assert "All events" in shown


def test_a_bloc_stands_there_with_ones_own_people_only(organiser: Client, group: Group) -> None:
    host = made_up.root(made_up.organisation("hosts", "Hosts"))
    ally = made_up.root(made_up.organisation("allies", "Allies"))
    bloc = made_up.bloc(ally, made_up.event(host, title="The march"))
    made_up.call_together(bloc, group.organisation)
    made_up.confirm(made_up.joined(bloc, "ada@example.org", by=group.organisation, guests=2))
    made_up.confirm(made_up.joined(bloc, "bo@example.org"))
    shown = text(organiser)
    assert "Your blocs" in shown
    assert re.search(r"The march.*Not asked for ?3$", shown)


def test_an_only_owner_is_led_to_the_recovery_address(owner: Client, organiser: Client, group: Group) -> None:
    sentence = f"You are the only owner of {group.organisation.name}, and nobody else would hear"
    assert sentence in text(owner)
    page = owner.get("/desk/").content.decode()
    assert f"/desk/settings/{group.organisation.slug}/recovery" in page
    assert sentence not in text(organiser), "who owns nothing names none"
    made = name_recovery(SYSTEM, organisation=group.organisation, email="friend@elsewhere.example.org")
    assert made
    confirm_recovery(token=token_of(made.id))
    assert sentence not in text(owner)
