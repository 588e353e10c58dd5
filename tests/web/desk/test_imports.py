"""Bringing people from a file at the desk: choose it, look, take in, see how far it is, and what was left out."""

import csv
from io import BytesIO, StringIO

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from groundswell.groups.models import Group
from groundswell.ledger.models import Entry
from groundswell.people.left_out import folder, left_out_file, upload_file
from groundswell.people.models import Belonging, Consent, Import, Person
from groundswell.people.taking_in import take_in_waiting
from groundswell.web.desk.import_new import LARGEST, import_new
from tests import made_up
from tests.people import files
from tests.web.markup import Markup, faults

pytestmark = [pytest.mark.django_db, pytest.mark.door]

HERE, NEW = "/desk/people/imports", "/desk/people/imports/new"
PLAIN = "email,name,Adresse,interests\nada@example.org,Ada,dax@example.org,Stall\nnobody,Bo,,\n"


@pytest.fixture
def root() -> Group:
    return made_up.root(made_up.organisation())


@pytest.fixture
def desk(root: Group) -> Client:
    return made_up.browser(made_up.account(root, made_up.OWNER))


@pytest.fixture(autouse=True)
def nothing_left() -> None:
    for path in folder().iterdir():
        path.unlink()


def send(desk: Client, content: str | bytes = PLAIN, name: str = "people.csv"):
    file = BytesIO(content.encode() if isinstance(content, str) else content)
    file.name = name
    return desk.post(NEW, {"then": "upload", "file": file})


def text(response) -> str:
    page = Markup(response.content.decode())
    assert faults(page) == []
    return " ".join(page.text.split())


def fields(response) -> dict[str, str]:
    """What the form would send as it stands."""
    return {one["name"]: one["value"] for one in response.context["columns"]}


def begun(desk: Client, **typed: str) -> Import:
    form = {**fields(desk.get(NEW)), **typed}
    answer = desk.post(NEW, {**form, "then": "start"})
    assert answer.status_code == 303, answer.content.decode()
    return Import.objects.latest("id")


def test_it_is_looked_at_before_anything_is_taken_in(desk: Client) -> None:
    assert "Nothing is taken in before you have looked at it." in text(desk.get(NEW))
    assert send(desk)["Location"] == NEW
    page = desk.get(NEW)
    said = text(page)
    assert "Of 2 rows 1 will be left out." in said
    assert "Row 3:" in said
    assert "ada@example.org" in said
    assert "Not taken in, these columns: Adresse, interests" in said
    assert fields(page)["column-email"] == "email"
    assert (Person.objects.count(), Import.objects.count()) == (0, 0)


def test_it_is_taken_in_by_the_worker_and_the_page_says_how_far_it_is(desk: Client) -> None:
    send(desk)
    brought = begun(desk)
    where = f"{HERE}/{brought.id}"
    page = desk.get(where)
    assert "0 of about 2 rows." in text(page)
    assert b'<progress max="2" value="0"' in page.content
    assert b'hx-trigger="every 2s"' in page.content
    assert take_in_waiting() == 2
    page = desk.get(where)
    assert (b"<progress" in page.content, b"hx-trigger" in page.content) == (False, False)
    assert text(page)
    assert (page.context["brought"]["new"], page.context["brought"]["left_out"]) == (1, 1)
    assert Person.objects.get().email == "ada@example.org"
    assert desk.get(NEW).context["most"] == LARGEST
    assert left_out_file(brought.id).exists()
    assert [path for path in folder().iterdir() if path.suffix == ".upload"] == []


def test_what_was_left_out_is_a_file_with_the_reason(desk: Client) -> None:
    send(desk)
    brought = begun(desk)
    where = f"{HERE}/{brought.id}/left-out"
    assert desk.get(where).status_code == 404
    take_in_waiting()
    assert where in desk.get(f"{HERE}/{brought.id}").content.decode()
    rows = list(csv.reader(StringIO(desk.get(where).getvalue().decode("utf-8-sig"), newline="")))
    assert [row[0] for row in rows] == ["email", "nobody"]
    assert rows[1][-1]
    assert Entry.objects.get(verb="people.see_left_out").detail["people"] == 1
    left_out_file(brought.id).unlink()
    assert desk.get(where).status_code == 404


def test_what_the_columns_hold_is_picked_and_remembered(desk: Client) -> None:
    send(desk)
    picked = {**fields(desk.get(NEW)), "column-email": "Adresse", "column-tags": "interests"}
    page = desk.post(NEW, {**picked, "then": "look"})
    assert "dax@example.org" in text(page)
    assert fields(page)["column-tags"] == "interests"
    assert desk.post(NEW, {**picked, "then": "start"}).status_code == 303
    send(desk, PLAIN + "cy@example.org,Cy,cy@example.org,\n")
    assert fields(desk.get(NEW))["column-email"] == "Adresse"


def test_columns_that_stand_in_for_an_empty_one_stay(desk: Client) -> None:
    send(desk, files.NATIONBUILDER)
    assert "It comes from NationBuilder." in text(desk.get(NEW))
    assert len(begun(desk).columns["email"]) > 1


def test_without_an_address_it_says_so_and_nothing_is_lost(desk: Client) -> None:
    send(desk, "who,where\nAda,Leeds\n")
    assert "It is not clear which column holds the e-mail addresses." in text(desk.get(NEW))
    page = desk.post(NEW, {"then": "start", "column-name": "who", "agreed_where": "the old form"})
    assert page.status_code == 422
    assert fields(page)["column-name"] == "who"
    assert page.context["form"]["values"]["agreed_where"] == "the old form"


STATED = {"agreed_text": "Yes, write to me.", "agreed_on": "2024-09-01", "agreed_where": "the old form"}


def test_an_owner_states_what_they_agreed_to(desk: Client) -> None:
    send(desk, "email,subscribed\nada@example.org,yes\nbo@example.org,\n")
    assert "Nobody of them may be written to yet" in text(desk.get(NEW))
    brought = begun(desk, **STATED)
    take_in_waiting()
    assert (brought.wording and brought.wording.text, brought.all_agreed) == ("Yes, write to me.", False)
    assert Consent.objects.get().person.email == "ada@example.org"


def test_an_owner_states_by_which_way_they_may_be_reached(desk: Client) -> None:
    send(desk, "email,phone\nada@example.org,0113 496 0000\n")
    brought = begun(desk, **STATED, agreed_by="phone", agreed_all="yes")
    take_in_waiting()
    assert Consent.objects.get().channel == "phone"
    assert "May be reached by telephone, by what was stated" in text(
        desk.get(f"/desk/people/imports/{brought.id}")
    )


def test_where_the_file_is_silent_all_have_to_be_stated(desk: Client) -> None:
    send(desk, "email\nada@example.org\n")
    page = desk.post(NEW, {**fields(desk.get(NEW)), **STATED, "then": "look"})
    assert "If all of them did, tick the box below." in text(page)
    assert begun(desk, **STATED, agreed_all="yes").all_agreed


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"agreed_on": ""}, "agreed_on"),
        ({"agreed_text": ""}, "agreed_text"),
        ({"agreed_by": "fax"}, "agreed_by"),
        ({"agreed_where": " "}, "agreed_where"),
        ({"agreed_on": "2999-01-01"}, "agreed_on"),
    ],
)
def test_half_a_statement_is_none(desk: Client, typed: dict[str, str], wrong: str) -> None:
    send(desk)
    page = desk.post(NEW, {**fields(desk.get(NEW)), **STATED, **typed, "then": "start"})
    assert (page.status_code, set(page.context["form"]["errors"])) == (422, {wrong})
    assert text(page)
    assert not Import.objects.exists()


def test_an_organiser_states_nothing(root: Group, desk: Client) -> None:
    olu = made_up.browser(made_up.account(root, email="olu@example.com"))
    send(olu)
    assert "The exact words" not in text(olu.get(NEW))
    assert olu.post(NEW, {**fields(olu.get(NEW)), **STATED, "then": "start"}).status_code == 403
    assert not Import.objects.exists()


def test_a_branch_brings_people_into_itself_only(root: Group, desk: Client) -> None:
    branch = made_up.branch(root)
    bea = made_up.browser(made_up.account(branch, email="bea@example.com"))
    send(desk)
    begun(desk)
    send(bea, PLAIN + "cy@example.org,Cy,,\n")
    options = bea.get(NEW).context["groups"]
    assert options == [(str(branch.id), branch.name)]
    assert bea.post(NEW, {**fields(bea.get(NEW)), "then": "start"}).status_code in {403, 404}
    brought = begun(bea, group=str(branch.id))
    take_in_waiting()
    assert Belonging.objects.filter(group=branch).count() == 2
    assert [one["url"] for one in bea.get(HERE).context["imports"]] == [f"{HERE}/{brought.id}"]
    assert len(desk.get(HERE).context["imports"]) == 2


def test_who_organises_nothing_brings_nobody(root: Group) -> None:
    treasurer = made_up.browser(made_up.account(root, made_up.TREASURER, "tom@example.org"))
    assert (treasurer.get(HERE).status_code, treasurer.get(NEW).status_code) == (403, 403)
    stranger = made_up.browser(made_up.Account.objects.create(email="x@example.org"))
    assert (stranger.get(HERE).status_code, stranger.get(NEW).status_code) == (403, 403)
    assert "/imports" not in treasurer.get("/desk/people").content.decode()


@pytest.mark.parametrize("content", ["", "%PDF-1.7", "email\n\0\n"])
def test_what_is_no_table_is_refused_with_the_reason(desk: Client, content: str) -> None:
    page = send(desk, content or " ")
    assert page.status_code == 422
    assert "Not saved yet" in text(page)
    assert list(folder().iterdir()) == []


def test_a_table_that_stops_being_one_is_refused_when_it_is_looked_at(desk: Client) -> None:
    assert send(desk, "email\n" + "x" * 1_000_002 + "\n").status_code == 303
    page = desk.get(NEW)
    assert (page.status_code, "more than a million characters" in text(page)) == (422, True)
    assert list(folder().iterdir()) == []


def test_a_file_that_is_too_large_is_refused_with_the_limit(desk: Client) -> None:
    page = send(desk, b"x" * (11 * 1024 * 1024))
    assert page.status_code == 422
    assert "10 MB at most" in text(page)
    assert import_new.largest_body > 11 * 1024 * 1024
    assert "Choose a file." in text(desk.post(NEW, {"then": "upload"}))


def test_left_alone_it_is_deleted(desk: Client) -> None:
    send(desk)
    (kept,) = folder().iterdir()
    send(desk, PLAIN + "cy@example.org,Cy,,\n")
    assert not kept.exists()
    assert desk.post(NEW, {"then": "leave"})["Location"] == HERE
    assert list(folder().iterdir()) == []
    page = desk.post(NEW, {"then": "start"}, follow=True)
    assert "The file is not there any more." in text(page)


def test_a_file_goes_with_the_organisation_for_which_it_was_sent(desk: Client, root: Group) -> None:
    send(desk)
    session = desk.session
    chosen, name, _ours = session["import"]
    session["import"] = [chosen, name, str(made_up.organisation("others").id)]
    session.save()
    assert "Nothing is taken in before" in text(desk.get(NEW))
    assert upload_file(chosen).exists()


def test_one_that_was_refused_and_one_of_the_command_line_say_so(desk: Client) -> None:
    send(desk)
    brought = begun(desk)
    Import.objects.update(kept_here=False)
    assert "It was begun at the command line" in text(desk.get(f"{HERE}/{brought.id}"))
    Import.objects.update(state="refused", reason="It ends in the middle.", lines=0)
    said = text(desk.get(f"{HERE}/{brought.id}"))
    assert "It ends in the middle." in said
    assert "refused" in text(desk.get(HERE))
    Import.objects.update(state="waiting")
    assert "0 rows." in text(desk.get(f"{HERE}/{brought.id}"))


def test_the_list_asks_as_often_for_three(desk: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(2):
        send(desk, f"{PLAIN}cy{number}@example.org,Cy,,\n")
        begun(desk)
    with django_assert_num_queries(7):
        assert len(desk.get(HERE).context["imports"]) == 2
