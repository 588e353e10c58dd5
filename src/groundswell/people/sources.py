"""Knowing by the names of a table's columns where it comes from, and what each of them holds."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from groundswell.kit.privacy import Words


class Holds(StrEnum):
    """What a column can hold that is taken in; all other columns are left out."""

    EMAIL = "email"
    NAME = "name"
    FIRST = "first-name"
    LAST = "last-name"
    PHONE = "phone"
    POSTCODE = "postcode"
    COUNTRY = "country"
    LANGUAGE = "language"
    TAGS = "tags"
    MAIL_STATE = "mail-state"
    """In words: subscribed, unsubscribed, bouncing."""
    SMS_STATE = "sms-state"
    NO_CONTACT = "no-contact"
    NO_MAIL = "no-mail"
    NO_CALLS = "no-calls"
    NO_SMS = "no-sms"
    BAD_PHONE = "bad-phone"
    ATTENDED = "attended"
    EVENT = "event"
    KIND = "kind"
    """Whether it is a person at all."""


WORDS: Mapping[Holds, Words] = {
    Holds.EMAIL: _("E-mail address"),
    Holds.NAME: _("Whole name"),
    Holds.FIRST: _("First name"),
    Holds.LAST: _("Last name"),
    Holds.PHONE: _("Telephone number"),
    Holds.POSTCODE: _("Postcode, of which only the first part is kept"),
    Holds.COUNTRY: _("Country"),
    Holds.LANGUAGE: _("Language"),
    Holds.TAGS: _("Tags"),
    Holds.MAIL_STATE: _("Whether they want mail"),
    Holds.SMS_STATE: _("Whether they want text messages"),
    Holds.NO_CONTACT: _("That they want no contact"),
    Holds.NO_MAIL: _("That they want no mail"),
    Holds.NO_CALLS: _("That they want no calls"),
    Holds.NO_SMS: _("That they want no text messages"),
    Holds.BAD_PHONE: _("That the number is out of use"),
    Holds.ATTENDED: _("Whether they were there"),
    Holds.EVENT: _("Name of the event"),
    Holds.KIND: _("Whether it is a person"),
}
"""What each is called on screen."""

Columns = Mapping[Holds, Sequence[str]]
"""For each thing the names of its columns, as :func:`key` has them: the first that is filled in counts."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where tables come from: those that have all columns of one of ``marks`` do."""

    name: str
    label: str
    columns: Columns
    marks: Sequence[frozenset[str]] = ()


def key(header: str) -> str:
    """What two spellings of a column's name have in common."""
    return header.casefold().translate(_NO_MATTER)


_NO_MATTER = dict.fromkeys(map(ord, " _-#\t\u00a0\ufeff"))


def _marks(*groups: str) -> list[frozenset[str]]:
    return [frozenset(group.split()) for group in groups]


def _columns(columns: Mapping[Holds, str]) -> Columns:
    return {holds: names.split() for holds, names in columns.items()}


_NAMES = {Holds.FIRST: "firstname", Holds.LAST: "lastname surname"}

ACTION_NETWORK = Source(
    name="action-network",
    label="Action Network",
    marks=_marks("can2subscriptionstatus", "can2usertags", "can2useraddress", "can2phone", "timestamp(et)"),
    columns=_columns(
        _NAMES
        | {
            Holds.EMAIL: "email",
            Holds.PHONE: "can2phone mobilenumber phonenumber",
            Holds.POSTCODE: "zipcode zip postcode",
            Holds.COUNTRY: "country",
            Holds.LANGUAGE: "language",
            Holds.TAGS: "can2usertags",
            Holds.MAIL_STATE: "can2subscriptionstatus",
            Holds.SMS_STATE: "can2smsstatus",
        }
    ),
)

MOBILIZE = Source(
    name="mobilize",
    label="Mobilize",
    marks=_marks(
        "eventorganizationname", "useremailaddress timeslotid", "eventid eventtype", "eventid attendancestatus"
    ),
    columns=_columns(
        {
            Holds.FIRST: "firstname usergivenname",
            Holds.LAST: "lastname userfamilyname",
            Holds.EMAIL: "email useremailaddress",
            Holds.PHONE: "phone mobilenumber userphonenumber",
            Holds.POSTCODE: "zip userpostalcode",
            Holds.TAGS: "tag tags",
            Holds.SMS_STATE: "smsoptinstatus",
            Holds.ATTENDED: "attended attendancestatus status",
            Holds.EVENT: "eventname",
        }
    ),
)

NATIONBUILDER = Source(
    name="nationbuilder",
    label="NationBuilder",
    marks=_marks("nationbuilderid"),
    columns=_columns(
        {
            Holds.FIRST: "firstname",
            Holds.LAST: "lastname",
            Holds.NAME: "fullname",
            Holds.EMAIL: "email email1 email2 email3 email4",
            Holds.PHONE: "mobilenumber phonenumber",
            Holds.POSTCODE: "primaryzip addresszip usersubmittedzip mailingzip",
            Holds.COUNTRY: "primarycountrycode addresscountrycode",
            Holds.LANGUAGE: "language",
            Holds.TAGS: "taglist",
            Holds.MAIL_STATE: "emailoptin",
            Holds.SMS_STATE: "mobileoptin",
            Holds.NO_CONTACT: "donotcontact",
            Holds.NO_CALLS: "donotcall federaldonotcall",
            Holds.BAD_PHONE: "ismobilebad",
        }
    ),
)

EVENTBRITE_ORDERS = Source(
    name="eventbrite-orders",
    label="Eventbrite (orders)",
    marks=_marks("buyeremail"),
    columns=_columns(
        {
            Holds.FIRST: "buyerfirstname",
            Holds.LAST: "buyerlastname buyersurname",
            Holds.EMAIL: "buyeremail",
            Holds.EVENT: "eventname",
        }
    ),
)
EVENTBRITE = Source(
    name="eventbrite",
    label="Eventbrite",
    marks=_marks(
        "attendeestatus", "attendee email", "order tickettype email", "orderno. email", "no. tickettype email"
    ),
    columns=_columns(
        _NAMES
        | {
            Holds.EMAIL: "email",
            Holds.PHONE: "cellphone mobilephone homephone phone",
            Holds.POSTCODE: "homezip homepostcode",
            Holds.COUNTRY: "homecountry",
            Holds.ATTENDED: "attendeestatus",
            Holds.EVENT: "eventname",
        }
    ),
)

CIVICRM = Source(
    name="civicrm",
    label="CiviCRM",
    marks=_marks(
        "contactid contacttype", "nobulkemails(useroptout)", "donotemail donottrade", "participantstatus"
    ),
    columns=_columns(
        {
            Holds.FIRST: "firstname",
            Holds.LAST: "lastname",
            Holds.NAME: "displayname participantname",
            Holds.EMAIL: "email",
            Holds.PHONE: "phone",
            Holds.POSTCODE: "postalcode",
            Holds.COUNTRY: "country",
            Holds.LANGUAGE: "preferredlanguage",
            Holds.TAGS: "tags tag(s)",
            Holds.NO_MAIL: "donotemail nobulkemails(useroptout)",
            Holds.NO_CALLS: "donotphone",
            Holds.NO_SMS: "donotsms",
            Holds.ATTENDED: "participantstatus",
            Holds.EVENT: "eventtitle event",
            Holds.KIND: "contacttype",
        }
    ),
)

GENERIC = Source(
    name="generic",
    label="",
    columns=_columns(
        {
            Holds.EMAIL: "email emailaddress mail mailaddress courriel adressecourriel",
            Holds.FIRST: "firstname givenname forename prénom prenom",
            Holds.LAST: "lastname surname familyname nomdefamille",
            Holds.NAME: "name fullname nom",
            Holds.PHONE: "phone mobile cell phonenumber mobilenumber telephone téléphone",
            Holds.POSTCODE: "zip zipcode postcode postalcode codepostal",
            Holds.COUNTRY: "country countrycode pays",
            Holds.LANGUAGE: "language langue",
            Holds.TAGS: "tags taglist",
            Holds.MAIL_STATE: "consent emailconsent optin emailoptin subscribed subscriptionstatus",
            Holds.NO_MAIL: "unsubscribed optout emailoptout donotemail",
        }
    ),
)
SOURCES = (ACTION_NETWORK, MOBILIZE, NATIONBUILDER, EVENTBRITE, EVENTBRITE_ORDERS, CIVICRM)


def source_of(header: Sequence[str]) -> Source:
    """Where a table with these columns comes from; the generic one if nobody knows."""
    keys = {key(name) for name in header}
    return next((source for source in SOURCES if any(marks <= keys for marks in source.marks)), GENERIC)


def columns_of(header: Sequence[str], mapping: Columns) -> dict[Holds, list[int]]:
    """The places of the columns that a mapping names, as far as this table has them."""
    keys = [key(name) for name in header]
    found = {
        holds: [keys.index(name) for name in map(key, names) if name in keys] for holds, names in mapping.items()
    }
    return {holds: places for holds, places in found.items() if places}


def header_digest(header: Sequence[str]) -> str:
    """By what a table's set of columns is known again, in whatever order they stand."""
    return hashlib.sha256("\n".join(sorted(map(key, header))).encode()).hexdigest()
