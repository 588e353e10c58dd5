import pytest

from tests.web.markup import Markup, faults


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<p>", "never closed"),
        ("<p><b></p></b>", "closes something else"),
        ("<style>p{}</style>", "<style>"),
        ("<script>1</script>", "a script of its own"),
        ('<p style="color:red"></p>', "<p style>"),
        ('<p onclick="x"></p>', "<p onclick>"),
        ('<p hx-on:click="x"></p>', "<p hx-on:click>"),
        ('<a href="JavaScript:x"></a>', "javascript:"),
        ('<img src="https://elsewhere.example.org/x.png">', "elsewhere"),
        ('<link href="//elsewhere.example.org/x.css">', "elsewhere"),
        ('<a href="#nowhere"></a>', "nowhere"),
        ('<label for="nowhere"></label>', "nowhere"),
        ('<p id="one"></p><p id="one"></p>', "twice"),
        ('<p class="one" class="two"></p>', "twice"),
    ],
)
def test_a_fault_is_found(html, fault):
    assert any(fault in found for found in faults(Markup(html)))


def test_a_decent_page_has_none():
    html = '<link href="/x.css"><label for="a">A</label><input id="a"><a href="https://example.org/">out</a>'
    assert faults(Markup(html)) == []
