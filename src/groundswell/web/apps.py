"""The pages."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Nothing to start."""

    name = "groundswell.web"
    label = "web"
