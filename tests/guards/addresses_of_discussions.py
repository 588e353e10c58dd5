"""Questions and their meetings, in public and at the desk: their addresses, with what each persona gets."""

from collections.abc import Mapping
from typing import Any

from tests import made_up
from tests.guards.expected import (
    MAY_ANNOUNCE,
    NO_ID,
    NOWHERE,
    SIGNED_IN,
    Address,
    Statuses,
    desk,
    everybody,
    for_members,
    for_organisers,
    some,
)
from tests.guards.personas import ORGANISERS, WITHOUT_SESSION

ANNOUNCERS = some(200, *MAY_ANNOUNCE, others=some(302, WITHOUT_SESSION, others=everybody(403)))


def one(route: str, of: str, expect: Mapping[str, Statuses], **more: Any) -> Address:
    """A page of the desk about a question, a meeting or an outcome of the organisation's."""
    made = more.pop("made", lambda own: getattr(own, of))
    folder, _, verb = route.partition(" ")
    path = f"/{verb}" if verb else ""
    return desk(
        f"{folder}/<uuid:{of}_id>{path}",
        lambda own: f"/desk/{folder}/{made(own).id}{path}",
        expect,
        missing=f"/desk/{folder}/{NO_ID}{path}",
        **more,
    )


DISCUSSIONS = [
    Address(
        route="d/<slug:slug>",
        url=lambda own: f"/d/{own.discussion.slug}",
        missing="/d/none",
        expect={"GET": everybody(200)},
        otherwise=NOWHERE,
    ),
    Address(
        route="d/<slug:slug>",
        note="of a draft",
        url=lambda own: f"/d/{own.discussion_draft.slug}",
        missing="/d/none",
        expect={"GET": everybody(404)},
        otherwise=NOWHERE,
    ),
    desk("discussions", lambda _: "/desk/discussions", {"GET": SIGNED_IN}),
    desk(
        "discussions/new",
        lambda _: "/desk/discussions/new",
        {
            "GET": ANNOUNCERS,
            "POST": some(303, *MAY_ANNOUNCE, others=some(302, WITHOUT_SESSION, others=everybody(403))),
        },
        form=lambda _: {"question": "Another question?", "background": ""},
    ),
    one(
        "discussions",
        "discussion",
        {"GET": for_members(), "POST": for_organisers(303)},
        form=lambda _: {"question": "Renamed?", "background": ""},
    ),
    one(
        "discussions",
        "discussion",
        {"GET": for_members(), "POST": for_organisers(303)},
        made=lambda own: own.discussion_draft,
        note="of a draft",
        form=lambda _: {"question": "Renamed?", "background": ""},
    ),
    one("discussions act", "discussion", {"POST": for_organisers(303)}, form=lambda _: {"then": "close"}),
    desk(
        "discussions/call/<uuid:caller_id>",
        lambda own: f"/desk/discussions/call/{own.questions[0].id}",
        {"POST": for_organisers(303)},
        missing=f"/desk/discussions/call/{NO_ID}",
        form=lambda _: {"answer": "accept"},
    ),
    desk(
        "discussions/hold/<slug:slug>",
        lambda own: f"/desk/discussions/hold/{own.discussion.slug}",
        {
            "GET": ANNOUNCERS,
            "POST": some(
                303,
                ORGANISERS,
                others=some(404, *MAY_ANNOUNCE, others=some(302, WITHOUT_SESSION, others=everybody(403))),
            ),
        },
        missing="/desk/discussions/hold/none",
        form=lambda own: {"event": str(own.meeting.event_id)},
    ),
    one(
        "meetings",
        "meeting",
        {"GET": for_members(), "POST": for_organisers(303)},
        form=lambda _: {
            "note-0-heading": "Heard",
            "note-0-text": "",
            "outcome-0-text": "Do it",
            "outcome-0-owner": "The branch",
            "outcome-0-due": "2030-01-05",
        },
    ),
    one("meetings sheet", "meeting", {"GET": for_members()}),
    one(
        "outcomes step",
        "outcome",
        {"POST": for_organisers(303)},
        form=lambda _: {"date": made_up.in_days(30).isoformat()},
    ),
]
