"""What counts somebody once who answered to two organisations is in two tables, and in nothing anybody gets."""

import pytest

from groundswell.attendances import marks
from groundswell.attendances.models import EventKey, Mark, Tally
from groundswell.kit.clock import now
from groundswell.ledger.operations import seal
from tests.guards import traces, world

pytestmark = pytest.mark.django_db(transaction=True)


def needles() -> list[str]:
    """Every key and every digest."""
    keys, digests = EventKey.objects.values_list("key", flat=True), Mark.objects.values_list("digest", flat=True)
    return [*keys, *digests]


def test_the_guard_of_pages_looks_for_keys_and_digests() -> None:
    """Each page, answer of the API, file and line of the log is searched for them in ``test_access``."""
    made = world.build()
    wanted = {canary.text for canary in made.canaries if not canary.shown_to}
    assert Mark.objects.count() == 2 * 5
    assert set(needles()) <= wanted


def test_no_other_table_holds_any_of_it() -> None:
    """Nor does the ledger: with the two tables empty, nothing of it is left in the database."""
    world.build()
    seal()
    wanted = needles()
    assert set(traces.in_tables(wanted)) == set(wanted)
    for event in EventKey.objects.values_list("event_id", flat=True):
        marks.forget_key(event)
    Tally.objects.update(frozen_at=now())
    while marks.forget_marks():
        pass
    assert traces.in_tables(wanted) == {}


def test_the_log_says_nothing_of_it(caplog: pytest.LogCaptureFixture) -> None:
    world.build()
    assert not [one for one in needles() if one in caplog.text]
