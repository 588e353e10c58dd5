"""``./groundswell manage demo``: load the demo into an installation of its own; called by ``up --demo``."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from groundswell.ops.demo.loading import DemoRefused, load


class Command(BaseCommand):
    """Makes what is missing of the demo; a second run changes nothing."""

    help = "Loads the demo: the rallies of July 2016, moved ahead of today, with made-up supporters."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = load()
        except DemoRefused as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write("The demo is loaded." if made else "The demo was there already.")
