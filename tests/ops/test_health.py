"""``GET /health``: well only when web, database and worker all are."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from groundswell import __version__
from groundswell.ops.heartbeat import beat, is_beating
from groundswell.ops.models import Heartbeat


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.mark.django_db
def test_with_a_fresh_heartbeat_all_is_well(client: Client) -> None:
    beat("worker")
    response = client.get("/health")
    assert (response.status_code, response.json()) == (200, {"status": "ok", "version": __version__})


@pytest.mark.django_db
@pytest.mark.parametrize("ago", [None, timedelta(seconds=16), -timedelta(minutes=10)])
def test_without_one_it_says_why(client: Client, ago: timedelta | None) -> None:
    if ago:
        Heartbeat.objects.create(name="worker", at=timezone.now() - ago)
    response = client.get("/health")
    assert response.status_code == 503
    assert response.json()["reason"] == "The worker has shown no sign of life for 15 seconds."


@pytest.mark.django_db
def test_without_the_database_it_says_why(client: Client) -> None:
    def gone(*_: Any) -> Any:
        raise OperationalError("server closed the connection unexpectedly")

    with connection.execute_wrapper(gone):
        response = client.get("/health")
    assert response.status_code == 503
    assert response.json()["reason"] == "The database does not answer."


@pytest.mark.django_db
def test_no_cache_keeps_it(client: Client) -> None:
    assert "no-store" in client.get("/health")["Cache-Control"]


@pytest.mark.django_db
def test_it_only_answers_questions(client: Client) -> None:
    assert client.post("/health").status_code == 405


@pytest.mark.django_db
def test_a_heartbeat_is_one_row_and_one_query(django_assert_num_queries: Any) -> None:
    beat("worker")
    with django_assert_num_queries(1):
        beat("worker")
    assert Heartbeat.objects.count() == 1
    assert is_beating("worker")
    assert not is_beating("another")
