"""The public form "Our branch stands with this": an action, taken down by front and settled by the worker."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

import msgspec
from django.db.models import Q

from groundswell.blocs.models import Bloc
from groundswell.endorsements.details import Details, checked, day_of
from groundswell.endorsements.errors import Closed, TooManyWait
from groundswell.endorsements.models import Endorsement
from groundswell.endorsements.operations import mail_to_contact
from groundswell.endorsements.subjects import Subject
from groundswell.events.models import Event, Series
from groundswell.groups.errors import InvalidFields, NotFound, Refusal
from groundswell.groups.models import Group
from groundswell.intake.kinds import Action, Form, Invalid, Refused
from groundswell.ledger.operations import record
from groundswell.outbox import operations as outbox

MOST_WAITING = 200
"""So many of one subject's may wait to be let onto the page; what comes after is not taken."""

_encode = msgspec.json.Encoder().encode
_details = msgspec.json.Decoder(Details).decode


def parse_proposal(form: Form) -> bytes:
    """The payload of a form.

    :raises Invalid: with a sentence for each field that is wrong.
    """
    errors: dict[str, str] = {}
    typed = {name: form.get(name, "") for name in ("body", "kind", "decided", "text", "contact_email")}
    details = Details(decided_on=day_of(form.get("decided_on", ""), errors), language=_language(form), **typed)
    try:
        values = checked(details, by_mail=True)
    except InvalidFields as invalid:
        raise Invalid({**errors, **invalid.errors}) from None
    if errors:
        raise Invalid(errors)
    return _encode(values)


def _language(form: Form) -> str:
    said = form.get("language", "")
    return said if said.isascii() and said.replace("-", "").isalpha() and len(said) <= 10 else ""


def propose(organisation_id: UUID, actions: Sequence[Action]) -> list[Refused]:
    """Write down what bodies say of themselves in public, and ask their contacts by mail whether it is so.

    Refuses (NotFound) what is about nothing of the organisation's, (Closed) what came too late and (TooManyWait)
    what would be more than an organiser could look through. Repeating an action changes nothing. 7 queries, and
    1 for each.
    """
    subjects = _subjects(organisation_id, {action.subject for action in actions})
    waiting = _waiting(organisation_id, list(subjects))
    refused, made = [], []
    for action in actions:
        why = _why_not(subjects.get(action.subject), waiting[action.subject])
        if why:
            refused.append(Refused.because(action, why))
            continue
        waiting[action.subject] += 1
        made.append(_row(subjects[action.subject], action))
    known = set(Endorsement.objects.filter(id__in=[row.id for row in made]).values_list("id", flat=True))
    new = [row for row in made if row.id not in known]
    Endorsement.objects.bulk_create(new)
    due = {action.id: action.received_at + timedelta(seconds=action.patience) for action in actions}
    outbox.enqueue(mail_to_contact(row, due[row.id]) for row in new)
    if new:
        record(organisation_id=organisation_id, actor=None, verb="endorsements.propose", made=len(new))
    return refused


def _why_not(subject: Subject | None, waiting: int) -> type[Refusal] | None:
    if subject is None:
        return NotFound
    if not subject.is_open:
        return Closed
    return TooManyWait if waiting >= MOST_WAITING else None


def _row(subject: Subject, action: Action) -> Endorsement:
    return Endorsement(id=action.id, **subject.links, **msgspec.structs.asdict(_details(action.payload)))


def _subjects(organisation_id: UUID, ids: set[UUID]) -> Mapping[UUID, Subject]:
    found: dict[UUID, Subject] = {}
    for kind, rows in (
        ("event", Event.objects.select_related("group")),
        ("bloc", Bloc.objects.select_related("group", "event")),
        ("series", Series.objects.select_related("group")),
        ("group", Group.objects.all()),
    ):
        for about in rows.filter(organisation_id=organisation_id, id__in=ids):
            found[about.id] = Subject(kind, about)
    return found


def _waiting(organisation_id: UUID, ids: Sequence[UUID]) -> Counter[UUID]:
    """How many wait, by what they are about; those about a group as a whole have nothing else (1 query)."""
    about = Q(event_id__in=ids) | Q(bloc_id__in=ids) | Q(series_id__in=ids) | Q(group_id__in=ids)
    rows = Endorsement.objects.filter(about, organisation_id=organisation_id, accepted_at=None)
    columns = rows.values_list("event_id", "bloc_id", "series_id", "group_id")
    return Counter(next(one for one in row if one) for row in columns)
