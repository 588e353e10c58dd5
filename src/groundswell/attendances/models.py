"""A person's answer to an event, and the totals that stay when the persons are gone."""

from django.db import models

from groundswell.attendances.answers import Answer, read_answer
from groundswell.events.models import Event
from groundswell.groups.models import Organisation
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.people.models import Person


class Attendance(models.Model):
    """One person's answer to one event (OSDI's word).

    ``pending`` is what was typed and is not confirmed yet, as JSON of :class:`.answers.Answer`; until it is
    confirmed by mail it changes nothing that was confirmed before. ``action`` is the id of the
    action that wrote it.
    """

    class Status(models.TextChoices):
        ACCEPTED = "accepted"
        TENTATIVE = "tentative"
        DECLINED = "declined"

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="attendances", db_index=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="attendances", db_index=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="attendances")
    status = models.CharField(max_length=10, choices=Status, default=Status.ACCEPTED)
    guests = models.PositiveSmallIntegerField(default=0)
    via = models.CharField(max_length=64, blank=True)
    pending = models.TextField(blank=True)
    action = models.UUIDField(null=True)
    mailed_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now)
    confirmed_at = models.DateTimeField(null=True)
    attended = models.BooleanField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "person"], name="attendances_one_answer")]
        indexes = [
            models.Index(fields=["event", "id"], name="attendances_of_event"),
            models.Index(fields=["mailed_at"], name="attendances_by_mail", condition=models.Q(confirmed_at=None)),
        ]

    def __str__(self) -> str:
        return str(self.id)

    def answer(self) -> Answer:
        """What was typed last and waits for its confirmation, or else what is confirmed (0 queries, or 1)."""
        if self.pending:
            return read_answer(self.pending)
        return Answer(name=self.person.name, email=self.person.email, guests=self.guests)


class Tally(models.Model):
    """An event's totals: kept in step by every operation, and all that is left a month after it."""

    event = models.OneToOneField(Event, models.CASCADE, primary_key=True, related_name="tally")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="tallies", db_index=False)
    confirmed = models.IntegerField(default=0)
    guests = models.IntegerField(default=0)
    unconfirmed = models.IntegerField(default=0)
    frozen_at = models.DateTimeField(null=True)
