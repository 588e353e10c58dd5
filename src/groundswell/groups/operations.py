"""Making organisations, groups and campaigns, and letting people in."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from groundswell.groups.access import ORGANISER, OWNER, Actor
from groundswell.groups.errors import BadLink, NotAllowed
from groundswell.groups.models import Account, ApiToken, Campaign, Group, Membership, Organisation, SignInLink
from groundswell.intake.queries import set_aside
from groundswell.intake.touches import touch
from groundswell.kit.clock import now
from groundswell.kit.colour import Colour
from groundswell.kit.crypto import sign
from groundswell.kit.ids import uuid7
from groundswell.kit.text import mailbox, one_line, paragraphs
from groundswell.ledger.operations import record
from groundswell.outbox import operations as outbox

SIGN_IN_LINK_LASTS = timedelta(hours=24)
MAILED_LINK_LASTS = timedelta(minutes=15)
SIGN_IN_MAIL = "groups.sign_in"


@transaction.atomic
def create_organisation(
    actor: Actor,
    *,
    slug: str,
    name: str,
    description: str = "",
    accent: str = "#b3122a",
    contact_email: str = "",
    postal_address: str = "",
    demonstration_note: str = "",
) -> Organisation:
    """Make an organisation with its root group of the same slug (4 queries).

    :raises NotAllowed: unless the system asks; an installation's organisations are made on its command line.
    :raises ValueError: if the accent is no colour such as #c8102e.
    """
    if not actor.everything:
        raise NotAllowed
    organisation = Organisation.objects.create(
        slug=slug,
        name=one_line(name),
        accent=Colour.from_hex(accent).hex,
        contact_email=contact_email,
        postal_address=one_line(postal_address),
        demonstration_note=one_line(demonstration_note),
    )
    Group.objects.create(
        organisation=organisation, slug=slug, name=organisation.name, description=paragraphs(description)
    )
    record(organisation_id=organisation.id, actor=actor.id, verb="groups.create_organisation")
    touch("organisations")
    return organisation


@transaction.atomic
def create_group(actor: Actor, *, parent: Group, slug: str, name: str, description: str = "") -> Group:
    """Make a group below another one (3 queries).

    :raises NotFound: if the parent is none of the actor's.
    :raises NotAllowed: unless the actor is its owner.
    """
    actor.require(OWNER, parent.id)
    group = Group.objects.create(
        organisation_id=parent.organisation_id,
        parent=parent,
        slug=slug,
        name=one_line(name),
        description=paragraphs(description),
    )
    record(organisation_id=group.organisation_id, actor=actor.id, verb="groups.create_group", object_id=group.id)
    touch(f"organisation:{group.organisation_id}")
    return group


@transaction.atomic
def create_campaign(actor: Actor, *, organisation: Organisation, name: str, purpose: str = "") -> Campaign:
    """Name what an organisation wants (3 queries).

    :raises NotFound: if the organisation is none of the actor's.
    :raises NotAllowed: unless the actor owns its root group.
    """
    actor.require(OWNER, Group.objects.get(organisation=organisation, parent=None).id)
    campaign = Campaign.objects.create(organisation=organisation, name=one_line(name), purpose=paragraphs(purpose))
    record(organisation_id=organisation.id, actor=actor.id, verb="groups.create_campaign", object_id=campaign.id)
    return campaign


@transaction.atomic
def grant(actor: Actor, *, group: Group, email: str, role: Membership.Role, name: str = "") -> Membership:
    """Give somebody a role in a group, making their account if there is none (4 queries).

    :raises NotFound: if the group is none of the actor's.
    :raises NotAllowed: unless the actor is its owner.
    """
    actor.require(OWNER, group.id)
    account, _ = Account.objects.get_or_create(email=mailbox(email).lower(), defaults={"name": one_line(name)})
    membership, _ = Membership.objects.update_or_create(
        group=group, account=account, defaults={"role": role, "organisation_id": group.organisation_id}
    )
    record(
        organisation_id=group.organisation_id,
        actor=actor.id,
        verb="groups.grant",
        object_id=group.id,
        account=str(account.id),
        role=role,
    )
    return membership


@transaction.atomic
def put_away(actor: Actor, *, organisation: Organisation, newest: UUID) -> int:
    """Clear what was set aside of an organisation up to this entry: it has been looked at (3 queries).

    :raises NotFound: if the organisation is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of its root group.
    """
    actor.require(ORGANISER, Group.objects.get(organisation=organisation, parent=None).id)
    gone, _ = set_aside([organisation.id]).filter(id__lte=newest).delete()
    record(organisation_id=organisation.id, actor=actor.id, verb="groups.put_away", entries=gone)
    return gone


@transaction.atomic
def make_sign_in_link(*, account: Account, lasts: timedelta = SIGN_IN_LINK_LASTS) -> str:
    """A secret that signs the account in once; the caller puts it into a link (1 query)."""
    secret = secrets.token_urlsafe(32)
    SignInLink.objects.create(account=account, digest=digest(secret), expires_at=now() + lasts)
    return secret


def ask_to_sign_in(*, email: str) -> None:
    """Let a sign-in link be mailed to this address, if it turns out to be an account's (1 query).

    Nothing is looked up here: the work and its result are the same whether there is an account or not.
    """
    draft = outbox.Draft(
        kind=SIGN_IN_MAIL,
        organisation_id=outbox.INSTALLATION,
        subject=uuid7(),
        email=email,
        address=email,
        due_at=now(),
    )
    outbox.enqueue([draft])


@transaction.atomic
def make_mailed_link(*, account: Account, link_id: UUID, expires_at: datetime) -> str:
    """The secret of a link that is mailed: the same each time for the same id, and stored nowhere (2 queries).

    It is derived under a key that is not in the database, at the moment the mail is written.
    """
    secret = sign(settings.SECRETS.links, "sign-in", link_id)
    SignInLink.objects.get_or_create(
        id=link_id, defaults={"account": account, "digest": digest(secret), "expires_at": expires_at}
    )
    return secret


@transaction.atomic
def use_sign_in_link(*, secret: str) -> Account:
    """The account that a secret signs in, once (2 queries).

    :raises BadLink: if it is unknown, used, too old, or the account is closed.
    """
    fresh = fresh_links(secret)
    # The guarded update decides between two who use it at the same moment.
    if fresh.update(used_at=now()) != 1:
        raise BadLink
    return Account.objects.get(sign_in_links__digest=digest(secret))


@transaction.atomic
def make_api_token(actor: Actor, *, organisation: Organisation, label: str, contact_data: bool) -> str:
    """A secret for the API, shown once (2 queries).

    :raises NotAllowed: unless the system asks: until exports can be approved by two people, tokens are made on
        the command line only.
    """
    if not actor.everything:
        raise NotAllowed
    secret = f"gs_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        organisation=organisation, digest=digest(secret), label=one_line(label), contact_data=contact_data
    )
    record(
        organisation_id=organisation.id,
        actor=actor.id,
        verb="groups.make_api_token",
        object_id=token.id,
        contact_data=contact_data,
    )
    return secret


def fresh_links(secret: str) -> QuerySet[SignInLink]:
    """The link of that secret, while it can still be used; lazy, 1 query when read."""
    return SignInLink.objects.filter(
        digest=digest(secret), used_at=None, expires_at__gt=now(), account__is_active=True
    )


def digest(secret: str) -> str:
    """How a secret is stored: SHA-256 in hex, which is enough for 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()
