"""What holds for every page of the desk, whatever it shows."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver

from groundswell.groups.models import Group
from groundswell.kit.ids import uuid7
from tests import made_up
from tests.web.markup import Markup, faults

pytestmark = pytest.mark.django_db

PLAIN = [
    "/desk/",
    "/desk/events",
    "/desk/events/new",
    "/desk/approvals",
    "/desk/aside",
    "/desk/diary",
    "/desk/outbox",
    "/desk/series",
    "/desk/templates",
    "/desk/keys",
]
PLAIN += ["/desk/settings"]
OF_AN_EVENT = {
    "": "GET",
    "/edit": "GET",
    "/picture": "GET",
    "/schedule": "GET",
    "/withdraw": "POST",
    "/reinstate": "POST",
    "/drop": "POST",
    "/back": "POST",
    "/preview": "GET",
    "/share": "GET",
    "/poster": "GET",
    "/leaflet": "GET",
    "/checklist": "GET",
    "/copy": "GET",
    "/template": "GET",
    "/publish": "POST",
    "/cancel": "GET",
    "/answers": "GET",
    "/export": "POST",
    "/find": "GET",
    "/stall": "GET",
    "/help": "GET",
    "/figures": "GET",
    "/assign": "GET",
    "/assigned": "GET",
    "/tell": "GET",
    "/reminder": "GET",
    "/door": "GET",
    "/door/list": "POST",
}
BELOW = {"event-tell-back", "event-check-off"}
"""Of something that hangs on an event: tried where it is made."""


def ask(client: Client, method: str, path: str) -> HttpResponse:
    return client.post(path) if method == "POST" else client.get(path)


WAY_IN = {"sign-in", "sign-in-code", "sign-in-passkey", "second-step", "invitation", "sign-in-link", "sign-out"}
WAY_IN |= {"stop", "recovery-confirm"}
OWN_ACCOUNT = {
    "account",
    "account-app",
    "account-passkey",
    "account-recovery",
    "account-factor",
    "account-sessions",
}


ELSEWHERE = {"blocs", "bloc", "bloc-new", "bloc-edit", "bloc-publish", "bloc-cancel", "bloc-place", "bloc-callers"}
ELSEWHERE |= {"bloc-sheet", "bloc-stewards", "bloc-tell", "bloc-tell-back", "call", "event-march"}
ELSEWHERE |= {"cohosting", "cohosting-answers", "cohosting-leave", "ours", "ours-export", "ours-help", "bloc-help"}
ELSEWHERE |= {"event-together", "event-together-remove"}
ELSEWHERE |= {
    "discussions",
    "discussion",
    "discussion-new",
    "discussion-act",
    "discussion-call",
    "discussion-hold",
}
ELSEWHERE |= {"meeting", "meeting-sheet", "outcome-step"}
ELSEWHERE |= {"endorsements", "endorsement-new", "endorsement"}
ELSEWHERE |= {"mailings", "mailing", "mailing-new", "mailing-edit", "mailing-move", "mailing-decide"}
ELSEWHERE |= {"mailing-subject", "mailing-look"}
ELSEWHERE |= {"duplicates", "person-same", "person-merge"}
ELSEWHERE |= {"person", "persons", "segments", "segment-new", "segment", "segment-export"}
ELSEWHERE |= {"complaints", "complaint-new", "complaint"}
ELSEWHERE |= {"imports", "import-new", "import", "import-left-out"}
"""Tried in files of their own; that nothing is stored on the way holds for all, by the decorator that all have."""


def test_no_address_is_forgotten_here() -> None:
    names = {pattern.name for pattern in get_resolver("groundswell.web.desk.urls").url_patterns}
    tried = {"waits", "events", "event-new", "aside", "diary", "outbox", "settings", "outbox-mail", "settings-of"}
    tried |= {"outbox-copy"}
    tried |= {"preview-new", "alive", "keys", "series", "series-of", "templates", "template-drop", "template-back"}
    tried |= {"organisation", "group", "logo", "allies", "approvals", "approval", "recovery-address", "tokens"}
    of_an_event = {f"event{path.replace('/', '-')}" for path in OF_AN_EVENT}
    assert names == tried | of_an_event | BELOW | WAY_IN | OWN_ACCOUNT | ELSEWHERE


@pytest.mark.parametrize("path", [*PLAIN, "/desk/sign-in"])
def test_nothing_is_stored_on_the_way(owner: Client, path: str) -> None:
    page = owner.get(path)
    assert page.headers["Cache-Control"] == "no-store, private"
    assert page.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(("path", "method"), OF_AN_EVENT.items())
def test_nothing_of_an_event_is_stored_either(owner: Client, group: Group, path: str, method: str) -> None:
    page = ask(owner, method, f"/desk/events/{made_up.event(group).id}{path}")
    assert page.headers["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize("path", PLAIN[:-1])
def test_every_page_is_sound_and_within_the_policy(owner: Client, group: Group, path: str) -> None:
    made_up.event(group)
    page = owner.get(path)
    assert page.status_code == 200
    assert faults(Markup(page.content.decode())) == []
    assert "nonce" not in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(("path", "method"), [*OF_AN_EVENT.items(), ("/edit", "POST"), ("/cancel", "POST")])
def test_what_is_somebody_elses_looks_as_if_it_were_missing(
    stranger: Client, group: Group, path: str, method: str
) -> None:
    theirs = ask(stranger, method, f"/desk/events/{made_up.event(group).id}{path}")
    missing = ask(stranger, method, f"/desk/events/{uuid7()}{path}")
    assert (theirs.status_code, missing.status_code) == (404, 404)
    assert theirs.content == missing.content
    assert theirs.headers.items() == missing.headers.items()
    assert theirs.content == stranger.get("/desk/nowhere").content


@pytest.mark.parametrize(
    "path",
    [
        "/edit",
        "/preview",
        "/picture",
        "/schedule",
        "/withdraw",
        "/checklist",
        "/copy",
        "/template",
        "/publish",
        "/cancel",
        "/export",
    ],
)
def test_a_viewer_changes_nothing_and_takes_nothing_out(viewer: Client, group: Group, path: str) -> None:
    event = made_up.event(group)
    refused = viewer.post(f"/desk/events/{event.id}{path}")
    assert refused.status_code == 403
    assert "Your role does not allow this" in refused.content.decode()
    event.refresh_from_db()
    assert (event.status, event.version) == ("published", 0)


@pytest.mark.parametrize("path", ["/desk/events/new", "/desk/outbox", "/desk/settings"])
def test_a_viewer_does_not_get_everywhere(viewer: Client, path: str) -> None:
    assert viewer.get(path).status_code == 403


@pytest.mark.parametrize(
    "path", ["/publish", "/export", "/cancel", "/edit", "/preview", "/picture", "/schedule", "/checklist"]
)
def test_a_form_from_elsewhere_is_refused(group: Group, path: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(made_up.account(group))
    event = made_up.draft(group)
    assert browser.post(f"/desk/events/{event.id}{path}").status_code == 403
    event.refresh_from_db()
    assert event.status == "draft"


@pytest.mark.parametrize("path", ["/publish", "/export", "/withdraw"])
def test_a_get_changes_nothing(organiser: Client, group: Group, path: str) -> None:
    assert organiser.get(f"/desk/events/{made_up.draft(group).id}{path}").status_code == 405


def test_a_role_counts_from_the_moment_it_is_given_or_taken(organiser: Client, group: Group) -> None:
    event = made_up.event(group)
    assert organiser.get(f"/desk/events/{event.id}").status_code == 200
    made_up.account(group, made_up.VIEWER, "olu@example.org")
    assert organiser.get(f"/desk/events/{event.id}/edit").status_code == 403


def test_a_role_in_a_branch_opens_the_branch_only(group: Group) -> None:
    branch = made_up.branch(group)
    client = Client()
    client.force_login(made_up.account(branch, email="bea@example.org"))
    ours, theirs = made_up.event(branch), made_up.event(group)
    assert client.get(f"/desk/events/{ours.id}").status_code == 200
    assert client.get(f"/desk/events/{theirs.id}").status_code == 404
    assert str(theirs.id) not in client.get("/desk/events").content.decode()
    assert client.get("/desk/outbox").status_code == 403  # mails are the whole organisation's


def test_somebody_without_any_role_sees_an_empty_desk() -> None:
    client = Client()
    client.force_login(made_up.Account.objects.create(email="new@example.org"))
    assert client.get("/desk/").status_code == 200
    assert client.get("/desk/events").status_code == 200


def test_the_note_of_the_organisation_that_is_shown_stands_at_the_top(organiser: Client) -> None:
    other = made_up.organisation("others", "Others", demonstration_note="Demonstration")
    made_up.account(made_up.root(other))
    assert "Demonstration" not in Markup(organiser.get("/desk/events").content.decode()).text
    organiser.post("/desk/organisation", {"organisation": "others"})
    assert "Demonstration" in Markup(organiser.get("/desk/events").content.decode()).text
