"""The reminders that go out by themselves: in time, once to each, and never of what does not take place."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import time
from threading import Barrier, BrokenBarrierError
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import IntegrityError, connection, connections, transaction
from pytest_django import DjangoAssertNumQueries, Settings

from groundswell.attendances import notices
from groundswell.attendances.before import Before
from groundswell.attendances.errors import NothingToRemindOf, ToldAlready
from groundswell.attendances.models import Notice
from groundswell.attendances.notices import mail_kind, send_notices, tell, withdraw_notice
from groundswell.attendances.queries import reminders_of
from groundswell.attendances.reminders import remind_those_coming, set_reminder, words_of_reminder
from groundswell.events import operations as events
from groundswell.events.details import details_of
from groundswell.events.models import Event
from groundswell.groups.access import Actor
from groundswell.groups.errors import InvalidFields, NotAllowed, NotFound
from groundswell.kit.clock import now
from groundswell.ledger.models import Entry
from groundswell.outbox.models import Effect
from groundswell.people.languages import offer_languages
from tests import made_up
from tests.attendances.reminding import (
    A_MINUTE,
    A_SECOND,
    DAY,
    HOUR,
    WORDS,
    _folder,
    do_the_rounds,
    event,
    moved,
    organiser,
    reminded,
)

__all__ = ["_folder", "event", "organiser"]


def test_a_day_before_it_goes_once_to_those_who_have_a_place(event: Event, organiser: Actor) -> None:
    made_up.confirmed(event, "coming@example.org", guests=3)
    made_up.confirmed(event, "waiting@example.org")
    made_up.confirmed(event, "maybe@example.org", answer="tentative")
    made_up.cancel(made_up.confirmed(event, "no@example.org"))
    made_up.answer(event, "unconfirmed@example.org")
    notice = set_reminder(organiser, event=event, before=Before.DAY, words=WORDS)
    do_the_rounds(event.opens_at - DAY - A_MINUTE)
    assert reminded() == []
    do_the_rounds(event.opens_at - DAY + A_MINUTE)
    assert reminded() == ["coming"]
    do_the_rounds(event.opens_at - HOUR)
    assert reminded() == ["coming"]
    notice.refresh_from_db()
    assert (notice.copies, notice.finished_at is not None) == (1, True)
    assert Entry.objects.filter(verb="attendances.set_reminder", object_id=event.id).count() == 1


def test_who_answers_after_it_went_gets_none(event: Event, organiser: Actor) -> None:
    made_up.confirmed(event, "ada@example.org")
    set_reminder(organiser, event=event, before=Before.DAY, words=WORDS)
    do_the_rounds(event.opens_at - DAY + A_MINUTE)
    with time_machine.travel(event.opens_at - DAY + HOUR):
        made_up.confirmed(event, "ben@example.org")
    do_the_rounds(event.opens_at - HOUR)
    assert reminded() == ["ada"]


def test_it_moves_with_the_event(event: Event, organiser: Actor) -> None:
    made_up.confirmed(event, "ada@example.org")
    set_reminder(organiser, event=event, before=Before.DAY, words=WORDS)
    first = event.opens_at
    event = moved(event, 7)
    do_the_rounds(first - DAY + A_MINUTE)
    assert reminded() == []
    do_the_rounds(event.opens_at - DAY + A_MINUTE)
    assert reminded() == ["ada"]


def test_what_moves_at_the_last_moment_is_reminded_of_at_its_new_time(event: Event, organiser: Actor) -> None:
    made_up.confirmed(event, "ada@example.org")
    notice = set_reminder(organiser, event=event, before=Before.DAY, words=WORDS)
    with time_machine.travel(event.opens_at - DAY + A_MINUTE):
        assert remind_those_coming() == 1
        event = moved(event, 7)
        assert send_notices() == 0
    notice.refresh_from_db()
    assert notice.due_at is None
    do_the_rounds(event.opens_at - DAY + A_MINUTE)
    assert reminded() == ["ada"]


def test_nobody_is_reminded_twice_of_what_moves_afterwards(event: Event, organiser: Actor) -> None:
    made_up.confirmed(event, "ada@example.org")
    set_reminder(organiser, event=event, before=Before.DAY, words=WORDS)
    do_the_rounds(event.opens_at - DAY + A_MINUTE)
    with time_machine.travel(event.opens_at - 20 * HOUR):
        event = moved(event, 7)
        with pytest.raises(ToldAlready):
            set_reminder(organiser, event=event, before=Before.DAY, words=WORDS)
    do_the_rounds(event.opens_at - DAY + A_MINUTE)
    assert reminded() == ["ada"]


def test_a_second_one_beside_it_is_refused_by_the_database(event: Event, organiser: Actor) -> None:
    set_reminder(organiser, event=event, before=Before.DAY, words=WORDS)
    one_more = Notice(organisation_id=event.organisation_id, event=event, kind="reminder", before="day")
    with pytest.raises(IntegrityError), transaction.atomic():
        one_more.save()


def before_it_is_due(_event: Event) -> None:
    """Nothing yet."""


def when_it_is_due(event: Event) -> None:
    """The round has said that it is time."""
    with time_machine.travel(event.opens_at - DAY + A_MINUTE):
        assert remind_those_coming() == 1


@pytest.mark.parametrize("first", [before_it_is_due, when_it_is_due])
def test_of_what_is_cancelled_nobody_is_reminded(
    event: Event, organiser: Actor, first: Callable[[Event], None]
) -> None:
    made_up.confirmed(event, "ada@example.org")
    set_reminder(organiser, event=event, before=Before.DAY, words=WORDS)
    first(event)
    events.cancel(made_up.SYSTEM, event=event)
    do_the_rounds(event.opens_at - DAY + 2 * A_MINUTE)
    assert reminded() == []
    with pytest.raises(NothingToRemindOf):
        set_reminder(organiser, event=event, before=Before.DAY, words=WORDS)


def test_cancelled_in_the_middle_the_rest_gets_none_and_what_waits_is_not_sent(
    event: Event, organiser: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "COPIES_AT_ONCE", 1)
    for name in ("ada", "ben"):
        made_up.confirmed(event, f"{name}@example.org")
    set_reminder(organiser, event=event, before=Before.DAY, words=WORDS)
    with time_machine.travel(event.opens_at - DAY + A_MINUTE):
        remind_those_coming()
        assert send_notices() == 1
        events.cancel(made_up.SYSTEM, event=event)
        assert send_notices() == 0
        made_up.send_mails()
    assert Effect.objects.get(kind=mail_kind("reminder")).state == "void"


def test_a_reminder_by_hand_of_what_is_cancelled_is_not_sent_either(event: Event, organiser: Actor) -> None:
    made_up.confirmed(event, "ada@example.org")
    notice = tell(organiser, event=event, kind="reminder", subject="Soon", text="Come.")
    events.cancel(made_up.SYSTEM, event=event)
    with time_machine.travel(now() + HOUR):
        assert (send_notices(), send_notices()) == (0, 0)
    notice.refresh_from_db()
    assert notice.withdrawn_at is not None


@pytest.mark.parametrize("then", ["cancelled", "no place"])
def test_what_has_changed_on_the_way_is_seen_when_it_is_written(event: Event, organiser: Actor, then: str) -> None:
    ada = made_up.confirmed(event, "ada@example.org")
    set_reminder(organiser, event=event, before=Before.DAY, words=WORDS)
    do_the_rounds(event.opens_at - DAY + A_MINUTE)
    if then == "cancelled":
        events.cancel(made_up.SYSTEM, event=event)
    else:
        made_up.change(ada, answer="tentative")
    with time_machine.travel(event.opens_at - DAY + HOUR):
        made_up.send_mails()
    assert Effect.objects.get(kind=mail_kind("reminder")).state == "void"


def test_after_it_has_begun_nobody_is_reminded(event: Event, organiser: Actor) -> None:
    """The worker stood still for more than a day."""
    made_up.confirmed(event, "ada@example.org")
    set_reminder(organiser, event=event, before=Before.DAY, words=WORDS)
    do_the_rounds(event.opens_at + A_MINUTE)
    assert reminded() == []
    with time_machine.travel(event.opens_at + A_MINUTE), pytest.raises(NothingToRemindOf):
        set_reminder(organiser, event=event, before=Before.DAY, words=WORDS)


def test_a_draft_reminds_nobody_until_it_is_published(event: Event) -> None:
    draft = made_up.draft(event.group, title="Later")
    set_reminder(made_up.SYSTEM, event=draft, before=Before.DAY, words=WORDS)
    with time_machine.travel(draft.opens_at - DAY + A_MINUTE):
        assert remind_those_coming() == 0
        events.publish(made_up.SYSTEM, event=draft)
        assert remind_those_coming() == 1


def test_of_a_day_without_a_time_it_tells_in_the_morning_of_the_day_before(event: Event) -> None:
    day = made_up.event(event.group, title="All day", starts=None)
    notice = set_reminder(made_up.SYSTEM, event=day, before=Before.DAY, words=WORDS)
    assert notice.goes_at(day) == day.opens_at - 14 * HOUR
    with time_machine.travel(day.opens_at - 15 * HOUR):
        assert remind_those_coming() == 0
    with time_machine.travel(day.opens_at - 13 * HOUR):
        assert remind_those_coming() == 1


def test_set_just_before_its_moment_it_goes_in_two_minutes(event: Event, organiser: Actor) -> None:
    made_up.confirmed(event, "ada@example.org")
    with time_machine.travel(event.opens_at - DAY - A_MINUTE):
        notice = set_reminder(organiser, event=event, before=Before.DAY, words=WORDS)
        assert notice.goes_at(event) == notice.created_at + 2 * A_MINUTE
    with time_machine.travel(event.opens_at - DAY + 30 * A_SECOND):
        assert remind_those_coming() == 0
    do_the_rounds(event.opens_at - DAY + 2 * A_MINUTE)
    assert reminded() == ["ada"]


def test_it_is_put_in_other_words_taken_off_and_set_again(event: Event, organiser: Actor) -> None:
    made_up.confirmed(event, "ada@example.org")
    first = set_reminder(organiser, event=event, before=Before.DAY, words=WORDS)
    other = {"en": {"subject": "Soon", "text": "Come."}}
    changed = set_reminder(organiser, event=event, before=Before.DAY, words=other)
    assert (changed.id, reminders_of(event)) == (first.id, {"day": first})
    first.refresh_from_db()
    assert first.said_in("en") == ("Soon", "Come.")
    assert withdraw_notice(organiser, notice=first)
    assert reminders_of(event) == {}
    set_reminder(organiser, event=event, before=Before.DAY, words=WORDS)
    do_the_rounds(event.opens_at - DAY + A_MINUTE)
    assert reminded() == ["ada"]


def test_taken_off_nobody_gets_it(event: Event, organiser: Actor) -> None:
    made_up.confirmed(event, "ada@example.org")
    withdraw_notice(organiser, notice=set_reminder(organiser, event=event, before=Before.DAY, words=WORDS))
    do_the_rounds(event.opens_at - DAY + A_MINUTE)
    assert reminded() == []


def test_everybody_is_reminded_in_their_language(event: Event, organiser: Actor, settings: Settings) -> None:
    offer_languages(made_up.SYSTEM, organisation=event.organisation, languages=["en", "fr"])
    event.organisation.refresh_from_db()
    ready = words_of_reminder(event, Before.DAY, None)
    assert [words["subject"] for words in ready.values()] == ["Soon: Stand in unity", "Bientôt : Stand in unity"]
    words = {**WORDS, "fr": {"subject": "Demain", "text": "Venez."}}
    notice = set_reminder(organiser, event=event, before=Before.DAY, words=words)
    assert words_of_reminder(event, Before.DAY, notice)["fr"] == {"subject": "Demain", "text": "Venez."}
    for name, language in (("ada", "en"), ("zoe", "fr")):
        made_up.confirmed(event, f"{name}@example.org", name, language=language)
    do_the_rounds(event.opens_at - DAY + A_MINUTE)
    with time_machine.travel(event.opens_at - DAY + A_MINUTE):
        made_up.send_mails()
    mails = [path.read_text() for path in (settings.DATA / "outbox").rglob("*.eml")]
    assert sum("Subject: Demain" in mail and "Venez." in mail and "/fr/" in mail for mail in mails) == 1
    assert sum("Subject: Tomorrow" in mail and "Bring a friend." in mail for mail in mails) == 1


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"en": {"subject": "", "text": "x"}}, ["subject_en"]),
        ({"en": {"subject": "x" * 141, "text": "\0"}}, ["subject_en", "text_en"]),
        ({"fr": {"subject": "x", "text": "x"}}, ["subject_en", "text_en"]),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    event: Event, organiser: Actor, wrong: Mapping[str, Mapping[str, str]], where: list[str]
) -> None:
    with pytest.raises(InvalidFields) as refused:
        set_reminder(organiser, event=event, before=Before.DAY, words=wrong)
    assert sorted(refused.value.errors) == where


def test_only_organisers_of_its_group_switch_it_on(event: Event) -> None:
    with pytest.raises(NotAllowed):
        set_reminder(made_up.actor(event.group, made_up.STEWARD), event=event, before=Before.DAY, words=WORDS)
    other = made_up.actor(made_up.root(made_up.organisation("others", "Others")), email="max@example.org")
    with pytest.raises(NotFound):
        set_reminder(other, event=event, before=Before.DAY, words=WORDS)


@pytest.mark.parametrize("count", [1, 3])
def test_however_many_wait_the_round_asks_once(
    event: Event, organiser: Actor, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        one = made_up.event(event.group, title=f"E{number}")
        for before in (Before.DAY, Before.HOURS):
            ready = words_of_reminder(one, before, None)
            set_reminder(organiser, event=one, before=before, words=ready)
    with django_assert_num_queries(1):
        assert remind_those_coming() == 0
    with time_machine.travel(event.opens_at - HOUR), django_assert_num_queries(5):  # two of them a savepoint
        assert remind_those_coming() == count


def test_switching_it_on_costs_a_fixed_number_of_queries(
    event: Event, organiser: Actor, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert event.organisation.offered == ["en"]
    for _ in range(2):
        with django_assert_num_queries(7):  # two of them a savepoint
            set_reminder(organiser, event=event, before=Before.DAY, words=WORDS)
        with django_assert_num_queries(6):
            ready = words_of_reminder(event, Before.DAY, None)
            set_reminder(organiser, event=event, before=Before.DAY, words=ready)


@pytest.mark.parametrize("minutes", [-10, 10])
def test_with_the_clock_set_everybody_is_reminded_once(event: Event, organiser: Actor, minutes: int) -> None:
    made_up.confirmed(event, "ada@example.org")
    set_reminder(organiser, event=event, before=Before.DAY, words=WORDS)
    due = event.opens_at - DAY + A_MINUTE
    with time_machine.travel(due):
        remind_those_coming()
    do_the_rounds(due + minutes * A_MINUTE)
    do_the_rounds(due + HOUR)
    assert reminded() == ["ada"]


# Several workers at the same moment.

AT_ONCE = 4


def as_several_workers(event: Event, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Who is reminded where several processes do the round at the same moment."""
    for number in range(3):
        made_up.confirmed(event, f"p{number}@example.org")
    set_reminder(made_up.SYSTEM, event=event, before=Before.DAY, words=WORDS)

    def work(_number: int) -> None:
        try:
            remind_those_coming()
            send_notices()
        finally:
            connections.close_all()

    with time_machine.travel(event.opens_at - DAY + A_MINUTE), ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(work, range(AT_ONCE)))
    return reminded()


@pytest.mark.django_db(transaction=True)
def test_several_workers_remind_nobody_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    event = made_up.event(made_up.root(made_up.organisation()))
    assert as_several_workers(event, monkeypatch) == ["p0", "p1", "p2"]


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_some_would_be_reminded_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: each reads how far the notice has come before any of them has written it down."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one transaction write at a time: there is no lock of ours to take out")
    together = Barrier(AT_ONCE, timeout=5)

    def no_lock(notice_id: UUID) -> Any:
        with suppress(BrokenBarrierError):
            together.wait()
        found = Notice.objects.select_related("event").get(id=notice_id)
        with suppress(BrokenBarrierError):
            together.wait()
        return found

    monkeypatch.setattr(notices, "_locked", no_lock)
    event = made_up.event(made_up.root(made_up.organisation()))
    assert len(as_several_workers(event, monkeypatch)) > 3


@pytest.mark.django_db
def test_sent_anew_after_a_round_nobody_gets_a_second_copy(event: Event, organiser: Actor) -> None:
    made_up.confirmed(event, "ada@example.org")
    notice = set_reminder(organiser, event=event, before=Before.DAY, words=WORDS)
    do_the_rounds(event.opens_at - DAY + A_MINUTE)
    # As if the round were killed after its commit, and began anew.
    Notice.objects.filter(id=notice.id).update(finished_at=None)
    do_the_rounds(event.opens_at - DAY + 2 * A_MINUTE)
    assert reminded() == ["ada"]


@pytest.mark.django_db
def test_what_it_says_of_the_event_is_what_holds(event: Event, organiser: Actor, settings: Settings) -> None:
    made_up.confirmed(event, "ada@example.org")
    set_reminder(organiser, event=event, before=Before.DAY, words=WORDS)
    facts = details_of(event)
    events.change(made_up.SYSTEM, event=event, details=made_up.details(day=facts.day, starts=time(19), capacity=4))
    event.refresh_from_db()
    do_the_rounds(event.opens_at - DAY + A_MINUTE)
    with time_machine.travel(event.opens_at - DAY + A_MINUTE):
        made_up.send_mails()
    mails = [path.read_text() for path in (settings.DATA / "outbox").rglob("*.eml")]
    assert any("Subject: Tomorrow" in mail and "from 7 pm" in mail for mail in mails)
