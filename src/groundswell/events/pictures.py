"""An event's picture: whatever is uploaded is drawn anew, so that nothing of the file itself is kept."""

from django.db import transaction
from django.utils.translation import gettext as _

from groundswell.events.models import Event, Picture
from groundswell.events.operations import locked, renew
from groundswell.events.timing import COMES_BACK
from groundswell.groups.access import Actor
from groundswell.groups.errors import InvalidFields, NotFound
from groundswell.groups.roles import May
from groundswell.kit import pictures
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.kit.text import NotText, one_line, too_long
from groundswell.ledger.operations import record

LONGEST = 1200
HEAVIEST = 85 * 1024
"""What a picture weighs at most, so that a page with it stays within its 150 KB."""


@transaction.atomic
def set_picture(actor: Actor, *, event: Event, upload: bytes, alt: str) -> Picture:
    """Give an event its picture, in place of the one before (6 queries).

    :raises NotFound: if the event is none of the actor's.
    :raises NotAllowed: unless the actor may say what the press is shown.
    :raises InvalidFields: if it is no picture that we take, or without words for who does not see it.
    """
    event = locked(actor, event, May.PRESS)
    words = checked_alt(alt)
    image, width, height = redrawn(upload)
    Picture.objects.filter(event=event).delete()
    picture = Picture.objects.create(
        id=uuid7(),
        organisation_id=event.organisation_id,
        event=event,
        alt=words,
        width=width,
        height=height,
        image=image,
        made_at=now(),
    )
    _finish(actor, event, "events.set_picture")
    return picture


@transaction.atomic
def describe_picture(actor: Actor, *, event: Event, alt: str) -> None:
    """Say anew what an event's picture shows (4 queries).

    :raises NotFound: if the event is none of the actor's.
    :raises NotAllowed: unless the actor may say what the press is shown.
    :raises InvalidFields: without words.
    """
    event = locked(actor, event, May.PRESS)
    if Picture.objects.filter(event=event, removed_at=None).exclude(alt=alt).update(alt=checked_alt(alt)):
        _finish(actor, event, "events.describe_picture")


@transaction.atomic
def remove_picture(actor: Actor, *, event: Event) -> None:
    """Take an event's picture away; for a day it can be put back (4 queries).

    :raises NotFound: if the event is none of the actor's.
    :raises NotAllowed: unless the actor may say what the press is shown.
    """
    event = locked(actor, event, May.PRESS)
    if Picture.objects.filter(event=event, removed_at=None).update(removed_at=now()):
        _finish(actor, event, "events.remove_picture")


@transaction.atomic
def put_picture_back(actor: Actor, *, event: Event) -> None:
    """Give an event the picture again that was taken away (4 queries).

    :raises NotFound: if the event is none of the actor's, or its picture was taken away more than a day ago.
    :raises NotAllowed: unless the actor may say what the press is shown.
    """
    event = locked(actor, event, May.PRESS)
    removed = Picture.objects.filter(event=event, removed_at__gt=now() - COMES_BACK)
    if not removed.update(removed_at=None):
        raise NotFound
    _finish(actor, event, "events.put_picture_back")


def checked_alt(typed: str) -> str:
    """What a picture shows, in words.

    :raises InvalidFields: without words, or with more than 300 characters of them.
    """
    try:
        words = one_line(typed)
    except NotText as error:
        raise InvalidFields({"picture_alt": str(error)}) from None
    if not words or too_long(words, 300):
        sentence = _("Say in at most 300 characters what the picture shows, for people who do not see it.")
        raise InvalidFields({"picture_alt": sentence})
    return words


def redrawn(upload: bytes) -> tuple[bytes, int, int]:
    """A WebP of at most 1,200 pixels each way, with its width and height.

    :raises InvalidFields: if it is too large, no picture, or not of a kind that we take.
    """
    try:
        return pictures.redrawn(upload, longest=LONGEST, heaviest=HEAVIEST)
    except pictures.NotPicture as error:
        raise InvalidFields({"picture": str(error)}) from None


def _finish(actor: Actor, event: Event, verb: str) -> None:
    record(organisation_id=event.organisation_id, actor=actor.id, verb=verb, object_id=event.id)
    renew(event)
