"""Carrying out what is in the outbox: one mail at a time, each noted as done before the next one starts.

A kill between the server's "250" and the note leaves one mail of which nobody knows whether it went out; that
one is sent again, with the same Message-ID. So there is at most one repeated mail for each kill.

Exactly one process of an installation delivers (its data folder is claimed), so no mail needs a claim of its own.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, QuerySet
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from groundswell.kit.clock import now
from groundswell.outbox.mail import Mail, message
from groundswell.outbox.models import Effect
from groundswell.outbox.transports import Transport, TransportFailed, Unreachable, delete_kept, transport

log = logging.getLogger(__name__)

AT_ONCE = 50
LONGEST_TURN = 2.0
"""Seconds after which a round ends, however slow the server is: so it can be stopped between two mails."""

PAUSE = 30.0
"""Seconds in which no server is asked that could not be reached or would not let us in."""

A_DAYS_SHARE = 3
"""No mailbox gets more mails than this in 24 hours from the whole installation, whoever types its address.

Only a kind with a share of its own is apart from it: mail to those who work here.
"""

RETRIES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720)]


@dataclass(frozen=True)
class Share:
    """How many mails a mailbox gets within a time."""

    most: int
    within: timedelta


Render = Callable[[Effect], Mail | None]
_renderers: dict[str, Render] = {}
_own_shares: dict[str, Share] = {}
_names: dict[str, str | Promise] = {}
DAILY = Share(A_DAYS_SHARE, timedelta(hours=24))


def register(kind: str, render: Render, *, called: str | Promise, own_share: Share | None = None) -> None:
    """Say how mails of a kind are written; ``render`` returns None when there is no reason for it any more.

    ``called`` is what a mail of it is called where its own subject is not at hand.

    A kind with a share of its own is counted apart: it neither uses up the day's share nor waits for it.
    """
    _renderers[kind], _names[kind] = render, called
    if own_share:
        _own_shares[kind] = own_share


_watching: list[Callable[[], None]] = []


def on_sent(call: Callable[[], None]) -> None:
    """Let something be called after each mail that a server took, by the thread that delivers."""
    _watching.append(call)


def called(kind: str) -> str:
    """What a mail is called, in the language of this moment, also of a kind that is no more (0 queries)."""
    return str(_names.get(kind) or _("Another mail"))


# The database's own trouble: the mail stays in the outbox as it is.
_PASSING = (OperationalError, InterfaceError)
_closed_until = 0.0


def deliver() -> int:
    """Send up to fifty mails that are due; returns how many were dealt with.

    While the server cannot be reached, mails wait and none is given up. Queries: 1, and for each mail 2 and
    those of its renderer.
    """
    global _closed_until
    began = time.monotonic()
    if began < _closed_until:
        return 0
    due = Effect.objects.filter(state=Effect.State.WAITING, due_at__lte=now()).order_by("due_at")[:AT_ONCE]
    dealt_with = 0
    with transport() as channel:
        for effect in due:
            try:
                _deliver(effect, channel)
            except Unreachable as failure:
                _row(effect).update(note=failure.reason)
                _closed_until = time.monotonic() + PAUSE
                break
            dealt_with += 1
            if time.monotonic() - began > LONGEST_TURN:
                break
    return dealt_with


def _deliver(effect: Effect, channel: Transport) -> None:
    if _has_had_its_share(effect):
        _note(effect, Effect.State.HELD, "This mailbox had its share of mail.")
        return
    try:
        # A renderer that knows better chooses another language; the worker itself speaks none.
        with translation.override(effect.language or settings.LANGUAGE_CODE):
            mail = _renderers[effect.kind](effect)
        body = message(effect, mail) if mail else b""
    except _PASSING:
        raise
    except Exception as error:
        # Only what it was: the text of an error may quote whom the mail is for.
        log.error("Mail %s could not be written: %s", effect.id, type(error).__name__)
        _note(effect, Effect.State.FAILED, f"Could not be written: {type(error).__name__}")
        return
    if mail is None:
        _note(effect, Effect.State.VOID, "The reason for it is gone.")
        return
    try:
        channel.send(effect, mail.to, body)
    except Unreachable:
        raise
    except TransportFailed as failure:
        _postpone(effect, failure)
        return
    for call in _watching:
        call()
    if not _note(effect, Effect.State.DONE, ""):
        # Its person was forgotten while it was on its way.
        delete_kept(effect.organisation_id, effect.id)


def _has_had_its_share(effect: Effect) -> bool:
    share = _own_shares.get(effect.kind, DAILY)
    since = now() - share.within
    sent = Effect.objects.filter(mailbox=effect.mailbox, state=Effect.State.DONE, done_at__gt=since)
    same = sent.exclude(kind__in=_own_shares) if share is DAILY else sent.filter(kind=effect.kind)
    return same.count() >= share.most


# A transaction, since on SQLite that waits its turn: a note that is lost repeats a mail.
@transaction.atomic
def _note(effect: Effect, state: Effect.State, note: str) -> int:
    done = {"state": state, "note": note, "address": "", "language": "", "done_at": now()}
    return _row(effect).update(**done, attempts=F("attempts") + 1)


def _postpone(effect: Effect, failure: TransportFailed) -> None:
    if failure.permanent or effect.attempts >= len(RETRIES):
        _note(effect, Effect.State.FAILED, failure.reason)
        return
    later = now() + RETRIES[effect.attempts]
    _row(effect).update(due_at=later, note=failure.reason, attempts=F("attempts") + 1)


def _row(effect: Effect) -> QuerySet[Effect]:
    return Effect.objects.filter(organisation_id=effect.organisation_id, id=effect.id)
