"""Discussions."""

from django.apps import AppConfig


class DiscussionsConfig(AppConfig):
    """Questions that are put to many meetings."""

    name = "groundswell.discussions"
    label = "discussions"
