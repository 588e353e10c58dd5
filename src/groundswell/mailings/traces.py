"""What tells one copy from every other, in its Message-ID and in the address to which it comes back."""

import hmac
import re
from collections.abc import Iterator
from hashlib import sha256
from uuid import UUID

from django.conf import settings

from groundswell.mailings.models import Mailing

_MAILING, _NUMBER, _SIGNATURE = 8, 4, 10
"""Bytes of a trace. It stands behind a word of one's own before an ``@``, where 64 characters are the most."""

_WRITTEN = re.compile(rf"(?<![0-9a-z])[0-9a-f]{{{2 * (_MAILING + _NUMBER + _SIGNATURE)}}}(?![0-9a-z])")


def trace_of(mailing_id: UUID, number: int) -> str:
    """The trace of one copy, the same however often it is sent; nobody else can make one up.

    It begins like the mailing's id, by which that is found. The number behind it is covered, since it would tell
    everybody how many are written to.
    """
    signature = _signature(mailing_id, number)
    covered = _cover(mailing_id, signature, number)
    return (mailing_id.bytes[:_MAILING] + covered.to_bytes(_NUMBER) + signature).hex()


def copies_named(text: str) -> Iterator[tuple[Mailing, int]]:
    """The copies whose traces stand in a text, mailing and number, if they were made here (1 query for each)."""
    for found in _WRITTEN.findall(text.lower()):
        raw = bytes.fromhex(found)
        begun, covered, signature = raw[:_MAILING], raw[_MAILING:-_SIGNATURE], raw[-_SIGNATURE:]
        rest = 16 - _MAILING
        between = (UUID(bytes=begun + bytes(rest)), UUID(bytes=begun + b"\xff" * rest))
        for mailing in Mailing.objects.filter(id__range=between):
            number = _cover(mailing.id, signature, int.from_bytes(covered))
            if hmac.compare_digest(_signature(mailing.id, number), signature):
                yield mailing, number


def comes_back_to() -> str:
    """Where a mail comes back to that cannot be delivered: an address with room for whose it was (VERP)."""
    back: str = settings.ENVIRONMENT.bounces
    if not back:
        return str(settings.ENVIRONMENT.sender)
    local, _, domain = back.rpartition("@")
    return f"{local}+{{}}@{domain}"


def _signature(mailing_id: UUID, number: int) -> bytes:
    return _digest(b"copy", mailing_id, number.to_bytes(_NUMBER))[:_SIGNATURE]


def _cover(mailing_id: UUID, signature: bytes, number: int) -> int:
    """The number covered, and the covered one as it was: a mask that only the key and the signature give."""
    return number ^ int.from_bytes(_digest(b"cover", mailing_id, signature)[:_NUMBER])


def _digest(purpose: bytes, mailing_id: UUID, what: bytes) -> bytes:
    return hmac.digest(settings.SECRETS.mailboxes.encode(), purpose + mailing_id.bytes + what, sha256)
