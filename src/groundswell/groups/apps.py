"""Organisations, groups, campaigns, accounts."""

from django.apps import AppConfig


class GroupsConfig(AppConfig):
    """Nothing to start."""

    name = "groundswell.groups"
    label = "groups"
