"""The outbox."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Registers the round that delivers what is due."""

    name = "groundswell.outbox"
    label = "outbox"

    def ready(self) -> None:
        from groundswell.kit import rounds
        from groundswell.outbox import delivery

        rounds.register("deliver", every=0.5, run=delivery.deliver)
