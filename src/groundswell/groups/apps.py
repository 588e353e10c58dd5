"""Organisations, groups, campaigns, accounts."""

from django.apps import AppConfig


class GroupsConfig(AppConfig):
    """Registers the round that throws away what no longer signs anybody in."""

    name = "groundswell.groups"
    label = "groups"

    def ready(self) -> None:
        from groundswell.groups import upkeep
        from groundswell.kit import rounds

        rounds.register("forget old sign-ins", every=600, run=upkeep.delete_old_sign_ins)
