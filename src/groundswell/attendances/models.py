"""A person's answer to an event, and the totals that stay when the persons are gone."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from groundswell.attendances.answers import Answer, read_answer
from groundswell.attendances.before import Before
from groundswell.blocs.models import Bloc, PickUp
from groundswell.events.models import Event, Question
from groundswell.groups.models import Membership, Organisation
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.people.models import Merge, Person


class Attendance(models.Model):
    """One person's answer to one event (OSDI's word).

    ``pending`` is what was typed and is not confirmed yet, as JSON of :class:`.answers.Answer`; until it is
    confirmed by mail it changes nothing that was confirmed before. ``action`` is the id of the
    action that wrote it. ``organisation`` is the one on whose page it was given: the event's, one that holds the
    event together with it, or one that calls to ``bloc``, on whose page it was given. ``seats`` are those that it
    holds on the coach of ``pick_up``. ``waiting_since`` is set
    while they wait for a place. ``needs`` is for stewards only; ``offers`` are names of :class:`Offer`, parted by
    commas.
    """

    class Status(models.TextChoices):
        ACCEPTED = "accepted"
        TENTATIVE = "tentative"
        DECLINED = "declined"

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="attendances", db_index=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="attendances", db_index=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="attendances")
    bloc = models.ForeignKey(Bloc, models.SET_NULL, null=True, related_name="attendances", db_index=False)
    pick_up = models.ForeignKey(PickUp, models.SET_NULL, null=True, related_name="passengers", db_index=False)
    seats = models.PositiveSmallIntegerField(default=0)
    status = models.CharField(max_length=10, choices=Status, default=Status.ACCEPTED)
    guests = models.PositiveSmallIntegerField(default=0)
    waiting_since = models.DateTimeField(null=True)
    needs = models.CharField(max_length=500, blank=True)
    offers = models.CharField(max_length=40, blank=True)
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
            models.Index(fields=["bloc"], name="attendances_of_bloc", condition=models.Q(bloc__isnull=False)),
            models.Index(
                fields=["pick_up"], name="attendances_on_coach", condition=models.Q(pick_up__isnull=False)
            ),
            models.Index(fields=["mailed_at"], name="attendances_by_mail", condition=models.Q(confirmed_at=None)),
            # Few of many: without indexes of their own, a list of them reads through everybody else.
            models.Index(fields=["event", "id"], name="attendances_open", condition=models.Q(confirmed_at=None)),
            models.Index(fields=["event", "id"], name="attendances_maybe", condition=models.Q(status="tentative")),
            models.Index(fields=["event", "id"], name="attendances_needs", condition=~models.Q(needs="")),
            models.Index(fields=["event", "id"], name="attendances_offers", condition=~models.Q(offers="")),
            models.Index(
                fields=["event"], name="attendances_checked_off", condition=models.Q(attended__isnull=False)
            ),
            models.Index(
                fields=["event", "waiting_since"],
                name="attendances_waiting",
                condition=models.Q(waiting_since__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    def answer(self) -> Answer:
        """What was typed last and waits for its confirmation, or else what is confirmed (0 queries, or 1)."""
        if self.pending:
            return read_answer(self.pending)
        return Answer(
            name=self.person.name,
            email=self.person.email,
            guests=self.guests,
            status=self.status,
            needs=self.needs,
            offers=tuple(filter(None, self.offers.split(","))),
            bloc=self.bloc_id,
            coach=self.pick_up_id,
        )

    @property
    def has_place(self) -> bool:
        """Whether they count as coming: confirmed, accepted and not waiting."""
        accepted = self.status == self.Status.ACCEPTED and self.confirmed_at is not None
        return accepted and self.waiting_since is None


HAS_PLACE = models.Q(status=Attendance.Status.ACCEPTED, confirmed_at__isnull=False, waiting_since__isnull=True)
"""The same as :attr:`Attendance.has_place`, for the database."""


class Offer(models.TextChoices):
    """What somebody can do for the day."""

    STEWARD = "steward", _("Steward")
    DRIVE = "drive", _("Drive people")
    BANNER = "banner", _("Bring a banner")


class Shared(models.Model):
    """That somebody allowed one more organisation to see their answer, which it may while it holds the event.

    ``whose`` is the organisation whose person it is.
    """

    pk = models.CompositePrimaryKey("attendance_id", "organisation_id")
    attendance = models.ForeignKey(Attendance, models.CASCADE, related_name="shared", db_index=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="shared_answers", db_index=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="shared_answers", db_index=False)
    whose = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["event", "organisation", "attendance"], name="attendances_shared_with")]


class Doubled(models.Model):
    """An answer that gave way to another one to the same event, as two people turned out to be one.

    ``id`` is its own, so that the links in its mails lead to the one that stays. ``was`` is all of it, as long as
    the two can be taken apart and the event lies ahead; ``merge`` is by which they became one.
    """

    id = models.UUIDField(primary_key=True)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="doubled", db_index=False)
    attendance = models.ForeignKey(Attendance, models.CASCADE, related_name="doubled")
    merge = models.ForeignKey(Merge, models.SET_NULL, null=True, related_name="doubled")
    was = models.JSONField(null=True)


class Assignment(models.Model):
    """That a volunteer sees one person's name and address, as long as the role lasts by which they may."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="assignments", db_index=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="assignments")
    attendance = models.ForeignKey(Attendance, models.CASCADE, related_name="assignments")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="assignments", db_index=False)
    assigned_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["membership", "attendance"], name="attendances_assigned_once")
        ]


class Response(models.Model):
    """One person's answer to one of the questions that an event's form asks beyond the usual."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="responses", db_index=False)
    attendance = models.ForeignKey(Attendance, models.CASCADE, related_name="responses", db_index=False)
    question = models.ForeignKey(Question, models.CASCADE, related_name="responses")
    text = models.CharField(max_length=500)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attendance", "question"], name="attendances_one_response")]


class Counted(models.Model):
    """Somebody who wanted to be counted and nothing else: how many they are, and the hash of their cancel code.

    ``id`` is that of the token with which they were counted, so none counts twice.
    """

    pk = models.CompositePrimaryKey("organisation_id", "id")
    organisation_id = models.UUIDField()
    id = models.UUIDField()
    event = models.ForeignKey(Event, models.CASCADE, related_name="counted")
    people = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)


TO_UNDO = timedelta(minutes=2)
"""How long a notice waits before its first copy goes out."""


class Notice(models.Model):
    """Words of the organisers' to those who are coming, or were: each gets one copy.

    ``after`` is the last attendance that has its copy, ``version`` that of the event when it was written.
    ``words`` are subject and text by language, where they were written in several. A reminder that goes out by
    itself says how long ``before`` the event, and has no ``due_at`` until that has come, whenever it is by then.
    ``copies`` are those to the organisation's own people; what everybody must know goes to others' as well.
    One about a ``bloc`` of the event is a caller's, for its own people who joined: ``version`` is the bloc's then.
    One that ``waits_for_two`` goes to so many that a second person agrees first; ``agreed`` says to how many.
    """

    class Kind(models.TextChoices):
        CANCELLED = "cancelled", _("It is cancelled")
        MOVED = "moved", _("Time or place have changed")
        UNSAFE = "unsafe", _("It is not safe")
        REMINDER = "reminder", _("A reminder")
        NOTE = "note", _("A note to those who are coming")
        THANKS = "thanks", _("Thank you")

    HOSTS_OWN: ClassVar = frozenset({Kind.NOTE, Kind.THANKS})
    """What an organisation writes to its own people only, and to those who allowed it to."""

    MUST_BE_TOLD: ClassVar = frozenset({Kind.CANCELLED, Kind.MOVED, Kind.UNSAFE})
    """What whoever said yes hears in any case: they would stand before a closed door."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="notices")
    event = models.ForeignKey(Event, models.CASCADE, related_name="notices")
    bloc = models.ForeignKey(Bloc, models.CASCADE, null=True, related_name="notices")
    kind = models.CharField(max_length=9, choices=Kind)
    subject = models.CharField(max_length=140)
    text = models.TextField()
    words = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=0)
    before = models.CharField(max_length=5, choices=Before, blank=True)
    due_at = models.DateTimeField(null=True)
    after = models.UUIDField(null=True)
    copies = models.PositiveIntegerField(default=0)
    waits_for_two = models.BooleanField(default=False)
    agreed = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=now)
    finished_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event", "kind", "version"],
                condition=models.Q(kind__in=["cancelled", "moved"], withdrawn_at=None, bloc=None),
                name="attendances_told_once",
            ),
            models.UniqueConstraint(
                fields=["bloc", "organisation", "kind", "version"],
                condition=models.Q(kind__in=["cancelled", "moved"], withdrawn_at=None, bloc__isnull=False),
                name="attendances_told_a_bloc_once",
            ),
            models.UniqueConstraint(
                fields=["event", "before"],
                condition=~models.Q(before="") & models.Q(withdrawn_at=None),
                name="attendances_reminded_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="attendances_notices_due",
                condition=models.Q(finished_at=None, withdrawn_at=None),
            )
        ]

    def goes_at(self, event: Event) -> datetime | None:
        """When its first copy goes out, or went, as its event stands; None while nobody can say (0 queries)."""
        soonest = self.created_at + TO_UNDO
        if not self.before:
            return self.due_at or soonest
        moment = Before(self.before).moment(event)
        return max(moment, soonest) if moment else None

    def makes_sense(self, event: Event) -> bool:
        """Whether it is not too late for what it says, as its event stands (0 queries)."""
        return not self.before or now() < Before(self.before).ends(event)

    def said_in(self, language: str) -> tuple[str, str]:
        """Subject and text in a language, or else in the organisation's own (0 queries)."""
        subject, text = self.words.get(language, (self.subject, self.text))
        return subject, text


class Tally(models.Model):
    """An event's totals: kept in step by every operation, and all that is left a month after it.

    ``confirmed`` are answers, with ``guests`` beside them, ``unconfirmed`` answers as well; all others are people
    with their guests. ``counted`` wanted no contact and are apart, ``door`` is the stewards' tally at the door,
    ``came`` those who were checked off a door list. ``together`` says that other organisations' people are among
    them, whose parts are in :class:`Part`; then what others see is rounded, as it was at ``shown_at``: the
    ``union``, in which nobody counts twice (None where it is not known), the public count ``shown``, and the sum
    of what each is shown to bring, ``taken``, by which pages say that all places are taken.
    """

    event = models.OneToOneField(Event, models.CASCADE, primary_key=True, related_name="tally")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="tallies", db_index=False)
    confirmed = models.IntegerField(default=0)
    guests = models.IntegerField(default=0)
    unconfirmed = models.IntegerField(default=0)
    tentative = models.IntegerField(default=0)
    waiting = models.IntegerField(default=0)
    counted = models.IntegerField(default=0)
    door = models.IntegerField(default=0)
    came = models.IntegerField(default=0)
    together = models.BooleanField(default=False)
    union = models.IntegerField(null=True)
    shown = models.IntegerField(default=0)
    taken = models.IntegerField(default=0)
    shown_at = models.DateTimeField(null=True)
    frozen_at = models.DateTimeField(null=True)


class Part(models.Model):
    """What one organisation brings to another one's event: its part of the event's totals."""

    pk = models.CompositePrimaryKey("event_id", "organisation_id")
    event = models.ForeignKey(Event, models.CASCADE, related_name="parts", db_index=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="parts")
    confirmed = models.IntegerField(default=0)
    guests = models.IntegerField(default=0)
    unconfirmed = models.IntegerField(default=0)
    tentative = models.IntegerField(default=0)
    waiting = models.IntegerField(default=0)


class BlocTally(models.Model):
    """What one organisation brings to a bloc: answers that have a place, their guests, and what others are shown.

    It stays when the persons are gone. ``shown`` is rounded, as it was at the last snapshot of the event.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    bloc = models.ForeignKey(Bloc, models.CASCADE, related_name="tallies", db_index=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="bloc_tallies")
    confirmed = models.IntegerField(default=0)
    guests = models.IntegerField(default=0)
    shown = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bloc", "organisation"], name="attendances_one_bloc_tally")]


class Figure(models.Model):
    """How many of an organisation's people came by one link, from one area, by one group or on one day.

    Made when an event's totals are fixed, so that it stays when the persons are gone. ``name`` is empty for all
    those whose own figure would tell of fewer than five.
    """

    class By(models.TextChoices):
        LINK = "link"
        AREA = "area"
        GROUP = "group"
        DAY = "day"

    pk = models.CompositePrimaryKey("event_id", "organisation_id", "by", "name")
    event = models.ForeignKey(Event, models.CASCADE, related_name="figures", db_index=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="figures", db_index=False)
    by = models.CharField(max_length=5, choices=By)
    name = models.CharField(max_length=200, blank=True)
    people = models.IntegerField()


class Snapshot(models.Model):
    """What an organisation brings to an event, as the others see it: rounded down to tens, an hour old at most."""

    pk = models.CompositePrimaryKey("event_id", "organisation_id")
    event = models.ForeignKey(Event, models.CASCADE, related_name="snapshots", db_index=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="snapshots")
    people = models.IntegerField()


class Outside(models.Model):
    """How many people an ally says that it brings to an event, which has no organisation in this installation."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="outside_allies", db_index=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="outside_allies", db_index=False)
    name = models.CharField(max_length=140)
    people = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "name"], name="attendances_one_ally_of_a_name")]


class EventKey(models.Model):
    """The key of an event's marks, until the event is over; read in :mod:`.marks` and nowhere else.

    ``after`` is the last attendance that was there before the key and has its mark; ``complete`` says that all
    have theirs.
    """

    event = models.OneToOneField(Event, models.CASCADE, primary_key=True, related_name="counting_key")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=64)
    after = models.UUIDField(null=True)
    complete = models.BooleanField(default=False)


class Mark(models.Model):
    """That a mailbox said yes on an organisation's page of an event; read in :mod:`.marks` and nowhere else.

    ``digest`` is the same for the same mailbox on every page of this event, and on those of no other event.
    """

    pk = models.CompositePrimaryKey("event_id", "organisation_id", "digest")
    event = models.ForeignKey(Event, models.CASCADE, related_name="+", db_index=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    digest = models.CharField(max_length=32)
    people = models.PositiveSmallIntegerField()

    class Meta:
        # With all that the union needs: hundreds of thousands are counted without reading a row.
        indexes = [models.Index(fields=["event", "digest", "people"], name="attendances_union")]
