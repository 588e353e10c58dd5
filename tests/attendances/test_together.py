"""An event that several organisations hold: each has its own people, and totals tell no one about others'."""

import pytest
from pytest_django import DjangoAssertNumQueries

from groundswell.attendances import figures, queries, totals
from groundswell.attendances.access import attendance_for
from groundswell.attendances.errors import NotAgreed
from groundswell.attendances.models import Attendance, Part, Tally
from groundswell.events import cohosts
from groundswell.events.models import CoHost, Event
from groundswell.groups.access import SYSTEM
from groundswell.groups.errors import NotFound
from groundswell.groups.models import Organisation
from groundswell.intake import kinds
from groundswell.intake.kinds import Action
from groundswell.intake.models import Touch
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.people.models import Person
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> Event:
    return made_up.event(made_up.root(made_up.organisation()))


@pytest.fixture
def ally() -> Organisation:
    return made_up.organisation("allies", "Allies")


@pytest.fixture
def cohost(event: Event, ally: Organisation) -> CoHost:
    return made_up.cohost(event, ally)


def test_each_has_its_own_people(event: Event, ally: Organisation, cohost: CoHost) -> None:
    ours = made_up.confirmed(event, "ada@example.org", guests=1)
    theirs = made_up.confirmed(event, "bo@example.org", "Bo", guests=3, by=ally)
    assert theirs.person.organisation == ally
    assert list(queries.attendances_of(event)) == [ours]
    assert list(queries.answers_of(event, ally.id)) == [theirs]
    assert queries.own_tally_of(event.id).confirmed + queries.own_tally_of(event.id).guests == 2
    part = queries.part_of_event(event.id, ally.id)
    assert (part.confirmed, part.guests) == (1, 3)
    assert Tally.objects.get().confirmed == 2
    assert attendance_for(SYSTEM, event.id, ours.id) == ours
    with pytest.raises(NotFound):
        attendance_for(SYSTEM, event.id, theirs.id)


def test_the_same_human_is_two_persons(event: Event, ally: Organisation, cohost: CoHost) -> None:
    made_up.confirmed(event)
    made_up.confirmed(event, by=ally)
    assert Person.objects.count() == Attendance.objects.count() == 2


def test_figures_are_of_ones_own_people(event: Event, ally: Organisation, cohost: CoHost) -> None:
    made_up.confirmed(event, postcode="M1 1AE", via="one")
    made_up.confirmed(event, "bo@example.org", postcode="SW1A 1AA", via="two", guests=5, by=ally)
    assert figures.by_area(event) == {"M1 1": 1}
    assert figures.by_link(event) == {"one": 1}
    assert figures.curves([event.id])[event.id].people == [1]
    assert queries.checked_off(event) == 0


def test_the_public_count_is_rounded_down_from_then_on(event: Event, ally: Organisation) -> None:
    made_up.confirmed(event, guests=8)
    assert queries.coming(event.id) == 9
    made_up.cohost(event, ally)
    assert queries.coming(event.id) == 9
    made_up.confirmed(event, "cy@example.org", guests=4)
    for email in ("bo@example.org", "di@example.org"):
        made_up.confirmed(event, email, guests=8, by=ally)
    assert queries.coming(event.id) == 10
    made_up.snapshot()
    assert queries.coming(event.id) == 20
    assert [one.people for one in queries.still_empty(Event.objects.filter(target=None))] == []  # type: ignore[attr-defined]


def test_an_answer_is_changed_and_withdrawn_in_its_own_part(
    event: Event, ally: Organisation, cohost: CoHost
) -> None:
    theirs = made_up.answer(event, guests=3, by=ally)
    assert queries.part_of_event(event.id, ally.id).unconfirmed == 1
    made_up.confirm(theirs)
    made_up.change(theirs, guests="1")
    assert queries.part_of_event(event.id, ally.id).guests == 1
    made_up.cancel(theirs)
    part = queries.part_of_event(event.id, ally.id)
    assert (part.confirmed, part.guests, Tally.objects.get().confirmed) == (0, 0, 0)
    made_up.answer(event, guests=2, by=ally)
    made_up.forget(made_up.confirmed(event, by=ally))
    part.refresh_from_db()
    assert (part.unconfirmed, part.confirmed, Tally.objects.get().unconfirmed) == (0, 0, 0)


def test_who_never_accepted_takes_no_answers(event: Event, ally: Organisation) -> None:
    assert _refused(event, ally) == [NotFound.code]
    cohosts.arrange(SYSTEM, event=event, duties="All.", contact="x")
    cohosts.invite(SYSTEM, event=event, organisation=ally)
    assert _refused(event, ally) == [NotFound.code]
    assert not Part.objects.exists()
    assert not Tally.objects.get().together


def test_what_was_answered_before_somebody_left_counts(event: Event, ally: Organisation, cohost: CoHost) -> None:
    before = _action(event, ally)
    cohosts.leave(SYSTEM, cohost=cohost)
    after = _action(event, ally)
    settle = kinds.named("attend").settle
    assert [refused.action for refused in settle(ally.id, [before, after])] == [after.id]
    assert list(queries.answers_of(event, ally.id).values_list("action", flat=True)) == [before.id]


def test_words_of_another_organisations_are_no_agreement(event: Event, ally: Organisation, cohost: CoHost) -> None:
    host_words = event.organisation.wordings.get(purpose="event")
    assert _refused(event, ally, agree=str(host_words.id)) == [NotAgreed.code]


def test_a_place_is_a_place_on_every_side(ally: Organisation) -> None:
    hall = made_up.event(made_up.root(made_up.organisation("hall", "Hall")), capacity=3)
    made_up.cohost(hall, ally)
    made_up.confirmed(hall, guests=1)
    theirs = made_up.confirmed(hall, "bo@example.org", guests=1, by=ally)
    assert theirs.waiting_since is not None
    assert queries.part_of_event(hall.id, ally.id).waiting == 2
    assert list(queries.waiting_answers(hall)) == []


def test_what_is_counted_without_a_name_is_the_hosts(event: Event, ally: Organisation, cohost: CoHost) -> None:
    form = {"token": str(uuid7()), "people": "3", "digest": "x"}
    assert [one.code for one in made_up.act("count", ally.id, event.id, form)] == [NotFound.code]


def test_somebody_has_answered_on_whichever_page(event: Event, ally: Organisation, cohost: CoHost) -> None:
    assert not queries.is_together(event.id)
    made_up.answer(event, by=ally)
    assert queries.is_together(event.id)
    assert not queries.anybody_answered(event)
    made_up.answer(event)
    assert queries.anybody_answered(event)


def test_what_others_hold_is_counted_apart_before_they_bring_anybody(
    event: Event, ally: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        made_up.confirmed(event, f"{number}@example.org")
    # In a transaction of its own.
    with django_assert_num_queries(3):
        assert totals.open_held() == 0
    assert queries.coming(event.id) == 12
    made_up.cohost(event, ally)
    other = made_up.event(event.group, title="Nobody answered it")
    made_up.bloc(made_up.root(ally), other)
    own = made_up.event(event.group, title="Its own bloc only")
    made_up.bloc(event.group, own)
    draft = made_up.draft(event.group, title="Nobody sees it")
    made_up.cohost(draft, ally)
    Touch.objects.all().delete()
    assert (totals.open_held(), totals.open_held()) == (2, 0)
    assert set(Touch.objects.values_list("tag", flat=True)) == {f"event:{one.id}:count" for one in (event, other)}
    assert queries.coming(event.id) == 10
    assert [queries.is_together(one.id) for one in (event, other, own, draft)] == [True, True, False, False]


def test_a_batch_costs_the_same_for_many(
    event: Event, ally: Organisation, cohost: CoHost, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    one, many = [_action(event, ally)], [_action(event, ally, f"{number}@example.org") for number in range(20)]
    settle = kinds.named("attend").settle
    with django_assert_max_num_queries(20) as first:
        settle(ally.id, one)
    with django_assert_max_num_queries(len(first)):
        settle(ally.id, many)


def _refused(event: Event, ally: Organisation, **form: str) -> list[str]:
    typed = {"name": "Bo", "email": "bo@example.org", "agree": "yes", **form}
    return [refused.code for refused in made_up.act("attend", ally.id, event.id, typed)]


def _action(event: Event, ally: Organisation, email: str = "bo@example.org") -> Action:
    form = {"name": "Bo", "email": email, "agree": "yes"}
    return Action(
        id=uuid7(),
        kind="attend",
        organisation_id=ally.id,
        subject=event.id,
        payload=kinds.named("attend").parse(form),
        received_at=now(),
    )
