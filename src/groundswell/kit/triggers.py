"""Rules that the database itself keeps, written once for SQLite and PostgreSQL, for use in migrations."""

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython


def forbid(table: str, event: str, *, name: str, unless: str = "") -> RunPython:
    """A migration step: refuse every UPDATE or DELETE (``event``) of a row of a table, unless a condition holds.

    ``unless`` is SQL over ``OLD`` and ``NEW`` that both databases read the same way.
    """

    def create(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        for statement in _statements(editor.connection.vendor, table, event, name, unless):
            editor.execute(statement)

    def drop(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        on = f" ON {table}" if editor.connection.vendor == "postgresql" else ""
        editor.execute(f"DROP TRIGGER {name}{on}")

    return RunPython(create, drop)


def _statements(vendor: str, table: str, event: str, name: str, unless: str) -> list[str]:
    when = f"WHEN (NOT ({unless}))" if unless else ""
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW {when} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        ]
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'restrict_violation'; END $$",
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW {when} EXECUTE FUNCTION {name}()",
    ]
