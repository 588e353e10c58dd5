"""What the worker does for mailings: begins those whose time has come, takes over what was left, and sends."""

import gc
import logging
import time
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum

from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.ledger.operations import record
from groundswell.mailings import domains, operations, recovery, subjects, warming
from groundswell.mailings.alerts import PUT_BACK, alert
from groundswell.mailings.allowances import Allowances, limits
from groundswell.mailings.audience import freeze
from groundswell.mailings.hands import MUCH, Hands, processes
from groundswell.mailings.kept import keep
from groundswell.mailings.letters import Writer
from groundswell.mailings.models import LAST_NOW, Mailing
from groundswell.mailings.providers import Requests
from groundswell.mailings.sending import Sender, Way
from groundswell.mailings.smtp import NoServer, Server
from groundswell.mailings.throttle import Throttle
from groundswell.mailings.visits import make_links

log = logging.getLogger(__name__)

TURN = 5.0
"""Seconds for which one round sends, so that the worker can be stopped between two."""

PAUSE = 30.0
"""Seconds in which no server is asked that could not be reached."""


def begin() -> int:
    """Freeze the audience of each mailing whose time has come; returns how many (1 query, and 9 for each).

    One that would reach far more than when it was let go is a draft again, of which somebody hears (up to 14).
    """
    due = Mailing.objects.filter(state=Mailing.State.WAITING, starts_at__lte=now())
    return sum(begin_one(mailing) for mailing in due.values_list("id", flat=True))


@transaction.atomic
def begin_one(mailing_id: UUID) -> bool:
    """Freeze the audience of one that was let go, whatever the time; returns whether it began (9 queries).

    Else it is one no more, or would reach many more people than when it was let go and is a draft again.
    """
    rows = Mailing.objects.select_related("organisation", "group").select_for_update(of=("self",))
    mailing = rows.filter(id=mailing_id, state=Mailing.State.WAITING).first()
    if mailing is None:
        return False
    # Zero where it was let go by an earlier version, which did not write it down.
    if mailing.copies and operations.has_grown(mailing):
        _put_back(mailing)
        return False
    mailing.copies = freeze(mailing, operations.audience(mailing), by_lot=subjects.many(mailing) > 1)
    mailing.tested = subjects.to_test(mailing, mailing.copies)
    domains.begin(mailing)
    make_links(mailing)
    mailing.state, mailing.frozen_at = Mailing.State.SENDING, now()
    mailing.save(update_fields=["copies", "tested", "state", "frozen_at"])
    record(
        organisation_id=mailing.organisation_id,
        actor=None,
        verb="mailings.begin",
        object_id=mailing.id,
        people=mailing.copies,
    )
    return True


def _put_back(mailing: Mailing) -> None:
    """Make a draft of it again, which somebody looks at: meanwhile many were added, by an import perhaps."""
    mailing.state, mailing.starts_at, mailing.copies = Mailing.State.DRAFT, None, 0
    mailing.note = Mailing.Note.GREW
    mailing.save(update_fields=["state", "starts_at", "copies", "note"])
    record(
        organisation_id=mailing.organisation_id,
        actor=None,
        verb="mailings.put_back",
        object_id=mailing.id,
    )
    alert(mailing, PUT_BACK)


def settle_in() -> None:
    """Let the collector of garbage leave alone what is there by now, since it stays as long as the process."""
    gc.collect()
    gc.freeze()


class Rounds:
    """One worker's rounds, for as long as its process lives; ``helped`` by more processes where there is much.

    A limit an hour is kept by one process alone: it has time for that.
    """

    def __init__(self, *, helped: bool = True) -> None:
        settled = settings.ENVIRONMENT
        self._connections = max(settled.smtp_connections, 1)
        self._processes = 1 if settled.mail_per_hour else processes(self._connections)
        self._hands = Hands(self._processes - 1 if helped else 0)
        self._helped = helped
        self._sender: Sender | None = None
        self._stopped = False
        self._worker: UUID | None = None
        self._presence: recovery.Presence | None = None
        self._closed_until = 0.0
        self._throttle = Throttle(settled.mail_per_hour)
        self._allowances = Allowances(set_limits) if (set_limits := limits()) else None

    def send(self) -> int:
        """Send what waits for some seconds; returns how many copies were dealt with."""
        left = _left()
        if left is None or time.monotonic() < self._closed_until or self._stopped:
            return 0
        worker, home = self._at_work(), recovery.home()
        recovery.recover(worker, home)
        writer = Writer()
        if not settings.ENVIRONMENT.sends_mail:
            return keep(worker, home, writer)
        plan = warming.today()
        if (left if plan is None else min(left, plan.left)) >= MUCH:
            self._hands.help()
        # What is one's own share while others send too.
        sharing = self._processes if not self._helped or self._hands.working() else 1
        self._sender = Sender(
            server=_server(),
            worker=worker,
            home=home,
            write=writer,
            connections=self._connections // sharing,
            reserve=self._throttle.reserve,
            spare=self._throttle.spare,
            allowances=self._allowances,
        )
        try:
            return self._sender.run(TURN)
        except NoServer as error:
            log.error("Mailings wait: %s", error)
            self._closed_until = time.monotonic() + PAUSE
            return 0

    def make_room(self) -> None:
        """Leave a place of the hour out, for a mail to one person that went out; from any thread."""
        self._throttle.make_room()

    def stop(self) -> None:
        """Send no more than what is on the way; from any thread."""
        self._stopped = True
        if self._sender:
            self._sender.stop()

    def _at_work(self) -> UUID:
        if self._worker is None:
            settle_in()
            self._worker = uuid7()
            self._presence = recovery.Presence(self._worker)
        return self._worker


def _left() -> int | None:
    """How many copies may go that nobody has taken yet, or None where nothing is being sent (1 query)."""
    sending = Mailing.objects.filter(state=Mailing.State.SENDING)
    left: int | None = sending.aggregate(left=Sum(LAST_NOW - F("next") + 1))["left"]
    return left


def _server() -> Way:
    if provider := settings.ENVIRONMENT.provider:
        return Requests(provider.name, provider.for_sending)
    ours = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    return Server(urlsplit(settings.ENVIRONMENT.smtp), ours)
