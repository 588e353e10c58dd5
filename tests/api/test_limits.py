"""How often a token may ask."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.test import Client

from groundswell.api import limits
from groundswell.api.limits import Allowance, TooOften
from groundswell.groups.models import Organisation
from tests.api.conftest import client_of

ONE, TWO = UUID(int=1), UUID(int=2)


@pytest.fixture
def allowance(monkeypatch: pytest.MonkeyPatch) -> Allowance:
    made = Allowance(per_minute=2)
    monkeypatch.setattr(limits, "ALLOWANCE", made)
    return made


def test_every_answer_says_what_is_left(api: Client) -> None:
    first, second = api.get("/api/v1/events"), api.get("/api/v1/events/no-id/attendances")
    assert first["RateLimit-Policy"] == '"token";q=600;w=60'
    assert first["RateLimit"] == '"token";r=599;t=60'
    assert second["RateLimit"].startswith('"token";r=598;')


def test_who_asks_too_often_is_told_when_to_come_again(
    api: Client, other: Organisation, allowance: Allowance
) -> None:
    assert [api.get("/api/v1/events").status_code for _ in range(2)] == [200, 200]
    refused = api.get("/api/v1/events")
    assert (refused.status_code, refused.json()["code"]) == (429, "too-often")
    assert 0 < int(refused["Retry-After"]) <= 60
    assert refused["RateLimit"].startswith('"token";r=0;')
    assert client_of(other).get("/api/v1/events").status_code == 200


def test_without_a_token_nothing_is_counted(client: Client, db: None) -> None:
    assert "RateLimit" not in client.get("/api/v1/events").headers


def test_a_minute_later_there_is_as_much_again() -> None:
    now = [100.0]
    allowance = Allowance(per_minute=1, clock=lambda: now[0])
    assert allowance.spend(ONE) == (0, 60)
    with pytest.raises(TooOften) as refused:
        allowance.spend(ONE)
    assert refused.value.seconds == 60
    assert allowance.spend(TWO) == (0, 60)
    now[0] += 60
    assert allowance.spend(ONE) == (0, 60)
    assert set(allowance._windows) == {ONE}


def test_of_many_at_once_as_many_pass_as_may() -> None:
    allowance = Allowance(per_minute=10)

    def ask(_: int) -> bool:
        try:
            allowance.spend(ONE)
        except TooOften:
            return False
        return True

    with ThreadPoolExecutor(50) as pool:
        assert sum(pool.map(ask, range(50))) == 10
