"""An organisation's logo, on its public pages."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from groundswell.groups.access import OWNER, Actor
from groundswell.groups.errors import InvalidFields, NotFound
from groundswell.groups.models import Group, Logo, Organisation
from groundswell.groups.operations import checked_name
from groundswell.intake.touches import touch
from groundswell.kit.ids import uuid7
from groundswell.kit.pictures import NotPicture, redrawn
from groundswell.ledger.operations import record

LONGEST = 320
HEAVIEST = 10 * 1024
"""What a logo weighs at most, so that a page with it stays within its 60 KB."""


@transaction.atomic
def set_logo(actor: Actor, *, organisation: Organisation, upload: bytes, alt: str) -> Organisation:
    """Give an organisation its logo, in place of the one before (7 queries).

    :raises NotFound: if the organisation is none of the actor's.
    :raises NotAllowed: unless the actor owns its root group.
    :raises InvalidFields: if it is no picture that we take, or without words for who does not see it.
    """
    found = _locked(actor, organisation)
    words = _checked_alt(alt)
    try:
        image, width, height = redrawn(upload, longest=LONGEST, heaviest=HEAVIEST)
    except NotPicture as error:
        raise InvalidFields({"logo": str(error)}) from None
    Logo.objects.filter(organisation=found).delete()
    made = Logo.objects.create(id=uuid7(), organisation=found, image=image)
    found.logo, found.logo_alt, found.logo_width, found.logo_height = made.id, words, width, height
    return _finish(actor, found, "groups.set_logo")


@transaction.atomic
def describe_logo(actor: Actor, *, organisation: Organisation, alt: str) -> Organisation:
    """Say anew what the logo shows (5 queries).

    :raises NotFound: if the organisation is none of the actor's, or without a logo.
    :raises NotAllowed: unless the actor owns its root group.
    :raises InvalidFields: without words.
    """
    found = _locked(actor, organisation)
    if found.logo is None:
        raise NotFound
    found.logo_alt = _checked_alt(alt)
    return _finish(actor, found, "groups.describe_logo")


@transaction.atomic
def remove_logo(actor: Actor, *, organisation: Organisation) -> Organisation:
    """Take an organisation's logo away (6 queries).

    :raises NotFound: if the organisation is none of the actor's.
    :raises NotAllowed: unless the actor owns its root group.
    """
    found = _locked(actor, organisation)
    Logo.objects.filter(organisation=found).delete()
    found.logo, found.logo_alt, found.logo_width, found.logo_height = None, "", 0, 0
    return _finish(actor, found, "groups.remove_logo")


def public_logo(slug: str, logo_id: UUID) -> tuple[Organisation, bytes]:
    """The bytes of a logo, for as long as its organisation has it (1 query).

    :raises NotFound: if it is gone, or another organisation's.
    """
    found = Logo.objects.select_related("organisation").filter(id=logo_id, organisation__slug=slug).first()
    if found is None:
        raise NotFound
    return found.organisation, bytes(found.image)


def _locked(actor: Actor, organisation: Organisation) -> Organisation:
    actor.require(OWNER, Group.objects.values_list("id", flat=True).get(organisation=organisation, parent=None))
    return Organisation.objects.select_for_update().get(id=organisation.id)


def _checked_alt(typed: str) -> str:
    words = checked_name(typed, "logo_alt", longest=300, needed=False)
    if not words:
        raise InvalidFields({"logo_alt": gettext("Say in words what it shows, for people who do not see it.")})
    return words


def _finish(actor: Actor, organisation: Organisation, verb: str) -> Organisation:
    organisation.save(update_fields=["logo", "logo_alt", "logo_width", "logo_height"])
    record(organisation_id=organisation.id, actor=actor.id, verb=verb)
    touch(f"organisation:{organisation.id}")
    return organisation
