"""What the owner of the tables on PostgreSQL does for the application's role: tables, then rights to their rows.

The application's role owns nothing and may change no table, so it cannot take the rules off that say which rows it
sees (:mod:`groundswell.kit.rows`).
"""

import os
import sys
from collections.abc import Iterator
from urllib.parse import unquote

from django.db import connection
from psycopg import sql

from groundswell.kit.privacy import guarded_tables

RIGHTS = (
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    # Those to come as well: a restore makes them all anew.
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role}",
)
"""All that the application needs. TRUNCATE, which asks no rule for rows, is not among it."""


def rights(role: str) -> Iterator[str]:
    """The statements that give them to a role (0 queries)."""
    for statement in RIGHTS:
        yield sql.SQL(statement).format(role=sql.Identifier(role)).as_string()


def give_rights(role: str) -> None:
    """Let a role use the tables; done again, it changes nothing (5 queries). For the connection of their owner."""
    with connection.cursor() as cursor:
        for statement in rights(role):
            cursor.execute(statement)


def faults() -> list[str]:
    """What lets the role of this connection past the rules for rows: a sentence each (3 queries)."""
    with connection.cursor() as cursor:
        cursor.execute(ROLE)
        name, is_superuser, bypasses = cursor.fetchone()
        cursor.execute(OWNED)
        (owned,) = cursor.fetchone()
        cursor.execute(RULES)
        ruled = {table for (table,) in cursor.fetchall()}
    found = [f"{name} is a superuser: no rule for rows holds for it."] if is_superuser else []
    found += [f"{name} may pass by every rule for rows (BYPASSRLS)."] if bypasses else []
    found += [f"{name} owns {owned} tables, and could take their rules off."] if owned else []
    return found + [f"{table} has no rule for rows." for table in guarded_tables() if table not in ruled]


ROLE = "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
OWNED = """
SELECT count(*) FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND pg_has_role(relowner, 'MEMBER')
"""
RULES = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relrowsecurity AND relforcerowsecurity
AND EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid)
"""


def main(role: str) -> int:
    """Bring the tables up to date and give the role its rights; the settings name the owner."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "groundswell.config.settings")
    import django

    django.setup()
    from groundswell.ops.prepare import NotPossible, make_tables

    try:
        make_tables()
    except NotPossible as error:
        print(f"groundswell: {error}", file=sys.stderr)
        return 1
    give_rights(unquote(role))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
