"""A question that is put to many meetings: what was said there, and what was decided."""

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from groundswell.events.models import Event
from groundswell.groups.models import Group, Organisation
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7

INVITATIONS_LAST = timedelta(days=14)


class Discussion(models.Model):
    """A question with its background, which organisations put to meetings together.

    ``organisation`` began it and answers for its row; the others are its :class:`Caller`.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="discussions")
    group = models.ForeignKey(Group, models.PROTECT, related_name="discussions")
    slug = models.SlugField(max_length=80, unique=True)
    question = models.CharField(max_length=140)
    background = models.TextField(blank=True)
    status = models.CharField(max_length=6, choices=Status, default=Status.DRAFT)
    created_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return self.question


def two_weeks() -> datetime:
    """Until when an invitation stands that is made now."""
    return now() + INVITATIONS_LAST


class Caller(models.Model):
    """An organisation that puts the question as well, or is asked to; ``group`` is its root.

    ``expires_at`` is until when an invitation can be accepted.
    """

    class Status(models.TextChoices):
        INVITED = "invited", _("Invited")
        ACCEPTED = "accepted", _("Puts the question too")
        ENDED = "ended", _("Ended")

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="asked_to_discuss")
    group = models.ForeignKey(Group, models.CASCADE, related_name="asked_to_discuss")
    discussion = models.ForeignKey(Discussion, models.CASCADE, related_name="callers", db_index=False)
    status = models.CharField(max_length=8, choices=Status, default=Status.INVITED)
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField(default=two_weeks)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["discussion", "organisation"], name="discussions_call_once")
        ]


class Meeting(models.Model):
    """That an event is one of the meetings at which the question is discussed."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="meetings")
    discussion = models.ForeignKey(Discussion, models.CASCADE, related_name="meetings")
    event = models.OneToOneField(Event, models.CASCADE, related_name="meeting")
    created_at = models.DateTimeField(default=now)


class Note(models.Model):
    """What was said at a meeting, under a heading. Nobody is named, unless they wanted to be."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="meeting_notes", db_index=False)
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="notes", db_index=False)
    position = models.PositiveSmallIntegerField()
    heading = models.CharField(max_length=120)
    text = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "position"], name="discussions_one_note_at_a_time")
        ]


class Outcome(models.Model):
    """Something that a meeting decided, with who sees to it, until when, and how far it has come.

    ``step`` is the event that came of it.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DOING = "doing", _("Being done")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="outcomes", db_index=False)
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="outcomes")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    owner = models.CharField(max_length=120, blank=True)
    due = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=7, choices=State, default=State.OPEN)
    step = models.ForeignKey(Event, models.SET_NULL, null=True, related_name="came_of")
