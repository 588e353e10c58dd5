"""Yes, maybe, no, and everything that comes with an answer."""

import pytest

from groundswell.attendances.models import Attendance, Response
from groundswell.attendances.queries import (
    coming,
    confirmed_answers,
    needs_of,
    offers_of,
    responses_of,
    tally_of,
    tentative_answers,
    unconfirmed_answers,
)
from groundswell.events import operations as events
from groundswell.events.models import Event, Question
from groundswell.events.questions import Asking, set_questions
from groundswell.kit.ids import uuid7
from groundswell.outbox.models import Effect
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> Event:
    return made_up.event(made_up.root(made_up.organisation()))


@pytest.fixture
def questions(event: Event) -> list[Question]:
    return set_questions(
        made_up.SYSTEM,
        event=event,
        questions=[
            Asking(text="Which coach?", kind="choice", choices=["Hull", "Leeds"], purpose="To book seats"),
            Asking(text="Do you eat meat?", kind="yes-no", purpose="To cook"),
            Asking(text="Whom do you know here?", purpose="To seat you together"),
        ],
    )


def test_a_maybe_counts_apart(event: Event) -> None:
    attendance = made_up.confirmed(event, answer="tentative", guests=1)
    tally = tally_of(event.id)
    assert (coming(event.id), tally.tentative, tally.unconfirmed) == (0, 2, 0)
    assert (list(confirmed_answers(event)), list(tentative_answers(event))) == ([], [attendance])
    made_up.change(attendance, guests="2")
    assert (coming(event.id), tally_of(event.id).tentative) == (3, 0)
    made_up.change(attendance, answer="declined")
    assert (coming(event.id), attendance.status) == (0, "declined")
    made_up.change(attendance, answer="declined")
    assert coming(event.id) == 0


def test_an_unconfirmed_maybe_waits_like_an_unconfirmed_yes(event: Event) -> None:
    attendance = made_up.answer(event, answer="tentative")
    assert (attendance.status, list(unconfirmed_answers(event))) == ("tentative", [attendance])
    assert made_up.answer(event).status == "accepted"


def test_what_was_asked_is_kept_with_the_answer(event: Event, questions: list[Question]) -> None:
    coach, meat, who = questions
    typed = {
        f"question-{coach.id}": "Leeds",
        f"question-{meat.id}": "yes",
        f"question-{who.id}": "Ben",
        f"question-{uuid7()}": "of nobody",
        "question-nothing": "x",
        "needs": "A seat, please",
        "offer-drive": "yes",
        "offer-banner": "yes",
    }
    attendance = made_up.confirmed(event, **typed)
    assert responses_of([attendance.id]) == {attendance.id: {coach.id: "Leeds", meat.id: "yes", who.id: "Ben"}}
    assert (attendance.needs, attendance.offers) == ("A seat, please", "drive,banner")
    answers = confirmed_answers(event)
    assert (list(needs_of(answers)), list(offers_of(answers))) == ([attendance], [attendance])
    assert attendance.answer().offers == ("drive", "banner")
    made_up.change(attendance, **{f"question-{coach.id}": "Hull"})
    assert responses_of([attendance.id]) == {attendance.id: {coach.id: "Hull"}}
    assert (attendance.needs, attendance.offers) == ("", "")


def test_what_cannot_be_an_answer_is_left_out(event: Event, questions: list[Question]) -> None:
    coach, meat, _ = questions
    other = made_up.event(event.group)
    theirs = set_questions(made_up.SYSTEM, event=other, questions=[Asking(text="Why?", purpose="x")])
    typed = {f"question-{coach.id}": "Paris", f"question-{meat.id}": "no?", f"question-{theirs[0].id}": "x"}
    made_up.confirmed(event, **typed)
    made_up.confirmed(other, "ben@example.org")
    assert not Response.objects.exists()


def test_who_says_no_leaves_nothing_but_the_no(event: Event, questions: list[Question]) -> None:
    attendance = made_up.confirmed(event, needs="A seat", **{f"question-{questions[2].id}": "Ben"})
    made_up.cancel(attendance)
    assert (attendance.needs, Response.objects.count()) == ("", 0)


def test_a_change_is_only_for_what_was_confirmed(event: Event) -> None:
    waiting = made_up.answer(event)
    refused = made_up.act("change", event.organisation_id, waiting.id, {"answer": "accepted"})
    gone = made_up.act("change", event.organisation_id, uuid7(), {"answer": "accepted"})
    assert [one.code for one in (*refused, *gone)] == ["not-found", "not-found"]


def test_once_it_is_off_only_a_no_is_taken(event: Event) -> None:
    attendance = made_up.confirmed(event)
    events.cancel(made_up.SYSTEM, event=event)
    refused = made_up.act("change", event.organisation_id, attendance.id, {"guests": "4"})
    assert [one.code for one in refused] == ["event-closed"]
    made_up.change(attendance, answer="declined")
    assert attendance.status == "declined"


def test_what_is_online_is_told_by_mail(event: Event) -> None:
    made_up.confirmed(event, "ada@example.org")
    online = made_up.event(event.group, online_url="https://meet.example.org/x")
    attendance = made_up.confirmed(online, "ben@example.org")
    assert Attendance.objects.count() == 2
    assert list(Effect.objects.filter(kind="attendances.placed").values_list("subject", flat=True)) == [
        attendance.id
    ]
