import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from groundswell.kit.colour import (
    BLACK,
    GLARE,
    INK,
    NIGHT,
    PAPER,
    READABLE,
    WHITE,
    Colour,
    by_day,
    by_night,
    contrast,
    dimmed,
    readable,
    text_on,
)

channels = st.integers(0, 255)
colours = st.builds(Colour, channels, channels, channels)


def test_black_on_white_is_the_most_contrast_there_is():
    assert contrast(BLACK, WHITE) == pytest.approx(21)
    assert contrast(WHITE, BLACK) == pytest.approx(21)
    assert contrast(INK, INK) == 1


def test_contrast_agrees_with_a_published_pair():
    # #767676 is the lightest grey that WCAG's own examples accept on white.
    assert contrast(Colour.from_hex("#767676"), WHITE) == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize("text", ["#c8102e", "C8102E"])
def test_a_colour_is_read_from_hex(text):
    assert Colour.from_hex(text) == Colour(0xC8, 0x10, 0x2E)


@pytest.mark.parametrize("text", ["", "#fff", "red", "#c8102e;}", "#c8102é", "##c8102e", "#c8102e\n"])
def test_what_is_no_colour_is_refused(text):
    with pytest.raises(ValueError, match="looks like"):
        Colour.from_hex(text)


@given(colours)
def test_hex_comes_back(colour):
    assert Colour.from_hex(colour.hex) == colour


@given(colours)
@example(Colour(0x77, 0x77, 0x77))
@example(Colour(0x75, 0x75, 0x75))
def test_any_accent_can_be_read_by_day_and_by_night(accent):
    for palette, paper in [(by_day(accent), PAPER), (by_night(accent), NIGHT)]:
        assert contrast(palette.on_field, palette.field) >= READABLE
        assert contrast(palette.accent, paper) >= READABLE


@given(colours)
def test_the_field_is_the_accent_itself_by_day(accent):
    assert by_day(accent).field == accent


@given(colours)
def test_nothing_glares_at_night(accent):
    assert by_night(accent).field.luminance <= GLARE


@given(colours.filter(lambda colour: colour.luminance <= GLARE))
def test_a_calm_colour_is_not_dimmed(colour):
    assert dimmed(colour) == colour


@given(colours.filter(lambda colour: contrast(colour, PAPER) >= READABLE))
def test_a_colour_that_reads_well_is_kept(colour):
    assert readable(colour, on=PAPER) == colour


def test_ink_gives_way_to_black_where_only_black_can_be_read():
    greys = [Colour(level, level, level) for level in range(256)]
    assert {text_on(grey) for grey in greys} == {WHITE, INK, BLACK}
