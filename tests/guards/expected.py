"""One address with what each persona gets, and the usual ways to say it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.guards.personas import (
    EVERYBODY,
    MAILERS,
    MEMBERS,
    ORGANISERS,
    OWN_TOKENS,
    PARTNERS,
    SHOWING,
    STEWARDS,
    TREASURERS,
    WITHOUT_SESSION,
    Persona,
)
from tests.guards.world import Tenant

Statuses = Mapping[Persona, int]
Form = Mapping[str, str]

NO_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
"""An id that nothing has."""


@dataclass(frozen=True, kw_only=True)
class Address:
    """One pattern of the URL configuration.

    ``url`` leads to a thing of the organisation, ``missing`` to none; ``note`` tells addresses of one pattern
    apart. ``expect`` says for a method what each persona gets who has just signed in, HEAD as GET where it is not
    named, and ``otherwise`` is for all others; ``fresh`` are the methods for which an older sign-in is too old.
    ``form`` or ``json`` is what is sent. ``reveals`` names the canaries that
    whoever has this very address may see: a secret stands in it.
    """

    route: str
    note: str = ""
    url: Callable[[Tenant], str]
    expect: Mapping[str, Statuses]
    otherwise: Statuses
    missing: str = ""
    form: Callable[[Tenant], Form] = lambda _: {}
    fresh: frozenset[str] = frozenset()
    json: Callable[[Tenant], object] | None = None
    reveals: Callable[[Tenant], tuple[str, ...]] = lambda _: ()

    def expected(self, method: str, persona: Persona) -> int:
        """The status that this persona gets."""
        as_named = "GET" if method == "HEAD" and "HEAD" not in self.expect else method
        return self.expect.get(as_named, self.otherwise)[persona]

    def __str__(self) -> str:
        return f"/{self.route} {self.note}".rstrip()

    def asker(self, method: str) -> Persona:
        """Somebody who gets most of what is there: an owner, or whom alone it is for."""
        fits = [who for who in (Persona.OWNER, Persona.PARTNER, Persona.ASKED) if self.expected(method, who) < 400]
        return Persona.TOKEN if self.route.startswith("api/") else (fits or [Persona.OWNER])[0]


def everybody(status: int) -> Statuses:
    """All the same."""
    return dict.fromkeys(EVERYBODY, status)


def some(status: int, *who: frozenset[Persona] | Persona, others: Statuses) -> Statuses:
    """Some get this, the others that."""
    chosen = {persona for each in who for persona in ({each} if isinstance(each, Persona) else each)}
    return {**others, **dict.fromkeys(chosen, status)}


LOOKED_AT = ("GET", "POST")
SENT = frozenset({"POST"})
EVERY = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

NOWHERE = everybody(405)
SIGNED_IN = some(302, WITHOUT_SESSION, others=everybody(200))
NO_METHOD = some(302, WITHOUT_SESSION, others=NOWHERE)
LED_ON = some(302, WITHOUT_SESSION, others=everybody(303))
STALE = some(302, WITHOUT_SESSION, others=everybody(403))
NOT_THERE = some(302, WITHOUT_SESSION, others=everybody(404))
ELSEWHERE = PARTNERS | {Persona.OTHER_ORGANISER, Persona.OTHER_OWNER}
"""Those who organise other organisations."""

MAY_ANNOUNCE = (ORGANISERS, Persona.BRANCH, ELSEWHERE)
LEAD = (ORGANISERS, ELSEWHERE)
LET_IN = (OWN_TOKENS, Persona.OTHER_TOKEN)


def for_members(status: int = 200) -> Statuses:
    """Those with a role in the group; to the others it is not there."""
    return some(status, MEMBERS, others=NOT_THERE)


def for_organisers(status: int = 200) -> Statuses:
    """Those who may change it; other members are told so, to the rest it is not there."""
    return some(status, ORGANISERS, others=some(403, MEMBERS, others=NOT_THERE))


def for_mailers(status: int = 200) -> Statuses:
    """Those who may write to all; other members are told so, to the rest it is not there."""
    return some(status, MAILERS, others=some(403, MEMBERS, others=NOT_THERE))


def for_the_press(status: int = 200) -> Statuses:
    """Those who say what the press is shown; other members are told so, to the rest it is not there."""
    return some(status, SHOWING, others=some(403, MEMBERS, others=NOT_THERE))


def for_treasurers(status: int = 200) -> Statuses:
    """Those who may take addresses out; other members are told so, to the rest it is not there."""
    return some(status, TREASURERS, others=some(403, MEMBERS, others=NOT_THERE))


def at_the_event(expect: Mapping[str, Statuses]) -> Mapping[str, Statuses]:
    """The same for whoever is a steward of this event alone: there they get what every steward gets."""
    return {method: some(each[Persona.STEWARD], Persona.AT_EVENT, others=each) for method, each in expect.items()}


def for_stewards(status: int = 200) -> Statuses:
    """Those who look after people on the day; other members are told so, to the rest it is not there."""
    return some(status, STEWARDS, others=some(403, MEMBERS, others=NOT_THERE))


def with_token(status: int = 200) -> Statuses:
    """Any live token, for what is its organisation's."""
    return some(status, *LET_IN, others=everybody(401))


def with_own_token(status: int = 200) -> Statuses:
    """A token of the organisation; to another one it is not there."""
    return some(status, OWN_TOKENS, others=some(404, Persona.OTHER_TOKEN, others=everybody(401)))


def with_owning_token(status: int = 200) -> Statuses:
    """A live token that may do what an owner may, for what is its organisation's; others are told so."""
    return some(status, Persona.TOKEN, Persona.OTHER_TOKEN, others=with_token(403))


def public(route: str, url: Callable[[Tenant], str], *, missing: str = "", **more: Any) -> Address:
    """A page that is the same for everybody."""
    expect = {"GET": everybody(200), **more.pop("expect", {})}
    return Address(route=route, url=url, missing=missing, expect=expect, otherwise=NOWHERE, **more)


def desk(route: str, url: Callable[[Tenant], str], expect: Mapping[str, Statuses], **more: Any) -> Address:
    """A page of the desk: who is not signed in is led to the way in, whatever they want."""
    return Address(**{"route": f"desk/{route}", "url": url, "expect": expect, "otherwise": NO_METHOD, **more})


def with_contact_data(status: int = 200) -> Statuses:
    """A token of the organisation that carries contact data; another of its own is told so."""
    return some(status, Persona.TOKEN, others=with_own_token(403))
