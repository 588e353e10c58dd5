"""The blocks of segments that say what people did about events. Until it is confirmed, nobody has answered."""

from datetime import date, datetime, time
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from msgspec import Meta

from groundswell.attendances.models import Attendance
from groundswell.events.blocks import title_of
from groundswell.people.segments import Block


class _AtEvent(Block, frozen=True, kw_only=True):
    event: UUID

    def _answers(self, organisation_id: UUID) -> QuerySet[Attendance]:
        # Only the organisation's own people have a row to choose from, whatever is said here.
        answers = Attendance.objects.filter(organisation_id=organisation_id, event_id=self.event)
        return answers.filter(confirmed_at__isnull=False)


class Answered(_AtEvent, frozen=True, kw_only=True, tag="answered"):
    """Who answered an event: yes, maybe, no, or anything."""

    label: ClassVar = _("answered an event")
    answer: Literal["any", "accepted", "tentative", "declined"] = "any"

    def rows(self, organisation_id: UUID) -> QuerySet[Any]:
        """By their answer, if it is confirmed (0 queries)."""
        answers = self._answers(organisation_id)
        return answers if self.answer == "any" else answers.filter(status=self.answer)

    def words(self, organisation_id: UUID | None) -> str:
        """What they answered, and which event (1 query)."""
        said = {
            "any": gettext("answered %(event)s"),
            "accepted": gettext("said that they come to %(event)s"),
            "tentative": gettext("said that they may come to %(event)s"),
            "declined": gettext("said that they do not come to %(event)s"),
        }
        return said[self.answer] % {"event": title_of(organisation_id, self.event)}


class AnsweredSince(Block, frozen=True, kw_only=True, tag="answered_since"):
    """Who answered any event since a day, that day included; behind "but not those who" who has not."""

    label: ClassVar = _("answered an event since a day")
    since: date

    def rows(self, organisation_id: UUID) -> QuerySet[Any]:
        """By when their answer was confirmed (0 queries)."""
        begins = datetime.combine(self.since, time.min, tzinfo=get_current_timezone())
        return Attendance.objects.filter(organisation_id=organisation_id, confirmed_at__gte=begins)

    def words(self, organisation_id: UUID | None) -> str:
        """Since which day (0 queries)."""
        return gettext("answered an event since %(day)s") % {"day": date_format(self.since, "DATE_FORMAT")}


class Attended(_AtEvent, frozen=True, kw_only=True, tag="attended"):
    """Who was checked off at the door of an event."""

    label: ClassVar = _("were at an event")

    def rows(self, organisation_id: UUID) -> QuerySet[Any]:
        """By the door list (0 queries)."""
        return self._answers(organisation_id).filter(attended=True)

    def words(self, organisation_id: UUID | None) -> str:
        """Which event (1 query)."""
        return gettext("were at %(event)s") % {"event": title_of(organisation_id, self.event)}


class Helps(_AtEvent, frozen=True, kw_only=True, tag="helps"):
    """Who offered to do something at an event."""

    label: ClassVar = _("offered to help at an event")
    offer: Literal["steward", "drive", "banner"] = "steward"

    def rows(self, organisation_id: UUID) -> QuerySet[Any]:
        """By what they offered with their answer (0 queries)."""
        return self._answers(organisation_id).filter(offers__contains=self.offer)

    def words(self, organisation_id: UUID | None) -> str:
        """What they offered, and at which event (1 query)."""
        said = {
            "steward": gettext("offered to be a steward at %(event)s"),
            "drive": gettext("offered to drive people to %(event)s"),
            "banner": gettext("offered to bring a banner to %(event)s"),
        }
        return said[self.offer] % {"event": title_of(organisation_id, self.event)}


class CameBy(_AtEvent, frozen=True, kw_only=True, tag="came_by"):
    """Whom a share link brought to answer an event."""

    label: ClassVar = _("came by a share link")
    link: Annotated[str, Meta(min_length=1, max_length=64)]

    def rows(self, organisation_id: UUID) -> QuerySet[Any]:
        """By the word of the link (0 queries)."""
        return self._answers(organisation_id).filter(via=self.link)

    def words(self, organisation_id: UUID | None) -> str:
        """Which link, and to which event (1 query)."""
        said = {"link": self.link, "event": title_of(organisation_id, self.event)}
        return gettext("answered %(event)s by the link “%(link)s”") % said


BLOCKS = (Answered, AnsweredSince, Attended, Helps, CameBy)
