"""Persons in one organisation's records, and the ledger of what they allowed."""

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from groundswell.groups.models import Group, Organisation
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7


def new_key() -> str:
    """A fresh key for one person's name in the ledger."""
    return secrets.token_hex(16)


class Person(models.Model):
    """Somebody in one organisation's records; the same human in two organisations is two persons, on purpose.

    ``ledger_key`` keys the hash by which the ledger names them: when the row goes, so does the way back.
    ``phone`` is as RFC 3966 has it, a plus and digits. ``merged_into`` is whoever stands for them since both were
    taken for one: no list shows this row any more, and whatever comes by its id or its address reaches that one.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="people", db_index=False)
    name = models.CharField(max_length=120)
    email = models.CharField(max_length=254)
    email_key = models.CharField(max_length=254)
    phone = models.CharField(max_length=20, blank=True)
    sector = models.CharField(max_length=8, blank=True)
    language = models.CharField(max_length=12, default="en")
    ledger_key = models.CharField(max_length=32, default=new_key)
    created_at = models.DateTimeField(default=now)
    confirmed_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", models.CASCADE, null=True, related_name="merged", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "email_key"], name="people_one_person_per_address")
        ]
        indexes = [
            models.Index(
                fields=["merged_into"], name="people_merged_into", condition=models.Q(merged_into__isnull=False)
            ),
            models.Index(fields=["organisation", "phone"], name="people_by_phone", condition=~models.Q(phone="")),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def called(self) -> str:
        """What stands for them in a list: whoever was brought from a file may have no name."""
        return self.name or self.email or self.phone


class NameWord(models.Model):
    """One word of somebody's name, in small letters and without accents: what a search looks through.

    One more is the whole name, as :func:`.finding.whole_name` writes it: by it two of the same name are found.
    """

    pk = models.CompositePrimaryKey("organisation_id", "word", "person_id")
    organisation_id = models.UUIDField()
    word = models.CharField(max_length=40)
    person = models.ForeignKey(Person, models.CASCADE, related_name="words")


class Tag(models.Model):
    """A word by which an organisation sorts its people; ``key`` is what two spellings of it have in common."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="tags", db_index=False)
    name = models.CharField(max_length=60)
    key = models.CharField(max_length=60)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "key"], name="people_one_tag_of_a_name")]

    def __str__(self) -> str:
        return self.name


class Tagged(models.Model):
    """That somebody has a tag."""

    pk = models.CompositePrimaryKey("tag_id", "person_id")
    organisation_id = models.UUIDField()
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="tagged", db_index=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="tagged")


class Belonging(models.Model):
    """That somebody belongs to a group: its organisers may see them."""

    pk = models.CompositePrimaryKey("group_id", "person_id")
    organisation_id = models.UUIDField()
    group = models.ForeignKey(Group, models.CASCADE, related_name="belonging", db_index=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="belonging")
    since = models.DateTimeField(default=now)


class Segment(models.Model):
    """Whom somebody means, under a name: the lines and not the people, so it is live wherever it is used.

    ``definition`` is read by :func:`.segments.parse`; ``key`` is what two spellings of the name have in common.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="segments", db_index=False)
    name = models.CharField(max_length=80)
    key = models.CharField(max_length=80)
    definition = models.JSONField()
    created_at = models.DateTimeField(default=now)
    changed_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="people_one_segment_of_a_name")
        ]

    def __str__(self) -> str:
        return self.name


class Channel(models.TextChoices):
    """By what somebody is written to or called."""

    EMAIL = "email", _("e-mail")
    SMS = "sms", _("text message")
    PHONE = "phone", _("telephone")
    POST = "post", _("post")


class Purpose(models.TextChoices):
    """What a consent is for."""

    EVENT = "event", _("recording that I plan to come")
    UPDATES = "updates", _("news of the campaign")
    NEARBY = "nearby", _("other events near me")
    ALLY = "ally", _("letting another organisation that holds the event see me")


class Wording(models.Model):
    """The exact words that people are asked to agree to; the database refuses to change them.

    ``partner`` is the organisation that they let see something, where it is another one than asks. ``elsewhere``
    says where words were agreed to that are not asked here: of people who were brought from there.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="wordings", db_index=False)
    purpose = models.CharField(max_length=20, choices=Purpose)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.EMAIL)
    language = models.CharField(max_length=12, default="en")
    partner = models.UUIDField(null=True)
    # Null and not empty: to add a column of another kind, SQLite would make the table anew, without its trigger.
    elsewhere = models.TextField(null=True)  # noqa: DJ001
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    valid_from = models.DateTimeField(default=now)

    class Meta:
        indexes = [
            models.Index(
                fields=["organisation", "purpose", "language", "valid_from"], name="people_wording_in_force"
            )
        ]

    def __str__(self) -> str:
        return self.text


class Consent(models.Model):
    """An entry in the append-only ledger of consent: who allowed what, by which wording, when; or its end.

    ``at`` is when it was written, and the order: each of a person's is later than those before, by a moment
    where the clock was set back. ``asked_at`` is what the clock said when the box was ticked. ``partner`` is the
    organisation that it is for, where that is another one.
    """

    class Action(models.TextChoices):
        GRANT = "grant"
        WITHDRAW = "withdraw"
        OBJECT = "object"

    pk = models.CompositePrimaryKey("organisation_id", "id")
    organisation_id = models.UUIDField()
    id = models.UUIDField(default=uuid7)
    person = models.ForeignKey(Person, models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=20, choices=Purpose)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.EMAIL)
    action = models.CharField(max_length=10, choices=Action)
    partner = models.UUIDField(null=True)
    wording = models.ForeignKey(Wording, models.PROTECT, null=True)
    source = models.UUIDField()
    asked_at = models.DateTimeField()
    at = models.DateTimeField(default=now)


class Suppression(models.Model):
    """That nothing goes to an address any more, whatever list it is on and whoever brings it back.

    ``digest`` is a keyed hash of the address, so this stays when its person is forgotten.
    """

    class Reason(models.TextChoices):
        BOUNCED = "bounced", _("The address does not exist any more")
        COMPLAINED = "complained", _("They called our mail unwanted")
        UNSUBSCRIBED = "unsubscribed", _("They wanted no more of it, elsewhere or by word of mouth")
        MERGED = "merged", _("They wanted no more of it at another address, which was merged with this one")

    WISHES = frozenset({Reason.COMPLAINED, Reason.UNSUBSCRIBED, Reason.MERGED})
    """What somebody wants, and so holds for all their addresses; the rest says something of one address."""

    pk = models.CompositePrimaryKey("organisation_id", "channel", "digest")
    organisation_id = models.UUIDField()
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.EMAIL)
    digest = models.CharField(max_length=64)
    reason = models.CharField(max_length=12, choices=Reason)
    at = models.DateTimeField(default=now)


class Reach(models.Model):
    """What many people are chosen by, side by side in one narrow row for each person; see decision 0050.

    The database itself keeps it in step with persons and with the ledger of consent. It finds and counts people;
    whether somebody may be written to is read from the ledger. ``allows`` holds the bits of :mod:`.reach`,
    ``contacted_on`` is the day of the last message as days since 1970, or 0.
    """

    pk = models.CompositePrimaryKey("organisation_id", "person_id")
    organisation_id = models.UUIDField()
    person = models.OneToOneField(Person, models.CASCADE, related_name="reach")
    sector = models.CharField(max_length=8)
    language = models.CharField(max_length=12)
    allows = models.IntegerField(default=0)
    contacted_on = models.IntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(
                fields=["organisation_id", "sector", "allows", "contacted_on", "person"],
                name="people_reach_of_area",
            )
        ]


class Import(models.Model):
    """A table of people that somebody brought, what its columns hold, and how far it is taken in.

    ``deed`` is what two of them have in common that do the same. ``wording`` is what people agreed to, as an owner
    stated, and ``all_agreed`` that it holds for rows whose source does not say. ``read`` is the number of the last
    row that is taken in or left out, ``bytes_left_out`` how long the file of rows that were left out is by then.
    ``lines`` is about how many rows there are, or 0 where that is not known.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="imports", db_index=False)
    group = models.ForeignKey(Group, models.CASCADE, related_name="imports", null=True)
    account = models.UUIDField(null=True)
    deed = models.CharField(max_length=64)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    encoding = models.CharField(max_length=12, blank=True)
    lines = models.BigIntegerField(default=0)
    header_digest = models.CharField(max_length=64)
    source = models.CharField(max_length=20)
    columns = models.JSONField()
    wording = models.ForeignKey(Wording, models.PROTECT, null=True)
    all_agreed = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=300, blank=True)
    kept_here = models.BooleanField(default=False)
    read = models.BigIntegerField(default=1)
    bytes_left_out = models.BigIntegerField(default=0)
    new = models.IntegerField(default=0)
    known = models.IntegerField(default=0)
    left_out = models.IntegerField(default=0)
    shut = models.IntegerField(default=0)
    agreed = models.IntegerField(default=0)
    made_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "deed"], name="people_one_import_of_a_deed")
        ]

    def __str__(self) -> str:
        return str(self.id)


class Merge(models.Model):
    """That two people are taken for one: ``away`` stands for themselves no more, ``kept`` does for both.

    It is there as long as they can be taken apart again; ``before`` is all that is needed for it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="merges")
    kept = models.ForeignKey(Person, models.CASCADE, related_name="merges")
    away = models.OneToOneField(Person, models.CASCADE, related_name="merge")
    account = models.UUIDField(null=True)
    before = models.JSONField(default=dict)
    at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return str(self.id)


class Erasure(models.Model):
    """That somebody was forgotten, as a keyed hash: enough to forget them again after a restore."""

    pk = models.CompositePrimaryKey("organisation_id", "id")
    organisation_id = models.UUIDField()
    id = models.UUIDField(default=uuid7)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(default=now)


class Complaint(models.Model):
    """That somebody finds their data handled wrongly, and what came of it (section 164A of the DPA 2018).

    ``person`` is who wrote it by a link of their own; of others no more is known than was typed. It goes with
    whoever asks to be forgotten, and outlives a record that ends by itself. It is acknowledged once a mail that
    says so was handed over, or somebody here says that they did it otherwise.
    """

    class Way(models.TextChoices):
        PAGE = "page", _("on our page")
        EMAIL = "email", _("by e-mail")
        PHONE = "phone", _("by telephone")
        POST = "post", _("by post")
        TALK = "talk", _("face to face")

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="complaints", db_index=False)
    person = models.ForeignKey(Person, models.SET_NULL, related_name="complaints", null=True)
    name = models.CharField(max_length=120, blank=True)
    email = models.CharField(max_length=254, blank=True)
    email_key = models.CharField(max_length=254, blank=True)
    language = models.CharField(max_length=12, blank=True)
    way = models.CharField(max_length=5, choices=Way, default=Way.PAGE)
    text = models.TextField()
    received_at = models.DateTimeField(default=now)
    acknowledged_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "received_at"], name="people_complaints_by_age")]

    def __str__(self) -> str:
        return str(self.id)
