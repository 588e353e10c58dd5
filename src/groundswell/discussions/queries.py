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


def open_discussions() -> list[Discussion]:
    """The questions to which meetings can be held, the latest first (1 query)."""
    shown = Discussion.objects.select_related("organisation").filter(status=Discussion.Status.OPEN)
    return list(shown.order_by("-id")[:100])


def questions_of(organisation_id: UUID) -> list[Discussion]:
    """The open questions that an organisation puts, alone or with others, the latest first (1 query)."""
    calls = Caller.objects.filter(organisation_id=organisation_id, status=Caller.Status.ACCEPTED)
    puts = Q(organisation_id=organisation_id) | Q(id__in=calls.values("discussion_id"))
    return list(Discussion.objects.filter(puts, status=Discussion.Status.OPEN).order_by("-id")[:20])


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


def calls_for(actor: Actor) -> list[Caller]:
    """The questions that the actor's organisations put too, or are asked to, the latest first (1 query)."""
    related = ("discussion__organisation", "organisation")
    standing = Caller.objects.select_related(*related).exclude(status=Caller.Status.ENDED)
    return list(standing.filter(group_id__in=actor.groups(ORGANISER)).order_by("-id")[:50])


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


def meetings_of(discussion: Discussion, limit: int = 200) -> list[Meeting]:
    """A question's meetings that everybody may see, the first first (1 query)."""
    related = ("event__organisation", "event__group")
    shown = Meeting.objects.select_related(*related).filter(discussion=discussion, event__audience="everybody")
    return list(shown.exclude(event__status=Status.DRAFT).order_by("event__opens_at", "id")[:limit])


def meetings_for(actor: Actor, discussion: Discussion) -> list[Meeting]:
    """Those that the actor's groups hold, drafts too, the first first (1 query)."""
    own = Meeting.objects.select_related("event__group").filter(discussion=discussion)
    return list(own.filter(event__group_id__in=actor.groups(SEE)).order_by("event__opens_at", "id")[:200])


def notes_of(meetings: list[Meeting]) -> list[Note]:
    """What was said at meetings, in their order (1 query)."""
    return list(
        Note.objects.filter(meeting__in=meetings).order_by("meeting__event__opens_at", "meeting", "position")
    )


def outcomes_of(meetings: list[Meeting]) -> list[Outcome]:
    """What meetings decided, in their order (1 query)."""
    decided = Outcome.objects.select_related("meeting__event", "step").filter(meeting__in=meetings)
    return list(decided.order_by("meeting__event__opens_at", "meeting", "position"))


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
