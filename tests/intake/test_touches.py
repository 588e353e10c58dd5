"""Tags that are touched, and read again and again."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries

from groundswell.intake.touches import OVERLAP, id_at, let_go, recent, touch
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7

pytestmark = pytest.mark.django_db(transaction=True)


def test_any_number_of_tags_is_one_query_and_each_is_noted_once(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with transaction.atomic(), django_assert_num_queries(1):
        touch("a", "b", "a")
    with django_assert_num_queries(1):
        assert sorted(recent().values()) == ["a", "b"]
    with django_assert_num_queries(0):
        touch()


def test_a_touch_shows_once_its_transaction_is_committed() -> None:
    with transaction.atomic():
        touch("a")
        transaction.set_rollback(True)
    assert recent() == {}


def test_a_touch_is_seen_for_ten_seconds() -> None:
    touch("a")
    with time_machine.travel(now() + OVERLAP - timedelta(seconds=1)):
        assert list(recent().values()) == ["a"]
    with time_machine.travel(now() + OVERLAP + timedelta(seconds=1)):
        assert recent() == {}


def test_keys_are_bounded_by_their_time() -> None:
    before = id_at(now().timestamp())
    assert before <= uuid7() < id_at(now().timestamp() + 1)


def test_after_letting_go_the_next_reading_connects_again() -> None:
    recent()
    let_go()
    assert connection.connection is None
    assert recent() == {}
