"""Blocs."""

from datetime import timedelta

from django.apps import AppConfig


class BlocsConfig(AppConfig):
    """Registers the round that forgets stewards, and the mails between those who call."""

    name = "groundswell.blocs"
    label = "blocs"

    def ready(self) -> None:
        from groundswell.blocs import callers, mails, upkeep
        from groundswell.kit import rounds
        from groundswell.outbox import delivery

        rounds.register("forget stewards", every=600, run=upkeep.forget_stewards)
        share = delivery.Share(10, timedelta(hours=24))
        delivery.register(callers.ASKED_MAIL, mails.asked, own_share=share)
        for kind in mails.ANSWERS:
            delivery.register(kind, mails.answered, own_share=share)
