""" "Count me, don't contact me": people who are counted by a token of one use, and of whom nothing else is known.

They stand apart from the public count and from the capacity: nobody confirmed them by a mailbox.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import F

from groundswell.attendances.answers import read_headcount, read_uncount
from groundswell.attendances.errors import CodeUnknown
from groundswell.attendances.models import Counted, Tally
from groundswell.attendances.operations import locked_events, takes_answers
from groundswell.events.errors import NotOpen
from groundswell.groups.errors import NotFound
from groundswell.intake.kinds import Action, Refused
from groundswell.kit import crypto
from groundswell.kit.clock import now
from groundswell.kit.crypto import BadLink
from groundswell.kit.ids import milliseconds_of, uuid7
from groundswell.ledger.operations import record

TOKENS_LAST = timedelta(hours=2)
_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # none that looks like another
_PURPOSE = "attendance:count"


def token_for(event_id: UUID) -> str:
    """A token with which up to ten people are counted once, within two hours."""
    return crypto.sign(settings.SECRETS.links, _PURPOSE, event_id, uuid7())


def opened_token(event_id: UUID, token: str) -> UUID:
    """The id of a token.

    :raises BadLink: if it was not made here, for this event, within the last two hours.
    """
    ids = crypto.verify(settings.SECRETS.links, _PURPOSE, token)
    age = now().timestamp() * 1000 - milliseconds_of(ids[-1])
    if len(ids) != 2 or ids[0] != event_id or age > TOKENS_LAST.total_seconds() * 1000:
        raise BadLink
    return ids[1]


def code_for(token: UUID) -> str:
    """The code of a token, by which people are taken out of the count again: twelve letters, some 58 bits.

    The same for the same token, so that who presses twice reads the code that holds.
    """
    number = int(crypto.keyed_hash(settings.SECRETS.links, _PURPOSE, str(token)), 16)
    letters = "".join(_LETTERS[number // len(_LETTERS) ** place % len(_LETTERS)] for place in range(12))
    return "-".join((letters[:4], letters[4:8], letters[8:]))


def is_code(typed: str) -> bool:
    """Whether this has the shape of a code, however it is typed."""
    return len(_plain(typed)) == 12


def code_digest(event_id: UUID, typed: str) -> str:
    """What is stored of a code, however it is typed."""
    return hashlib.sha256(f"{event_id}:{_plain(typed)}".encode()).hexdigest()


def _plain(typed: str) -> str:
    return "".join(letter for letter in typed.upper() if letter in _LETTERS)


def count(organisation_id: UUID, actions: Sequence[Action]) -> list[Refused]:
    """Count people who want no contact; a token that was used already changes nothing.

    Refuses (NotFound) for an event that is unknown or a draft and (NotOpen) for one that takes no answers.
    Queries: 7 for any number, and 1 for each event.
    """
    events = locked_events({action.subject for action in actions})
    known = set(
        Counted.objects.filter(
            organisation_id=organisation_id, id__in=[read_headcount(action.payload).token for action in actions]
        ).values_list("id", flat=True)
    )
    rows: dict[UUID, Counted] = {}
    refused = []
    for action in actions:
        wanted, event = read_headcount(action.payload), events.get(action.subject)
        if event is None or event.organisation_id != organisation_id:
            refused.append(Refused.because(action, NotFound))
        elif not takes_answers(event, action.received_at):
            refused.append(Refused.because(action, NotOpen))
        elif wanted.token not in known:
            row = Counted(
                organisation_id=organisation_id,
                id=wanted.token,
                event_id=event.id,
                people=wanted.people,
                digest=wanted.digest,
            )
            rows.setdefault(wanted.token, row)
    Counted.objects.bulk_create(rows.values())
    _move(organisation_id, "attendances.count", list(rows.values()), 1)
    return refused


def uncount(organisation_id: UUID, actions: Sequence[Action]) -> list[Refused]:
    """Take people out of the count again by their code. Refuses (CodeUnknown) a code that is none, or was used.

    Queries: 7 for any number, and 1 for each event.
    """
    locked_events({action.subject for action in actions})
    digests = [read_uncount(action.payload).digest for action in actions]
    found = Counted.objects.filter(organisation_id=organisation_id, digest__in=digests)
    rows = {(row.event_id, row.digest): row for row in found}
    gone, refused = [], []
    for action in actions:
        row = rows.pop((action.subject, read_uncount(action.payload).digest), None)
        if row is None:
            refused.append(Refused.because(action, CodeUnknown))
        else:
            gone.append(row)
    Counted.objects.filter(organisation_id=organisation_id, id__in=[row.id for row in gone]).delete()
    _move(organisation_id, "attendances.uncount", gone, -1)
    return refused


def _move(organisation_id: UUID, verb: str, rows: Sequence[Counted], sign: int) -> None:
    if not rows:
        return
    moves: Counter[UUID] = Counter()
    for row in rows:
        moves[row.event_id] += sign * row.people
    for event, people in sorted(moves.items()):
        Tally.objects.filter(event_id=event, frozen_at=None).update(counted=F("counted") + people)
    record(organisation_id=organisation_id, actor=None, verb=verb, people=sum(moves.values()))
