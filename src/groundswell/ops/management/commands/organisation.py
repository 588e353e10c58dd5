"""``./groundswell manage organisation SLUG NAME EMAIL``: one more organisation, with its first owner."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.urls import reverse

from groundswell.groups.access import OWNER, SYSTEM
from groundswell.groups.errors import InvalidFields
from groundswell.groups.granting import Terms, grant
from groundswell.groups.invitations import welcome
from groundswell.groups.operations import create_organisation
from groundswell.groups.queries import root_group
from groundswell.ops.management.commands.signin_link import link_for
from groundswell.people.standard import publish_standard_wordings


class Command(BaseCommand):
    """Prints the address of its page; where no mail goes out, also a sign-in link for its owner."""

    help = "Makes an organisation beside those there are, with its first owner, who is told by mail."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="the last word of the address of its page, such as tenants-union")
        parser.add_argument("name", help="what it is called")
        parser.add_argument("email", help="the address of its first owner")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = create_organisation(SYSTEM, slug=options["slug"], name=options["name"])
            owner = grant(SYSTEM, group=root_group(made.id), email=options["email"], terms=Terms(role=OWNER))
        except InvalidFields as invalid:
            raise CommandError(" ".join(invalid.errors.values())) from None
        publish_standard_wordings(SYSTEM, organisation=made)
        welcome(owner, email=owner.account.email)
        self.stdout.write(settings.PUBLIC_URL + reverse("group", args=[made.slug]))
        if not settings.ENVIRONMENT.sends_mail:
            self.stdout.write(link_for(owner.account.email))
