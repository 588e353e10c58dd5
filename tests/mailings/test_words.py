"""What a mailing says, as it is typed."""

import pytest

from groundswell.groups.errors import InvalidFields
from groundswell.mailings.words import OF_EVENT, Block, blocks, checked, filled

TEXT = """# Come on Saturday

Dear {first_name|friend},
we march at noon.

> They said it could not be done.
> It can.

{picture}
{event}
[Say that you are coming](https://example.org/e/march)

See https://example.org."""


def wrong(**typed: str) -> dict[str, str]:
    with pytest.raises(InvalidFields) as refused:
        checked({"subject": "Come", "text": "Come.", **typed}, has_event=False)
    return refused.value.errors


def test_lines_become_blocks() -> None:
    assert blocks(TEXT) == [
        Block("heading", "Come on Saturday"),
        Block("text", "Dear {first_name|friend},\nwe march at noon."),
        Block("quote", "They said it could not be done.\nIt can."),
        Block("picture"),
        Block("event"),
        Block("button", "Say that you are coming", "https://example.org/e/march"),
        Block("text", "See https://example.org."),
    ]


def test_what_is_typed_is_cleaned_and_kept() -> None:
    words = checked({"subject": "  Come   on ", "text": f"{TEXT}\r\n", "preheader": "Noon"}, has_event=True)
    assert (words.subject, words.preheader) == ("Come on", "Noon")
    assert words.text == TEXT
    assert words.stored() == {"subject": "Come on", "preheader": "Noon", "text": TEXT}


def test_what_is_wrong_is_said_at_its_field() -> None:
    assert wrong(subject=" ") == {"subject": "Please write something here."}
    assert set(wrong(subject="a\x00b", text="")) == {"subject", "text"}
    assert "at most 150" in wrong(subject="x" * 151)["subject"]
    assert "where nothing is known" in wrong(text="Dear {first_name},")["text"]
    assert "nothing called {surname}" in wrong(text="Dear {surname|you}".replace("|you", ""))["text"]
    for shown in ("event", "picture"):
        assert wrong(text=f"{{{shown}}}")["text"].endswith(f"so {{{shown}}} has nothing to show.")
    for variable in OF_EVENT:
        for field in ("subject", "preheader", "text"):
            said = wrong(**{field: f"Come: {{{variable}|soon}}"})[field]
            assert said.endswith(f"so {{{variable}}} has nothing to show.")
    assert "nothing called {event}" in wrong(subject="{event}")["subject"]


@pytest.mark.parametrize("variable", OF_EVENT)
def test_a_detail_of_the_event_needs_what_stands_there_where_nothing_is_known(variable: str) -> None:
    whole = f"{{{variable}|soon}}"
    assert checked({"subject": whole, "preheader": whole, "text": whole}, has_event=True).text == whole
    for said in (f"{{{variable}}}", f"{{{variable}|}}"):
        with pytest.raises(InvalidFields) as refused:
            checked({"subject": "Come", "text": said}, has_event=True)
        assert list(refused.value.errors) == ["text"]
    assert f"{{{variable}|…}}" in wrong(text=f"{{{variable}}}")["text"]


def test_details_of_the_event_are_the_same_for_everybody() -> None:
    slots: dict[str, tuple[str, str]] = {}
    said = "{event_title|The rally} at {event_place|a place to come}"
    for fill in (None, {"name": "Ada", "first_name": "Ada"}):
        assert filled(said, fill, slots, {"event_title": "March {name|x}"}) == "March {name|x} at a place to come"
        assert filled(said, fill, slots) == "The rally at a place to come"
    assert slots == {}


def test_variables_are_filled_in_or_left_as_slots() -> None:
    said = "Dear {first_name|friend} or {name|you}, {first_name|friend}"
    assert filled(said, {"first_name": "Ada", "name": ""}, {}) == "Dear Ada or you, Ada"
    slots: dict[str, tuple[str, str]] = {}
    assert "{" not in filled(said, None, slots)
    assert slots == {"v0": ("first_name", "friend"), "v1": ("name", "you")}
