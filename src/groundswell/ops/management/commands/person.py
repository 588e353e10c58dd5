"""``./groundswell manage person ADDRESS --organisation SLUG``: what is held about somebody, or an end of it.

For those who write a letter instead of pressing the link in their mail.
"""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from groundswell.attendances.erasing import forget_address
from groundswell.groups.access import SYSTEM
from groundswell.groups.errors import NotFound
from groundswell.groups.queries import organisation_by_slug
from groundswell.people.operations import show_held


class Command(BaseCommand):
    """Prints JSON, or forgets. The ledger says that it was done, and not about whom."""

    help = "Prints what one organisation holds about somebody; with --forget, deletes all of it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="their e-mail address")
        parser.add_argument("--organisation", required=True, metavar="SLUG", help="in whose records")
        parser.add_argument("--forget", action="store_true", help="delete everything about them")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            organisation = organisation_by_slug(options["organisation"])
            if options["forget"]:
                forget_address(SYSTEM, organisation=organisation, email=options["address"])
                self.stdout.write(f"{organisation.name} holds nothing about them any more.")
                return
            held = show_held(SYSTEM, organisation=organisation, email=options["address"])
        except NotFound:
            raise CommandError("There is nobody of this address in the records of such an organisation.") from None
        self.stdout.write(json.dumps(held, indent=2, ensure_ascii=False, default=str))
