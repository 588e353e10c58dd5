"""Telling those who are coming: once each, in the organisers' words."""

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from pytest_django import Settings

from groundswell.attendances import mails, notices
from groundswell.attendances.errors import ToldAlready, ToldThatItIsOff
from groundswell.attendances.models import Attendance, Notice
from groundswell.attendances.notices import mail_kind, ready_in_each, send_notices, tell, withdraw_notice
from groundswell.attendances.queries import notices_of
from groundswell.events import operations as events
from groundswell.events.models import Event
from groundswell.groups.access import Actor
from groundswell.groups.errors import InvalidFields, NotAllowed
from groundswell.kit.clock import now
from groundswell.ledger.models import Entry
from groundswell.outbox import delivery
from groundswell.outbox.models import Effect
from groundswell.people.languages import offer_languages
from groundswell.people.reach import suppress
from tests import made_up

pytestmark = pytest.mark.django_db

A_WHILE = timedelta(minutes=3)


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA = tmp_path
    monkeypatch.setattr(delivery, "_closed_until", 0.0)


@pytest.fixture
def event() -> Event:
    return made_up.event(made_up.root(made_up.organisation()), capacity=2)


@pytest.fixture
def organiser(event: Event) -> Actor:
    return made_up.actor(event.group)


@pytest.fixture
def answers(event: Event) -> dict[str, Attendance]:
    return {
        "coming": made_up.confirmed(event, "coming@example.org", guests=1),
        "waiting": made_up.confirmed(event, "waiting@example.org"),
        "maybe": made_up.confirmed(event, "maybe@example.org", answer="tentative"),
        "no": made_up.cancel(made_up.confirmed(event, "no@example.org")),
        "unconfirmed": made_up.answer(event, "unconfirmed@example.org"),
    }


def write(organiser: Actor, event: Event, kind: str, **more: object) -> Notice:
    return tell(organiser, event=event, kind=kind, subject="To all", text="Dear friends", **more)  # type: ignore[arg-type]


def readers(kind: str, answers: dict[str, Attendance]) -> set[str]:
    names = {attendance.id: name for name, attendance in answers.items()}
    subjects = Effect.objects.filter(kind=mail_kind(kind)).values_list("subject", flat=True)
    assert len(set(subjects)) == len(subjects)
    return {names[subject] for subject in subjects}


@pytest.mark.parametrize(
    ("kind", "to"),
    [
        ("cancelled", {"coming", "waiting", "maybe"}),
        ("moved", {"coming", "waiting", "maybe"}),
        ("unsafe", {"coming", "waiting", "maybe"}),
        ("reminder", {"coming"}),
        ("note", {"coming"}),
        ("thanks", {"coming"}),
    ],
)
def test_each_gets_one_copy(
    event: Event, organiser: Actor, answers: dict[str, Attendance], kind: str, to: set[str]
) -> None:
    notice = write(organiser, event, kind)
    assert send_notices() == 0
    with time_machine.travel(now() + A_WHILE):
        assert (send_notices(), send_notices()) == (len(to), 0)
    assert readers(kind, answers) == to
    notice.refresh_from_db()
    assert (notice.copies, notice.finished_at is not None, list(notices_of(event))) == (len(to), True, [notice])


def test_many_are_told_in_several_turns(
    event: Event, organiser: Actor, answers: dict[str, Attendance], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "COPIES_AT_ONCE", 1)
    write(organiser, event, "moved")
    with time_machine.travel(now() + A_WHILE):
        assert [send_notices() for _ in range(5)] == [1, 1, 1, 0, 0]
    assert readers("moved", answers) == {"coming", "waiting", "maybe"}


def told_over_a_set_clock(event: Event, organiser: Actor, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Who gets a note of which one copy was out already when the clock was set back and somebody came."""
    monkeypatch.setattr(notices, "COPIES_AT_ONCE", 1)
    big = events.change(organiser, event=event, details=made_up.details(capacity=9))
    ahead = now() + timedelta(minutes=10)
    with time_machine.travel(ahead):
        made_up.confirmed(big, "ada@example.org")
        write(organiser, big, "note")
    with time_machine.travel(ahead + A_WHILE):
        send_notices()
    made_up.confirmed(big, "ben@example.org")
    with time_machine.travel(ahead + 2 * A_WHILE):
        while send_notices():
            pass
    copies = Effect.objects.filter(kind=mail_kind("note")).values_list("subject", flat=True)
    names = dict(Attendance.objects.values_list("id", "person__email"))
    return sorted(names[subject].partition("@")[0] for subject in copies)


def test_a_clock_that_is_set_back_passes_nobody_over(
    event: Event, organiser: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert told_over_a_set_clock(event, organiser, monkeypatch) == ["ada", "ben"]


def test_by_the_order_of_keys_alone_somebody_would_be_passed_over(
    event: Event, organiser: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: a key made after the clock was set back sorts before the one up to which copies went out."""

    def by_keys_alone(notice: Notice) -> list[Attendance]:
        after = notice.after or UUID(int=0)
        return list(notices.recipients(notice).filter(id__gt=after).order_by("id")[: notices.COPIES_AT_ONCE])

    monkeypatch.setattr(notices, "_next_readers", by_keys_alone)
    assert told_over_a_set_clock(event, organiser, monkeypatch) == ["ada"]


def test_who_confirms_while_copies_go_out_gets_one(
    event: Event, organiser: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "COPIES_AT_ONCE", 1)
    big = events.change(organiser, event=event, details=made_up.details(capacity=9))
    early = made_up.answer(big, "early@example.org")
    made_up.confirmed(big, "ada@example.org")
    notice = write(organiser, big, "note")
    with time_machine.travel(now() + A_WHILE):
        assert send_notices() == 1
        made_up.confirm(early)
        assert [send_notices() for _ in range(3)] == [1, 0, 0]
    assert set(Effect.objects.filter(kind=mail_kind("note")).values_list("subject", flat=True)) >= {early.id}
    notice.refresh_from_db()
    assert (notice.copies, notice.finished_at is not None) == (2, True)


def test_of_one_thing_they_are_told_once(event: Event, organiser: Actor) -> None:
    write(organiser, event, "moved")
    with pytest.raises(ToldAlready):
        write(organiser, event, "moved")
    event = events.change(organiser, event=event, details=made_up.details(venue_name="Town Hall"))
    write(organiser, event, "moved")
    mended = made_up.details(venue_name="Town Hall", text="Bring two friends.")
    event = events.change(organiser, event=event, details=mended)
    with pytest.raises(ToldAlready):
        write(organiser, event, "moved")
    write(organiser, event, "note")
    write(organiser, event, "note")


def test_that_it_is_unsafe_can_be_said_again(event: Event, organiser: Actor) -> None:
    write(organiser, event, "unsafe")
    write(organiser, event, "unsafe")
    assert (
        list(Entry.objects.filter(verb="attendances.warn").values_list("object_id", flat=True)) == [event.id] * 2
    )


def test_told_once_it_could_not_be(event: Event, organiser: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: were it as with a move, who learns more could not say so."""
    monkeypatch.setattr(notices, "ONCE", Notice.MUST_BE_TOLD)
    write(organiser, event, "unsafe")
    with pytest.raises(ToldAlready):
        write(organiser, event, "unsafe")


def test_that_it_is_unsafe_waits_for_nothing(event: Event, organiser: Actor) -> None:
    notice = write(organiser, event, "unsafe")
    assert notice.due_at - notice.created_at < A_WHILE
    with pytest.raises(InvalidFields) as refused:
        write(organiser, event, "unsafe", due_at=now() + timedelta(hours=1))
    assert list(refused.value.errors) == ["due_at"]
    assert withdraw_notice(organiser, notice=notice)
    with time_machine.travel(now() + A_WHILE):
        assert send_notices() == 0


def test_within_two_minutes_it_can_be_taken_back(
    event: Event, organiser: Actor, answers: dict[str, Attendance]
) -> None:
    notice = write(organiser, event, "cancelled")
    assert withdraw_notice(organiser, notice=notice)
    assert not withdraw_notice(organiser, notice=notice)
    with time_machine.travel(now() + A_WHILE):
        assert (send_notices(), notices._send_some(notice.id)) == (0, 0)
        again = write(organiser, event, "cancelled")
    with time_machine.travel(now() + 3 * A_WHILE):
        send_notices()
        assert not withdraw_notice(organiser, notice=again)


def test_a_reminder_waits_for_its_moment(event: Event, organiser: Actor, answers: dict[str, Attendance]) -> None:
    write(organiser, event, "reminder", due_at=event.opens_at - timedelta(days=1))
    with time_machine.travel(event.opens_at - timedelta(days=1, minutes=1)):
        assert send_notices() == 0
    with time_machine.travel(event.opens_at - timedelta(hours=23)):
        assert send_notices() == 1


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"kind": "gossip"}, "kind"),
        ({"subject": ""}, "subject"),
        ({"subject": "x" * 141}, "subject"),
        ({"text": "\0"}, "text"),
        ({"due_at": now() - timedelta(minutes=1)}, "due_at"),
        ({"due_at": now() + timedelta(days=60)}, "due_at"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    event: Event, organiser: Actor, wrong: dict[str, object], where: str
) -> None:
    with pytest.raises(InvalidFields) as refused:
        tell(organiser, event=event, **{"kind": "note", "subject": "x", "text": "x", **wrong})  # type: ignore[arg-type]
    assert list(refused.value.errors) == [where]


@pytest.fixture
def two_languages(event: Event) -> Event:
    offer_languages(made_up.SYSTEM, organisation=event.organisation, languages=["en", "fr"])
    return event


@pytest.mark.parametrize("kind", ["cancelled", "moved", "note", "thanks"])
def test_each_reads_it_in_their_language(two_languages: Event, organiser: Actor, kind: str) -> None:
    ada = made_up.confirmed(two_languages)
    zoe = made_up.confirmed(two_languages, "zoe@example.org", language="fr")
    french = {"fr": {"subject": "À toutes et tous", "text": "Chers amis"}}
    notice = write(organiser, two_languages, kind, words=french)
    read = {who.id: mails.notice(Effect(subject=who.id, about=notice.id)) for who in (ada, zoe)}
    assert "Dear friends" in read[ada.id].text  # type: ignore[union-attr]
    assert read[zoe.id].subject == "À toutes et tous"  # type: ignore[union-attr]
    assert "Chers amis" in read[zoe.id].text  # type: ignore[union-attr]


def test_where_a_language_has_no_text_its_readers_get_the_organisations_own(
    two_languages: Event, organiser: Actor
) -> None:
    notice = write(organiser, two_languages, "note", words={"fr": {"subject": "Rien", "text": " "}})
    assert notice.said_in("fr") == ("To all", "Dear friends")
    with pytest.raises(InvalidFields) as refused:
        write(organiser, two_languages, "note", words={"fr": {"subject": "", "text": "Chers amis"}, "cy": {}})
    assert set(refused.value.errors) == {"subject_fr", "text_cy"}


def test_there_are_ready_words_in_each_language(two_languages: Event) -> None:
    ready = ready_in_each(two_languages, "cancelled")
    assert list(ready) == ["en", "fr"]
    assert ready["en"]["subject"].startswith("Cancelled")
    assert ready["fr"]["subject"].startswith("Annul")


def test_only_organisers_write_to_all(event: Event, organiser: Actor) -> None:
    steward = made_up.actor(event.group, made_up.STEWARD, "sam@example.org")
    with pytest.raises(NotAllowed):
        write(steward, event, "note")
    with pytest.raises(NotAllowed):
        withdraw_notice(steward, notice=write(organiser, event, "note"))


def kept(settings: Settings, kind: str) -> str:
    effect = Effect.objects.get(kind=kind)
    assert effect.state == "done", (effect.state, effect.note)
    (path,) = (settings.DATA / "outbox").rglob(f"*{effect.id}*")
    return path.read_text()


def test_the_mail_says_it_in_their_words(event: Event, organiser: Actor, settings: Settings) -> None:
    made_up.confirmed(event, "coming@example.org")
    write(organiser, event, "note")
    with time_machine.travel(now() + A_WHILE):
        send_notices()
        made_up.send_mails()
    mail = kept(settings, mail_kind("note"))
    assert "Subject: To all" in mail
    assert "Dear friends" in mail


def test_who_said_no_in_between_gets_no_copy(event: Event, organiser: Actor) -> None:
    attendance = made_up.confirmed(event, "coming@example.org")
    write(organiser, event, "note")
    with time_machine.travel(now() + A_WHILE):
        send_notices()
        made_up.cancel(attendance)
        made_up.send_mails()
    assert Effect.objects.get(kind=mail_kind("note")).state == "void"


def test_a_place_a_wait_and_a_free_place_are_told(settings: Settings) -> None:
    event = made_up.event(
        made_up.root(made_up.organisation()), capacity=2, online_url="https://meet.example.org/x"
    )
    made_up.confirmed(event, "ada@example.org", guests=1)
    made_up.send_mails()
    mail = kept(settings, "attendances.placed")
    assert "Subject: You have a place" in mail
    assert "https://meet.example.org/x" in mail
    Effect.objects.all().delete()
    waiting = made_up.confirmed(event, "ben@example.org")
    made_up.send_mails()
    mail = kept(settings, "attendances.placed")
    assert "Subject: On the waiting list" in mail
    assert "https://meet.example.org/x" not in mail
    assert not waiting.has_place


def test_a_place_that_is_given_back_is_not_told(event: Event) -> None:
    made_up.cancel(made_up.confirmed(event))
    off = made_up.event(event.group, capacity=2)
    made_up.confirmed(off, "ben@example.org")
    events.cancel(made_up.SYSTEM, event=off)
    made_up.send_mails()
    assert set(Effect.objects.filter(kind="attendances.placed").values_list("state", flat=True)) == {"void"}


def test_a_cancellation_is_taken_back_until_its_first_copy_goes(event: Event) -> None:
    made_up.confirmed(event)
    off = events.cancel(made_up.SYSTEM, event=event)
    notices.withdraw_cancellation(made_up.SYSTEM, event=off)
    notice = tell(made_up.SYSTEM, event=off, kind="cancelled", subject="Off", text="Sorry.")
    notices.withdraw_cancellation(made_up.SYSTEM, event=off)
    notice.refresh_from_db()
    assert notice.withdrawn_at is not None
    tell(made_up.SYSTEM, event=off, kind="cancelled", subject="Off", text="Sorry.")
    Notice.objects.update(due_at=now())
    assert send_notices() == 1
    with pytest.raises(ToldThatItIsOff):
        notices.withdraw_cancellation(made_up.SYSTEM, event=off)


def test_a_copy_that_goes_in_this_moment_is_not_passed_over(event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    off = events.cancel(made_up.SYSTEM, event=event)
    tell(made_up.SYSTEM, event=off, kind="cancelled", subject="Off", text="Sorry.")
    monkeypatch.setattr(notices, "withdraw_notice", lambda *_, **__: False)
    with pytest.raises(ToldThatItIsOff):
        notices.withdraw_cancellation(made_up.SYSTEM, event=off)


@pytest.mark.parametrize(
    ("kind", "becomes"),
    [
        ("note", "void"),
        ("thanks", "void"),
        ("reminder", "void"),
        ("cancelled", "done"),
        ("moved", "done"),
        ("unsafe", "done"),
    ],
)
def test_who_is_not_to_be_written_to_hears_only_what_they_must(
    event: Event, organiser: Actor, kind: str, becomes: str
) -> None:
    coming = made_up.confirmed(event, "coming@example.org")
    suppress(event.organisation_id, "email", {"coming@example.org": "bounced"})
    write(organiser, event, kind)
    with time_machine.travel(now() + A_WHILE):
        send_notices()
        made_up.send_mails()
    assert Effect.objects.get(kind=mail_kind(kind), subject=coming.id).state == becomes


@pytest.mark.parametrize("kind", ["note", "reminder"])
def test_without_looking_whether_they_may_be_written_to_they_would_hear_all(
    event: Event, organiser: Actor, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mails, "_is_suppressed", lambda _attendance: False)
    test_who_is_not_to_be_written_to_hears_only_what_they_must(event, organiser, kind, "done")
