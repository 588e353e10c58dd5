"""The register of rounds."""

import pytest

from groundswell.kit import rounds as module
from groundswell.kit.rounds import Round, register, rounds


@pytest.fixture(autouse=True)
def _empty_register(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_ROUNDS", {})


def nothing() -> int:
    return 0


def test_rounds_come_in_the_order_of_their_registration() -> None:
    register("settle", every=0.1, run=nothing)
    register("mail", every=1, run=nothing)
    assert rounds() == [
        Round(name="settle", every=0.1, run=nothing),
        Round(name="mail", every=1, run=nothing),
    ]


def test_registering_the_same_round_again_changes_nothing() -> None:
    register("settle", every=0.1, run=nothing)
    register("settle", every=0.1, run=nothing)
    assert len(rounds()) == 1


def test_two_rounds_of_one_name_are_refused() -> None:
    register("settle", every=0.1, run=nothing)
    with pytest.raises(ValueError, match="Two rounds are called 'settle'"):
        register("settle", every=0.1, run=lambda: 1)
