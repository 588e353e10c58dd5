"""Organisations, groups, campaigns, accounts."""

from datetime import timedelta

from django.apps import AppConfig


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
        delivery.register(SIGN_IN_MAIL, mails.sign_in, own_share=share)
        delivery.register(INVITATION_MAIL, mails.invitation, own_share=share)
        delivery.register(WELCOME_MAIL, mails.welcome, own_share=share)
        delivery.register(CHANGED_MAIL, mails.factors_changed, own_share=share)
        delivery.register(affiliations.OFFERED_MAIL, mails.affiliation_offered, own_share=share)
        delivery.register(affiliations.ACCEPTED_MAIL, mails.affiliation_accepted, own_share=share)
        delivery.register(affiliations.ENDED_MAIL, mails.affiliation_ended, own_share=share)
        approvals.register(new_owners.NEW_OWNER, new_owners.KIND)
        approvals.register(tokens.NEW_TOKEN, tokens.KIND)
        delivery.register(approvals.STOP_MAIL, approval_mails.stop, own_share=share)
        delivery.register(recovery.CONFIRM_MAIL, approval_mails.recovery_asked, own_share=share)
        delivery.register(recovery.CHANGED_MAIL, approval_mails.recovery_changed, own_share=share)
        rounds.register("forget recovery addresses", every=3600, run=recovery.forget_recovery)
        delivery.register(approvals.ASKED_MAIL, approval_mails.asked, own_share=share)
        delivery.register(approvals.ANSWERED_MAIL, approval_mails.answered, own_share=share)
        rounds.register("forget old requests", every=3600, run=approvals.forget_approvals)
        rounds.register("forget old affiliations", every=3600, run=affiliations.forget_affiliations)
        rounds.register("forget repeated requests", every=600, run=repeats.forget_repeats)
        rounds.register("forget old sign-ins", every=600, run=upkeep.forget_sign_ins)
        rounds.register("forget ended roles", every=3600, run=granting.forget_ended_roles)
        rounds.register("forget idle accounts", every=3600, run=upkeep.forget_accounts)
