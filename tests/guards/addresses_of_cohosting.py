"""Events that another organisation holds too: their addresses at the desk, with what each persona gets."""

from collections.abc import Mapping

from tests import made_up
from tests.guards.expected import NO_ID, NOT_THERE, SENT, Address, desk, some
from tests.guards.personas import FORMER, Persona


def cohosting(
    verb: str, whose: Persona, form: Mapping[str, str] | None = None, *, posted: int = 0, note: str = ""
) -> Address:
    """A page of the desk about another organisation's event, for the one that holds it too or is asked to."""
    sent = {"POST": some(posted, whose, others=NOT_THERE)} if posted else {}
    return desk(
        f"cohosting/<uuid:cohost_id>{verb}",
        lambda own: f"/desk/cohosting/{own.partners[whose].cohost.id}{verb}",
        {"GET": some(200, whose, others=NOT_THERE), **sent},
        note=note,
        missing=f"/desk/cohosting/{NO_ID}{verb}",
        form=lambda own: {**(form or {}), "group": str(made_up.root(own.partners[whose].organisation).id)},
    )


COHOSTING = [
    cohosting("", Persona.PARTNER, {"version": "1"}, posted=303),
    cohosting("", Persona.ASKED, {"version": "1", "then": "decline"}, posted=303, note="of an invitation"),
    desk(
        "cohosting/<uuid:cohost_id>",
        lambda own: f"/desk/cohosting/{own.partners[Persona.REMOVED].cohost.id}",
        {"GET": NOT_THERE, "POST": NOT_THERE},
        note="of one that was removed",
        missing=f"/desk/cohosting/{NO_ID}",
    ),
    desk(
        "cohosting/<uuid:cohost_id>",
        lambda own: f"/desk/cohosting/{own.partners[Persona.LEFT].cohost.id}",
        {"GET": NOT_THERE, "POST": NOT_THERE},
        note="of one that left",
        missing=f"/desk/cohosting/{NO_ID}",
    ),
    cohosting("/answers", Persona.PARTNER),
    cohosting("/leave", Persona.PARTNER, posted=303),
    desk(
        "ours/<uuid:event_id>",
        lambda own: f"/desk/ours/{own.event.id}",
        {"GET": some(200, Persona.PARTNER, FORMER, others=NOT_THERE)},
        missing=f"/desk/ours/{NO_ID}",
    ),
    desk(
        "ours/<uuid:event_id>/help",
        lambda own: f"/desk/ours/{own.event.id}/help",
        {"GET": some(200, Persona.PARTNER, FORMER, others=NOT_THERE)},
        missing=f"/desk/ours/{NO_ID}/help",
    ),
    desk(
        "ours/<uuid:event_id>/export",
        lambda own: f"/desk/ours/{own.event.id}/export",
        {"POST": some(200, Persona.PARTNER, FORMER, others=NOT_THERE)},
        missing=f"/desk/ours/{NO_ID}/export",
        fresh=SENT,
    ),
]
