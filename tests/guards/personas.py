"""Everybody who can come along, as seen from the organisation whose things are asked for."""

from enum import StrEnum


class Persona(StrEnum):
    """Who asks."""

    ANONYMOUS = "anonymous"
    STRANGER = "an account without a role"
    EX_MEMBER = "a former owner"
    ENDED = "an owner whose role has ended"
    BRANCH = "an owner of one branch"
    PRESS = "somebody for the press"
    CLOSED = "an owner whose account is closed"
    MAILER = "somebody who writes the mails"
    TREASURER = "a treasurer of data"
    AT_EVENT = "a steward of one event alone"
    VOLUNTEER = "a volunteer who sees those assigned to them"
    VIEWER = "a viewer"
    STEWARD = "a steward"
    ORGANISER = "an organiser"
    OWNER = "an owner"
    OTHER_VIEWER = "a viewer of another organisation"
    OTHER_ORGANISER = "an organiser of another organisation"
    OTHER_OWNER = "an owner of another organisation"
    PARTNER = "an owner of an organisation that holds the event too"
    ASKED = "an owner of an organisation that is asked to hold it"
    REMOVED = "an owner of an organisation that held it and was removed"
    LEFT = "an owner of an organisation that held it and left, and is no ally any more"
    TOKEN = "a token with contact data"
    BARE_TOKEN = "a token without contact data"
    OTHER_TOKEN = "a token of another organisation"
    REVOKED_TOKEN = "a revoked token"

    @property
    def word(self) -> str:
        """Their name as part of an address."""
        return self.name.lower().replace("_", "")


Personas = frozenset[Persona]

EVERYBODY: Personas = frozenset(Persona)
NOBODY: Personas = frozenset()
ORGANISERS = frozenset({Persona.ORGANISER, Persona.OWNER})
OWNERS = frozenset({Persona.OWNER, Persona.BRANCH})
STEWARDS = ORGANISERS | {Persona.STEWARD}
MAILERS = ORGANISERS | {Persona.MAILER}
SHOWING = ORGANISERS | {Persona.PRESS}
"""Those who say what the press is shown."""
TREASURERS = ORGANISERS | {Persona.TREASURER}
FORMER = frozenset({Persona.REMOVED, Persona.LEFT})
PARTNERS = FORMER | {Persona.PARTNER, Persona.ASKED}
"""Those of further organisations, of which each stands otherwise to the event."""

NAMED = STEWARDS | {Persona.VIEWER, Persona.TREASURER}
UNNAMED = frozenset({Persona.PRESS, Persona.VOLUNTEER, Persona.MAILER})
"""Those with a role by which they do not see everybody's name."""

MEMBERS = NAMED | UNNAMED
OWN_TOKENS = frozenset({Persona.TOKEN, Persona.BARE_TOKEN})
TOKENS = OWN_TOKENS | {Persona.OTHER_TOKEN, Persona.REVOKED_TOKEN}
WITHOUT_SESSION = TOKENS | {Persona.ANONYMOUS, Persona.CLOSED}
OF_THE_OTHER = {
    Persona.VIEWER: Persona.OTHER_VIEWER,
    Persona.ORGANISER: Persona.OTHER_ORGANISER,
    Persona.OWNER: Persona.OTHER_OWNER,
    Persona.TOKEN: Persona.OTHER_TOKEN,
}
"""Those of another organisation who are there what these are here."""
