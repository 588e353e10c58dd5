"""After a restore: who was forgotten since the backup is forgotten again."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from groundswell.attendances.erasing import reapply_erasures
from groundswell.attendances.models import Attendance
from groundswell.attendances.queries import tally_of
from groundswell.events.models import Event
from groundswell.intake import kinds
from groundswell.intake.journal import journal
from groundswell.intake.kinds import Action
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.people import erasures
from groundswell.people.erasures import Erased, erasure_digest
from groundswell.people.models import Erasure, Person
from tests import made_up

pytestmark = pytest.mark.django_db(transaction=True)

IN_A_WHILE = timedelta(minutes=5)


@pytest.fixture
def event() -> Event:
    with time_machine.travel(now() - timedelta(days=1)):
        return made_up.event(made_up.root(made_up.organisation()))


def listed(folder: Path, event: Event, email: str, at: datetime) -> Path:
    """A list of erasures with one in it."""
    erased = Erased(event.organisation_id, uuid7(), erasure_digest(event.organisation_id, email), at)
    erasures.append(folder / "list.jsonl", [erased])
    return folder / "list.jsonl"


def test_who_is_on_the_list_goes_again_and_the_totals_fall(event: Event, tmp_path: Path) -> None:
    made_up.confirmed(event, "ada@example.org")
    made_up.confirmed(event, "bo@example.org")
    file = listed(tmp_path, event, "ada@example.org", now() + IN_A_WHILE)
    assert reapply_erasures(file) == 1
    assert [person.email for person in Person.objects.all()] == ["bo@example.org"]
    assert tally_of(event.id).confirmed == 1
    assert Erasure.objects.count() == 1
    assert reapply_erasures(file) == 0
    assert Erasure.objects.count() == 1


def test_who_answered_again_after_being_forgotten_stays(event: Event, tmp_path: Path) -> None:
    made_up.confirmed(event, "ada@example.org")
    assert reapply_erasures(listed(tmp_path, event, "ada@example.org", now() - IN_A_WHILE)) == 0
    assert Person.objects.exists()


def test_who_is_still_in_the_restored_journal_goes_as_well(event: Event, tmp_path: Path) -> None:
    payload = kinds.named("attend").parse({"name": "Ada", "email": "ada@example.org", "agree": "yes"})
    before = now() - 2 * IN_A_WHILE
    journal().append(Action(uuid7(), "attend", event.organisation_id, event.id, payload, before))
    assert reapply_erasures(listed(tmp_path, event, "ada@example.org", now() - IN_A_WHILE)) == 1
    assert not Attendance.objects.exists()
    assert not Person.objects.exists()


def test_the_last_of_several_erasures_counts(event: Event, tmp_path: Path) -> None:
    made_up.confirmed(event, "ada@example.org")
    listed(tmp_path, event, "ada@example.org", now() + IN_A_WHILE)
    assert reapply_erasures(listed(tmp_path, event, "ada@example.org", now() - IN_A_WHILE)) == 1
    assert Erasure.objects.count() == 2


def test_somebody_of_that_address_in_another_organisation_stays(event: Event, tmp_path: Path) -> None:
    elsewhere = made_up.event(made_up.root(made_up.organisation("elsewhere", "Elsewhere")))
    made_up.confirmed(elsewhere, "ada@example.org")
    assert reapply_erasures(listed(tmp_path, event, "ada@example.org", now() + IN_A_WHILE)) == 0
    assert Person.objects.exists()


def test_without_a_list_nobody_goes(event: Event, tmp_path: Path) -> None:
    made_up.confirmed(event)
    assert reapply_erasures(tmp_path / "list.jsonl") == 0
