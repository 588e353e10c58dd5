"""The settings of the last ``up``, kept in its data folder: other commands then need only ``--data``."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from groundswell.config.environment import NAMES, Environment, read, variable

FILE = "up.json"


def remember(environment: Environment) -> None:
    """Keep the settings, readable by their owner only: passwords are in them."""
    path = environment.data / FILE
    draft = path.with_name(f"{FILE}.{os.getpid()}.draft")
    with suppress(FileNotFoundError):
        draft.unlink()
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(environment.as_variables(), file, indent=1)
    draft.replace(path)


def recalled_settings(options: Mapping[str, str | None]) -> Environment:
    """The settings of an installation that exists: options win over variables, those over the last ``up``.

    :raises BadSetting: for a value that cannot be used.
    """
    ours = {variable(name): os.environ.get(variable(name)) for name in NAMES}
    ours |= {variable(name): value for name, value in options.items() if value}
    given = {name: value for name, value in ours.items() if value}
    data = read(given).data
    return read({**_remembered(data), **given, variable("data"): str(data)})


def _remembered(data: Path) -> dict[str, str]:
    try:
        kept: dict[str, str] = json.loads((data / FILE).read_text())
    except FileNotFoundError:
        return {}
    return kept
