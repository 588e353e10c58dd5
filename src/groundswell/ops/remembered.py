"""The settings of the last ``up``, kept in its data folder: other commands then need only ``--data``."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from groundswell.config.environment import Environment, variable

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


def recall(data: Path, variables: Mapping[str, str]) -> dict[str, str]:
    """The given variables, completed by those of the last ``up`` in this data folder."""
    try:
        remembered = json.loads((data / FILE).read_text())
    except FileNotFoundError:
        remembered = {}
    given = {name: value for name, value in variables.items() if value}
    return {**remembered, **given, variable("data"): str(data)}
