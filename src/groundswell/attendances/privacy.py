"""What an answer to an event tells, and the totals that tell of nobody."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from groundswell.attendances.models import Attendance
from groundswell.attendances.upkeep import ATTENDANCES_STAY, UNCONFIRMED_STAY
from groundswell.kit.privacy import (
    About,
    Erasure,
    Purpose,
    Table,
    Term,
    Trace,
    not_personal,
    personal,
    register,
    special,
)

_AGREED = "Explicit consent (Articles 6(1)(a) and 9(2)(a))"

ANSWER = Purpose(
    what=_("Your answer to an event, and how many come with you"),
    why=_("To know how many people come, and to tell you if something changes. You agreed to it in the form."),
    kept=_("48 hours if you do not confirm it; otherwise until 30 days after the event."),
    basis=_AGREED,
)
INVITED = Purpose(
    what=_("Through whose link you came, if it was one"),
    why=_("To tell people how many came through their link."),
    kept=_("As long as your answer."),
    basis=_AGREED,
)


def _answers(trace: Trace) -> QuerySet[Attendance]:
    return Attendance.objects.filter(organisation_id=trace.organisation_id, person_id=trace.person_id)


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
        | special(ANSWER, "event", "status", "guests", "attended")
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
        model="attendances.Tally",
        about=About.NOBODY,
        term=Term(words="as long as the organisation: all that is left of an event"),
        fields=not_personal("event", "organisation", "confirmed", "guests", "unconfirmed", "frozen_at"),
    ),
)
