"""A mailing that went out, as everybody may read it."""

from typing import Any

from groundswell.groups.access import SYSTEM
from groundswell.groups.models import Group
from groundswell.kit.clock import now
from groundswell.mailings import operations as mailings
from groundswell.mailings.models import Mailing
from groundswell.mailings.visits import make_links


def letter(group: Group, text: str = "Come.\n\n[Sign](https://example.org/sign)", **more: Any) -> Mailing:
    """One that went out to nobody yet, stands on a page, and whose buttons are counted."""
    said = {"words": {"en": {"subject": "A letter", "text": text}}, "archived": True, "counted": True}
    made = mailings.compose(SYSTEM, group=group, draft=mailings.Draft(**said | more))
    made.state, made.frozen_at = Mailing.State.FINISHED, now()
    made.save()
    make_links(made)
    return made
