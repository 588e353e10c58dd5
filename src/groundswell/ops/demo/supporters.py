"""Supporters who do not exist: plainly made up, at addresses that never receive mail (RFC 2606)."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice, product
from typing import Any

FAMILIES = ("Example", "Sample")
NAMES = (
    *("Ada", "Ben", "Cleo", "Dev", "Ewa", "Femi", "Gita", "Hugo", "Ines", "Jo", "Kofi", "Lena", "Mo", "Nia"),
    *("Otto", "Priya", "Quinn", "Rosa", "Sam", "Tariq", "Uma", "Viv", "Wes", "Xena", "Yusuf", "Zoe"),
)
POSTCODES = ("M1 1AE", "", "LS1 4AP", "SW1A 1AA", "", "BT1 5GS", "CF10 1EP", "")
LINKS = ("", "", "leaflet", "", "ada", "", "union-branch")


@dataclass(frozen=True)
class Supporter:
    """Somebody made up, and what they do: one in five never confirms."""

    number: int
    name: str

    @property
    def email(self) -> str:
        return f"{self.name.lower().replace(' ', '.')}@example.org"

    @property
    def confirms(self) -> bool:
        return self.number % 5 != 4

    @property
    def via(self) -> str:
        """The share link that brought them, if one did."""
        return LINKS[self.number % len(LINKS)]

    def form(self, wordings: Mapping[str, Any]) -> dict[str, str]:
        """The form of the event's page as they fill it in."""
        ticked = {"agree": wordings["event"]}
        if self.number % 3 == 0:
            ticked["updates"] = wordings["updates"]
        if self.number % 4 == 0:
            ticked["nearby"] = wordings["nearby"]
        return {
            "name": self.name,
            "email": self.email,
            "postcode": POSTCODES[self.number % len(POSTCODES)],
            "guests": str(self.number * 7 % 4),
            **{box: str(wording.id) for box, wording in ticked.items()},
        }


def supporters(how_many: int) -> list[Supporter]:
    """The first so many of them, always the same."""
    names = (f"{first} {family}" for family, first in product(FAMILIES, NAMES))
    return [Supporter(number, name) for number, name in enumerate(islice(names, how_many))]
