"""Blocs."""

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


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
        delivery.register(callers.ASKED_MAIL, mails.asked, own_share=share, called=_("Asked to call to a bloc"))
        for kind in mails.ANSWERS:
            delivery.register(kind, mails.answered, own_share=share, called=_("About calling to a bloc"))
