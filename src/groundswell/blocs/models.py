"""An organised contingent inside an event: its own name, callers, place to gather, stewards and coaches."""

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from groundswell.events.models import Event
from groundswell.groups.models import Group, Organisation
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7

INVITATIONS_LAST = timedelta(days=14)


class Status(models.TextChoices):
    """Where a bloc stands."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    CANCELLED = "cancelled", _("Cancelled")


class Place(models.TextChoices):
    """Whether a bloc has a place in the order of march, which the event's host gives."""

    NONE = "none", _("Not asked for")
    ASKED = "asked", _("Asked for")
    GRANTED = "granted", _("Granted")
    REFUSED = "refused", _("Refused")


class Elsewhere(models.Model):
    """That an event is only announced here: somebody outside this installation holds it, on a page of their own.

    The event itself is a row of the organisation that calls the bloc, so that answers to it, its cancellation and
    what is forgotten after it work as for any other.
    """

    event = models.OneToOneField(Event, models.CASCADE, primary_key=True, related_name="elsewhere")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="elsewhere")
    host = models.CharField(max_length=140)
    url = models.URLField(max_length=500, blank=True)


class Bloc(models.Model):
    """A bloc. ``organisation`` founded it and answers for its row; ``event`` may be another organisation's.

    ``gathers`` and ``sets_off`` are on the day and the clock of the event. ``position`` is its place in the order
    of march, counted from 0 and with gaps, and None until the host grants one. ``march`` says in words where it
    walks, where no host here arranges it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="blocs")
    group = models.ForeignKey(Group, models.PROTECT, related_name="blocs")
    event = models.ForeignKey(Event, models.CASCADE, related_name="blocs")
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=140)
    text = models.TextField(blank=True)
    landmark = models.CharField(max_length=200, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    route = models.TextField(blank=True)
    gathers = models.TimeField(null=True, blank=True)
    sets_off = models.TimeField(null=True, blank=True)
    march = models.CharField(max_length=140, blank=True)
    bring = models.TextField(blank=True)
    dispersal = models.TextField(blank=True)
    status = models.CharField(max_length=9, choices=Status, default=Status.DRAFT)
    place = models.CharField(max_length=7, choices=Place, default=Place.NONE)
    place_reason = models.CharField(max_length=300, blank=True)
    position = models.PositiveIntegerField(null=True)
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=now)
    published_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["event", "position"], name="blocs_order_of_march")]

    def __str__(self) -> str:
        return self.name


def two_weeks() -> datetime:
    """Until when an invitation stands that is made now."""
    return now() + INVITATIONS_LAST


class Caller(models.Model):
    """An organisation that calls to a bloc, or is asked to; the one that founded it is one of them.

    ``expires_at`` is until when an invitation can be accepted.
    """

    class Status(models.TextChoices):
        INVITED = "invited", _("Invited")
        ACCEPTED = "accepted", _("Calls")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        REMOVED = "removed", _("Removed")

    id = models.UUIDField(primary_key=True, default=uuid7)
    bloc = models.ForeignKey(Bloc, models.CASCADE, related_name="callers", db_index=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="calls")
    group = models.ForeignKey(Group, models.PROTECT, related_name="calls")
    status = models.CharField(max_length=9, choices=Status, default=Status.INVITED)
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField(default=two_weeks)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bloc", "organisation"], name="blocs_one_call_each")]


class Steward(models.Model):
    """Somebody who looks after a section of a bloc on the day; without a section, the chief steward."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="bloc_stewards", db_index=False)
    bloc = models.ForeignKey(Bloc, models.CASCADE, related_name="stewards")
    position = models.PositiveSmallIntegerField()
    section = models.CharField(max_length=80, blank=True)
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=40, blank=True)


class PickUp(models.Model):
    """Where and when a coach takes people to a bloc, and for how many it has seats.

    ``taken`` is how many of them are taken as it is shown where several organisations bring people to its event: a
    sum of figures that are rounded down, once an hour.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="pick_ups", db_index=False)
    bloc = models.ForeignKey(Bloc, models.CASCADE, related_name="pick_ups")
    position = models.PositiveSmallIntegerField()
    where = models.CharField(max_length=140)
    leaves = models.TimeField(null=True, blank=True)
    seats = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("bloc", "position")

    def __str__(self) -> str:
        return self.where
