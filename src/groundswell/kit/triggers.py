"""Rules that the database itself keeps, written once for SQLite and PostgreSQL, for use in migrations."""

from collections.abc import Callable, Sequence

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython


def forbid(table: str, event: str, *, name: str, unless: str = "") -> RunPython:
    """A migration step: refuse every INSERT, UPDATE or DELETE (``event``) of a row, unless a condition holds.

    ``unless`` is SQL over ``OLD`` and ``NEW`` that both databases read the same way.
    """
    when = f"WHEN (NOT ({unless}))" if unless else ""
    return _rule(
        table, name, lambda vendor: _statements(vendor, table, f"{event} ON {table} FOR EACH ROW {when}", name)
    )


def forbid_emptying(table: str, *, name: str) -> RunPython:
    """A migration step: refuse TRUNCATE, which asks no rule for rows. SQLite has no such statement."""
    return _rule(
        table, name, lambda vendor: _statements(vendor, table, f"TRUNCATE ON {table}", name), "postgresql"
    )


def forbid_replacing(table: str, key: Sequence[str], *, name: str) -> RunPython:
    """A migration step: refuse INSERT OR REPLACE, which on SQLite deletes a row past the rule for deletions."""
    same = " AND ".join(f"{column} = NEW.{column}" for column in key)
    there = f"INSERT ON {table} FOR EACH ROW WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608
    return _rule(table, name, lambda vendor: _statements(vendor, table, there, name), "sqlite")


def follow(table: str, event: str, carry_out: str, *, name: str, when: str = "") -> RunPython:
    """A migration step: after each INSERT or UPDATE (``event``) of a row carry out one statement.

    ``carry_out`` and ``when`` are SQL over ``OLD`` and ``NEW`` that both databases read the same way.
    """
    on = f"AFTER {event} ON {table} FOR EACH ROW {f'WHEN ({when})' if when else ''}"
    return _rule(table, name, lambda vendor: _following(vendor, on, carry_out, name))


def _following(vendor: str, on: str, carry_out: str, name: str) -> list[str]:
    if vendor == "sqlite":
        return [f"CREATE TRIGGER {name} {on} BEGIN {carry_out}; END"]
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN {carry_out}; RETURN NULL; END $$",
        f"CREATE TRIGGER {name} {on} EXECUTE FUNCTION {name}()",
    ]


def _rule(table: str, name: str, statements: Callable[[str], list[str]], only: str = "") -> RunPython:
    def create(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        if only in {"", editor.connection.vendor}:
            for statement in statements(editor.connection.vendor):
                editor.execute(statement)

    def drop(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        if only in {"", editor.connection.vendor}:
            on = f" ON {table}" if editor.connection.vendor == "postgresql" else ""
            editor.execute(f"DROP TRIGGER {name}{on}")

    return RunPython(create, drop)


def _statements(vendor: str, table: str, when: str, name: str) -> list[str]:
    if vendor == "sqlite":
        return [f"CREATE TRIGGER {name} BEFORE {when} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"]
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'restrict_violation'; END $$",
        f"CREATE TRIGGER {name} BEFORE {when} EXECUTE FUNCTION {name}()",
    ]
