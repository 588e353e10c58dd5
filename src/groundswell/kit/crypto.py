"""Keyed hashes and signed links, each under a key of its own purpose."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from uuid import UUID

_SIGNATURE_BYTES = 16  # 128 bits: a link cannot be guessed


class BadLink(ValueError):
    """A link that this installation did not make for this purpose."""


def keyed_hash(key: str | bytes, *parts: str) -> str:
    """HMAC-SHA-256 over the parts in hex; no two lists of parts run together."""
    return hmac.digest(key.encode() if isinstance(key, str) else key, framed(*parts), hashlib.sha256).hex()


def framed(*parts: str) -> bytes:
    """Texts behind each other, each behind its length."""
    encoded = [part.encode() for part in parts]
    return b"".join([len(part).to_bytes(4) + part for part in encoded])


def sign(key: str, purpose: str, *ids: UUID) -> str:
    """A token for a link: the ids and a signature that is good for this purpose only. Nobody's name is in it."""
    return _token(_signing(key, purpose), b"".join(identifier.bytes for identifier in ids))


def signer(key: str, purpose: str, first: UUID) -> Callable[[UUID], str]:
    """What makes the same tokens as :func:`sign` of a first id and another one, for many of these."""
    signature = _signing(key, purpose)
    return lambda other: _token(signature, first.bytes + other.bytes)


def _token(signature: Callable[[bytes], bytes], body: bytes) -> str:
    return base64.urlsafe_b64encode(body + signature(body)).rstrip(b"=").decode()


def verify(key: str, purpose: str, token: str) -> list[UUID]:
    """The ids that were signed.

    :raises BadLink: if the token was not made by :func:`sign` with this key and purpose.
    """
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise BadLink from None
    body, signature = raw[:-_SIGNATURE_BYTES], raw[-_SIGNATURE_BYTES:]
    if len(body) % 16 or not body or not hmac.compare_digest(signature, _signing(key, purpose)(body)):
        raise BadLink
    return [UUID(bytes=body[start : start + 16]) for start in range(0, len(body), 16)]


def _signing(key: str, purpose: str) -> Callable[[bytes], bytes]:
    secret, begun = key.encode(), purpose.encode() + b"\0"
    return lambda body: hmac.digest(secret, begun + body, hashlib.sha256)[:_SIGNATURE_BYTES]
