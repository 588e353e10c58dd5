"""Organisations, groups, campaigns, accounts."""

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GroupsConfig(AppConfig):
    """Registers the mail with which somebody signs in, and the round that forgets old ones."""

    name = "groundswell.groups"
    label = "groups"

    def ready(self) -> None:
        from groundswell.groups import (
            affiliations,
            approval_mails,
            approvals,
            granting,
            mails,
            new_owners,
            recovery,
            repeats,
            tokens,
            upkeep,
        )
        from groundswell.groups.codes import SIGN_IN_MAIL
        from groundswell.groups.factors import CHANGED_MAIL
        from groundswell.groups.invitations import INVITATION_MAIL, WELCOME_MAIL
        from groundswell.kit import rounds
        from groundswell.outbox import delivery

        # Apart from the day's share: else three answers typed under an organiser's address would lock them out.
        share = delivery.Share(10, timedelta(hours=1))
        for kind, render, called in (
            (SIGN_IN_MAIL, mails.sign_in, _("A code to sign in")),
            (INVITATION_MAIL, mails.invitation, _("An invitation to a role")),
            (WELCOME_MAIL, mails.welcome, _("A first link to sign in")),
            (CHANGED_MAIL, mails.factors_changed, _("Your ways to sign in have changed")),
            (affiliations.OFFERED_MAIL, mails.affiliation_offered, _("An alliance is offered")),
            (affiliations.ACCEPTED_MAIL, mails.affiliation_accepted, _("An alliance is accepted")),
            (affiliations.ENDED_MAIL, mails.affiliation_ended, _("An alliance has ended")),
            (approvals.STOP_MAIL, approval_mails.stop, _("A link that stops a request")),
            (recovery.CONFIRM_MAIL, approval_mails.recovery_asked, _("A recovery address to confirm")),
            (recovery.CHANGED_MAIL, approval_mails.recovery_changed, _("The recovery address has changed")),
            (approvals.ASKED_MAIL, approval_mails.asked, _("Somebody asks you to agree")),
            (approvals.ANSWERED_MAIL, approval_mails.answered, _("Somebody has answered your request")),
        ):
            delivery.register(kind, render, own_share=share, called=called)
        approvals.register(new_owners.NEW_OWNER, new_owners.KIND)
        approvals.register(tokens.NEW_TOKEN, tokens.KIND)
        rounds.register("forget recovery addresses", every=3600, run=recovery.forget_recovery)
        rounds.register("forget old requests", every=3600, run=approvals.forget_approvals)
        rounds.register("forget old affiliations", every=3600, run=affiliations.forget_affiliations)
        rounds.register("forget repeated requests", every=600, run=repeats.forget_repeats)
        rounds.register("forget old sign-ins", every=600, run=upkeep.forget_sign_ins)
        rounds.register("forget ended roles", every=3600, run=granting.forget_ended_roles)
        rounds.register("forget idle accounts", every=3600, run=upkeep.forget_accounts)
