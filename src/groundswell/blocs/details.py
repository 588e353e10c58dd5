"""What the callers say of a bloc, checked field by field."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import time
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from groundswell.blocs.models import Bloc
from groundswell.groups.errors import InvalidFields
from groundswell.kit.text import bounded, one_line, paragraphs

MOST_STEWARDS = 60
MOST_PICK_UPS = 40
MOST_SEATS = 2000


@dataclass(frozen=True, kw_only=True)
class Looks:
    """Somebody who looks after a section; without one, the whole bloc."""

    name: str
    phone: str = ""
    section: str = ""


@dataclass(frozen=True, kw_only=True)
class Coach:
    """A pick-up; ``id`` is that of the one it was before, or None."""

    where: str
    leaves: time | None = None
    seats: int = 0
    note: str = ""
    id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Details:
    """A bloc's own fields, its stewards and its coaches."""

    name: str
    text: str = ""
    landmark: str = ""
    latitude: float | None = None
    longitude: float | None = None
    route: str = ""
    gathers: time | None = None
    sets_off: time | None = None
    march: str = ""
    bring: str = ""
    dispersal: str = ""
    stewards: Sequence[Looks] = field(default=())
    pick_ups: Sequence[Coach] = field(default=())


OWN = tuple(one.name for one in fields(Details) if one.name not in {"stewards", "pick_ups"})
"""The fields that stand in the bloc's own row."""

_TEXTS = {
    "name": (140, one_line),
    "text": (10_000, paragraphs),
    "landmark": (200, one_line),
    "route": (2000, paragraphs),
    "march": (140, one_line),
    "bring": (2000, paragraphs),
    "dispersal": (2000, paragraphs),
}


def checked(details: Details) -> Details:
    """The same, made safe to store; lines in which nobody and no place is named are left out.

    :raises InvalidFields: with a sentence for each field that is wrong, those of lines as ``steward-0-name``.
    """
    errors: dict[str, str] = {}
    values: dict[str, object] = {
        name: bounded(name, getattr(details, name), longest, clean, errors)
        for name, (longest, clean) in _TEXTS.items()
    }
    if not values["name"]:
        errors.setdefault("name", _("Give the bloc a name."))
    _check_position(details, errors)
    if details.sets_off is not None and details.gathers is not None and details.sets_off < details.gathers:
        errors["sets_off"] = _("A bloc gathers before it sets off.")
    stewards = [_steward(number, one, errors) for number, one in enumerate(details.stewards)]
    coaches = [_coach(number, one, errors) for number, one in enumerate(details.pick_ups)]
    if len(stewards) > MOST_STEWARDS:
        errors["steward-0-name"] = _("Name at most %(most)s stewards.") % {"most": MOST_STEWARDS}
    if len(coaches) > MOST_PICK_UPS:
        errors["coach-0-where"] = _("Name at most %(most)s pick-ups.") % {"most": MOST_PICK_UPS}
    if errors:
        raise InvalidFields(errors)
    values["stewards"] = tuple(one for one in stewards if one.name)
    values["pick_ups"] = tuple(one for one in coaches if one.where)
    return replace(details, **values)  # type: ignore[arg-type]


def _check_position(details: Details, errors: dict[str, str]) -> None:
    for name, furthest in (("latitude", 90), ("longitude", 180)):
        value = getattr(details, name)
        if value is not None and not -furthest <= value <= furthest:
            errors[name] = _("Enter degrees from -%(most)s to %(most)s.") % {"most": furthest}
    if (details.latitude is None) != (details.longitude is None):
        missing = "latitude" if details.latitude is None else "longitude"
        errors.setdefault(missing, _("Enter both co-ordinates, or none."))


def _steward(number: int, one: Looks, errors: dict[str, str]) -> Looks:
    texts = {
        name: bounded(f"steward-{number}-{name}", getattr(one, name), longest, one_line, errors)
        for name, longest in (("name", 120), ("phone", 40), ("section", 80))
    }
    if (texts["phone"] or texts["section"]) and not texts["name"]:
        errors.setdefault(f"steward-{number}-name", _("Say who this is, or empty the line."))
    return Looks(**texts)


def _coach(number: int, one: Coach, errors: dict[str, str]) -> Coach:
    texts = {
        name: bounded(f"coach-{number}-{name}", getattr(one, name), longest, one_line, errors)
        for name, longest in (("where", 140), ("note", 200))
    }
    if not texts["where"] and (one.seats or one.leaves or texts["note"]):
        errors.setdefault(f"coach-{number}-where", _("Say where the coach stops, or empty the line."))
    if texts["where"] and not 1 <= one.seats <= MOST_SEATS:
        errors[f"coach-{number}-seats"] = _("Enter a number from %(least)s to %(most)s.") % {
            "least": 1,
            "most": MOST_SEATS,
        }
    return replace(one, where=texts["where"], note=texts["note"])


@dataclass(frozen=True, kw_only=True)
class Held:
    """Who holds an event that is announced elsewhere, and where."""

    host: str
    url: str = ""


def checked_held(held: Held) -> Held:
    """The same, made safe to store.

    :raises InvalidFields: with a sentence for each field that is wrong.
    """
    errors: dict[str, str] = {}
    host = bounded("host", held.host, 140, one_line, errors)
    if not host:
        errors.setdefault("host", _("Say who holds the event."))
    url = held.url.strip()
    try:
        if url:
            _is_address(url)
    except ValidationError:
        errors["url"] = _("Enter a whole address that begins with https://.")
    if errors:
        raise InvalidFields(errors)
    return Held(host=host, url=url)


_is_address = URLValidator(schemes=["https"])


def details_of(bloc: Bloc) -> Details:
    """What a bloc says now (2 queries)."""
    stewards = [
        Looks(name=one.name, phone=one.phone, section=one.section)
        for one in bloc.stewards.order_by("position", "id")
    ]
    coaches = [
        Coach(where=one.where, leaves=one.leaves, seats=one.seats, note=one.note, id=one.id)
        for one in bloc.pick_ups.order_by("position", "id")
    ]
    own = {name: getattr(bloc, name) for name in OWN}
    return Details(**own, stewards=tuple(stewards), pick_ups=tuple(coaches))
