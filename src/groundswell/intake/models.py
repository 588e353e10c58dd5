"""The journal of actions, how far it is settled, what was set aside, and which pages must be renewed."""

from django.db import models

from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7


class Entry(models.Model):
    """One acknowledged action. Written by :mod:`groundswell.intake.journal` only; on SQLite in its own file.

    Order is per writer: ``sequence`` rises by one with each entry of a writer and is never used twice.
    """

    pk = models.CompositePrimaryKey("organisation_id", "id")
    organisation_id = models.UUIDField()
    id = models.UUIDField()
    writer = models.UUIDField()
    sequence = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    subject = models.UUIDField()
    payload = models.BinaryField()
    received_at = models.DateTimeField()
    via = models.CharField(max_length=64)
    patience = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["writer", "sequence"], name="intake_one_entry_per_number")]


class Position(models.Model):
    """How far one writer's entries are settled for one organisation; stored with the rows they became."""

    pk = models.CompositePrimaryKey("organisation_id", "writer")
    organisation_id = models.UUIDField()
    writer = models.UUIDField()
    sequence = models.BigIntegerField(default=0)


class Floor(models.Model):
    """Up to which number a writer's entries are settled for everybody: where reading begins.

    Up to ``blanked`` nothing is left in them of what was typed.
    """

    writer = models.UUIDField(primary_key=True)
    sequence = models.BigIntegerField()
    blanked = models.BigIntegerField(default=0)


class SetAside(models.Model):
    """An entry that could not be carried out, for people to look at; it holds nothing that was typed."""

    pk = models.CompositePrimaryKey("organisation_id", "id")
    organisation_id = models.UUIDField()
    id = models.UUIDField()
    kind = models.CharField(max_length=40)
    subject = models.UUIDField()
    code = models.CharField(max_length=60)
    sentence = models.CharField(max_length=300)
    at = models.DateTimeField(default=now)


class Touch(models.Model):
    """A tag that changed: front renews the pages that depend on it. Kept for an hour."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    tag = models.CharField(max_length=120)
