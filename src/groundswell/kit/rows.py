"""Rules for rows on PostgreSQL: whoever asks for an organisation sees that one's, whatever the statement says.

For use in migrations. What is asked for is said by :mod:`.scope`; SQLite has nothing like it. A table's own owner
is bound as well, so that the rules hold also where the application is that one.
"""

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython

_SAID = "current_setting('groundswell.organisations', true)"
# In brackets of their own, each is asked for once in a statement and not once for each row.
_ALL = f"(SELECT {_SAID} = 'every')"
MINE = f"((SELECT nullif(nullif({_SAID}, ''), 'every')::uuid[])::uuid[])"
"""The organisations that are asked for, for ``= ANY``."""


def guard(table: str, *columns: str, taken_from_anybody: bool = False) -> RunPython:
    """A migration step: only who asks for a row's organisation (one of ``columns``) sees, changes and adds it.

    A table may be one into which rows are put for others: mail to their organisers, what somebody has sent.
    """
    mine = " OR ".join([_ALL, *(f"{column} = ANY {MINE}" for column in columns or ("organisation_id",))])
    enable = [f"ALTER TABLE {table} {word} ROW LEVEL SECURITY" for word in ("ENABLE", "FORCE")]
    disable = [f"ALTER TABLE {table} {word} ROW LEVEL SECURITY" for word in ("NO FORCE", "DISABLE")]
    rules = [(f"{table}_own", f"FOR ALL USING ({mine}) WITH CHECK ({mine})")]
    if taken_from_anybody:
        rules.append((f"{table}_sent", "FOR INSERT WITH CHECK (true)"))
    return _step(
        [*(f"CREATE POLICY {name} ON {table} {rule}" for name, rule in rules), *enable],
        [*disable, *(f"DROP POLICY {name} ON {table}" for name, _rule in rules)],
    )


def show(table: str, *, where: str, name: str) -> RunPython:
    """A migration step: rows of others that may be seen as well, and not be changed; ``where`` is SQL.

    PostgreSQL tries a table's rules from the last name to the first: ``name`` comes before the one for one's own.
    """
    assert name < f"{table}_own"
    return _step(
        [f"CREATE POLICY {name} ON {table} FOR SELECT USING ({where})"], [f"DROP POLICY {name} ON {table}"]
    )


def _step(forwards: list[str], backwards: list[str]) -> RunPython:
    def execute(statements: list[str], editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "postgresql":
            for statement in statements:
                editor.execute(statement)

    def do(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        execute(forwards, editor)

    def undo(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        execute(backwards, editor)

    return RunPython(do, undo)
