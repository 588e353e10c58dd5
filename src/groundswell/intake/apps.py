"""The journal of actions."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Registers the rounds that settle the journal and keep it short."""

    name = "groundswell.intake"
    label = "intake"

    def ready(self) -> None:
        from groundswell.intake import settling, upkeep
        from groundswell.kit import rounds

        rounds.register("settle", every=0.1, run=settling.settle)
        rounds.register("blank the journal", every=600, run=upkeep.blank_old_payloads)
        rounds.register("shorten the journal", every=3600, run=upkeep.delete_old_entries)
        rounds.register("forget touches", every=600, run=upkeep.delete_old_touches)
