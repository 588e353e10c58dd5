"""Whoever knows its own people and all that is published, over hours, learns of nobody else's answer.

Every small world is built, and its figures published; each view that somebody can have must fit worlds enough.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from itertools import product

import pytest

from groundswell.attendances.marks import MOST_BY_ONE, worth
from groundswell.attendances.models import Tally
from groundswell.attendances.queries import is_full, rounded
from groundswell.attendances.snapshots import union_shown
from groundswell.events.models import Event

Publish = Callable[[int, Collection[int]], int]
View = tuple[int, ...]


def only_rounded(union: int, _figures: Collection[int]) -> int:
    """The twin: the union in tens, without the limit."""
    return rounded(union)


def exact(union: int, _figures: Collection[int]) -> int:
    """The twin: the union as it is."""
    return union


def narrowed(publish: Publish, own: int, most: int, others: int) -> Iterator[tuple[View, int]]:
    """What somebody sees who brings so many, and how many combinations of others' figures fit it, where not all.

    All that the others can bring below ``most`` is tried, and all that the union can be then.
    """
    fitting: defaultdict[View, set[View]] = defaultdict(set)
    for figures in product(range(most), repeat=others):
        tens = tuple(rounded(people) for people in (own, *figures))
        for union in range(max(own, *figures), own + sum(figures) + 1):
            fitting[(*tens, publish(union, tens))].add(figures)
    yield from ((view, len(worlds)) for view, worlds in fitting.items() if len(worlds) != 10**others)


@pytest.mark.parametrize("own", range(31))
def test_of_two_neither_learns_more_of_the_other_than_its_ten(own: int) -> None:
    assert list(narrowed(union_shown, own, 40, 1)) == []


@pytest.mark.parametrize("own", [0, 1, 9, 10, 11, 15, 19, 20])
def test_of_three_none_learns_more_of_the_others_than_their_tens(own: int) -> None:
    """Nor of the two together. Two of them who tell each other all see of the third what one of two does."""
    assert list(narrowed(union_shown, own, 20, 2)) == []


@pytest.mark.parametrize("own", [0, 11, 19])
def test_of_four_none_learns_more_of_the_others_than_their_tens(own: int) -> None:
    assert list(narrowed(union_shown, own, 20, 3)) == []


def test_without_the_limit_a_sum_gives_the_other_away() -> None:
    """The twin: 11 of one's own, "10" and a union of 30 are exactly 19 of the other's."""
    assert ((10, 10, 30), 1) in list(narrowed(only_rounded, 11, 40, 1))
    assert list(narrowed(only_rounded, 15, 20, 2)) != []


def test_two_who_tell_each_other_their_figures_learn_no_more_of_the_third() -> None:
    """Who lays whole lists side by side is another thing: see the decision."""
    for first, second in product((1, 9, 11, 19), repeat=2):
        fitting: defaultdict[View, set[int]] = defaultdict(set)
        for third in range(30):
            tens = tuple(rounded(people) for people in (first, second, third))
            for union in range(max(first, second, third), first + second + third + 1):
                fitting[(*tens, union_shown(union, tens))].add(third)
        assert {len(worlds) for worlds in fitting.values()} == {10}, (first, second)


Answers = tuple[int, ...]
"""How many people each of one's own brings by the other organisation's page (0: has not answered there), and last
how many others it brings."""

HOURS = 3

Follows = Callable[[Answers, Answers], bool]
"""Whether the first can be, an hour later, the second."""


def _worlds(own: Answers, most: int) -> list[Answers]:
    bringing = sorted({0, 1, *own})
    return [(*shared, others) for shared in product(bringing, repeat=len(own)) for others in range(most)]


def grew(before: Answers, after: Answers) -> bool:
    """Nobody takes an answer back."""
    return all(one <= other for one, other in zip(before, after, strict=True))


def changed(_before: Answers, _after: Answers) -> bool:
    """Figures rise and fall, however much."""
    return True


def one_changed(before: Answers, after: Answers) -> bool:
    """Somebody comes or goes, one answer at most: whoever looks knows that hardly anything happened."""
    moved = [abs(one - other) for one, other in zip(before, after, strict=True)]
    return sum(map(bool, moved)) <= 1 and moved[-1] <= MOST_BY_ONE


def paths(
    own: Answers, publish: Publish, worlds: Collection[Answers], last: Collection[Answers], follows: Follows
) -> set[View]:
    """All that can be published over the hours, ending in one of these worlds."""

    def view(world: Answers) -> View:
        tens = (rounded(sum(own)), rounded(sum(world)))
        union = sum(map(max, own, world)) + world[-1]
        return (tens[1], publish(union, tens))

    ending: dict[Answers, set[View]] = {world: {view(world)} for world in worlds}
    for _hour in range(HOURS - 1):
        ending = {
            world: {path + view(world) for before in worlds if follows(before, world) for path in ending[before]}
            for world in worlds
        }
    return set().union(*(ending[world] for world in last))


def gives_away(own: Answers, publish: Publish = union_shown, most: int = 22, follows: Follows = grew) -> set[str]:
    """What the published figures can tell of the first of one's own people: that they are there as well, or not.

    Nobody knows how many others there may be, so worlds that would explain a figure have some more of them.
    """
    small, worlds = _worlds(own, most), _worlds(own, most + sum(own))
    without = [world for world in worlds if not world[0]]
    all_paths = paths(own, publish, small, small, follows)
    told = set()
    if all_paths - paths(own, publish, without, without, follows):
        told.add("answered there too")
    if all_paths - paths(own, publish, worlds, [world for world in worlds if world[0]], follows):
        told.add("did not answer there")
    return told


@pytest.mark.parametrize("own", [(1,), (9,), (1, 9), (9, 1), (9, 9)])
def test_nobody_sees_over_hours_whether_one_of_their_own_answered_elsewhere(own: Answers) -> None:
    """Whoever is not among one's own is safer still: somebody whom one does not know can stand in their place."""
    assert gives_away(own) == set()


@pytest.mark.parametrize("follows", [changed, one_changed])
@pytest.mark.parametrize("own", [(1,), (9,), (1, 9)])
def test_nor_while_figures_fall_again(own: Answers, follows: Follows) -> None:
    assert gives_away(own, follows=follows) == set()


@pytest.mark.parametrize("follows", [grew, changed, one_changed])
def test_exact_figures_give_it_away(follows: Follows) -> None:
    """The twin."""
    assert gives_away((1,), exact, follows=follows) == {"answered there too", "did not answer there"}


def test_an_answer_for_ten_people_would_give_itself_away() -> None:
    """The twin of counting an answer for nine at most: "10" of the other's, and of all, hold each of its ten."""
    assert (MOST_BY_ONE, worth(9), worth(8), worth(0)) == (9, 9, 9, 1)
    assert "answered there too" in gives_away((10, 9))


Probe = Callable[[int, int], bool]
"""Whether a page says that all places are taken: a capacity, and how many the other one brings."""

OWN = 15


def by_snapshot(capacity: int, other: int) -> bool:
    """As pages of an event say it to which others bring people, with the exact figures in the same row."""
    tally = Tally(together=True, confirmed=OWN + other, taken=rounded(OWN) + rounded(other), waiting=other % 2)
    return is_full(Event(capacity=capacity), tally)


def by_tally(capacity: int, other: int) -> bool:
    """The twin: as they say it where nobody else brings people."""
    return is_full(Event(capacity=capacity), Tally(confirmed=OWN + other))


def found_out(probe: Probe, capacities: Collection[int]) -> list[int]:
    """How many figures of the other one's fit what all these capacities say of its page and its ten, each time."""
    fitting: defaultdict[tuple[int, ...], set[int]] = defaultdict(set)
    for other in range(60):
        answers = tuple(int(probe(capacity, other)) for capacity in capacities)
        fitting[(rounded(other), *answers)].add(other)
    return [len(figures) for figures in fitting.values()]


def test_who_tries_every_capacity_learns_no_more_than_the_ten() -> None:
    assert set(found_out(by_snapshot, range(100))) == {10}


def test_an_exact_answer_to_ten_capacities_is_the_others_figure() -> None:
    """The twin; even in tens alone it would halve what a ten leaves open."""
    assert set(found_out(by_tally, range(100))) == {1}
    assert set(found_out(by_tally, range(0, 100, 10))) == {5}


Figures = tuple[int, ...]
"""What another organisation brings: in all, and by each of its blocs."""


def subtractions(publish: Callable[[int], int], blocs: int, own: int, most: int = 30) -> set[int]:
    """In how few ways each figure, and each difference of two or of all, is left open by what is published.

    Somebody who brings ``own`` people sees of another organisation its tens in all and by bloc, and the union.
    They lay each figure against each other one; the answers outside of blocs are all without those in them.
    """
    fitting: defaultdict[View, set[Figures]] = defaultdict(set)
    for in_blocs in product(range(most), repeat=blocs):
        for total in range(sum(in_blocs), most):
            tens = (publish(total), *map(publish, in_blocs))
            for union in range(max(own, total), own + total + 1):
                shown = union if publish is whole else union_shown(union, [rounded(own), rounded(total)])
                fitting[(*tens, shown)].add((total, *in_blocs))
    return {len(left) for worlds in fitting.values() for left in _left_open(worlds)}


def whole(people: int) -> int:
    """The twin: a figure as it is."""
    return people


def _left_open(worlds: Collection[Figures]) -> Iterator[set[int]]:
    """The values that each figure can have, and those of each subtraction."""
    for column in range(len(next(iter(worlds)))):
        yield {world[column] for world in worlds}
    for column in range(1, len(next(iter(worlds)))):
        yield {world[0] - world[column] for world in worlds}
    yield {world[0] - sum(world[1:]) for world in worlds}


@pytest.mark.parametrize("own", [0, 1, 9, 11, 19])
@pytest.mark.parametrize("blocs", [1, 2])
def test_no_bloc_taken_from_all_leaves_fewer_than_ten_possibilities(blocs: int, own: int) -> None:
    assert min(subtractions(rounded, blocs, own)) >= 10


def test_exact_figures_of_blocs_leave_one() -> None:
    """The twin."""
    assert min(subtractions(whole, 1, 1)) == 1


def called_by_two(publish: Callable[[int], int], most: int = 20) -> set[int]:
    """In how few ways another caller's figures are left open to one who calls to the same two blocs.

    The viewer brings 13 to the one and 8 to the other, and sees of each bloc the sum of both callers' figures.
    """
    fitting: defaultdict[View, set[Figures]] = defaultdict(set)
    for first, second in product(range(most), repeat=2):
        for total in range(first + second, 2 * most):
            shown = (publish(total), publish(13) + publish(first), publish(8) + publish(second))
            fitting[shown].add((total, first, second))
    return {len(left) for worlds in fitting.values() for left in _left_open(worlds)}


def test_two_callers_of_two_blocs_learn_no_more_of_each_other_than_their_tens() -> None:
    assert min(called_by_two(rounded)) >= 10


def test_exact_sums_of_two_callers_are_the_others_figures() -> None:
    """The twin."""
    assert min(called_by_two(whole)) == 1


def left_by_links(publish: Callable[[int], int], listed_from: int, most: int = 30) -> set[int]:
    """In how few ways another one's total is left open beside the figure of its link, from so many on."""
    fitting: defaultdict[View, set[int]] = defaultdict(set)
    for total in range(most):
        for by_link in range(total + 1):
            shown = by_link if by_link >= listed_from else 0
            fitting[publish(total), shown].add(total)
    return {len(totals) for totals in fitting.values()}


def test_a_total_leaves_its_ten_open_only_while_others_links_are_not_listed() -> None:
    """Why each sees its own alone: from five on, one of another's would say more of "under ten" than that."""
    assert left_by_links(rounded, listed_from=31) == {10}
    assert min(left_by_links(rounded, listed_from=5)) < 10
