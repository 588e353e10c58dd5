"""One row of a table, as what it says of one person."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

import phonenumbers
from django.conf import settings
from django.utils.translation import gettext as _

from groundswell.kit import places
from groundswell.kit.sheets import is_formula
from groundswell.kit.text import NotText, mailbox, mailbox_key, one_line
from groundswell.people.errors import BadRow, ColumnsUnknown
from groundswell.people.models import Channel, Suppression
from groundswell.people.sorting import LONGEST_TAG
from groundswell.people.sources import NATIONBUILDER, Columns, Holds, columns_of, key

LONGEST_NAME = 120
MOST_TAGS = 50
HOME = "GB"
"""The country of telephone numbers that do not name theirs."""

Shut = Mapping[str, str]
"""By which channels nothing may go to somebody any more, and why."""

_NOTHING_SAID: Mapping[str, bool] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a row says: ``agreed`` is None where its source says nothing about mail."""

    key: str
    """What the person is known by: the key of their mailbox, or their number where they have no mailbox."""
    name: str
    email: str
    phone: str
    sector: str
    language: str
    tags: tuple[str, ...]
    agreed: bool | None
    shut: Shut
    further: Mapping[str, bool] = _NOTHING_SAID
    """What its source says of other ways, where it does: of text messages, and a no to letters."""

    def said(self, channel: str) -> bool | None:
        """Whether they agreed to be reached by a channel; None where their source says nothing of it."""
        if channel in self.shut:
            return False
        return self.agreed if channel == Channel.EMAIL else self.further.get(channel)

    def with_more(self, other: "Incoming") -> "Incoming":
        """The same with what a later row says of them: what was said first stays, the stricter consent wins."""
        return replace(
            self,
            name=self.name or other.name,
            phone=self.phone or other.phone,
            sector=self.sector or other.sector,
            language=self.language or other.language,
            tags=tuple(dict.fromkeys(self.tags + other.tags)),
            agreed=self.agreed if other.agreed is None else other.agreed and self.agreed is not False,
            shut={**self.shut, **other.shut},
            further={
                way: self.further.get(way, True) and other.further.get(way, True)
                for way in {**self.further, **other.further}
            },
        )


_YES = {"true", "yes", "y", "1", "t", "x", "on", "oui", "subscribed", "opted in", "opt in", "active", "opt-in"}
_NO = {"false", "no", "n", "0", "f", "off", "non", "unsubscribed", "opted out", "opt out", "opted_out", "opt-out"}
_BOUNCED = {"bouncing", "bounced", "previous bounce", "hard bounce", "bad", "cleaned"}
_COMPLAINED = {"spam complaint", "previous spam complaint", "complained", "spam"}
_WAS_THERE = {"true", "yes", "1", "attended", "checked in"}
_COUNTRIES = {
    "united kingdom": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "uk": "GB",
    "united states": "US",
    "usa": "US",
    "ireland": "IE",
    "france": "FR",
}


class Understanding:
    """What the columns of one table hold: turns its rows into what they say."""

    def __init__(self, header: Sequence[str], mapping: Columns, source: str = "") -> None:
        """
        :raises ColumnsUnknown: if no column holds an address or a number.
        """
        self.columns = columns_of(header, mapping)
        if not self.columns.keys() & {Holds.EMAIL, Holds.PHONE}:
            raise ColumnsUnknown
        self.says_who_wants_mail = Holds.MAIL_STATE in self.columns
        self._guarded = source == NATIONBUILDER.name
        keys = [key(name) for name in header]
        self._bad = {
            place: keys.index(f"{keys[place]}isbad")
            for place in self.columns.get(Holds.EMAIL, ())
            if f"{keys[place]}isbad" in keys
        }
        self._said = {place: header[place] for places in self.columns.values() for place in places}
        used = {*self._bad.values(), *self._said}
        self.unused = [name for place, name in enumerate(header) if place not in used]

    def __call__(self, cells: Sequence[str]) -> Incoming:
        """What a row says.

        :raises BadRow: if nobody can be reached by it, it is no text, or a formula is to be worked out in it.
        """
        plain = [self._plain(cell) for cell in cells]
        self._refuse_formulae(plain)
        try:
            return self._read(plain)
        except NotText as error:
            raise BadRow(str(error)) from None

    def _refuse_formulae(self, cells: Sequence[str]) -> None:
        for place, column in self._said.items():
            # Tags are parted by commas, and each of them is a text of its own afterwards.
            if any(map(is_formula, cells[place].split(","))):
                raise BadRow(
                    _("There is a formula under “%(column)s”. Write what it should say.") % {"column": column}
                )

    def _plain(self, cell: str) -> str:
        """A cell without what keeps spreadsheets from seeing a formula or a number: ``'+44…``, ``="077…"``."""
        if said := _A_TEXT.fullmatch(cell):
            return said[1]
        if cell.startswith("'") and (self._guarded or cell[1:2] in _SIGNS):
            return cell[1:]
        return cell

    def _first(self, cells: Sequence[str], holds: Holds) -> str:
        for place in self.columns.get(holds, ()):
            if text := one_line(cells[place]):
                return text
        return ""

    def _any(self, cells: Sequence[str], holds: Holds) -> bool:
        return any(cells[place].strip().casefold() in _YES for place in self.columns.get(holds, ()))

    def _read(self, cells: Sequence[str]) -> Incoming:
        if self._first(cells, Holds.KIND).casefold() not in {"", "individual"}:
            raise BadRow(_("This is an organisation or a household, and no person."))
        country = _country(self._first(cells, Holds.COUNTRY))
        email, is_bad = self._email(cells)
        phone = self._phone(cells, country)
        if not email and not phone:
            raise BadRow(_("There is neither an e-mail address nor a telephone number that can be right."))
        agreed, mail_reason = _state(self._first(cells, Holds.MAIL_STATE))
        shut = self._shut(cells, email, phone, Suppression.Reason.BOUNCED if is_bad else mail_reason)
        return Incoming(
            key=mailbox_key(email) if email else f"tel:{phone}",
            name=self._name(cells),
            email=email,
            phone=phone,
            sector=_sector(self._first(cells, Holds.POSTCODE)),
            language=_language(self._first(cells, Holds.LANGUAGE)),
            tags=self._tags(cells),
            agreed=False if Channel.EMAIL in shut else agreed,
            shut=shut,
            further=self._further(cells),
        )

    def _email(self, cells: Sequence[str]) -> tuple[str, bool]:
        """The first address that works, or else the first one, and whether it is known not to work."""
        found = ""
        for place in self.columns.get(Holds.EMAIL, ()):
            if not (typed := cells[place].strip()):
                continue
            address = mailbox(typed.removeprefix("mailto:"))
            if place not in self._bad or cells[self._bad[place]].strip().casefold() not in _YES:
                return address, False
            found = found or address
        return found, bool(found)

    def _phone(self, cells: Sequence[str], country: str) -> str:
        for place in self.columns.get(Holds.PHONE, ()):
            if number := dialled(cells[place].strip(), country):
                return number
        return ""

    def _name(self, cells: Sequence[str]) -> str:
        parts = (self._first(cells, Holds.FIRST), self._first(cells, Holds.LAST))
        name = " ".join(filter(None, parts)) or self._first(cells, Holds.NAME)
        if len(name) > LONGEST_NAME:
            raise BadRow(_("The name has more than %(longest)s characters.") % {"longest": LONGEST_NAME})
        return name

    def _tags(self, cells: Sequence[str]) -> tuple[str, ...]:
        named = (one_line(tag) for place in self.columns.get(Holds.TAGS, ()) for tag in cells[place].split(","))
        tags = [tag[:LONGEST_TAG] for tag in named if tag]
        if self._first(cells, Holds.ATTENDED).casefold() in _WAS_THERE:
            event = self._first(cells, Holds.EVENT)
            tags.append(f"attended {event}"[:LONGEST_TAG].rstrip())
        if len(tags) > MOST_TAGS:
            raise BadRow(_("There are more than %(most)s tags.") % {"most": MOST_TAGS})
        return tuple(tags)

    def _further(self, cells: Sequence[str]) -> Mapping[str, bool]:
        agreed, _reason = _state(self._first(cells, Holds.SMS_STATE))
        said = {} if agreed is None else {str(Channel.SMS): agreed}
        return said | {str(Channel.POST): False} if self._any(cells, Holds.NO_CONTACT) else said

    def _shut(self, cells: Sequence[str], email: str, phone: str, mail_reason: str) -> Shut:
        """What the source says may not be used any more, the stricter of what it says in several columns."""
        out = Suppression.Reason.UNSUBSCRIBED
        nothing = self._any(cells, Holds.NO_CONTACT)
        shut: dict[str, str] = {}
        if email and (mail_reason or nothing or self._any(cells, Holds.NO_MAIL)):
            shut[Channel.EMAIL] = mail_reason or out
        if phone and self._any(cells, Holds.BAD_PHONE):
            shut |= {Channel.PHONE: Suppression.Reason.BOUNCED, Channel.SMS: Suppression.Reason.BOUNCED}
        if phone and (nothing or self._any(cells, Holds.NO_CALLS)):
            shut[Channel.PHONE] = out
        _agreed, sms_reason = _state(self._first(cells, Holds.SMS_STATE))
        if phone and (sms_reason or nothing or self._any(cells, Holds.NO_SMS)):
            shut[Channel.SMS] = sms_reason or out
        return shut


_SIGNS = set("=+-@\t\r")
_A_TEXT = re.compile(r'="([^"]*)"')


def _state(typed: str) -> tuple[bool | None, str]:
    """What the words of a source say: whether they agreed, if it says so, and why nothing may go to them."""
    words = typed.casefold()
    if words in _YES:
        return True, ""
    if words in _BOUNCED:
        return False, Suppression.Reason.BOUNCED
    if words in _COMPLAINED:
        return False, Suppression.Reason.COMPLAINED
    if words in _NO:
        return False, Suppression.Reason.UNSUBSCRIBED
    return None, ""


def _country(typed: str) -> str:
    """The two letters of a country, or none for one that is not known."""
    if not typed:
        return HOME
    return typed.upper() if len(typed) == 2 and typed.upper() != "UK" else _COUNTRIES.get(typed.casefold(), "")


def dialled(typed: str, country: str = HOME) -> str:
    """A telephone number as it is dialled from anywhere; none if it cannot be one."""
    if not typed:
        return ""
    try:
        number = phonenumbers.parse(typed, country or None)
    except phonenumbers.NumberParseException:
        return ""
    # By its length only: numbers are given out faster than lists of them are renewed.
    length = phonenumbers.is_possible_number_with_reason(number)
    if length != phonenumbers.ValidationResult.IS_POSSIBLE or number.extension:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@lru_cache(maxsize=100_000)
def _sector(typed: str) -> str:
    """The first part of a postcode of this country; of others nothing is kept."""
    try:
        return places.sector(typed) if typed else ""
    except places.NotAPostcode:
        return ""


@lru_cache(maxsize=1000)
def _language(typed: str) -> str:
    """A language in which we can write, or none."""
    words = typed.casefold()
    known = {code: code for code, _name in settings.LANGUAGES}
    known |= {str(name).casefold(): code for code, name in settings.LANGUAGES}
    return known.get(words) or known.get(words.replace("_", "-").partition("-")[0], "")
