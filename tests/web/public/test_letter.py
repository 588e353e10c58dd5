"""``/m/<id>``: a mailing as everybody may read it, and nothing in it of one reader."""

import re
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils.safestring import mark_safe
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from groundswell.events.models import Event
from groundswell.groups.errors import InvalidFields
from groundswell.groups.models import Organisation
from groundswell.mailings.letters import as_page, letter, preview
from groundswell.mailings.models import Mailing
from groundswell.mailings.words import checked
from groundswell.web.public.sides import frame
from tests import made_up
from tests.mailings.archived import letter as archived_letter
from tests.web.markup import Markup, faults

pytestmark = pytest.mark.django_db

TEXT = """Dear {first_name|friend}, look at https://example.org/news <script>alert(1)</script>

# At last

> Who, if not we?

[Sign](https://example.org/sign)

{event}

{picture}"""


@pytest.fixture
def organisation() -> Organisation:
    return made_up.organisation(postal_address="1 High Street")


def page(client: Client, mailing: Mailing, status: int = 200) -> str:
    answer = client.get(f"/m/{mailing.id}")
    assert answer.status_code == status
    return answer.content.decode()


def test_everybody_reads_what_was_written_and_nothing_of_one_reader(
    client: Client, organisation: Organisation
) -> None:
    event = made_up.event(made_up.root(organisation))
    picture = made_up.picture(event)
    shown = page(client, archived_letter(made_up.root(organisation), TEXT, event=event))
    assert "Dear friend, look at" in shown
    assert '<a href="https://example.org/news"' in shown
    assert "&lt;script&gt;" in shown
    assert "<script" not in shown
    assert "At last</bdi></h2>" in shown
    assert '<a class="go" href="https://example.org/sign"' in shown
    assert f'href="/e/{event.slug}"' in shown
    assert f"/p/{picture.id}.webp" in shown
    assert '<meta name="robots" content="noindex">' in shown
    assert all(path not in shown for path in ("/me/", "/v/", "{first_name"))


def test_it_is_there_only_where_somebody_wanted_it_and_not_before_it_begins(
    client: Client, organisation: Organisation
) -> None:
    mailing = archived_letter(made_up.root(organisation))
    page(client, mailing)
    Mailing.objects.update(frozen_at=None, state="waiting")
    page(client, mailing, 404)
    page(client, archived_letter(made_up.root(organisation), archived=False), 404)


@pytest.mark.parametrize("hidden", [{"status": "draft"}, {"audience": "members"}, {"audience": "invited"}])
def test_an_event_that_is_not_for_everybody_is_not_shown(
    client: Client, organisation: Organisation, hidden: dict[str, str]
) -> None:
    event = made_up.event(made_up.root(organisation), title="The inner circle", venue_name="The Old Yard")
    made_up.picture(event)
    text = f"{TEXT}\n\nAt {{event_place|a place that we tell you}}"
    mailing = archived_letter(made_up.root(organisation), text, event=event)
    assert "The Old Yard" in page(client, mailing)
    Event.objects.update(**hidden)
    shown = page(client, mailing)
    assert "At a place that we tell you" in shown
    assert all(said not in shown for said in ("The Old Yard", "The inner circle", "/p/"))


def test_it_is_in_the_languages_in_which_it_was_written(client: Client, organisation: Organisation) -> None:
    made_up.speak(organisation, "fr")
    mailing = archived_letter(made_up.root(organisation), "Come.")
    mailing.words["fr"] = {"subject": "Venez", "text": "Venez tous.", "preheader": ""}
    mailing.save()
    shown = client.get(f"/fr/m/{mailing.id}").content.decode()
    assert 'lang="fr"' in shown
    assert "Venez tous." in shown
    assert client.get(f"/m/{mailing.id}", headers={"Accept-Language": "fr"}).content.decode().count("Venez tous")
    assert "Come." in page(client, mailing)
    del mailing.words["fr"]
    mailing.save()
    # Only the frame is in another language then, and it is said which words are not.
    assert '<article class="reading" lang="en">' in client.get(f"/fr/m/{mailing.id}").content.decode()


def test_it_shows_the_subject_that_the_rest_got(organisation: Organisation) -> None:
    mailing = archived_letter(made_up.root(organisation), "Come.")
    mailing.words["en"]["further"] = ["The second"]
    assert as_page(mailing, "en")["subject"] == "A letter"
    mailing.chosen = 1
    assert as_page(mailing, "en")["subject"] == "The second"


def test_each_copy_leads_to_it_where_it_is(organisation: Organisation) -> None:
    mailing = archived_letter(made_up.root(organisation), "Come.")
    path = f"http://127.0.0.1:8000/m/{mailing.id}"
    assert all(path in preview(mailing, "en", "Ada")[part] for part in ("text", "html"))
    made = letter(mailing, "en").form
    assert made.fill(dict.fromkeys(made.names, "x")).replace(b"=\r\n", b"").count(path.encode()) == 2
    mailing.archived = False
    assert path not in preview(mailing, "en", "Ada")["text"]


def alive(organisation: Organisation, words: dict[str, Any], **more: Any) -> list[str]:
    """What of a letter's page is more than text and links to where one can go."""
    mailing = Mailing(organisation=organisation, group_id=organisation.id, words={"en": words}, archived=True)
    context = {**frame(organisation), **as_page(mailing, "en"), "date": "", "events": [], "noindex": True, **more}
    page = Markup(render_to_string("public/letter.html", context))
    links = [link["href"] for link in page.all("a") if not re.match(r"https?://|mailto:|/|#main$", link["href"])]
    return [*faults(page), *sorted({tag for tag, _ in page.elements} - TEXT_ONLY), *links]


TEXT_ONLY = {
    *("html", "head", "meta", "title", "link", "body", "header", "main", "article", "footer", "div", "span", "p"),
    *("a", "h1", "h2", "b", "br", "bdi", "blockquote"),
}


@pytest.mark.slow
@given(
    st.text(max_size=150),
    st.text(max_size=600),
    st.sampled_from(["{}", "# {}", "> {}", "[{}](https://example.org/a)"]),
)
@settings(max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "{}")
@example("</title><script>", "javascript:alert(1) https://x.example/\"onclick='a' <svg onload=a>", "> {}")
@example("x", '"><script src=https://x.example></script>', "[{}](https://example.org/a)")
def test_whatever_is_written_nothing_of_it_runs_on_the_page(
    organisation: Organisation, subject: str, text: str, shape: str
) -> None:
    try:
        words = checked({"subject": subject, "text": shape.replace("{}", text)}, has_event=False).stored()
    except InvalidFields:
        return
    assert alive(organisation, words) == []


def test_what_is_not_escaped_is_found(organisation: Organisation) -> None:
    """The twin: the same page, and what was written stands in it as it is."""
    words = {"subject": "Come", "text": "Come.", "preheader": ""}
    block = {"kind": "heading", "text": mark_safe("<script>alert(1)</script>")}
    assert alive(organisation, words, blocks=[block]) == ["a script of its own", "script"]
