"""Endorsements."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EndorsementsConfig(AppConfig):
    """Registers the action of the public form, the mail to the contact, and the round that forgets contacts."""

    name = "groundswell.endorsements"
    label = "endorsements"

    def ready(self) -> None:
        from groundswell.endorsements import mails, operations, proposing, upkeep
        from groundswell.intake.kinds import Kind, register
        from groundswell.kit import rounds
        from groundswell.outbox import delivery

        register(Kind("endorse", proposing.parse_proposal, proposing.propose))
        delivery.register(operations.CONFIRM_MAIL, mails.confirm, called=_("Does your body stand with this?"))
        rounds.register("forget contacts of endorsements", every=600, run=upkeep.forget_contacts)
