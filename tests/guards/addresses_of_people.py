"""The records of people, and segments of them, at the desk: their addresses, with what each persona gets."""

from tests.guards.expected import (
    ELSEWHERE,
    NO_ID,
    NOT_THERE,
    SENT,
    desk,
    everybody,
    for_mailers,
    for_organisers,
    for_treasurers,
    some,
)
from tests.guards.personas import MAILERS, ORGANISERS, TREASURERS, WITHOUT_SESSION, Persona

_REFUSED = some(302, WITHOUT_SESSION, others=everybody(403))

PEOPLE = [
    # A branch sees those who belong to it; others their own organisation's.
    desk(
        "people",
        lambda _: "/desk/people",
        {"GET": some(200, TREASURERS, Persona.BRANCH, ELSEWHERE, others=_REFUSED)},
    ),
    # Somebody who answered the event of the whole organisation and belongs to no branch.
    desk(
        "people/<uuid:person_id>",
        lambda own: f"/desk/people/{own.attendance.person_id}",
        {
            "GET": some(200, TREASURERS, others=NOT_THERE),
            "POST": some(303, ORGANISERS, others=some(403, Persona.TREASURER, others=NOT_THERE)),
        },
        missing=f"/desk/people/{NO_ID}",
        form=lambda _: {"then": "tag", "tag": "Stall"},
    ),
    desk(
        "people/duplicates",
        lambda _: "/desk/people/duplicates",
        {"GET": some(200, ORGANISERS, ELSEWHERE, others=_REFUSED)},
    ),
    desk(
        "people/<uuid:person_id>/same",
        lambda own: f"/desk/people/{own.attendance.person_id}/same",
        {"GET": some(200, ORGANISERS, others=some(403, Persona.TREASURER, others=NOT_THERE))},
        missing=f"/desk/people/{NO_ID}/same",
    ),
    desk(
        "people/<uuid:person_id>/merge/<uuid:other_id>",
        lambda own: f"/desk/people/{own.attendance.person_id}/merge/{own.bo}",
        {
            "GET": some(200, ORGANISERS, others=some(403, Persona.TREASURER, others=NOT_THERE)),
            "POST": some(303, ORGANISERS, others=some(403, Persona.TREASURER, others=NOT_THERE)),
        },
        missing=f"/desk/people/{NO_ID}/merge/{NO_ID}",
    ),
    desk(
        "complaints",
        lambda _: "/desk/complaints",
        {"GET": some(200, TREASURERS, ELSEWHERE, others=_REFUSED)},
    ),
    desk(
        "complaints/new",
        lambda _: "/desk/complaints/new",
        {
            "GET": some(200, TREASURERS, ELSEWHERE, others=_REFUSED),
            "POST": some(303, TREASURERS, ELSEWHERE, others=_REFUSED),
        },
        form=lambda _: {"text": "By letter", "way": "post", "received_on": "2026-07-01"},
    ),
    desk(
        "complaints/<uuid:complaint_id>",
        lambda own: f"/desk/complaints/{own.complaint.id}",
        {"GET": for_treasurers(), "POST": for_treasurers(303)},
        missing=f"/desk/complaints/{NO_ID}",
        form=lambda _: {"then": "answer", "answer": "Done."},
    ),
    desk(
        "people/imports",
        lambda _: "/desk/people/imports",
        {"GET": some(200, ORGANISERS, Persona.BRANCH, ELSEWHERE, others=_REFUSED)},
    ),
    desk(
        "people/imports/new",
        lambda _: "/desk/people/imports/new",
        {
            "GET": some(200, ORGANISERS, Persona.BRANCH, ELSEWHERE, others=_REFUSED),
            "POST": some(303, ORGANISERS, Persona.BRANCH, ELSEWHERE, others=_REFUSED),
        },
        form=lambda _: {"then": "leave"},
    ),
    desk(
        "people/imports/<uuid:import_id>",
        lambda own: f"/desk/people/imports/{own.brought.id}",
        {"GET": for_organisers()},
        missing=f"/desk/people/imports/{NO_ID}",
    ),
    desk(
        "people/imports/<uuid:import_id>/left-out",
        lambda own: f"/desk/people/imports/{own.brought.id}/left-out",
        {"GET": for_organisers()},
        missing=f"/desk/people/imports/{NO_ID}/left-out",
    ),
    desk(
        "people/segments",
        lambda _: "/desk/people/segments",
        {"GET": some(200, MAILERS, ELSEWHERE, others=_REFUSED)},
    ),
    desk(
        "people/segments/new",
        lambda _: "/desk/people/segments/new",
        {
            "GET": some(200, MAILERS, ELSEWHERE, others=_REFUSED),
            "POST": some(303, MAILERS, ELSEWHERE, others=_REFUSED),
        },
        form=lambda _: {"then": "save", "name": "Everybody"},
    ),
    desk(
        "people/segments/<uuid:segment_id>",
        lambda own: f"/desk/people/segments/{own.segment.id}",
        {"GET": for_mailers(), "POST": for_mailers(303)},
        missing=f"/desk/people/segments/{NO_ID}",
        form=lambda _: {"then": "save", "name": "Everybody"},
    ),
    desk(
        "people/segments/<uuid:segment_id>/export",
        lambda own: f"/desk/people/segments/{own.segment.id}/export",
        {"POST": for_treasurers()},
        missing=f"/desk/people/segments/{NO_ID}/export",
        form=lambda _: {"purpose": "event", "channel": "email"},
        fresh=SENT,
    ),
]
