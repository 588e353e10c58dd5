"""What tests of an import share: an organisation, and a folder for what it keeps."""

from pathlib import Path
from typing import Any

import pytest

from groundswell.groups.models import Organisation
from tests import made_up


@pytest.fixture
def organisation() -> Organisation:
    return made_up.organisation()


@pytest.fixture
def data(tmp_path: Path, settings: Any) -> None:
    settings.DATA = tmp_path / "data"
    settings.DATA.mkdir()
