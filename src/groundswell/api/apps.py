"""The API."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Nothing to start."""

    name = "groundswell.api"
    label = "api"
