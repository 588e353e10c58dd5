"""Who speaks at an event, in which order."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from groundswell.events.errors import NotOpen
from groundswell.events.models import Event, Speaker, Status
from groundswell.events.operations import locked, renew
from groundswell.groups.access import Actor
from groundswell.groups.errors import InvalidFields
from groundswell.kit.text import bounded, one_line
from groundswell.ledger.operations import record

MOST = 40
STANDINGS = list(Speaker.Standing.choices)
"""Where a speaker stands, each with its label."""


@dataclass(frozen=True, kw_only=True)
class Speaking:
    """Somebody as the organiser names them; ``line`` is a few words about them."""

    name: str
    line: str = ""
    standing: str = Speaker.Standing.INVITED


@transaction.atomic
def set_programme(actor: Actor, *, event: Event, speakers: Sequence[Speaking]) -> list[Speaker]:
    """Say who speaks, in their order; those of before go (6 queries).

    Lines without a name are left out.

    :raises NotFound: if the event is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of its group.
    :raises NotOpen: if it is cancelled or over.
    :raises InvalidFields: with a sentence for each line that is wrong, as ``speaker-0-name`` and so on.
    """
    event = locked(actor, event)
    if event.status not in {Status.DRAFT, Status.PUBLISHED}:
        raise NotOpen
    lines = checked_programme(speakers)
    Speaker.objects.filter(event=event).delete()
    made = Speaker.objects.bulk_create(
        Speaker(
            organisation_id=event.organisation_id,
            event=event,
            position=position,
            name=line.name,
            line=line.line,
            standing=line.standing,
        )
        for position, line in enumerate(lines)
    )
    record(
        organisation_id=event.organisation_id,
        actor=actor.id,
        verb="events.set_programme",
        object_id=event.id,
        speakers=len(made),
    )
    renew(event)
    return made


def checked_programme(speakers: Sequence[Speaking]) -> list[Speaking]:
    """The lines that have a name, made safe to store (0 queries).

    :raises InvalidFields: with a sentence for each line that is wrong.
    """
    errors: dict[str, str] = {}
    lines = [_checked(number, speaker, errors) for number, speaker in enumerate(speakers)]
    if len(lines) > MOST:
        errors["speaker-0-name"] = _("Name at most %(most)s speakers.") % {"most": MOST}
    if errors:
        raise InvalidFields(errors)
    return [line for line in lines if line.name]


def _checked(number: int, speaker: Speaking, errors: dict[str, str]) -> Speaking:
    texts = {
        field: bounded(f"speaker-{number}-{field}", getattr(speaker, field), longest, one_line, errors)
        for field, longest in (("name", 120), ("line", 200))
    }
    if texts["line"] and not texts["name"]:
        errors[f"speaker-{number}-name"] = _("Say who this is, or empty the line about them.")
    if speaker.standing not in Speaker.Standing.values:
        errors[f"speaker-{number}-standing"] = _("Choose where they stand: invited, confirmed or announced.")
    return Speaking(standing=speaker.standing, **texts)
