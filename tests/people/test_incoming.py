"""What the tables of other tools say of people, by what these call their columns."""

from pathlib import Path

import pytest

from groundswell.people.errors import BadRow, ColumnsUnknown
from groundswell.people.incoming import Incoming, Understanding
from groundswell.people.sources import GENERIC, Holds, header_digest, source_of
from groundswell.people.tables import header_of, look_at, rows_of
from tests.people import files


def read(tmp_path: Path, text: str) -> tuple[str, list[Incoming | str], Understanding]:
    """Where a table comes from, and what each row says, or why it says nothing."""
    path = files.written(tmp_path, text)
    looked = look_at(path)
    header = header_of(path, looked)
    source = source_of(header)
    understanding = Understanding(header, source.columns, source.name)
    found: list[Incoming | str] = []
    for row in rows_of(path, looked):
        try:
            found.append(understanding(row.cells))
        except BadRow as error:
            found.append(str(error))
    return source.name, found, understanding


def one(header: str, row: str) -> Incoming:
    names = header.split(",")
    return Understanding(names, GENERIC.columns)(row.split(","))


def test_action_network(tmp_path: Path) -> None:
    source, [ada, bo, cy, di], understanding = read(tmp_path, files.ACTION_NETWORK)
    assert source == "action-network"
    assert ada == Incoming(
        key="ada@example.org",
        name="Ada Byron",
        email="ada@example.org",
        phone="+447700900123",
        sector="M1 1",
        language="",
        tags=("Can drive", "Stall"),
        agreed=True,
        shut={"sms": "unsubscribed"},
        further={"sms": False},
    )
    assert isinstance(bo, Incoming)
    assert (bo.agreed, bo.shut, bo.sector) == (False, {"email": "unsubscribed"}, "")
    assert isinstance(cy, Incoming)
    assert (cy.agreed, cy.shut) == (False, {"email": "bounced"})
    assert isinstance(di, Incoming)
    assert (di.agreed, di.shut) == (None, {})
    assert understanding.unused == ["uuid", "can2_user_address"]
    assert understanding.says_who_wants_mail


def test_mobilize(tmp_path: Path) -> None:
    source, [ada, bo], understanding = read(tmp_path, files.MOBILIZE)
    assert source == "mobilize"
    assert isinstance(ada, Incoming)
    assert isinstance(bo, Incoming)
    assert (ada.name, ada.tags, ada.agreed, ada.sector) == ("Ada Byron", ("attended Rally in May",), None, "")
    assert bo.tags == ()
    assert not understanding.says_who_wants_mail


def test_nationbuilder(tmp_path: Path) -> None:
    source, [ada, bo, cy, di], understanding = read(tmp_path, files.NATIONBUILDER)
    assert source == "nationbuilder"
    assert isinstance(ada, Incoming)
    assert (ada.email, ada.phone, ada.agreed, ada.shut) == ("ada@example.org", "+447700900123", True, {})
    assert ada.sector == "M1 1"
    assert isinstance(bo, Incoming)
    assert bo.shut == {"email": "unsubscribed"}
    assert isinstance(cy, Incoming)
    assert cy.name == "Cy Ray"
    assert cy.shut == dict.fromkeys(("email", "phone", "sms"), "unsubscribed")
    assert isinstance(di, Incoming)
    assert (di.email, di.shut) == ("di@example.org", {"email": "bounced"})
    assert "support_level" in understanding.unused
    assert "email1_is_bad" not in understanding.unused


def test_eventbrite(tmp_path: Path) -> None:
    source, [ada, bo], understanding = read(tmp_path, files.EVENTBRITE)
    assert source == "eventbrite"
    assert isinstance(ada, Incoming)
    assert isinstance(bo, Incoming)
    assert (ada.sector, ada.tags) == ("M1 1", ("attended",))
    assert bo.tags == ()
    assert "Job Title" in understanding.unused


def test_whoever_ordered_is_not_taken_for_who_comes(tmp_path: Path) -> None:
    header = "Order no.,Buyer Email,Buyer First Name,Email,First Name,Surname,Attendee Status"
    source, [bo], _ = read(tmp_path, f"{header}\n1,ada@example.org,Ada,bo@example.org,Bo,Lund,Attending\n")
    assert source == "eventbrite"
    assert isinstance(bo, Incoming)
    assert (bo.email, bo.name) == ("bo@example.org", "Bo Lund")
    source, [ada], _ = read(
        tmp_path, "Order no.,Event Name,Buyer Email,Buyer First Name\n1,Rally,ada@example.org,Ada\n"
    )
    assert source == "eventbrite-orders"
    assert isinstance(ada, Incoming)
    assert (ada.email, ada.name) == ("ada@example.org", "Ada")


def test_civicrm(tmp_path: Path) -> None:
    source, [ada, office, bo], _ = read(tmp_path, files.CIVICRM)
    assert source == "civicrm"
    assert isinstance(ada, Incoming)
    assert (ada.phone, ada.language, ada.shut) == ("+442079460123", "fr", {"phone": "unsubscribed"})
    assert office == "This is an organisation or a household, and no person."
    assert isinstance(bo, Incoming)
    assert (bo.agreed, bo.shut) == (False, {"email": "unsubscribed"})


def test_any_other_by_the_names_in_use() -> None:
    ada = one(
        "\ufeffE-Mail,Full_Name,Mobile,Post Code,Consent",
        "mailto:Ada@Example.org,Ada Byron,07700900123,m1 1ae,yes",
    )
    assert (ada.key, ada.email, ada.name) == ("ada@example.org", "Ada@example.org", "Ada Byron")
    assert (ada.phone, ada.sector, ada.agreed) == ("+447700900123", "M1 1", True)


def test_without_a_column_to_reach_people_by_nothing_is_known() -> None:
    with pytest.raises(ColumnsUnknown):
        Understanding(["Adresse", "Alter"], GENERIC.columns)
    assert Understanding(["Adresse"], {Holds.EMAIL: ["adresse"]})(["ada@example.org"]).email == "ada@example.org"


@pytest.mark.parametrize(
    ("header", "row", "why"),
    [
        ("email", "", "neither"),
        ("email", "ada", "e-mail address"),
        ("email", "a@b\x00.org", "not text"),
        ("email,name", "ada@example.org,\ufffdda", "not text"),
        ("email,name", f"ada@example.org,{'a' * 121}", "120"),
        ("phone", "12", "neither"),
        ("phone", "++", "neither"),
        ("phone", "020 7946 0123 ext. 7", "neither"),
        ("phone,country", "020 7946 0123,Atlantis", "neither"),
    ],
)
def test_a_row_that_says_nothing_of_use(header: str, row: str, why: str) -> None:
    with pytest.raises(BadRow, match=why):
        one(header, row)


def test_more_tags_than_anybody_reads() -> None:
    understanding = Understanding(["email", "tags"], GENERIC.columns)
    assert understanding(["ada@example.org", "a, ,b,"]).tags == ("a", "b")
    with pytest.raises(BadRow, match="50"):
        understanding(["ada@example.org", ",".join("a" * 60)])


def test_an_apostrophe_before_a_formula_was_put_there() -> None:
    assert one("email,name", "ada@example.org,'t Hooft").name == "'t Hooft"
    assert one("email,phone", "ada@example.org,'+447700900123").phone == "+447700900123"


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("name", '=HYPERLINK("http://example.org")'),
        ("name", "'=1+1"),
        ("name", " ＝1+1"),
        ("name", '="=1+1"'),
        ("phone", "+cmd|' /C calc'!A0"),
        ("tags", "stall,@SUM(1+1)"),
        ("email", "=cmd|'/C'!A0@example.org"),
    ],
)
def test_a_row_with_a_formula_is_left_out_with_the_reason(column: str, cell: str) -> None:
    columns = {"email": "ada@example.org", "name": "Ada", "phone": "", "tags": ""} | {column: cell}
    with pytest.raises(BadRow, match=f"a formula under “{column}”"):
        Understanding(list(columns), GENERIC.columns)(list(columns.values()))


def test_what_only_begins_like_a_formula_goes_in() -> None:
    understanding = Understanding(["email", "name", "phone", "tags", "notes"], GENERIC.columns)
    ada = understanding(["ada@example.org", "- Ada (she/her)", '="+44 (0)7700 900123"', "@stall,-1,+", "=1+1"])
    assert (ada.name, ada.phone) == ("- Ada (she/her)", "+447700900123")
    assert ada.tags == ("@stall", "-1", "+")
    assert understanding.unused == ["notes"]


@pytest.mark.parametrize(("country", "kept"), [("UK", "+447700900123"), ("gb", "+447700900123"), ("US", "")])
def test_a_number_is_dialled_from_its_country(country: str, kept: str) -> None:
    assert one("email,phone,country", f"ada@example.org,07700 900123,{country}").phone == kept


def test_somebody_without_a_mailbox_is_known_by_their_number() -> None:
    ada = one("name,phone", "Ada,07700900123")
    assert (ada.key, ada.email) == ("tel:+447700900123", "")


@pytest.mark.parametrize(
    ("state", "agreed", "shut"),
    [
        ("Subscribed", True, {}),
        ("no", False, {"email": "unsubscribed"}),
        ("Spam complaint", False, {"email": "complained"}),
        ("hard bounce", False, {"email": "bounced"}),
        ("perhaps", None, {}),
    ],
)
def test_what_a_source_says_of_mail(state: str, agreed: bool | None, shut: dict[str, str]) -> None:
    ada = one("email,opt-in", f"ada@example.org,{state}")
    assert (ada.agreed, ada.shut) == (agreed, shut)
    assert one("email,unsubscribed", "ada@example.org,x").shut == {"email": "unsubscribed"}


@pytest.mark.parametrize(("typed", "language"), [("en_GB", "en"), ("Français", "fr"), ("de", ""), ("", "")])
def test_languages_that_we_write_in(typed: str, language: str) -> None:
    assert one("email,language", f"ada@example.org,{typed}").language == language


def test_of_two_rows_about_somebody_the_stricter_consent_wins() -> None:
    yes, no = one("email,opt-in", "ada@example.org,yes"), one("email,opt-in", "ada@example.org,no")
    silent = one("email,name,tags", "ada@example.org,Ada,stall")
    for both in (yes.with_more(no), no.with_more(yes), no.with_more(silent)):
        assert (both.agreed, both.shut) == (False, {"email": "unsubscribed"})
    assert yes.with_more(silent).agreed
    assert yes.with_more(silent).name == "Ada"
    assert silent.with_more(yes).tags == ("stall",)


def test_a_table_is_known_again_by_its_columns() -> None:
    assert header_digest(["E-Mail", "name"]) == header_digest(["Name", "email"])
    assert header_digest(["email"]) != header_digest(["email", "name"])
