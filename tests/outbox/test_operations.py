"""Deciding that a mail goes out, and that it never does."""

import re

import pytest
from pytest_django import DjangoAssertNumQueries

from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.outbox.models import Effect
from groundswell.outbox.operations import Draft, enqueue, forget, mailbox_hash
from tests.outbox.conftest import KIND, ORGANISATION, Enqueue

pytestmark = pytest.mark.django_db


def test_any_number_of_mails_is_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    drafts = [
        Draft(kind=KIND, organisation_id=ORGANISATION, subject=uuid7(), email="ada@example.org", due_at=now())
        for _ in range(3)
    ]
    with django_assert_num_queries(1):
        enqueue(drafts)
    assert {effect.state for effect in Effect.objects.all()} == {Effect.State.WAITING}
    with django_assert_num_queries(0):
        enqueue([])


def test_the_outbox_does_not_say_whose_mailbox_it_is() -> None:
    assert re.fullmatch("[0-9a-f]+", mailbox_hash("ada@example.org"))
    assert mailbox_hash("ada@example.org") == mailbox_hash("Ada+x@example.org") != mailbox_hash("bob@example.org")


def test_what_is_about_somebody_or_to_them_is_deleted_in_one_organisation_only(enqueue: Enqueue) -> None:
    subject = uuid7()
    about, to = enqueue("old@example.org", subject=subject), enqueue("ada@example.org")
    others = [
        enqueue("bob@example.org"),
        enqueue("ada@example.org", organisation_id=uuid7()),
        enqueue("bob@example.org", organisation_id=uuid7(), subject=subject),
    ]
    gone = forget(ORGANISATION, subjects=[subject], emails=["Ada@example.org"])
    assert set(gone) == {about.id, to.id}
    assert set(Effect.objects.values_list("id", flat=True)) == {other.id for other in others}
    assert forget(ORGANISATION) == []
