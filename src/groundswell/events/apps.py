"""Events."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Registers the rounds that publish what is due and close what is over."""

    name = "groundswell.events"
    label = "events"

    def ready(self) -> None:
        from groundswell.events import operations
        from groundswell.kit import rounds

        rounds.register("publish what is due", every=5, run=operations.publish_due)
        rounds.register("close what is over", every=5, run=operations.close_over)
