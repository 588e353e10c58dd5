"""``/desk/settings``: who is answerable, the groups, the campaigns, and who may do what. For owners."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings as installation
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from groundswell.events.details import slug_of
from groundswell.events.queries import ahead_for, titles_of
from groundswell.groups import operations
from groundswell.groups.access import (
    MAILER,
    ORGANISER,
    OWNER,
    PRESS,
    STEWARD,
    TREASURER,
    VIEWER,
    Actor,
    organisations_of,
)
from groundswell.groups.errors import InvalidFields, LastOwner, NotAllowed, NotFound, SecondPersonNeeded
from groundswell.groups.factors import reset_factors
from groundswell.groups.granting import Terms, grant, withdraw
from groundswell.groups.invitations import invitations_in, invite, withdraw_invitation
from groundswell.groups.new_owners import ask_for_owner
from groundswell.groups.queries import campaigns_of, groups_by_id, memberships_in
from groundswell.groups.roles import CONTACT_LASTS
from groundswell.groups.sessions import end_all_sessions, end_sessions_of, open_sessions_in, sessions_of
from groundswell.groups.tree import as_tree
from groundswell.kit.clock import now
from groundswell.people.asking import ask_by
from groundswell.people.languages import offer_languages
from groundswell.people.standard import renew_standard_wordings
from groundswell.web.desk import asking_form
from groundswell.web.desk.chosen import choose
from groundswell.web.desk.fresh import asked_again
from groundswell.web.desk.group import DEEPER
from groundswell.web.desk.pages import DeskRequest, desk, needed_id, page, part_named, say, see

if TYPE_CHECKING:
    from groundswell.events.models import Event
    from groundswell.groups.models import Group, Membership, Organisation

ROLES = {
    ORGANISER: gettext_lazy("Organiser: makes events, sees who is coming, exports"),
    STEWARD: gettext_lazy("Steward: sees events and names, and what people need to take part"),
    VIEWER: gettext_lazy("Viewer: sees events and names, changes nothing"),
    MAILER: gettext_lazy("Mailer: writes to those who are coming, sees figures and no names"),
    PRESS: gettext_lazy("Press: hangs up events’ pictures, sees figures and no names"),
    TREASURER: gettext_lazy("Treasurer of data: sees names and addresses, exports"),
    OWNER: gettext_lazy("Owner: also groups, campaigns and roles"),
}

SOON = timedelta(days=3)
"""So long before its end a role is shown as one that ends soon."""


AT_ONCE = 100


@dataclass(frozen=True)
class Own:
    """An organisation as one of its owners may change it: the groups that they own, the root among them or not."""

    organisation: Organisation
    groups: list[Group]
    here: str
    """The key of the session in which they sit."""

    @property
    def whole(self) -> bool:
        """Whether all of the organisation is theirs, and not only a branch."""
        return any(group.parent_id is None for group in self.groups)

    def group(self, typed: str, field: str) -> Group:
        """The group that a form names.

        :raises InvalidFields: if it names none of these.
        """
        for group in self.groups:
            if str(group.id) == typed:
                return group
        raise InvalidFields({field: _("Choose one of your groups.")})


@desk
@require_safe
def settings(request: DeskRequest) -> HttpResponse:
    """Lead to the settings of the organisation that the desk shows (5 queries)."""
    organisations = organisations_of(request.here, OWNER)
    if not organisations:
        raise NotAllowed
    return see("settings-of", organisations[0].slug)


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def settings_of(request: DeskRequest, slug: str) -> HttpResponse:
    """An organisation's groups, campaigns and roles (11 queries, 12 with a role at an event); on POST, a form."""
    organisations = organisations_of(request.actor, OWNER)
    organisation = next((one for one in organisations if one.slug == slug), None)
    if organisation is None:
        raise NotFound
    choose(request, organisation.id)
    groups = [
        group for group in groups_by_id(request.actor.groups(OWNER)) if group.organisation_id == organisation.id
    ]
    own = Own(organisation, groups, request.session.session_key or "")
    if request.method == "POST":
        return _carry_out(request, organisations, own)
    return _page(request, organisations, own, "", {}, {})


Typed = Mapping[str, str]


def _carry_out(request: DeskRequest, organisations: list[Organisation], own: Own) -> HttpResponse:
    form = request.POST.get("form", "")
    if form not in FORMS:
        raise NotFound
    if form in GRAVE and (asked := asked_again(request)):
        return asked
    typed = {name: request.POST.get(name, "") for name in request.POST}
    try:
        if form in QUESTIONS and typed.get("sure") != "yes":
            return page(request, "confirm", "settings", _question(own, form, typed))
        with transaction.atomic():
            done = FORMS[form](request.actor, own, typed)
    except InvalidFields as invalid:
        errors = {f"{form}_{name}": sentence for name, sentence in invalid.errors.items()}
        return _page(request, organisations, own, form, typed, errors, status=422)
    except (LastOwner, NotAllowed) as refusal:
        say(request, refusal.sentence, "wrong")
    else:
        say(request, done)
    return see("settings-of", own.organisation.slug)


def _describe(actor: Actor, own: Own, typed: Typed) -> str:
    former_name = own.organisation.name
    changed = operations.describe_organisation(
        actor,
        organisation=own.organisation,
        name=typed.get("organisation_name", ""),
        contact_email=typed.get("organisation_contact_email", ""),
        postal_address=typed.get("organisation_postal_address", ""),
        imprint=typed.get("organisation_imprint", ""),
        accent=typed.get("organisation_accent", ""),
    )
    renew_standard_wordings(actor, organisation=changed, former_name=former_name)
    return _("Saved. Pages and mails show it from now on.")


def _speak(actor: Actor, own: Own, typed: Typed) -> str:
    offer_languages(actor, organisation=own.organisation, languages=asking_form.languages(typed))
    return _("Saved. Pages are offered in these languages from now on.")


def _ask_by(actor: Actor, own: Own, typed: Typed) -> str:
    ask_by(actor, organisation=own.organisation, ways=asking_form.ways(typed))
    return _("Saved. Whoever opens the page about themselves is asked by these ways from now on.")


def _create_group(actor: Actor, own: Own, typed: Typed) -> str:
    name = typed.get("group_name", "")
    parent = own.group(typed.get("group_parent", ""), "parent")
    try:
        group = operations.create_group(actor, parent=parent, slug=slug_of(name), name=name)
    except InvalidFields as invalid:
        raise InvalidFields({"name": next(iter(invalid.errors.values()))}) from None
    return _("“%(name)s” is there now.") % {"name": group.name}


def _create_campaign(actor: Actor, own: Own, typed: Typed) -> str:
    campaign = operations.create_campaign(
        actor,
        organisation=own.organisation,
        name=typed.get("campaign_name", ""),
        purpose=typed.get("campaign_purpose", ""),
    )
    return _("“%(name)s” is there now. Events can serve it.") % {"name": campaign.name}


def _grant(actor: Actor, own: Own, typed: Typed) -> str:
    group, terms = _terms(actor, own, typed)
    email, name = typed.get("role_email", ""), typed.get("role_name", "")
    try:
        return _give(actor, group, terms, email, name)
    except SecondPersonNeeded:
        ask_for_owner(actor, group=group, email=email, terms=terms, name=name)
        return _(
            "It is asked for: another owner agrees first. Where you are the only one, it waits for a day. "
            "“Waiting for a second person” says how it stands."
        )


def _give(actor: Actor, group: Group, terms: Terms, email: str, name: str) -> str:
    # Where no mail goes out, nobody could accept an invitation: who looks after the machine gives them a link.
    if installation.ENVIRONMENT.sends_mail:
        invite(actor, group=group, email=email, terms=terms, name=name)
        return _("%(email)s has this role, or a mail that invites to it; it can be accepted for seven days.") % {
            "email": email
        }
    membership = grant(actor, group=group, email=email, terms=terms, name=name)
    where = installation.PUBLIC_URL + reverse("desk:sign-in")
    return _("%(email)s has this role now, and signs in at %(where)s.") % {
        "email": membership.account.email,
        "where": where,
    }


def _terms(actor: Actor, own: Own, typed: Typed) -> tuple[Group, Terms]:
    """Where a role is to hold, and how it is given."""
    role = next((role for role in ROLES if role == typed.get("role_role")), None)
    if role is None:
        raise InvalidFields({"role": _("Choose one of the roles.")})
    contact = bool(typed.get("role_contact"))
    ends_at = _end_of(typed.get("role_ends", ""))
    if contact and ends_at is None:
        ends_at = now() + CONTACT_LASTS
    event = _event_named(actor, own, typed.get("role_event", ""))
    group = event.group if event else own.group(typed.get("role_group", ""), "group")
    return group, Terms(role=role, ends_at=ends_at, event_id=event.id if event else None, contact=contact)


def _end_of(typed: str) -> datetime | None:
    """The end of a day, in the installation's zone; None where none is named."""
    if not typed:
        return None
    try:
        day = date.fromisoformat(typed)
        return make_aware(datetime.combine(day + timedelta(days=1), time()))
    except (ValueError, OverflowError):
        raise InvalidFields({"ends": _("Choose a day, for example 2027-03-31.")}) from None


def _event_named(actor: Actor, own: Own, typed: str) -> Event | None:
    if not typed:
        return None
    for event in _events_of(actor, own):
        if str(event.id) == typed:
            return event
    raise InvalidFields({"event": _("Choose one of these events.")})


def _events_of(actor: Actor, own: Own) -> list[Event]:
    """The next events at which a role can be given (1 query)."""
    return list(ahead_for(actor).filter(group_id__in=[group.id for group in own.groups])[:AT_ONCE])


def _withdraw(actor: Actor, own: Own, typed: Typed) -> str:
    role = _role_of(own, typed, "withdraw")
    withdraw(actor, group=role.group, account_id=role.account_id, event_id=role.event_id)
    return _("The role is taken away.")


def _reset(actor: Actor, own: Own, typed: Typed) -> str:
    group = own.group(typed.get("reset_group", ""), "group")
    account = needed_id(typed.get("reset_account", ""))
    reset_factors(actor, group=group, account_id=account)
    return _("Their second step is gone, and they are signed out. They set up another when they come back.")


def _sign_one_out(actor: Actor, own: Own, typed: Typed) -> str:
    role = _role_of(own, typed, "sessions")
    ended = end_sessions_of(actor, group=role.group, account_id=role.account_id)
    return ngettext("%(many)s session has ended.", "%(many)s sessions have ended.", ended) % {"many": ended}


def _uninvite(actor: Actor, own: Own, typed: Typed) -> str:
    group = own.group(typed.get("uninvite_group", ""), "group")
    invitation = needed_id(typed.get("uninvite_invitation", ""))
    withdraw_invitation(actor, group=group, invitation_id=invitation)
    return _("The invitation is taken back.")


def _sign_everybody_out(actor: Actor, own: Own, typed: Typed) -> str:
    ended = end_all_sessions(actor, organisation=own.organisation, but=own.here)
    return ngettext("%(many)s session has ended.", "%(many)s sessions have ended.", ended) % {"many": ended}


FORMS: dict[str, Callable[[Actor, Own, Typed], str]] = {
    "organisation": _describe,
    "languages": _speak,
    "ways": _ask_by,
    "group": _create_group,
    "campaign": _create_campaign,
    "role": _grant,
    "withdraw": _withdraw,
    "uninvite": _uninvite,
    "reset": _reset,
    "sessions": _sign_one_out,
    "sign-out": _sign_everybody_out,
}

GRAVE = frozenset({"role", "reset"})
"""Forms that let somebody in: they need a fresh sign-in. To shut somebody out, none: that may be urgent."""


def _question(own: Own, form: str, typed: Typed) -> dict[str, object]:
    heading, sentence, button = QUESTIONS[form](own, typed)
    return {
        "heading": heading,
        "sentences": [sentence],
        "button": button,
        "danger": True,
        "hidden": [("form", form), *_of_form(form, typed), ("sure", "yes")],
        "back": reverse("desk:settings-of", args=[own.organisation.slug]),
    }


def _of_form(form: str, typed: Typed) -> list[tuple[str, str]]:
    return [(name, value) for name, value in typed.items() if name.startswith(f"{form}_")]


def _ask_to_withdraw(own: Own, typed: Typed) -> tuple[str, str, str]:
    role = _role_of(own, typed, "withdraw")
    return (
        _("Take the role of %(email)s away?") % {"email": role.account.email},
        _("In %(group)s they see and change nothing any more, from this moment. You can give them a role again.")
        % {"group": role.group.name},
        _("Take the role away"),
    )


def _ask_to_reset(own: Own, typed: Typed) -> tuple[str, str, str]:
    role = _role_of(own, typed, "reset")
    return (
        _("Reset the second step of %(email)s?") % {"email": role.account.email},
        _(
            "Their passkeys, their app and their written-down codes are gone for good, and they are signed out "
            "everywhere. A mail tells them, and they set up another when they come back."
        ),
        _("Reset the second step"),
    )


def _role_of(own: Own, typed: Typed, form: str) -> Membership:
    group = own.group(typed.get(f"{form}_group", ""), "group")
    event = typed.get(f"{form}_event") or "None"
    for role in memberships_in([group.id]):
        if (str(role.account_id), str(role.event_id)) == (typed.get(f"{form}_account"), event):
            return role
    raise NotFound


def _ask_to_uninvite(own: Own, typed: Typed) -> tuple[str, str, str]:
    group = own.group(typed.get("uninvite_group", ""), "group")
    for one in invitations_in([group.id]):
        if str(one.id) == typed.get("uninvite_invitation"):
            return (
                _("Take the invitation of %(email)s back?") % {"email": one.email},
                _("The link in their mail opens nothing any more. You can invite them again."),
                _("Take the invitation back"),
            )
    raise NotFound


def _ask_to_sign_one_out(own: Own, typed: Typed) -> tuple[str, str, str]:
    role = _role_of(own, typed, "sessions")
    listed = [
        _("%(device)s, since %(moment)s") % {"device": one.device, "moment": date_format(one.began_at, "j F, H:i")}
        for one in sessions_of(role.account)
    ]
    return (
        _("Sign %(email)s out?") % {"email": role.account.email},
        _("All of these end at once, and what is typed there and not saved is lost: %(sessions)s.")
        % {"sessions": "; ".join(listed)}
        if listed
        else _("They are signed in nowhere at this moment."),
        _("Sign them out"),
    )


def _ask_to_sign_out(own: Own, typed: Typed) -> tuple[str, str, str]:
    if not own.whole:
        raise NotFound
    many = open_sessions_in(own.organisation)
    return (
        _("Sign everybody out?"),
        ngettext(
            "%(many)s session is open. All but yours here end at once; what is typed there and not saved is lost. "
            "Everybody can sign in again.",
            "%(many)s sessions are open. All but yours here end at once; what is typed there and not saved is "
            "lost. Everybody can sign in again.",
            many,
        )
        % {"many": many},
        _("Sign everybody out"),
    )


QUESTIONS: dict[str, Callable[[Own, Typed], tuple[str, str, str]]] = {
    "withdraw": _ask_to_withdraw,
    "reset": _ask_to_reset,
    "uninvite": _ask_to_uninvite,
    "sessions": _ask_to_sign_one_out,
    "sign-out": _ask_to_sign_out,
}
"""What is asked before a form takes something away: what it is, what is lost, and what the button says."""


def _page(
    request: DeskRequest,
    organisations: list[Organisation],
    own: Own,
    form: str,
    typed: Typed,
    errors: Mapping[str, str],
    status: int = 200,
) -> HttpResponse:
    groups = own.groups
    ids = [group.id for group in groups]
    tree, more_groups = part_named(request, "groups", as_tree(groups), AT_ONCE)
    roles, more_roles = part_named(request, "roles", memberships_in(ids), AT_ONCE)
    invited, more_invited = part_named(request, "invited", invitations_in(ids), AT_ONCE)
    events = _events_of(request.actor, own)
    titles = titles_of([role.event_id for role in roles if role.event_id], own=())
    offered = asking_form.languages(typed) if form == "languages" else own.organisation.offered
    context: dict[str, object] = {
        "subject": own.organisation.name,
        "others": [
            (one.name, reverse("desk:settings-of", args=[one.slug]))
            for one in organisations
            if one != own.organisation
        ],
        "whole": own.whole,
        "logo_url": reverse("desk:logo", args=[own.organisation.slug]),
        "allies_url": reverse("desk:allies", args=[own.organisation.slug]),
        "approvals_url": reverse("desk:approvals"),
        "recovery_url": reverse("desk:recovery-address", args=[own.organisation.slug]),
        "tokens_url": reverse("desk:tokens", args=[own.organisation.slug]),
        "form": {"values": {**_as_it_is(own), **typed}, "errors": errors},
        "language_options": installation.LANGUAGES,
        "languages": asking_form.language_fields(offered),
        "ways": asking_form.way_fields(own.organisation.ways),
        "groups": [
            {
                "name": group.name,
                "url": reverse("desk:group", args=[own.organisation.slug, group.id]),
                "depth": depth,
                "ended": group.retired_at is not None,
            }
            for group, depth in tree
        ],
        "group_options": [
            (str(group.id), f"{DEEPER * depth}{group.name}")
            for group, depth in as_tree(groups)
            if group.retired_at is None
        ],
        "campaigns": campaigns_of([own.organisation.id]),
        "role_options": list(ROLES.items()),
        "event_options": [("", _("All events of the group")), *((str(each.id), str(each)) for each in events)],
        "roles": [_role_line(role, titles) for role in roles],
        "invitations": invited,
        "more_groups_url": more_groups,
        "more_roles_url": more_roles,
        "more_invited_url": more_invited,
    }
    return page(request, "settings", "settings", context, status=status)


def _role_line(role: Membership, titles: Mapping[UUID, tuple[str, str]]) -> dict[str, object]:
    soon = role.ends_at is not None and role.ends_at <= now() + SOON
    return {
        "role": role,
        "event": titles.get(role.event_id, (_("an event"), ""))[0] if role.event_id else "",
        "ended": role.has_ended,
        "soon": soon and not role.has_ended,
    }


def _as_it_is(own: Own) -> dict[str, str]:
    organisation = own.organisation
    return {
        "organisation_name": organisation.name,
        "organisation_contact_email": organisation.contact_email,
        "organisation_postal_address": organisation.postal_address,
        "organisation_imprint": organisation.imprint,
        "organisation_accent": organisation.accent,
        "languages_own": organisation.offered[0],
    }
