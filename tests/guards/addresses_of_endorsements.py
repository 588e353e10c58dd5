"""Who stands with what, in public and at the desk: the addresses, with what each persona gets."""

from groundswell.endorsements.operations import token_of
from tests.guards import canaries
from tests.guards.expected import (
    MAY_ANNOUNCE,
    NO_ID,
    NOWHERE,
    SIGNED_IN,
    Address,
    desk,
    everybody,
    for_organisers,
    some,
)
from tests.guards.personas import ORGANISERS, WITHOUT_SESSION
from tests.guards.world import Tenant

ANNOUNCERS = some(200, *MAY_ANNOUNCE, others=some(302, WITHOUT_SESSION, others=everybody(403)))
BY_WHOM = some(
    303, ORGANISERS, others=some(404, *MAY_ANNOUNCE, others=some(302, WITHOUT_SESSION, others=everybody(403)))
)


def said(_: Tenant) -> dict[str, str]:
    """What somebody types about their branch."""
    return {
        "body": "Teachers, Riverside",
        "kind": "union-branch",
        "decided": "meeting",
        "decided_on": "2016-07-01",
        "text": "We stand.",
        "contact_email": "teachers@example.org",
    }


def entered(own: Tenant) -> dict[str, str]:
    """The same at the desk, by whoever organises what is stood with."""
    return {**said(own), "page": f"/e/{own.event.slug}", "who": ""}


ENDORSEMENTS = [
    Address(
        route="stand/<slug:kind>/<slug:slug>",
        url=lambda own: f"/stand/event/{own.event.slug}",
        missing="/stand/event/none",
        expect={"GET": everybody(200), "POST": everybody(303)},
        otherwise=NOWHERE,
        form=said,
    ),
    Address(
        route="stand/<slug:kind>/<slug:slug>",
        note="with a draft",
        url=lambda own: f"/stand/event/{own.draft.slug}",
        missing="/stand/person/none",
        expect={"GET": everybody(404), "POST": everybody(404)},
        otherwise=NOWHERE,
        form=said,
    ),
    Address(
        route="stand/<slug:kind>/<slug:slug>/all",
        url=lambda own: f"/stand/event/{own.event.slug}/all",
        missing="/stand/event/none/all",
        expect={"GET": everybody(200)},
        otherwise=NOWHERE,
    ),
    Address(
        route="stand/<slug:kind>/<slug:slug>/thanks",
        url=lambda own: f"/stand/group/{own.root.slug}/thanks",
        missing="/stand/group/none/thanks",
        expect={"GET": everybody(200)},
        otherwise=NOWHERE,
    ),
    Address(
        route="stands/<str:token>",
        url=lambda own: f"/stands/{token_of(own.asked.id)}",
        missing="/stands/none",
        expect={"GET": everybody(200), "POST": everybody(200)},
        otherwise=NOWHERE,
        form=lambda _: {"then": "confirm"},
        reveals=lambda own: (canaries.told(own.name, "body"), canaries.told(own.name, "motion")),
    ),
    desk("endorsements", lambda _: "/desk/endorsements", {"GET": SIGNED_IN}),
    desk(
        "endorsements/new",
        lambda _: "/desk/endorsements/new",
        {"GET": ANNOUNCERS, "POST": BY_WHOM},
        form=entered,
    ),
    desk(
        "endorsements/<uuid:endorsement_id>",
        lambda own: f"/desk/endorsements/{own.endorsement.id}",
        {"POST": for_organisers(303)},
        missing=f"/desk/endorsements/{NO_ID}",
        form=lambda _: {"then": "remove"},
    ),
]
