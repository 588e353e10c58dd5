"""Reading an ASGI request: the few questions that front asks of it."""

from collections.abc import Sequence

from groundswell.front.messages import Scope

LARGEST_FORM = 16 * 1024
LONGEST_VIA = 64

_FORM = b"application/x-www-form-urlencoded"
_FORMS = {_FORM, _FORM + b";charset=utf-8"}
# A kept page is the same for everybody: whatever else a caller sends could tell people apart, or be meant to
# put something into the page that others will see.
_OF_THE_PLACE = {b"host", b"x-forwarded-proto"}


def query(raw: bytes) -> bytes:
    """The part of a query string on which a page may depend: ``via`` is neutral, the rest stays in its order."""
    if not raw:
        return b""
    return b"&".join(part for part in raw.split(b"&") if part and not part.startswith(b"via="))


def is_declared(raw: bytes, names: frozenset[str]) -> bool:
    """Whether every name in a query string is one of these."""
    return all(part.partition(b"=")[0].decode("latin-1") in names for part in raw.split(b"&") if part)


def via(raw: bytes) -> str:
    """The share link's name in a query string, or nothing if there is none that could be one."""
    for part in raw.split(b"&"):
        if part.startswith(b"via="):
            name = part[4:].decode("latin-1")
            plain = name.replace("-", "").replace("_", "")
            return name if plain.isascii() and plain.isalnum() and len(name) <= LONGEST_VIA else ""
    return ""


def is_small_form(scope: Scope) -> bool:
    """Whether the body is an ordinary form of at most 16 KB, and says so."""
    form = length = False
    for name, value in scope["headers"]:
        if name == b"content-type":
            form = value.replace(b" ", b"").lower() in _FORMS
        elif name == b"content-length":
            length = value.isdigit() and int(value) <= LARGEST_FORM
        elif name == b"transfer-encoding":
            return False
    return form and length


def bare_headers(headers: Sequence[tuple[bytes, bytes]], language: str) -> list[tuple[bytes, bytes]]:
    """The headers with which a page for everybody is rendered, in a language."""
    kept = [pair for pair in headers if pair[0] in _OF_THE_PLACE]
    return [*kept, (b"accept-language", language.encode())]
