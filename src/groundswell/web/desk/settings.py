"""``/desk/settings``: who is answerable, the groups, the campaigns, and who may do what. For owners."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings as installation
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from groundswell.events.details import slug_of
from groundswell.groups import operations
from groundswell.groups.access import ORGANISER, OWNER, STEWARD, VIEWER, Actor, organisations_of
from groundswell.groups.errors import InvalidFields, LastOwner, NotAllowed, NotFound
from groundswell.groups.factors import reset_factors
from groundswell.groups.invitations import invitations_in, invite, withdraw_invitation
from groundswell.groups.queries import campaigns_of, groups_by_id, memberships_in
from groundswell.groups.sessions import end_all_sessions, open_sessions_in
from groundswell.groups.tree import as_tree
from groundswell.people.languages import offer_languages
from groundswell.people.standard import renew_standard_wordings
from groundswell.web.desk.chosen import choose
from groundswell.web.desk.fresh import asked_again
from groundswell.web.desk.group import DEEPER
from groundswell.web.desk.pages import DeskRequest, desk, page, say, see

if TYPE_CHECKING:
    from groundswell.groups.models import Group, Membership, Organisation

ROLES = {
    ORGANISER: gettext_lazy("Organiser: makes events, sees who is coming, exports"),
    STEWARD: gettext_lazy("Steward: sees events and names, and what people need to take part"),
    VIEWER: gettext_lazy("Viewer: sees events and names, changes nothing"),
    OWNER: gettext_lazy("Owner: also groups, campaigns and roles"),
}


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
    """An organisation's groups, campaigns and roles (10 queries); on POST, carry out one of its forms."""
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
        accent=typed.get("organisation_accent", ""),
    )
    renew_standard_wordings(actor, organisation=changed, former_name=former_name)
    return _("Saved. Pages and mails show it from now on.")


def _speak(actor: Actor, own: Own, typed: Typed) -> str:
    chosen = _ticked(typed)
    offer_languages(actor, organisation=own.organisation, languages=chosen)
    return _("Saved. Pages are offered in these languages from now on.")


def _ticked(typed: Typed) -> list[str]:
    """The codes of the languages that a form ticks, the organisation's own first."""
    first = typed.get("languages_own", "")
    return [
        first,
        *(code for code, _name in installation.LANGUAGES if typed.get(f"languages_{code}") and code != first),
    ]


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
    role = next((role for role in ROLES if role == typed.get("role_role")), None)
    if role is None:
        raise InvalidFields({"role": _("Choose one of the roles.")})
    group = own.group(typed.get("role_group", ""), "group")
    email, name = typed.get("role_email", ""), typed.get("role_name", "")
    # Where no mail goes out, nobody could accept an invitation: who looks after the machine gives them a link.
    if installation.ENVIRONMENT.smtp:
        invite(actor, group=group, email=email, role=role, name=name)
        return _("%(email)s has this role, or a mail that invites to it; it can be accepted for seven days.") % {
            "email": email
        }
    membership = operations.grant(actor, group=group, email=email, role=role, name=name)
    where = installation.PUBLIC_URL + reverse("desk:sign-in")
    return _("%(email)s has this role now, and signs in at %(where)s.") % {
        "email": membership.account.email,
        "where": where,
    }


def _withdraw(actor: Actor, own: Own, typed: Typed) -> str:
    group = own.group(typed.get("withdraw_group", ""), "group")
    try:
        account = UUID(typed.get("withdraw_account", ""))
    except ValueError:
        raise NotFound from None
    operations.withdraw(actor, group=group, account_id=account)
    return _("The role is taken away.")


def _reset(actor: Actor, own: Own, typed: Typed) -> str:
    group = own.group(typed.get("reset_group", ""), "group")
    try:
        account = UUID(typed.get("reset_account", ""))
    except ValueError:
        raise NotFound from None
    reset_factors(actor, group=group, account_id=account)
    return _("Their second step is gone, and they are signed out. They set up another when they come back.")


def _uninvite(actor: Actor, own: Own, typed: Typed) -> str:
    group = own.group(typed.get("uninvite_group", ""), "group")
    try:
        invitation = UUID(typed.get("uninvite_invitation", ""))
    except ValueError:
        raise NotFound from None
    withdraw_invitation(actor, group=group, invitation_id=invitation)
    return _("The invitation is taken back.")


def _sign_everybody_out(actor: Actor, own: Own, typed: Typed) -> str:
    ended = end_all_sessions(actor, organisation=own.organisation, but=own.here)
    return ngettext("%(many)s session has ended.", "%(many)s sessions have ended.", ended) % {"many": ended}


FORMS: dict[str, Callable[[Actor, Own, Typed], str]] = {
    "organisation": _describe,
    "languages": _speak,
    "group": _create_group,
    "campaign": _create_campaign,
    "role": _grant,
    "withdraw": _withdraw,
    "uninvite": _uninvite,
    "reset": _reset,
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
    for role in memberships_in([group.id]):
        if str(role.account_id) == typed.get(f"{form}_account"):
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
    offered = _ticked(typed) if form == "languages" else own.organisation.offered
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
        "form": {"values": {**_as_it_is(own), **typed}, "errors": errors},
        "language_options": installation.LANGUAGES,
        "languages": [(f"languages_{code}", name, code in offered) for code, name in installation.LANGUAGES],
        "groups": [
            {
                "name": group.name,
                "url": reverse("desk:group", args=[own.organisation.slug, group.id]),
                "depth": depth,
                "ended": group.retired_at is not None,
            }
            for group, depth in as_tree(groups)
        ],
        "group_options": [
            (str(group.id), f"{DEEPER * depth}{group.name}")
            for group, depth in as_tree(groups)
            if group.retired_at is None
        ],
        "campaigns": campaigns_of([own.organisation.id]),
        "role_options": list(ROLES.items()),
        "roles": memberships_in([group.id for group in groups]),
        "invitations": invitations_in([group.id for group in groups]),
    }
    return page(request, "settings", "settings", context, status=status)


def _as_it_is(own: Own) -> dict[str, str]:
    organisation = own.organisation
    return {
        "organisation_name": organisation.name,
        "organisation_contact_email": organisation.contact_email,
        "organisation_postal_address": organisation.postal_address,
        "organisation_accent": organisation.accent,
        "languages_own": organisation.offered[0],
    }
