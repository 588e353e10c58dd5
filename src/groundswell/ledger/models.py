"""Who did what: append-only, and sealed in a chain for each organisation."""

from django.db import models

from groundswell.kit.clock import now


class Entry(models.Model):
    """One thing that was done. ``actor`` is an account's id, ``subject`` a person's keyed hash, never a name.

    ``seal`` is the number of the seal that covers it; the database refuses every other change.
    """

    pk = models.CompositePrimaryKey("organisation_id", "id")
    organisation_id = models.UUIDField()
    id = models.UUIDField()
    at = models.DateTimeField(default=now)
    actor = models.UUIDField(null=True)
    verb = models.CharField(max_length=60)
    object_id = models.UUIDField(null=True)
    detail = models.JSONField(default=dict)
    seal = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id", "seal"], name="ledger_by_seal"),
            models.Index(fields=["organisation_id", "object_id"], name="ledger_by_object"),
        ]


class Seal(models.Model):
    """A link of an organisation's chain: a hash over the one before and over the entries it covers."""

    pk = models.CompositePrimaryKey("organisation_id", "number")
    organisation_id = models.UUIDField()
    number = models.BigIntegerField()
    entries = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(default=now)


class Head(models.Model):
    """Where an organisation's chain ends, under a key that is not in the database: nobody can cut it shorter."""

    organisation_id = models.UUIDField(primary_key=True)
    seals = models.BigIntegerField()
    entries = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    signature = models.CharField(max_length=64)
