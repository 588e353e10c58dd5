"""What is done goes within a month, and no copy of a mail outlives its row."""

import os
import time
from datetime import timedelta
from pathlib import Path

import time_machine
from pytest_django import Settings

from groundswell.kit.clock import now
from groundswell.outbox.delivery import deliver
from groundswell.outbox.models import Effect
from groundswell.outbox.transports import kept_path
from groundswell.outbox.upkeep import delete_old_mails, delete_stray_copies
from tests.outbox.conftest import ORGANISATION, Enqueue


def test_mails_that_were_dealt_with_a_month_ago_go_with_their_copies(enqueue: Enqueue) -> None:
    sent, waiting = enqueue(), enqueue(due_at=now() + timedelta(days=90))
    deliver()
    with time_machine.travel(now() + timedelta(days=29)):
        assert (delete_old_mails(), delete_stray_copies()) == (0, 0)
    assert kept_path(ORGANISATION, sent.id).exists()
    with time_machine.travel(now() + timedelta(days=31)):
        assert (delete_old_mails(), delete_stray_copies()) == (1, 1)
    assert not kept_path(ORGANISATION, sent.id).exists()
    assert list(Effect.objects.values_list("id", flat=True)) == [waiting.id]


def test_a_draft_that_a_kill_left_goes_after_a_moment(enqueue: Enqueue, settings: Settings) -> None:
    effect = enqueue()
    deliver()
    folder: Path = settings.DATA / "outbox" / str(ORGANISATION)
    fresh, old = folder / f"{effect.id}.draft", folder / "left.draft"
    for draft in (fresh, old):
        draft.write_text("Dear Ada")
    os.utime(old, times=(time.time() - 120,) * 2)
    assert delete_stray_copies() == 1
    assert sorted(path.name for path in folder.iterdir()) == [fresh.name, f"{effect.id}.eml"]


def test_where_no_mail_was_ever_kept_there_is_nothing_to_do(db: None) -> None:
    assert delete_stray_copies() == 0
