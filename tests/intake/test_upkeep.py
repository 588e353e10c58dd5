"""The journal stays short: what people typed goes first."""

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine

from groundswell.intake import upkeep
from groundswell.intake.models import Entry, Floor, Position, SetAside, Touch
from groundswell.intake.settling import settle
from groundswell.intake.touches import touch
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from tests.intake.conftest import ONE, TWO, Settled, action
from tests.intake.test_settling import write

pytestmark = pytest.mark.django_db(transaction=True)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def left() -> list[bytes]:
    return [
        bytes(payload)
        for payload in Entry.objects.order_by("writer", "sequence").values_list("payload", flat=True)
    ]


def test_what_was_typed_goes_an_hour_after_it_came(settled: Settled) -> None:
    write(action(b"old", via="ada-1"))
    settle()
    assert upkeep.blank_old_payloads() == 0
    with time_machine.travel(now() + 59 * upkeep.PAYLOADS_STAY / 60):
        write(action(b"new"), first=2)
        settle()
        assert upkeep.blank_old_payloads() == 0
    with time_machine.travel(now() + HOUR):
        assert upkeep.blank_old_payloads() == 1
        assert upkeep.blank_old_payloads() == 0
    assert left() == [b"", b"new"]
    assert Entry.objects.get(sequence=1).via == ""


def test_what_is_not_settled_yet_is_never_blanked(settled: Settled) -> None:
    write(action(b"settled"))
    settle()
    write(action(b"waiting"), first=2)
    with time_machine.travel(now() + 2 * HOUR):
        assert upkeep.blank_old_payloads() == 1
    assert left() == [b"", b"waiting"]


def test_blanking_goes_by_slices(settled: Settled, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "SLICE", 2)
    write(*(action(b"%d" % number) for number in range(5)))
    write(action(b"a"), writer=UUID(int=300))
    settle()
    with time_machine.travel(now() + 2 * HOUR):
        assert upkeep.blank_old_payloads() == 6
    assert left() == [b""] * 6
    assert set(Floor.objects.values_list("blanked", flat=True)) == {5, 1}


def test_when_somebody_is_forgotten_their_organisations_part_is_blanked_at_once(settled: Settled) -> None:
    write(action(b"one"), action(b"two", TWO))
    write(action(b"one"), writer=UUID(int=300))
    settle()
    write(action(b"one waits"), first=3)
    assert upkeep.blank_settled_payloads(ONE) == 2
    assert sorted(left()) == [b"", b"", b"one waits", b"two"]
    assert upkeep.blank_settled_payloads(ONE) == 0
    settle()
    assert upkeep.blank_settled_payloads(ONE) == 1


def test_what_is_blanked_already_is_not_searched_again(settled: Settled) -> None:
    write(action(b"one"))
    settle()
    with time_machine.travel(now() + 2 * HOUR):
        upkeep.blank_old_payloads()
        assert upkeep.blank_settled_payloads(ONE) == 0


def test_entries_and_notes_go_after_a_month(settled: Settled, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "SLICE", 2)
    settled.on[b"poison"] = lambda _: 1 / 0  # type: ignore[return-value]
    write(action(b"1"), action(b"poison"), action(b"3"))
    while settle():
        pass
    with time_machine.travel(now() + 29 * DAY):
        upkeep.blank_old_payloads()
        assert upkeep.delete_old_entries() == 0
        write(action(b"4"), first=4)
        while settle():
            pass
    with time_machine.travel(now() + 31 * DAY):
        upkeep.blank_old_payloads()
        assert upkeep.delete_old_entries() == 4, "three entries and a note"
    assert [entry.sequence for entry in Entry.objects.all()] == [4]
    assert SetAside.objects.count() == 0


def test_what_was_never_settled_stays_however_old(settled: Settled) -> None:
    write(action(b"waiting"))
    with time_machine.travel(now() + 90 * DAY):
        upkeep.blank_old_payloads()
        assert upkeep.delete_old_entries() == 0
        assert settle() == 1
    assert settled.payloads == [b"waiting"]


def test_writers_that_are_gone_are_forgotten_and_living_ones_go_on(settled: Settled) -> None:
    gone, living = uuid7(), uuid7()
    write(action(b"1"), writer=gone)
    write(action(b"2"), writer=living)
    settle()
    with time_machine.travel(now() + 31 * DAY):
        write(action(b"3"), writer=living, first=2)
        settle()
        upkeep.blank_old_payloads()
        upkeep.delete_old_entries()
        assert set(Floor.objects.values_list("writer", flat=True)) == {living}
        assert set(Position.objects.values_list("writer", flat=True)) == {living}
    with time_machine.travel(now() + 90 * DAY):
        upkeep.blank_old_payloads()
        upkeep.delete_old_entries()
        assert not Floor.objects.exists()
        # One that was quiet for months writes on, with a number that was never used.
        write(action(b"4"), writer=living, first=3)
        assert settle() == 1
        assert settle() == 0
    # Between two writers there is no order.
    assert sorted(settled.payloads) == [b"1", b"2", b"3", b"4"]


def test_touches_go_after_an_hour() -> None:
    touch("old")
    with time_machine.travel(now() + 61 * upkeep.TOUCHES_STAY / 60):
        touch("new")
        assert upkeep.delete_old_touches() == 1
    assert Touch.objects.get().tag == "new"
