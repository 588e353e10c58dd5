"""``./groundswell manage …``: Django's management commands, on the installation that ``--data`` names."""

import os
from collections.abc import Sequence

from groundswell.kit.scope import everywhere
from groundswell.ops.remembered import recalled_settings


def manage(arguments: Sequence[str]) -> int:
    """Run the command; ``--data``, ``--database`` and ``--database-owner`` are ours wherever they stand."""
    rest, given = take_settings(arguments)
    settings = recalled_settings(given)
    os.environ.update((settings.owned if rest[:1] == ["migrate"] else settings.in_use).as_variables())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "groundswell.config.settings")
    from django.core.management import ManagementUtility

    with everywhere("a command is the system administrator's, who reaches the database as well"):
        ManagementUtility(["./groundswell manage", *rest]).execute()
    return 0


OURS = ("--data", "--database-owner")


def take_settings(arguments: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Split the settings off; a ``--database`` that is no URL is the name that Django's own commands take."""
    rest: list[str] = []
    given: dict[str, str] = {}
    waiting = list(arguments)
    while waiting:
        word = waiting.pop(0)
        name, equals, value = word.partition("=")
        if not equals and waiting:
            value = waiting[0]
        if name in OURS or (name == "--database" and "://" in value):
            given[name[2:].replace("-", "_")] = value
            del waiting[: 0 if equals else 1]
        else:
            rest.append(word)
    return rest, given
