"""Mailings, their recipients' copies, and how far each has come."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from groundswell.events.models import Event, Picture
from groundswell.events.queries import picture_of
from groundswell.groups.models import Account, Group, Organisation
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.people.models import Channel, Person, Purpose, Segment


class Mailing(models.Model):
    """One message to an audience (OSDI's Message).

    ``words`` are subject, preheader and blocks by language; ``audience`` is a segment as
    :mod:`groundswell.people.segments` writes it, and ``segment`` the saved one that a draft follows. The audience
    is frozen when sending begins: then there are ``copies`` numbered from 1, of which those from ``next`` on are
    in nobody's hands yet. ``starts_at`` is when the time to stop it is over. ``note`` says why it stopped by
    itself, and ``forgiven`` how many had called it unwanted when somebody let it go on. ``released_by`` let it go
    and ``agreed_by`` was the second person, where there is one: those who hear what it does by itself. They were
    ``warned`` when some called it unwanted, fewer than would stop it, and told of what was in doubt until
    ``doubts_told``.

    With further subjects a ``share`` of the copies (in percent) tests them: those up to number ``tested``, and 0
    where there is no test. The rest waits for ``hours``, until ``rest_at``, and gets the subject that is
    ``chosen``, counted from 0.

    An ``archived`` one stands on a page of its own from when sending begins. Of a ``counted`` one it is known how
    often its buttons were followed (:class:`Link`).
    """

    class Kind(models.TextChoices):
        ANNOUNCEMENT = "announcement", _("Announcement")
        INVITATION = "invitation", _("Invitation to an event")
        THANKS = "thanks", _("Thanks and report")
        UPDATE = "update", _("Update on the day")

    URGENT = frozenset({Kind.UPDATE})
    """Kinds that rather wake somebody, or come twice, than not at all; they fill nobody's week."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        WAITING = "waiting", _("Can still be stopped")
        SENDING = "sending", _("Being sent")
        PAUSED = "paused", _("Paused")
        FINISHED = "finished", _("Sent")
        CANCELLED = "cancelled", _("Cancelled")

    class Note(models.TextChoices):
        UNWANTED = "unwanted", _("It has stopped by itself: too many who got it called it unwanted.")
        GREW = "grew", _("It did not begin: it would reach many more people than when it was let go.")

    class Chosen(models.TextChoices):
        PERSON = "person", _("Somebody chose this subject for the rest.")
        MOST = "most", _("This subject had the most yeses for each copy, so the rest gets it.")
        FIRST = "first", _("The figures did not decide and nobody did, so the rest gets the first subject.")

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="mailings", db_index=False)
    group = models.ForeignKey(Group, models.CASCADE, related_name="mailings")
    event = models.ForeignKey(Event, models.SET_NULL, null=True, related_name="mailings")
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.ANNOUNCEMENT)
    purpose = models.CharField(max_length=20, choices=Purpose, default=Purpose.UPDATES)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.EMAIL)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    words = models.JSONField(default=dict)
    audience = models.JSONField(default=dict)
    segment = models.ForeignKey(Segment, models.SET_NULL, null=True, related_name="mailings")
    copies = models.PositiveIntegerField(default=0)
    next = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=now)
    starts_at = models.DateTimeField(null=True)
    frozen_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=20, choices=Note, blank=True)
    forgiven = models.PositiveIntegerField(default=0)
    warned = models.BooleanField(default=False)
    doubts_told = models.DateTimeField(null=True)
    released_by = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    agreed_by = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    share = models.PositiveSmallIntegerField(default=20)
    hours = models.PositiveSmallIntegerField(default=4)
    tested = models.PositiveIntegerField(default=0)
    rest_at = models.DateTimeField(null=True)
    chosen = models.PositiveSmallIntegerField(null=True)
    chosen_by = models.CharField(max_length=10, choices=Chosen, blank=True)
    archived = models.BooleanField(default=False)
    counted = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "created_at"], name="mailings_of_organisation"),
            models.Index(
                fields=["starts_at"],
                name="mailings_under_way",
                condition=models.Q(state__in=["waiting", "sending"]),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def last_now(self) -> int:
        """The last copy that may go: while its subjects are tested, the last of the test."""
        return self.tested if self.tested and self.chosen is None else self.copies

    @property
    def meant(self) -> Mapping[str, Any]:
        """Whom it is for: of a draft what its saved segment says now, or as it was kept (0 queries, or 1).

        A segment that is not saved any more leaves what it said when the draft was last kept.
        """
        live = self.segment if self.state == self.State.DRAFT else None
        found: Mapping[str, Any] = live.definition if live else self.audience
        return found

    @property
    def invites(self) -> bool:
        """Whether each reader has a link by which they come to its event."""
        return self.event_id is not None and self.kind == self.Kind.INVITATION

    @cached_property
    def picture(self) -> Picture | None:
        """Its event's picture, without the bytes (1 query, once for all letters)."""
        return picture_of(self.event_id) if self.event_id else None

    @cached_property
    def counted_links(self) -> Mapping[str, UUID]:
        """The links that count, by where their buttons lead (1 query or none, once for all letters)."""
        return dict(self.links.values_list("url", "id")) if self.counted else {}


LAST_NOW = models.Case(models.When(tested__gt=0, chosen=None, then=models.F("tested")), default=models.F("copies"))
"""The same as :attr:`Mailing.last_now`, for the database."""


class Link(models.Model):
    """Where a button of a mailing leads, and how many visits there were by it: never whose."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    mailing = models.ForeignKey(Mailing, models.CASCADE, related_name="links")
    url = models.CharField(max_length=500)
    visits = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.url


class Delivery(models.Model):
    """One recipient's copy of a mailing; that the row is there is what makes it one. Nothing points at it."""

    pk = models.CompositePrimaryKey("organisation_id", "mailing_id", "number")
    organisation_id = models.UUIDField()
    mailing_id = models.UUIDField()
    number = models.IntegerField()
    person = models.ForeignKey(Person, models.CASCADE, related_name="deliveries", db_constraint=False)


class Result(models.Model):
    """What became of a copy, once and for all; only doubt is settled later."""

    class State(models.TextChoices):
        SENT = "sent", _("Taken by the mail server")
        REFUSED = "refused", _("Refused for good")
        GIVEN_UP = "given-up", _("Tried for days")
        SKIPPED = "skipped", _("Not sent: taken back, suppressed or enough for this week")
        DOUBT = "doubt", _("In doubt: the connection ended before the answer")
        LEFT = "left", _("In doubt, and left at that")

    pk = models.CompositePrimaryKey("organisation_id", "mailing_id", "number")
    organisation_id = models.UUIDField()
    mailing_id = models.UUIDField()
    number = models.IntegerField()
    state = models.CharField(max_length=10, choices=State)
    code = models.SmallIntegerField(default=0)
    at = models.DateTimeField(default=now)

    class Meta:
        indexes = [models.Index(fields=["mailing_id", "state"], name="mailings_by_result")]


class Return(models.Model):
    """That a copy came back or was called unwanted, once for each way; what became of it before stays as it was.

    ``status`` is the server's code in full (RFC 3463), such as 5.1.1.
    """

    class Kind(models.TextChoices):
        HARD = "hard", _("Came back: the address takes no mail")
        SOFT = "soft", _("Came back for now")
        COMPLAINT = "complaint", _("Called unwanted")

    pk = models.CompositePrimaryKey("organisation_id", "mailing_id", "number", "kind")
    organisation_id = models.UUIDField()
    mailing_id = models.UUIDField()
    number = models.IntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    status = models.CharField(max_length=11, blank=True)
    at = models.DateTimeField(default=now)


class DomainTally(models.Model):
    """How many copies of a mailing went to addresses of one domain, and what became of them.

    The empty domain stands for all at which there are only a few.
    """

    pk = models.CompositePrimaryKey("organisation_id", "mailing_id", "domain")
    organisation_id = models.UUIDField()
    mailing_id = models.UUIDField(db_index=True)
    domain = models.CharField(max_length=254)
    copies = models.IntegerField(default=0)
    sent = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    given_up = models.IntegerField(default=0)
    doubt = models.IntegerField(default=0)
    hard = models.IntegerField(default=0)
    soft = models.IntegerField(default=0)
    complaint = models.IntegerField(default=0)


class Deferred(models.Model):
    """A copy that the server would not take yet, and when it is tried again; ``lease`` is whose hands it is in.

    Or one whose provider takes no more in this hour: it waits in a ``line`` since ``due_at``, and was not tried.
    """

    pk = models.CompositePrimaryKey("organisation_id", "mailing_id", "number")
    organisation_id = models.UUIDField()
    mailing_id = models.UUIDField()
    number = models.IntegerField()
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    lease = models.UUIDField(null=True)
    line = models.CharField(max_length=254, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["mailing_id", "due_at"], name="mailings_due_again"),
            models.Index(
                fields=["mailing_id", "line", "due_at"],
                name="mailings_in_line",
                condition=models.Q(line__gt=""),
            ),
        ]


class Line(models.Model):
    """How far the places are taken of a provider that takes only so many copies an hour (:mod:`.allowances`)."""

    name = models.CharField(max_length=254, primary_key=True)
    taken_until = models.DateTimeField()


class WarmDay(models.Model):
    """How many copies a day of the plan for a new sender allowed, and how many were counted (:mod:`.warming`)."""

    day = models.DateField(primary_key=True)
    most = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0)


class Lease(models.Model):
    """Copies in one worker's hands: from ``first`` to ``last``, or the deferred ones that name it.

    ``home`` is the data folder that holds its journal, ``worker`` who has it, or nobody. Past ``ends_at`` a worker
    is taken for dead.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation_id = models.UUIDField()
    mailing = models.ForeignKey(Mailing, models.CASCADE, related_name="leases")
    first = models.IntegerField(default=0)
    last = models.IntegerField(default=0)
    home = models.UUIDField(null=True)
    worker = models.UUIDField(null=True)
    ends_at = models.DateTimeField(null=True)
