"""Blocs."""

from datetime import timedelta

from django.apps import AppConfig


class BlocsConfig(AppConfig):
    """Registers the round that forgets stewards, and the mail to those who are asked to call."""

    name = "groundswell.blocs"
    label = "blocs"

    def ready(self) -> None:
        from groundswell.blocs import callers, mails, upkeep
        from groundswell.kit import rounds
        from groundswell.outbox import delivery

        rounds.register("forget stewards", every=600, run=upkeep.forget_stewards)
        delivery.register(callers.ASKED_MAIL, mails.asked, own_share=delivery.Share(10, timedelta(hours=24)))
