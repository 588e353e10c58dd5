"""Reading what mail servers send back: that something was not delivered (RFC 3464), or called unwanted (RFC 5965).

Whoever sends a message here may have written anything into it, so nothing in it is believed but what it says of a
copy whose trace stands in it. An answer by a person or by their holidays is no report.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import compat32

from groundswell.mailings.models import Return

STATUS = re.compile(r"\b([45])\.(\d{1,3})\.(\d{1,3})\b")
_CODE = re.compile(r"\b([45])\d\d\b")

OF_THE_MESSAGE = re.compile(r"5\.(1\.[78]|2\.[23]|[3567]\.\d+)")
"""Refused for good, but for the mail, its sender or the moment: a full mailbox, a policy, a fault of theirs.

Nobody's address is wrong because their provider shut out our server for a day.
"""

UNWANTED = {"abuse", "fraud", "opt-out"}
"""Kinds of feedback by which somebody says that they do not want it; others are about viruses and signatures."""

_ADDRESSED = ("to", "delivered-to", "x-original-to", "envelope-to")
_MOST = 2000
"""Characters of a header that are looked at."""


@dataclass(frozen=True)
class Report:
    """What a message says: a kind of :class:`.models.Return`, the status in full, and where a trace may stand."""

    kind: str
    status: str
    named: str


def read(raw: bytes) -> Report | None:
    """What a raw message says of a copy, or None where it is no report or says nothing that counts."""
    message = message_from_bytes(raw, policy=compat32)
    if message.get_content_type() != "multipart/report":
        return None
    parts = [part for part in message.walk() if part is not message]
    said = _failed(parts) or _complaint(parts)
    if said is None:
        return None
    named = [_value(message, name) for name in _ADDRESSED]
    return Report(*said, " ".join([*named, *_returned(parts)]))


def _failed(parts: list[Message]) -> tuple[str, str] | None:
    """Kind and status of what a server says of its recipients; one that only waits has not failed."""
    blocks = [block for part in parts for block in _blocks(part, "message/delivery-status")]
    statuses = [_status(block) for block in blocks if _value(block, "action").lower() == "failed"]
    if not statuses:
        return None
    hard = [one for one in statuses if is_for_good(one)]
    return (Return.Kind.HARD, hard[0]) if hard else (Return.Kind.SOFT, statuses[0])


def is_for_good(said: str) -> bool:
    """Whether a server's words begin with a code in full that says so of the address."""
    found = STATUS.match(said)
    return found is not None and found[1] == "5" and not OF_THE_MESSAGE.fullmatch(found[0])


def _status(block: Message) -> str:
    """The code in full, as the field for it says or else the server's own words; one that says nothing is soft."""
    said, words = _value(block, "status"), _value(block, "diagnostic-code")
    found = STATUS.search(said) or STATUS.search(words)
    if found:
        return found[0]
    code = _CODE.search(words)
    return f"{code[1]}.0.0" if code else "4.0.0"


def _complaint(parts: list[Message]) -> tuple[str, str] | None:
    for part in parts:
        for block in _blocks(part, "message/feedback-report"):
            if _value(block, "feedback-type").lower() in UNWANTED:
                return (Return.Kind.COMPLAINT, "")
    return None


def _blocks(part: Message, kind: str) -> list[Message]:
    """The groups of fields in a part of this kind."""
    payload = part.get_payload() if part.get_content_type() == kind else None
    return [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []


def _returned(parts: list[Message]) -> Iterator[str]:
    """Where the copy itself is named: in the headers that came back, and in what a provider says of it."""
    for part in parts:
        kind = part.get_content_type()
        if kind == "text/rfc822-headers":
            yield _value(message_from_bytes(_text(part).encode(), policy=compat32), "message-id")
        elif kind == "message/feedback-report":
            yield from (_value(block, "original-mail-from") for block in _blocks(part, kind))
        else:
            # The parts of a message that came back whole are walked through like those of the report.
            yield _value(part, "message-id")


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode("latin-1") if isinstance(payload, bytes) else ""


def _value(message: Message, name: str) -> str:
    return str(message.get(name, ""))[:_MOST].strip()
