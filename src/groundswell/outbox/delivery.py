"""Carrying out what is in the outbox: one mail at a time, each noted as done before the next one starts.

A kill between the server's "250" and the note leaves one mail of which nobody knows whether it went out; that
one is sent again, with the same Message-ID. So there is at most one repeated mail for each kill.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F, QuerySet

from groundswell.kit.clock import now
from groundswell.outbox.mail import Mail
from groundswell.outbox.models import Effect
from groundswell.outbox.transports import Transport, TransportFailed, transport

log = logging.getLogger(__name__)

AT_ONCE = 50
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
DAILY = Share(A_DAYS_SHARE, timedelta(hours=24))


def register(kind: str, render: Render, *, own_share: Share | None = None) -> None:
    """Say how mails of a kind are written; ``render`` returns None when there is no reason for it any more.

    A kind with a share of its own is counted apart: it neither uses up the day's share nor waits for it.
    """
    _renderers[kind] = render
    if own_share:
        _own_shares[kind] = own_share


def deliver() -> int:
    """Send up to fifty mails that are due; returns how many were dealt with.

    Queries: 1, and for each mail 2 and those of its renderer.
    """
    due = Effect.objects.filter(state=Effect.State.WAITING, due_at__lte=now()).order_by("due_at")[:AT_ONCE]
    effects = list(due)
    if effects:
        with transport() as channel:
            for effect in effects:
                _deliver(effect, channel)
    return len(effects)


def _deliver(effect: Effect, channel: Transport) -> None:
    if _has_had_its_share(effect):
        _note(effect, Effect.State.HELD, "This mailbox had its share of mail.")
        return
    try:
        mail = _renderers[effect.kind](effect)
    except Exception as error:
        log.exception("Mail %s could not be written", effect.id)
        _note(effect, Effect.State.FAILED, f"Could not be written: {type(error).__name__}")
        return
    if mail is None:
        _note(effect, Effect.State.VOID, "The reason for it is gone.")
        return
    try:
        channel.send(effect, mail)
    except TransportFailed as failure:
        _postpone(effect, failure)
        return
    _note(effect, Effect.State.DONE, "")


def _has_had_its_share(effect: Effect) -> bool:
    share = _own_shares.get(effect.kind, DAILY)
    since = now() - share.within
    sent = Effect.objects.filter(mailbox=effect.mailbox, state=Effect.State.DONE, done_at__gt=since)
    same = sent.exclude(kind__in=_own_shares) if share is DAILY else sent.filter(kind=effect.kind)
    return same.count() >= share.most


def _note(effect: Effect, state: Effect.State, note: str) -> None:
    _row(effect).update(state=state, note=note, address="", done_at=now(), attempts=F("attempts") + 1)


def _postpone(effect: Effect, failure: TransportFailed) -> None:
    if failure.permanent or effect.attempts >= len(RETRIES):
        _note(effect, Effect.State.FAILED, failure.reason)
        return
    later = now() + RETRIES[effect.attempts]
    _row(effect).update(due_at=later, note=failure.reason, attempts=F("attempts") + 1)


def _row(effect: Effect) -> QuerySet[Effect]:
    return Effect.objects.filter(organisation_id=effect.organisation_id, id=effect.id)
