"""The mailings of the demo: one that went out, so that there is a report to look at, and one to let go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from groundswell.groups.access import SYSTEM
from groundswell.kit.rounds import rounds
from groundswell.mailings import operations as mailings
from groundswell.mailings.reports import Report
from groundswell.mailings.returns import take_in
from groundswell.mailings.rounds import begin_one
from groundswell.mailings.traces import trace_of
from groundswell.mailings.visits import visits_of
from groundswell.ops.demo.acting import act
from groundswell.ops.demo.fictions import CAME_BACK, FOLLOWED, TO_LET_GO, WENT_OUT

if TYPE_CHECKING:
    from groundswell.events.models import Event


def keep_draft(event: Event) -> None:
    """Write a mailing that waits for whoever looks at the demo to let it go."""
    mailings.compose(SYSTEM, group=event.group, draft=mailings.Draft(words={"en": TO_LET_GO}, event=event))


def send_one(event: Event) -> None:
    """Write a mailing and let it go out as every one does, but for its ten minutes; then let some of it come back.

    It stands on a page, and its buttons are counted.
    """
    leads_to = {name: settings.PUBLIC_URL + reverse(name, args=[event.slug]) for name in ("event", "march")}
    words = WENT_OUT | {"text": WENT_OUT["text"] % leads_to}
    draft = mailings.Draft(words={"en": words}, event=event, archived=True, counted=True)
    made = mailings.compose(SYSTEM, group=event.group, draft=draft)
    mailings.release(SYSTEM, mailing=made, fresh_until=None)
    begin_one(made.id)
    (sending,) = (each for each in rounds() if each.name == "send mailings")
    while sending.run():
        pass
    for link, visits in zip(visits_of(made), FOLLOWED, strict=True):
        act("visit", event.organisation_id, [(link.id, {}, "")] * visits)
    take_in(Report(kind="hard", status="5.1.1", named=trace_of(made.id, CAME_BACK)))
