import pytest

from groundswell.web.templatetags.poster import SIZES, grouped, poster_size, qr, unbroken


@pytest.mark.parametrize(
    ("title", "size"),
    [
        ("Stand in unity", "is-short"),
        ("We have your answer", "is-short"),
        ("Stand in unity in Sheffield", "is-medium"),
        ("Emergency demonstration against austerity and racism", "is-long"),
        ("What comes next? A discussion about councils, cuts and how towns fight back", "is-very-long"),
        ("Antidisestablishmentarianism", "is-very-long"),
        ("", "is-short"),
    ],
)
def test_a_title_is_set_as_large_as_it_goes(title, size):
    assert poster_size(title) == size


@pytest.mark.parametrize(("name", "letters", "_lines"), SIZES)
def test_one_letter_more_is_set_smaller(name, letters, _lines):
    assert poster_size("x" * letters) == name
    assert poster_size("x" * (letters + 1)) != name


def test_numbers_are_grouped_as_people_read_them():
    assert [grouped(number) for number in (0, 999, 1042, 1_000_000)] == ["0", "999", "1,042", "1,000,000"]


def test_no_figure_is_parted_from_what_it_counts():
    assert unbroken("Tuesday 1 December 2026") == "Tuesday 1\xa0December 2026"
    assert unbroken("from 6.30 pm to 8 pm") == "from 6.30\xa0pm to 8\xa0pm"


def test_a_qr_code_is_drawn_without_a_style():
    picture = qr('https://rally.example.org/e/unity?via="><script>')
    assert picture.startswith("<svg ")
    assert "style" not in picture
    assert "script" not in picture
