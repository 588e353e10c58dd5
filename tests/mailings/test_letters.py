"""A mailing as its readers get it: what stands in every copy, whoever it is for."""

from datetime import date, time
from email import message_from_bytes
from email.policy import default

import pytest

from groundswell.events.models import Event
from groundswell.groups.models import Organisation
from groundswell.mailings.letters import letter, preview, subjects_for
from groundswell.mailings.models import Mailing
from groundswell.mailings.operations import Draft, compose
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation() -> Organisation:
    return made_up.organisation(postal_address="1 High Street")


def written(organisation: Organisation, text: str = "Come.", subject: str = "To all", **more: object) -> Mailing:
    """A draft of the organisation, in English."""
    root = made_up.root(organisation)
    draft = Draft(words={"en": {"subject": subject, "text": text}}, **more)
    return compose(made_up.actor(root, made_up.MAILER), group=root, draft=draft)


def test_who_writes_stands_under_it_and_the_imprint_only_where_there_is_one(organisation: Organisation) -> None:
    mailing = written(organisation)
    plain = preview(mailing, "en", "Ada")
    assert "Tenants’ Union, 1 High Street\nYou get this" in plain["text"]
    mailing.organisation.imprint = "Promoted by Ada <b>\n1 Mill Lane"
    shown = preview(mailing, "en", "Ada")
    assert "1 High Street\nPromoted by Ada <b>\n1 Mill Lane\nYou get this" in shown["text"]
    assert "1 High Street<br>Promoted by Ada &lt;b&gt;<br>1 Mill Lane<br>" in shown["html"]


def test_a_copy_has_the_imprint_as_the_preview_does(organisation: Organisation) -> None:
    mailing = written(organisation)
    mailing.organisation.imprint = "Promoted by Ada"
    made = letter(mailing, "en").form
    copy = made.fill(dict.fromkeys(made.names, "x"))
    assert copy.count(b"Promoted by Ada") == 2


DETAILS = (
    "{event_title|The rally}; {event_date|soon}; {event_time|a time to come}; {event_place|a place to come}; "
    "{event_address|near}; {event_link|https://example.org}"
)


def sent(mailing: Mailing, language: str = "en") -> dict[str, str]:
    """Subject and plain text of the copy of somebody called Ada."""
    mailing.refresh_from_db()
    made = letter(mailing, language)
    values = dict.fromkeys(made.form.names, "x") | {"subject": made.subject_for("Ada")}
    copy = message_from_bytes(made.form.fill(values), policy=default)
    plain = copy.get_body(("plain",))
    assert plain
    return {"subject": str(copy["Subject"]), "text": plain.get_content().replace("\r\n", "\n")}


def test_details_of_the_event_are_as_it_is_when_a_copy_goes_out(organisation: Organisation) -> None:
    event = made_up.event(made_up.root(organisation), starts=time(18, 30), venue_address="12 Mill Lane")
    mailing = written(organisation, DETAILS, "{event_title|The rally}: {event_place|soon}", event=event)
    shown = preview(mailing, "en", "Ada")
    assert shown["subject"] == sent(mailing)["subject"] == f"{event.title}: {event.venue_name}"
    link = f"http://127.0.0.1:8000/e/{event.slug}"
    assert f"; 6.30 pm; {event.venue_name}; 12 Mill Lane; {link}\n" in shown["text"]
    assert f'<a href="{link}"' in shown["html"]
    Event.objects.update(venue_name="The Old Yard", starts=time(20), zone="Europe/Paris", day=date(2099, 7, 20))
    assert (
        "; Monday 20 July 2099; 8 pm (Time of Europe/Paris); The Old Yard; 12 Mill Lane;" in sent(mailing)["text"]
    )
    assert sent(mailing)["subject"] == f"{event.title}: The Old Yard"


def test_what_is_not_known_of_the_event_is_said_by_what_stands_behind_the_line(organisation: Organisation) -> None:
    event = made_up.event(made_up.root(organisation), starts=None, venue_name="")
    mailing = written(organisation, DETAILS, event=event)
    assert "; a time to come; a place to come; near; http" in sent(mailing)["text"]
    Event.objects.update(online_url="https://example.org/room")
    assert "; a time to come; Online; near; http" in sent(mailing)["text"]
    event.delete()
    assert sent(mailing)["text"].startswith(
        "The rally; soon; a time to come; a place to come; near; https://example.org\n"
    )


def test_an_event_is_never_more_than_text(organisation: Organisation) -> None:
    event = made_up.event(made_up.root(organisation), title="# <b>{name|x}</b> [x](https://example.org)")
    mailing = written(organisation, "{event_title|The rally}", "{event_title|The rally}", event=event)
    shown = preview(mailing, "en", "Ada")
    assert shown["text"].startswith(f"{event.title}\n")
    assert shown["subject"] == sent(mailing)["subject"] == event.title
    assert "<h1" not in shown["html"]
    assert "<b>" not in shown["html"]


def test_a_subject_with_a_name_and_a_detail_is_one_for_each_reader(organisation: Organisation) -> None:
    event = made_up.event(made_up.root(organisation), title="Cómo seguimos")
    mailing = written(organisation, "Come.", "{first_name|Friend}: {event_title|The rally}", event=event)
    assert sent(mailing)["subject"] == "Ada: Cómo seguimos"


def test_details_are_in_the_language_of_the_letter(organisation: Organisation) -> None:
    event = made_up.event(made_up.root(organisation), day=date(2099, 7, 20), starts=time(18, 30))
    mailing = written(organisation, "{event_date|x}, {event_time|x}", "{event_date|x}", event=event)
    assert preview(mailing, "fr", "Ada")["subject"] == "lundi 20 juillet 2099"
    assert subjects_for(mailing, "fr", "Ada") == ["lundi 20 juillet 2099"]
    assert preview(mailing, "fr", "Ada")["text"].startswith("lundi 20 juillet 2099, 18")
