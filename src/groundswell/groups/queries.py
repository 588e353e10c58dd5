"""Reading organisations, groups and accounts."""

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext

from groundswell.groups.access import ORGANISER, SEE, Actor, line_up, living
from groundswell.groups.errors import BadLink, NotFound
from groundswell.groups.models import Account, ApiToken, Campaign, Group, Membership, Organisation
from groundswell.groups.operations import digest, fresh_links
from groundswell.groups.roles import RIGHTS
from groundswell.kit.text import inbox_key


def public_group(slug: str) -> Group:
    """A group's public page (1 query).

    :raises NotFound: if there is none of that slug.
    """
    group = Group.objects.select_related("organisation", "parent").filter(slug=slug).first()
    if group is None:
        raise NotFound
    return group


def organisation_by_slug(slug: str) -> Organisation:
    """An organisation (1 query).

    :raises NotFound: if there is none of that slug.
    """
    organisation = Organisation.objects.filter(slug=slug).first()
    if organisation is None:
        raise NotFound
    return organisation


def organisation_at(address: str) -> Organisation:
    """The organisation whose public address was typed or copied, or its last word (1 query).

    :raises NotFound: if there is none.
    """
    word = address.strip().removeprefix(settings.PUBLIC_URL).partition("?")[0].strip("/").rpartition("/")[2]
    found = Organisation.objects.filter(slug__iexact=word).first()
    if found is None:
        raise NotFound
    return found


def root_group(organisation_id: UUID) -> Group:
    """The group at the top of an organisation's tree (1 query)."""
    return Group.objects.select_related("organisation").get(organisation_id=organisation_id, parent=None)


def root_groups() -> list[Group]:
    """The group at the top of each organisation's tree, by name (1 query)."""
    return list(Group.objects.select_related("organisation").filter(parent=None).order_by("name", "id"))


def demonstration_notes() -> set[str]:
    """What the organisations say of being a demonstration; an empty note is that of a real one (1 query)."""
    return set(Organisation.objects.values_list("demonstration_note", flat=True).distinct())


def groups_for(actor: Actor) -> QuerySet[Group]:
    """The groups in which the actor has a role, the latest first; lazy, 1 query when read."""
    groups = Group.objects.select_related("organisation", "parent").order_by("-id")
    return groups.filter(id__in=actor.groups(SEE))


def groups_by_id(ids: list[UUID]) -> list[Group]:
    """Groups with their organisations, by name (1 query)."""
    return list(Group.objects.select_related("organisation").filter(id__in=ids).order_by("name"))


def working_groups(ids: list[UUID]) -> list[Group]:
    """The same without those that have ended: where something new can be made (1 query)."""
    return [group for group in groups_by_id(ids) if group.retired_at is None]


def campaigns_of(organisation_ids: list[UUID]) -> list[Campaign]:
    """The campaigns of these organisations, by name (1 query)."""
    return list(Campaign.objects.filter(organisation_id__in=organisation_ids).order_by("name"))


def has_accounts() -> bool:
    """Whether anybody at all can sign in to this installation (1 query)."""
    return Account.objects.exists()


def account_by_email(email: str) -> Account | None:
    """An open account (1 query)."""
    return Account.objects.filter(email=email.lower(), is_active=True).first()


def memberships_in(groups: list[UUID]) -> QuerySet[Membership]:
    """Who has which role in these groups or at their events, by group and address; lazy, 1 query when read.

    With account and group. Roles that have ended are among them, until they are forgotten.
    """
    memberships = Membership.objects.select_related("account", "group").filter(group_id__in=groups)
    return memberships.order_by("group__name", "account__email", "event_id", "id")


def works_here(organisation: Organisation, email: str) -> bool:
    """Whether somebody who has a role in the organisation reads at this address, however it is spelt (1 query)."""
    roles = Membership.objects.filter(living(), organisation=organisation).values_list("account__email", flat=True)
    return inbox_key(email) in map(inbox_key, roles)


def organisers_of(group: Group, *, but: UUID | None = None) -> list[str]:
    """The addresses of those who organise or own a group, or one above it, without one account (2 queries)."""
    parents = dict(Group.objects.filter(organisation_id=group.organisation_id).values_list("id", "parent_id"))
    roles = [role for role, rights in RIGHTS.items() if RIGHTS[ORGANISER] <= rights]
    memberships = Membership.objects.filter(group_id__in=line_up(group.id, parents))
    found = memberships.filter(living(), event_id=None, role__in=roles, account__is_active=True)
    if but:
        found = found.exclude(account_id=but)
    return list(found.order_by("account__email").values_list("account__email", flat=True).distinct())


def account_of_link(secret: str) -> Account:
    """The account that a sign-in link would sign in; the link stays as it is (1 query).

    :raises BadLink: if it is unknown, used, too old, or the account is closed.
    """
    link = fresh_links(secret).select_related("account").first()
    if link is None:
        raise BadLink
    return link.account


def live_token(secret: str) -> ApiToken | None:
    """The API token of that secret, unless it was revoked (1 query)."""
    return ApiToken.objects.select_related("organisation").filter(digest=digest(secret), revoked_at=None).first()


def group_with_branches(group: Group) -> list[UUID]:
    """The ids of a group and of all groups below it (1 query)."""
    parents = dict(Group.objects.filter(organisation_id=group.organisation_id).values_list("id", "parent_id"))
    return [candidate for candidate in parents if group.id in line_up(candidate, parents)]


def actors_named(ids: Sequence[UUID], *, with_address: bool) -> dict[UUID, str]:
    """What those are called who did something: accounts, and tokens by their label (2 queries).

    Whoever gave no name is called by their address, for those who may see it.
    """
    accounts = Account.objects.filter(id__in=ids).values_list("id", "name", "email")
    unnamed = gettext("Somebody without a name")
    names = {id: name or (email if with_address else unnamed) for id, name, email in accounts}
    tokens = ApiToken.objects.filter(id__in=ids).values_list("id", "label")
    return names | {id: gettext("The program “%(label)s”") % {"label": label} for id, label in tokens}


def names_of(ids: Sequence[UUID]) -> dict[UUID, str]:
    """What groups and campaigns are called (1 query)."""
    campaigns = Campaign.objects.filter(id__in=ids).values_list("id", "name")
    return dict(Group.objects.filter(id__in=ids).values_list("id", "name").union(campaigns))


def role_names() -> dict[str, str]:
    """What each role is called (0 queries)."""
    return {role.value: str(role.label) for role in Membership.Role}
