"""Taking answers out of the house."""

from dataclasses import replace

import pytest

from groundswell.attendances.exporting import export_answers
from groundswell.groups.errors import NotAllowed, NotFound
from groundswell.groups.models import Group
from groundswell.ledger.models import Entry
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> Group:
    return made_up.root(made_up.organisation())


def test_only_who_may_write_to_people_takes_their_addresses_out(group: Group) -> None:
    event = made_up.event(group)
    organiser = made_up.actor(group)
    elsewhere = made_up.root(made_up.organisation("others", "Others"))
    refused = [
        (made_up.actor(group, made_up.VIEWER, "vera@example.org"), NotAllowed),
        (made_up.actor(elsewhere, made_up.OWNER, "max@example.org"), NotFound),
        (replace(organiser, contact_data=False), NotAllowed),
    ]
    for actor, refusal in refused:
        with pytest.raises(refusal):
            export_answers(actor, event=event)
    assert not Entry.objects.filter(verb="attendances.export").exists()
    assert export_answers(organiser, event=event) == []
    assert Entry.objects.filter(verb="attendances.export").count() == 1


def test_the_first_answer_comes_first_and_the_unconfirmed_not_at_all(group: Group) -> None:
    event = made_up.event(group)
    for name in ("Ada", "Bo"):
        made_up.confirmed(event, f"{name.lower()}@example.org", name)
    made_up.answer(event, "cem@example.org", "Cem")
    assert [each.name for each in export_answers(made_up.SYSTEM, event=event)] == ["Ada", "Bo"]
