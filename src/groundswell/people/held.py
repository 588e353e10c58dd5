"""What an organisation holds about one person, for that person: in words, and as a file."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from groundswell.kit.privacy import Told, Trace, Words, day, held_about, told_about
from groundswell.people.merged import addresses_merged, trace_of
from groundswell.people.models import Belonging, Merge, Person, Tagged

MOST = 200
"""So many of each kind stand on a page; a file holds all."""

IN_SHORT = ("people.Person", "people.Tagged", "people.Belonging", "people.Merge")
"""The tables that :func:`known_about` is read from."""


def held_by(organisation_id: UUID, person_id: UUID) -> dict[str, list[dict[str, object]]]:
    """All that is held about somebody and theirs to have, by table (2 queries, and one for each table).

    For whoever opened the link in a mail to them; who asks otherwise is served by
    :func:`.operations.show_held`.
    """
    return held_about(_trace(organisation_id, person_id))


def told_by(organisation_id: UUID, person_id: UUID) -> list[tuple[Words, Sequence[Told]]]:
    """The same in words, but for what :func:`known_about` says: the latest 200 of each (2 queries, and theirs)."""
    return told_about(_trace(organisation_id, person_id), MOST)


def _trace(organisation_id: UUID, person_id: UUID) -> Trace:
    email = Person.objects.values_list("email", flat=True).get(organisation_id=organisation_id, id=person_id)
    return trace_of(organisation_id, person_id, email)


def correctable(organisation_id: UUID, person_id: UUID) -> dict[str, str]:
    """What somebody may correct of themselves, as the form takes it (1 query)."""
    person = Person.objects.get(organisation_id=organisation_id, id=person_id)
    return {"name": person.name, "phone": person.phone, "postcode": person.sector}


def known_about(organisation_id: UUID, person_id: UUID) -> list[tuple[str, str]]:
    """Who they are and how they are sorted, in words: label and value, without what is empty (5 queries)."""
    person = Person.objects.get(organisation_id=organisation_id, id=person_id)
    merged = filter(None, addresses_merged(organisation_id, person_id).values())
    tags = Tagged.objects.filter(organisation_id=organisation_id, person_id=person_id)
    groups = Belonging.objects.filter(organisation_id=organisation_id, person_id=person_id)
    merges = Merge.objects.filter(organisation_id=organisation_id, kept=person_id)
    every = [
        (_("Name"), person.name),
        (_("E-mail"), person.email),
        (_("Other addresses that were merged with it"), ", ".join(sorted(merged))),
        (_("Telephone"), person.phone),
        (_("Area of your postcode"), person.sector),
        (_("Language"), get_language_info(person.language)["name_local"]),
        (_("In our records since"), day(person.created_at)),
        (_("Address confirmed on"), day(person.confirmed_at) if person.confirmed_at else ""),
        (_("Made one of two entries on"), ", ".join(day(at) for at in merges.values_list("at", flat=True))),
        (_("Tags"), ", ".join(sorted(tags.values_list("tag__name", flat=True)))),
        (_("Groups"), ", ".join(_group(*one) for one in sorted(groups.values_list("group__name", "since")))),
    ]
    return [(label, value) for label, value in every if value]


def _group(name: str, since: datetime) -> str:
    return _("%(name)s (since %(day)s)") % {"name": name, "day": day(since)}
