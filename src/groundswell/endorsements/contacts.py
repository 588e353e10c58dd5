"""Whose mailbox may say for a body that it stands with something: never that of those whom it stands with."""

from django.utils.translation import gettext

from groundswell.endorsements.errors import OwnMailbox
from groundswell.groups.errors import InvalidFields
from groundswell.groups.models import Organisation
from groundswell.groups.queries import works_here

OPEN_TO_ALL = frozenset(
    [
        "aol.com",
        "btinternet.com",
        "free.fr",
        "gmail.com",
        "gmx.com",
        "gmx.de",
        "gmx.net",
        "googlemail.com",
        "hotmail.co.uk",
        "hotmail.com",
        "hotmail.fr",
        "icloud.com",
        "laposte.net",
        "live.com",
        "mail.com",
        "me.com",
        "msn.com",
        "orange.fr",
        "outlook.com",
        "pm.me",
        "posteo.de",
        "proton.me",
        "protonmail.com",
        "riseup.net",
        "sfr.fr",
        "tutanota.com",
        "web.de",
        "yahoo.co.uk",
        "yahoo.com",
        "yahoo.fr",
        "zoho.com",
    ]
)
"""Domains at which anybody has a mailbox: to share one says of nobody where they belong."""


def require_of_body(organisation: Organisation, email: str) -> None:
    """Refuse a contact who would confirm what their own organisation is told (1 query).

    :raises InvalidFields: at the address, if somebody who works in the organisation reads there, or it is one
        at the organisation's own domain.
    """
    if works_here(organisation, email):
        wrong = gettext("Somebody of your own organisation signs in with this address. Enter one of that body.")
        raise InvalidFields({"contact_email": wrong})
    if _at_its_domain(organisation, email):
        wrong = gettext("This is an address of your own organisation. Enter one of that body.")
        raise InvalidFields({"contact_email": wrong})


def require_not_own(organisation: Organisation, email: str) -> None:
    """The same of a contact who presses the button (1 query).

    :raises OwnMailbox: if the organisation itself would say so.
    """
    if works_here(organisation, email) or _at_its_domain(organisation, email):
        raise OwnMailbox


def _at_its_domain(organisation: Organisation, email: str) -> bool:
    own = _domain(organisation.contact_email)
    return bool(own) and own not in OPEN_TO_ALL and _domain(email) == own


def _domain(email: str) -> str:
    return email.rpartition("@")[2].lower()
