"""Words to many of those who are coming: two people agree, but to what everybody must know at once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from groundswell.attendances import by_two, notices
from groundswell.attendances.before import Before
from groundswell.attendances.bloc_notices import tell_bloc
from groundswell.attendances.by_two import ask_to_tell, tell_as_agreed
from groundswell.attendances.errors import OwnWordsToMany
from groundswell.attendances.models import TO_UNDO, Notice
from groundswell.attendances.notices import mail_kind, send_notices, tell, withdraw_notice
from groundswell.attendances.reminders import set_reminder, words_of_reminder
from groundswell.blocs.access import calling_for
from groundswell.events.models import Event
from groundswell.groups import approvals
from groundswell.groups.access import SEND, SYSTEM, Actor
from groundswell.groups.errors import ApprovalWaits, AudienceChanged, NotAllowed
from groundswell.groups.freshness import FRESH
from groundswell.groups.models import Approval
from groundswell.kit.clock import now
from groundswell.ledger.models import Entry
from groundswell.outbox.models import Effect
from tests import made_up
from tests.attendances.reminding import DAY, WORDS, do_the_rounds, reminded

pytestmark = pytest.mark.django_db

A_WHILE = timedelta(minutes=3)
Both = tuple[Actor, Actor]


@pytest.fixture(autouse=True)
def _two_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_two, "MANY", 1)


@pytest.fixture
def event() -> Event:
    return made_up.event(made_up.root(made_up.organisation()))


@pytest.fixture
def both(event: Event) -> Both:
    """Who asks, and a second person who has had their role for long."""
    with time_machine.travel(now() - approvals.HELD):
        accounts = [
            made_up.account(event.group, made_up.ORGANISER, f"{name}@example.org") for name in ("olu", "bea")
        ]
    return made_up.actor_for(accounts[0]), made_up.actor_for(accounts[1])


@pytest.fixture
def coming(event: Event) -> None:
    for name in ("ada", "bo"):
        made_up.confirmed(event, f"{name}@example.org")


def write(actor: Actor, event: Event, kind: str, **more: object) -> Notice:
    return tell(actor, event=event, kind=kind, subject="To all", text="Dear friends", **more)  # type: ignore[arg-type]


def agree(actor: Actor) -> Approval:
    return approvals.approve(actor, approval=Approval.objects.latest("asked_at"), fresh_until=now() + FRESH)


def sent_later() -> int:
    with time_machine.travel(now() + A_WHILE):
        return send_notices()


@pytest.mark.parametrize("kind", ["note", "thanks", "reminder"])
def test_it_goes_when_a_second_person_has_agreed(event: Event, both: Both, coming: None, kind: str) -> None:
    asker, second = both
    notice = write(asker, event, kind)
    asked = Approval.objects.get()
    assert notice.waits_for_two
    assert "“To all” to about 2 people" in approvals.sentence(asked)
    assert sent_later() == 0
    with pytest.raises(ApprovalWaits):
        tell_as_agreed(asker, approval=asked)
    agree(second)
    let_go = tell_as_agreed(asker, approval=asked)
    assert (let_go.waits_for_two, let_go.agreed) == (False, 2)
    assert let_go.due_at
    assert let_go.due_at > now() + TO_UNDO - timedelta(seconds=30)
    assert sent_later() == 2
    assert list(Entry.objects.filter(verb="attendances.tell").values_list("actor", flat=True)) == [asker.id]


@pytest.mark.parametrize("kind", ["note", "thanks", "reminder"])
def test_without_counting_them_one_person_writes_to_many(
    event: Event, both: Both, coming: None, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin."""
    monkeypatch.setattr(by_two, "_counted", lambda _notice: 0)
    with pytest.raises(Approval.DoesNotExist):
        test_it_goes_when_a_second_person_has_agreed(event, both, coming, kind)
    assert sent_later() == 2


@pytest.mark.parametrize("kind", ["cancelled", "moved", "unsafe"])
def test_what_everybody_must_know_takes_one_person_and_no_count(
    event: Event, both: Both, coming: None, kind: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    notice = write(both[0], event, kind)
    assert not notice.waits_for_two
    assert not Approval.objects.exists()
    with django_assert_num_queries(0):
        assert not by_two.are_many(notice)
    assert sent_later() == 2


def test_at_its_own_moment_if_that_is_later(event: Event, both: Both, coming: None) -> None:
    asker, second = both
    later = now() + timedelta(hours=5)
    write(asker, event, "note", due_at=later)
    assert tell_as_agreed(asker, approval=agree(second)).due_at == later


def test_what_was_taken_back_is_not_agreed_to(event: Event, both: Both, coming: None) -> None:
    asker, second = both
    notice = write(asker, event, "note")
    assert withdraw_notice(asker, notice=notice)
    with pytest.raises(AudienceChanged):
        agree(second)


def test_who_agreed_to_a_few_more_agreed_and_to_many_more_is_asked_again(
    event: Event, both: Both, coming: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asker, second = both
    write(asker, event, "note")
    let_go = tell_as_agreed(asker, approval=agree(second))
    made_up.confirmed(event, "cy@example.org")
    monkeypatch.setattr(approvals, "MORE_SINCE", 1.5)
    assert not by_two.are_many(let_go)
    monkeypatch.setattr(approvals, "MORE_SINCE", 1.1)
    assert sent_later() == 0
    let_go.refresh_from_db()
    assert let_go.waits_for_two
    assert Entry.objects.filter(verb="attendances.hold_notice", actor=None).exists()
    ask_to_tell(asker, notice=let_go)
    tell_as_agreed(asker, approval=agree(second))
    assert sent_later() == 3


def test_what_was_written_to_few_waits_where_many_have_come(event: Event, both: Both) -> None:
    made_up.confirmed(event, "ada@example.org")
    notice = write(both[0], event, "note")
    assert not notice.waits_for_two
    made_up.confirmed(event, "bo@example.org")
    assert sent_later() == 0
    notice.refresh_from_db()
    assert notice.waits_for_two


def test_once_its_first_copy_is_out_nobody_is_counted_again(
    event: Event, both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "COPIES_AT_ONCE", 1)
    made_up.confirmed(event, "ada@example.org")
    write(both[0], event, "note")
    assert sent_later() == 1
    made_up.confirmed(event, "bo@example.org")
    assert sent_later() == 1


def test_the_command_line_waits_for_nobody(event: Event, coming: None) -> None:
    assert not write(SYSTEM, event, "note").waits_for_two
    assert sent_later() == 2


def test_only_who_may_write_to_them_asks(event: Event, both: Both, coming: None) -> None:
    notice = write(both[0], event, "note")
    viewer = made_up.actor_for(made_up.account(event.group, made_up.VIEWER, "vic@example.org"))
    with pytest.raises(NotAllowed):
        ask_to_tell(viewer, notice=notice)


def test_so_does_a_note_to_many_who_joined_a_bloc(
    event: Event, both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    asker, second = both
    bloc = made_up.bloc(event.group, event)
    for name in ("ada", "bo"):
        made_up.confirm(made_up.joined(bloc, f"{name}@example.org"))
    caller = calling_for(asker, bloc.id, SEND)
    words = {"subject": "To all", "text": "Dear friends"}
    notice = tell_bloc(asker, caller=caller, kind="note", **words)
    assert notice.waits_for_two
    ask_to_tell(asker, notice=notice)
    tell_as_agreed(asker, approval=agree(second))
    assert Entry.objects.filter(verb="attendances.tell_bloc", object_id=bloc.id).exists()
    assert not tell_bloc(asker, caller=caller, kind="moved", **words).waits_for_two
    monkeypatch.setattr(approvals, "MORE_SINCE", 0.1)
    assert sent_later() == 2
    assert Entry.objects.filter(verb="attendances.hold_bloc_notice").exists()


def test_a_reminder_that_goes_by_itself_goes_to_many_in_the_ready_words(event: Event, both: Both) -> None:
    asker, _second = both
    notice = set_reminder(asker, event=event, before=Before.DAY, words=WORDS)
    for name in ("ada", "bo"):
        made_up.confirmed(event, f"{name}@example.org")
    do_the_rounds(event.opens_at - DAY + timedelta(minutes=1))
    assert reminded() == ["ada", "bo"]
    notice.refresh_from_db()
    ready = words_of_reminder(event, Before.DAY, None)
    assert words_of_reminder(event, Before.DAY, notice) == ready
    assert notice.subject == ready["en"]["subject"]
    assert Entry.objects.filter(verb="attendances.remind_in_ready_words").exists()


def test_to_few_it_goes_in_the_organisers_own_words(event: Event, both: Both) -> None:
    notice = set_reminder(both[0], event=event, before=Before.DAY, words=WORDS)
    made_up.confirmed(event, "ada@example.org")
    do_the_rounds(event.opens_at - DAY + timedelta(minutes=1))
    assert reminded() == ["ada"]
    notice.refresh_from_db()
    assert notice.subject == WORDS["en"]["subject"]


def test_own_words_to_many_are_refused_when_it_is_set_and_ready_ones_are_not(
    event: Event, both: Both, coming: None
) -> None:
    asker, _second = both
    ready = words_of_reminder(event, Before.DAY, None)
    with pytest.raises(OwnWordsToMany):
        set_reminder(asker, event=event, before=Before.DAY, words=WORDS)
    assert set_reminder(asker, event=event, before=Before.DAY, words=ready).kind == "reminder"


@pytest.mark.parametrize(
    "fails",
    [
        test_a_reminder_that_goes_by_itself_goes_to_many_in_the_ready_words,
    ],
)
def test_without_counting_them_it_goes_to_many_in_anybodys_words(
    event: Event, both: Both, monkeypatch: pytest.MonkeyPatch, fails: Callable[[Event, Both], None]
) -> None:
    """The twin."""
    monkeypatch.setattr("groundswell.attendances.reminders.are_many", lambda _notice: False)
    with pytest.raises(AssertionError):
        fails(event, both)
    assert Effect.objects.filter(kind=mail_kind("reminder")).count() == 2
