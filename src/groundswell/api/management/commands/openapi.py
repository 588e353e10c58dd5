"""``./groundswell manage openapi > docs/reference/openapi-v1.json``: renew the snapshot of the API's document."""

from django.core.management.base import BaseCommand

from groundswell.api.document import document


class Command(BaseCommand):
    """Print the OpenAPI document."""

    help = "Print the OpenAPI document of the API, version 1."
    requires_system_checks = ()

    def handle(self, *arguments: object, **options: object) -> None:
        self.stdout.write(document(), ending="")
