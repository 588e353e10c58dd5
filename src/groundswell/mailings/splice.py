"""A message that is written once and filled in for each recipient, without writing it anew.

All that is the same for everybody is encoded once. Between its pieces stand slots; what belongs there is encoded
for each recipient and put in by itself. A slot in the body stands between two soft line breaks (RFC 2045, section
6.7, rule 5), so that its length moves no other line. No line of a body begins with a full stop, so nothing has to
be doubled on its way (RFC 5321, section 4.5.2).
"""

import binascii
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from html import escape

OPEN, CLOSE = "\ue000", "\ue001"
"""Around the name of a slot; private characters, which no cleaned text has."""

_SLOT = re.compile(f"{OPEN}([a-z0-9_]+){CLOSE}")
_LINE = 72
_ENCODED_WORD = 39
"""Bytes of one encoded word: the first, behind the header's name, fits into the 76 of RFC 2047."""


def slot(name: str) -> str:
    """What stands in a text where something of the recipient's will."""
    return f"{OPEN}{name}{CLOSE}"


TOKENS = frozenset({"stop", "me"})
"""Slots whose values are letters, digits, minus and underscore, and short enough for a line."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where something is filled in: what, and how it is encoded there."""

    name: str
    how: str


@dataclass(frozen=True)
class Form:
    """A whole message with slots, as :func:`compose` makes it."""

    pieces: tuple[bytes | _Place, ...]

    def fill(self, values: Mapping[str, str]) -> bytes:
        """The message for one recipient, with CRLF line ends.

        :raises KeyError: if a slot has no value.
        """
        pieces = self._pieces.copy()
        for at, name, encode in self._places:
            pieces[at] = encode(values[name])
        return b"".join(pieces)

    @cached_property
    def _pieces(self) -> list[bytes]:
        return [piece if isinstance(piece, bytes) else b"" for piece in self.pieces]

    @cached_property
    def _places(self) -> list[tuple[int, str, Callable[[str], bytes]]]:
        places = [(at, piece) for at, piece in enumerate(self.pieces) if isinstance(piece, _Place)]
        return [(at, place.name, _ENCODERS[place.how]) for at, place in places]

    @property
    def names(self) -> set[str]:
        """What has to be known of a recipient."""
        return {piece.name for piece in self.pieces if isinstance(piece, _Place)}


def compose(headers: Sequence[tuple[str, str]], *, text: str, html: str, boundary: str) -> Form:
    """Write a message of plain text and HTML once.

    A header's value is ASCII as it will stand, slots of which are put in as they are; only ``Subject`` may be any
    text. ``html`` is escaped already; what its slots get is escaped here.

    :raises ValueError: if a header would break.
    """
    pieces: list[bytes | _Place] = []
    for name, value in headers:
        pieces += _header(name, value)
    pieces.append(f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="{boundary}"\r\n'.encode())
    for kind, body in (("plain", text), ("html", html)):
        pieces.append(
            f"\r\n--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n".encode()
        )
        pieces += _body(body, "html" if kind == "html" else "text")
    pieces.append(f"\r\n--{boundary}--\r\n".encode())
    return Form(tuple(_joined(pieces)))


def _joined(pieces: Iterable[bytes | _Place]) -> Iterable[bytes | _Place]:
    """The same with neighbours put together, since each piece costs time for each recipient."""
    kept = b""
    for piece in pieces:
        if isinstance(piece, bytes):
            kept += piece
            continue
        if kept:
            yield kept
        yield piece
        kept = b""
    if kept:
        yield kept


def _header(name: str, value: str) -> Iterable[bytes | _Place]:
    if name == "Subject":
        # Encoded as one: of an encoded word no part can be filled in.
        found = _SLOT.fullmatch(value)
        yield b"Subject: "
        yield _Place(found[1], "subject") if found else subject(value)
        yield b"\r\n"
        return
    yield f"{name}: ".encode("ascii")
    for text, named in _parts(value):
        if not text.isascii() or not text.isprintable():
            raise ValueError(f"The header {name} cannot be written.")
        yield text.encode()
        if named:
            yield _Place(named, "header")
    yield b"\r\n"


def _body(text: str, how: str) -> Iterable[bytes | _Place]:
    for part, named in _parts(text):
        yield _quoted(part)
        if named:
            yield b"=\r\n"
            yield _Place(named, "token" if named in TOKENS else how)
            yield b"=\r\n"


def _parts(text: str) -> Iterable[tuple[str, str]]:
    """Each text with the name of the slot behind it, the last with none."""
    split = _SLOT.split(text)
    yield from zip(split[::2], [*split[1::2], ""], strict=True)


def _quoted(text: str) -> bytes:
    """Quoted-printable of a text, in which no line begins with a full stop or ends in a space."""
    return b"\r\n".join(_quoted_line(line) for line in text.split("\n"))


def _quoted_line(line: str) -> bytes:
    lines, now = [], b""
    for at, byte in enumerate(line.encode()):
        plain = 33 <= byte <= 126 and byte != 61
        plain |= byte in b"\t " and at + 1 < len(line.encode())
        if len(now) >= _LINE:
            lines.append(now + b"=")
            now = b""
        plain &= bool(now) or byte != 46
        now += bytes([byte]) if plain else b"=%02X" % byte
    return b"\r\n".join([*lines, now])


@lru_cache(maxsize=4096)
def _text(value: str) -> bytes:
    """What somebody is called, as it stands in a text of quoted-printable."""
    quoted = binascii.b2a_qp(value.encode(), istext=False)
    # The quick way leaves full stops where a line begins, and no room for the line break behind a slot.
    room = len(quoted) - quoted.rfind(b"\n") <= 76
    safe = room and not quoted.startswith(b".") and b"\n." not in quoted
    return quoted.replace(b"\n", b"\r\n") if safe else _quoted(value)


@lru_cache(maxsize=4096)
def _html(value: str) -> bytes:
    return _text(escape(value))


@lru_cache(maxsize=4096)
def subject(value: str) -> bytes:
    """A subject as it stands in a header: as it is where it is short ASCII, else in encoded words (RFC 2047)."""
    if value.isascii() and value.isprintable() and len(value) <= 66 and "=?" not in value:
        return value.encode()
    return b"\r\n ".join(b"=?utf-8?b?%b?=" % b64encode(word) for word in _words(value))


def _words(value: str) -> Iterable[bytes]:
    """Pieces of at most 39 bytes, none of which parts a character."""
    word = b""
    for character in value:
        letter = character.encode()
        if len(word) + len(letter) > _ENCODED_WORD:
            yield word
            word = b""
        word += letter
    yield word


def _plain(value: str) -> bytes:
    """A value for a header, ASCII; what would break the header is refused.

    :raises ValueError: if it is not printable ASCII.
    """
    if not value.isascii() or not value.isprintable():
        raise ValueError("A header cannot be written.")
    return value.encode()


_ENCODERS: dict[str, Callable[[str], bytes]] = {
    "text": _text,
    "html": _html,
    "subject": subject,
    "header": _plain,
    "token": str.encode,
}
