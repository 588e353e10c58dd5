"""Persons and their consent."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Registers the round that keeps the list of erasures whole."""

    name = "groundswell.people"
    label = "people"

    def ready(self) -> None:
        from groundswell.kit import rounds
        from groundswell.people import erasures

        rounds.register("write down erasures", every=600, run=erasures.write_missing)
