"""Reading discussions."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from groundswell.discussions.models import Caller, Discussion, Meeting, Note, Outcome
from groundswell.events.models import Status
from groundswell.groups.access import ORGANISER, SEE, Actor
from groundswell.groups.errors import NotFound
from groundswell.kit.clock import now


def public_discussion(slug: str) -> Discussion:
    """A question's public page, for as long as it is no draft (1 query).

    :raises NotFound: if there is none of that slug, or it is a draft.
    """
    shown = Discussion.objects.select_related("organisation", "group").exclude(status=Discussion.Status.DRAFT)
    found = shown.filter(slug=slug).first()
    if found is None:
        raise NotFound
    return found


def open_discussions() -> QuerySet[Discussion]:
    """The questions to which meetings can be held, the latest first; lazy, 1 query."""
    return Discussion.objects.select_related("organisation").filter(status=Discussion.Status.OPEN).order_by("-id")


def questions_of(organisation_id: UUID) -> QuerySet[Discussion]:
    """The open questions that an organisation puts, alone or with others, the latest first; lazy, 1 query."""
    calls = Caller.objects.filter(organisation_id=organisation_id, status=Caller.Status.ACCEPTED)
    puts = Q(organisation_id=organisation_id) | Q(id__in=calls.values("discussion_id"))
    return Discussion.objects.filter(puts, status=Discussion.Status.OPEN).order_by("-id")


def question_at(event_id: UUID) -> Discussion | None:
    """The question on which an event is a meeting, if it is one (1 query)."""
    shown = Discussion.objects.exclude(status=Discussion.Status.DRAFT)
    return shown.filter(meetings__event_id=event_id).first()


def discussions_for(actor: Actor) -> QuerySet[Discussion]:
    """The questions that the actor's groups have put, the latest first; lazy, 1 query."""
    own = Discussion.objects.select_related("organisation", "group").filter(group_id__in=actor.groups(SEE))
    return own.order_by("-id")


def callers_of(discussion: Discussion) -> list[Caller]:
    """Who puts the question with the organisation that began it, or is asked to, the first first (1 query)."""
    standing = Caller.objects.select_related("organisation").filter(discussion=discussion)
    return list(standing.exclude(status=Caller.Status.ENDED).order_by("id"))


def calls_for(actor: Actor) -> QuerySet[Caller]:
    """The questions that the actor's organisations put too, or are asked to, the latest first; lazy, 1 query."""
    related = ("discussion__organisation", "organisation")
    standing = Caller.objects.select_related(*related).exclude(status=Caller.Status.ENDED)
    return standing.filter(group_id__in=actor.groups(ORGANISER)).order_by("-id")


def calls_waiting(actor: Actor) -> list[Caller]:
    """The invitations to put a question that the actor can answer, the oldest first (1 query)."""
    return list(_waiting().filter(group_id__in=actor.groups(ORGANISER)).order_by("id")[:50])


def waiting_call(caller_id: UUID) -> Caller | None:
    """An invitation that can still be accepted (1 query)."""
    return _waiting().filter(id=caller_id).first()


def any_call(caller_id: UUID) -> Caller | None:
    """An organisation that puts a question too, is asked to, or was, with all that a mail names (1 query)."""
    return _named().filter(id=caller_id).first()


def _waiting() -> QuerySet[Caller]:
    invited = _named().filter(status=Caller.Status.INVITED, expires_at__gt=now())
    return invited.exclude(discussion__status=Discussion.Status.CLOSED)


def _named() -> QuerySet[Caller]:
    return Caller.objects.select_related("organisation", "discussion__organisation")


def meetings_ahead(discussion: Discussion) -> QuerySet[Meeting]:
    """A question's meetings that lie ahead and that everybody may see, the next first; lazy, 1 query."""
    related = ("event__organisation", "event__group")
    shown = Meeting.objects.select_related(*related).filter(discussion=discussion, event__audience="everybody")
    return shown.filter(event__status=Status.PUBLISHED).order_by("event__opens_at", "id")


def meetings_for(actor: Actor, discussion: Discussion) -> QuerySet[Meeting]:
    """Those that the actor's groups hold, drafts too, the latest first; lazy, 1 query."""
    own = Meeting.objects.select_related("event__group").filter(discussion=discussion)
    return own.filter(event__group_id__in=actor.groups(SEE)).order_by("-event__opens_at", "-id")


def said_about(discussion: Discussion) -> QuerySet[Note]:
    """What was said at a question's meetings that everybody may see, the latest first; lazy, 1 query."""
    return Note.objects.select_related("meeting__event").filter(_shown(discussion)).order_by(*IN_ORDER)


def decided_about(discussion: Discussion) -> QuerySet[Outcome]:
    """What a question's meetings decided that everybody may see, those of the latest first; lazy, 1 query."""
    decided = Outcome.objects.select_related("meeting__event", "step").filter(_shown(discussion))
    return decided.order_by(*IN_ORDER)


IN_ORDER = ("-meeting__event__opens_at", "-meeting", "position")


def _shown(discussion: Discussion) -> Q:
    there = Q(meeting__discussion=discussion, meeting__event__audience="everybody")
    return there & ~Q(meeting__event__status=Status.DRAFT)


def notes_of(meeting: Meeting) -> list[Note]:
    """What was said at a meeting, in its order (1 query)."""
    return list(Note.objects.filter(meeting=meeting).order_by("position"))


def outcomes_of(meeting: Meeting) -> list[Outcome]:
    """What a meeting decided, in its order (1 query)."""
    decided = Outcome.objects.select_related("meeting__event", "step").filter(meeting=meeting)
    return list(decided.order_by("position"))


def discussions_within(groups: Sequence[UUID]) -> QuerySet[Any]:
    """The ids of all questions that these groups put; lazy, to be looked for in."""
    return Discussion.objects.filter(group_id__in=groups).values("id")


def names_of_discussions(ids: Sequence[UUID], own: Collection[UUID]) -> dict[UUID, tuple[str, str]]:
    """The questions, and for those of one's own organisations the name of their page in the desk (1 query)."""
    found = Discussion.objects.filter(id__in=ids).values_list("id", "question", "organisation_id")
    return {id: (question, "discussion" if of in own else "") for id, question, of in found}


def group_of_discussion(discussion_id: UUID) -> UUID | None:
    """Whose a question is (1 query)."""
    return Discussion.objects.filter(id=discussion_id).values_list("group_id", flat=True).first()


def group_of_meeting(meeting_id: UUID) -> UUID | None:
    """Who holds a meeting (1 query)."""
    return Meeting.objects.filter(id=meeting_id).values_list("event__group_id", flat=True).first()
