"""Something at a time and a place, or not yet known when and where exactly."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from groundswell.groups.models import Campaign, Group, Organisation
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7


class Kind(models.TextChoices):
    """What sort of event it is."""

    RALLY = "rally", _("Rally")
    DEMONSTRATION = "demonstration", _("Demonstration")
    MEETING = "meeting", _("Meeting")
    DISCUSSION = "discussion", _("Discussion")
    TRAINING = "training", _("Training")
    ACTION = "action", _("Action")


class Status(models.TextChoices):
    """Where an event stands."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    CANCELLED = "cancelled", _("Cancelled")
    OVER = "over", _("Over")


class Audience(models.TextChoices):
    """Whom an event is for. Only those for everybody stand in public lists, feeds and the sitemap."""

    EVERYBODY = "everybody", _("Everybody")
    MEMBERS = "members", _("Members of the group that calls it")
    INVITED = "invited", _("Those who are invited")


class Known(models.TextChoices):
    """Whether a place has something; what is not known is said as well."""

    YES = "yes", _("Yes")
    NO = "no", _("No")
    UNKNOWN = "unknown", _("Not known yet")


class Series(models.Model):
    """Events that belong together: the same rally in twenty towns, or a meeting every month."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="series")
    group = models.ForeignKey(Group, models.PROTECT, related_name="series")
    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=140)
    text = models.TextField(blank=True)
    created_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return self.title


class Standing(models.Manager["Event"]):
    """Events without the drafts that were thrown away: nothing shows those but the list that brings them back."""

    def get_queryset(self) -> models.QuerySet[Event]:
        """All that were not thrown away; lazy."""
        return super().get_queryset().filter(dropped_at=None)


class Event(models.Model):
    """An event. ``day``, ``starts`` and ``ends`` are on the clock of ``zone``; a missing time is to be announced.

    ``opens_at`` and ``closes_at`` are the same in UTC: when it begins, and when answers end; operations keep
    them in step. ``former`` is what moves of time and place have replaced, and of the link for taking part
    online a hash; ``version`` in it is that of the last move, and ``changed_at`` when that was.
    ``told_nobody`` is the version of which somebody said that nobody needs to be told, ``capacity_at`` is when
    the capacity last changed.
    ``checklist`` holds the names of what is done of :mod:`groundswell.events.checklist`.
    A draft that was thrown away at ``dropped_at`` can be brought back for a day; ``objects`` leaves it out.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="events")
    group = models.ForeignKey(Group, models.PROTECT, related_name="events")
    campaign = models.ForeignKey(Campaign, models.SET_NULL, null=True, blank=True, related_name="events")
    series = models.ForeignKey(Series, models.SET_NULL, null=True, blank=True, related_name="events")
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
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    online_url = models.URLField(max_length=500, blank=True)
    step_free = models.CharField(max_length=7, choices=Known, default=Known.UNKNOWN)
    seats = models.CharField(max_length=7, choices=Known, default=Known.UNKNOWN)
    bsl = models.CharField(max_length=7, choices=Known, default=Known.UNKNOWN)
    quiet_space = models.CharField(max_length=7, choices=Known, default=Known.UNKNOWN)
    access_information = models.TextField(blank=True)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    capacity_at = models.DateTimeField(null=True)
    audience = models.CharField(max_length=9, choices=Audience, default=Audience.EVERYBODY)
    contact_name = models.CharField(max_length=120, blank=True)
    contact_how = models.CharField(max_length=200, blank=True)
    count_shown = models.BooleanField(default=True)
    expected = models.PositiveIntegerField(null=True, blank=True)
    target = models.PositiveIntegerField(null=True, blank=True)
    former = models.JSONField(default=dict, blank=True)
    changed_at = models.DateTimeField(null=True)
    told_nobody = models.PositiveIntegerField(null=True)
    publish_at = models.DateTimeField(null=True)
    checklist = models.JSONField(default=list, blank=True)
    door_list = models.BooleanField(default=False)
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=now)
    published_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    objects = Standing()
    with_dropped = models.Manager["Event"]()

    class Meta:
        indexes = [
            models.Index(
                fields=["dropped_at"], name="events_dropped", condition=models.Q(dropped_at__isnull=False)
            ),
            models.Index(fields=["status", "closes_at"], name="events_upcoming"),
            models.Index(fields=["organisation", "opens_at"], name="events_of_organisation"),
            models.Index(
                fields=["publish_at"], name="events_to_publish", condition=models.Q(publish_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Speaker(models.Model):
    """Somebody in an event's programme; only those who are announced stand on its page."""

    class Standing(models.TextChoices):
        INVITED = "invited", _("Invited")
        CONFIRMED = "confirmed", _("Confirmed")
        ANNOUNCED = "announced", _("Announced")

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="speakers", db_index=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="programme", db_index=False)
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    line = models.CharField(max_length=200, blank=True)
    standing = models.CharField(max_length=9, choices=Standing, default=Standing.INVITED)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "position"], name="events_one_speaker_at_a_time")]

    def __str__(self) -> str:
        return self.name


class Question(models.Model):
    """One more thing that an event's form asks, with why it is asked and for how long the answer is kept.

    ``days`` is how many days after the event its answers are deleted, 30 at most.
    """

    class Kind(models.TextChoices):
        TEXT = "text", _("A line of text")
        CHOICE = "choice", _("One of several")
        YES_NO = "yes-no", _("Yes or no")

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="questions", db_index=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=6, choices=Kind)
    text = models.CharField(max_length=200)
    choices = models.JSONField(default=list, blank=True)
    purpose = models.CharField(max_length=200)
    days = models.PositiveSmallIntegerField(default=30)

    class Meta:
        ordering = ("event", "position")

    def __str__(self) -> str:
        return self.text


class Picture(models.Model):
    """An event's picture, drawn anew from what was uploaded: nothing of the file that came in is kept.

    One that was taken away at ``removed_at`` can be put back for a day.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="pictures")
    event = models.OneToOneField(Event, models.CASCADE, related_name="picture")
    alt = models.CharField(max_length=300)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    image = models.BinaryField()
    made_at = models.DateTimeField(default=now)
    removed_at = models.DateTimeField(null=True, db_index=True)


class Arrangement(models.Model):
    """Who answers for what where several organisations hold an event together; each change is a new version.

    ``days`` is how long after the event they show each other the people who allowed it, 30 at most. The database
    refuses to change a version.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="arrangements")
    event = models.ForeignKey(Event, models.CASCADE, related_name="arrangements", db_index=False)
    version = models.PositiveSmallIntegerField()
    duties = models.TextField()
    contact = models.CharField(max_length=200)
    days = models.PositiveSmallIntegerField(default=30)
    made_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "version"], name="events_one_arrangement")]


class CoHost(models.Model):
    """An organisation that holds another one's event together with it, or was asked to.

    ``organisation`` is the co-host, ``group`` that of its groups which answers for its part; ``agreed`` is the
    version of the arrangement that it accepted.
    """

    class Standing(models.TextChoices):
        INVITED = "invited", _("Invited")
        ACCEPTED = "accepted", _("Co-host")
        DECLINED = "declined", _("Declined")
        LEFT = "left", _("Withdrew")
        REMOVED = "removed", _("Removed")

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="cohosting")
    event = models.ForeignKey(Event, models.CASCADE, related_name="cohosts", db_index=False)
    group = models.ForeignKey(Group, models.SET_NULL, null=True, related_name="cohosting")
    position = models.PositiveSmallIntegerField()
    standing = models.CharField(max_length=8, choices=Standing, default=Standing.INVITED)
    agreed = models.PositiveSmallIntegerField(null=True)
    invited_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "organisation"], name="events_one_cohost")]
        ordering = ("event", "position")


class Template(models.Model):
    """An event's details kept under a name, to begin the next one with.

    One that was thrown away at ``dropped_at`` can be brought back for a day.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="templates")
    group = models.ForeignKey(Group, models.CASCADE, related_name="templates")
    name = models.CharField(max_length=80)
    details = models.JSONField()
    created_at = models.DateTimeField(default=now)
    dropped_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "name"], name="events_one_template_of_a_name")]

    def __str__(self) -> str:
        return self.name
