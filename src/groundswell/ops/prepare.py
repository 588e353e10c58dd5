"""What a start does before all else: migrate, load the demo, make the organiser's first link."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, DatabaseError, OperationalError, connections
from django.db.migrations.executor import MigrationExecutor

from groundswell.kit import privacy
from groundswell.kit.scope import everywhere
from groundswell.ops.demo.loading import DemoRefused, guard, load
from groundswell.ops.demo.ways_in import ways_in
from groundswell.ops.management.commands.signin_link import link_for


class NotPossible(Exception):
    """The installation cannot be started; the text is one plain sentence."""


def prepare() -> str:
    """Bring the installation up to date; return the organiser's one-time sign-in link, empty where none is due.

    In the demo there follow, each on a line, the organisations of the demo with a link for each.

    :raises NotPossible: when the database cannot be used, the demo would leave this machine, or some field is not
        in the privacy registry.
    """
    unclassified = privacy.problems(apps.get_models(include_auto_created=True))
    if unclassified:
        raise NotPossible(f"Nobody has said what personal data means here: {unclassified[0]}")
    with everywhere("a start looks after the whole installation"):
        make_tables()
        return _fill()


def make_tables() -> None:
    """Bring all tables up to date.

    :raises NotPossible: when the database cannot be used.
    """
    with _database_in_use():
        if settings.ENVIRONMENT.on_postgresql:
            _reach(settings.ENVIRONMENT.database)
        migrate()


def _fill() -> str:
    """Load the demo where it is asked for; return the first sign-in link, if one is due."""
    with _database_in_use():
        if settings.ENVIRONMENT.demo:
            load()
        guard()
        answer = StringIO()
        call_command("first_link", stdout=answer)
        if settings.ENVIRONMENT.demo:
            answer.writelines(f"{one.name}: {link_for(one.email)}\n" for one in ways_in())
    return answer.getvalue().strip()


@contextmanager
def _database_in_use() -> Iterator[None]:
    try:
        yield
    except DemoRefused as refused:
        raise NotPossible(str(refused)) from None
    except DatabaseError as error:
        reason = " ".join(str(error).split())
        raise NotPossible(f"The database cannot be used: {reason}") from None


def _reach(url: str) -> None:
    """Connect once without the pool, which would try for ten seconds and log every time."""
    import psycopg

    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError as error:
        raise OperationalError(str(error)) from None


def migrate() -> None:
    """Bring every database up to date; where nothing is new this costs one query for each.

    The journal's own, on SQLite, needs the migrations of ``intake`` only. Those of all apps would make none of its
    tables, and take as long as those of the main one.
    """
    with everywhere("migrations change the rows of every organisation"):
        for alias in connections:
            apps_there = ["intake"] if alias != DEFAULT_DB_ALIAS else []
            executor = MigrationExecutor(connections[alias])
            if executor.migration_plan(executor.loader.graph.leaf_nodes(*apps_there)):
                call_command("migrate", *apps_there, database=alias, interactive=False, verbosity=0)
