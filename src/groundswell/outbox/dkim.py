"""Signing mails where the server does not (RFC 6376): relaxed headers, simple body, RSA.

The library that reads signatures in our tests also writes them, ten times slower than the arithmetic alone: it
builds the message anew each time.
"""

import base64
import hashlib
import json
import os
import re
import time
from functools import lru_cache
from pathlib import Path
from typing import cast

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

SIGNED = (
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Reply-To",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Feedback-ID",
    "MIME-Version",
    "Content-Type",
)
"""The headers inside the signature; RFC 8058 asks for both that unsubscribe."""

FILE = "dkim.json"
_NAMES = {name.encode(): name.lower().encode() for name in SIGNED}


class Signer:
    """Signs for one domain by the key that its DNS record ``SELECTOR._domainkey.DOMAIN`` tells of."""

    def __init__(self, domain: str, selector: str, key: RSAPrivateKey) -> None:
        self._key = key
        self._head = f"v=1; a=rsa-sha256; c=relaxed/simple; d={domain}; s={selector};".encode()

    def sign(self, message: bytes) -> bytes:
        """The message with its signature above it; it has CRLF line ends, and its body ends in one."""
        head, _, body = message.partition(b"\r\n\r\n")
        found = _relaxed(head)
        digest = base64.b64encode(hashlib.sha256(_simple(body)).digest())
        # A space behind each, at which the line may be broken.
        names = b"h=" + b": ".join(name for name, _line in found) + b";"
        of_this = b"t=%d; bh=%b; b=" % (time.time(), digest)
        lines = b"\r\n".join([line for _name, line in found])
        covered = b"%b\r\ndkim-signature:%b %b %b" % (lines, self._head, names, of_this)
        signature = base64.b64encode(self._key.sign(covered, PKCS1v15(), SHA256()))
        pieces = [signature[at : at + 72] for at in range(0, len(signature), 72)]
        value = b"\r\n ".join([_folded(self._head), _folded(names), of_this, *pieces])
        return b"DKIM-Signature: %b\r\n%b" % (value, message)


def _relaxed(head: bytes) -> list[tuple[bytes, bytes]]:
    """The headers to be signed, by their small names, as section 3.4.2 has them; each appears once.

    Their names are written as :data:`SIGNED` has them.
    """
    found = []
    for line in head.replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ").split(b"\r\n"):
        name, _, value = line.partition(b":")
        if small := _NAMES.get(name):
            found.append((small, small + b":" + b" ".join(value.split())))
    return found


def _simple(body: bytes) -> bytes:
    """The body without empty lines at its end (section 3.4.3)."""
    return body.rstrip(b"\r\n") + b"\r\n" if body.endswith(b"\r\n\r\n") or not body.endswith(b"\r\n") else body


@lru_cache(64)
def _folded(said: bytes) -> bytes:
    """A part of the header's value on lines that are short enough; a reader takes the line breaks out again.

    All that is the same for every mail is folded once.
    """
    lines, line = [], b""
    for word in re.split(rb"(?<=[;:] )", said):
        if line and len(line) + len(word) > 60:
            lines.append(line.rstrip())
            line = b""
        line += word
    return b"\r\n ".join([*lines, line])


def make_key(data: Path, *, domain: str, selector: str) -> str:
    """Make a key in a data folder and return what the DNS has to say of it; one that is there stays.

    :raises FileExistsError: if there is one.
    """
    key = generate_private_key(65537, 2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = os.open(data / FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "w") as opened:
        json.dump({"domain": domain, "selector": selector, "key": private.decode()}, opened)
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return f"{selector}._domainkey.{domain} TXT v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"


def signer(data: Path) -> Signer | None:
    """What signs all that goes out by a server in this installation, if it has a key."""
    path = data / FILE
    return _read(path, path.stat().st_mtime_ns) if path.exists() else None


# Whoever reads a key checks it, which takes longer than hundreds of signatures; a restore brings another one.
@lru_cache(1)
def _read(path: Path, _written_at: int) -> Signer:
    said = json.loads(path.read_text())
    key = serialization.load_pem_private_key(said["key"].encode(), None)
    return Signer(said["domain"], said["selector"], cast(RSAPrivateKey, key))
