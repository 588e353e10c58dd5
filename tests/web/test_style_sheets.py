"""The style sheets keep the promises that nobody would notice to be broken: right to left, no third party."""

import re

import pytest

from groundswell.web.fingerprints import known

OURS = sorted(name for name in known() if name.endswith(".css"))

SIDES = r"(?:left|right|top|bottom)"
PHYSICAL = [
    rf"(?:^|[;{{\s])(?:margin|padding|border|inset|scroll-margin|scroll-padding)-{SIDES}\b",
    rf"(?:^|[;{{\s]){SIDES}\s*:",
    r"(?:^|[;{\s])(?:min-|max-)?(?:width|height)\s*:",
    r"(?:^|[;{\s])overflow-[xy]\s*:",
    rf"(?:text-align|float|clear)\s*:\s*{SIDES}",
    rf"border-{SIDES}-{SIDES}-radius",
]


LAID_OVER = {
    "desk/sheet.css": "desk/desk.css",
    "public/bloc.css": "public/public.css",
    "public/discussion.css": "public/public.css",
}
"""Those that are laid over another one, which knows the rest."""


def rules(name):
    return re.sub(r"/\*.*?\*/", "", known()[name].read_text(), flags=re.DOTALL)


def physical_in(css):
    return [match.group(0).strip() for pattern in PHYSICAL for match in re.finditer(pattern, css)]


def test_all_style_sheets_are_looked_at():
    assert OURS == [
        "desk/desk.css",
        "desk/sheet.css",
        "public/bloc.css",
        "public/discussion.css",
        "public/public.css",
    ]


@pytest.mark.parametrize("name", OURS)
class TestEveryStyleSheet:
    def test_names_no_physical_side(self, name):
        assert physical_in(rules(name)) == []

    def test_loads_nothing(self, name):
        assert not re.search(r"url\(|@import|@font-face|https?:", rules(name))

    def test_is_all_in_layers_that_it_declares(self, name):
        css = rules(name).strip()
        declared = re.match(r"@layer ([\w, ]+);", css)[1].split(", ")
        used = re.findall(r"^@layer (\w+) {", css, flags=re.MULTILINE)
        assert set(used) <= set(declared)
        assert not re.search(r"^(?!@layer|}|\s|$)", css, flags=re.MULTILINE)

    def test_knows_night_print_and_forced_colours(self, name):
        below = LAID_OVER.get(name)
        css = (rules(below) if below else "") + rules(name)
        assert all(
            feature in css
            for feature in (
                "prefers-color-scheme: dark",
                "@media print",
                "forced-colors: active",
                ":focus-visible",
            )
        )

    def test_has_no_ornament(self, name):
        assert not re.search(r"gradient\(|box-shadow|text-shadow|!important", rules(name))

    def test_moves_only_for_who_does_not_mind(self, name):
        css = rules(name)
        assert not re.search(r"transition|animation|@keyframes", css)
        for match in re.finditer(r"scroll-behavior", css):
            assert "prefers-reduced-motion: no-preference" in css[: match.start()].splitlines()[-1]


@pytest.mark.parametrize(
    "css",
    ["a{margin-left:0}", "a { left: 0 }", "a { text-align: right }", "a { max-width: 3em }", "a{overflow-x:auto}"],
)
def test_a_physical_side_would_be_found(css):
    assert physical_in(css)


@pytest.mark.parametrize(
    "css", ["a{margin-inline:0}", "@media (width >= 40rem) {}", "a{border-inline-start-width:0}"]
)
def test_a_logical_side_is_let_through(css):
    assert physical_in(css) == []
