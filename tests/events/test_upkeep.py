"""What was thrown away is gone after a day."""

import pytest

from groundswell.events.models import Picture, Template
from groundswell.events.pictures import remove_picture, set_picture
from groundswell.events.templates import drop_template, keep_as_template
from groundswell.events.timing import COMES_BACK
from groundswell.events.upkeep import forget_removed
from groundswell.kit.clock import now
from tests import made_up
from tests.events.test_pictures import drawn

pytestmark = pytest.mark.django_db


def test_only_what_was_thrown_away_a_day_ago_is_forgotten() -> None:
    group = made_up.root(made_up.organisation())
    event, other = made_up.event(group), made_up.event(group)
    for one in (event, other):
        set_picture(made_up.SYSTEM, event=one, upload=drawn(), alt="A full square")
    kept, dropped = (keep_as_template(made_up.SYSTEM, event=event, name=name) for name in ("One", "Two"))
    remove_picture(made_up.SYSTEM, event=event)
    drop_template(made_up.SYSTEM, template=dropped)
    assert forget_removed() == 0
    Picture.objects.filter(event=event).update(removed_at=now() - COMES_BACK)
    Template.objects.filter(id=dropped.id).update(dropped_at=now() - COMES_BACK)
    assert forget_removed() == 2
    assert (Picture.objects.get().event, Template.objects.get()) == (other, kept)
