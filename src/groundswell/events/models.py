"""Something at a time and a place, or not yet known when and where exactly."""

from django.db import models

from groundswell.groups.models import Campaign, Group, Organisation
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7


class Kind(models.TextChoices):
    """What sort of event it is."""

    RALLY = "rally", "Rally"
    DEMONSTRATION = "demonstration", "Demonstration"
    MEETING = "meeting", "Meeting"
    DISCUSSION = "discussion", "Discussion"
    TRAINING = "training", "Training"
    ACTION = "action", "Action"


class Status(models.TextChoices):
    """Where an event stands."""

    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    CANCELLED = "cancelled", "Cancelled"
    OVER = "over", "Over"


class Event(models.Model):
    """An event. ``day``, ``starts`` and ``ends`` are on the clock of ``zone``; a missing time is to be announced.

    ``opens_at`` and ``closes_at`` are the same in UTC: when it begins, and when answers end; operations keep
    them in step.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="events")
    group = models.ForeignKey(Group, models.PROTECT, related_name="events")
    campaign = models.ForeignKey(Campaign, models.SET_NULL, null=True, blank=True, related_name="events")
    slug = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    title = models.CharField(max_length=140)
    text = models.TextField(blank=True)
    day = models.DateField()
    starts = models.TimeField(null=True, blank=True)
    ends = models.TimeField(null=True, blank=True)
    zone = models.CharField(max_length=60, default="Europe/London")
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    venue_name = models.CharField(max_length=140, blank=True)
    venue_address = models.CharField(max_length=300, blank=True)
    venue_postcode = models.CharField(max_length=9, blank=True)
    access_information = models.TextField(blank=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=now)
    published_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["status", "closes_at"], name="events_upcoming"),
            models.Index(fields=["organisation", "opens_at"], name="events_of_organisation"),
        ]

    def __str__(self) -> str:
        return self.title
