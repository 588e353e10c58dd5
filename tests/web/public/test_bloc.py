"""``/b/<slug>`` and the order of march."""

import json
import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from groundswell.attendances.models import Attendance
from groundswell.blocs import callers
from groundswell.blocs import operations as blocs
from groundswell.blocs.details import Coach, Held
from groundswell.blocs.march import move
from groundswell.blocs.models import Bloc
from groundswell.events import operations as events
from groundswell.events.models import Event
from groundswell.groups.models import Group
from groundswell.intake.settling import settle
from groundswell.kit.colour import Colour
from groundswell.kit.places import Point
from groundswell.web.fingerprints import known
from groundswell.web.public.accent import style_sheet
from groundswell.web.spots import Beside, spot
from tests import made_up
from tests.web.markup import Markup, faults

pytestmark = pytest.mark.django_db

LIONS = {"latitude": 51.5076, "longitude": -0.1279}


@pytest.fixture
def wing() -> Group:
    return made_up.root(made_up.organisation("wing", "The Wing"))


@pytest.fixture
def march() -> Event:
    host = made_up.root(made_up.organisation("assembly", "The Assembly"))
    return made_up.event(host, title="Great march", latitude=51.5008, longitude=-0.1268, venue_name="The Square")


def words(client: Client, path: str) -> str:
    page = Markup(client.get(path).content.decode())
    assert faults(page) == []
    return " ".join(page.text.replace("\N{NO-BREAK SPACE}", " ").split())


def test_it_says_where_to_stand_and_when(
    client: Client, wing: Group, march: Event, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    coach = Coach(where="Hull", seats=49, note="Back by ten")
    made_up.bloc_in_march(made_up.root(march.organisation), march, name="Brass")
    made_up.bloc_in_march(wing, march, route="By the lift.", pick_ups=(coach,), **LIONS)
    with django_assert_num_queries(11):
        client.get("/b/red-bloc")
    said = words(client, "/b/red-bloc")
    for each in (
        "Red bloc",
        "The Wing",
        "Gather at 11.30 am, set off at 12.15 pm",
        "The steps of the library",
        "TQ 300 804",
        "By the lift.",
        "Hull",
        "49 seats",
        "Number 2 of 2, the last, behind “Brass”.",
        "The Assembly",
    ):
        assert each in said
    assert "Chris" not in said
    assert "Set-Cookie" not in client.get("/b/red-bloc").headers


def test_it_speaks_french(client: Client, wing: Group, march: Event) -> None:
    made_up.speak(wing.organisation, "fr")
    made_up.bloc(wing, march)
    assert "Rassemblement à 11" in words(client, "/fr/b/red-bloc")


def test_every_page_follows_when_one_is_moved(client: Client, wing: Group, march: Event) -> None:
    made = [made_up.bloc_in_march(wing, march, name=name) for name in ("Aa", "Bb", "Cc")]
    assert "Number 2 of 3, behind “Aa”." in words(client, "/b/bb")
    move(made_up.SYSTEM, event=march, bloc_id=made[2].id, to=1)
    assert "Number 2 of 3, behind “Cc”." in words(client, "/b/aa")
    assert words(client, f"/march/{march.slug}").index("Cc") < words(client, f"/march/{march.slug}").index("Aa")


def test_it_says_when_the_event_is_moved_and_when_it_is_off(client: Client, wing: Group, march: Event) -> None:
    bloc = made_up.bloc(wing, march)
    events.change(made_up.SYSTEM, event=march, details=made_up.details(day=made_up.in_days(9)))
    assert "The time has changed." in words(client, "/b/red-bloc")
    events.cancel(made_up.SYSTEM, event=march)
    said = words(client, "/b/red-bloc")
    assert "is cancelled, and with it this bloc." in said
    assert "To the event" not in said
    assert bloc.status == "published"


def test_a_cancelled_bloc_stays_at_its_address(client: Client, wing: Group, march: Event) -> None:
    blocs.cancel(made_up.SYSTEM, bloc=made_up.bloc(wing, march))
    assert "takes place without it" in words(client, "/b/red-bloc")
    assert "Red bloc" not in words(client, f"/e/{march.slug}")


def test_what_is_not_public_is_not_there(client: Client, wing: Group, march: Event) -> None:
    made_up.bloc_draft(wing, march)
    for path in ("/b/red-bloc", "/b/none", "/march/none"):
        assert client.get(path).status_code == 404
    assert "Nobody has called a bloc yet." in words(client, f"/march/{march.slug}")


def test_the_event_names_its_blocs_and_leads_to_all_of_them(client: Client, wing: Group, march: Event) -> None:
    for number in range(13):
        made_up.bloc_in_march(wing, march, name=f"Bloc {number:02}")
    said = words(client, f"/e/{march.slug}")
    assert ("Bloc 11" in said, "Bloc 12" in said) == (True, False)
    assert "All blocs, in the order of march" in said
    assert "Bloc 12" in words(client, f"/march/{march.slug}")


def test_an_event_elsewhere_says_who_holds_it(client: Client, wing: Group) -> None:
    held = Held(host="Somebody", url="https://example.org/march")
    bloc = blocs.call_elsewhere(
        made_up.SYSTEM,
        group=wing,
        event=made_up.details(title="Their march"),
        held=held,
        details=made_up.bloc_details(march="Behind the band"),
    )
    blocs.publish(made_up.SYSTEM, bloc=bloc)
    for path in ("/b/red-bloc", f"/e/{bloc.event.slug}"):
        page = client.get(path).content.decode()
        assert 'href="https://example.org/march"' in page
        assert "Somebody" in page
    assert "Behind the band" in words(client, "/b/red-bloc")


def test_machines_read_it_as_an_event_inside_of_another(client: Client, wing: Group, march: Event) -> None:
    def linked() -> dict[str, object]:
        page = client.get("/b/red-bloc").content.decode()
        found = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)[0])
        assert isinstance(found, dict)
        return found

    bloc = made_up.bloc(wing, march, **LIONS)
    said = linked()
    assert (said["name"], said["superEvent"]["name"]) == ("Red bloc", "Great march")  # type: ignore[index]
    assert said["location"]["geo"]["latitude"] == 51.5076  # type: ignore[index]
    bloc = blocs.change(made_up.SYSTEM, bloc=bloc, details=made_up.bloc_details())
    assert "geo" not in linked()["location"]  # type: ignore[operator]
    bloc = blocs.change(made_up.SYSTEM, bloc=bloc, details=made_up.bloc_details(landmark=""))
    assert linked()["location"]["name"] == "The Square"  # type: ignore[index]
    blocs.cancel(made_up.SYSTEM, bloc=bloc)
    assert str(linked()["eventStatus"]).endswith("EventCancelled")


def test_an_event_without_a_place_has_none_for_machines_either(client: Client, wing: Group) -> None:
    made_up.bloc(wing, made_up.event(wing, venue_name="", audience="members"), landmark="")
    page = client.get("/b/red-bloc").content.decode()
    assert "ld+json" not in page
    assert 'content="noindex"' in page
    made_up.bloc(wing, made_up.event(wing, venue_name=""), landmark="", name="Blue")
    assert '"location"' not in client.get("/b/blue").content.decode()


def test_a_first_visit_loads_less_than_60_kilobytes(client: Client, wing: Group, march: Event) -> None:
    made_up.bloc_in_march(wing, march, text="Long. " * 1000, **LIONS)
    for number in range(200):
        last = Bloc.objects.order_by("-position").first()
        assert last is not None
        Bloc.objects.create(
            organisation=wing.organisation,
            group=wing,
            event=march,
            slug=f"bloc-{number}",
            name=f"Bloc number {number}",
            landmark="The lions, on the south side",
            status="published",
            place="granted",
            position=number + 1,
        )
    sheets = ("public/public.css", "public/bloc.css", "public/swell.svg")
    common = sum(len(known()[name].read_bytes()) for name in sheets)
    common += len(style_sheet(Colour.from_hex(wing.organisation.accent)).encode())
    for path in ("/b/red-bloc", f"/e/{march.slug}"):
        assert len(client.get(path).content) + common <= 60_000


class TestTheMap:
    def test_it_has_the_grid_the_postcodes_and_what_is_near(self) -> None:
        here = Point(51.5076, -0.1279)
        page = Markup(spot(here, "Where", [Beside(Point(51.5008, -0.1268), "The Square")]))
        assert faults(page) == []
        text = page.text
        assert all(each in text for each in ("30", "80", "SW1A 2", "The Square", "500 m"))
        (svg,) = page.all("svg")
        assert (svg["role"], svg["aria-label"]) == ("img", "Where")

    def test_a_name_at_the_right_edge_ends_at_its_place(self) -> None:
        here = Point(51.5076, -0.1279)
        ends = spot(here, "", [Beside(Point(51.5076, -0.1170), "A name")])
        begins = spot(here, "", [Beside(Point(51.5076, -0.1350), "A name")])
        assert ("is-end" in ends, "is-end" in begins) == (True, False)

    def test_what_is_far_is_left_out_and_abroad_there_is_no_map(self) -> None:
        assert "Far" not in spot(Point(51.5076, -0.1279), "", [Beside(Point(53.0, -2.0), "Far")])
        assert spot(Point(48.85, 2.35), "Paris") == ""


ADA = {"name": "Ada", "email": "ada@example.org", "agree": "yes"}


@pytest.mark.django_db(transaction=True)
def test_it_has_its_own_form_in_the_name_of_whoever_founded_it(client: Client, wing: Group, march: Event) -> None:
    made_up.bloc(wing, march)
    page = client.get("/b/red-bloc").content.decode()
    assert len(page.encode()) < 60 * 1024
    assert "The Wing keeps your answer" in words(client, "/b/red-bloc")
    answer = client.post("/b/red-bloc", ADA)
    assert (answer.status_code, answer["Location"]) == (303, "/b/red-bloc/thanks")
    said = words(client, "/b/red-bloc/thanks")
    assert "Red bloc" in said
    assert "Back to the bloc" in said
    wrong = client.post("/b/red-bloc", {**ADA, "email": "ada at example"})
    assert wrong.status_code == 422
    assert faults(Markup(wrong.content.decode())) == []
    assert 'value="ada at example"' in wrong.content.decode()


@pytest.mark.django_db(transaction=True)
def test_each_caller_has_a_page_of_its_own_for_as_long_as_it_calls(
    client: Client, wing: Group, march: Event
) -> None:
    made = made_up.bloc(wing, march)
    caller = made_up.call_together(made, made_up.organisation("allies", "Allies"))
    assert "Allies keeps your answer" in words(client, "/b/red-bloc/allies")
    assert client.post("/b/red-bloc/allies", ADA)["Location"] == "/b/red-bloc/allies/thanks"
    assert "It comes from Allies" in words(client, "/b/red-bloc/allies/thanks")
    assert "The Wing keeps your answer" in words(client, "/b/red-bloc/wing")
    callers.remove(made_up.SYSTEM, bloc=made, caller=caller)
    assert client.get("/b/red-bloc/allies").status_code == 404
    assert client.post("/b/red-bloc/allies", ADA).status_code == 404
    assert client.get("/b/red-bloc/assembly").status_code == 404


def test_a_bloc_that_is_off_takes_no_answer(client: Client, wing: Group, march: Event) -> None:
    blocs.cancel(made_up.SYSTEM, bloc=made_up.bloc(wing, march))
    answer = client.post("/b/red-bloc", ADA)
    assert answer.status_code == 409
    assert "<form" not in answer.content.decode()


def test_the_count_is_exact_only_where_nobody_else_brings_people(client: Client, march: Event) -> None:
    own = made_up.bloc(made_up.root(march.organisation), march)
    made_up.confirm(made_up.joined(own, guests=2))
    assert "3 people are coming with us." in words(client, "/b/red-bloc")
    ally = made_up.organisation("allies", "Allies")
    made_up.call_together(own, ally)
    for name in ("bo", "cy"):
        made_up.confirm(made_up.joined(own, f"{name}@example.org", guests=7, by=ally))
    assert "are coming with us" not in words(client, "/b/red-bloc")
    made_up.snapshot()
    assert "10 people are coming with us." in words(client, "/b/red-bloc")


class TestCoaches:
    """Seats on coaches, in the form of whoever joins."""

    def page(self, client: Client, found: Bloc) -> str:
        return " ".join(Markup(client.get(f"/b/{found.slug}").content.decode()).text.split())

    def test_only_coaches_with_seats_are_chosen_from(self, client: Client, march: Event) -> None:
        coaches = (Coach(where="Hull", seats=1), Coach(where="York", seats=9), Coach(where="Leeds", seats=49))
        found = made_up.bloc(march.group, march, pick_ups=coaches)
        first = found.pick_ups.get(where="Hull")
        made_up.confirm(made_up.joined(found, coach=str(first.id)))
        shown = client.get(f"/b/{found.slug}").content.decode()
        assert "York, few places left</option>" in shown
        assert "Leeds, places left</option>" in shown
        assert "Hull, " not in shown
        assert "1 seat, full" in self.page(client, found)

    def test_without_coaches_nobody_is_asked(self, client: Client, wing: Group, march: Event) -> None:
        found = made_up.bloc(wing, march, pick_ups=())
        assert "Seats on a coach" not in self.page(client, found)

    @pytest.mark.django_db(transaction=True)
    def test_the_choice_is_kept_with_the_answer(self, client: Client, wing: Group, march: Event) -> None:
        found = made_up.bloc(wing, march)
        one = found.pick_ups.get()
        where = f"/b/{found.slug}"
        wrong = client.post(where, {"name": "", "email": "ada@example.org", "coach": str(one.id), "agree": "yes"})
        assert f'value="{one.id}" selected' in wrong.content.decode()
        client.post(where, {"name": "Ada", "email": "ada@example.org", "coach": str(one.id), "agree": "yes"})
        settle()
        made = made_up.confirm(Attendance.objects.select_related("person").get())
        assert (made.pick_up, made.seats) == (one, 1)


def test_its_form_asks_nothing_about_those_who_hold_the_event(client: Client, wing: Group, march: Event) -> None:
    made_up.cohost(march, made_up.organisation("allied", "Allied"))
    found = made_up.bloc(wing, march)
    assert "ally-" not in client.get(f"/b/{found.slug}").content.decode()
