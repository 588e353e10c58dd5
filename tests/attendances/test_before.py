"""The reminders of one event: each at its own moment or not at all, and never two of them at once."""

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, time, timedelta
from threading import Barrier, BrokenBarrierError, local
from uuid import UUID

import pytest
import time_machine
from django.db import connection, connections

from groundswell.attendances import notices, readers, reminders
from groundswell.attendances.before import Before
from groundswell.attendances.errors import MomentPassed, NoTimeYet, ToldAlready
from groundswell.attendances.models import Notice
from groundswell.attendances.notices import mail_kind, send_notices
from groundswell.attendances.reminders import remind_those_coming, set_reminder, words_of_reminder
from groundswell.events.models import Event
from groundswell.groups.access import Actor
from groundswell.kit.clock import now
from groundswell.outbox.models import Effect
from tests import made_up
from tests.attendances.reminding import (
    A_MINUTE,
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


@pytest.fixture
def later(event: Event) -> Event:
    """One of the same group for which a week's reminder is in time."""
    return made_up.event(event.group, title="Later", day=made_up.in_days(20))


def all_three(event: Event, organiser: Actor) -> None:
    """Set every reminder, each in words of its own."""
    for before in Before:
        words = {"en": {"subject": before.value, "text": "Come."}}
        set_reminder(organiser, event=event, before=before, words=words)


def gone() -> list[str]:
    """Which reminders went or are on their way, the first first."""
    return list(Notice.objects.exclude(due_at=None).order_by("due_at").values_list("before", flat=True))


def test_each_goes_at_its_own_moment(later: Event, organiser: Actor) -> None:
    made_up.confirmed(later, "ada@example.org")
    all_three(later, organiser)
    for before, so_far in ((7 * DAY, ["week"]), (DAY, ["week", "day"]), (2 * HOUR, ["week", "day", "hours"])):
        do_the_rounds(later.opens_at - before - A_MINUTE)
        assert gone() == so_far[:-1]
        do_the_rounds(later.opens_at - before + A_MINUTE)
        assert gone() == so_far
    do_the_rounds(later.opens_at - HOUR)
    assert reminded() == ["ada"] * 3


def test_each_has_ready_words_of_its_own(event: Event) -> None:
    ready = [words_of_reminder(event, before, None)["en"]["subject"].partition(":")[0] for before in Before]
    assert ready == ["Keep the day free", "Soon", "See you shortly"]


def test_ready_words_are_short_enough_and_keep_what_is_in_a_title(event: Event) -> None:
    event.title = "100 % " + "x" * 134
    for before in Before:
        subject = words_of_reminder(event, before, None)["en"]["subject"]
        assert "100 % x" in subject
        assert len(subject) == 140


@pytest.mark.parametrize(
    ("before", "so_long"), [(Before.WEEK, 3 * DAY), (Before.DAY, 5 * HOUR), (Before.HOURS, HOUR)]
)
def test_one_whose_moment_has_passed_is_refused(
    event: Event, organiser: Actor, before: Before, so_long: timedelta
) -> None:
    with time_machine.travel(event.opens_at - so_long), pytest.raises(MomentPassed):
        set_reminder(organiser, event=event, before=before, words=WORDS)


@pytest.mark.parametrize(
    ("so_long", "goes"),
    [
        (6 * DAY, ["week"]),
        (DAY + 2 * HOUR, ["week"]),
        (DAY + HOUR - A_MINUTE, []),
        (DAY - A_MINUTE, ["day"]),
        (4 * HOUR, ["day"]),
        (3 * HOUR - A_MINUTE, []),
        (HOUR, ["hours"]),
        (-A_MINUTE, []),
    ],
)
def test_what_is_missed_goes_as_long_as_it_makes_sense(
    later: Event, organiser: Actor, so_long: timedelta, goes: list[str]
) -> None:
    """The worker stood still until then."""
    made_up.confirmed(later, "ada@example.org")
    all_three(later, organiser)
    do_the_rounds(later.opens_at - so_long)
    assert (gone(), reminded()) == (goes, ["ada"] * len(goes))


def test_where_the_event_moves_nearer_the_one_goes_that_still_makes_sense(later: Event, organiser: Actor) -> None:
    made_up.confirmed(later, "ada@example.org")
    all_three(later, organiser)
    with time_machine.travel(later.opens_at - 10 * DAY):
        nearer = moved(later, -9)
    do_the_rounds(nearer.opens_at - DAY + A_MINUTE)
    assert (gone(), reminded()) == (["day"], ["ada"])
    with time_machine.travel(nearer.opens_at - DAY + A_MINUTE), pytest.raises(MomentPassed):
        set_reminder(organiser, event=nearer, before=Before.WEEK, words=WORDS)


def test_what_has_not_gone_follows_a_move_and_what_went_stays_gone(later: Event, organiser: Actor) -> None:
    made_up.confirmed(later, "ada@example.org")
    all_three(later, organiser)
    do_the_rounds(later.opens_at - 7 * DAY + A_MINUTE)
    with time_machine.travel(later.opens_at - 2 * DAY):
        event = moved(later, 14)
    do_the_rounds(event.opens_at - 7 * DAY + A_MINUTE)
    assert gone() == ["week"]
    do_the_rounds(event.opens_at - DAY + A_MINUTE)
    do_the_rounds(event.opens_at - HOUR)
    assert gone() == ["week", "day", "hours"]


def test_one_that_was_missed_goes_at_its_new_moment(later: Event, organiser: Actor) -> None:
    made_up.confirmed(later, "ada@example.org")
    set_reminder(organiser, event=later, before=Before.WEEK, words=WORDS)
    do_the_rounds(later.opens_at - HOUR)
    with time_machine.travel(later.opens_at - HOUR):
        event = moved(later, 14)
    do_the_rounds(event.opens_at - 7 * DAY + A_MINUTE)
    assert reminded() == ["ada"]


def moves_to_the_same_evening(event: Event, organiser: Actor) -> datetime:
    """The day's went a minute ago, then the event is moved so near that two hours before is now."""
    made_up.confirmed(event, "ada@example.org")
    for before in (Before.DAY, Before.HOURS):
        set_reminder(organiser, event=event, before=before, words=WORDS)
    at = event.opens_at - DAY + A_MINUTE
    do_the_rounds(at)
    assert gone() == ["day"]
    opens = at + 2 * HOUR
    Event.objects.filter(id=event.id).update(opens_at=opens)
    do_the_rounds(at + 2 * A_MINUTE)
    return at


def test_two_never_go_in_one_hour(event: Event, organiser: Actor) -> None:
    at = moves_to_the_same_evening(event, organiser)
    assert reminded() == ["ada"]
    do_the_rounds(at + HOUR + A_MINUTE)
    assert reminded() == ["ada", "ada"]


def test_without_the_rest_two_would_go(event: Event, organiser: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: nobody asks what went within the hour."""
    monkeypatch.setattr(reminders, "_went_lately", lambda _notice: False)
    moves_to_the_same_evening(event, organiser)
    assert reminded() == ["ada", "ada"]


def test_that_is_on_its_way_counts_as_well(event: Event, organiser: Actor) -> None:
    day = set_reminder(organiser, event=event, before=Before.DAY, words=WORDS)
    set_reminder(organiser, event=event, before=Before.HOURS, words=WORDS)
    Notice.objects.filter(id=day.id).update(due_at=now(), after=event.id)
    with time_machine.travel(event.opens_at - HOUR):
        assert remind_those_coming() == 0


def held_up(event: Event, organiser: Actor) -> str:
    """What becomes of a day's reminder while nothing can be mailed until an hour before."""
    made_up.confirmed(event, "ada@example.org")
    set_reminder(organiser, event=event, before=Before.DAY, words=WORDS)
    do_the_rounds(event.opens_at - DAY + A_MINUTE)
    with time_machine.travel(event.opens_at - HOUR):
        made_up.send_mails()
    return Effect.objects.get(kind=mail_kind("reminder")).state


def test_a_copy_that_is_held_up_until_it_makes_no_sense_is_not_sent(event: Event, organiser: Actor) -> None:
    assert held_up(event, organiser) == "void"


def test_without_that_look_it_would_be_sent(
    event: Event, organiser: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: it makes sense for ever."""
    monkeypatch.setattr(Notice, "makes_sense", lambda _notice, _event: True)
    assert held_up(event, organiser) == "done"


def test_two_hours_before_needs_a_time(event: Event, organiser: Actor) -> None:
    day = made_up.event(event.group, title="All day", starts=None)
    with pytest.raises(NoTimeYet):
        set_reminder(organiser, event=day, before=Before.HOURS, words=WORDS)


def test_where_the_time_is_taken_away_it_waits(event: Event, organiser: Actor) -> None:
    made_up.confirmed(event, "ada@example.org")
    notice = set_reminder(organiser, event=event, before=Before.HOURS, words=WORDS)
    event = moved(event, 0, starts=None)
    assert notice.goes_at(event) is None
    do_the_rounds(event.opens_at - HOUR)
    assert reminded() == []
    event = moved(event, 0, starts=time(20))
    do_the_rounds(event.opens_at - HOUR)
    assert reminded() == ["ada"]


def test_what_has_begun_to_go_out_goes_on_without_a_time(
    event: Event, organiser: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "COPIES_AT_ONCE", 1)
    for name in ("ada", "ben"):
        made_up.confirmed(event, f"{name}@example.org")
    set_reminder(organiser, event=event, before=Before.HOURS, words=WORDS)
    with time_machine.travel(event.opens_at - 2 * HOUR + A_MINUTE):
        remind_those_coming()
        assert send_notices() == 1
        Event.objects.filter(id=event.id).update(starts=None)
        assert send_notices() == 1
    assert reminded() == ["ada", "ben"]


def test_a_week_before_a_day_without_a_time_it_goes_in_the_morning(event: Event) -> None:
    day = made_up.event(event.group, title="All day", starts=None, day=made_up.in_days(20))
    assert Before.WEEK.moment(day) == day.opens_at - 7 * DAY + 10 * HOUR
    assert Before.DAY.ends(day) == day.opens_at


def test_what_goes_out_at_this_moment_is_not_put_in_other_words(
    event: Event, organiser: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The round says that it is time after the words were looked at, and before they are stored."""
    set_reminder(organiser, event=event, before=Before.DAY, words=WORDS)
    read = reminders.reminders_of

    def read_too_early(event: Event) -> dict[str, Notice]:
        found = read(event)
        Notice.objects.update(due_at=now())
        return found

    monkeypatch.setattr(reminders, "reminders_of", read_too_early)
    with pytest.raises(ToldAlready):
        set_reminder(organiser, event=event, before=Before.DAY, words=WORDS)


LATE = {Before.WEEK: DAY, Before.DAY: DAY, Before.HOURS: timedelta(0)}
"""How long before its moment an answer is too late for each."""


def confirmed_around(event: Event, organiser: Actor, before: Before) -> list[str]:
    """Who is reminded of one to which one person answers just in time, one too late, and one after the moment."""
    moment = before.moment(event)
    assert moment
    set_reminder(organiser, event=event, before=before, words=WORDS)
    for name, at in {
        "in time": moment - LATE[before] - A_MINUTE,
        "late": moment - LATE[before] + A_MINUTE,
        "after": moment + 5 * A_MINUTE,
    }.items():
        with time_machine.travel(at):
            made_up.confirmed(event, f"{name.replace(' ', '-')}@example.org")
    do_the_rounds(moment + 10 * A_MINUTE)
    return reminded()


@pytest.mark.parametrize("before", Before)
def test_who_has_just_read_everything_gets_none(later: Event, organiser: Actor, before: Before) -> None:
    assert confirmed_around(later, organiser, before) == ["in-time"]


def test_without_that_rule_they_would_get_it(
    later: Event, organiser: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: the rule lets everybody through."""
    monkeypatch.setattr(readers, "_long_since", lambda _notice: now())
    assert confirmed_around(later, organiser, Before.WEEK) == ["after", "in-time", "late"]


# Two workers at the same moment.


def in_two_minds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two workers, between whose looks the event is moved: to one it is time for this, to the other for that."""
    event = made_up.event(made_up.root(made_up.organisation()))
    for before in (Before.DAY, Before.HOURS):
        set_reminder(made_up.SYSTEM, event=event, before=before, words=WORDS)
    mind = local()
    monkeypatch.setattr(reminders, "is_time", lambda notice: notice.before == mind.before)

    def work(before: str) -> None:
        mind.before = before
        try:
            remind_those_coming()
        finally:
            connections.close_all()

    with time_machine.travel(event.opens_at - DAY), ThreadPoolExecutor(2) as pool:
        list(pool.map(work, ["day", "hours"]))
    return gone()


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_one_lets_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(in_two_minds(monkeypatch)) == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_would_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: both have looked before either has written it down."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one transaction write at a time: there is no lock of ours to take out")
    together = Barrier(2, timeout=5)

    def no_lock(event_ids: Collection[UUID]) -> list[Notice]:
        found = list(Notice.objects.filter(event_id__in=event_ids).select_related("event"))
        with suppress(BrokenBarrierError):
            together.wait()
        return found

    monkeypatch.setattr(reminders, "_locked_of", no_lock)
    assert len(in_two_minds(monkeypatch)) == 2
