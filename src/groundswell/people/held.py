"""What an organisation holds about one person, for that person: in words, and as a file."""

from uuid import UUID

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from groundswell.kit.privacy import held_about
from groundswell.people.merged import addresses_merged, trace_of
from groundswell.people.models import Belonging, Person, Tagged


def held_by(organisation_id: UUID, person_id: UUID) -> dict[str, list[dict[str, object]]]:
    """All that is held about somebody and theirs to have, by table (2 queries, and one for each table).

    For whoever opened the link in a mail to them; who asks otherwise is served by
    :func:`.operations.show_held`.
    """
    email = Person.objects.values_list("email", flat=True).get(organisation_id=organisation_id, id=person_id)
    return held_about(trace_of(organisation_id, person_id, email))


def correctable(organisation_id: UUID, person_id: UUID) -> dict[str, str]:
    """What somebody may correct of themselves, as the form takes it (1 query)."""
    person = Person.objects.get(organisation_id=organisation_id, id=person_id)
    return {"name": person.name, "phone": person.phone, "postcode": person.sector}


def known_about(organisation_id: UUID, person_id: UUID) -> list[tuple[str, str]]:
    """The same in short and in words: label and value, without what is empty (4 queries)."""
    person = Person.objects.get(organisation_id=organisation_id, id=person_id)
    merged = filter(None, addresses_merged(organisation_id, person_id).values())
    tags = Tagged.objects.filter(organisation_id=organisation_id, person_id=person_id)
    groups = Belonging.objects.filter(organisation_id=organisation_id, person_id=person_id)
    every = [
        (_("Name"), person.name),
        (_("E-mail"), person.email),
        (_("Other addresses that were merged with it"), ", ".join(sorted(merged))),
        (_("Telephone"), person.phone),
        (_("Area of your postcode"), person.sector),
        (_("Language"), get_language_info(person.language)["name_local"]),
        (_("Tags"), ", ".join(sorted(tags.values_list("tag__name", flat=True)))),
        (_("Groups"), ", ".join(sorted(groups.values_list("group__name", flat=True)))),
    ]
    return [(label, value) for label, value in every if value]
