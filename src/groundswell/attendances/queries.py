"""Reading attendances."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from uuid import UUID

from django.db.models import Case, Count, F, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce

from groundswell.attendances.models import (
    HAS_PLACE,
    Attendance,
    BlocTally,
    Doubled,
    Notice,
    Part,
    Response,
    Tally,
)
from groundswell.attendances.totals import FIELDS
from groundswell.blocs.models import Bloc, Caller
from groundswell.events.models import Event, Question, Status
from groundswell.kit.clock import now
from groundswell.people.finding import address_of, people_like

FOUND_AT_ONCE = 50


def rounded(people: int) -> int:
    """A figure as other organisations and the public are shown it: down to tens."""
    return people - people % 10


def coming(event_id: UUID) -> int:
    """How many people are coming by confirmed answers, guests included: the public count (1 query).

    Where several organisations bring people it is that of the last snapshot: each knows its own part.
    """
    return coming_to([event_id]).get(event_id, 0)


def coming_to(event_ids: list[UUID]) -> dict[UUID, int]:
    """The public count of each event (1 query); events that nobody answered are left out."""
    return {tally.event_id: shown_count(tally) for tally in Tally.objects.filter(event_id__in=event_ids)}


def shown_count(tally: Tally) -> int:
    """The public count in an event's totals (0 queries)."""
    return tally.shown if tally.together else tally.confirmed + tally.guests


def coming_with(bloc: Bloc, tally: Tally) -> int:
    """How many people come with a bloc, as the public is shown it; ``tally`` is its event's (1 query).

    Where other organisations bring people to the event it is the sum of what each brought at the last snapshot,
    each rounded down: who brings all but a few learns no more of those few than from the event's page.
    """
    rows = BlocTally.objects.filter(bloc=bloc)
    return sum(row.shown if tally.together else row.confirmed + row.guests for row in rows)


def brought_to_bloc(bloc_id: UUID, organisation_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many people each organisation brings to a bloc: exact, so only to be shown to itself (1 query)."""
    rows = BlocTally.objects.filter(bloc_id=bloc_id, organisation_id__in=organisation_ids)
    return {row.organisation_id: row.confirmed + row.guests for row in rows}


def brought_to_blocs(bloc_ids: Collection[UUID], organisation_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many people these organisations bring to each bloc: exact, so only to be shown to them (1 query)."""
    rows = BlocTally.objects.filter(bloc_id__in=bloc_ids, organisation_id__in=organisation_ids)
    brought = rows.values_list("bloc_id").annotate(people=Sum(F("confirmed") + F("guests")))
    return dict(brought)


def own_tallies_of(event_ids: list[UUID]) -> dict[UUID, Tally]:
    """What the host of each event brings to it, other organisations' parts left out (1 query, 2 if there are any).

    Events that nobody answered are left out.
    """
    tallies = {tally.event_id: tally for tally in Tally.objects.filter(event_id__in=event_ids)}
    together = [key for key, tally in tallies.items() if tally.together]
    for part in Part.objects.filter(event_id__in=together) if together else ():
        for name in FIELDS:
            setattr(tallies[part.event_id], name, getattr(tallies[part.event_id], name) - getattr(part, name))
    return tallies


def own_tally_of(event_id: UUID) -> Tally:
    """The same of one event, all 0 where nobody answered yet (1 query, or 2)."""
    return own_tallies_of([event_id]).get(event_id) or Tally(event_id=event_id)


def part_of_event(event_id: UUID, organisation_id: UUID) -> Part:
    """What an organisation brings to another one's event, all 0 where nobody answered it yet (1 query)."""
    found = Part.objects.filter(event_id=event_id, organisation_id=organisation_id).first()
    return found or Part(event_id=event_id, organisation_id=organisation_id)


def tally_of(event_id: UUID) -> Tally:
    """An event's totals, all 0 where nobody answered yet; exact, so not to be shown to a co-host (1 query)."""
    return Tally.objects.filter(event_id=event_id).first() or Tally(event_id=event_id)


def is_full(event: Event, tally: Tally) -> bool:
    """Whether a page says that whoever answers now comes onto the waiting list (0 queries).

    Where several organisations bring people it is said by their rounded figures of the last snapshot, so it tells
    nothing that these do not; it may then be said too late, and a mail tells each whether they have a place.
    """
    if tally.together:
        return event.capacity is not None and tally.taken >= event.capacity
    return event.capacity is not None and (tally.waiting > 0 or tally.confirmed + tally.guests >= event.capacity)


FULL, EMPTY = 85, 25
"""Parts of a hundred of its places or target: from the one on an event fills, below the other it is empty."""

SOON = timedelta(days=14)


def filling_up(events: QuerySet[Event]) -> list[Event]:
    """Those of these events that lie ahead and fill, the next first, with ``people`` and ``goal`` (1 query)."""
    return _measured(events, Q(goal__gt=0, hundredfold__gte=F("goal") * FULL))


def still_empty(events: QuerySet[Event]) -> list[Event]:
    """Those that come within two weeks and are empty, the next first, with ``people`` and ``goal`` (1 query).

    Without places and target an event is empty while nobody is coming.
    """
    few = Q(goal__gt=0, hundredfold__lt=F("goal") * EMPTY) | Q(goal=0, people=0)
    return _measured(events, few & Q(opens_at__lte=now() + SOON))


def with_unconfirmed(events: QuerySet[Event]) -> QuerySet[Event]:
    """Those of these events, 200 at most, to which somebody has answered and not confirmed it; lazy, 1 query."""
    return events.filter(tally__unconfirmed__gt=0)[:200]


def _measured(events: QuerySet[Event], which: Q) -> list[Event]:
    exact = Coalesce(F("tally__confirmed") + F("tally__guests"), 0)
    people = Case(When(tally__together=True, then=F("tally__shown")), default=exact)
    measured = events.annotate(
        people=people, hundredfold=people * 100, goal=Coalesce("capacity", "target", 0)
    ).filter(which, status=Status.PUBLISHED, closes_at__gt=now())
    return list(measured.order_by("opens_at", "id")[:10])


def attendances_of(event: Event, organisation_id: UUID | None = None) -> QuerySet[Attendance]:
    """The host's answers to an event that the actor was let to, with their people; lazy, 1 query.

    The latest come first. What was answered on other organisations' pages is theirs: who was let to one's side
    names it, here and below.
    """
    return answers_of(event, organisation_id or event.organisation_id)


def answers_of(event: Event, organisation_id: UUID) -> QuerySet[Attendance]:
    """What was answered on one organisation's page of an event, with their people; lazy, 1 query."""
    own = Attendance.objects.select_related("person").filter(event=event, organisation_id=organisation_id)
    return own.order_by("-id")


def anybody_answered(event: Event) -> bool:
    """Whether anybody answered an event on its host's page, or was counted (2 queries)."""
    answered = Attendance.objects.filter(event=event, organisation_id=event.organisation_id).exists()
    return answered or Tally.objects.filter(event=event, counted__gt=0).exists()


def is_together(event_id: UUID) -> bool:
    """Whether other organisations bring people to an event, or may; which is not for its host (1 query)."""
    return Tally.objects.filter(event_id=event_id, together=True).exists()


def confirmed_answers(event: Event, organisation_id: UUID | None = None) -> QuerySet[Attendance]:
    """Who is coming and has a place, with their people, the latest answer first; lazy, 1 query."""
    return attendances_of(event, organisation_id).filter(HAS_PLACE)


def waiting_answers(event: Event, organisation_id: UUID | None = None) -> QuerySet[Attendance]:
    """Who waits for a place, with their people, in the order in which they get one; lazy, 1 query."""
    return (
        attendances_of(event, organisation_id).filter(waiting_since__isnull=False).order_by("waiting_since", "id")
    )


def tentative_answers(event: Event, organisation_id: UUID | None = None) -> QuerySet[Attendance]:
    """Who may come, with their people, the latest answer first; lazy, 1 query."""
    return attendances_of(event, organisation_id).filter(
        status=Attendance.Status.TENTATIVE, confirmed_at__isnull=False
    )


def unconfirmed_answers(event: Event, organisation_id: UUID | None = None) -> QuerySet[Attendance]:
    """Answers that nobody confirmed yet, with their people, the latest first; lazy, 1 query."""
    return (
        attendances_of(event, organisation_id).filter(confirmed_at=None).exclude(status=Attendance.Status.DECLINED)
    )


def standing(organisation_id: UUID, attendance_id: UUID) -> Attendance | None:
    """An answer with its person and event, for whoever holds a link to it; None if it is gone (1 query, or 2).

    Where it gave way to another one of the same person, that one (3 queries).
    """
    related = ("person", "organisation", "event__organisation", "event__group")
    own = Attendance.objects.select_related(*related).filter(organisation_id=organisation_id)
    found = own.filter(id=attendance_id).first()
    if found is None:
        stays = that_stay(organisation_id, [attendance_id]).get(attendance_id)
        return own.filter(id=stays).first() if stays else None
    return found


def that_stay(organisation_id: UUID, ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """For each of these answers that gave way to another one, which that is (1 query)."""
    doubled = Doubled.objects.filter(organisation_id=organisation_id, id__in=list(ids))
    return dict(doubled.values_list("id", "attendance_id"))


def answers_like(
    event: Event, part: str, *, by_address: bool = False, organisation_id: UUID | None = None
) -> tuple[list[Attendance], bool]:
    """Up to fifty answers of people in whose name a word begins like this, and whether these are all (2 queries).

    ``by_address`` finds a whole e-mail address as well, for those who may see it (3 queries then).
    """
    whose = organisation_id or event.organisation_id
    ids, whole = people_like(whose, part)
    if by_address and "@" in part:
        ids += address_of(whose, part)
    found = attendances_of(event, whose).filter(confirmed_at__isnull=False, person_id__in=ids)
    # In the order of the index that leads to them: in that of their answers, everybody else would be read as well.
    rows = list(found.exclude(status=Attendance.Status.DECLINED).order_by("person_id")[: FOUND_AT_ONCE + 1])
    return rows[:FOUND_AT_ONCE], whole and len(rows) <= FOUND_AT_ONCE


def responses_of(attendance_ids: list[UUID]) -> dict[UUID, dict[UUID, str]]:
    """What people answered to an event's own questions, by attendance and question (1 query)."""
    return _by_attendance(Response.objects.filter(attendance_id__in=attendance_ids))


def all_responses_to(event: Event, organisation_id: UUID) -> dict[UUID, dict[UUID, str]]:
    """The same of everybody who answered on one organisation's page of an event (1 query)."""
    return _by_attendance(Response.objects.filter(question__event=event, organisation_id=organisation_id))


def _by_attendance(responses: QuerySet[Response]) -> dict[UUID, dict[UUID, str]]:
    found: dict[UUID, dict[UUID, str]] = {}
    for attendance, question, text in responses.values_list("attendance_id", "question_id", "text"):
        found.setdefault(attendance, {})[question] = text
    return found


def joined_by(caller: Caller) -> QuerySet[Attendance]:
    """Who of a caller's own people joined its bloc and has a place, the latest answer first; lazy, 1 query."""
    bloc = caller.bloc
    return confirmed_answers(bloc.event, caller.organisation_id).filter(bloc=bloc)


def chosen_of(event: Event, answers: QuerySet[Attendance]) -> dict[UUID, dict[str, int]]:
    """How many of these answers to an event say what to a question with choices (1 query)."""
    given = _responses_to(event, answers).exclude(question__kind=Question.Kind.TEXT).order_by()
    found: dict[UUID, dict[str, int]] = {}
    for question, text, people in given.values_list("question_id", "text").annotate(people=Count("id")):
        found.setdefault(question, {})[text] = people
    return found


def written_of(event: Event, answers: QuerySet[Attendance]) -> QuerySet[Response]:
    """What these answers say in words to an event's questions, with people, the latest first; lazy, 1 query."""
    written = _responses_to(event, answers).filter(question__kind=Question.Kind.TEXT)
    return written.select_related("question", "attendance__person").order_by("-id")


def _responses_to(event: Event, answers: QuerySet[Attendance]) -> QuerySet[Response]:
    return Response.objects.filter(question__event=event, attendance_id__in=answers.order_by().values("id"))


def needs_of(answers: QuerySet[Attendance]) -> QuerySet[Attendance]:
    """Those of these answers that say what somebody needs; for stewards; lazy, 1 query."""
    return answers.exclude(needs="")


def offers_of(answers: QuerySet[Attendance]) -> QuerySet[Attendance]:
    """Those of these answers in which somebody offers to do something; for stewards; lazy, 1 query."""
    return answers.exclude(offers="")


def notices_of(event: Event) -> QuerySet[Notice]:
    """What those who are coming were told or will be, the latest first; lazy, 1 query."""
    return Notice.objects.filter(event=event, bloc=None).order_by("-id")


def notices_of_bloc(caller: Caller) -> QuerySet[Notice]:
    """What a caller's own people who joined its bloc were told or will be, the latest first; lazy, 1 query."""
    return Notice.objects.filter(bloc_id=caller.bloc_id, organisation_id=caller.organisation_id).order_by("-id")


def reminders_of(event: Event) -> dict[str, Notice]:
    """The reminders of an event that go out by themselves, or went, by how long before it (1 query)."""
    standing = Notice.objects.filter(event=event, withdrawn_at=None).exclude(before="")
    return {notice.before: notice for notice in standing}


def checked_off(event: Event) -> int:
    """How many of the host's were checked off at the door by now, guests included (1 query)."""
    here = Attendance.objects.filter(event=event, organisation_id=event.organisation_id, attended=True)
    return sum(1 + guests for guests in here.values_list("guests", flat=True))


def answers_to(question_ids: Collection[UUID], organisation_id: UUID) -> int:
    """How many of an organisation's own people answered these questions (1 query)."""
    return Response.objects.filter(question_id__in=question_ids, organisation_id=organisation_id).count()


def answers_of_person(organisation_id: UUID, person_id: UUID) -> QuerySet[Attendance]:
    """What somebody answered to an organisation's events, the latest first; lazy, 1 query."""
    answers = Attendance.objects.select_related("event").filter(organisation_id=organisation_id)
    return answers.filter(person_id=person_id).order_by("-id")
