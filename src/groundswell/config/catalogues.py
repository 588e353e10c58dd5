"""The catalogues of translations: beside each ``django.po`` its ``django.mo``, made where it is missing or old.

Only the texts are in the repository. What Python reads at run time is made from them at a start, without GNU
gettext, which few machines have.
"""

import os
import tempfile
from pathlib import Path

LOCALE = Path(__file__).resolve().parents[1] / "locale"
"""A folder for each language into which Groundswell is translated; English is what stands in the sources."""

PSEUDO = "qps"
"""The code of a language for tests only."""

PSEUDO_FOLDER = "GROUNDSWELL_PSEUDO_LOCALE"
"""The variable in which a test run says where the catalogue of that language is."""


def compiled(folder: Path = LOCALE) -> Path:
    """The folder, with each catalogue in it that is new or has changed made readable for Python."""
    for text in folder.glob("*/LC_MESSAGES/django.po"):
        made, written = text.with_suffix(".mo"), text.stat().st_mtime_ns
        # The text's own time marks what was made of it, whatever the clock says.
        if not made.exists() or made.stat().st_mtime_ns != written:
            _make(text, made, written)
    return folder


def _make(text: Path, made: Path, written: int) -> None:
    # Only here: it takes a while to load, and nearly every start finds everything made.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with text.open("rb") as file:
        catalogue = read_po(file)
    # Under another name first: another process may be reading at this moment.
    with tempfile.NamedTemporaryFile(dir=text.parent, delete=False) as fresh:
        write_mo(fresh, catalogue)
    os.chmod(fresh.name, 0o644)
    os.utime(fresh.name, ns=(written, written))
    os.replace(fresh.name, made)
