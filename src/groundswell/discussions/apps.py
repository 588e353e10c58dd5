"""Discussions."""

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DiscussionsConfig(AppConfig):
    """Registers the mails between those who put a question together."""

    name = "groundswell.discussions"
    label = "discussions"

    def ready(self) -> None:
        from groundswell.discussions import mails, operations
        from groundswell.outbox import delivery

        share = delivery.Share(10, timedelta(hours=24))
        delivery.register(operations.ASKED_MAIL, mails.asked, own_share=share, called=_("Asked to put a question"))
        for kind in mails.ANSWERS:
            delivery.register(kind, mails.answered, own_share=share, called=_("About putting a question"))
