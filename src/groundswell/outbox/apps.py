"""The outbox."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Registers the round that delivers what is due."""

    name = "groundswell.outbox"
    label = "outbox"
