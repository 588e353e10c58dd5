"""Making people, many at once, past the models: for answers that are settled and for tables that are brought."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple, Self
from uuid import UUID

from groundswell.kit.bulk import insert
from groundswell.kit.ids import uuid7
from groundswell.people.models import Person, new_key


class New(NamedTuple):
    """The row of somebody who is new, its columns in their order."""

    id: UUID
    organisation_id: UUID
    email_key: str
    name: str
    email: str
    phone: str
    sector: str
    language: str
    ledger_key: str
    created_at: datetime

    @classmethod
    def known_as(
        cls,
        key: str,
        *,
        organisation_id: UUID,
        at: datetime,
        name: str,
        email: str,
        language: str,
        phone: str = "",
        sector: str = "",
    ) -> Self:
        """Somebody who is known by this key, with an id of their own and the key of their name in the ledger."""
        return cls(uuid7(), organisation_id, key, name, email, phone, sector, language, new_key(), at)


def make(new: Iterable[New]) -> None:
    """Write these people down; one whose address is somebody's by now is left out (1 query for any number)."""
    # In one order everywhere, so that two workers who make the same people never wait for each other.
    rows: list[New] = sorted(new, key=lambda one: one.email_key)
    insert(Person, New._fields, rows)
