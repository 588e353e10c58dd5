"""Mailings."""

from django.apps import AppConfig


class MailingsConfig(AppConfig):
    """One message to many people, each of whom gets it once."""

    name = "groundswell.mailings"
    label = "mailings"

    def ready(self) -> None:
        from groundswell.groups import approvals
        from groundswell.groups.access import SEND
        from groundswell.kit import rounds
        from groundswell.mailings import kept, operations
        from groundswell.mailings.mailbox import Mailbox
        from groundswell.mailings.rounds import Rounds, begin

        big = approvals.Kind(read=operations.what_is_agreed_to, sentence=operations.what_is_asked_for, agree=SEND)
        approvals.register(operations.BIG_MAILING, big)
        rounds.register("forget kept copies of mailings", every=60, run=kept.sweep)
        rounds.register("begin mailings", every=2, run=begin)
        rounds.register("send mailings", every=1, run=Rounds().send, apart=True)
        rounds.register("read what comes back", every=60, run=Mailbox().read, apart=True)
