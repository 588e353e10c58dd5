"""Making organisations, groups and campaigns, and what opens the way in."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.core.validators import slug_re
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from groundswell.groups.access import ORGANISER, OWNER, Actor
from groundswell.groups.errors import BadLink, GroupRetired, InvalidFields, NotAllowed, SecondPersonNeeded
from groundswell.groups.models import Account, ApiToken, Campaign, Group, Membership, Organisation, SignInLink
from groundswell.intake.queries import set_aside
from groundswell.intake.touches import touch
from groundswell.kit.clock import now
from groundswell.kit.colour import Colour
from groundswell.kit.text import NotText, mailbox, one_line, paragraphs, too_long
from groundswell.ledger.operations import record

SIGN_IN_LINK_LASTS = timedelta(hours=24)
LONGEST_NAME = 120
LONGEST_ADDRESS = 300
LONGEST_IMPRINT = 300
"""What fits under a poster in print that can be read."""

LONGEST_SLUG = 60


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
    imprint: str = "",
    demonstration_note: str = "",
) -> Organisation:
    """Make an organisation with its root group of the same slug (5 queries).

    :raises NotAllowed: unless the system asks; an installation's organisations are made on its command line.
    :raises InvalidFields: for an address that cannot be one, or that a group has already.
    :raises ValueError: if the accent is no colour such as #c8102e.
    """
    if not actor.everything:
        raise NotAllowed
    _require_free(slug)
    organisation = Organisation.objects.create(
        slug=slug,
        name=one_line(name),
        accent=Colour.from_hex(accent).hex,
        contact_email=contact_email,
        postal_address=one_line(postal_address),
        imprint=_imprint(imprint),
        demonstration_note=one_line(demonstration_note),
    )
    Group.objects.create(
        organisation=organisation, slug=slug, name=organisation.name, description=paragraphs(description)
    )
    record(organisation_id=organisation.id, actor=actor.id, verb="groups.create_organisation")
    touch("organisations")
    return organisation


def _require_free(slug: str) -> None:
    """Refuse an address that cannot be one, or is a group's: that of an organisation is its root group's."""
    if not slug_re.match(slug) or len(slug) > LONGEST_SLUG:
        sentence = gettext("An address has at most 60 small letters, digits and hyphens, such as tenants-union.")
        raise InvalidFields({"slug": sentence})
    if Group.objects.filter(slug=slug).exists():
        sentence = gettext("Another group has the address %(slug)s already. Please choose another name.")
        raise InvalidFields({"slug": sentence % {"slug": slug}})


@transaction.atomic
def create_group(actor: Actor, *, parent: Group, slug: str, name: str, description: str = "") -> Group:
    """Make a group below another one (4 queries).

    :raises NotFound: if the parent is none of the actor's.
    :raises NotAllowed: unless the actor is its owner.
    :raises GroupRetired: if the parent has ended.
    :raises InvalidFields: for a text that cannot be one, or an address that another group has.
    """
    actor.require(OWNER, parent.id)
    if parent.retired_at:
        raise GroupRetired
    name = checked_name(name)
    _require_free(slug)
    group = Group.objects.create(
        organisation_id=parent.organisation_id,
        parent=parent,
        slug=slug,
        name=name,
        description=prose(description, "description"),
    )
    record(organisation_id=group.organisation_id, actor=actor.id, verb="groups.create_group", object_id=group.id)
    touch(f"organisation:{group.organisation_id}")
    return group


@transaction.atomic
def create_campaign(actor: Actor, *, organisation: Organisation, name: str, purpose: str = "") -> Campaign:
    """Name what an organisation wants (3 queries).

    :raises NotFound: if the organisation is none of the actor's.
    :raises NotAllowed: unless the actor owns its root group.
    :raises InvalidFields: for a name or a purpose that cannot be one.
    """
    actor.require(OWNER, _root(organisation))
    campaign = Campaign.objects.create(
        organisation=organisation, name=checked_name(name), purpose=prose(purpose, "purpose")
    )
    record(organisation_id=organisation.id, actor=actor.id, verb="groups.create_campaign", object_id=campaign.id)
    return campaign


@transaction.atomic
def describe_organisation(
    actor: Actor,
    *,
    organisation: Organisation,
    name: str,
    contact_email: str,
    postal_address: str,
    imprint: str,
    accent: str,
) -> Organisation:
    """Say who is answerable and how to reach them; pages and mails show it from now on (6 queries).

    :raises NotFound: if the organisation is none of the actor's.
    :raises NotAllowed: unless the actor owns its root group.
    :raises InvalidFields: with a sentence for each field that is wrong.
    """
    root = _root(organisation)
    actor.require(OWNER, root)
    organisation = Organisation.objects.select_for_update().get(id=organisation.id)
    organisation.name = checked_name(name)
    organisation.contact_email = checked_address(contact_email, "contact_email") if contact_email.strip() else ""
    organisation.postal_address = checked_name(
        postal_address, "postal_address", longest=LONGEST_ADDRESS, needed=False
    )
    organisation.imprint = _imprint(imprint)
    organisation.accent = _colour(accent)
    organisation.save()
    # One name for what is one body: its root group stands for the whole of it.
    Group.objects.filter(id=root).update(name=organisation.name)
    record(organisation_id=organisation.id, actor=actor.id, verb="groups.describe_organisation")
    touch("organisations", f"organisation:{organisation.id}")
    return organisation


@transaction.atomic
def speak(actor: Actor, *, organisation: Organisation, languages: Sequence[str]) -> Organisation:
    """Store in which languages an organisation speaks, its own first (4 queries).

    Which of them it can is for :func:`groundswell.people.languages.offer_languages` to say.

    :raises NotFound: if the organisation is none of the actor's.
    :raises NotAllowed: unless the actor owns its root group.
    """
    _store(actor, organisation, "languages", languages)
    record(organisation_id=organisation.id, actor=actor.id, verb="groups.speak", languages=organisation.languages)
    touch("organisations", f"organisation:{organisation.id}")
    return organisation


def _store(actor: Actor, organisation: Organisation, name: str, codes: Sequence[str]) -> None:
    """Store codes that are parted by commas, for an owner of the root group (3 queries)."""
    actor.require(OWNER, _root(organisation))
    setattr(organisation, name, ",".join(codes))
    organisation.save(update_fields=[name])


@transaction.atomic
def ask_by(actor: Actor, *, organisation: Organisation, ways: Sequence[str]) -> Organisation:
    """Store by which ways besides e-mail an organisation asks whether it may send news (4 queries).

    Which of them there are is for :func:`groundswell.people.asking.ask_by` to say.

    :raises NotFound: if the organisation is none of the actor's.
    :raises NotAllowed: unless the actor owns its root group.
    """
    _store(actor, organisation, "further_ways", ways)
    record(organisation_id=organisation.id, actor=actor.id, verb="groups.ask_by", ways=organisation.further_ways)
    touch(f"organisation:{organisation.id}")
    return organisation


@transaction.atomic
def put_away(actor: Actor, *, organisation: Organisation, until: datetime) -> int:
    """Clear what was set aside of an organisation up to that moment: it has been looked at (4 queries).

    :raises NotFound: if the organisation is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of its root group.
    """
    actor.require(ORGANISER, _root(organisation))
    gone, _ = set_aside([organisation.id]).filter(at__lte=until).delete()
    record(organisation_id=organisation.id, actor=actor.id, verb="groups.put_away", entries=gone)
    return gone


@transaction.atomic
def make_sign_in_link(*, account: Account, lasts: timedelta = SIGN_IN_LINK_LASTS) -> str:
    """A secret that signs the account in once; the caller puts it into a link (1 query)."""
    secret = secrets.token_urlsafe(32)
    SignInLink.objects.create(account=account, digest=digest(secret), expires_at=now() + lasts)
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
def make_api_token(
    actor: Actor,
    *,
    organisation: Organisation,
    label: str,
    contact_data: bool,
    role: Membership.Role = ORGANISER,
) -> str:
    """A secret for the API, shown once (4 queries). ``role`` is what it may do in every group of the organisation.

    :raises NotFound: if the organisation is none of the actor's.
    :raises NotAllowed: unless the actor owns its root group.
    :raises InvalidFields: for a label that cannot be one.
    :raises SecondPersonNeeded: if it would carry contact data, unless the system asks; see
        :mod:`groundswell.groups.tokens`.
    """
    actor.require(OWNER, _root(organisation))
    if contact_data and not actor.everything:
        raise SecondPersonNeeded
    return new_token(actor, organisation=organisation, label=label, contact_data=contact_data, role=role)


@transaction.atomic
def new_token(
    actor: Actor, *, organisation: Organisation, label: str, contact_data: bool, role: Membership.Role
) -> str:
    """The same, for what is allowed already (2 queries)."""
    secret = f"gs_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        organisation=organisation,
        digest=digest(secret),
        label=checked_name(label, "label", longest=80, needed=False),
        role=role,
        contact_data=contact_data,
    )
    record(
        organisation_id=organisation.id,
        actor=actor.id,
        verb="groups.make_api_token",
        object_id=token.id,
        contact_data=contact_data,
        role=role,
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


def _root(organisation: Organisation) -> UUID:
    return Group.objects.get(organisation=organisation, parent=None).id


def checked_name(typed: str, field: str = "name", *, longest: int = LONGEST_NAME, needed: bool = True) -> str:
    """A line of text that fits (0 queries).

    :raises InvalidFields: with a sentence for the field, if it is empty and must not be, too long, or no text.
    """
    try:
        line = one_line(typed)
    except NotText as error:
        raise InvalidFields({field: str(error)}) from None
    if needed and not line:
        raise InvalidFields({field: gettext("Please say what it is called.")})
    if wrong := too_long(line, longest):
        raise InvalidFields({field: wrong})
    return line


def prose(typed: str, field: str) -> str:
    """A text of many lines (0 queries).

    :raises InvalidFields: with a sentence for the field, if it is no text.
    """
    try:
        return paragraphs(typed)
    except NotText as error:
        raise InvalidFields({field: str(error)}) from None


def checked_address(typed: str, field: str = "email") -> str:
    """An e-mail address as it is written to (0 queries).

    :raises InvalidFields: with a sentence for the field, if mail could not be sent there.
    """
    try:
        return mailbox(typed)
    except NotText:
        raise InvalidFields({field: gettext("Enter an e-mail address, for example ada@example.org.")}) from None


def _imprint(typed: str) -> str:
    text = prose(typed, "imprint")
    if wrong := too_long(text, LONGEST_IMPRINT):
        raise InvalidFields({"imprint": wrong})
    return text


def _colour(typed: str) -> str:
    try:
        return Colour.from_hex(typed.strip()).hex
    except ValueError as error:
        raise InvalidFields({"accent": str(error)}) from None
