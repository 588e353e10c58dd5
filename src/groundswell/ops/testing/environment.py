"""A pytest plugin: keeps a test run apart from every real installation.

It acts before Django reads its settings. Each process of a run has a data folder of its own, and none of the
developer's ``GROUNDSWELL_…`` variables. ``GROUNDSWELL_TEST_DATABASE`` asks for a run on PostgreSQL.
"""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

from groundswell.config.catalogues import PSEUDO_FOLDER
from groundswell.config.environment import NAMES, variable
from groundswell.ops.testing.postgresql import OWNER, role_url
from groundswell.ops.testing.pseudo import write_catalogue

FOLDER = "GROUNDSWELL_TEST_FOLDER"
DATABASE = "GROUNDSWELL_TEST_DATABASE"


def set_apart() -> None:
    """Point the settings of this process at a fresh folder, which goes when the run ends."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if not worker:
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="groundswell-test-")
        atexit.register(shutil.rmtree, os.environ[FOLDER], ignore_errors=True)
        os.environ[PSEUDO_FOLDER] = str(Path(os.environ[FOLDER], "locale"))
        write_catalogue(Path(os.environ[PSEUDO_FOLDER]))
    # Else every process that a test starts would compile 800 modules, where Python may not keep them.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    for name in NAMES:
        os.environ.pop(variable(name), None)
    os.environ[variable("data")] = str(Path(os.environ[FOLDER], worker or "main"))
    if os.environ.get(DATABASE):
        os.environ[variable("database")] = role_url(os.environ[DATABASE], OWNER)


set_apart()
