"""Organisations, their groups and campaigns, and the accounts that work in them."""

from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7


class Organisation(models.Model):
    """The body that is answerable for data: the controller, and the tenant.

    ``languages`` are the codes of those in which its pages are offered, parted by commas, its own first. ``logo``
    is the id of its :class:`Logo`, and what a page must know of it without reading its bytes. ``imprint`` is what
    the law asks of printed matter and of mails where it is: who had it made, who printed it, who answers for it.
    ``further_ways`` are the codes of the ways besides e-mail by which it asks whether it may send news, parted by
    commas.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    accent = models.CharField(max_length=7, default="#b3122a")
    contact_email = models.EmailField(max_length=254, blank=True)
    postal_address = models.CharField(max_length=300, blank=True)
    imprint = models.CharField(max_length=300, blank=True)
    demonstration_note = models.CharField(max_length=120, blank=True)
    languages = models.CharField(max_length=60, default="en")
    further_ways = models.CharField(max_length=30, blank=True)
    logo = models.UUIDField(null=True)
    logo_alt = models.CharField(max_length=300, blank=True)
    logo_width = models.PositiveSmallIntegerField(default=0)
    logo_height = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return self.name

    @property
    def offered(self) -> list[str]:
        """The codes of its languages, its own first."""
        return self.languages.split(",")

    @property
    def ways(self) -> list[str]:
        """The codes of the ways besides e-mail by which it asks whether it may send news."""
        return self.further_ways.split(",") if self.further_ways else []


class Logo(models.Model):
    """An organisation's logo, drawn anew from what was uploaded; another one has another id."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="logos")
    image = models.BinaryField()


class Group(models.Model):
    """A part of an organisation; groups form a tree, and each organisation has one root.

    One that has ended (``retired_at``) keeps what it had, and gets nothing new.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="groups")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    created_at = models.DateTimeField(default=now)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=models.Q(parent=None), name="groups_one_root"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Affiliation(models.Model):
    """How one organisation stands to another: ``organisation`` is a wing of ``body``, or affiliated to it.

    It is an offer of one side until the other accepts it. What has ended stays for a while, so that whoever
    comes too late is told why. Of allies, the one that offered is ``organisation``.
    """

    class Kind(models.TextChoices):
        WING = "wing"
        BRANCH = "branch"
        AFFILIATE = "affiliate"
        ALLY = "ally"

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="affiliations")
    body = models.ForeignKey(Organisation, models.CASCADE, related_name="affiliated")
    kind = models.CharField(max_length=9, choices=Kind)
    offered_by_body = models.BooleanField(default=False)
    offered_at = models.DateTimeField(default=now)
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by_body = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Least("organisation", "body"),
                Greatest("organisation", "body"),
                condition=models.Q(ended_at=None),
                name="groups_one_affiliation_of_two",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.kind} {self.body_id}"


class Campaign(models.Model):
    """What an organisation wants, and what its events serve."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="campaigns")
    name = models.CharField(max_length=120)
    purpose = models.TextField(blank=True)
    created_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return self.name


class Account(AbstractBaseUser):
    """Somebody who signs in to work. Never a supporter: they need no account."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=now)

    objects: ClassVar[BaseUserManager[Self]] = BaseUserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    def __str__(self) -> str:
        return self.name or self.email


class Membership(models.Model):
    """A role of an account in a group; it holds for the groups below, never for those above.

    Or at one event of the group alone (``event_id``). From ``ends_at`` on it is no role any more. With ``contact``
    it is a volunteer's, who sees the addresses of the people assigned to them and nobody else. Since ``since``
    they may all that they may by it.
    """

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        ORGANISER = "organiser", _("Organiser")
        MAILER = "mailer", _("Mailer")
        PRESS = "press", _("Press")
        TREASURER = "treasurer", _("Treasurer of data")
        STEWARD = "steward", _("Steward")
        VIEWER = "viewer", _("Viewer")

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships")
    account = models.ForeignKey(Account, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    event_id = models.UUIDField(null=True)
    contact = models.BooleanField(default=False)
    ends_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now)
    since = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "account"],
                condition=models.Q(event_id=None),
                name="groups_one_role_in_a_group",
            ),
            models.UniqueConstraint(
                fields=["event_id", "account"],
                condition=models.Q(event_id__isnull=False),
                name="groups_one_role_at_an_event",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.group_id}"

    @property
    def has_ended(self) -> bool:
        """Whether it is no role any more."""
        return self.ends_at is not None and self.ends_at <= now()


class Invitation(models.Model):
    """A role that waits a week for somebody to take it; for a while its link says then why it is over."""

    class End(models.TextChoices):
        """Why nobody can take it any more."""

        ACCEPTED = "accepted"
        WITHDRAWN = "withdrawn"
        REPLACED = "replaced"
        EXPIRED = "expired"

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="invitations")
    group = models.ForeignKey(Group, models.CASCADE, related_name="invitations")
    invited_by = models.ForeignKey(Account, models.CASCADE, related_name="invitations")
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=20, choices=Membership.Role)
    event_id = models.UUIDField(null=True)
    contact = models.BooleanField(default=False)
    ends_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    ended_as = models.CharField(max_length=10, blank=True, choices=End)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "email"],
                condition=models.Q(event_id=None, ended_as=""),
                name="groups_one_open_invitation_to_a_group",
            ),
            models.UniqueConstraint(
                fields=["event_id", "email"],
                condition=models.Q(event_id__isnull=False, ended_as=""),
                name="groups_one_open_invitation_to_an_event",
            ),
        ]


class Approval(models.Model):
    """Something grave that somebody asked to do, and what a second person said to exactly that.

    ``digest`` is a hash of what it is and who is in it; ``said`` holds of it what stands in no other row. It can
    be carried out once, from ``ready_at`` until ``ends_at``; ``alone``: nobody else could agree, and time does.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="approvals")
    group = models.ForeignKey(Group, models.CASCADE, related_name="approvals")
    kind = models.CharField(max_length=40)
    subject = models.UUIDField()
    title = models.CharField(max_length=300)
    said = models.JSONField(default=dict)
    people = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64)
    asked_by = models.ForeignKey(Account, models.CASCADE, related_name="asked_for")
    asked_at = models.DateTimeField(default=now)
    alone = models.BooleanField(default=False)
    ready_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField()
    approved_by = models.ForeignKey(Account, models.CASCADE, null=True, related_name="approved")
    stopped_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class RecoveryAddress(models.Model):
    """Where somebody reads who can stop what the only owner of an organisation is about to do.

    It counts once it is confirmed by the link in a mail. From ``ends_at`` on it counts no more: what was not
    confirmed by then, and what another one took the place of.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="recovery_addresses")
    email = models.EmailField(max_length=254)
    asked_at = models.DateTimeField(default=now)
    confirmed_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.email


class SignInLink(models.Model):
    """A link that signs an account in once; only its hash is stored."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    account = models.ForeignKey(Account, models.CASCADE, related_name="sign_in_links")
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class SignedIn(models.Model):
    """A session that somebody began, and on what; from which address is not kept."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    account = models.ForeignKey(Account, models.CASCADE, related_name="sessions")
    session_key = models.CharField(max_length=40, unique=True)
    device = models.CharField(max_length=60, blank=True)
    began_at = models.DateTimeField(default=now)
    ends_at = models.DateTimeField()


class SignInCode(models.Model):
    """A code that was mailed, or would have been: nothing here says whether the address is an account's.

    The code itself is not stored; it follows from ``id`` and the address, under a key that is not in the database.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    tries = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Guesses(models.Model):
    """When the codes of one account or one mailbox were guessed at last, in seconds since 1970.

    ``key`` is a keyed hash of what was guessed at, an account's or nobody's.
    """

    key = models.CharField(max_length=64, primary_key=True)
    times = models.JSONField(default=list)
    last_at = models.DateTimeField(default=now)


class ApiToken(models.Model):
    """A key to the API for one organisation, with a role in the whole of it; only its hash is stored."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="api_tokens")
    digest = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=80)
    role = models.CharField(max_length=20, choices=Membership.Role, default=Membership.Role.ORGANISER)
    contact_data = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=now)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.label


class Carried(models.Model):
    """A request that a program carried out under a key of its own, so that the same one again is no second deed.

    Of the key and of what was sent only hashes are stored; ``subject`` is what the deed was done to.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="carried", db_index=False)
    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="carried", db_index=False)
    key = models.CharField(max_length=64)
    sent = models.CharField(max_length=64)
    subject = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="groups_carried_once")]
