"""The panel "What each brings" of an event that several organisations hold, for the page of each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from groundswell.attendances.snapshots import brought_to
from groundswell.events.words import moment
from groundswell.web.desk.charts import bars

if TYPE_CHECKING:
    from groundswell.attendances.models import Part, Tally
    from groundswell.attendances.snapshots import Brought, Share
    from groundswell.events.models import Event


def brought(event: Event, organisation_id: UUID, tally: Tally, own: Tally | Part) -> dict[str, object]:
    """The context of ``desk/brought.html`` as this organisation sees it, which itself brings ``own``.

    Queries: 8 or 9, or 1.
    """
    found = brought_to(event, organisation_id, tally, own)
    if found is None:
        return {"brought": None}
    largest = max(share.people for share in found.shares)
    return {
        "brought": {
            "shares": [_line(share, largest) for share in found.shares],
            "at": moment(event, found.made_at) if found.made_at else "",
            "links": bars(dict(found.links), ""),
            "groups": bars(dict(found.groups), "") if len(found.groups) > 1 else [],
            **_union(found),
        }
    }


def _line(share: Share, largest: int) -> dict[str, object]:
    return {
        "name": share.organisation.name,
        "people": share.people,
        "own": share.own,
        "width": round(100 * share.people / largest, 1) if largest else 0.0,
    }


def _union(found: Brought) -> dict[str, object]:
    return {
        "known": found.union is not None,
        "union": found.union or 0,
        "largest": found.largest,
        "total": found.total,
        "counted": found.counted,
        "outside": [{"name": ally.name, "people": ally.people} for ally in found.outside],
        "least": found.least,
        "most": found.most,
    }
