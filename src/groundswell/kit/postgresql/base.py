"""Every statement carries along for whom it asks, in one message and one transaction: ``SET LOCAL …; SELECT …``.

So there is nothing to take back afterwards and nothing that could stay in a connection, of the pool here or of a
pooler in between, and it costs no further turn to the server (decision 0045).
"""

import re
from typing import Any, Self

from django.db.backends.postgresql import base
from psycopg import ClientCursor
from psycopg.pq import TransactionStatus

from groundswell.kit import scope

ASKS = re.compile(r"[\s(]*(SELECT|INSERT|UPDATE|DELETE|WITH|EXPLAIN)\b", re.IGNORECASE)
"""What reads or writes rows: some of the other statements must be alone in their message."""


class Cursor(ClientCursor[Any]):
    """As Django's; before each statement the server is told for whom it is."""

    def execute(self, query: Any, params: Any = None, **more: Any) -> Self:
        if not isinstance(query, str) or not ASKS.match(query) or self._has_failed():
            super().execute(query, params, **more)
            return self
        # Also where it is for nobody: an earlier statement of the same transaction may have been for somebody.
        super().execute(f"SET LOCAL groundswell.organisations = '{scope.told()}'; {query}", params, **more)
        self.nextset()
        return self

    def _has_failed(self) -> bool:
        """Whether the transaction is one that takes nothing any more: its own error is to be seen, not ours."""
        return bool(self.connection.info.transaction_status == TransactionStatus.INERROR)


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's, with such cursors, and without compiling statements.

    The rules for rows make many a statement look so large that PostgreSQL would compile it, for half a second.
    """

    def get_connection_params(self) -> dict[str, Any]:
        return {**super().get_connection_params(), "cursor_factory": Cursor}

    def _configure_connection(self, connection: Any) -> bool:
        super()._configure_connection(connection)  # type: ignore[misc]  # the stubs do not know it
        connection.execute("SET jit = off")
        return True
