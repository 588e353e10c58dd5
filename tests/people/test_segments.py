"""Whom somebody means: held against sets in plain Python, and never more than those who allow it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from groundswell.groups.access import SYSTEM
from groundswell.groups.models import Organisation
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.people import segments
from groundswell.people.errors import SegmentUnclear
from groundswell.people.models import Channel, Consent, Person, Reach, Suppression
from groundswell.people.operations import Typed, append_entries, recognise
from groundswell.people.reach import EPOCH, suppress
from groundswell.people.segments import Segmentation, chosen, count, parse, sentence, where_they_live, written
from groundswell.people.sorting import put_into_group, tag_people
from tests import made_up

pytestmark = pytest.mark.django_db

SECTORS = ("M1 1", "M1 2", "OL1 1", "SW1A 1", "ZE1 0", "")
NEWS: dict[str, Any] = {"purpose": "updates", "channel": "email"}


@pytest.fixture
def organisation() -> Organisation:
    return made_up.organisation()


def people(organisation: Organisation, *sectors: str, **facts: str) -> list[UUID]:
    """Somebody for each sector, who allows news by mail."""
    typed = [Typed(name="Ada", email=f"{uuid7()}@example.org", sector=sector, **facts) for sector in sectors]
    known = recognise(organisation.id, typed)
    made = [known[one.email] for one in typed]
    allow(organisation, made)
    return made


def allow(organisation: Organisation, who: list[UUID], purpose: str = "updates", action: str = "grant") -> None:
    said = {"organisation_id": organisation.id, "purpose": purpose, "action": action, "asked_at": now()}
    append_entries(organisation.id, [Consent(person_id=one, source=uuid7(), **said) for one in who])


def meant(organisation: Organisation, *steps: dict[str, Any], sample: int | None = None) -> set[UUID]:
    read = parse({"steps": steps, "sample": sample})
    found = list(chosen(organisation.id, read, **NEWS).values_list("person_id", flat=True))
    assert len(found) == len(set(found)) == count(organisation.id, read, **NEWS)
    return set(found)


def near(postcode: str = "M1 1AE", distance: int = 25, unit: str = "miles", **more: str) -> dict[str, Any]:
    return {"is": "near", "postcode": postcode, "distance": distance, "unit": unit, **more}


def test_without_a_line_everybody_is_meant_who_allows_it(
    organisation: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    one, other, third = people(organisation, "M1 1", "", "")
    allow(organisation, [other], action="withdraw")
    suppress(organisation.id, "email", {Person.objects.get(id=third).email: Suppression.Reason.BOUNCED})
    assert meant(organisation) == {one}
    with django_assert_num_queries(1):
        assert count(organisation.id, parse({"steps": [near()]}), **NEWS) == 1
    with django_assert_num_queries(1):
        assert where_they_live(organisation.id, Segmentation(), **NEWS) == {"M1 1": 1}
    with django_assert_num_queries(0):
        chosen(organisation.id, Segmentation(), **NEWS)


def test_nobody_of_another_organisation_is_ever_meant(organisation: Organisation) -> None:
    other = made_up.organisation("other", "Other")
    [theirs] = people(other, "M1 1")
    tag_people(SYSTEM, organisation=other, people=[theirs], name="Stall")
    put_into_group(SYSTEM, group=made_up.root(other), people=[theirs])
    root = str(made_up.root(other).id)
    for step in (near(), {"is": "tag", "name": "stall"}, {"is": "group", "group": root}):
        for join in segments.JOINS:
            assert not meant(organisation, {**step, "join": join})
        assert meant(other, step) == {theirs}


@pytest.mark.parametrize(
    ("distance", "unit", "found"), [(1, "miles", 2), (1, "km", 2), (8, "km", 2), (8, "miles", 3)]
)
def test_miles_are_longer_than_kilometres(
    organisation: Organisation, distance: int, unit: str, found: int
) -> None:
    people(organisation, *SECTORS)
    assert len(meant(organisation, near(distance=distance, unit=unit))) == found


def test_a_group_is_one_with_all_below_it(organisation: Organisation) -> None:
    root = made_up.root(organisation)
    branch = made_up.branch(root)
    one, other, _nobody = people(organisation, "", "", "")
    put_into_group(SYSTEM, group=root, people=[other])
    put_into_group(SYSTEM, group=branch, people=[one, other])
    assert meant(organisation, {"is": "group", "group": str(root.id)}) == {one, other}
    put_into_group(SYSTEM, group=root, people=[one])
    assert meant(organisation, {"is": "group", "group": str(branch.id)}) == {one, other}


def test_language_tag_and_what_else_they_allow(organisation: Organisation) -> None:
    [french] = people(organisation, "", language="fr")
    [english] = people(organisation, "")
    tag_people(SYSTEM, organisation=organisation, people=[english], name="Can Drive")
    allow(organisation, [french], "nearby")
    assert meant(organisation, {"is": "language", "language": "fr"}) == {french}
    assert meant(organisation, {"is": "tag", "name": "can  drive"}) == {english}
    assert meant(organisation, {"is": "allows", "purpose": "nearby", "join": "not"}) == {english}
    assert not meant(organisation, {"is": "allows", "purpose": "nearby", "channel": "sms"})


def test_the_days_since_the_last_message_are_whole_days(organisation: Organisation) -> None:
    never, long_ago, lately = people(organisation, "", "", "")
    today = (now().date() - EPOCH).days
    Reach.objects.filter(person_id=long_ago).update(contacted_on=today - 7)
    Reach.objects.filter(person_id=lately).update(contacted_on=today - 6)
    assert meant(organisation, {"is": "not_contacted", "days": 7}) == {never, long_ago}


def test_brackets_are_read_by_themselves(organisation: Organisation) -> None:
    one, two, three = people(organisation, "M1 1", "SW1A 1", "ZE1 0")
    tag_people(SYSTEM, organisation=organisation, people=[one, two], name="a")
    either = {"steps": [near(distance=1), near("ZE1 0AA", 1, join="or")]}
    assert meant(organisation, {"is": "tag", "name": "a"}, {**either, "join": "and"}) == {one}
    assert meant(organisation, {"is": "tag", "name": "a"}, {**either, "join": "or"}) == {one, two, three}
    assert meant(organisation, {**either, "join": "not"}) == {two}
    assert meant(organisation, {"steps": []}) == {one, two, three}
    assert not meant(organisation, {"steps": [], "join": "not"})
    assert meant(organisation, {"is": "tag", "name": "a"}, {"steps": [], "join": "or"}) == {one, two, three}


def test_a_sample_is_so_many_of_them_and_the_same_ones_again(organisation: Organisation) -> None:
    every = set(people(organisation, *["M1 1"] * 12, *["SW1A 1"] * 3))
    drawn = meant(organisation, near(), sample=5)
    assert len(drawn) == 5
    assert drawn < every
    assert meant(organisation, near(), sample=5) == drawn
    assert meant(organisation, sample=50) == every
    read = parse({"steps": [near()], "sample": 5})
    assert where_they_live(organisation.id, read, **NEWS) == {"M1 1": 5}


# Against plain Python.

BLOCKS: list[tuple[dict[str, Any], Callable[[dict[str, Any]], bool]]] = [
    (near(distance=2), lambda one: one["sector"] in {"M1 1", "M1 2"}),
    (near("SW1A 1AA", 3, "km"), lambda one: one["sector"] == "SW1A 1"),
    ({"is": "tag", "name": "stall"}, lambda one: one["tag"]),
    ({"is": "language", "language": "fr"}, lambda one: one["language"] == "fr"),
    ({"is": "not_contacted", "days": 7}, lambda one: one["contacted"] is None or one["contacted"] >= 7),
]
PLACES_OF_BLOCKS = st.integers(0, len(BLOCKS) - 1)

persons = st.lists(
    st.fixed_dictionaries(
        {
            "sector": st.sampled_from(SECTORS),
            "tag": st.booleans(),
            "language": st.sampled_from(["en", "fr"]),
            "contacted": st.none() | st.integers(0, 14),
            "allows": st.booleans(),
            "suppressed": st.booleans(),
        }
    ),
    max_size=12,
)
lines = st.recursive(
    st.lists(st.tuples(st.sampled_from(segments.JOINS), PLACES_OF_BLOCKS), max_size=4),
    lambda inner: st.lists(st.tuples(st.sampled_from(segments.JOINS), PLACES_OF_BLOCKS | inner), max_size=3),
    max_leaves=6,
).filter(lambda made: depth(made) <= segments.DEEPEST)


def depth(made: list[Any]) -> int:
    return 1 + max((depth(inner) for _join, inner in made if isinstance(inner, list)), default=0)


def as_json(made: list[Any]) -> list[dict[str, Any]]:
    return [
        {"join": join, **({"steps": as_json(inner)} if isinstance(inner, list) else BLOCKS[inner][0])}
        for join, inner in made
    ]


def model(made: list[Any], everybody: dict[UUID, dict[str, Any]]) -> set[UUID]:
    """The same by sets: each line changes what is left of everybody."""
    left = set(everybody)
    for number, (join, inner) in enumerate(made):
        here = (
            model(inner, everybody)
            if isinstance(inner, list)
            else {person for person, one in everybody.items() if BLOCKS[inner][1](one)}
        )
        if join == "not":
            left -= here
        elif join == "or" and number:
            left |= here
        else:
            left &= here
    return left


def live(organisation: Organisation, drawn: list[dict[str, Any]]) -> dict[UUID, dict[str, Any]]:
    Person.objects.filter(organisation=organisation).delete()
    Suppression.objects.all().delete()
    made: dict[UUID, dict[str, Any]] = {}
    today = (now().date() - EPOCH).days
    for one in drawn:
        [person] = people(organisation, one["sector"], language=one["language"])
        made[person] = one
        if one["tag"]:
            tag_people(SYSTEM, organisation=organisation, people=[person], name="Stall")
        if not one["allows"]:
            allow(organisation, [person], action="withdraw")
        if one["suppressed"]:
            address = Person.objects.get(id=person).email
            suppress(organisation.id, Channel.EMAIL, {address: Suppression.Reason.UNSUBSCRIBED})
        if one["contacted"] is not None:
            Reach.objects.filter(person_id=person).update(contacted_on=today - one["contacted"])
    return made


def holds(organisation: Organisation, drawn: list[dict[str, Any]], made: list[Any]) -> None:
    everybody = live(organisation, drawn)
    may = {person for person, one in everybody.items() if one["allows"] and not one["suppressed"]}
    assert meant(organisation, *as_json(made)) == model(made, everybody) & may


@given(persons, lines)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_segments_are_what_sets_are(
    organisation: Organisation, drawn: list[dict[str, Any]], made: list[Any]
) -> None:
    holds(organisation, drawn, made)


@given(persons, lines)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_among_many_those_who_are_taken_off_are_counted_by_themselves(
    organisation: Organisation, drawn: list[dict[str, Any]], made: list[Any]
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(segments, "FEW", 0)
        holds(organisation, drawn, made)


def test_those_who_are_taken_off_by_two_tables_are_taken_off_once(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segments, "FEW", 0)
    one, two, three, four = people(organisation, *["M1 1"] * 4)
    tag_people(SYSTEM, organisation=organisation, people=[one, two], name="a")
    tag_people(SYSTEM, organisation=organisation, people=[two], name="b")
    first, other = ({"join": "not", "is": "tag", "name": name} for name in ("a", "b"))
    assert meant(organisation, near(), first, other) == {three, four}
    assert meant(organisation, first, near(), other) == {three, four}
    assert meant(organisation, other) == {one, three, four}


def test_twin_without_consent_somebody_is_meant_who_must_not_be(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = {"sector": "", "tag": False, "language": "en", "contacted": None, "suppressed": False, "allows": False}
    holds(organisation, [drawn], [])
    monkeypatch.setattr(segments, "allowing", lambda organisation_id, *_: Reach.objects.all())
    with pytest.raises(AssertionError):
        holds(organisation, [drawn], [])


# Reading and writing.


@given(lines)
@settings(max_examples=40, deadline=None)
def test_what_is_written_down_is_read_as_the_same(made: list[Any]) -> None:
    read = parse({"steps": as_json(made), "sample": 7})
    assert parse(written(read)) == read
    assert sentence(read).endswith("; of these 7 at random.")


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "everybody",
        {},
        {"steps": "near"},
        {"steps": [], "more": 1},
        {"steps": [], "sample": 0},
        {"steps": [], "sample": True},
        {"steps": [], "sample": "5"},
        {"steps": ["near"]},
        {"steps": [{"is": "nothing"}]},
        {"steps": [{}]},
        {"steps": [near(join="xor")]},
        {"steps": [near(more="1")]},
        {"steps": [near(distance=0)]},
        {"steps": [near(distance=1001)]},
        {"steps": [near("BT1 1AA")]},
        {"steps": [near("nowhere")]},
        {"steps": [{"is": "tag", "name": "a\x00"}]},
        {"steps": [{"is": "tag", "name": ""}]},
        {"steps": [{"is": "group", "group": "x"}]},
        {"steps": [{"is": "allows", "purpose": "ally"}]},
        {"steps": [near()] * (segments.MOST_STEPS + 1)},
        {"steps": [{"steps": [{"steps": [{"steps": []}]}]}]},
    ],
)
def test_what_says_nothing_is_refused_in_a_sentence(data: object) -> None:
    with pytest.raises(SegmentUnclear) as refused:
        parse(data)
    assert str(refused.value).endswith(".")


def test_a_refusal_says_which_line_and_why() -> None:
    with pytest.raises(SegmentUnclear, match=r"^Line 2: This does not look like a UK postcode"):
        parse({"steps": [near(), near("nowhere")]})


def test_it_reads_as_a_sentence(
    organisation: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    root = made_up.root(organisation)
    read = parse(
        {
            "steps": [
                near("m11ae"),
                {"is": "group", "group": str(root.id)},
                {"join": "or", "steps": [{"is": "tag", "name": "Stall"}, {"is": "language", "language": "fr"}]},
                {"join": "not", "is": "allows", "purpose": "nearby"},
                {"is": "not_contacted", "days": 7},
            ],
            "sample": 1000,
        }
    )
    with django_assert_num_queries(1):
        said = sentence(read, organisation_id=organisation.id)
    assert said == (
        "Those who live within 25 miles of M1 1AE, and who belong to Tenants’ Union, or who are among these "
        "(those who have the tag “Stall”, and who read Français), but not those who allow to be told of events "
        "near them by e-mail, and who were not written to in the last 7 days; of these 1,000 at random."
    )
    assert "Tenants" not in sentence(read)
    assert "Tenants" not in sentence(read, organisation_id=made_up.organisation("other", "Other").id)
    assert sentence(Segmentation()) == "Everybody."
    assert sentence(parse({"steps": [near(unit="km", join="not")]})) == (
        "Everybody but those who live within 25 kilometres of M1 1AE."
    )


def test_every_kind_of_block_can_be_picked_by_its_words() -> None:
    kinds = segments.kinds()
    assert {"near", "group", "tag", "language", "not_contacted", "allows"} <= kinds.keys()
    assert len({str(block.label) for block in kinds.values()}) == len(kinds)
