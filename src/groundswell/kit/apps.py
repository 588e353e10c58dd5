"""Clock, ids, text, places and keys: knows no noun."""

from django.apps import AppConfig


class KitConfig(AppConfig):
    """Has no tables."""

    name = "groundswell.kit"
    label = "kit"
