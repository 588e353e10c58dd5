"""The public page of what is typed: drawn by the public template, and nothing is saved."""

import pytest
from django.test import Client

from groundswell.events.models import Event, Speaker
from groundswell.groups.models import Group
from groundswell.ledger.models import Entry
from tests import made_up
from tests.web.markup import Markup, faults

pytestmark = pytest.mark.django_db

NEW = "/desk/events/preview"


def drawn(client: Client, path: str = NEW, **typed: str) -> str:
    answer = client.post(path, typed)
    assert answer.status_code == 200
    assert answer.templates[0].name == "public/event.html"
    return answer.content.decode()


def test_what_is_typed_is_drawn_and_not_saved(organiser: Client, group: Group) -> None:
    before = Entry.objects.count()
    page = drawn(
        organiser,
        title="Stand <b>together",
        date="2031-07-20",
        start="18:30",
        venue="Riverside Hall",
        group=str(group.id),
        **{"speaker-0-name": "Ada", "speaker-0-standing": "announced", "speaker-1-name": "Bea"},
        **{"question-0-text": "Which coach?", "question-0-purpose": "To book seats"},
    )
    for words in ("Stand &lt;b&gt;together", "20\N{NO-BREAK SPACE}July", "Riverside Hall", "Ada", "Which coach?"):
        assert words in page
    assert "Bea" not in page
    assert "I’m coming" in page
    assert faults(Markup(page)) == []
    assert (Event.objects.count(), Speaker.objects.count(), Entry.objects.count()) == (0, 0, before)


def test_nothing_typed_and_everything_wrong_are_drawn_as_well(organiser: Client) -> None:
    assert "No title yet" in drawn(organiser)
    page = drawn(
        organiser, title="x" * 200, date="soon", start="late", zone="x", kind="x", capacity="x", group="x"
    )
    assert "No title yet" in page
    assert organiser.get(NEW).status_code == 200


def test_a_draft_is_drawn_as_if_it_were_published(organiser: Client, group: Group) -> None:
    event = made_up.draft(group)
    made_up.programme(event, ("Ada", "Nurse"))
    made_up.picture(event, alt="A crowd")
    path = f"/desk/events/{event.id}/preview"
    page = organiser.get(path).content.decode()
    assert all(words in page for words in ("Stand in unity", "Ada", "A crowd", "noindex"))
    assert "Another" in drawn(organiser, path, title="Another")
    event.refresh_from_db()
    assert (event.title, event.status) == ("Stand in unity", "draft")
    assert Client().get(f"/e/{event.slug}").status_code == 404


def test_no_other_organisation_shows_through(organiser: Client, group: Group) -> None:
    theirs = made_up.root(made_up.organisation("others", "Others Unlimited"))
    page = drawn(organiser, title="Mine", date="2031-07-20", group=str(theirs.id))
    assert "Others Unlimited" not in page
    assert "Tenants’ Union" in page


def test_the_policy_stays_as_it_is(organiser: Client) -> None:
    """It is fetched and drawn by the desk's own script, so no page has to let itself be framed."""
    answer = organiser.post(NEW, {"title": "Mine"})
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_alive_gives_the_token_of_this_sign_in(group: Group) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert browser.get("/desk/alive").status_code == 302
    browser.force_login(made_up.account(group))
    token = browser.get("/desk/alive").json()["token"]
    assert browser.post(NEW, {"title": "Mine"}).status_code == 403
    assert browser.post(NEW, {"title": "Mine", "csrfmiddlewaretoken": token}).status_code == 200
