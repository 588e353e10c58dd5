"""Events."""

from datetime import timedelta

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Registers the rounds that publish what is due and close what is over, and the mails between co-hosts."""

    name = "groundswell.events"
    label = "events"

    def ready(self) -> None:
        from groundswell.events import cohosting, mails, operations
        from groundswell.kit import rounds
        from groundswell.outbox import delivery

        rounds.register("publish what is due", every=5, run=operations.publish_due)
        rounds.register("close what is over", every=5, run=operations.close_over)
        for kind in sorted(set(cohosting.MAILS.values())):
            delivery.register(kind, mails.cohosting, own_share=delivery.Share(10, timedelta(hours=24)))
