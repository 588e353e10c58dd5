"""The people of a segment as a file for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from groundswell.kit.sheets import csv_file, csv_rows
from groundswell.web.desk.file import table
from groundswell.web.desk.segment_form import OPTIONS

if TYPE_CHECKING:
    from groundswell.people.exporting import Exported
    from groundswell.people.models import Segment


def sheet(found: Segment, people: Iterator[list[Exported]]) -> HttpResponse:
    """People as a file for a spreadsheet, written to the disk first: a million of them fit into no answer."""
    header = [
        _("e-mail"),
        _("name"),
        _("telephone"),
        _("postcode sector"),
        _("language"),
        _("tags"),
        _("groups"),
        _("agreed to"),
    ]
    file = TemporaryFile()  # noqa: SIM115 (the answer closes it)
    file.write(csv_file(header, []))
    for some in people:
        file.write(csv_rows(_row(one) for one in some))
    file.seek(0)
    return table(file, slugify(found.name) or "people")


def _row(one: Exported) -> list[str]:
    return [
        one.email,
        one.name,
        one.phone,
        one.sector,
        one.language,
        ", ".join(one.tags),
        ", ".join(one.groups),
        "; ".join(_agreed(one.allows)),
    ]


def _agreed(allows: Iterable[tuple[str, str]]) -> Iterator[str]:
    purposes, channels = dict(OPTIONS["purpose"]), dict(OPTIONS["channel"])
    return (f"{purposes[purpose]} ({channels[channel]})" for purpose, channel in allows)
