"""What people type, made safe to store: one rule for every field of every form."""

import re
import unicodedata
from collections.abc import Callable

from django.utils.translation import gettext

_LONGEST_ADDRESS = 254  # RFC 5321, section 4.5.3.1.3, less the angle brackets
# At most 64 octets before the @ (section 4.5.3.1.1), of which none needs quotes.
_ADDRESS = re.compile(
    r"(?=.{1,64}@)[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]",
    # Without the second one a long s and a Kelvin sign are letters of ASCII in another case.
    re.IGNORECASE | re.ASCII,
)
_SIMPLE_LINE = re.compile(r"[ -~\u00a1-\u024f]*")


class NotText(ValueError):
    """Something in a text that no database and no mail header should ever see; its text says what."""


def one_line(typed: str) -> str:
    """The words on one line: surrounding space off, runs of space to one, canonical composition (NFC).

    :raises NotText: for control characters, line breaks included, and for half surrogates.
    """
    if not _SIMPLE_LINE.fullmatch(typed):
        typed = unicodedata.normalize("NFC", typed.replace("\t", " "))
        if any(_forbidden(character) for character in typed):
            raise NotText(gettext("This contains characters that are not text."))
    return " ".join(typed.split())


def paragraphs(typed: str) -> str:
    """The same for a text of many lines: line ends become ``\\n``, and blank lines at either end go.

    :raises NotText: for control characters other than line ends, and for half surrogates.
    """
    lines = unicodedata.normalize("NFC", typed).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if any(_forbidden(character) for line in lines for character in line if character != "\t"):
        raise NotText(gettext("This contains characters that are not text."))
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def bounded(name: str, typed: str, longest: int, clean: Callable[[str], str], errors: dict[str, str]) -> str:
    """What was typed, cleaned; what is wrong with it is noted in ``errors`` under its name.

    What is no text at all comes back empty, what is too long as it is.
    """
    try:
        text = clean(typed)
    except NotText as error:
        errors[name] = str(error)
        return ""
    if wrong := too_long(text, longest):
        errors[name] = wrong
    return text


def shortened(text: str, longest: int) -> str:
    """A text of at most so many characters, cut between two words where that can be done."""
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    return f"{cut.rpartition(' ')[0] or cut}…"


def whole_number(typed: str, digits: int) -> int | None:
    """The number that was typed in so many plain digits at most; None where it is none.

    Measured before it is read: a number of many digits takes long, or fits no column.
    """
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= digits else None


def _forbidden(character: str) -> bool:
    # Cc: control, Cs: half surrogate, Cn: no agreed meaning; Zl and Zp break lines in mail headers.
    # U+FFFD is what decoders put in the place of bytes that were not UTF-8.
    return character == "\ufffd" or unicodedata.category(character) in {"Cc", "Cs", "Cn", "Zl", "Zp"}


def too_long(text: str, longest: int) -> str:
    """The sentence about a text of more characters than fit; empty if it fits."""
    if len(text) <= longest:
        return ""
    return gettext("Please use at most %(longest)s characters; this has %(length)s.") % {
        "longest": longest,
        "length": len(text),
    }


def mailbox(typed: str) -> str:
    """An e-mail address as it is written to: space off, domain in lower case and in ASCII.

    The part before the @ keeps its case, since its own server decides about it.

    :raises NotText: if mail could not be sent there.
    """
    # Most are typed as they are written, and need no cleaning.
    address = typed if _ADDRESS.fullmatch(typed) else _cleaned_mailbox(typed)
    if len(address) > _LONGEST_ADDRESS:
        raise NotText(gettext("This does not look like an e-mail address."))
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}"


def _cleaned_mailbox(typed: str) -> str:
    local, at, domain = one_line(typed).rpartition("@")
    try:
        address = f"{local}{at}{domain.encode('idna').decode() if not domain.isascii() else domain}"
    except UnicodeError:
        raise NotText(gettext("This does not look like an e-mail address.")) from None
    if not _ADDRESS.fullmatch(address):
        raise NotText(gettext("This does not look like an e-mail address."))
    return address


def mailbox_key(address: str) -> str:
    """What two spellings of one mailbox have in common, to find a person by it."""
    return address.casefold()


def inbox_key(address: str) -> str:
    """What many spellings of one inbox have in common, to count its mail by: ``ada+1@`` is read where ``ada@`` is.

    Coarser than :func:`mailbox_key`, and never to find a person by: two people may share an inbox.
    """
    local, _, domain = mailbox_key(address).rpartition("@")
    plain = local.partition("+")[0] or local
    if domain in _WITHOUT_DOTS:
        return f"{plain.replace('.', '')}@gmail.com"
    return f"{plain}@{domain}"


# The largest provider of inboxes reads these two as one, and takes no notice of dots.
_WITHOUT_DOTS = {"gmail.com", "googlemail.com"}
