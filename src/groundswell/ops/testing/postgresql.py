"""A PostgreSQL for one test run: made in a temporary folder, on a port of its own, gone at the end."""

import ctypes
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from groundswell.ops.lifeline import PR_SET_PDEATHSIG
from groundswell.ops.testing.packages import install_debian
from groundswell.ops.testing.ports import free_port

OLDEST = 15

BUFFERS = "128MB"
"""What PostgreSQL itself begins with."""


def quarter_of_memory() -> str:
    """What its manual advises (section 20.4.1) for a server that has a machine to itself; here 1 GB at most."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{min(memory // 4, 1 << 30) // (1 << 20)}MB"


class NoPostgreSQL(Exception):
    """There is none on this machine and none can be installed; the text says so."""


def find_binaries() -> Path | None:
    """The folder with ``initdb`` and ``postgres``, version 15 or newer; None where there is none."""
    places = [Path(each) for each in os.environ.get("PATH", "").split(os.pathsep) if each]
    for pattern in ("usr/lib/postgresql/*/bin", "opt/homebrew/opt/postgresql@*/bin", "usr/pgsql-*/bin"):
        places += sorted(Path("/").glob(pattern), reverse=True)
    for place in places:
        if (place / "initdb").exists() and _major(place) >= OLDEST:
            return place
    return None


def _major(binaries: Path) -> int:
    try:
        told = subprocess.run(
            [binaries / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout
        return int(told.split()[2].split(".")[0])
    except (OSError, subprocess.CalledProcessError, ValueError, IndexError):
        return 0


@contextmanager
def temporary_cluster(buffers: str = BUFFERS) -> Iterator[str]:
    """Run a PostgreSQL of one's own; yields its URL, ``postgresql://user:password@127.0.0.1:port/postgres``.

    :raises NoPostgreSQL: where none is installed and none can be.
    """
    with own_cluster(buffers=buffers) as cluster:
        _make_roles(cluster.url)
        yield cluster.url


@contextmanager
def own_cluster(
    within: Path | None = None, like: "Cluster | None" = None, *, buffers: str = BUFFERS
) -> Iterator["Cluster"]:
    """The same, as something that a test can kill and start again, in a folder that every user can reach.

    Given another one that is stopped, it begins with a copy of what that one holds.

    :raises NoPostgreSQL: where none is installed and none can be.
    """
    binaries = find_binaries() or (install_debian("postgresql") and find_binaries()) or None
    if binaries is None:
        raise NoPostgreSQL("no PostgreSQL 15 or newer was found, and Debian's package could not be installed")
    # Not in TMPDIR: a socket's path must be short, and another user must be able to reach it.
    folder = Path(tempfile.mkdtemp(prefix="groundswell-pg-", dir=within or "/tmp"))  # noqa: S108
    try:
        cluster = Cluster(binaries, folder, like, buffers)
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


OWNER, WEB = "groundswell_owner", "groundswell_web"
"""The role to which the tables belong, and the one that the application is; neither is a superuser."""


def role_url(url: str, role: str) -> str:
    """The same database, reached by one of these roles of a cluster."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{role}:{parts.password}@{parts.netloc.rpartition('@')[2]}"))


def _make_roles(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        password = sql.Literal(urlsplit(url).password)
        for role, may in ((OWNER, "CREATEDB"), (WEB, "NOCREATEDB")):
            made = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {} NOSUPERUSER NOBYPASSRLS " + may)
            connection.execute(made.format(sql.Identifier(role), password))


class Cluster:
    """One PostgreSQL server with its data, in a folder of its own."""

    def __init__(
        self, binaries: Path, folder: Path, like: "Cluster | None" = None, buffers: str = BUFFERS
    ) -> None:
        self.binaries = binaries
        self.folder = folder
        self.buffers = buffers
        self.as_user = _other_user(folder)
        self.port = free_port()
        self.password: str = like.password if like else secrets.token_hex(16)
        self.url = f"postgresql://groundswell:{self.password}@127.0.0.1:{self.port}/postgres"
        self.server: subprocess.Popen[bytes] | None = None
        if like:
            subprocess.run(["cp", "-a", like.folder / "cluster", folder], check=True)
        else:
            _initialise(binaries, folder, self.password, self.as_user)

    def start(self) -> None:
        """Start the server and wait until it lets somebody in, also after it was killed.

        :raises NoPostgreSQL: when it does not within 30 seconds.
        """
        deadline = time.monotonic() + 30
        self._spawn()
        while not self._lets_in():
            if time.monotonic() > deadline:
                last = (self.folder / "log").read_text(errors="replace").strip().splitlines()[-1:]
                raise NoPostgreSQL(f"PostgreSQL did not start: {' '.join(last)}")
            time.sleep(0.05)
            if self.server is None or self.server.poll() is not None:
                # What a killed one left behind may hold the memory for a moment.
                self._spawn()

    def kill(self) -> None:
        """End it as a power cut would, without a word to anybody."""
        assert self.server is not None
        self.server.kill()
        self.server.wait()

    def stop(self) -> None:
        """End it, whoever is still connected."""
        if self.server is None or self.server.poll() is not None:
            return
        self.server.send_signal(signal.SIGINT)
        try:
            self.server.wait(10)
        except subprocess.TimeoutExpired:
            self.server.send_signal(signal.SIGQUIT)
            self.server.wait()

    def _spawn(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.server = subprocess.Popen(
                [
                    *(self.binaries / "postgres", "-D", self.folder / "cluster"),
                    *("-p", str(self.port), "-k", self.folder, *OPTIONS, "-c", f"shared_buffers={self.buffers}"),
                ],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                process_group=0,
                # Should this process be killed, the server stops too.
                preexec_fn=_stop_with_parent,
                **self.as_user,
            )

    def _lets_in(self) -> bool:
        # It listens before it is ready, and refuses who comes too early.
        try:
            psycopg.connect(self.url, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True


OPTIONS = (
    *("-c", "listen_addresses=127.0.0.1"),
    *("-c", "max_connections=200"),
    *("-c", "max_wal_size=2GB"),
)


def _initialise(binaries: Path, folder: Path, password: str, as_user: dict[str, Any]) -> None:
    given = folder / "password"
    given.write_text(password)
    if as_user:
        shutil.chown(given, as_user["user"], as_user["group"])
    made = subprocess.run(
        [
            *(binaries / "initdb", "-D", folder / "cluster", "-U", "groundswell", "--pwfile", given),
            *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"),
        ],
        capture_output=True,
        text=True,
        **as_user,
    )
    given.unlink()
    if made.returncode:
        raise NoPostgreSQL(f"PostgreSQL's initdb failed: {made.stderr.strip().splitlines()[-1]}")


def _other_user(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then it runs as another user, who gets the folder."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(folder, user.pw_uid, user.pw_gid)
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": folder}
    raise NoPostgreSQL("PostgreSQL does not run as root, and there is no user postgres or nobody")


def _stop_with_parent() -> None:
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(PR_SET_PDEATHSIG, signal.SIGINT)
