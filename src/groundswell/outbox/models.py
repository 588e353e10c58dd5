"""Effects: what has to happen outside, decided in a transaction and carried out after it."""

from django.db import models

from groundswell.kit.clock import now


class Effect(models.Model):
    """One mail to one person (later: a webhook, a push), rendered at the moment it is sent.

    ``kind`` names the renderer, ``subject`` the row it is about; ``about`` is a second row where one is not
    enough. ``mailbox`` is a keyed hash of the address, so that a mailbox's daily share can be counted without
    knowing whose it is. ``language`` is the one in which its reader asked for it, empty where nobody said;
    like ``address`` it stands only until the mail is dealt with.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        HELD = "held"
        VOID = "void"
        FAILED = "failed"

    pk = models.CompositePrimaryKey("organisation_id", "id")
    organisation_id = models.UUIDField()
    id = models.UUIDField()
    kind = models.CharField(max_length=60)
    subject = models.UUIDField()
    about = models.UUIDField(null=True)
    mailbox = models.CharField(max_length=64)
    address = models.CharField(max_length=254, blank=True)
    language = models.CharField(max_length=12, blank=True)
    due_at = models.DateTimeField(default=now)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=now)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="outbox_waiting", condition=models.Q(state="waiting")),
            models.Index(
                fields=["organisation_id", "done_at"], name="outbox_failed", condition=models.Q(state="failed")
            ),
            models.Index(fields=["mailbox", "done_at"], name="outbox_by_mailbox"),
            models.Index(fields=["organisation_id", "subject"], name="outbox_by_subject"),
        ]
