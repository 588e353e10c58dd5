"""That a body stands with something, and how it was decided."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from groundswell.blocs.models import Bloc
from groundswell.events.models import Event, Series
from groundswell.groups.models import Group, Organisation
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7


class Kind(models.TextChoices):
    """What sort of body it is, in the order in which pages show them."""

    UNION = "union", _("Union")
    UNION_BRANCH = "union-branch", _("Union branch")
    PARTY_BRANCH = "party-branch", _("Party branch")
    COMMUNITY = "community", _("Community group")
    FAITH = "faith", _("Faith group")
    STUDENTS = "students", _("Student body")
    OTHER = "other", _("Another body")


class Decided(models.TextChoices):
    """How a body came to stand with it."""

    MOTION = "motion", _("By a motion")
    EXECUTIVE = "executive", _("By its executive")
    MEETING = "meeting", _("At a meeting")
    OTHER = "other", _("Otherwise")


class Endorsement(models.Model):
    """One body's. ``group`` is whose the event, bloc or series is; with none of them, it is what is stood with.

    ``by`` is the body's own group, where it works here. ``accepted_at`` says that the group shows it,
    ``confirmed_at`` that the body said so itself. ``language`` is that of the mail to the contact.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="endorsements", db_index=False)
    group = models.ForeignKey(Group, models.PROTECT, related_name="endorsements")
    event = models.ForeignKey(Event, models.CASCADE, null=True, related_name="endorsements")
    bloc = models.ForeignKey(Bloc, models.CASCADE, null=True, related_name="endorsements")
    series = models.ForeignKey(Series, models.CASCADE, null=True, related_name="endorsements")
    by = models.ForeignKey(Group, models.PROTECT, null=True, related_name="stands")
    body = models.CharField(max_length=140)
    kind = models.CharField(max_length=12, choices=Kind)
    decided = models.CharField(max_length=9, choices=Decided)
    decided_on = models.DateField(null=True)
    text = models.TextField(blank=True)
    contact_email = models.CharField(max_length=254, blank=True)
    language = models.CharField(max_length=10, blank=True)
    created_at = models.DateTimeField(default=now)
    confirmed_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["created_at"],
                name="endorsements_with_contact",
                condition=~models.Q(contact_email=""),
            )
        ]

    def __str__(self) -> str:
        return self.body
