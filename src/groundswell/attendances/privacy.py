"""What an answer to an event tells, and the totals that tell of nobody."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from groundswell.attendances.models import Assignment, Attendance, Doubled, Response, Shared
from groundswell.attendances.telling import told_answers
from groundswell.attendances.upkeep import ATTENDANCES_STAY, CHECKED_OFF_STAY, NEEDS_STAY, UNCONFIRMED_STAY
from groundswell.kit.privacy import (
    About,
    Chapter,
    Erasure,
    Purpose,
    Table,
    Term,
    Trace,
    not_personal,
    personal,
    register,
    secret,
    special,
    tell,
)

_AGREED = "Explicit consent (Articles 6(1)(a) and 9(2)(a))"

ANSWER = Purpose(
    what=_("Your answer to an event, and how many come with you"),
    why=_("To know how many people come, and to tell you if something changes. You agreed to it in the form."),
    kept=_("48 hours if you do not confirm it; otherwise until 30 days after the event."),
    basis=_AGREED,
)
NEEDED = Purpose(
    what=_("What you need to be able to come"),
    why=_("So that the stewards can see to it; nobody else is shown it. You wrote it so that they do."),
    kept=_("Until a week after the event."),
    basis=_AGREED,
)
OFFERED = Purpose(
    what=_("What you offered to do"),
    why=_("So that the organisers can come back to you about it."),
    kept=_("As long as your answer."),
    basis=_AGREED,
)
RESPONDED = Purpose(
    what=_("What you answered to the event’s own questions"),
    why=_("For the purpose that stands below each question."),
    kept=_("As long as it says there, at most until 30 days after the event."),
    basis=_AGREED,
)
ALLOWED = Purpose(
    what=_("Which other organisations that hold the event may see your answer"),
    why=_("So that they can write to you about it. You ticked a box for each, and can take it back in the mail."),
    kept=_("As long as they hold the event, and for the days after it that they have agreed, at most 30."),
    basis=_AGREED,
)
INVITED = Purpose(
    what=_("Through whose link you came, or under which of several subjects we invited you"),
    why=_("To tell people how many came through their link, and to see which subject does better."),
    kept=_("As long as your answer."),
    basis=_AGREED,
)
LOOKED_AFTER = Purpose(
    what=_("That a volunteer may see your name and address, to speak with you about the event"),
    why=_("So that a volunteer sees a few people, and not everybody."),
    kept=_("Until the volunteer’s role ends, at most 72 hours."),
    basis=_AGREED,
)
COUNTED_ONCE = Purpose(
    what=_("A code of your address, where several organisations hold the event together"),
    why=_(
        "So that you count once if you answer on two pages. No organisation can read it, and no lists are joined."
    ),
    kept=_("Until the event is over."),
    basis=_AGREED,
)


def _answers(trace: Trace) -> QuerySet[Attendance]:
    return Attendance.objects.filter(organisation_id=trace.organisation_id, person_id__in=trace.people)


def _responses(trace: Trace) -> QuerySet[Response]:
    own = Response.objects.filter(organisation_id=trace.organisation_id)
    return own.filter(attendance__person_id__in=trace.people)


def _shared(trace: Trace) -> QuerySet[Shared]:
    own = Shared.objects.filter(attendance__organisation_id=trace.organisation_id)
    return own.filter(attendance__person_id__in=trace.people)


def _assigned(trace: Trace) -> QuerySet[Assignment]:
    own = Assignment.objects.filter(organisation_id=trace.organisation_id)
    return own.filter(attendance__person_id__in=trace.people)


def _doubled(trace: Trace) -> QuerySet[Doubled]:
    own = Doubled.objects.filter(organisation_id=trace.organisation_id)
    return own.filter(attendance__person_id__in=trace.people)


tell(
    Chapter(
        heading=_("Your answers to events"),
        models=tuple(
            f"attendances.{one}" for one in ("Attendance", "Response", "Shared", "Assignment", "Doubled")
        ),
        tell=told_answers,
    )
)

register(
    Table(
        model="attendances.Attendance",
        about=About.SUPPORTERS,
        term=Term(
            words="30 days after the event; 48 hours where it is not confirmed",
            after=ATTENDANCES_STAY,
            since="event.closes_at",
        ),
        erasure=Erasure.DELETED,
        rows=_answers,
        fields=not_personal("id", "organisation", "action")
        | special(ANSWER, "event", "bloc", "pick_up", "seats", "status", "guests")
        | special(
            ANSWER,
            "attended",
            term=Term(
                words="72 hours after the event, then only a figure",
                after=CHECKED_OFF_STAY,
                since="event.closes_at",
            ),
        )
        | special(
            NEEDED,
            "needs",
            term=Term(words="a week after the event", after=NEEDS_STAY, since="event.closes_at"),
        )
        | special(OFFERED, "offers")
        | personal(ANSWER, "waiting_since")
        | special(ANSWER, "person", export=False)
        | personal(ANSWER, "mailed_at", "reminded_at", "created_at", "confirmed_at")
        | special(
            ANSWER,
            "pending",
            term=Term(words="48 hours after its mail", after=UNCONFIRMED_STAY, since="mailed_at"),
        )
        | personal(INVITED, "via"),
    ),
    Table(
        model="attendances.Shared",
        about=About.SUPPORTERS,
        term=Term(
            words="as long as the organisation holds the event, and as agreed after it, at most 30 days",
            after=ATTENDANCES_STAY,
            since="event.closes_at",
        ),
        erasure=Erasure.DELETED,
        rows=_shared,
        fields=not_personal("whose")
        | special(ALLOWED, "organisation", "event")
        | special(ALLOWED, "attendance", export=False),
    ),
    Table(
        model="attendances.Doubled",
        about=About.SUPPORTERS,
        term=Term(
            words="as long as the answer that stays; what it was, 30 days and at most until the event is over"
        ),
        erasure=Erasure.DELETED,
        rows=_doubled,
        fields=not_personal("id", "organisation")
        | special(ANSWER, "was")
        | special(ANSWER, "attendance", "merge", export=False),
    ),
    Table(
        model="attendances.Assignment",
        about=About.SUPPORTERS,
        term=Term(words="until the volunteer's role ends, at most 72 hours, and an hour more"),
        erasure=Erasure.DELETED,
        rows=_assigned,
        fields=not_personal("id", "organisation")
        | special(LOOKED_AFTER, "event", "assigned_at")
        | special(LOOKED_AFTER, "attendance", "membership", export=False),
    ),
    Table(
        model="attendances.Tally",
        about=About.NOBODY,
        term=Term(words="as long as the organisation: all that is left of an event"),
        fields=not_personal("event", "organisation", "confirmed", "guests", "unconfirmed", "frozen_at")
        | not_personal("tentative", "waiting", "counted", "door", "came", "together")
        | not_personal("union", "shown", "taken", "shown_at"),
    ),
    Table(
        model="attendances.BlocTally",
        about=About.NOBODY,
        term=Term(words="as long as the bloc: all that is left of it"),
        fields=not_personal("id", "bloc", "organisation", "confirmed", "guests", "shown"),
    ),
    Table(
        model="attendances.Figure",
        about=About.NOBODY,
        term=Term(words="as long as the event: all that is left of how people came to it"),
        fields=not_personal("event", "organisation", "by", "name", "people"),
    ),
    Table(
        model="attendances.Snapshot",
        about=About.NOBODY,
        term=Term(words="as long as the event"),
        fields=not_personal("event", "organisation", "people"),
    ),
    Table(
        model="attendances.Outside",
        about=About.NOBODY,
        term=Term(words="as long as the event"),
        fields=not_personal("id", "organisation", "event", "name", "people"),
    ),
    Table(
        model="attendances.EventKey",
        about=About.NOBODY,
        term=Term(words="until the event is over", after=timedelta(0), since="event.closes_at"),
        fields=not_personal("event", "organisation", "after", "complete") | secret(COUNTED_ONCE, "key"),
    ),
    Table(
        model="attendances.Mark",
        about=About.SUPPORTERS,
        term=Term(words="until the event is over", after=timedelta(0), since="event.closes_at"),
        erasure=Erasure.DELETED,
        fields=not_personal("event", "organisation", "people") | secret(COUNTED_ONCE, "digest"),
    ),
    Table(
        model="attendances.Part",
        about=About.NOBODY,
        term=Term(words="as long as the event"),
        fields=not_personal("event", "organisation", "confirmed", "guests", "unconfirmed", "tentative", "waiting"),
    ),
    Table(
        model="attendances.Response",
        about=About.SUPPORTERS,
        term=Term(words="as its question says, at most 30 days after the event"),
        erasure=Erasure.DELETED,
        rows=_responses,
        fields=not_personal("id", "organisation")
        | special(RESPONDED, "question", "text")
        | special(RESPONDED, "attendance", export=False),
    ),
    Table(
        model="attendances.Counted",
        about=About.NOBODY,
        term=Term(words="30 days after the event", after=ATTENDANCES_STAY, since="event.closes_at"),
        fields=not_personal("organisation_id", "id", "event", "people", "digest"),
    ),
    Table(
        model="attendances.Notice",
        about=About.NOBODY,
        term=Term(words="as long as the event"),
        fields=not_personal("id", "organisation", "event", "bloc", "kind", "subject", "text", "version")
        | not_personal("due_at", "after", "copies", "created_at", "finished_at", "withdrawn_at")
        | not_personal("words", "before", "waits_for_two", "agreed"),
    ),
)
