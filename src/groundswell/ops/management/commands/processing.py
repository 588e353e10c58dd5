"""``./groundswell manage processing > docs/reference/record-of-processing.md``: renew the record of processing."""

from django.core.management.base import BaseCommand

from groundswell.ops.processing import record_of_processing


class Command(BaseCommand):
    """Print the record of processing."""

    help = "Print the record of processing, as the privacy registry has it."
    requires_system_checks = ()

    def handle(self, *arguments: object, **options: object) -> None:
        self.stdout.write(record_of_processing(), ending="")
