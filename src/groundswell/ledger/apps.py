"""The ledger."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Registers the round that seals new entries."""

    name = "groundswell.ledger"
    label = "ledger"

    def ready(self) -> None:
        from groundswell.kit import rounds
        from groundswell.ledger import operations

        rounds.register("seal the ledger", every=5, run=operations.seal)
