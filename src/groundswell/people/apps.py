"""Persons and their consent."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Registers the round that keeps the list of erasures whole, and what can be said of people in a segment."""

    name = "groundswell.people"
    label = "people"

    def ready(self) -> None:
        from groundswell.kit import rounds
        from groundswell.people import blocks, erasures, segments

        rounds.register("write down erasures", every=600, run=erasures.write_missing)
        segments.register(*blocks.BLOCKS)
