"""What can be wrong with a page as it is drawn: lists of faults, empty where all is well."""

from collections.abc import Sequence
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]

DESCRIBE = """
    const describe = e => `<${e.localName}${e.id && "#" + e.id}${e.className && "." + e.className}>`
        + ` ${(e.innerText || e.value || "").trim().slice(0, 40)}`;
"""

STICKING_OUT = (
    "() => {"
    + DESCRIBE
    + """
    const page = document.documentElement, wide = page.clientWidth, found = new Set();
    const scrolls = e => e && e !== document.body
        && (/auto|scroll/.test(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
    const check = (box, e) => {
        const visible = box.width > 1 && box.height > 1;
        if (visible && (box.left < -1 || box.right > wide + 1) && !scrolls(e)) found.add(describe(e));
    };
    if (page.scrollWidth > wide) found.add(`the page is ${page.scrollWidth} wide, the window ${wide}`);
    for (const e of document.body.querySelectorAll("*")) check(e.getBoundingClientRect(), e);
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange();
    while (texts.nextNode()) {
        range.selectNodeContents(texts.currentNode);
        for (const box of range.getClientRects()) check(box, texts.currentNode.parentElement);
    }
    return [...found];
}"""
)

LOST = (
    "() => {"
    + DESCRIBE
    + """
    const pressed = "a.go, button, input:not([type=hidden], [type=radio], [type=checkbox]), select, textarea";
    const edged = e => {
        const style = getComputedStyle(e), around = getComputedStyle(e.parentElement).backgroundColor;
        const borders = ["Top", "Right", "Bottom", "Left"].some(
            side => style[`border${side}Style`] !== "none" && parseFloat(style[`border${side}Width`]) >= 1);
        const clear = style.backgroundColor === "rgba(0, 0, 0, 0)" || style.backgroundColor === around;
        return borders || !clear || style.textDecorationLine.includes("underline");
    };
    return [...document.querySelectorAll(pressed)]
        .filter(e => e.checkVisibility({visibilityProperty: true}) && !edged(e)).map(describe);
}"""
)

STOPS = """
    const visible = e => e.checkVisibility({visibilityProperty: true}) && !e.disabled;
    const stops = [...document.querySelectorAll(
        "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
    )].filter(visible);
    const group = e => e.type === "radio" ? stops.find(other => other.name === e.name) : e;
"""

ALL_STOPS = "() => {" + DESCRIBE + STOPS + "return stops.filter(e => group(e) === e).map(describe); }"

FOCUSED = (
    "() => {"
    + DESCRIBE
    + STOPS
    + """
    const e = document.activeElement;
    if (!e || e === document.body) return null;
    const shown = getComputedStyle(e).opacity === "0" ? e.closest("label") : e;
    const style = getComputedStyle(shown), faults = [];
    // A date's day, month and year are stops of their own, which the browser marks itself.
    const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    // So are the links of a letter in a frame, which no style of ours reaches.
    if (!outlined && !/date|time/.test(e.type) && e.tagName !== "IFRAME") faults.push("shows no focus");
    // What of it a reader could see, were nothing in front of it.
    const seen = (box, within) => ({
        left: Math.max(box.left, within.left), right: Math.min(box.right, within.right),
        top: Math.max(box.top, within.top), bottom: Math.min(box.bottom, within.bottom),
    });
    let box = seen(shown.getClientRects()[0], {left: 0, right: innerWidth, top: 0, bottom: innerHeight});
    const scroller = shown.parentElement.closest(".scroll");
    if (scroller) box = seen(box, scroller.getBoundingClientRect());
    const inset = 3, points = [
        [box.left + inset, box.top + inset], [box.right - inset, box.top + inset],
        [box.left + inset, box.bottom - inset], [box.right - inset, box.bottom - inset],
        [(box.left + box.right) / 2, (box.top + box.bottom) / 2],
    ];
    // Round as it is, a radio button's corners are those of the label around it.
    const round = e.type === "radio" ? e.closest("label") : null;
    const over = points.map(([x, y]) => document.elementFromPoint(x, y))
        .find(hit => !shown.contains(hit) && !(round && hit === round));
    if (box.left >= box.right || box.top >= box.bottom) faults.push("is out of sight");
    else if (over !== undefined) faults.push(`is covered by ${over ? describe(over) : "the edge of the window"}`);
    return {stop: describe(group(e)), faults};
}"""
)


PSEUDO = "qps"


def against_axe(page: Page, tags: Sequence[str] = TAGS) -> list[str]:
    """What axe finds against WCAG 2.2 AA and its own good practice. The page must be allowed to run script."""
    options: dict[str, Any] = {
        "runOnly": {"type": "tag", "values": [*tags]},
        "resultTypes": ["violations"],
        "rules": {"target-size": {"enabled": True}},
    }
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{each['id']}: {node['html'][:200]} {node['failureSummary']}"
        for each in found
        for node in each["nodes"]
        # The language that nobody speaks is ours, and in no page of a real organisation.
        if not (each["id"] in {"valid-lang", "html-lang-valid"} and f'lang="{PSEUDO}"' in node["html"])
    ]


def sticking_out(page: Page) -> list[str]:
    """What reaches over the edge of the window sideways; what is in a box of its own that scrolls may."""
    return list(page.evaluate(STICKING_OUT))


def lost_in_forced_colours(page: Page) -> list[str]:
    """Buttons and fields whose edge is gone where the reader chooses the colours: only their words are left."""
    return list(page.evaluate(LOST))


def keyboard_faults(page: Page) -> list[str]:
    """Walks through by the Tab key: what is never reached, shows no focus, or is hidden while it has it."""
    expected = page.evaluate(ALL_STOPS)
    reached: list[str] = []
    faults: list[str] = []
    for _ in range(4 * len(expected)):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None:
            # What leaves a frame of another process is nowhere for a moment.
            page.wait_for_timeout(100)
            focused = page.evaluate(FOCUSED)
        if focused is None:
            break
        reached.append(focused["stop"])
        faults += [f"{focused['stop']} {fault}" for fault in focused["faults"]]
    return faults + [f"{stop} is never reached" for stop in expected if stop not in reached]


def smallest_text(page: Page) -> float:
    """The size in pixels of the smallest text on the page."""
    return float(
        page.evaluate(
            """() => {
                const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), sizes = [];
                while (texts.nextNode()) {
                    const parent = texts.currentNode.parentElement;
                    if (texts.currentNode.data.trim() && parent.checkVisibility())
                        sizes.push(parseFloat(getComputedStyle(parent).fontSize));
                }
                return Math.min(...sizes);
            }"""
        )
    )
