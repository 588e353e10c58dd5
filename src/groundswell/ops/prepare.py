"""What a start does before web and worker: migrate, load the demo, make the organiser's first link."""

import sys
from io import StringIO

from groundswell.ops.lifeline import leave_with_parent


def main(lifeline: int) -> int:
    """Print the one-time sign-in link where one is due; on failure one plain sentence to stderr."""
    leave_with_parent(lifeline)
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import DatabaseError

    try:
        migrate()
        if settings.ENVIRONMENT.demo:
            call_command("demo")
        answer = StringIO()
        call_command("first_link", stdout=answer)
    except DatabaseError as error:
        print(f"groundswell: the database cannot be used: {str(error).strip()}", file=sys.stderr)
        return 1
    print(answer.getvalue().strip())
    return 0


def migrate() -> None:
    """Bring every database up to date; where nothing is new this costs one query for each."""
    from django.core.management import call_command
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    for alias in connections:
        executor = MigrationExecutor(connections[alias])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", database=alias, interactive=False, verbosity=0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
