"""``./groundswell manage signin_link EMAIL``: a way in where mail does not arrive."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from groundswell.groups.operations import make_sign_in_link
from groundswell.groups.queries import account_by_email


class Command(BaseCommand):
    """Prints a one-time link for an account."""

    help = "Prints a one-time sign-in link for somebody who has an account; it is good for 24 hours."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address of the account")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(link_for(options["email"]))


def link_for(email: str) -> str:
    """The whole address of a fresh link.

    :raises CommandError: if nobody has an account under that address.
    """
    account = account_by_email(email)
    if account is None:
        raise CommandError(f"Nobody has an account with the address {email}.")
    return settings.PUBLIC_URL + reverse("desk:sign-in-link", args=[make_sign_in_link(account=account)])
