"""The outbox."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Registers the rounds that deliver what is due and throw away what is done."""

    name = "groundswell.outbox"
    label = "outbox"

    def ready(self) -> None:
        from groundswell.kit import rounds
        from groundswell.outbox import delivery, upkeep

        rounds.register("deliver", every=0.5, run=delivery.deliver, apart=True)
        rounds.register("forget old mails", every=600, run=upkeep.delete_old_mails)
        rounds.register("forget stray copies", every=600, run=upkeep.delete_stray_copies)
