"""The guard taken out: the journal does not ask the disk to keep what it wrote."""

from groundswell.intake import stores

open_sqlite, open_postgresql = stores.SqliteStore.__init__, stores.PostgresqlStore.__init__


def without_sync(self, path):
    open_sqlite(self, path)
    self._connection.execute("PRAGMA synchronous=OFF")


def without_commit(self, parameters):
    open_postgresql(self, parameters)
    self._connection.execute("SET synchronous_commit = off")


stores.SqliteStore.__init__ = without_sync
stores.PostgresqlStore.__init__ = without_commit
