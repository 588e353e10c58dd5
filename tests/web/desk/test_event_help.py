"""What people need, what they can do and what they answered."""

import csv
from collections.abc import Callable
from io import StringIO

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from groundswell.blocs import callers
from groundswell.blocs.models import Bloc
from groundswell.events import cohosts
from groundswell.events.models import Event, Question
from groundswell.events.questions import Asking, set_questions
from groundswell.groups.models import Organisation
from groundswell.groups.roles import Role
from groundswell.ledger.models import Entry
from groundswell.web.desk import event_help, people
from tests import made_up

pytestmark = pytest.mark.django_db

COACH = Asking(text="Which coach?", kind="choice", choices=["Hull", "Leeds"], purpose="To book seats")
MEAT = Asking(text="Do you eat meat?", kind="yes-no", purpose="To cook")
WHO = Asking(text="Whom do you know?", purpose="To seat you together")


@pytest.fixture
def rally() -> Event:
    return made_up.event(made_up.root(made_up.organisation()))


@pytest.fixture
def questions(rally: Event) -> list[Question]:
    return set_questions(made_up.SYSTEM, event=rally, questions=[COACH, MEAT, WHO])


@pytest.fixture
def steward(rally: Event) -> Client:
    return made_up.browser(made_up.account(rally.group, made_up.STEWARD))


def answered(rally: Event, questions: list[Question], name: str, *typed: str) -> None:
    given = {f"question-{question.id}": words for question, words in zip(questions, typed, strict=True)}
    made_up.confirmed(rally, f"{name.lower()}@example.org", name, **given)


def test_a_steward_reads_how_many_chose_what_and_what_was_written(
    rally: Event, questions: list[Question], steward: Client
) -> None:
    for name, coach in (("Ada", "Leeds"), ("Bo", "Leeds"), ("Cem", "Hull")):
        answered(rally, questions, name, coach, "yes", f"Friends of {name}")
    unconfirmed = {f"question-{questions[0].id}": "Hull"}
    made_up.answer(rally, "dee@example.org", "Dee", **unconfirmed)
    response = steward.get(f"/desk/events/{rally.id}/help")
    assert response.context["asks"] == [
        ("Which coach?", "To book seats", [("Hull", 1), ("Leeds", 2)]),
        ("Do you eat meat?", "To cook", [("yes", 3), ("no", 0)]),
        ("Whom do you know?", "To seat you together", []),
    ]
    assert response.context["written"] == [
        (name, "Whom do you know?", f"Friends of {name}") for name in ("Cem", "Bo", "Ada")
    ]
    assert "Leeds: 2" in response.content.decode().replace("<bdi>", "").replace("</bdi>", "")
    assert Entry.objects.get(verb="attendances.see_help").detail["people"] == 3


def test_what_was_written_goes_on_on_the_next_page(
    rally: Event, questions: list[Question], steward: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "AT_ONCE", 2)
    for name in ("Ada", "Bo", "Cem"):
        answered(rally, questions, name, "", "", f"Friends of {name}")
    first = steward.get(f"/desk/events/{rally.id}/help")
    following = steward.get(f"/desk/events/{rally.id}/help{first.context['more_written_url']}")
    shown = [name for page in (first, following) for name, _question, _words in page.context["written"]]
    assert (shown, following.context["more_written_url"]) == (["Cem", "Bo", "Ada"], "")


def test_a_choice_that_is_no_longer_offered_is_still_counted(
    rally: Event, questions: list[Question], steward: Client
) -> None:
    answered(rally, questions, "Ada", "Hull", "", "")
    coach = Asking(text="Which coach?", kind="choice", choices=["Leeds", "York"], purpose="x", id=questions[0].id)
    set_questions(made_up.SYSTEM, event=rally, questions=[coach])
    asks = steward.get(f"/desk/events/{rally.id}/help").context["asks"]
    assert asks == [("Which coach?", "x", [("Leeds", 0), ("York", 0), ("Hull", 1)])]


def test_an_event_that_asks_nothing_has_no_such_part(rally: Event, steward: Client) -> None:
    assert "What people answered" not in steward.get(f"/desk/events/{rally.id}/help").content.decode()


def test_what_was_answered_on_another_organisations_page_is_theirs(
    rally: Event, questions: list[Question], steward: Client
) -> None:
    allies = made_up.organisation("allies", "Allies")
    made_up.cohost(rally, allies)
    given = {f"question-{questions[0].id}": "Hull", f"question-{questions[2].id}": "Everybody"}
    made_up.confirmed(rally, by=allies, **given)
    page = steward.get(f"/desk/events/{rally.id}/help")
    assert page.context["asks"][0][2] == [("Hull", 0), ("Leeds", 0)]
    assert page.context["written"] == []
    owner = made_up.browser(made_up.account(made_up.root(allies), email="al@example.org"))
    assert rows(owner.post(f"/desk/ours/{rally.id}/export").content)[1][-3:] == ["Hull", "", "Everybody"]
    olu = made_up.browser(made_up.account(rally.group, email="ben@example.org"))
    assert len(rows(olu.post(f"/desk/events/{rally.id}/export").content)) == 1


def test_the_file_has_a_column_for_each_question(rally: Event, questions: list[Question]) -> None:
    answered(rally, questions, "Ada", "Leeds", "no", "=1+1")
    answered(rally, questions, "Bo", "", "", "")
    olu = made_up.browser(made_up.account(rally.group))
    header, ada, bo = rows(olu.post(f"/desk/events/{rally.id}/export").content)
    assert header[-3:] == ["Which coach?", "Do you eat meat?", "Whom do you know?"]
    assert (ada[-3:], bo[-3:]) == (["Leeds", "no", "'=1+1"], ["", "", ""])


def rows(file: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(file.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("people", [1, 3])
def test_it_costs_the_same_however_many_answered(
    people: int,
    rally: Event,
    questions: list[Question],
    steward: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for name in ("Ada", "Bo", "Cem")[:people]:
        answered(rally, questions, name, "Hull", "yes", "Everybody")
    steward.get(f"/desk/events/{rally.id}/help")  # the entry in the ledger
    with django_assert_num_queries(12):
        steward.get(f"/desk/events/{rally.id}/help")


@pytest.fixture
def allies() -> Organisation:
    return made_up.organisation("allies", "Allies")


def at_work(organisation: Organisation, role: Role = made_up.STEWARD, email: str = "al@example.org") -> Client:
    return made_up.browser(made_up.account(made_up.root(organisation), role, email))


def asked_of_both(rally: Event, questions: list[Question], allies: Organisation) -> None:
    """Somebody of the host's and somebody of the allies' who say all that they can."""
    for whose, name in ((rally.organisation, "Ada"), (allies, "Bo")):
        given = {"needs": f"A seat for {name}", "offer-drive": "yes", f"question-{questions[0].id}": "Hull"}
        given |= {f"question-{questions[2].id}": f"Friends of {name}"}
        made_up.confirmed(rally, f"{name.lower()}@example.org", name, by=whose, **given)


BO = [("Bo", "A seat for Bo")], [("Bo", "", ["Drive people"])], [("Bo", "Whom do you know?", "Friends of Bo")]


def shown(client: Client, path: str) -> tuple[object, ...]:
    context = client.get(path).context
    assert [choices for _text, _purpose, choices in context["asks"]][:1] in ([[("Hull", 1), ("Leeds", 0)]], [])
    return context["needs"], context["offers"], context["written"]


def test_who_holds_it_too_reads_what_its_own_people_need_and_offer(
    rally: Event, questions: list[Question], allies: Organisation
) -> None:
    cohost = made_up.cohost(rally, allies)
    asked_of_both(rally, questions, allies)
    steward, path = at_work(allies), f"/desk/ours/{rally.id}/help"
    for page in (f"/desk/cohosting/{cohost.id}", f"/desk/ours/{rally.id}"):
        assert f'href="{path}?organisation=allies"' in steward.get(page).content.decode()
    assert shown(steward, path) == BO
    assert "only those who answered to Allies" in steward.get(path).content.decode()
    entry = Entry.objects.get(verb="attendances.see_help")
    assert (entry.organisation_id, entry.object_id, entry.detail) == (allies.id, rally.id, {"people": 1})
    organiser = at_work(allies, made_up.ORGANISER, "ol@example.org")
    assert shown(organiser, path)[1] == [("Bo", "bo@example.org", ["Drive people"])]


def test_nobody_else_reads_it(rally: Event, allies: Organisation) -> None:
    cohost = made_up.cohost(rally, allies)
    third = made_up.organisation("third", "Third")
    cohosts.invite(made_up.SYSTEM, event=rally, organisation=third)
    viewer, path = at_work(allies, made_up.VIEWER), f"/desk/ours/{rally.id}/help"
    assert viewer.get(path).status_code == 403
    assert path not in viewer.get(f"/desk/cohosting/{cohost.id}").content.decode()
    for organisation in (rally.organisation, third):
        other = at_work(organisation, made_up.OWNER, f"{organisation.slug}@example.org")
        assert other.get(path).status_code == 404


def test_a_viewer_would_read_it_without_the_role_that_is_asked_for(
    rally: Event, questions: list[Question], allies: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: whoever sees anything at all sees what people need."""
    made_up.cohost(rally, allies)
    asked_of_both(rally, questions, allies)
    monkeypatch.setattr(event_help, "STEWARD", made_up.VIEWER)
    assert shown(at_work(allies, made_up.VIEWER), f"/desk/ours/{rally.id}/help") == BO


@pytest.mark.parametrize("end", [cohosts.leave, cohosts.remove])
def test_who_holds_it_no_longer_keeps_its_own_people(
    end: Callable[..., object], rally: Event, questions: list[Question], allies: Organisation
) -> None:
    cohost = made_up.cohost(rally, allies)
    asked_of_both(rally, questions, allies)
    end(made_up.SYSTEM, cohost=cohost)
    assert shown(at_work(allies), f"/desk/ours/{rally.id}/help") == BO


@pytest.fixture
def bloc(rally: Event, allies: Organisation) -> Bloc:
    made = made_up.bloc(rally.group, rally)
    callers.accept(made_up.SYSTEM, caller=callers.invite(made_up.SYSTEM, bloc=made, group=made_up.root(allies)))
    return made


def joined(bloc: Bloc, questions: list[Question], name: str, by: Organisation | None = None) -> None:
    given = {
        "needs": f"A seat for {name}",
        "offer-drive": "yes",
        f"question-{questions[2].id}": f"Friends of {name}",
    }
    given |= {f"question-{questions[0].id}": "Hull"}
    made_up.confirm(made_up.joined(bloc, f"{name.lower()}@example.org", name, by=by, **given))


def test_a_caller_reads_what_those_need_and_offer_who_joined_by_its_page(
    rally: Event, questions: list[Question], allies: Organisation, bloc: Bloc
) -> None:
    made_up.confirmed(rally, needs="A seat for Ada")
    joined(bloc, questions, "Cem")
    joined(bloc, questions, "Bo", allies)
    steward, path = at_work(allies), f"/desk/blocs/{bloc.id}/help"
    page = steward.get(f"/desk/blocs/{bloc.id}").content.decode()
    assert (page.count("/help?"), f"{path}?organisation=allies" in page) == (1, True)
    assert shown(steward, path) == BO
    entry = Entry.objects.get(verb="attendances.see_help")
    assert (entry.organisation_id, entry.object_id, entry.detail) == (allies.id, rally.id, {"people": 1})
    assert at_work(allies, made_up.VIEWER, "vi@example.org").get(path).status_code == 403
    founder = at_work(rally.organisation, email="fo@example.org")
    assert [name for name, _needs in shown(founder, path)[0]] == ["Cem"]


def test_who_calls_to_a_bloc_no_longer_reads_nothing_there(allies: Organisation, bloc: Bloc) -> None:
    steward, path = at_work(allies), f"/desk/blocs/{bloc.id}/help"
    assert steward.get(path).status_code == 200
    callers.remove(made_up.SYSTEM, bloc=bloc, caller=bloc.callers.get(organisation=allies))
    assert steward.get(path).status_code == 404


def test_who_works_for_two_callers_chooses_whose_people_they_read(
    rally: Event, questions: list[Question], allies: Organisation, bloc: Bloc, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "AT_ONCE", 1)
    for name, by in (("Cem", None), ("Bo", allies), ("Dee", allies)):
        joined(bloc, questions, name, by)
    made_up.account(rally.group, made_up.STEWARD, "al@example.org")
    both, path = at_work(allies), f"/desk/blocs/{bloc.id}/help"
    assert shown(both, f"{path}?organisation={rally.organisation.slug}")[0] == [("Cem", "A seat for Cem")]
    first = both.get(f"{path}?organisation=allies").context
    assert first["needs"] == [("Dee", "A seat for Dee")]
    assert both.get(path + first["more_needs_url"]).context["needs"] == [("Bo", "A seat for Bo")]
    assert both.get(f"{path}?organisation=nobody").status_code == 404


@pytest.mark.parametrize("people", [1, 3])
def test_it_costs_as_little_for_those_who_hold_it_or_walk_along(
    people: int,
    rally: Event,
    questions: list[Question],
    allies: Organisation,
    bloc: Bloc,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    made_up.cohost(rally, allies)
    for name in ("Ada", "Bo", "Cem")[:people]:
        joined(bloc, questions, name, allies)
    steward = at_work(allies)
    for path in (f"/desk/ours/{rally.id}/help", f"/desk/blocs/{bloc.id}/help"):
        steward.get(path)  # the entry in the ledger
        with django_assert_num_queries(12):
            steward.get(path)
