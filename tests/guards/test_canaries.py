"""Every field that holds somebody's words holds a canary in the world that is searched, or it is said why not."""

from collections.abc import Iterable

import pytest
from django.apps import apps
from django.db.models import BinaryField, CharField, JSONField, TextField

from groundswell.kit.privacy import About, Class, tables
from tests.guards import canaries, world
from tests.guards.canaries import Canary

pytestmark = pytest.mark.django_db

WORDS = (BinaryField, CharField, JSONField, TextField)

UNMARKED = {
    "account.EmailAddress.email": "It is the account's address, which is marked.",
    "attendances.Attendance.offers": "Three words of ours.",
    "attendances.Doubled.was": "Figures, and what stands in the answer until two entries become one.",
    "groups.Guesses.times": "Moments.",
    "groups.SignedIn.device": "Words of ours for a browser.",
    "intake.Entry.payload": "What somebody sent, until a second later it is what is marked; no page reads it.",
    "intake.Entry.via": "The same.",
    "outbox.Effect.kind": "A word of ours.",
    "outbox.Effect.language": "A language.",
    "outbox.Effect.mailbox": "A hash.",
    "outbox.Effect.note": "A word of ours.",
    "people.Complaint.language": "A language.",
    "people.Person.language": "A language.",
    "people.Reach.language": "A language.",
}
"""Fields without a canary, and why."""

NOT_PUBLIC = {
    "blocs.Bloc.name",
    "discussions.Discussion.question",
    "endorsements.Endorsement.body",
    "endorsements.Endorsement.contact_email",
    "endorsements.Endorsement.text",
    "events.Event.text",
    "events.Event.title",
    "events.Template.name",
}
"""Of what an organisation names in public, that of which a draft is marked, or which never stands on a page."""


def texts() -> set[str]:
    """Every field in which words about somebody can stand that are not on a public page."""
    found = set()
    for table in tables():
        model = apps.get_model(table.model)
        for name, one in table.fields.items():
            field, label = model._meta.get_field(name), f"{table.model}.{name}"
            is_text = isinstance(field, WORDS) and not field.choices
            if is_text and one.kind in {Class.PERSONAL, Class.SPECIAL}:
                found |= {label} if table.about != About.NAMED or label in NOT_PUBLIC else set()
    return found


def unmarked(known: Iterable[Canary]) -> set[str]:
    """Those of them in which no canary stands."""
    sought = [canary.text for canary in known]
    return {label for label in texts() if not any(text in said for said in _values(label) for text in sought)}


def _values(label: str) -> list[str]:
    model, name = label.rsplit(".", 1)
    return [str(value) for value in apps.get_model(model)._base_manager.values_list(name, flat=True)]


def test_every_field_with_somebodys_words_has_a_canary() -> None:
    assert unmarked(world.build().canaries) == set(UNMARKED)


def test_a_field_without_one_is_found() -> None:
    """The twin: a telephone that nobody looks for."""
    numbers = {canaries.number("ours"), canaries.number("theirs")}
    known = [canary for canary in world.build().canaries if canary.text not in numbers]
    assert unmarked(known) - set(UNMARKED) == {"people.Person.phone"}


def test_nothing_is_listed_that_is_gone() -> None:
    assert set(UNMARKED) | NOT_PUBLIC <= texts()
