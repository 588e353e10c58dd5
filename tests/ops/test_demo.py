"""The demo: public facts, made-up supporters, and on everything the words that it is a demonstration."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import unescape
from io import StringIO

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from icalendar import Calendar
from pytest_django import DjangoDbBlocker, Settings
from time_machine import TimeMachineFixture

from groundswell.attendances import upkeep
from groundswell.attendances.models import Attendance, Tally
from groundswell.blocs.models import Bloc
from groundswell.events import operations as events
from groundswell.events.models import Event, Status
from groundswell.groups.codes import ask_to_sign_in
from groundswell.groups.models import Organisation
from groundswell.intake.journal import Journal
from groundswell.kit.clock import now
from groundswell.ledger.checking import check_chain
from groundswell.mailings.kept import kept_path as kept_path_of
from groundswell.mailings.kept import numbers
from groundswell.mailings.models import Mailing
from groundswell.ops.demo.facts import ANNOUNCEMENTS, SATURDAY, WEDNESDAY, Announcement
from groundswell.ops.demo.loading import day_of, load
from groundswell.ops.demo.supporters import supporters
from groundswell.ops.demo.ways_in import ways_in
from groundswell.ops.management.commands.signin_link import link_for
from groundswell.outbox.delivery import deliver
from groundswell.outbox.models import Effect
from groundswell.outbox.transports import kept_path
from groundswell.people.models import Complaint, Consent, Person
from tests import made_up

pytestmark = pytest.mark.django_db

NOTE = "Demonstration, after events of July 2016"


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demo, loaded once; what a test changes of it is undone when the test ends."""
    with django_db_blocker.unblock(), transaction.atomic():
        assert load()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded: None, db: None) -> None:
    """The demo as it is after the first start."""


def rows() -> dict[str, int]:
    """How many rows each table has."""
    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}


# What it says


@pytest.mark.usefixtures("demo")
def test_the_organisations_are_those_of_the_case() -> None:
    names = dict(Organisation.objects.values_list("slug", "name"))
    assert names == {
        "labour-assembly": "Labour Assembly Against Austerity",
        "momentum": "Momentum",
        "peoples-assembly": "The People's Assembly Against Austerity",
    }
    assert len(set(Organisation.objects.values_list("accent", flat=True))) == 3
    assert set(Organisation.objects.values_list("demonstration_note", flat=True)) == {NOTE}


@pytest.mark.usefixtures("demo")
def test_what_is_known_is_said_and_the_rest_is_to_be_announced(client: Client) -> None:
    rally = client.get("/e/stand-in-unity-rally-with-diane-abbott-mp").content.decode()
    for known in ("Diane Abbott MP", "Matthew Willgress", "Wednesday", "20 July 2016", "stand in unity"):
        assert known in rally
    assert "Time to be announced" in rally
    assert "Place to be announced" in rally
    demonstration = client.get("/e/emergency-demonstration-against-austerity-and-racism").content.decode()
    assert "Over 1,000 people are expected." in demonstration
    assert "The People&#x27;s Assembly Against Austerity" in demonstration
    wing = client.get("/g/labour-assembly").content.decode()
    assert "A wing of The People&#x27;s Assembly Against Austerity." in wing


@pytest.mark.usefixtures("demo")
def test_nothing_is_made_up_about_times_and_places() -> None:
    for event in Event.objects.all():
        assert (event.starts, event.ends, event.venue_name, event.venue_address) == (None, None, "", "")


@pytest.mark.usefixtures("demo")
def test_everything_lies_ahead_and_one_event_waits_as_a_draft() -> None:
    ahead = Event.objects.select_related("campaign").exclude(kind="discussion")
    assert all(event.opens_at > now() + timedelta(days=9) for event in ahead)
    assert sorted(ahead.values_list("status", flat=True)) == ["draft", *3 * ["published"]]
    assert all(event.campaign for event in ahead)


@pytest.mark.parametrize("weekday", [WEDNESDAY, SATURDAY])
@pytest.mark.parametrize("ahead", [0, 10, 14])
def test_a_day_keeps_its_weekday(weekday: int, ahead: int) -> None:
    announcement = Announcement(body="", title="", kind="", text="", weekday=weekday, ahead=ahead)
    for offset in range(14):
        today = date(2026, 12, 25) + timedelta(days=offset)
        day = day_of(announcement, today)
        assert day.weekday() == weekday == (date(2016, 7, 20).weekday() if weekday == WEDNESDAY else 5)
        assert today + timedelta(days=ahead) <= day < today + timedelta(days=ahead + 7)


# Who answers


@pytest.mark.usefixtures("demo")
def test_supporters_are_plainly_made_up() -> None:
    assert Person.objects.count() > 50
    for person in Person.objects.all():
        assert re.fullmatch(r"[A-Z][a-z]+ (Example|Sample)", person.name)
        assert person.email.endswith("@example.org")


@pytest.mark.usefixtures("demo")
def test_the_desk_and_the_public_count_are_alive(client: Client) -> None:
    rally = Event.objects.get(slug__contains="diane-abbott")
    tally = Tally.objects.get(event=rally)
    assert (tally.confirmed, tally.unconfirmed) == (20, 4)
    assert (
        f"{tally.confirmed + tally.guests} people are coming." in client.get(f"/e/{rally.slug}").content.decode()
    )
    links = set(Attendance.objects.filter(event=rally).values_list("via", flat=True))
    assert {"", "ada", "leaflet", "union-branch"} == links
    assert Consent.objects.filter(purpose="updates").exists()
    assert Consent.objects.filter(purpose="event").count() == Attendance.objects.exclude(confirmed_at=None).count()


def test_the_same_supporters_come_every_time() -> None:
    assert supporters(36) == supporters(36)
    assert len({supporter.email for supporter in supporters(52)}) == 52


@pytest.mark.usefixtures("demo")
def test_it_went_through_the_operations_that_everybody_uses() -> None:
    for organisation in Organisation.objects.all():
        assert check_chain(organisation.id).faults == []
    states = set(Effect.objects.exclude(kind="endorsements.confirm").values_list("state", flat=True))
    assert states == {"done"}
    # Those two said yes before their mail went out, so it was not needed any more.
    assert set(Effect.objects.filter(kind="endorsements.confirm").values_list("state", flat=True)) == {"void"}


@pytest.mark.usefixtures("demo")
def test_somebody_complained_of_a_message_and_somebody_may_be_there_twice(client: Client) -> None:
    way = next(one for one in ways_in() if one.email.startswith("peoples-assembly"))
    client.post(link_for(way.email).removeprefix(django_settings.PUBLIC_URL))
    complaints = unescape(client.get("/desk/complaints").content.decode())
    assert "Rosa Example" in complaints
    assert "reached me twice" in complaints
    one = Complaint.objects.get()
    assert (now() - one.received_at).days in {5, 6, 7}
    assert one.acknowledged_at is None
    twice = client.get("/desk/people/duplicates").content.decode()
    assert all(email in twice for email in ("ada.example@example.org", "ada.at.work@example.org"))


@pytest.mark.usefixtures("demo")
def test_a_mailing_went_out_and_there_is_a_report_to_look_at(client: Client) -> None:
    sent = Mailing.objects.get(state="finished")
    assert Mailing.objects.exclude(id=sent.id).get().state == "draft"
    own = Consent.objects.filter(organisation_id=sent.organisation_id)
    assert 0 < sent.copies <= own.filter(purpose="updates", action="grant").count()
    way = next(one for one in ways_in() if one.email.startswith("peoples-assembly"))
    client.post(link_for(way.email).removeprefix(django_settings.PUBLIC_URL))
    report = client.get(f"/desk/mailings/{sent.id}")
    assert report.context["progress"]["sent"] == sent.copies
    assert [line["hard"] for line in report.context["domains"]] == [1]
    assert [link.visits for link in report.context["visits"]] == [7, 3]
    assert f'href="/m/{sent.id}"' in report.content.decode()
    assert "the order of march stands" in client.get("/desk/outbox").content.decode()


@pytest.mark.usefixtures("demo")
def test_the_letter_stands_on_a_page_and_its_buttons_lead_into_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    # Its writer would wait for this test's transaction, at every button of every copy.
    monkeypatch.setattr(Journal, "append", lambda _self, _action: None)
    sent = Mailing.objects.get(archived=True)
    letter = Client().get(f"/m/{sent.id}").content.decode()
    assert_says_what_it_is("the letter", letter)
    slug = Event.objects.get(kind="demonstration").slug
    leads_to = [f"{django_settings.PUBLIC_URL}/{page}/{slug}" for page in ("march", "e")]
    assert all(f'href="{url}"' in letter for url in leads_to)
    copies = numbers(sent.organisation_id, sent.id)
    assert copies == list(range(1, sent.copies + 1))
    for number in copies:
        content = kept_path_of(sent.organisation_id, sent.id, number).read_bytes()
        said = text_of(message_from_bytes(content, policy=default))  # type: ignore[arg-type]
        assert NOTE in said
        links = re.findall(r"http://127\.0\.0\.1:8000(/v/\S+)", said)
        assert [Client().get(link)["Location"] for link in links] == leads_to


# How they act together


@pytest.mark.usefixtures("demo")
def test_the_wing_is_accepted_and_the_ally_too(client: Client) -> None:
    assembly = client.get("/g/peoples-assembly").content.decode()
    assert "/g/labour-assembly" in assembly
    wing = client.get("/g/labour-assembly").content.decode()
    assert "/g/peoples-assembly" in wing
    assert "/g/momentum" in wing


@pytest.mark.usefixtures("demo")
def test_the_members_bloc_marches_in_the_demonstration(client: Client) -> None:
    bloc = Bloc.objects.get(name="Keep Corbyn JC4PM")
    assert (bloc.place, bloc.position, bloc.event.organisation.slug) == ("granted", 1, "peoples-assembly")
    assert sorted(call.organisation.slug for call in bloc.callers.all()) == ["labour-assembly", "momentum"]
    page = client.get(f"/b/{bloc.slug}").content.decode()
    for said in ("Momentum", "Sampleton, before the town hall", "Assembly point: to be announced."):
        assert said in page
    assert "Workers&#x27; Union, Sampleton branch" in page
    assert "Teachers&#x27; Union, Exampleham branch" in page
    assert client.get(f"/b/{bloc.slug}/momentum").status_code == 200


@pytest.mark.usefixtures("demo")
def test_coaches_stewards_and_an_order_of_march_are_there(client: Client) -> None:
    bloc = Bloc.objects.get(name="Keep Corbyn JC4PM")
    assert sorted(one.section for one in bloc.stewards.all()) == ["", "Families and pushchairs", "Front banner"]
    assert sorted(one.seats for one in bloc.pick_ups.all()) == [33, 49]
    order = Bloc.objects.filter(event=bloc.event, place="granted").order_by("position")
    assert [one.name for one in order] == ["The front of the march", "Keep Corbyn JC4PM"]
    page = client.get(f"/b/{bloc.slug}").content.decode()
    assert "Exampleham, at the bus station" in page
    # Whom the stewards call is on their own sheet only.
    assert not any(one.phone in page for one in bloc.stewards.all())


@pytest.mark.usefixtures("demo")
def test_three_meetings_were_held_and_two_things_decided(client: Client) -> None:
    question = client.get("/g/momentum").content.decode()
    assert "/d/how-do-we-assemble-mass-support" in question
    page = client.get("/d/how-do-we-assemble-mass-support").content.decode()
    assert page.count('<article class="said">') == 3
    assert page.count('<p class="outcome-text">') == 2
    assert "made up for this demonstration" in page


@pytest.mark.usefixtures("started")
@pytest.mark.parametrize(("slug", "people"), [("peoples-assembly", 29), ("labour-assembly", 18), ("momentum", 21)])
def test_each_organisation_sees_its_own_people_and_nobody_elses(slug: str, people: int) -> None:
    client = Client()
    way = next(one for one in ways_in() if one.email.startswith(slug))
    assert ways_in() == []
    client.post(link_for(way.email).removeprefix(django_settings.PUBLIC_URL))
    seen = "".join(page for path, page in walk(client, "/desk/") if path.startswith("/desk/"))
    own = set(Person.objects.filter(organisation__slug=slug).values_list("email", flat=True))
    others = set(Person.objects.exclude(organisation__slug=slug).values_list("email", flat=True)) - own
    assert Attendance.objects.filter(event__kind="demonstration", organisation__slug=slug).count() >= people
    assert any(email in seen for email in own)
    assert [email for email in others if email in seen] == []


# Again and again


@pytest.mark.usefixtures("demo")
def test_a_second_run_changes_nothing() -> None:
    before = rows()
    assert not load()
    assert rows() == before


@pytest.mark.usefixtures("demo")
def test_what_somebody_changed_in_the_desk_stays() -> None:
    event = Event.objects.get(slug__contains="diane-abbott")
    events.change(made_up.SYSTEM, event=event, details=made_up.details(title="Another title"))
    events.cancel(made_up.SYSTEM, event=Event.objects.get(kind="demonstration"))
    assert not load()


@pytest.mark.usefixtures("demo")
def test_when_the_days_are_past_it_is_announced_anew(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(now() + timedelta(days=60))
    events.close_over()
    assert load()
    ahead = Event.objects.filter(status=Status.PUBLISHED, closes_at__gt=now())
    assert ahead.count() == len([each for each in ANNOUNCEMENTS if each.published])
    assert not load()


# That it is a demonstration


@pytest.fixture(params=[True, False], ids=["with --demo", "started again without"])
def started(request: pytest.FixtureRequest, settings: Settings, demo: None) -> None:
    """The demo, served by an installation that was started with ``--demo`` or, later, without it."""
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, demo=request.param)


def shape(path: str) -> str:
    """An address without what tells two pages of one kind apart."""
    return re.sub(r"[0-9a-f-]{36}|\?.*", "…", path)


def walk(client: Client, *starts: str) -> Iterator[tuple[str, str]]:
    """The pages that can be reached by links from there, with their addresses; of a kind at most nine."""
    waiting, seen = list(starts), set(starts)
    kinds: Counter[str] = Counter()
    while waiting:
        path = waiting.pop()
        kinds[shape(path)] += 1
        if kinds[shape(path)] > 9:
            continue
        answer = client.get(path, follow=True)
        assert answer.status_code == 200, (path, answer.status_code)
        if not answer["Content-Type"].startswith("text/html"):
            continue
        page = answer.content.decode()
        yield path, page
        found = {
            unescape(href)
            for href in re.findall(r'href="(/[^"#]*)', page)
            # The way in is nobody's page: it says so where the whole installation is the demo.
            if not href.startswith(("/static/", "/o/", "/desk/sign-in"))
        }
        waiting += found - seen
        seen |= found


def assert_says_what_it_is(path: str, page: str) -> None:
    assert NOTE in page, path
    assert '<meta name="robots" content="noindex">' in page, path


@pytest.mark.usefixtures("started")
def test_every_public_page_says_what_it_is(client: Client) -> None:
    seen = set()
    slugs = Event.objects.exclude(status=Status.DRAFT).values_list("slug", flat=True)
    for path, page in walk(client, "/", *(f"/e/{slug}/thanks" for slug in slugs)):
        assert_says_what_it_is(path, page)
        seen.add(path.split("/")[1])
    assert seen == {"", "b", "d", "e", "g", "privacy", "stand"}


@pytest.mark.usefixtures("started")
def test_pages_that_refuse_say_what_they_are(client: Client) -> None:
    slug = Event.objects.get(slug__contains="diane-abbott").slug
    answer = client.post(f"/e/{slug}", {"name": ""})
    assert answer.status_code == 422
    assert_says_what_it_is(slug, answer.content.decode())
    events.cancel(made_up.SYSTEM, event=Event.objects.get(slug=slug))
    assert_says_what_it_is(slug, client.get(f"/e/{slug}").content.decode())


@pytest.mark.usefixtures("started")
def test_every_page_behind_a_mails_links_says_what_it_is(client: Client) -> None:
    mail = next(mails())
    links = set(re.findall(r"http://127\.0\.0\.1:8000(/a/\S+)", text_of(mail)))
    assert {link.split("/")[2] for link in links} == {"confirm", "cancel", "forget"}
    for link in links:
        assert_says_what_it_is(link, client.get(link).content.decode())


@pytest.mark.usefixtures("started")
def test_every_page_of_the_desk_says_what_it_is(client: Client) -> None:
    printed = StringIO()
    call_command("first_link", stdout=printed)
    link = printed.getvalue().strip().removeprefix(django_settings.PUBLIC_URL)
    assert client.post(link).status_code == 303
    seen = set()
    for path, page in walk(client, "/desk/"):
        assert_says_what_it_is(path, page)
        seen.add(shape(path))
    assert {"/desk/", "/desk/events", "/desk/events/…", "/desk/outbox", "/desk/outbox/…"} <= seen


def mails() -> Iterator[EmailMessage]:
    """All mails that were kept in the folder for the demo's organisations."""
    for effect in Effect.objects.filter(state="done").order_by("id"):
        content = kept_path(effect.organisation_id, effect.id).read_bytes()
        yield message_from_bytes(content, policy=default)  # type: ignore[arg-type]


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert isinstance(part, EmailMessage)
    return str(part.get_content())


@pytest.mark.usefixtures("started")
def test_every_mail_and_calendar_entry_says_what_it_is(time_machine: TimeMachineFixture) -> None:
    rally = Event.objects.get(slug__contains="diane-abbott")
    time_machine.move_to(now() + timedelta(hours=25))
    assert upkeep.remind_unconfirmed()
    events.cancel(made_up.SYSTEM, event=rally)
    form = {"name": "Zed Example", "email": "zed.example@example.org", "agree": "on"}
    assert made_up.act("attend", rally.organisation_id, rally.id, form)
    while deliver():
        pass
    assert set(Effect.objects.values_list("kind", flat=True)) == {
        "attendances.confirm",
        "attendances.reminder",
        "attendances.refused",
        "endorsements.confirm",
    }
    entries = 0
    for mail in mails():
        assert str(mail["To"]).endswith("@example.org")
        assert NOTE in text_of(mail)
        html = mail.get_body(("html",))
        assert isinstance(html, EmailMessage)
        assert NOTE in html.get_content()
        for attachment in mail.iter_attachments():
            assert NOTE in Calendar.from_ical(attachment.get_content()).walk("VEVENT")[0]["description"]
            entries += 1
    assert entries >= Attendance.objects.count()


def test_the_mail_to_sign_in_says_what_it_is(settings: Settings, demo: None) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, demo=True)
    call_command("first_link", stdout=StringIO())
    ask_to_sign_in(email="organiser@groundswell.invalid")
    deliver()
    assert NOTE in text_of(list(mails())[-1])


@pytest.mark.usefixtures("demo")
def test_programs_are_told_as_well() -> None:
    token = StringIO()
    call_command("token", "--organisation", "peoples-assembly", stdout=token)
    api = Client(headers={"Authorization": f"Bearer {token.getvalue().strip()}"})
    assert {item["demonstration_note"] for item in api.get("/api/v1/events").json()["items"]} == {NOTE}
