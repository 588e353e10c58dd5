"""What becomes of answers when two people are taken for one, and when they are taken apart again."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db.models import Model

from groundswell.attendances.assigning import assign_next
from groundswell.attendances.links import link
from groundswell.attendances.merging import forget_doubled, hand_over_late
from groundswell.attendances.models import (
    Assignment,
    Attendance,
    BlocTally,
    Doubled,
    Mark,
    Part,
    Response,
    Shared,
    Tally,
)
from groundswell.attendances.queries import answers_of_person, standing, tally_of
from groundswell.attendances.waiting import move_up
from groundswell.blocs.details import Coach
from groundswell.blocs.models import Bloc, PickUp
from groundswell.events.models import Event, Question
from groundswell.events.questions import Asking, set_questions
from groundswell.groups.access import SYSTEM
from groundswell.groups.models import Group, Membership
from groundswell.kit.clock import now
from groundswell.outbox.models import Effect
from groundswell.people.merging import forget_merges, merge, take_apart
from groundswell.people.models import Merge, Person
from groundswell.people.queries import granted
from groundswell.people.reach import lift, suppress
from tests import made_up

pytestmark = pytest.mark.django_db

ADA, COUNTESS = "ada@example.org", "countess@example.org"
NOTHING: dict[str, list[str]] = {"moved": [], "unshared": []}
TABLES = (Attendance, Response, Shared, Assignment, Tally, Part, BlocTally, Mark, Doubled)


@pytest.fixture
def root() -> Group:
    return made_up.root(made_up.organisation())


@pytest.fixture
def event(root: Group) -> Event:
    return made_up.event(root)


def table(model: type[Model]) -> list[dict[str, Any]]:
    return list(model._default_manager.order_by("pk").values())


def everything() -> list[Any]:
    return [table(model) for model in TABLES]


def person(email: str) -> Person:
    return Person.objects.select_related("organisation").get(email=email)


def merged(kept: str = ADA, away: str = COUNTESS) -> Merge:
    return merge(SYSTEM, kept=person(kept), away=person(away))


def counts(event: Event) -> tuple[int, int, int, int, int]:
    tally = tally_of(event.id)
    return tally.confirmed, tally.guests, tally.tentative, tally.unconfirmed, tally.waiting


def test_answers_go_along_and_come_back(root: Group, event: Event) -> None:
    made_up.confirmed(made_up.event(root, title="Else"), ADA)
    theirs = made_up.confirmed(event, COUNTESS, "Ada King", guests=2)
    before = everything()
    made = merged()
    assert [one.event.title for one in answers_of_person(root.organisation_id, person(ADA).id)] == [
        event.title,
        "Else",
    ]
    assert counts(event) == (1, 2, 0, 0, 0)
    # The mail that went to the other address still leads to the answer.
    assert made_up.cancel(theirs).status == "declined"
    assert counts(event) == (0, 0, 0, 0, 0)
    made_up.change(theirs, guests="2")
    take_apart(SYSTEM, merge_id=made.id)
    assert everything() == before


@pytest.mark.parametrize(
    ("ours", "theirs", "stays"),
    [
        ({}, {}, COUNTESS),
        ({}, {"confirm": False}, ADA),
        ({"confirm": False}, {}, COUNTESS),
        ({"confirm": False}, {"confirm": False}, COUNTESS),
        ({"answer": "tentative"}, {}, COUNTESS),
        ({}, {"answer": "tentative"}, COUNTESS),
        ({}, {"cancel": True}, COUNTESS),
        ({"cancel": True}, {}, COUNTESS),
    ],
)
@pytest.mark.parametrize("kept", [ADA, COUNTESS])
def test_of_two_answers_to_one_event_one_stays(
    event: Event, kept: str, ours: dict[str, Any], theirs: dict[str, Any], stays: str
) -> None:
    """The one that was confirmed, else the one that was given last, whoever is kept."""
    answers = {}
    for email, said, guests in ((ADA, ours, 1), (COUNTESS, theirs, 3)):
        form = {name: value for name, value in said.items() if name == "answer"}
        answers[email] = made_up.answer(event, email, guests=guests, **form)
        if said.get("confirm", True):
            made_up.confirm(answers[email])
        if said.get("cancel"):
            made_up.cancel(answers[email])
    before, counted = everything(), counts(event)
    made = merged(kept, ADA if kept == COUNTESS else COUNTESS)
    [one] = Attendance.objects.all()
    assert (one.id, one.person.email) == (answers[stays].id, kept)
    people = 4 if stays == COUNTESS else 2
    comes = one.confirmed_at and one.status == "accepted"
    assert counts(event)[:2] == ((1, people - 1) if comes else (0, 0))
    take_apart(SYSTEM, merge_id=made.id)
    assert everything() == before
    assert counts(event) == counted


def test_both_links_lead_to_the_answer_that_stays(root: Group, event: Event) -> None:
    goes = made_up.confirmed(event, ADA)
    stays = made_up.confirmed(event, COUNTESS)
    merged()
    assert standing(root.organisation_id, goes.id) == stays
    assert link("cancel", root.organisation_id, goes.id)
    assert made_up.act("cancel", root.organisation_id, goes.id, {}) == []
    stays.refresh_from_db()
    assert (stays.status, counts(event)[0]) == ("declined", 0)
    Doubled.objects.all().delete()
    assert standing(root.organisation_id, goes.id) is None
    assert made_up.act("cancel", root.organisation_id, goes.id, {})[0].code == "not-found"


def test_the_mail_of_an_answer_that_gave_way_is_not_sent(event: Event) -> None:
    made_up.answer(event, ADA)
    made_up.answer(event, COUNTESS)
    merged()
    made_up.send_mails()
    assert sorted(Effect.objects.values_list("state", flat=True)) == ["done", "void"]


def test_a_place_goes_before_a_wait_and_is_given_back_if_it_is_free(root: Group) -> None:
    event = made_up.event(root, capacity=2)
    first = made_up.confirmed(event, ADA, guests=1)
    waits = made_up.confirmed(event, COUNTESS)
    before = everything()
    made = merged()
    assert Attendance.objects.get().id == first.id
    take_apart(SYSTEM, merge_id=made.id)
    assert everything() == before
    # A place that became free is given out; whoever had it comes back to the end of the queue.
    made_up.cancel(first)
    move_up()
    made_up.change(first, guests="0")
    made = merged()
    assert Attendance.objects.get().id == waits.id
    made_up.confirmed(event, "bo@example.org", guests=0)
    take_apart(SYSTEM, merge_id=made.id)
    first.refresh_from_db()
    assert first.waiting_since is not None
    assert counts(event) == (2, 0, 0, 0, 1)


def test_seats_on_a_coach_are_given_up_and_given_back(root: Group, event: Event) -> None:
    bloc = made_up.bloc(root, event, pick_ups=(Coach(where="The square", seats=4),))
    coach = PickUp.objects.get()
    for email, guests in ((ADA, 1), (COUNTESS, 1)):
        made_up.confirm(made_up.joined(bloc, email, guests=guests, coach=str(coach.id)))
    before = everything()
    made = merged()
    assert sum(Attendance.objects.values_list("seats", flat=True)) == 2
    take_apart(SYSTEM, merge_id=made.id)
    assert everything() == before
    made = merged()
    made_up.confirm(made_up.joined(bloc, "bo@example.org", guests=0, coach=str(coach.id)))
    take_apart(SYSTEM, merge_id=made.id)
    assert sum(Attendance.objects.values_list("seats", flat=True)) == 3
    made = merged()
    Bloc.objects.all().delete()
    take_apart(SYSTEM, merge_id=made.id)
    assert Attendance.objects.filter(bloc=None, pick_up=None).count() == 3


def asked(root: Group, event: Event) -> None:
    """Both answered a question, and a volunteer looks after both."""
    [question] = set_questions(SYSTEM, event=event, questions=[Asking(text="Which coach?", purpose="To book")])
    for email in (ADA, COUNTESS):
        made_up.confirmed(event, email, **{f"question-{question.id}": f"That of {email}"})
    terms = {"contact": True, "ends_at": now() + timedelta(hours=72)}
    volunteer = made_up.account(root, made_up.VIEWER, "vic@example.org", **terms)
    assign_next(SYSTEM, event=event, account_id=volunteer.id, many=9)


def test_what_hangs_on_an_answer_comes_back_with_it(root: Group, event: Event) -> None:
    asked(root, event)
    before = everything()
    made = merged()
    assert (Response.objects.count(), Assignment.objects.count()) == (1, 1)
    take_apart(SYSTEM, merge_id=made.id)
    assert everything() == before
    made = merged()
    Question.objects.all().delete()
    Membership.objects.all().delete()
    take_apart(SYSTEM, merge_id=made.id)
    assert (Attendance.objects.count(), Response.objects.count(), Assignment.objects.count()) == (2, 0, 0)


def test_whoever_was_there_was_there(event: Event) -> None:
    goes, stays = made_up.confirmed(event, ADA), made_up.confirmed(event, COUNTESS)
    Attendance.objects.filter(id=goes.id).update(attended=True)
    before = everything()
    made = merged()
    assert Attendance.objects.get(id=stays.id).attended is True
    take_apart(SYSTEM, merge_id=made.id)
    assert everything() == before


@pytest.mark.parametrize("lets", [False, True])
def test_an_ally_sees_no_answer_that_the_one_who_is_kept_does_not_let_it_see(
    root: Group, event: Event, lets: bool
) -> None:
    ally = made_up.organisation("allies", "Allies")
    made_up.cohost(event, ally)
    boxes = ("agree", f"ally-{ally.id}")
    elsewhere = made_up.event(root, title="Else")
    made_up.cohost(elsewhere, ally)
    made_up.confirmed(elsewhere, ADA, boxes=boxes if lets else ("agree",))
    made_up.confirmed(event, COUNTESS, boxes=boxes)
    before = everything()
    made = merged()
    assert Shared.objects.filter(event=event).exists() == lets
    take_apart(SYSTEM, merge_id=made.id)
    assert everything() == before


def test_a_no_to_an_ally_since_is_not_undone(root: Group, event: Event) -> None:
    ally = made_up.organisation("allies", "Allies")
    made_up.cohost(event, ally)
    boxes = ("agree", f"ally-{ally.id}")
    made_up.confirmed(event, ADA, boxes=boxes)
    theirs = made_up.confirmed(event, COUNTESS, boxes=boxes)
    made = merged()
    made_up.change(theirs, **{f"stop-{ally.id}": "yes"})
    take_apart(SYSTEM, merge_id=made.id)
    for email in (ADA, COUNTESS):
        allowed = granted(root.organisation_id, [person(email).id])[person(email).id]
        assert (f"ally-{ally.id}", "email") not in allowed
    assert not Shared.objects.filter(attendance=theirs).exists()


def test_the_union_of_several_organisations_counts_one_mailbox(root: Group, event: Event) -> None:
    other = made_up.organisation("allies", "Allies")
    made_up.cohost(event, other)
    made_up.confirmed(event, "bo@example.org", by=other)
    for email in (ADA, COUNTESS):
        made_up.confirmed(event, email)
    made_up.snapshot()
    before = everything()
    made = merged()
    assert Mark.objects.filter(organisation_id=root.organisation_id).count() == 1
    take_apart(SYSTEM, merge_id=made.id)
    assert everything() == before


def test_who_comes_again_by_the_other_address_has_one_answer_and_keeps_their_address(
    root: Group, event: Event
) -> None:
    made_up.confirmed(event, ADA)
    made_up.confirmed(made_up.event(root, title="Else"), COUNTESS)
    merged()
    boxes = {"agree": "yes", "updates": "yes"}
    form = {"name": "Countess Ada", "email": COUNTESS, "guests": "4", **boxes}
    assert made_up.act("attend", root.organisation_id, event.id, form) == []
    made_up.confirm(Attendance.objects.get(event=event))
    ada = person(ADA)
    assert (Attendance.objects.filter(event=event).count(), ada.name) == (1, "Countess Ada")
    # Their yes to news is for the address by which they said it.
    assert granted(root.organisation_id, [ada.id])[ada.id] == {("event", "email")}
    away = person(COUNTESS)
    assert ("updates", "email") in granted(root.organisation_id, [away.id])[away.id]


def test_their_yes_lifts_nothing_that_stands_in_the_way_of_the_other_address(root: Group, event: Event) -> None:
    made_up.confirmed(event, ADA)
    made_up.confirmed(made_up.event(root, title="Else"), COUNTESS)
    merged()
    suppress(root.organisation_id, "email", {ADA: "unsubscribed"})
    boxes = {"agree": "yes", "updates": "yes"}
    made_up.act("attend", root.organisation_id, event.id, {"name": "Ada", "email": COUNTESS, **boxes})
    made_up.confirm(Attendance.objects.get(event=event))
    assert lift(root.organisation_id, "email", [person(ADA).id]) in {0, 1}


def test_an_answer_that_was_being_written_meanwhile_goes_along_a_moment_later(event: Event) -> None:
    late = made_up.confirmed(event, COUNTESS)
    made_up.confirmed(made_up.event(event.group, title="Else"), ADA)
    before = everything()
    made = merged()
    assert hand_over_late() == 0
    # As PostgreSQL leaves it: the row waited for the merge, and then went to whom it had known before.
    Attendance.objects.filter(id=late.id).update(person=made.away)
    Merge.objects.filter(id=made.id).update(before={**made.before, "parts": {"attendances": NOTHING}})
    assert hand_over_late() == 1
    assert Attendance.objects.get(id=late.id).person_id == made.kept_id
    take_apart(SYSTEM, merge_id=made.id)
    assert everything() == before


def test_after_the_event_nothing_comes_back(root: Group, event: Event) -> None:
    made_up.confirmed(event, ADA)
    made_up.confirmed(event, COUNTESS)
    made = merged()
    assert forget_doubled() == 0
    with time_machine.travel(event.closes_at + timedelta(minutes=1), tick=False):
        assert forget_doubled() == 1
        assert forget_doubled() == 0
        take_apart(SYSTEM, merge_id=made.id)
    assert Attendance.objects.count() == 1


def test_after_thirty_days_only_the_way_to_the_answer_that_stays_is_left(root: Group) -> None:
    event = made_up.event(root, day=made_up.in_days(90))
    goes = made_up.confirmed(event, ADA)
    stays = made_up.confirmed(event, COUNTESS)
    merged()
    with time_machine.travel(now() + timedelta(days=30, minutes=1), tick=False):
        assert (forget_merges(), forget_doubled()) == (1, 1)
        assert Doubled.objects.get().was is None
        assert standing(root.organisation_id, goes.id) == stays


def test_whoever_is_forgotten_is_forgotten_by_both_addresses(root: Group, event: Event) -> None:
    made_up.confirmed(event, ADA)
    made_up.confirmed(event, COUNTESS)
    made_up.send_mails()
    away = person(COUNTESS)
    merged()
    # By the link in a mail to the address that went.
    assert made_up.act("forget", root.organisation_id, away.id, {}) == []
    for model in (Person, Attendance, Doubled, Merge, Effect):
        assert not model._default_manager.exists(), model
    assert counts(event) == (0, 0, 0, 0, 0)


def test_an_answer_that_gave_way_twice_leads_to_the_last(root: Group, event: Event) -> None:
    answers = [made_up.confirmed(event, email) for email in (ADA, COUNTESS, "king@example.org")]
    before = everything()
    first = merged(COUNTESS, ADA)
    second = merged("king@example.org", COUNTESS)
    for one in answers[:2]:
        assert standing(root.organisation_id, one.id) == answers[2]
    take_apart(SYSTEM, merge_id=second.id)
    assert standing(root.organisation_id, answers[0].id) == answers[1]
    take_apart(SYSTEM, merge_id=first.id)
    assert everything() == before
