"""Which of our languages a browser asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundswell.front.languages import Languages

OFFERED = ["en", "cy", "pt-br"]
LANGUAGES = Languages(OFFERED)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (b"", "en"),
        (b"cy", "cy"),
        (b"CY", "cy"),
        (b"cy-GB,en;q=0.5", "cy"),
        (b"en;q=0.3, cy;q=0.9", "cy"),
        (b"fr, de;q=0.9", "en"),
        (b"fr, cy;q=0.1", "cy"),
        (b"pt-BR", "pt-br"),
        (b"pt", "en"),
        (b"cy;q=0", "en"),
        (b"cy;q=nonsense", "en"),
        (b"cy;level=1", "cy"),
        (b"*", "en"),
        (b"\xff\xfe", "en"),
        (b",,;;==", "en"),
    ],
)
def test_the_best_of_what_we_have(header: bytes, language: str) -> None:
    assert LANGUAGES.of(header) == language


@given(st.binary(max_size=400))
def test_any_header_gets_one_of_our_languages(header: bytes) -> None:
    assert LANGUAGES.of(header) in OFFERED


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("/cy/e/rally", "cy"),
        ("/cy/", "cy"),
        ("/cy", ""),
        ("/e/cy/", ""),
        ("/pt-br/", "pt-br"),
        ("/cyx/", ""),
        ("", ""),
    ],
)
def test_a_path_may_begin_with_one(path: str, language: str) -> None:
    assert LANGUAGES.in_path(path) == language
