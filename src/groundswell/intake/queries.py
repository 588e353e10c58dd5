"""Reading what could not be carried out."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from groundswell.intake.models import SetAside


def set_aside(organisation_ids: Iterable[UUID]) -> QuerySet[SetAside]:
    """Entries of these organisations that could not be carried out, the last set aside first; lazy, 1 query."""
    return SetAside.objects.filter(organisation_id__in=list(organisation_ids)).order_by("-at", "-id")
