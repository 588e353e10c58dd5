"""What becomes of answers when two people are taken for one, and when they are taken apart again.

Where both answered the same event, one answer stays: one that was confirmed before one that was not; of two that
say yes the one that has a place; else the one that was given last. The other gives up place and seats, and is kept
beside it as long as it can come back.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from groundswell.attendances.coaches import Coaches
from groundswell.attendances.models import Assignment, Attendance, Doubled, Response, Shared
from groundswell.attendances.operations import locked_attendances
from groundswell.attendances.totals import ACCEPTED, Deltas, Seats
from groundswell.blocs.queries import there_of
from groundswell.events.models import Question
from groundswell.groups.models import Membership
from groundswell.intake.touches import touch
from groundswell.kit.clock import now
from groundswell.kit.written import read, written
from groundswell.people.models import Merge, Person
from groundswell.people.queries import granted

Kept = dict[str, Any]


def lock(organisation_id: UUID, people: Collection[UUID]) -> list[Attendance]:
    """The answers of these people, locked after the totals of their events (7 queries)."""
    own = Attendance.objects.filter(organisation_id=organisation_id, person_id__in=people)
    return list(locked_attendances(organisation_id, list(own.values_list("id", flat=True))).values())


def hand_over(merge: Merge) -> Kept:
    """Let all that either of them answered be the answer of the one who is kept; totals and marks follow.

    Queries: 7, and about 8 for each event that both have answered.
    """
    answers = lock(merge.organisation_id, [merge.kept_id, merge.away_id])
    deltas = Deltas()
    for answer in answers:
        deltas.leave(answer)
    moved = [answer.id for answer in answers if answer.person_id == merge.away_id]
    for twice in _by_event(answers):
        stay, goes = _which_stays(twice)
        _double(merge, stay, goes)
        answers.remove(goes)
    _give_to(merge.kept, answers)
    unshared = _unshare(merge, moved)
    _count(deltas, answers)
    return {"moved": [str(one) for one in moved], "unshared": unshared}


def _by_event(answers: Iterable[Attendance]) -> list[list[Attendance]]:
    """The answers to events that both have answered."""
    by_event: defaultdict[UUID, list[Attendance]] = defaultdict(list)
    for answer in answers:
        by_event[answer.event_id].append(answer)
    return [twice for twice in by_event.values() if len(twice) > 1]


def _which_stays(twice: Sequence[Attendance]) -> list[Attendance]:
    """Two answers to one event, the one that stays first."""
    both_come = all(answer.status == ACCEPTED for answer in twice)

    def weight(answer: Attendance) -> tuple[bool, bool, object, UUID]:
        return answer.confirmed_at is not None, both_come and answer.has_place, answer.created_at, answer.id

    return sorted(twice, key=weight, reverse=True)


def _double(merge: Merge, stays: Attendance, goes: Attendance) -> None:
    """Keep an answer beside the one that stays, with all that hangs on it; whoever was there was there."""
    was = {
        "answer": written(goes),
        "responses": [written(one) for one in Response.objects.filter(attendance=goes)],
        "assigned": [written(one) for one in Assignment.objects.filter(attendance=goes)],
        "shared": [written(one) for one in Shared.objects.filter(attendance=goes)],
        "attended": stays.attended,
        "doubled": [str(one) for one in goes.doubled.values_list("id", flat=True)],
    }
    goes.doubled.update(attendance=stays)
    Doubled.objects.create(
        id=goes.id, organisation_id=merge.organisation_id, attendance=stays, merge=merge, was=was
    )
    stays.attended = stays.attended or goes.attended
    Attendance.objects.filter(id=goes.id).delete()


def _give_to(person: Person, answers: Iterable[Attendance]) -> None:
    for answer in answers:
        answer.person = person
    Attendance.objects.bulk_update(answers, ["person", "attended"], batch_size=100)


def _count(deltas: Deltas, answers: Iterable[Attendance]) -> None:
    """Let answers count as they stand now, after all of them were taken out."""
    for answer in answers:
        deltas.enter(answer)
    deltas.store()
    touch(*(f"event:{event}:count" for event in sorted({event for event, _whose in deltas.moves})))


def _unshare(merge: Merge, moved: Collection[UUID]) -> list[list[str]]:
    """Let others see no answer that the one who is kept does not let them see; returns which saw which."""
    allowed = granted(merge.organisation_id, [merge.kept_id]).get(merge.kept_id, set())
    shared = Shared.objects.filter(attendance_id__in=moved).values_list("attendance_id", "organisation_id")
    gone = [(answer, ally) for answer, ally in shared if (f"ally-{ally}", "email") not in allowed]
    Shared.objects.filter(pk__in=gone).delete()
    return [[str(answer), str(ally)] for answer, ally in gone]


def take_back(merge: Merge, kept: Kept) -> None:
    """Let answers be those of the one who had gone again, and those that gave way come back.

    An answer goes back as it stands by now. One that gave way comes back while its event lies ahead: to its place
    and its seats where they are still free. Queries: 9, and about 12 for each answer that comes back.
    """
    answers = lock(merge.organisation_id, [merge.kept_id])
    deltas = Deltas()
    for answer in answers:
        deltas.leave(answer)
    moved = {UUID(one) for one in kept["moved"]}
    back = [answer for answer in answers if answer.id in moved]
    doubled = list(merge.doubled.select_related("attendance__event"))
    for one in doubled:
        stays = next(answer for answer in answers if answer.id == one.attendance_id)
        if one.was and stays.attended and one.was["answer"]["attended"]:
            stays.attended = one.was["attended"]
    _give_to(merge.kept, [answer for answer in answers if answer.id not in moved])
    _give_to(merge.away, back)
    _share_again(merge, kept["unshared"], back)
    answers += _come_back(merge, doubled)
    _count(deltas, answers)


def _share_again(merge: Merge, unshared: Iterable[Sequence[str]], back: Iterable[Attendance]) -> None:
    allowed = granted(merge.organisation_id, [merge.away_id]).get(merge.away_id, set())
    by_id = {str(answer.id): answer for answer in back}
    Shared.objects.bulk_create(
        Shared(
            attendance=by_id[answer],
            organisation_id=UUID(ally),
            event_id=by_id[answer].event_id,
            whose=merge.organisation_id,
        )
        for answer, ally in unshared
        if answer in by_id and (f"ally-{ally}", "email") in allowed
    )


def _come_back(merge: Merge, doubled: Iterable[Doubled]) -> list[Attendance]:
    """The answers that gave way, where they are still kept, as far as what they held is still there."""
    found = []
    for one in doubled:
        if not one.was:
            continue
        answer = read(Attendance, one.was["answer"])
        answer.person = merge.kept if answer.person_id == merge.kept_id else merge.away
        if answer.bloc_id and answer.bloc_id not in there_of([answer.bloc_id]):
            answer.bloc_id = None
        Seats([answer.event_id]).give_again(answer)
        Coaches([answer.pick_up_id] if answer.pick_up_id else []).give_again(answer)
        one.delete()
        answer.save(force_insert=True)
        Doubled.objects.filter(id__in=one.was["doubled"]).update(attendance=answer)
        _hang_on(one.was)
        found.append(answer)
    return found


def _hang_on(was: Kept) -> None:
    """What hung on an answer, as far as what it points at is still there."""
    responses = [read(Response, one) for one in was["responses"]]
    asked = Question.objects.filter(id__in=[one.question_id for one in responses]).values_list("id", flat=True)
    there = set(asked)
    Response.objects.bulk_create(one for one in responses if one.question_id in there)
    assigned = [read(Assignment, one) for one in was["assigned"]]
    terms = Membership.objects.filter(id__in=[one.membership_id for one in assigned])
    roles = set(terms.values_list("id", flat=True))
    Assignment.objects.bulk_create(one for one in assigned if one.membership_id in roles)
    Shared.objects.bulk_create(read(Shared, one) for one in was["shared"])


def hand_over_late() -> int:
    """Let answers go along that were being written in the moment of a merge; returns how many they were.

    Whoever settles an answer knows its person before the row is there, and a merge may come in between.
    """
    late = Merge.objects.filter(away__attendances__isnull=False, kept__merged_into=None).distinct()
    return sum(_hand_over_late(merge) for merge in list(late.select_related("kept", "away")[:50]))


@transaction.atomic
def _hand_over_late(merge: Merge) -> int:
    again = hand_over(merge)
    for name, more in again.items():
        merge.before["parts"]["attendances"][name] += more
    merge.save(update_fields=["before"])
    return len(again["moved"])


def forget_doubled() -> int:
    """Delete what answers were that gave way, once nothing can be taken apart or the event is over (2 queries).

    The link from its mails to the answer that stays goes with that one.
    """
    kept = Doubled.objects.filter(was__isnull=False)
    ids = list(kept.filter(merge=None).values_list("id", flat=True)[:250])
    ids += list(kept.filter(attendance__event__closes_at__lte=now()).values_list("id", flat=True)[:250])
    return Doubled.objects.filter(id__in=ids).update(was=None)
