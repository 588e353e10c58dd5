"""Series at the desk: their list, their rallies, their words."""

import pytest
from django.test import Client

from groundswell.events.models import Series
from groundswell.events.series import begin_series
from groundswell.groups.models import Group
from groundswell.web.desk import series as module
from groundswell.web.desk import templates
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def series(group: Group) -> Series:
    return begin_series(made_up.SYSTEM, group=group, title="Spring", text="In twenty towns.")


def test_a_series_shows_its_rallies_and_no_others(organiser: Client, group: Group, series: Series) -> None:
    made_up.event(group, series, title="Spring in Leeds")
    made_up.event(group, title="Something else")
    assert "Spring" in organiser.get("/desk/series").content.decode()
    page = organiser.get(f"/desk/series/{series.id}").content.decode()
    assert "Spring in Leeds" in page
    assert "Something else" not in page


def test_its_words_are_changed_and_nothing_else(organiser: Client, group: Group, series: Series) -> None:
    branch = made_up.branch(group)
    answer = organiser.post(
        f"/desk/series/{series.id}", {"title": "Autumn", "text": "Again.", "slug": "mine", "group": str(branch.id)}
    )
    assert answer.status_code == 303
    now = Series.objects.get()
    assert (now.title, now.text, now.slug, now.group) == ("Autumn", "Again.", "spring", group)


def test_a_series_keeps_a_title(organiser: Client, series: Series) -> None:
    answer = organiser.post(f"/desk/series/{series.id}", {"title": "", "text": "Typed"})
    assert answer.status_code == 422
    assert "Give the series a title." in answer.content.decode()
    assert "Typed" in answer.content.decode()


def test_a_viewer_reads_its_words_and_changes_none(viewer: Client, series: Series) -> None:
    page = viewer.get(f"/desk/series/{series.id}").content.decode()
    assert "In twenty towns." in page
    assert "<textarea" not in page
    assert viewer.post(f"/desk/series/{series.id}", {"title": "Mine"}).status_code == 403


def test_long_lists_go_on_on_the_next_page(
    organiser: Client, group: Group, series: Series, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each in (module, templates):
        monkeypatch.setattr(each, "AT_ONCE", 1)
    begin_series(made_up.SYSTEM, group=group, title="Autumn")
    events = [made_up.event(group, series, title=title) for title in ("First", "Second")]
    for event in events:
        organiser.post(f"/desk/events/{event.id}/template", {"name": event.title})
    for path in ("/desk/series", f"/desk/series/{series.id}", "/desk/templates"):
        assert 'href="?page=1"' in organiser.get(path).content.decode()
        assert 'href="?page=' not in organiser.get(f"{path}?page=1").content.decode()
