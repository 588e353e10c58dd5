"""``./groundswell manage database_role``: what the application is on PostgreSQL, beside the tables' owner."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from groundswell.ops.owning import faults, rights


class Command(BaseCommand):
    """``sql ROLE`` prints what its owner and a start would do for a role; ``check`` looks at the one in use."""

    help = "Prints the rights that the application's role needs, or says what lets it past the rules for rows."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["sql", "check"])
        parser.add_argument("role", nargs="?", default="groundswell_web", help="for sql (groundswell_web)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] == "sql":
            for statement in rights(options["role"]):
                self.stdout.write(f"{statement};")
            return
        if not settings.ENVIRONMENT.on_postgresql:
            raise CommandError("There are roles on PostgreSQL only.")
        found = faults()
        for fault in found:
            self.stdout.write(fault)
        if found:
            raise CommandError("The rules for rows do not hold for this role, or not all of them.", returncode=1)
        self.stdout.write("The role owns nothing, and every rule for rows holds for it.")
