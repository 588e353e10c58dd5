"""Reading an ASGI request: the few questions that front asks of it."""

from collections.abc import Sequence

from groundswell.front.messages import Scope

LARGEST_FORM = 16 * 1024
LONGEST_VIA = 64

_FORM = b"application/x-www-form-urlencoded"
# A kept page is the same for everybody, so it is rendered without what tells people apart.
_PERSONAL = {
    b"cookie",
    b"authorization",
    b"if-none-match",
    b"if-modified-since",
    b"range",
    b"accept-encoding",
}
_OF_A_BODY = {b"content-length", b"content-type", b"transfer-encoding"}
_REPLACED = _PERSONAL | _OF_A_BODY | {b"accept-language"}


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
            form = value.partition(b";")[0].strip().lower() == _FORM
        elif name == b"content-length":
            length = value.isdigit() and int(value) <= LARGEST_FORM
        elif name == b"transfer-encoding":
            return False
    return form and length


def bare_headers(headers: Sequence[tuple[bytes, bytes]], language: str) -> list[tuple[bytes, bytes]]:
    """The headers with which a page for everybody is rendered, in a language."""
    kept = [pair for pair in headers if pair[0] not in _REPLACED]
    return [*kept, (b"accept-language", language.encode())]
