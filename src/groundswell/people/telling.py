"""What is held of somebody's consents and complaints, in words for themselves."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from groundswell.groups.models import Organisation
from groundswell.kit.privacy import Told, Trace, day
from groundswell.kit.text import mailbox_key
from groundswell.people.models import Complaint, Consent
from groundswell.people.queries import consents_of

SAID = {
    "grant": gettext_lazy("Allowed: %(what)s (%(by)s)"),
    "withdraw": gettext_lazy("Taken back: %(what)s (%(by)s)"),
    "object": gettext_lazy("Objected to: %(what)s (%(by)s)"),
}


def told_consents(trace: Trace, most: int) -> list[Told]:
    """All that somebody allowed, took back and objected to, with the words and the day (2 queries at most)."""
    said = consents_of(trace.organisation_id, trace.person_id)[:most]
    partners = Organisation.objects.in_bulk({one.partner for one in said if one.partner})
    names = {one.id: one.name for one in partners.values()}
    return [_consent(one, names, trace) for one in said]


def _consent(one: Consent, partners: dict[UUID, str], trace: Trace) -> Told:
    about = {"what": one.get_purpose_display(), "by": one.get_channel_display()}
    lines = [
        one.wording.text if one.wording else "",
        partners.get(one.partner, "") if one.partner else "",
        _("By your address %(address)s") % {"address": one.person.email}
        if one.person_id != trace.person_id
        else "",
    ]
    return Told(title=SAID[one.action] % about, at=one.asked_at, lines=_filled(lines))


def told_complaints(trace: Trace, most: int) -> list[Told]:
    """What somebody complained about and what came of it (1 query)."""
    return [_complaint(one) for one in complaints_about(trace).order_by("-received_at")[:most]]


def complaints_about(trace: Trace) -> QuerySet[Complaint]:
    """What somebody complained about, by a link or by their address; lazy."""
    own = Complaint.objects.filter(organisation_id=trace.organisation_id)
    return own.filter(Q(person_id__in=trace.people) | Q(email_key__in=[mailbox_key(one) for one in trace.emails]))


def _complaint(one: Complaint) -> Told:
    lines = [
        one.text,
        ", ".join(_filled([one.name, one.email])),
        _("Acknowledged on %(day)s") % {"day": day(one.acknowledged_at)} if one.acknowledged_at else "",
        _("Answered on %(day)s") % {"day": day(one.answered_at)} if one.answered_at else "",
        one.answer,
    ]
    return Told(title=_("Your complaint"), at=one.received_at, lines=_filled(lines))


def _filled(lines: Sequence[str]) -> list[str]:
    return [line for line in lines if line]
