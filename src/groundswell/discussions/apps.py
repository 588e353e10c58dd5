"""Discussions."""

from datetime import timedelta

from django.apps import AppConfig


class DiscussionsConfig(AppConfig):
    """Registers the mail to those who are asked to put a question too."""

    name = "groundswell.discussions"
    label = "discussions"

    def ready(self) -> None:
        from groundswell.discussions import mails, operations
        from groundswell.outbox import delivery

        delivery.register(operations.ASKED_MAIL, mails.asked, own_share=delivery.Share(10, timedelta(hours=24)))
