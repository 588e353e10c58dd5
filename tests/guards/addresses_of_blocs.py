"""Blocs, in public and at the desk: their addresses, with what each persona gets."""

from collections.abc import Mapping
from typing import Any

from tests.guards.expected import (
    MAY_ANNOUNCE,
    NO_ID,
    NOWHERE,
    SENT,
    SIGNED_IN,
    Address,
    Statuses,
    at_the_event,
    desk,
    everybody,
    for_mailers,
    for_members,
    for_organisers,
    for_stewards,
    some,
)
from tests.guards.personas import ORGANISERS, WITHOUT_SESSION

SEEN = at_the_event({"GET": for_members()})
"""What is in an event of the organisation's own is seen by whoever is a steward there, drafts too."""

JOINING = {"name": "Fay", "email": "fay@example.org", "agree": "yes"}


def _former(own: Any) -> str:
    """The organisation that is no caller, or none any more."""
    return "theirs" if own.name == "ours" else "ours"


def one_bloc(verb: str, expect: Mapping[str, Statuses], **more: Any) -> Address:
    """A page of the desk about one bloc; the other organisation has been a caller, and was removed."""
    bloc = more.pop("bloc", lambda own: own.bloc)
    path = f"/{verb}" if verb else ""
    return desk(
        f"blocs/<uuid:bloc_id>{path}",
        lambda own: f"/desk/blocs/{bloc(own).id}{path}",
        expect,
        missing=f"/desk/blocs/{NO_ID}{path}",
        **more,
    )


BLOCS = [
    Address(
        route="b/<slug:slug>",
        url=lambda own: f"/b/{own.bloc.slug}",
        missing="/b/none",
        expect={"GET": everybody(200), "POST": everybody(303)},
        otherwise=NOWHERE,
        form=lambda _: JOINING,
    ),
    Address(
        route="b/<slug:slug>",
        note="of a draft",
        url=lambda own: f"/b/{own.bloc_draft.slug}",
        missing="/b/none",
        expect={"GET": everybody(404), "POST": everybody(404)},
        otherwise=NOWHERE,
        form=lambda _: JOINING,
    ),
    Address(
        route="b/<slug:slug>/thanks",
        url=lambda own: f"/b/{own.bloc.slug}/thanks",
        missing="/b/none/thanks",
        expect={"GET": everybody(200)},
        otherwise=NOWHERE,
    ),
    Address(
        route="b/<slug:slug>/<slug:organisation>",
        url=lambda own: f"/b/{own.bloc.slug}/{own.organisation.slug}",
        missing="/b/none/ours",
        expect={"GET": everybody(200), "POST": everybody(303)},
        otherwise=NOWHERE,
        form=lambda _: JOINING,
    ),
    Address(
        route="b/<slug:slug>/<slug:organisation>",
        note="of a caller that was removed",
        url=lambda own: f"/b/{own.bloc.slug}/{_former(own)}",
        missing="/b/none/ours",
        expect={"GET": everybody(404), "POST": everybody(404)},
        otherwise=NOWHERE,
        form=lambda _: JOINING,
    ),
    Address(
        route="b/<slug:slug>/<slug:organisation>/thanks",
        url=lambda own: f"/b/{own.bloc.slug}/{own.organisation.slug}/thanks",
        missing="/b/none/ours/thanks",
        expect={"GET": everybody(200)},
        otherwise=NOWHERE,
    ),
    Address(
        route="march/<slug:slug>",
        url=lambda own: f"/march/{own.event.slug}",
        missing="/march/none",
        expect={"GET": everybody(200)},
        otherwise=NOWHERE,
    ),
    desk("blocs", lambda _: "/desk/blocs", {"GET": SIGNED_IN}),
    desk(
        "blocs/new",
        lambda _: "/desk/blocs/new",
        {
            "GET": some(200, *MAY_ANNOUNCE, others=some(302, WITHOUT_SESSION, others=everybody(403))),
            "POST": some(
                303,
                ORGANISERS,
                others=some(422, *MAY_ANNOUNCE, others=some(302, WITHOUT_SESSION, others=everybody(403))),
            ),
        },
        form=lambda own: {"name": "Another bloc", "event": str(own.event.id), "group": str(own.root.id)},
    ),
    one_bloc("", SEEN),
    one_bloc("", SEEN, bloc=lambda own: own.bloc_draft, note="of a draft"),
    one_bloc("edit", {"GET": for_organisers(), "POST": for_organisers(303)}, form=lambda _: {"name": "Renamed"}),
    one_bloc("publish", {"POST": for_organisers(303)}, bloc=lambda own: own.bloc_draft),
    one_bloc("cancel", {"GET": for_organisers(), "POST": for_organisers(303)}),
    one_bloc("place", {"POST": for_organisers(303)}),
    one_bloc("callers", {"POST": for_organisers(303)}),
    one_bloc("sheet", SEEN),
    one_bloc("stewards", at_the_event({"GET": for_stewards()})),
    # Who is a steward of the event alone has no role in what the callers' people say.
    one_bloc("help", {"GET": for_stewards()}),
    one_bloc(
        "tell",
        {"GET": for_mailers(), "POST": for_mailers(303)},
        form=lambda _: {"kind": "note", "subject": "To all", "text": "Dear friends"},
        fresh=SENT,
    ),
    desk(
        "blocs/<uuid:bloc_id>/tell/<uuid:notice_id>/back",
        lambda own: f"/desk/blocs/{own.bloc.id}/tell/{own.bloc_notice.id}/back",
        {"POST": for_mailers(303)},
        missing=f"/desk/blocs/{NO_ID}/tell/{NO_ID}/back",
    ),
    desk(
        "calls/<uuid:caller_id>",
        lambda own: f"/desk/calls/{own.calls[0].id}",
        {"POST": for_organisers(303)},
        missing=f"/desk/calls/{NO_ID}",
        form=lambda _: {"answer": "accept"},
    ),
]
