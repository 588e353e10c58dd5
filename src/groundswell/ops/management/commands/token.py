"""``./groundswell manage token --organisation SLUG``: make a token for the API; it is printed once only."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from groundswell.groups.access import ORGANISER, OWNER, SYSTEM
from groundswell.groups.errors import NotFound
from groundswell.groups.operations import make_api_token
from groundswell.groups.queries import organisation_by_slug


class Command(BaseCommand):
    """Prints the token and nothing else. Who can type this can read the database, so it may carry contact data."""

    help = "Makes a token for the API of one organisation and prints it. The ledger says that it was made."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--organisation", required=True, metavar="SLUG", help="the organisation it is good for"
        )
        parser.add_argument(
            "--role",
            choices=[ORGANISER.value, OWNER.value],
            default=ORGANISER.value,
            help="what it may do there: an owner also makes groups (default: organiser)",
        )
        parser.add_argument(
            "--without-contact-data",
            action="store_true",
            help="show the names and addresses of those who answered as null",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            organisation = organisation_by_slug(options["organisation"])
        except NotFound:
            raise CommandError(f"There is no organisation with the slug {options['organisation']}.") from None
        secret = make_api_token(
            SYSTEM,
            organisation=organisation,
            label="command line",
            role=OWNER if options["role"] == OWNER else ORGANISER,
            contact_data=not options["without_contact_data"],
        )
        self.stdout.write(secret)
