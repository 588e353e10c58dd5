"""Asking for very many at once: one value for the database, and not thousands that it reads one by one."""

import json
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F
from django.db.models.lookups import Lookup
from django.db.models.sql.compiler import SQLCompiler

from groundswell.kit.ids import in_hex
from groundswell.kit.postgresql.arrays import array


class _Among(Lookup):
    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Sequence[Any]]:  # type: ignore[override]
        column, params = self.process_lhs(compiler, connection)
        if connection.vendor == "sqlite":
            known = [in_hex(one) if isinstance(one, UUID) else one for one in self.rhs]
            return f"{column} IN (SELECT value FROM json_each(%s))", [*params, json.dumps(known)]  # noqa: S608 (a column)
        # Not a subquery: PostgreSQL counts those in an array, and would take a thousand for one without an index.
        kind = self.lhs.output_field.db_type(connection)
        return f"{column} = ANY(%s::{kind}[])", [*params, array(self.rhs)]


def among(column: str, values: Iterable[str] | Iterable[UUID]) -> Lookup:
    """Whether a column of texts or keys has one of these values, for ``filter`` (no query of its own)."""
    return _Among(F(column), [*values])
