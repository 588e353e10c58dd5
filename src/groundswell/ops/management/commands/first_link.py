"""``./groundswell manage first_link``: the way in for the first organiser."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from groundswell.groups.access import OWNER, SYSTEM
from groundswell.groups.granting import Terms, grant
from groundswell.groups.operations import create_organisation
from groundswell.groups.queries import has_accounts, root_groups
from groundswell.ops.management.commands.signin_link import link_for
from groundswell.people.standard import publish_standard_wordings

EMAIL = "organiser@groundswell.invalid"
"""Where no mail ever arrives (RFC 2606): the account is for the start, and makes the accounts of people."""


class Command(BaseCommand):
    """Prints a one-time link, or nothing where somebody has an account already."""

    help = "Makes the first account, the owner of everything, and prints its one-time sign-in link."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if has_accounts():
            return
        if not root_groups():
            organisation = create_organisation(SYSTEM, slug="my-organisation", name="My organisation")
            publish_standard_wordings(SYSTEM, organisation=organisation)
        for group in root_groups():
            grant(SYSTEM, group=group, email=EMAIL, terms=Terms(role=OWNER), name="Organiser")
        self.stdout.write(link_for(EMAIL))
