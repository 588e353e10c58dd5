"""Events."""

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    """Registers the rounds that publish, close and throw away what is due, mails between co-hosts, and a block."""

    name = "groundswell.events"
    label = "events"

    def ready(self) -> None:
        from groundswell.events import blocks, cohosting, mails, operations, upkeep
        from groundswell.kit import rounds
        from groundswell.outbox import delivery
        from groundswell.people import segments

        rounds.register("publish what is due", every=5, run=operations.publish_due)
        rounds.register("close what is over", every=5, run=operations.close_over)
        rounds.register("forget what was thrown away", every=600, run=upkeep.forget_removed)
        share, called = delivery.Share(10, timedelta(hours=24)), _("About holding an event together")
        for kind in sorted(set(cohosting.MAILS.values())):
            delivery.register(kind, mails.cohosting, own_share=share, called=called)
        segments.register(blocks.NearEvent)
