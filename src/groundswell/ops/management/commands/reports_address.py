"""``./groundswell manage reports_address``: where the mail provider is told to call with what came back."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from groundswell.mailings.links import reports_address


class Command(BaseCommand):
    """Prints an address with a secret in it."""

    help = "Prints where the mail provider is told to call with reports of what came back; keep it to yourself."

    def handle(self, *_args: Any, **_options: Any) -> None:
        provider = settings.ENVIRONMENT.provider
        if provider is None:
            raise CommandError("No provider is set: see --mail-provider.")
        self.stdout.write(reports_address(provider.name))
