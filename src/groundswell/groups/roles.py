"""What each role may: roles are bundles of rights, and no line in which one stands above the next."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from itertools import chain

from groundswell.groups.models import Membership

Role = Membership.Role


class May(StrEnum):
    """One right."""

    SEE = "see"
    """Events, drafts too, and their figures."""
    NAMES = "names"
    """Who is coming, by name, however many they are."""
    STAND = "stand"
    """Stall, tally and door, on the day."""
    ASSIGNED = "assigned"
    """Names and addresses of those people who were assigned to this account, fifty at most."""
    CONTACT = "contact"
    """Everybody's address."""
    WRITE = "write"
    """Make and change events."""
    SEND = "send"
    """Write to those who are coming."""
    PRESS = "press"
    """What the press is shown: the picture of an event, and what it shows in words."""
    EXPORT = "export"
    """Take people out as a file."""
    GRANT = "grant"
    """Groups, campaigns and roles."""


RIGHTS: Mapping[Role, frozenset[May]] = {
    Role.VIEWER: frozenset({May.SEE, May.NAMES}),
    Role.STEWARD: frozenset({May.SEE, May.NAMES, May.STAND}),
    Role.PRESS: frozenset({May.SEE, May.PRESS}),
    Role.MAILER: frozenset({May.SEE, May.SEND}),
    Role.TREASURER: frozenset({May.SEE, May.NAMES, May.CONTACT, May.EXPORT}),
    Role.ORGANISER: frozenset(May) - {May.GRANT},
    Role.OWNER: frozenset(May),
}

VOLUNTEERS = frozenset({Role.STEWARD, Role.VIEWER})
"""Roles that can be given with the addresses of a few people, for a short time."""

CONTACT_LASTS = timedelta(hours=72)
"""The longest for which a volunteer sees addresses."""

ASSIGNED_AT_MOST = 50
"""So many people a volunteer sees at most."""


def rights_of(role: Role, contact: bool) -> frozenset[May]:
    """What a role may; with contact data a volunteer's, who sees those assigned to them and no others."""
    if not contact:
        return RIGHTS[role]
    return (RIGHTS[role] - {May.NAMES}) | {May.ASSIGNED}


def wanted(what: Role | May) -> frozenset[May]:
    """The rights that somebody needs who is asked for a role, or for one right."""
    return frozenset({what}) if isinstance(what, May) else RIGHTS[what]


def together(*rights: frozenset[May]) -> frozenset[May]:
    """What somebody may by several roles."""
    return frozenset(chain.from_iterable(rights))
