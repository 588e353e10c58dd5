"""Objecting to everything (Article 21 of the GDPR): no more mail or calls, and nobody is coming to anything."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from msgspec.structs import replace

from groundswell.attendances.models import Attendance
from groundswell.attendances.operations import cancel
from groundswell.attendances.sharing import unshare
from groundswell.intake.kinds import Action, Refused
from groundswell.kit.clock import now
from groundswell.people import choices
from groundswell.people.merged import standing


@transaction.atomic
def object_to_all(organisation_id: UUID, actions: Sequence[Action]) -> list[Refused]:
    """Cancel what people said yes to and lies ahead, show their answers to nobody else, and object for them.

    What they are counted in already stays a figure. Refuses (NotFound) who is not known any more. Queries: 3,
    those of :func:`.operations.cancel`, and those of :func:`groundswell.people.choices.object_to_all`.
    """
    by_person = _first_of_each(organisation_id, actions)
    answers = Attendance.objects.filter(organisation_id=organisation_id, person_id__in=list(by_person))
    # Answers are locked before people, as everywhere.
    ahead = answers.filter(event__closes_at__gt=now()).exclude(status=Attendance.Status.DECLINED)
    yes = [replace(by_person[person], subject=answer) for answer, person in ahead.values_list("id", "person_id")]
    if yes:
        cancel(organisation_id, yes)
    unshare(answers.values_list("id", flat=True))
    return choices.object_to_all(organisation_id, actions)


def _first_of_each(organisation_id: UUID, actions: Sequence[Action]) -> dict[UUID, Action]:
    stand = standing(organisation_id, {action.subject for action in actions})
    return {stand[action.subject]: action for action in reversed(actions) if action.subject in stand}
