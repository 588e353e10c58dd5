"""PostgreSQL's own programs for a backup: pg_dump, pg_restore, psql; no password on their command lines."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from groundswell.ops.errors import ProgramFailed


def dump(url: str, file: Path, *more: str) -> None:
    """Write the whole database into one file, consistent as of the moment of the call; ``more`` goes to pg_dump.

    :raises ProgramFailed: when pg_dump is missing, too old for the server, or cannot reach it.
    """
    _run("pg_dump", url, *HOW_TO_DUMP, "--file", str(file), *more)


def load(url: str, file: Path) -> None:
    """Replace everything in the database by what the dump holds, in one transaction: all of it or nothing.

    :raises ProgramFailed: when psql or pg_restore is missing or fails; the database is then as it was.
    """
    with tempfile.TemporaryDirectory(prefix="groundswell-") as folder:
        clearing, script = Path(folder, "clear.sql"), Path(folder, "load.sql")
        clearing.write_text(CLEAR)
        _run("pg_restore", None, "--no-owner", "--no-privileges", "--file", str(script), str(file))
        files = ("--file", str(clearing), "--file", str(script))
        _run("psql", url, "--no-psqlrc", "--quiet", "--single-transaction", "--set", "ON_ERROR_STOP=1", *files)


FOR_ALL = "-c groundswell.organisations=every"
"""What a connection begins with that reads the rows of every organisation; kit.scope says it otherwise."""

# The owner of the tables is bound by their rules as well, and pg_dump would by itself refuse to read what rules
# may leave out. What came along is counted after a restore.
HOW_TO_DUMP = ("--format=custom", "--no-owner", "--no-privileges", "--enable-row-security")

# What a later version added must go too, or its migrations could not be run again.
CLEAR = """
SET lock_timeout = '10s';
DO $$
DECLARE
    found record;
BEGIN
    FOR found IN SELECT relname, relkind FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
    LOOP
        EXECUTE format(
            'DROP %s IF EXISTS public.%I CASCADE',
            CASE found.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END,
            found.relname
        );
    END LOOP;
    FOR found IN SELECT oid::regprocedure AS signature FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
    LOOP
        EXECUTE format('DROP ROUTINE IF EXISTS %s CASCADE', found.signature);
    END LOOP;
    FOR found IN SELECT relname FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'S'
    LOOP
        EXECUTE format('DROP SEQUENCE IF EXISTS public.%I CASCADE', found.relname);
    END LOOP;
END
$$;
"""


def _run(program: str, url: str | None, *arguments: str) -> None:
    path = find_program(program)
    if path is None:
        raise ProgramFailed(f"{program} is needed for a database on PostgreSQL: install its client programs.")
    given, variables = _connection(url)
    done = subprocess.run(
        [path, *given, *arguments],
        env={**os.environ, "PGOPTIONS": FOR_ALL, **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it gave no reason"])[-1]
        raise ProgramFailed(f"{program} failed: {last}")


def find_program(name: str) -> str | None:
    """The newest that Debian keeps side by side, else the one on PATH: older ones refuse a newer server."""
    versions = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4].split(".")[0])
    )
    return str(versions[-1]) if versions else shutil.which(name)


def _connection(url: str | None) -> tuple[Sequence[str], dict[str, str]]:
    """The arguments and variables that reach the database: anybody on the machine can read a command line."""
    if url is None:
        return (), {}
    parts = urlsplit(url)
    address = parts.netloc
    if parts.password is not None:
        credentials, _at, host = address.rpartition("@")
        address = f"{credentials.partition(':')[0]}@{host}"
    stripped = urlunsplit(parts._replace(netloc=address))
    return ("--dbname", stripped), {"PGPASSWORD": unquote(parts.password)} if parts.password else {}
