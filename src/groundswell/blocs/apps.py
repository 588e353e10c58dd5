"""Blocs."""

from django.apps import AppConfig


class BlocsConfig(AppConfig):
    """Registers the round that forgets stewards."""

    name = "groundswell.blocs"
    label = "blocs"

    def ready(self) -> None:
        from groundswell.blocs import upkeep
        from groundswell.kit import rounds

        rounds.register("forget stewards", every=600, run=upkeep.forget_stewards)
