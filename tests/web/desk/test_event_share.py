"""Links, words and sheets: right, short enough, and never sent by themselves."""

import pytest
from django.conf import settings
from django.test import Client

from groundswell.events.models import Event
from groundswell.front.requests import via
from groundswell.groups.models import Group, Organisation
from tests import made_up
from tests.web.markup import Markup, faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(group: Group) -> Event:
    return made_up.event(group, text="Bring a friend.\n\nAnd a flask.")


def share(client: Client, event: Event, name: str = ""):
    return client.get(f"/desk/events/{event.id}/share", {"via": name} if name else {})


def words(answer) -> dict[str, str]:
    return {one["id"]: one["text"] for one in answer.context["words"]}


def test_each_link_has_a_name_that_is_counted(viewer: Client, event: Event) -> None:
    answer = share(viewer, event, "market_square-1")
    links = {one["name"]: one["url"] for one in answer.context["links"]}
    assert list(links) == ["market_square-1", "poster", "leaflet", "mail", "chat"]
    for name, link in links.items():
        address, _, query = link.partition("?")
        assert (address, via(query.encode())) == (f"{settings.PUBLIC_URL}/e/{event.slug}", name)
        assert Client().get(link.removeprefix(settings.PUBLIC_URL)).status_code == 200


@pytest.mark.parametrize("name", ["é", "a b", "--", "x" * 65, "a&b=c", "<b>"])
def test_a_name_that_would_not_be_counted_is_refused(viewer: Client, event: Event, name: str) -> None:
    answer = share(viewer, event, name)
    assert answer.status_code == 422
    assert "Use letters, digits, - and _ only" in answer.content.decode()
    assert [one["name"] for one in answer.context["links"]] == ["poster", "leaflet", "mail", "chat"]


def test_the_words_say_what_when_and_where_and_carry_the_link(viewer: Client, event: Event) -> None:
    said = words(share(viewer, event, "street"))
    assert set(said) == {"words-sms", "words-short", "words-long"}
    for text in said.values():
        assert "Stand in unity" in text
        assert "from 6.30 pm" in text
        assert text.rstrip().endswith(f"/e/{event.slug}?via=street")
    assert "Riverside Hall" in said["words-short"]
    assert "Bring a friend." in said["words-long"]
    assert "And a flask." not in said["words-long"]


@pytest.mark.parametrize("title", ["Unity", "A title that goes on and on " * 4])
def test_a_text_message_is_one_message(viewer: Client, group: Group, title: str) -> None:
    said = words(share(viewer, made_up.event(group, title=title)))["words-sms"]
    assert said.startswith(title[:10])
    assert len(said) <= max(160, len(said.partition(": ")[2]) + 23)


def test_words_of_a_draft_say_that_nobody_sees_it_yet(viewer: Client, group: Group) -> None:
    assert "Nobody sees this event yet" in share(viewer, made_up.draft(group)).content.decode()


@pytest.mark.parametrize(("kind", "usual"), [("poster", "a4"), ("leaflet", "a5")])
def test_a_sheet_has_its_size_and_its_link(viewer: Client, event: Event, kind: str, usual: str) -> None:
    path = f"/desk/events/{event.id}/{kind}"
    plain = viewer.get(path)
    assert (plain.context["size"], plain.context["event"]["link"].rpartition("=")[2]) == (usual, kind)
    other = viewer.get(path, {"size": "a4" if usual == "a5" else "a5", "via": "street"})
    assert (other.context["size"] != usual, other.context["event"]["link"].rpartition("=")[2]) == (True, "street")
    rubbish = viewer.get(path, {"size": "a0", "via": '"><script>'})
    assert (rubbish.context["size"], rubbish.context["via"]) == (usual, kind)
    for page in (plain, other, rubbish):
        assert faults(Markup(page.content.decode())) == []
        assert "imprint" not in page.content.decode()
    assert ("And a flask." in plain.content.decode()) == (kind == "leaflet")


@pytest.mark.parametrize("kind", ["poster", "leaflet"])
def test_a_sheet_names_who_had_it_made_where_the_law_asks(viewer: Client, event: Event, kind: str) -> None:
    Organisation.objects.update(imprint="Promoted by Ada <b>\n1 Mill Lane")
    page = viewer.get(f"/desk/events/{event.id}/{kind}").content.decode()
    assert "Promoted by Ada &lt;b&gt;<br>1 Mill Lane" in page
