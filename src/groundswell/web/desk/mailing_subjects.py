"""``/desk/mailings/…/subject``: how the subjects of a mailing do, and which of them the rest gets."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from groundswell.groups.errors import NotFound
from groundswell.mailings.access import mailing_for
from groundswell.mailings.errors import TooLate
from groundswell.mailings.letters import subjects_for
from groundswell.mailings.operations import choose_subject
from groundswell.mailings.subjects import figures, to_test, waits_for_subject
from groundswell.web.desk.pages import DeskRequest, attempt, desk, see

if TYPE_CHECKING:
    from groundswell.mailings.models import Mailing


@desk
@require_POST
def mailing_subject(request: DeskRequest, mailing_id: UUID) -> HttpResponse:
    """Let the rest have one of the subjects that are tested (8 queries)."""
    found, typed = mailing_for(request.actor, mailing_id), request.POST.get("subject", "")
    # As they are counted on the page, from 1.
    if typed not in {"1", "2", "3", "4"}:
        raise NotFound
    done = _("The rest gets this subject.")
    attempt(request, lambda: choose_subject(request.actor, mailing=found, subject=int(typed) - 1), done, TooLate)
    return see("mailing", found.id)


def tested(found: Mailing, people: int, language: str, name: str) -> dict[str, object] | None:
    """What the page of a mailing says of its subjects, if it has several (0 queries; 4 for one on its way)."""
    subjects = subjects_for(found, language, name)
    if len(subjects) == 1:
        return None
    counts = figures(found) if found.tested else [None] * len(subjects)
    return {
        "lines": list(zip(subjects, counts, strict=True)),
        "share": found.share,
        "hours": found.hours,
        "copies": found.tested or to_test(found, people),
        "invites": found.invites,
        "rest_at": found.rest_at,
        "chosen": None if found.chosen is None else subjects[found.chosen],
        "chosen_by": found.get_chosen_by_display(),
        "runs": found.tested > 0,
        "asks": waits_for_subject(found) and found.state in {"sending", "paused"},
        "url": reverse("desk:mailing-subject", args=[found.id]),
    }
