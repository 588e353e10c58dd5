"""Messages to many at the desk: their addresses, with what each persona gets."""

from tests.guards.expected import ELSEWHERE, NO_ID, NOWHERE, SENT, Address, desk, everybody, for_mailers, some
from tests.guards.personas import MAILERS, ORGANISERS, WITHOUT_SESSION, Persona
from tests.guards.world import Tenant

_WRITE = (MAILERS, Persona.BRANCH, ELSEWHERE)
_REFUSED = some(302, WITHOUT_SESSION, others=everybody(403))


def typed(own: Tenant) -> dict[str, str]:
    """What somebody writes."""
    return {"group": str(own.root.id), "subject": "Come", "text": "Come on Saturday."}


MAILINGS = [
    Address(
        route="m/<uuid:mailing_id>",
        url=lambda own: f"/m/{own.link.mailing_id}",
        missing=f"/m/{NO_ID}",
        expect={"GET": everybody(200)},
        otherwise=NOWHERE,
    ),
    Address(
        route="m/<uuid:mailing_id>",
        note="of one without a page",
        url=lambda own: f"/m/{own.mailing.id}",
        missing=f"/m/{NO_ID}",
        expect={"GET": everybody(404)},
        otherwise=NOWHERE,
    ),
    Address(
        route="v/<uuid:link_id>",
        url=lambda own: f"/v/{own.link.id}",
        missing=f"/v/{NO_ID}",
        expect={"GET": everybody(302)},
        otherwise=NOWHERE,
    ),
    desk("mailings", lambda _: "/desk/mailings", {"GET": some(200, *_WRITE, others=_REFUSED)}),
    desk(
        "mailings/new",
        lambda _: "/desk/mailings/new",
        {
            "GET": some(200, *_WRITE, others=_REFUSED),
            "POST": some(303, MAILERS, others=some(404, Persona.BRANCH, ELSEWHERE, others=_REFUSED)),
        },
        form=typed,
    ),
    desk(
        "mailings/<uuid:mailing_id>",
        lambda own: f"/desk/mailings/{own.mailing.id}",
        {"GET": for_mailers(), "POST": for_mailers(303)},
        missing=f"/desk/mailings/{NO_ID}",
        form=lambda _: {"then": "release"},
        fresh=SENT,
    ),
    desk(
        "mailings/<uuid:mailing_id>/edit",
        lambda own: f"/desk/mailings/{own.mailing.id}/edit",
        {"GET": for_mailers(), "POST": for_mailers(303)},
        missing=f"/desk/mailings/{NO_ID}/edit",
        form=typed,
    ),
    desk(
        "mailings/<uuid:mailing_id>/move",
        lambda own: f"/desk/mailings/{own.mailing.id}/move",
        {"POST": for_mailers(303)},
        missing=f"/desk/mailings/{NO_ID}/move",
        form=lambda _: {"how": "cancel"},
    ),
    desk(
        "mailings/<uuid:mailing_id>/look",
        lambda own: f"/desk/mailings/{own.mailing.id}/look",
        {"GET": for_mailers()},
        missing=f"/desk/mailings/{NO_ID}/look",
    ),
    desk(
        "mailings/<uuid:mailing_id>/subject",
        lambda own: f"/desk/mailings/{own.mailing.id}/subject",
        {"POST": for_mailers(303)},
        missing=f"/desk/mailings/{NO_ID}/subject",
        form=lambda _: {"subject": "1"},
    ),
    desk(
        "mailings/<uuid:mailing_id>/decide",
        lambda own: f"/desk/mailings/{own.mailing.id}/decide",
        {"POST": for_mailers(303)},
        missing=f"/desk/mailings/{NO_ID}/decide",
        form=lambda _: {"what": "leave"},
    ),
]

KEPT_COPY = desk(
    "outbox/mailings/<uuid:mailing_id>/<int:number>",
    lambda own: f"/desk/outbox/mailings/{own.mailing.id}/1",
    {
        "GET": some(
            200,
            ORGANISERS,
            others=some(404, ELSEWHERE, others=_REFUSED),
        )
    },
    missing=f"/desk/outbox/mailings/{NO_ID}/1",
)
