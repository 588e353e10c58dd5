"""What tells one copy from every other, in its Message-ID and in the address to which it comes back."""

import hmac
import re
from collections.abc import Callable, Iterator
from uuid import UUID

from django.conf import settings

from groundswell.kit.crypto import keyed
from groundswell.mailings.models import Mailing

_MAILING, _NUMBER, _SIGNATURE = 8, 4, 10
"""Bytes of a trace. It stands behind a word of one's own before an ``@``, where 64 characters are the most."""

WRITTEN = re.compile(rf"(?<![0-9a-z])[0-9a-f]{{{2 * (_MAILING + _NUMBER + _SIGNATURE)}}}(?![0-9a-z])")
"""What looks like a trace, in small letters; whether one was made here it does not say."""


def trace_of(mailing_id: UUID, number: int) -> str:
    """The trace of one copy, the same however often it is sent; nobody else can make one up."""
    return tracer(mailing_id)(number)


def tracer(mailing_id: UUID) -> Callable[[int], str]:
    """What makes the same traces for the copies of a mailing, by their numbers.

    A trace begins like the mailing's id, by which that is found. The number behind it is covered, since it would
    tell everybody how many are written to.
    """
    begun, key = mailing_id.bytes[:_MAILING], settings.SECRETS.mailboxes
    signing, covering = keyed(key, b"copy" + mailing_id.bytes), keyed(key, b"cover" + mailing_id.bytes)

    def trace(number: int) -> str:
        signature = signing(number.to_bytes(_NUMBER))[:_SIGNATURE]
        mask = covering(signature)[:_NUMBER]
        return (begun + (number ^ int.from_bytes(mask)).to_bytes(_NUMBER) + signature).hex()

    return trace


def copies_named(text: str) -> Iterator[tuple[Mailing, int]]:
    """The copies whose traces stand in a text, mailing and number, if they were made here (1 query for each)."""
    for found in WRITTEN.findall(text.lower()):
        raw = bytes.fromhex(found)
        begun, covered, signature = raw[:_MAILING], raw[_MAILING:-_SIGNATURE], raw[-_SIGNATURE:]
        rest = 16 - _MAILING
        between = (UUID(bytes=begun + bytes(rest)), UUID(bytes=begun + b"\xff" * rest))
        for mailing in Mailing.objects.filter(id__range=between):
            number = _uncovered(mailing.id, covered, signature)
            if hmac.compare_digest(trace_of(mailing.id, number), found):
                yield mailing, number


def comes_back_to() -> str:
    """Where a mail comes back to that cannot be delivered: an address with room for whose it was (VERP)."""
    back: str = settings.ENVIRONMENT.bounces
    if not back:
        return str(settings.ENVIRONMENT.sender)
    local, _, domain = back.rpartition("@")
    return f"{local}+{{}}@{domain}"


def _uncovered(mailing_id: UUID, covered: bytes, signature: bytes) -> int:
    """The number as it was: what covers it only the key and the signature give."""
    mask = keyed(settings.SECRETS.mailboxes, b"cover" + mailing_id.bytes)(signature)[:_NUMBER]
    return int.from_bytes(covered) ^ int.from_bytes(mask)
