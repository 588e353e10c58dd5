"""Guessing at codes: ten an hour are looked at, wherever they come from and however many come at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.utils import translation
from time_machine import TimeMachineFixture

from groundswell.groups import codes
from groundswell.groups.codes import GUESSES, TRIES, ask_to_sign_in, code_of, count_guess, digits_of, try_code
from groundswell.groups.errors import CodeGone, TooManyGuesses
from groundswell.kit.clock import now
from groundswell.outbox.models import Effect
from tests import made_up

OLU = "olu@example.org"


def wrong_for(code_id: UUID, email: str = OLU) -> str:
    return str((int(code_of(code_id, email)) + 1) % 10**8).zfill(8)


def outcomes(guesses: int) -> Iterator[str]:
    """What becomes of each of so many guesses, with a fresh code whenever one is used up, as an attacker would."""
    code_id = ask_to_sign_in(email=OLU)
    for _ in range(guesses):
        try:
            yield "wrong" if try_code(code_id=code_id, email=OLU, typed=wrong_for(code_id)) is None else "in"
        except CodeGone:
            code_id = ask_to_sign_in(email=OLU)
            yield "gone"
        except TooManyGuesses:
            yield "not looked at"


@pytest.mark.django_db
def test_of_a_thousand_guesses_ten_are_evaluated() -> None:
    made_up.account(made_up.root(made_up.organisation()))
    ends = list(outcomes(1000))
    assert ends.count("wrong") == GUESSES
    assert "in" not in ends


@pytest.mark.django_db
def test_the_twin_without_the_count_evaluates_hundreds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes, "count_guess", lambda *whose: None)
    ends = list(outcomes(200))
    assert ends.count("wrong") == 200 * TRIES / (TRIES + 1)


@pytest.mark.django_db
def test_the_right_code_is_not_looked_at_either_until_the_hour_is_over(time_machine: TimeMachineFixture) -> None:
    olu = made_up.account(made_up.root(made_up.organisation()))
    list(outcomes(20))
    code_id = ask_to_sign_in(email=OLU)
    with pytest.raises(TooManyGuesses):
        try_code(code_id=code_id, email=OLU, typed=code_of(code_id, OLU))
    time_machine.move_to(now() + timedelta(minutes=61))
    code_id = ask_to_sign_in(email=OLU)
    assert try_code(code_id=code_id, email=OLU, typed=code_of(code_id, OLU)) == olu


@pytest.mark.django_db
def test_another_spelling_of_the_mailbox_is_the_same_one() -> None:
    for spelling in (OLU, "Olu@example.org", "olu+1@example.org", "OLU+2@example.org"):
        for _ in range(TRIES if spelling != "OLU+2@example.org" else 1):
            count_guess("mailbox", codes.inbox_key(spelling))
    code_id = ask_to_sign_in(email=OLU)
    with pytest.raises(TooManyGuesses):
        try_code(code_id=code_id, email=OLU, typed="00000000")


@pytest.mark.django_db
def test_guesses_at_one_account_do_not_count_for_another() -> None:
    max_ = made_up.account(made_up.root(made_up.organisation()), email="max@example.org")
    list(outcomes(20))
    code_id = ask_to_sign_in(email="max@example.org")
    digits = code_of(code_id, "max@example.org")
    assert try_code(code_id=code_id, email="max@example.org", typed=digits) == max_


@pytest.mark.django_db
def test_a_code_belongs_to_one_address() -> None:
    made_up.account(made_up.root(made_up.organisation()))
    code_id = ask_to_sign_in(email="max@example.org")
    assert try_code(code_id=code_id, email=OLU, typed=code_of(code_id, "max@example.org")) is None


@pytest.mark.django_db(transaction=True)
def test_many_at_the_same_moment_get_ten_between_them() -> None:
    def guess(_: int) -> bool:
        try:
            count_guess("mailbox", OLU)
        except TooManyGuesses:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(guess, range(60))) == GUESSES


@pytest.mark.parametrize(
    ("typed", "digits"), [("1234 5678", "12345678"), ("1234-567", None), ("１２３４５６７８", None)]
)
def test_what_counts_as_a_code(typed: str, digits: str | None) -> None:
    assert digits_of(typed) == digits


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_code_is_mailed_in_the_language_of_the_page(language: str) -> None:
    with translation.override(language):
        code_id = ask_to_sign_in(email=OLU)
    assert Effect.objects.get(subject=code_id).language == language
