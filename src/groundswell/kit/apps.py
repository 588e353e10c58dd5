"""Clock, ids, text, places and keys: knows no noun."""

from django.apps import AppConfig


class KitConfig(AppConfig):
    """Has no tables. Loads what the nouns say of theirs, and the round that empties SQLite's logs."""

    name = "groundswell.kit"
    label = "kit"

    def ready(self) -> None:
        from django.core.checks import register
        from django.utils.module_loading import autodiscover_modules

        from groundswell.kit import privacy, rounds
        from groundswell.kit.sqlite import logs

        autodiscover_modules("privacy")
        register(privacy.check, "privacy")
        rounds.register("empty the write-ahead logs", every=300, run=logs.empty)
