"""The addresses of the API, with what each persona gets: a token is all that counts there."""

from tests import made_up
from tests.guards.expected import (
    NO_ID,
    NOWHERE,
    Address,
    everybody,
    with_contact_data,
    with_own_token,
    with_owning_token,
    with_token,
)

API = [
    Address(
        route="api/v1/openapi.json",
        url=lambda _: "/api/v1/openapi.json",
        expect={"GET": everybody(200)},
        otherwise=NOWHERE,
    ),
    Address(
        route="api/v1/organisations",
        url=lambda _: "/api/v1/organisations",
        expect={"GET": with_token(), "HEAD": NOWHERE},
        otherwise=NOWHERE,
    ),
    Address(
        route="api/v1/groups",
        url=lambda _: "/api/v1/groups",
        expect={"GET": with_token(), "HEAD": NOWHERE, "POST": with_owning_token(201)},
        otherwise=NOWHERE,
        json=lambda _: {"name": "Another"},
    ),
    Address(
        route="api/v1/groups/<group_id>",
        url=lambda own: f"/api/v1/groups/{own.root.id}",
        missing=f"/api/v1/groups/{NO_ID}",
        expect={"GET": with_own_token(), "HEAD": NOWHERE},
        otherwise=NOWHERE,
    ),
    Address(
        route="api/v1/endorsements",
        url=lambda _: "/api/v1/endorsements",
        expect={"GET": with_token(), "HEAD": NOWHERE},
        otherwise=NOWHERE,
    ),
    Address(
        route="api/v1/series",
        url=lambda _: "/api/v1/series",
        expect={"GET": with_token(), "HEAD": NOWHERE, "POST": with_token(201)},
        otherwise=NOWHERE,
        json=lambda _: {"title": "Another"},
    ),
    Address(
        route="api/v1/series/<series_id>",
        url=lambda own: f"/api/v1/series/{own.series.id}",
        missing=f"/api/v1/series/{NO_ID}",
        expect={"GET": with_own_token(), "HEAD": NOWHERE, "PATCH": with_own_token()},
        json=lambda _: {"text": "Another"},
        otherwise=NOWHERE,
    ),
    Address(
        route="api/v1/events",
        url=lambda _: "/api/v1/events",
        expect={"GET": with_token(), "HEAD": NOWHERE, "POST": with_token(201)},
        otherwise=NOWHERE,
        json=lambda own: {"title": "Another", "day": made_up.in_days(9).isoformat()},
    ),
    Address(
        route="api/v1/events/<event_id>",
        url=lambda own: f"/api/v1/events/{own.event.id}",
        missing=f"/api/v1/events/{NO_ID}",
        expect={"GET": with_own_token(), "HEAD": NOWHERE, "PATCH": with_own_token()},
        json=lambda _: {"version": 0},
        otherwise=NOWHERE,
    ),
    Address(
        route="api/v1/events/<event_id>/publish",
        url=lambda own: f"/api/v1/events/{own.draft.id}/publish",
        missing=f"/api/v1/events/{NO_ID}/publish",
        expect={"POST": with_own_token()},
        otherwise=NOWHERE,
        json=lambda _: None,
    ),
    Address(
        route="api/v1/events/<event_id>/cancel",
        url=lambda own: f"/api/v1/events/{own.event.id}/cancel",
        missing=f"/api/v1/events/{NO_ID}/cancel",
        expect={"POST": with_own_token()},
        otherwise=NOWHERE,
        json=lambda _: {},
    ),
    Address(
        route="api/v1/events/<event_id>/attendances",
        url=lambda own: f"/api/v1/events/{own.event.id}/attendances",
        missing=f"/api/v1/events/{NO_ID}/attendances",
        expect={"GET": with_own_token(), "HEAD": NOWHERE, "POST": with_contact_data(201)},
        json=lambda _: {"name": "Another", "email": "another@example.org", "agree": True},
        otherwise=NOWHERE,
    ),
    Address(
        route="api/v1/events/<event_id>/attendances/<attendance_id>",
        url=lambda own: f"/api/v1/events/{own.event.id}/attendances/{own.attendance.id}",
        missing=f"/api/v1/events/{NO_ID}/attendances/{NO_ID}",
        # In the world no event has a door list.
        expect={"GET": with_own_token(), "HEAD": NOWHERE, "PATCH": with_contact_data(409)},
        json=lambda _: {"attended": True},
        otherwise=NOWHERE,
    ),
    Address(
        route="api/v1/",
        url=lambda _: "/api/v1/",
        expect={"GET": everybody(404)},
        otherwise=everybody(404),
    ),
]
