"""Blocs at the desk: calling them, alone and with others, and asking for a place in a march."""

from datetime import time, timedelta

import pytest
from django.test import Client

from groundswell.attendances.marks import mark_those_there
from groundswell.attendances.snapshots import take_snapshots
from groundswell.blocs import callers
from groundswell.blocs.details import Coach
from groundswell.blocs.march import ask_for_place
from groundswell.blocs.models import Bloc, Caller
from groundswell.events import operations as events
from groundswell.events.models import Event
from groundswell.groups.models import Group, Organisation
from groundswell.kit.clock import now
from groundswell.ledger.models import Entry
from groundswell.web.desk import bloc as module
from tests import made_up
from tests.web.desk.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def assembly() -> Group:
    return made_up.root(made_up.organisation("assembly", "The Assembly"))


@pytest.fixture
def march(assembly: Group) -> Event:
    return made_up.event(assembly, title="Great march", kind="demonstration")


@pytest.fixture
def bloc(group: Group, march: Event) -> Bloc:
    return made_up.bloc(group, march)


@pytest.fixture
def host(assembly: Group) -> Client:
    return signed_in(made_up.account(assembly, made_up.ORGANISER, "host@example.org"))


def form(**typed: str) -> dict[str, str]:
    return {"name": "Blue bloc", "gathers": "11:00", "sets_off": "12:00", **typed}


def text(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_one_is_called_and_published_in_one_step(organiser: Client, group: Group, march: Event) -> None:
    page = text(organiser, f"/desk/blocs/new?event={march.id}")
    assert f'<option value="{march.id}" selected>' in page
    lines = {
        "steward-0-name": "Chris",
        "steward-0-phone": "07700 900001",
        "coach-0-where": "Hull",
        "coach-0-leaves": "06:30",
        "coach-0-seats": "49",
        "coach-0-id": "none",
    }
    typed = form(
        event=str(march.id), group=str(group.id), latitude="51.5", longitude="-0.1", then="publish", **lines
    )
    answer = organiser.post("/desk/blocs/new", typed)
    made = Bloc.objects.get()
    assert answer["Location"] == f"/desk/blocs/{made.id}"
    assert (made.status, made.gathers, made.latitude, made.organisation) == (
        "published",
        time(11),
        51.5,
        group.organisation,
    )
    assert (made.stewards.get().name, made.pick_ups.get().seats) == ("Chris", 49)
    assert "Saved, and public." in text(organiser, f"/desk/blocs/{made.id}")


def test_a_draft_stays_one(organiser: Client, group: Group, march: Event) -> None:
    organiser.post("/desk/blocs/new", form(event=str(march.id), group=str(group.id)))
    made = Bloc.objects.get()
    page = text(organiser, f"/desk/blocs/{made.id}")
    assert "Saved as a draft" in page
    organiser.post(f"/desk/blocs/{made.id}/publish")
    made.refresh_from_db()
    assert made.status == "published"
    organiser.post(f"/desk/blocs/{made.id}/publish")
    assert "published already" in text(organiser, f"/desk/blocs/{made.id}")


def test_an_event_elsewhere_is_entered_by_hand(organiser: Client, group: Group) -> None:
    there = {
        "host": "Somebody",
        "url": "https://example.org/x",
        "other_title": "Their march",
        "other_date": made_up.in_days(9).isoformat(),
        "other_start": "12:00",
        "other_venue": "The square",
    }
    typed = form(event="elsewhere", group=str(group.id), then="publish", **there)
    assert organiser.post("/desk/blocs/new", typed).status_code == 303
    made = Bloc.objects.get()
    assert (made.event.title, made.event.elsewhere.host, made.event.venue_name) == (
        "Their march",
        "Somebody",
        "The square",
    )
    assert "Ask the host" not in text(organiser, f"/desk/blocs/{made.id}")
    for wrong, sentence in (
        ({"host": ""}, "Say who holds the event."),
        ({"other_title": ""}, "Give the event a title."),
        ({"other_date": "soon"}, "Enter a day"),
        ({"other_date": made_up.in_days(-9).isoformat()}, "would be over already"),
    ):
        answer = organiser.post("/desk/blocs/new", {**typed, **wrong})
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
    assert Bloc.objects.count() == Event.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "Give the bloc a name."),
        ({"event": ""}, "Choose an event"),
        ({"event": "", "name": ""}, "Choose an event"),
        ({"group": ""}, "Choose one of your groups."),
        ({"latitude": "north"}, "Enter degrees"),
        ({"gathers": "noon"}, "Enter a time"),
        ({"coach-0-where": "Hull", "coach-0-seats": "many"}, "Enter a whole number"),
        ({"steward-0-phone": "1"}, "Say who this is"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    organiser: Client, group: Group, march: Event, typed: dict[str, str], sentence: str
) -> None:
    whole = form(event=str(march.id), group=str(group.id), text="Mine")
    answer = organiser.post("/desk/blocs/new", {**whole, **typed})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "Mine" in answer.content.decode()
    assert not Bloc.objects.exists()


def test_lines_come_go_and_move_without_script(organiser: Client, bloc: Bloc) -> None:
    path = f"/desk/blocs/{bloc.id}/edit"
    lines = {"steward-0-name": "A", "steward-1-name": "B", "coach-0-where": "Hull"}

    def after(step: str) -> str:
        return organiser.post(path, {**form(**lines), "then": step}).content.decode()

    assert 'name="steward-2-name"' in after("steward-more")
    up = after("steward-up-1")
    assert up.index('value="B"') < up.index('value="A"')
    assert after("steward-up-0").index('value="A"') < after("steward-up-9").index('value="B"')
    assert 'value="Hull"' not in after("coach-drop-0")
    bloc.refresh_from_db()
    assert bloc.version == 0


def test_two_who_change_it_at_once_lose_nothing(organiser: Client, owner: Client, bloc: Bloc) -> None:
    path = f"/desk/blocs/{bloc.id}/edit"
    opened = organiser.get(path).context["form"]["values"]
    mine = {name: opened[name] for name in ("name", "text", "landmark", "gathers", "sets_off", "version", "base")}
    rows = {"steward-0-name": "Chris", "steward-0-phone": "07700 900001", "coach-0-where": "Riverside station"}
    rows |= {"coach-0-leaves": "07:00", "coach-0-seats": "49"}
    owner.post(path, {**mine, **rows, "name": "Theirs", "landmark": "The fountain", "steward-0-name": "Dee"})
    answer = organiser.post(path, {**mine, **rows, "name": "Mine"})
    page = answer.content.decode()
    assert answer.status_code == 409
    for words in ("Somebody else has changed this bloc", "The fountain", "Theirs", "theirs, for you had not"):
        assert words in page
    shown = answer.context["form"]
    assert (shown["values"]["name"], shown["values"]["landmark"]) == ("Mine", "The fountain")
    assert shown["stewards"][0]["cells"]["name"]["value"] == "Dee"
    again = {**mine, **rows, "name": "Mine", "version": shown["values"]["version"]}
    assert organiser.post(path, again).status_code == 303
    bloc.refresh_from_db()
    assert (bloc.name, bloc.version) == ("Mine", 2)


def test_what_is_over_or_off_is_not_changed_any_more(organiser: Client, bloc: Bloc) -> None:
    assert "Cancel “Red bloc”?" in text(organiser, f"/desk/blocs/{bloc.id}/cancel")
    organiser.post(f"/desk/blocs/{bloc.id}/cancel")
    bloc.refresh_from_db()
    assert bloc.status == "cancelled"
    answer = organiser.post(f"/desk/blocs/{bloc.id}/edit", form())
    assert (answer.status_code, "This bloc is cancelled." in answer.content.decode()) == (409, True)
    page = text(organiser, f"/desk/blocs/{bloc.id}")
    assert "takes place without it" in page
    assert "Ask the host" not in page


def test_a_place_is_asked_for_and_the_answer_stands_there(organiser: Client, host: Client, bloc: Bloc) -> None:
    organiser.post(f"/desk/blocs/{bloc.id}/place")
    assert "Asked for" in text(organiser, f"/desk/blocs/{bloc.id}")
    organiser.post(f"/desk/blocs/{bloc.id}/place")
    assert "has asked for a place already" in text(organiser, f"/desk/blocs/{bloc.id}")
    march = f"/desk/events/{bloc.event_id}/march"
    assert "Red bloc" in text(host, march)
    host.post(march, {"then": "refuse", "bloc": str(bloc.id), "reason": "Too many drums"})
    assert "Too many drums" in text(organiser, f"/desk/blocs/{bloc.id}")
    assert "Too many drums" in text(host, march)


def test_an_ally_is_asked_accepts_and_sees_the_bloc(
    organiser: Client, host: Client, assembly: Group, bloc: Bloc
) -> None:
    assert 'name="organisation"' in text(organiser, f"/desk/blocs/{bloc.id}")
    organiser.post(f"/desk/blocs/{bloc.id}/callers", {"organisation": "nobody"})
    assert "There is nothing at this address." in text(organiser, f"/desk/blocs/{bloc.id}")
    organiser.post(f"/desk/blocs/{bloc.id}/callers", {"organisation": "https://example.org/g/assembly"})
    call = Caller.objects.get(organisation=assembly.organisation)
    assert "Asked to call too" in text(host, "/desk/blocs")
    assert host.get(f"/desk/blocs/{bloc.id}").status_code == 404
    host.post(f"/desk/calls/{call.id}", {"answer": "accept"})
    page = text(host, f"/desk/blocs/{bloc.id}")
    assert "The Assembly" in page
    assert f"/desk/blocs/{bloc.id}/edit" not in page
    assert f"/desk/blocs/{bloc.id}/stewards" in page
    made_up.confirm(made_up.joined(bloc, guests=2, by=assembly.organisation))
    assert f"/b/{bloc.slug}/assembly" in text(host, f"/desk/blocs/{bloc.id}")
    assert "3 people are coming by this page." in text(host, f"/desk/blocs/{bloc.id}")
    own = text(organiser, f"/desk/blocs/{bloc.id}")
    assert ("3 people" in own, f"/b/{bloc.slug}/assembly" in own) == (False, False)
    assert "0 people are coming by this page." in own
    host.post(f"/desk/calls/{call.id}", {"answer": "accept"})
    assert "calls to this bloc already" in text(host, "/desk/blocs")
    organiser.post(f"/desk/blocs/{bloc.id}/callers", {"remove": str(call.id)})
    assert host.get(f"/desk/blocs/{bloc.id}").status_code == 404
    organiser.post(f"/desk/blocs/{bloc.id}/callers", {})
    assert "Choose an organisation." in text(organiser, f"/desk/blocs/{bloc.id}")


def test_whoever_calls_may_call_no_longer(organiser: Client, host: Client, assembly: Group, bloc: Bloc) -> None:
    call = callers.invite(made_up.SYSTEM, bloc=bloc, group=assembly)
    host.post(f"/desk/calls/{call.id}", {"answer": "withdraw"})
    call.refresh_from_db()
    assert call.status == "withdrawn"
    assert "Withdrawn" in text(organiser, f"/desk/blocs/{bloc.id}")


def test_stewards_are_named_to_stewards_only(organiser: Client, viewer: Client, bloc: Bloc) -> None:
    path = f"/desk/blocs/{bloc.id}/stewards"
    assert "07700 900001" in text(organiser, path)
    assert viewer.get(path).status_code == 403
    assert path not in text(viewer, f"/desk/blocs/{bloc.id}")
    assert "07700 900001" not in text(viewer, f"/desk/blocs/{bloc.id}/sheet")


@pytest.mark.parametrize("contact", [False, True])
def test_a_steward_of_this_one_event_gets_the_phone_tree(group: Group, contact: bool) -> None:
    here = made_up.bloc(group, made_up.event(group))
    terms = {"contact": True, "ends_at": now() + timedelta(hours=48)} if contact else {}
    account = made_up.account(group, made_up.STEWARD, "st@example.org", "St", event_id=here.event_id, **terms)
    steward, path = signed_in(account), f"/desk/blocs/{here.id}/stewards"
    assert path in text(steward, f"/desk/blocs/{here.id}")
    assert steward.get(path).status_code == 200


def test_what_is_off_or_too_old_is_said_to_whom_it_was_offered(host: Client, assembly: Group, bloc: Bloc) -> None:
    call = callers.invite(made_up.SYSTEM, bloc=bloc, group=assembly)
    Caller.objects.filter(id=call.id).update(expires_at=now())
    host.post(f"/desk/calls/{call.id}", {"answer": "accept"})
    assert "older than two weeks" in text(host, "/desk/blocs")
    events.cancel(made_up.SYSTEM, event=bloc.event)
    host.post(f"/desk/calls/{call.id}", {"answer": "accept"})
    assert "there is no bloc in it" in text(host, "/desk/blocs")


def test_sections_stand_together_in_the_order_in_which_they_were_named(
    organiser: Client, group: Group, march: Event
) -> None:
    from groundswell.blocs.details import Looks

    names = [("Front", "A"), ("Drums", "B"), ("Front", "C"), ("", "Chief")]
    made = made_up.bloc(group, march, stewards=tuple(Looks(name=name, section=part) for part, name in names))
    context = organiser.get(f"/desk/blocs/{made.id}/stewards").context
    assert [one.name for one in context["chiefs"]] == ["Chief"]
    assert [(name, [one.name for one in people]) for name, people in context["sections"]] == [
        ("Front", ["A", "C"]),
        ("Drums", ["B"]),
    ]


def test_a_sheet_leads_to_the_page_and_a_draft_has_none(organiser: Client, group: Group, bloc: Bloc) -> None:
    page = organiser.get(f"/desk/blocs/{bloc.id}/sheet")
    assert page.context["link"].endswith("/b/red-bloc?via=sheet")
    assert "The steps of the library" in page.content.decode()
    assert "imprint" not in page.content.decode()
    Organisation.objects.update(imprint="Promoted by Ada")
    assert "Promoted by Ada" in organiser.get(f"/desk/blocs/{bloc.id}/sheet").content.decode()
    draft = made_up.bloc_draft(group, bloc.event, name="Not yet")
    assert organiser.get(f"/desk/blocs/{draft.id}/sheet").status_code == 409


def test_who_may_call_none_is_told_so(viewer: Client, bloc: Bloc) -> None:
    assert viewer.get("/desk/blocs/new").status_code == 403
    page = text(viewer, "/desk/blocs")
    assert "Red bloc" in page
    assert "/desk/blocs/new" not in page


def test_long_lists_go_on_on_the_next_page(
    organiser: Client, group: Group, march: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "No bloc yet" in text(organiser, "/desk/blocs")
    monkeypatch.setattr(module, "AT_ONCE", 1)
    for name in ("First", "Second"):
        made_up.bloc(group, march, name=name)
    first = text(organiser, "/desk/blocs")
    assert ("Second" in first, "First" in first, "?page=1" in first) == (True, False, True)
    assert "First" in text(organiser, "/desk/blocs?page=1")


def test_an_event_leads_to_its_march(host: Client, march: Event) -> None:
    page = text(host, f"/desk/events/{march.id}")
    assert f"/desk/events/{march.id}/march" in page
    assert f"/desk/blocs/new?event={march.id}" in page


class TestArranging:
    @pytest.fixture
    def three(self, group: Group, march: Event) -> dict[str, Bloc]:
        return {name: made_up.bloc_in_march(group, march, name=name) for name in ("A", "B", "C")}

    def after(self, client: Client, march: Event, bloc: Bloc, **typed: str) -> str:
        client.post(f"/desk/events/{march.id}/march", {"bloc": str(bloc.id), **typed})
        return "".join(Bloc.objects.filter(place="granted").order_by("position").values_list("name", flat=True))

    def test_by_buttons_by_typing_and_by_dropping(
        self, host: Client, march: Event, three: dict[str, Bloc]
    ) -> None:
        assert self.after(host, march, three["C"], then="up") == "ACB"
        assert self.after(host, march, three["A"], then="down") == "CAB"
        assert self.after(host, march, three["B"], then="to", to="1") == "BCA"
        assert self.after(host, march, three["B"], then="to", to="first") == "BCA"
        assert self.after(host, march, three["B"], then="before", before=str(three["A"].id)) == "CBA"
        assert self.after(host, march, three["A"], then="before", before=str(three["C"].id)) == "ACB"
        assert self.after(host, march, three["A"], then="before", before="") == "CBA"
        assert "Moved to place 3 of 3." in text(host, f"/desk/events/{march.id}/march")

    def test_with_script_it_answers_with_the_list(
        self, host: Client, march: Event, three: dict[str, Bloc]
    ) -> None:
        path, sent = f"/desk/events/{march.id}/march", {"bloc": str(three["C"].id), "then": "up"}
        page = host.post(path, sent, headers={"HX-Request": "true"})
        assert page.status_code == 200
        assert "Moved to place 2 of 3." in page.content.decode()
        assert [line["name"] for line in page.context["march"]] == ["A", "C", "B"]

    def test_a_bloc_that_asks_gets_a_place(self, host: Client, group: Group, march: Event, bloc: Bloc) -> None:
        ask_for_place(made_up.actor(group, email="o@example.org"), bloc=bloc)
        assert self.after(host, march, bloc, then="grant") == "Red bloc"
        assert self.after(host, march, bloc, then="refuse") == ""
        host.post(f"/desk/events/{march.id}/march", {"bloc": "x", "then": "up"})
        assert "There is nothing at this address." in text(host, f"/desk/events/{march.id}/march")

    def test_whoever_calls_a_bloc_does_not_arrange_the_march(
        self, organiser: Client, assembly: Group, march: Event, three: dict[str, Bloc]
    ) -> None:
        assert self.after(organiser, march, three["C"], then="up") == "ABC"
        assert organiser.get(f"/desk/events/{march.id}/march").status_code == 404
        looks_on = signed_in(made_up.account(assembly, made_up.VIEWER, "v@example.org"))
        page = text(looks_on, f"/desk/events/{march.id}/march")
        assert ("A" in page, "Move" in page.replace("Move by", "")) == (True, False)
        events.cancel(made_up.SYSTEM, event=march)


def test_each_caller_sees_its_own_people_on_the_coaches(organiser: Client, viewer: Client, bloc: Bloc) -> None:
    allies = made_up.root(made_up.organisation("coaching", "Coaching"))
    callers.accept(made_up.SYSTEM, caller=callers.invite(made_up.SYSTEM, bloc=bloc, group=allies))
    coach = str(bloc.pick_ups.get().id)
    made_up.confirm(made_up.joined(bloc, "ada@example.org", "Ada", guests=1, coach=coach))
    for number in range(11):
        by = allies.organisation
        made_up.confirm(made_up.joined(bloc, f"z{number}@example.org", f"Zoe {number}", by=by, coach=coach))
    assert organiser.get(f"/desk/blocs/{bloc.id}").context["stops"][0]["others"] == 0
    while mark_those_there():
        pass
    take_snapshots()
    sheet = f"/desk/blocs/{bloc.id}/stewards"
    mine = text(organiser, sheet)
    assert "Ada" in mine
    assert "Zoe" not in mine
    theirs = signed_in(made_up.account(allies, made_up.ORGANISER, "max@example.org"))
    assert "Zoe 10" in text(theirs, sheet)
    assert "Ada" not in text(theirs, sheet)
    stop = organiser.get(f"/desk/blocs/{bloc.id}").context["stops"][0]
    assert (stop["seats"], stop["ours"], stop["others"], stop["left"]) == (49, 2, 10, "some")
    assert viewer.get(sheet).status_code == 403
    seen = Entry.objects.filter(verb="attendances.see_passengers").values_list("organisation_id", "detail__people")
    assert set(seen) == {(bloc.organisation_id, 1), (allies.organisation_id, 11)}


def test_a_sheet_with_much_to_say_is_shortened_and_says_so(organiser: Client, group: Group, march: Event) -> None:
    much = "By the steps or by the lift on the left. " * 48
    stops = tuple(Coach(where=f"Station {number}", seats=9) for number in range(20))
    made = made_up.bloc(group, march, route=much, bring=much, pick_ups=stops)
    page = organiser.get(f"/desk/blocs/{made.id}/sheet")
    assert (page.context["dense"], page.context["more"], len(page.context["bloc"]["stops"])) == (True, True, 12)
    assert len(page.context["bloc"]["route"]) <= 420
    assert "There is more on the page:" in page.content.decode()
    short = organiser.get(f"/desk/blocs/{made_up.bloc(group, march, name='Short').id}/sheet")
    assert (short.context["dense"], short.context["more"]) == (False, False)
