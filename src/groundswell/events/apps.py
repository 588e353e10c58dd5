"""Events."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Registers the round that closes what is over."""

    name = "groundswell.events"
    label = "events"

    def ready(self) -> None:
        from groundswell.events import operations
        from groundswell.kit import rounds

        rounds.register("close what is over", every=5, run=operations.close_over)
