"""Mailings."""

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailingsConfig(AppConfig):
    """One message to many people, each of whom gets it once."""

    name = "groundswell.mailings"
    label = "mailings"

    def ready(self) -> None:
        from groundswell.groups import approvals
        from groundswell.groups.access import SEND
        from groundswell.intake.kinds import Kind, register
        from groundswell.kit import rounds
        from groundswell.mailings import alerts, kept, operations, subjects, trial, visits
        from groundswell.mailings.allowances import forget_lines
        from groundswell.mailings.mailbox import Mailbox
        from groundswell.mailings.rounds import Rounds, begin
        from groundswell.outbox import delivery
        from groundswell.people import choices

        big = approvals.Kind(read=operations.what_is_agreed_to, sentence=operations.what_is_asked_for, agree=SEND)
        approvals.register(operations.BIG_MAILING, big)
        register(Kind("visit", choices.parse_nothing, visits.settle_visits))
        share = delivery.Share(20, timedelta(hours=1))
        for kind in trial.TRIAL_MAILS:
            delivery.register(kind, trial.write_trial, own_share=share, called=_("A mailing, as a test"))
        for kind, called in alerts.ALERTS.items():
            delivery.register(kind, alerts.write_alert, own_share=share, called=called)
        rounds.register("forget kept copies of mailings", every=60, run=kept.sweep)
        rounds.register("forget lines of providers", every=600, run=forget_lines)
        to_stop = operations.TO_STOP.total_seconds()
        rounds.register("begin mailings", every=2, run=begin, rests=to_stop)
        rounds.register("tell of copies in doubt", every=60, run=alerts.tell_of_doubts)
        rounds.register("choose subjects of mailings", every=5, run=subjects.go_on)
        sending = Rounds()
        delivery.on_sent(sending.make_room)
        rounds.register("send mailings", every=1, run=sending.send, apart=True)
        rounds.register("read what comes back", every=60, run=Mailbox().read, apart=True)
