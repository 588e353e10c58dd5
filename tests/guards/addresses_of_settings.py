"""What an owner looks after: the addresses below the settings, with what each persona gets."""

from groundswell.groups.approvals import stop_token
from groundswell.groups.models import Affiliation
from groundswell.groups.recovery import token_of
from tests.guards import canaries
from tests.guards.expected import (
    NO_ID,
    NOT_THERE,
    SENT,
    SIGNED_IN,
    Form,
    at_the_event,
    desk,
    everybody,
    for_organisers,
    public,
    some,
)
from tests.guards.personas import MEMBERS, ORGANISERS, OWNERS, PARTNERS, WITHOUT_SESSION, Persona
from tests.guards.world import Tenant


def acceptance(own: Tenant) -> Form:
    """What an owner presses to accept what a third organisation offers."""
    return {
        "then": "accept",
        "affiliation": str(Affiliation.objects.get(body=own.organisation, accepted_at=None).id),
    }


SETTINGS = [
    desk(
        "settings",
        lambda _: "/desk/settings",
        {
            "GET": some(
                303,
                OWNERS,
                Persona.OTHER_OWNER,
                PARTNERS,
                others=some(302, WITHOUT_SESSION, others=everybody(403)),
            )
        },
    ),
    desk(
        "settings/<slug:slug>",
        lambda own: f"/desk/settings/{own.organisation.slug}",
        {
            "GET": some(200, OWNERS, others=NOT_THERE),
            # A campaign is the whole organisation's: to the owner of a branch there is no such form.
            "POST": some(303, Persona.OWNER, others=NOT_THERE),
        },
        missing="/desk/settings/none",
        form=lambda _: {"form": "campaign", "campaign_name": "Warm homes"},
    ),
    desk(
        "settings/<slug:slug>",
        lambda own: f"/desk/settings/{own.organisation.slug}",
        {
            "GET": some(200, OWNERS, others=NOT_THERE),
            # Into the root group, which is none of the branch's owner's.
            "POST": some(303, Persona.OWNER, others=some(422, Persona.BRANCH, others=NOT_THERE)),
        },
        note="to invite",
        missing="/desk/settings/none",
        form=lambda own: {
            "form": "role",
            "role_email": "new@example.org",
            "role_role": "viewer",
            "role_group": str(own.root.id),
        },
        fresh=SENT,
    ),
    desk(
        "settings/<slug:slug>",
        lambda own: f"/desk/settings/{own.organisation.slug}",
        {"GET": some(200, OWNERS, others=NOT_THERE), "POST": some(303, Persona.OWNER, others=NOT_THERE)},
        note="to sign everybody out",
        missing="/desk/settings/none",
        form=lambda _: {"form": "sign-out", "sure": "yes"},
    ),
    desk(
        "organisation",
        lambda _: "/desk/organisation",
        {
            "POST": some(
                303,
                MEMBERS,
                Persona.BRANCH,
                Persona.AT_EVENT,
                others=some(302, WITHOUT_SESSION, others=everybody(404)),
            )
        },
        form=lambda own: {"organisation": own.organisation.slug},
    ),
    desk(
        "settings/<slug:slug>/groups/<uuid:group_id>",
        lambda own: f"/desk/settings/{own.organisation.slug}/groups/{own.branch.id}",
        {"GET": some(200, OWNERS, others=NOT_THERE), "POST": some(303, OWNERS, others=NOT_THERE)},
        missing=f"/desk/settings/none/groups/{NO_ID}",
        form=lambda _: {"then": "rename", "name": "Renamed"},
    ),
    desk(
        "settings/<slug:slug>/logo",
        lambda own: f"/desk/settings/{own.organisation.slug}/logo",
        {"GET": some(200, Persona.OWNER, others=NOT_THERE), "POST": some(303, Persona.OWNER, others=NOT_THERE)},
        missing="/desk/settings/none/logo",
        form=lambda _: {"then": "remove-surely"},
    ),
    desk(
        "settings/<slug:slug>/allies",
        lambda own: f"/desk/settings/{own.organisation.slug}/allies",
        {"GET": some(200, Persona.OWNER, others=NOT_THERE), "POST": some(303, Persona.OWNER, others=NOT_THERE)},
        missing="/desk/settings/none/allies",
        form=acceptance,
    ),
    desk(
        "settings/<slug:slug>/recovery",
        lambda own: f"/desk/settings/{own.organisation.slug}/recovery",
        {"GET": some(200, Persona.OWNER, others=NOT_THERE), "POST": some(303, Persona.OWNER, others=NOT_THERE)},
        missing="/desk/settings/none/recovery",
        form=lambda _: {"email": "another@example.org"},
        fresh=SENT,
    ),
    desk(
        "settings/<slug:slug>/tokens",
        lambda own: f"/desk/settings/{own.organisation.slug}/tokens",
        {"GET": some(200, Persona.OWNER, others=NOT_THERE), "POST": some(303, Persona.OWNER, others=NOT_THERE)},
        missing="/desk/settings/none/tokens",
        form=lambda _: {"then": "make", "label": "Map", "role": "viewer", "contact": "yes"},
        fresh=SENT,
    ),
    public(
        "desk/stop/<str:token>",
        lambda own: f"/desk/stop/{stop_token(own.approval.id)}",
        missing="/desk/stop/none",
        expect={"POST": everybody(200)},
        reveals=lambda own: (
            canaries.new_owner(own.name),
            canaries.account_name(own.name, Persona.OWNER),
        ),
    ),
    public(
        "desk/recovery/<str:token>",
        lambda own: f"/desk/recovery/{token_of(own.recovery.id)}",
        missing="/desk/recovery/none",
        expect={"POST": everybody(200)},
    ),
    desk(
        "events/<uuid:event_id>/assign",
        lambda own: f"/desk/events/{own.event.id}/assign",
        at_the_event({"GET": for_organisers(), "POST": for_organisers(303)}),
        missing=f"/desk/events/{NO_ID}/assign",
        form=lambda own: {"then": "next", "many": "1", "volunteer": str(own.accounts[Persona.VOLUNTEER].id)},
    ),
    desk(
        "events/<uuid:event_id>/assigned",
        lambda own: f"/desk/events/{own.event.id}/assigned",
        at_the_event(
            {"GET": some(200, ORGANISERS, Persona.VOLUNTEER, others=some(403, MEMBERS, others=NOT_THERE))}
        ),
        missing=f"/desk/events/{NO_ID}/assigned",
    ),
    desk("approvals", lambda _: "/desk/approvals", {"GET": SIGNED_IN}),
    desk(
        "approvals/<uuid:approval_id>",
        lambda own: f"/desk/approvals/{own.approval.id}",
        {"POST": some(303, Persona.OWNER, others=NOT_THERE)},
        missing=f"/desk/approvals/{NO_ID}",
        form=lambda _: {"then": "decline"},
    ),
    desk(
        "approvals/<uuid:approval_id>",
        lambda own: f"/desk/approvals/{own.approval.id}",
        {"POST": some(303, Persona.OWNER, others=NOT_THERE)},
        note="to agree",
        missing=f"/desk/approvals/{NO_ID}",
        form=lambda _: {"then": "approve"},
        fresh=SENT,
    ),
]
