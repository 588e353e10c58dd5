"""Every public page as a template, with made-up contexts: within the policy, within 60 KB, whatever is missing."""

from pathlib import Path

import pytest
from django.template.loader import get_template, render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe

from groundswell.kit.colour import Colour
from groundswell.web.fingerprints import known
from groundswell.web.public.accent import style_sheet
from tests.web.markup import Markup, faults

TEMPLATES = Path(get_template("public/base.html").origin.name).parent
PARTS = {
    "area.html",
    "asked.html",
    "select.html",
    "stands.html",
    "check.html",
    "coming.html",
    "guests.html",
    "base.html",
    "bloc_shared.html",
    "march_row.html",
    "choice.html",
    "event_rows.html",
    "event_text.html",
    "field.html",
    "near.html",
    "shared.html",
    "sitemap.xml",
    "subscribe.html",
    "swell.html",
}

ORGANISATION = {
    "name": "Tenants’ Union",
    "slug": "tenants-union",
    "accent": "#D5121E",
    "demonstration_note": "",
    "contact_email": "hello@example.org",
    "postal_address": "1 Made-up Street\nLondon",
    "imprint": "Printed by Ada,\n1 Mill Lane",
}
BLOCKS = ("heading", "text", "quote", "button", "event", "picture")
WHEN = {
    "date_long": "Wednesday 20 July 2016",
    "time": "from 6.30 pm to 8 pm",
    "zone_note": "",
    "iso": "2016-07-20T18:30:00+01:00",
}
PLACE = {
    "known": True,
    "online": True,
    "name": "Riverside Hall",
    "address": "12 Made-up Street, London",
    "postcode": "N1 1AA",
    "access": "Step-free from the street.",
}
NOWHERE = {"known": False, "online": False, "name": "", "address": "", "postcode": "", "access": ""}
EVENT = {
    "title": "Stand in unity",
    "kind_label": "Rally",
    "text_html": mark_safe("<p>Bring a friend.</p>"),
    "url": "http://127.0.0.1:8000/e/stand-in-unity",
    "when": WHEN,
    "place": PLACE,
    "status": "published",
    "coming": 1042,
    "organisation_name": "Tenants’ Union",
    "organisation_slug": "tenants-union",
    "group": {"name": "Riverside branch", "url": "/g/riverside"},
    "campaign": "Rents down",
    "changes": ["The place has changed. It was: Old Hall."],
    "programme": [{"name": "Bo", "line": "nurse"}, {"name": "Cy", "line": ""}],
    "access": [
        {"label": "Without steps", "known": "yes", "answer": "Yes"},
        {"label": "Seats", "known": "unknown", "answer": "Not known yet"},
    ],
    "audience": "Members of Riverside branch",
    "picture": {"url": "/p/1.webp", "alt": "A crowd", "width": 1200, "height": 675},
    "spot": {"latitude": "51.50000", "longitude": "-0.12000", "grid": "TQ 305 796"},
    "contact_name": "Dee",
    "contact_how": "dee@example.org",
    "calendar": "/e/stand-in-unity.ics",
    "series": {"name": "Homes for all", "url": "/series/homes", "number": 20},
}
BARE = {
    "place": NOWHERE,
    "campaign": "",
    "text_html": "",
    "coming": 0,
    "changes": [],
    "programme": [],
    "series": None,
    "audience": "",
    "picture": None,
    "spot": None,
    "contact_name": "",
    "contact_how": "",
}
FORM = {
    "values": {},
    "errors": {},
    "agree_text": "I agree that Tenants’ Union records that I plan to come.",
    "agree_wording": "w1",
    "updates_text": "Tenants’ Union may write to me about its campaign.",
    "updates_wording": "w2",
    "nearby_text": "Tell me about other events near me.",
    "nearby_wording": "w3",
    "open": True,
    "closed_reason": "",
}
TYPED = {"name": "Ada <b>", "email": "ada at example", "guests": "3", "postcode": "XX", "updates": "w2"}
WRONG = {"email": "This needs an @.", "guests": "A number from 0 to 9.", "agree": "Tick the box if you agree."}
ASKED = {
    "needs": "A seat",
    "needs_error": "",
    "offers": [("offer-steward", "I can steward", True), ("offer-drive", "I can drive people", False)],
    "questions": [
        {"name": "question-1", "text": "Which coach?", "why": "To book.", "choices": [("Hull", "Hull", True)]},
        {"name": "question-2", "text": "Whom do you know?", "why": "To seat you.", "value": "Bo", "error": "Why?"},
    ],
    "open": True,
}
STANDS = {
    "kinds": [
        {
            "name": "Unions",
            "bodies": [
                {"name": "Rail workers <b>", "url": "", "how": "By a motion", "text": "We march.\nAll of us."},
                {"name": "Choir", "url": "/g/choir", "how": "At a meeting", "text": ""},
            ],
        }
    ],
    "url": "/stand/event/stand-in-unity",
}
ALL_STAND = {"name": "Stand in unity <b>", "back_url": "/e/stand-in-unity"}
STAND = {
    "name": "Stand in unity",
    "back_url": "/e/stand-in-unity",
    "kinds": [("", "Choose one"), ("union", "Union")],
    "ways": [("", "Choose one"), ("motion", "By a motion")],
    "days": 14,
}
BLOC = {
    "name": "Red bloc",
    "url": "http://127.0.0.1:8000/b/red-bloc",
    "state": "published",
    "told": ["The time has changed. It was: Monday."],
    "callers": [{"name": "The Wing", "url": "/g/wing"}, {"name": "The Union", "url": "/g/union"}],
    "around": {
        "title": "Great march",
        "url": "/e/great-march",
        "host": "The Assembly",
        "held": {"name": "The Assembly", "url": "https://example.org/march"},
        "when": WHEN,
    },
    "gathers": "Gather at 11.30 am",
    "landmark": "The lions",
    "route": "By the steps.\nOr by the lift.",
    "spot": {"latitude": "51.50000", "longitude": "-0.12000", "grid": "TQ 305 796"},
    "map": "",
    "text_html": mark_safe("<p>Behind one banner.</p>"),
    "bring": "Banners",
    "stops": [
        {"where": "Hull", "leaves": "6 am", "seats": 49, "left": "few", "note": "Back by ten"},
        {"where": "Leeds", "leaves": "", "seats": 1, "left": "none", "note": ""},
    ],
    "dispersal": "By the river",
    "standing": {
        "number": 2,
        "of": 3,
        "behind": {"name": "Brass", "slug": "brass"},
        "before": {"name": "Drums", "slug": "drums"},
    },
    "walks": "Number 2 of 3, behind “Brass”.",
}
BARE_BLOC = {
    **dict.fromkeys(("landmark", "route", "text_html", "bring", "dispersal", "walks"), ""),
    "told": [],
    "spot": None,
    "stops": [],
    "standing": None,
    "around": {"title": "March", "url": "/e/march", "host": "We", "held": None, "when": WHEN},
}
WALKS = {"name": "Red", "url": "/b/red", "callers": ["The Wing"], "gathers": "At noon", "landmark": "The lions"}
NOTHING_ASKED = {"needs": "", "needs_error": "", "offers": [("offer-steward", "I can steward", False)]}
CLOSED = FORM | {"open": False, "closed_reason": "Thank you to everybody who came."}
PAGE = {"organisation": ORGANISATION, "noindex": False}

DISCUSSION = {
    "question": "How do we <b>?",
    "background": mark_safe("<p>It is time.</p>"),
    "closed": False,
    "callers": [{"name": "Allies <b>", "url": "/g/allies"}],
    "ahead": [EVENT],
    "held": [
        {
            "title": "An <b>",
            "url": "/e/an-evening",
            "date": "20 July 2016",
            "venue": "Hall",
            "notes": [{"heading": "Rents <b>", "text": mark_safe("<p>High.</p>")}],
        }
    ],
    "outcomes": [
        {"text": "Do <b>", "owner": "Bea", "due": "1 May", "state": "done", "state_label": "Done", "meeting": "An"}
    ],
    "more": {"ahead": "page=2", "said": "said=2", "decided": "decided=2"},
    "contact": "office@example.org",
    "canonical": "http://127.0.0.1:8000/d/how",
}
BARE_DISCUSSION = {"background": "", "closed": True, "ahead": [], "held": [], "outcomes": [], "contact": ""}
PAGES = {
    "event": ("event", PAGE | {"event": EVENT, "form": FORM, "asked": NOTHING_ASKED}),
    "event, full": ("event", PAGE | {"event": EVENT, "form": FORM | {"full": True}, "asked": ASKED}),
    "event, wrong": ("event", PAGE | {"event": EVENT, "form": FORM | {"values": TYPED, "errors": WRONG}}),
    "event, bare": (
        "event",
        PAGE | {"event": EVENT | BARE, "form": FORM | {"updates_text": "", "nearby_text": ""}},
    ),
    "event, cancelled": ("event", PAGE | {"event": EVENT | {"status": "cancelled"}, "form": CLOSED}),
    "event, over": ("event", PAGE | {"event": EVENT | {"status": "over"}, "form": CLOSED}),
    "home": ("home", {"organisation": None, "events": [EVENT, EVENT | {"status": "cancelled", "place": NOWHERE}]}),
    "home, empty": ("home", {"organisation": None, "events": []}),
    "group": (
        "group",
        PAGE
        | {
            "group": {"name": "Riverside branch", "description": "By the river."},
            "parent": {"name": "Tenants’ Union", "url": "/g/tenants-union"},
            "questions": [{"name": "How do we <b>?", "url": "/d/how"}],
            "more_questions": "questions=2",
            "events": [EVENT | {"coming": None}],
            "feeds": [
                {
                    "name": "Riverside branch",
                    "url": "http://127.0.0.1:8000/g/riverside.ics",
                    "webcal": "webcal://127.0.0.1:8000/g/riverside.ics",
                }
            ],
        },
    ),
    "group, bare": ("group", PAGE | {"group": {"name": "Tenants’ Union"}, "parent": None, "events": []}),
    "series": (
        "series",
        PAGE
        | {
            "title": "Homes for all",
            "text_html": mark_safe("<p>The same everywhere.</p>"),
            "group": {"name": "Riverside branch", "url": "/g/riverside"},
            "map": "",
            "events": [EVENT | {"number": 1, "away": "3 miles away"}],
            "number": 201,
            "older": "page=2",
            "near": {"typed": "M1", "error": "This is no postcode.", "sector": ""},
            "feeds": [],
        },
    ),
    "bloc": ("bloc", PAGE | {"bloc": BLOC}),
    "bloc, bare": ("bloc", PAGE | {"bloc": BLOC | BARE_BLOC}),
    "bloc, cancelled": ("bloc", PAGE | {"bloc": BLOC | {"state": "cancelled"}}),
    "bloc, over": ("bloc", PAGE | {"bloc": BLOC | BARE_BLOC | {"state": "over"}}),
    "march": ("march", PAGE | {"event": EVENT, "placed": [WALKS], "others": [WALKS | {"gathers": ""}]}),
    "march, nobody": ("march", PAGE | {"event": EVENT | {"status": "cancelled"}, "placed": [], "others": []}),
    "march, without order": ("march", PAGE | {"event": EVENT, "placed": [], "others": [WALKS]}),
    "discussion": ("discussion", PAGE | DISCUSSION),
    "discussion, nothing yet": ("discussion", PAGE | DISCUSSION | BARE_DISCUSSION),
    "letter": (
        "letter",
        PAGE
        | {
            "subject": "Come <b>",
            "date": "Wednesday 20 July 2016",
            "blocks": [{"kind": kind, "text": "<b>", "url": "https://example.org/?a=1&b"} for kind in BLOCKS],
            "events": [EVENT],
            "picture": {"url": "/p/1.webp", "alt": "<b>", "width": 560, "height": 300},
        },
    ),
    "letter, bare": (
        "letter",
        PAGE | {"subject": "Come", "date": "", "blocks": [{"kind": "event"}], "events": [], "picture": None},
    ),
    "stand": ("stand", PAGE | STAND | {"form": {"values": {"kind": "union"}, "errors": {}}}),
    "stand, wrong": (
        "stand",
        PAGE
        | STAND
        | {"form": {"values": {"text": "<b>"}, "errors": dict.fromkeys(["body", "kind", "text"], "Why?")}},
    ),
    "complain": ("complain", PAGE | {"form": {"values": {}, "errors": {}}, "asks_who": True, "days": 30}),
    "complain, wrong, by a link": (
        "complain",
        PAGE | {"form": {"values": {"text": "<b>"}, "errors": {"text": "Why?"}}, "asks_who": False, "days": 30},
    ),
    "bloc, stood with": ("bloc", PAGE | {"bloc": BLOC, "stands": STANDS | {"all": "/stand/bloc/red/all"}}),
    "stand_all": ("stand_all", PAGE | ALL_STAND | {"stands": STANDS | {"more": "page=2"}}),
    "stand_all, nobody": ("stand_all", PAGE | ALL_STAND | {"stands": {"kinds": [], "url": ""}}),
    "thanks": ("thanks", PAGE | {"event": EVENT}),
    "link": (
        "link",
        PAGE
        | {
            "heading": "Forget me",
            "sentences": ["This cannot be undone."],
            "facts": [("Event", "Stand in unity")],
            "button": "Delete everything about me",
            "danger": True,
            "hidden": [("answer", "a1")],
        },
    ),
    "link, not kept": (
        "link",
        PAGE
        | {
            "heading": "Are you coming?",
            "sentences": ["Press it."],
            "button": "Yes",
            "boxes": [({"name": "ally-1", "wording": "w1", "text": "<b>"}, True)],
            "error": "Not <b>.",
        },
    ),
    "link, bare": ("link", PAGE | {"heading": "Nothing here", "sentences": []}),
    "link_done": ("link_done", {"heading": "You are coming", "sentences": ["See you there."]}),
    "privacy": ("privacy", PAGE | {"purposes": [("Your name", "To count you.", "30 days.")]}),
    "link_change": (
        "link_change",
        PAGE
        | {
            "heading": "Your answer",
            "event": EVENT,
            "has_place": True,
            "online_url": "https://meet.example.org/x",
            "form": {"values": {"guests": "2"}, "errors": {}, "choices": [("accepted", "Yes", True)]},
            "asked": ASKED,
        },
    ),
    "link_change, maybe": (
        "link_change",
        PAGE
        | {
            "heading": "Your answer",
            "event": EVENT,
            "may_come": True,
            "form": {"values": {}, "errors": {}, "choices": [("tentative", "Maybe", True)]},
            "asked": NOTHING_ASKED,
        },
    ),
    "link_change, waiting, wrong": (
        "link_change",
        PAGE
        | {
            "heading": "Your answer",
            "event": EVENT,
            "waiting": True,
            "form": {"values": {}, "errors": {"guests": "A number."}, "choices": [("accepted", "Yes", False)]},
            "asked": NOTHING_ASKED,
        },
    ),
    "count": ("count", PAGE | {"event": EVENT, "token": "t1", "errors": {}, "uncount_url": "/e/x/uncount"}),
    "count, wrong": (
        "count",
        PAGE | {"event": EVENT, "token": "t1", "errors": {"people": "1 to 10."}, "uncount_url": "/e/x/uncount"},
    ),
    "counted": (
        "count",
        PAGE | {"event": EVENT, "code": "ABCD-EFGH-JK23", "errors": {}, "uncount_url": "/e/x/uncount"},
    ),
    "uncount": ("uncount", PAGE | {"event": EVENT, "code": "", "error": ""}),
    "uncount, wrong": ("uncount", PAGE | {"event": EVENT, "code": "x", "error": "This is no code."}),
    "error": ("error", {"heading": "There is nothing here", "sentences": ["Has it a slip in it?"]}),
}


def rendered(page, **more):
    template, context = PAGES[page]
    return render_to_string(f"public/{template}.html", context | more)


def test_no_template_is_forgotten():
    tried = {f"{template}.html" for template, _ in PAGES.values()}
    assert tried | PARTS == {path.name for path in TEMPLATES.iterdir()}


@pytest.mark.parametrize("page", PAGES)
class TestEveryPage:
    def test_is_sound_and_within_the_policy(self, page):
        assert faults(Markup(rendered(page))) == []

    def test_needs_no_script(self, page):
        assert Markup(rendered(page)).all("script") == []

    def test_has_one_heading_and_one_main(self, page):
        markup = Markup(rendered(page))
        assert (len(markup.all("h1")), len(markup.all("main"))) == (1, 1)

    def test_leaves_no_name_of_the_context_open(self, page):
        assert "None" not in Markup(rendered(page)).text

    def test_posts_to_its_own_address(self, page):
        assert all(form == {"method": "post"} for form in Markup(rendered(page)).all("form"))

    def test_turns_round(self, page):
        assert Markup(rendered(page)).all("html") == [{"lang": "en", "dir": "ltr"}]
        with translation.override("ar"):
            assert Markup(rendered(page)).all("html") == [{"lang": "ar", "dir": "rtl"}]

    def test_says_that_it_is_a_demonstration(self, page):
        note = "Demonstration, after events of July 2016"
        organisation = PAGES[page][1].get("organisation")
        if organisation:
            more = {"organisation": organisation | {"demonstration_note": note}}
        else:
            more = {"demonstration_note": note}
        assert note not in rendered(page)
        assert note in rendered(page, **more)

    def test_is_left_out_by_search_engines_where_asked(self, page):
        robots = {"name": "robots", "content": "noindex"}
        assert robots not in Markup(rendered(page, noindex=False)).all("meta")
        assert robots in Markup(rendered(page, noindex=True)).all("meta")


def test_a_first_visit_loads_less_than_60_kilobytes():
    loaded = [
        rendered("event").encode(),
        style_sheet(Colour.from_hex(ORGANISATION["accent"])).encode(),
        *(known()[name].read_bytes() for name in ("public/public.css", "public/swell.svg")),
    ]
    assert sum(map(len, loaded)) <= 60_000
    links = [link["href"].split("/")[-1] for link in Markup(rendered("event")).all("link")]
    assert links == ["swell.svg", "public.css", "accent-d5121e.css"]  # nothing else is loaded


class TestTheForm:
    def fields(self, page):
        markup = Markup(rendered(page))
        return {field["id"]: field for field in markup.all("input") if field.get("type") != "hidden"}

    def test_asks_what_the_loop_takes(self):
        fields = self.fields("event")
        asked = {field["name"] for field in fields.values()}
        assert asked == {
            *["name", "email", "postcode", "guests", "agree", "updates", "nearby", "needs", "offer-steward"]
        }
        assert [fields[f"guests-{figure}"]["value"] for figure in range(10)] == list("0123456789")

    def test_ticks_nothing_beforehand_and_requires_one_box_only(self):
        boxes = {name: self.fields("event")[name] for name in ("agree", "updates", "nearby")}
        assert not any("checked" in box for box in boxes.values())
        assert ["required" in box for box in boxes.values()] == [True, False, False]

    def test_shows_no_box_without_a_wording(self):
        assert {"updates", "nearby"}.isdisjoint(self.fields("event, bare"))

    def test_keeps_what_was_typed(self):
        fields = self.fields("event, wrong")
        assert fields["name"]["value"] == "Ada <b>"
        assert fields["email"]["value"] == "ada at example"
        assert "checked" in fields["guests-3"]
        assert "checked" in fields["updates"]
        assert "checked" not in fields["agree"]

    def test_says_each_fault_at_its_field_and_links_to_it_above(self):
        markup = Markup(rendered("event, wrong"))
        for sentence in WRONG.values():
            assert markup.text.count(sentence) == 2
        links = {link["href"] for link in markup.all("a")}
        assert {"#email", "#guests-0", "#agree"} <= links
        assert self.fields("event, wrong")["email"]["aria-describedby"].split() == ["email-hint", "email-error"]

    def test_is_shown_from_the_top_when_something_is_wrong(self):
        # A browser keeps "#coming" when the form is sent; the summary above must not be scrolled past.
        assert "coming" in Markup(rendered("event")).ids
        assert "coming" not in Markup(rendered("event, wrong")).ids

    def test_is_gone_when_it_is_closed(self):
        markup = Markup(rendered("event, cancelled"))
        assert not markup.all("form")
        assert "Thank you to everybody who came." in markup.text
        assert "#coming" not in {link.get("href") for link in markup.all("a")}

    def test_can_be_reached_from_the_bar(self):
        assert "#coming" in {link.get("href") for link in Markup(rendered("event")).all("a")}


def test_the_notice_names_the_controller_and_where_to_complain():
    text = Markup(rendered("privacy")).text
    for words in ("Tenants’ Union", "1 Made-up Street", "hello@example.org", "Information Commissioner’s Office"):
        assert words in text


def test_what_an_organiser_types_is_shown_and_not_run():
    html = rendered("event", event=EVENT | {"title": "<script>alert(1)</script>", "campaign": '"><img src=x>'})
    assert Markup(html).all("script") == []
    assert [image["src"] for image in Markup(html).all("img")] == [EVENT["picture"]["url"]]
