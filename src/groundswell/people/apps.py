"""Persons and their consent."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Nothing to start."""

    name = "groundswell.people"
    label = "people"
