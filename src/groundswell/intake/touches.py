"""Tags: what a kept page depends on. Operations touch them; front polls what was touched."""

from datetime import timedelta
from uuid import UUID

from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper

from groundswell.intake.models import Touch
from groundswell.kit.clock import now

OVERLAP = timedelta(seconds=10)
"""How long a transaction may stay open and have its touches seen; a page's greatest age bounds the rest."""


def touch(*tags: str) -> None:
    """Note in the caller's transaction that everything which depends on these tags must be renewed (1 query)."""
    Touch.objects.bulk_create(Touch(tag=tag) for tag in dict.fromkeys(tags))


def recent() -> dict[object, str]:
    """The touches of the last ten seconds by id, read again and again: commits come out of order (1 query).

    Past the ORM, which takes eight times as long: this runs ten times a second for as long as web does. The
    ids are what the database's driver makes of them.
    """
    connection = _connection()
    since = _ID.get_db_prep_value(id_at((now() - OVERLAP).timestamp()), connection)
    with connection.cursor() as cursor:
        cursor.execute(_RECENT, [since])
        return dict(cursor.fetchall())


_ID = Touch._meta.get_field("id")
_RECENT = f"SELECT id, tag FROM {Touch._meta.db_table} WHERE id >= %s"  # noqa: S608


def _connection() -> BaseDatabaseWrapper:
    return connections[router.db_for_read(Touch)]


def let_go() -> None:
    """Close this thread's connection; one that broke would fail for ever, since no request comes to renew it."""
    _connection().close()


def id_at(timestamp: float) -> UUID:
    """The smallest key that could have been made at that time (seconds since 1970)."""
    return UUID(int=int(timestamp * 1000) << 80)
