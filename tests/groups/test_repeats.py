"""A deed and the key under which it was done: both or neither."""

import time
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import connections

from groundswell.groups.models import Carried
from groundswell.groups.repeats import REPEATS_COUNT, forget_repeats, once
from tests import made_up


@pytest.mark.django_db
def test_a_deed_that_fails_leaves_its_key_free() -> None:
    event = made_up.draft(made_up.root(made_up.organisation()))
    made_up.carried(event)
    kept = Carried.objects.get()

    def fail() -> UUID:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        once(organisation_id=kept.organisation_id, token_id=kept.token_id, key="another", sent="s", deed=fail)
    assert Carried.objects.get() == kept


@pytest.mark.django_db
def test_keys_are_forgotten_after_a_day() -> None:
    made_up.carried(made_up.draft(made_up.root(made_up.organisation())))
    assert forget_repeats() == 0
    Carried.objects.update(created_at=Carried.objects.get().created_at - REPEATS_COUNT)
    assert forget_repeats() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_the_second_gets_what_the_first_did() -> None:
    event = made_up.draft(made_up.root(made_up.organisation()))
    made_up.carried(event)
    kept, done = Carried.objects.get(), []

    def slowly() -> UUID:
        done.append(event.id)
        time.sleep(0.2)
        return event.id

    def ask(_: int) -> UUID:
        try:
            ids = {"organisation_id": kept.organisation_id, "token_id": kept.token_id}
            return once(**ids, key="another", sent="s", deed=slowly)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as threads:
        assert set(threads.map(ask, range(3))) == {event.id}
    assert done == [event.id]
