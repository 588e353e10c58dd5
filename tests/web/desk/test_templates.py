"""Every page of the desk as a template, with made-up contexts: sound, within the policy, whatever is missing."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.template.loader import get_template, render_to_string

from tests.web.desk import contexts
from tests.web.desk.contexts import ADA, ANSWERS, CHOICES, DRAFT, EVENT, KEPT, LATE, MAIL, NONE_YET
from tests.web.markup import Markup, faults

TEMPLATES = Path(get_template("desk/base.html").origin.name).parent
PARTS = {"base.html", "frame.html", "field.html", "summary.html", "empty.html", "mark.html", "event_table.html"}
PARTS |= {"approval_facts.html", "passkey_form.html", "passkey_script.html", "typed.html", "words.html"}
PARTS |= {"persons_found.html", "segment_result.html"}
PARTS |= {"trouble.html", "speaker_row.html", "question_row.html", "meanwhile.html", "domains.html"}
PARTS |= {"subjects.html"}
OPENED = {"bloc.html", "bloc_cancel.html", "bloc_edit.html", "bloc_sheet.html", "bloc_stewards.html", "blocs.html"}
OPENED |= {"mailing.html", "mailing_edit.html", "mailings.html", "person.html", "persons.html", "segments.html"}
OPENED |= {"segment.html"}
OPENED |= {"duplicates.html", "person_merge.html", "person_same.html"}
OPENED |= {"complaints.html", "complaint_new.html", "complaint.html"}
OPENED |= {"import.html", "import_look.html", "import_new.html", "imports.html"}
OPENED |= {"event_march.html", "discussion.html", "discussion_edit.html", "discussion_hold.html"}
OPENED |= {"endorsements.html", "endorsement_new.html", "discussions.html", "meeting.html", "meeting_sheet.html"}
"""Tried as pages by the tests of their views, which make what they show."""
PARTS |= {"endorsement_lines.html", "brought.html", "bloc_line_acts.html", "discussion_fields.html"}
PARTS |= {"dropped.html", "check_off.html", "checked_off.html", "door_count.html", "door_place.html"}
PARTS |= {
    "others.html",
    "event_meters.html",
    "answer_table.html",
    "bars.html",
    "find_form.html",
    "found.html",
    "event_more.html",
}


def rows(kind, *parts):
    """Two lines of the form, the second with a fault."""
    return [
        {
            "number": number + 1,
            "cells": {
                part: {"name": f"{kind}-{number}-{part}", "value": "<b>", "error": "Why?" if number else ""}
                for part in parts
            },
            "up": f"{kind}-up-1" if number else "",
            "drop": f"{kind}-drop-{number}",
        }
        for number in (0, 1)
    ]


LINES = {
    "speakers": rows("speaker", "name", "line", "standing"),
    "questions": rows("question", "id", "text", "kind", "choices", "purpose", "days"),
    "open": ["access", "speaker"],
}
DIFFERENCES = [{"label": "Title", "theirs": "A <b>", "mine": "B\nC", "taken": taken} for taken in (True, False)]
DIFFERING = {"differences": DIFFERENCES, "lost": {"own": 2, "elsewhere": True}}
TYPED = {"title": "Stand <b>", "kind": "meeting", "text": "\nHear", "time_later": "yes", "zone": "Europe/London"}
WRONG = {"": "Somebody else has changed it meanwhile.", "date": "31 June is no day.", "venue": "Say where it is."}
SETTINGS = {
    "subject": "Tenants’ Union",
    "others": [("Others", "/desk/settings/others")],
    "whole": True,
    "groups": [{"name": "Riverside branch", "url": "/g/riverside", "parent": ""}],
    "group_options": CHOICES["groups"],
    "campaigns": [{"name": "Rents down", "purpose": ""}],
    "role_options": [("owner", "Owner")],
    "event_options": [("", "All events of the group"), ("e1", "Stand in unity")],
    "roles": [
        {
            "role": {
                "account": {"name": "", "email": "olu@example.org", "id": "a"},
                "group": {"name": "Riverside branch", "id": "g1"},
                "event_id": "e1",
                "contact": True,
                "ends_at": datetime(2027, 3, 31, 12, tzinfo=UTC),
                "get_role_display": "Steward",
            },
            "event": "Stand in unity",
            "ended": ended,
            "soon": not ended,
        }
        for ended in (True, False)
    ],
}
SIGNED_IN = {"account": {"name": "", "email": "olu@example.org"}, "organisation": {"name": "Tenants’ Union"}}
DESK = SIGNED_IN | {"here": "events", "waiting": 2, "messages": [{"text": "Saved.", "kind": "done"}]}
QUESTION = {"heading": "Cancel it?", "sentences": ["1,042 people get a mail."], "button": "Cancel the event"}
QUESTION |= {"hidden": [("seen", "1042")], "back": "/desk/events/1", "danger": True}

DIARY = {
    "here": "diary",
    "days": [
        {
            "day": date(2016, 7, 13),
            "lines": [{"at": datetime(2016, 7, 13, tzinfo=UTC), "sentence": "Olu changed <b>.", "url": "/x"}],
        }
    ],
    "who_options": [("o", "Olu <b>"), ("w", "Winnie")],
    "kind_options": [("events", "Events")],
    "chosen": {"who": "o", "kind": "events", "day": "2016-07-13"},
    "older_url": "?before=x",
}
INVITED = {"id": "i", "name": "", "email": "bea@example.org", "group": {"id": "g", "name": "A <b>"}}
ARRANGED = {"version": 2, "duties": "We do <b>\nall.", "contact": "data@example.org", "days": 9}
OURS = {
    "host": "Hosts <b>",
    "organisation_name": "Allies <b>",
    "find_url": "/desk/ours/1",
    "part": "",
    "whole": True,
}
OURS |= {"export_url": "/desk/ours/1/export", "slug": "allies", "help_url": "/desk/ours/1/help"}
HOLDS = {
    "name": "Allies <b>",
    "standing": "Co-host",
    "agreed": 1,
    "is_behind": True,
    "up": "up:1",
    "down": "down:1",
}
HOLDS |= {"remove_url": "/desk/events/1/together/1/remove"}
TOGETHER = {"event": EVENT, "host": "Hosts", "most_days": 30, "open": True}
SESSIONS = [{"id": "x", "device": "", "here": False}, {"id": "y", "device": "Firefox, Android", "here": True}]
CODE = {"email": "olu@example.org", "minutes": 15}
SHEET = {
    "kind": "poster",
    "size": "a4",
    "via": "poster",
    "event": EVENT
    | {
        "organisation_name": "Union",
        "text_html": "<p>A</p>",
        "short_url": "127.0.0.1/e/x",
        "link": "http://127.0.0.1/e/x",
    },
    "imprint": "Printed by Ada,\n1 Mill Lane",
    "back": "/desk/events/1/share",
}

PAGES = {
    **contexts.pages(DESK, ADA),
    **contexts.of_settings(DESK),
    **contexts.of_assigning(DESK),
    "waits": (
        "waits",
        DESK | {"waits": [{"sentence": "A draft.", "url": "/x", "verb": "See"}], "next_events": [EVENT]},
    ),
    "waits, meters": (
        "waits",
        DESK
        | {
            "waits": [],
            "filling": [EVENT | {"people": 90, "goal": 100, "width": 90.0}],
            "empty": [EVENT | {"people": 0, "goal": 0, "width": 0}],
        },
    ),
    "waits, none": ("waits", DESK | {"waits": [], "next_events": []}),
    "events": ("events", DESK | {"upcoming": [EVENT, DRAFT], "past": [EVENT], "may_announce": True}),
    "events, none": ("events", DESK | {"upcoming": [], "past": [], "may_announce": True}),
    "events, none for a viewer": ("events", DESK | {"upcoming": [], "past": [], "may_announce": False}),
    "event": ("event", DESK | ANSWERS | {"event": EVENT}),
    "event, draft": ("event", DESK | NONE_YET | {"event": DRAFT}),
    "event, nobody": ("event", DESK | NONE_YET | {"event": EVENT}),
    "answers": ("answers", ANSWERS | {"event": EVENT}),
    "event_edit": ("event_edit", DESK | CHOICES | {"event": None, "form": {"values": {}, "errors": {}} | LINES}),
    "event_edit, wrong": (
        "event_edit",
        DESK | CHOICES | {"event": EVENT, "form": {"values": TYPED, "errors": WRONG} | LINES, "published": True},
    ),
    "event_edit, changed meanwhile": (
        "event_edit",
        DESK | CHOICES | {"event": EVENT, "form": {"values": TYPED, "errors": {}} | LINES, **DIFFERING},
    ),
    "event_picture": (
        "event_picture",
        DESK | {"event": EVENT, "picture": None, "form": {"values": {}, "errors": {"picture": "Choose one."}}},
    ),
    "event_picture, taken away": (
        "event_picture",
        DESK | {"event": EVENT, "picture": None, "can_come_back": True, "form": {"values": {}, "errors": {}}},
    ),
    "event_picture, there": (
        "event_picture",
        DESK
        | {
            "event": EVENT,
            "picture": {"alt": "A <b>", "width": 3, "height": 2},
            "picture_url": "/p/1.webp",
            "form": {"values": {"picture_alt": "A <b>"}, "errors": {}},
        },
    ),
    "event_schedule": (
        "event_schedule",
        DESK | {"event": EVENT, "zone": "Europe/London", "publishes": "", "form": {"values": {}, "errors": {}}},
    ),
    "event_schedule, wrong": (
        "event_schedule",
        DESK
        | {"event": EVENT, "zone": "Europe/London", "publishes": "Friday", "form": {"errors": {"date": "When?"}}},
    ),
    "event_together": (
        "event_together",
        DESK
        | TOGETHER
        | {
            "arrangement": ARRANGED,
            "holding": [HOLDS, HOLDS | {"agreed": None, "up": "", "remove_url": "/x"}],
            "former": [HOLDS],
            "form": {"values": ARRANGED, "errors": {"duties": "Why?", "address": "Where?"}},
        },
    ),
    "event_together, nobody": (
        "event_together",
        DESK | TOGETHER | {"arrangement": None, "holding": [], "form": {"values": {}, "errors": {}}},
    ),
    "event_together, closed": (
        "event_together",
        DESK | TOGETHER | {"arrangement": ARRANGED, "open": False, "holding": [HOLDS], "form": {"errors": {}}},
    ),
    "cohosting_invitation": (
        "cohosting_invitation",
        DESK
        | OURS
        | {
            "event": EVENT,
            "arrangement": ARRANGED,
            "groups": [("1", "All <b>")],
            "until": ADA["created_at"],
            "form": {"values": {"group": "1"}, "errors": {"version": "Read it again."}},
        },
    ),
    "cohosting": (
        "cohosting",
        DESK
        | ANSWERS
        | OURS
        | {
            "event": EVENT,
            "arrangement": ARRANGED,
            "agreed": 1,
            "is_new": True,
            "links": [
                {"name": "", "url": "http://127.0.0.1/e/x/y"},
                {"name": "mail", "url": "http://127.0.0.1/e"},
            ],
            "leave_url": "/desk/cohosting/1/leave",
        },
    ),
    "cohosting, others": (
        "cohosting",
        DESK
        | ANSWERS
        | OURS
        | {
            "event": EVENT,
            "arrangement": ARRANGED,
            "agreed": 2,
            "others": [ADA | {"by": "Hosts <b>"}],
            "more_others_url": "?others_before=1",
        },
    ),
    "cohosting, draft": ("cohosting", DESK | NONE_YET | OURS | {"event": DRAFT, "arrangement": None, "links": []}),
    "ours": ("ours", DESK | ANSWERS | OURS | {"event": EVENT, "found": [ADA], "part": "ada"}),
    "ours, left": ("ours", DESK | NONE_YET | OURS | {"event": EVENT | {"url": ""}}),
    "event_copy": (
        "event_copy",
        DESK | CHOICES | {"event": EVENT, "form": {"values": {"title": "<b>"}, "errors": {"venue": "Where?"}}},
    ),
    "event_template": (
        "event_template",
        DESK | {"event": EVENT, "form": {"values": {"name": "<b>"}, "errors": {"name": "Why?"}}},
    ),
    "templates": (
        "templates",
        DESK
        | {
            "templates": [{"name": "<b>", "group_name": "All", "url": "/x", "drop_url": "/y"}],
            "dropped": [{"name": "<i>", "back_url": "/z"}],
            "more_url": "?page=1",
        },
    ),
    "templates, none": ("templates", DESK | {"templates": [], "more_url": ""}),
    "series_list": (
        "series_list",
        DESK | {"all_series": [{"title": "<b>", "group_name": "All", "url": "/x"}], "more_url": "?page=1"},
    ),
    "series_list, none": ("series_list", DESK | {"all_series": [], "more_url": ""}),
    "series": (
        "series",
        DESK
        | {
            "series": {"title": "Spring <b>", "text": "A\n<b>", "group_name": "All"},
            "may_change": True,
            "events": [EVENT],
            "more_url": "?page=1",
            "form": {"values": {"title": "<b>"}, "errors": {"title": "Why?"}},
        },
    ),
    "series, for a viewer": (
        "series",
        DESK
        | {"series": {"title": "Spring", "text": "", "group_name": "All"}, "events": [], "form": {"values": {}}},
    ),
    "event_share": (
        "event_share",
        DESK
        | {
            "event": EVENT,
            "public": False,
            "links": [{"name": "poster", "url": "http://127.0.0.1:8000/e/x?via=poster"}],
            "words": [
                {"id": "words-sms", "name": "For a text message", "text": "A <b>\nB", "rows": 3, "length": 7}
            ],
            "sheets": {"poster": "/x", "leaflet": "/y"},
            "form": {"values": {"via": "<b>"}, "errors": {"via": "Why?"}},
        },
    ),
    "event_checklist": (
        "event_checklist",
        DESK
        | {
            "event": EVENT,
            "applies": False,
            "open": 1,
            "items": [
                {"name": name, "words": "A <b>", "due": date(2016, 7, 13), "done": late, "late": late}
                for name, late in (("police", True), ("route", False))
            ],
        },
    ),
    "sheet": ("sheet", SHEET),
    "sheet, leaflet": ("sheet", SHEET | {"kind": "leaflet", "size": "a5"}),
    "keys": ("keys", DESK | {"here": "keys", "always": [(["Ctrl", "S"], "Save")], "single": [(["g", "w"], "Go")]}),
    "diary": ("diary", DESK | DIARY),
    "diary, nothing": ("diary", DESK | DIARY | {"days": [], "chosen": {}, "older_url": ""}),
    "outbox": ("outbox", DESK | {"mails": [MAIL], "keeps": True, "mailings": [KEPT], "older_url": "?before=x"}),
    "outbox, none": ("outbox", DESK | {"mails": [], "mailings": [], "keeps": False, "older_url": ""}),
    "aside": ("aside", DESK | {"entries": [LATE], "until": "x", "may_put_away": True, "older_url": "?before=x"}),
    "aside, none": ("aside", DESK | {"entries": [], "until": "", "may_put_away": True, "older_url": ""}),
    "settings": ("settings", DESK | SETTINGS | {"form": {"values": {}, "errors": {}}, "invitations": [INVITED]}),
    "settings, wrong": (
        "settings",
        DESK | SETTINGS | {"form": {"values": {"group_name": "<b>"}, "errors": {"group_name": "Taken."}}},
    ),
    "settings of a branch": (
        "settings",
        DESK | SETTINGS | {"whole": False, "others": [], "form": {"values": {}, "errors": {}}},
    ),
    "outbox_mail": ("outbox_mail", DESK | {"mail": MAIL}),
    "confirm": ("confirm", DESK | QUESTION),
    "ask": ("ask", QUESTION),
    "not_saved": ("not_saved", {"typed": [("title", '"<b>')], "files": True, "path": "/desk/events/new"}),
    "sign_in": ("sign_in", {"form": {"values": {}, "errors": {}}, "keeps": True}),
    "sign_in, wrong": ("sign_in", {"form": {"values": {"email": "x"}, "errors": {"email": "Whose is it?"}}}),
    "sign_in_code": ("sign_in_code", CODE | {"form": {"values": {}, "errors": {}}}),
    "sign_in_code, wrong": (
        "sign_in_code",
        CODE | {"form": {"values": {"code": "1"}, "errors": {"code": "Eight."}}},
    ),
    "sign_in, with a passkey": ("sign_in", {"form": {"values": {}, "errors": {}}, "passkey": "{}"}),
    "second_step, passkey": ("second_step", {"form": {"values": {}, "errors": {}}, "passkey": "{}", "app": True}),
    "passkey": ("passkey", DESK | {"passkey": "{}", "longest": 60, "form": {"values": {}, "errors": {}}}),
    "passkey, wrong": ("passkey", DESK | {"passkey": "{}", "longest": 60, "form": {"errors": {"": "Once more."}}}),
    "second_step": ("second_step", {"form": {"values": {}, "errors": {}}}),
    "second_step, wrong": ("second_step", {"form": {"values": {}, "errors": {"code": "Other digits."}}}),
    "again": ("again", DESK | {"form": {"values": {}, "errors": {}}, "minutes": 15, "typed": [("text", '"<b>')]}),
    "again, mailed": (
        "again",
        DESK | {"form": {"errors": {"again_code": "Other digits."}}, "mailed": True, "code_minutes": 15},
    ),
    "again, second step": (
        "again",
        DESK | {"form": {"errors": {"": "Not yours."}}, "second": True, "app": True, "passkey": "{}"},
    ),
    "account": ("account", DESK | {"needed": True, "app": None, "any": False, "codes_left": 0}),
    "account, with an app": ("account", DESK | {"app": {"id": 1}, "any": True, "codes_left": 1}),
    "account, with passkeys": (
        "account",
        DESK
        | {
            "passkeys": [{"id": 2, "name": "A <b>", "last_used_at": None}],
            "passkeys_possible": True,
            "sessions": SESSIONS,
            "any": True,
            "codes_left": 3,
        },
    ),
    "app": ("app", DESK | {"picture": "", "secret": "ABCD", "form": {"values": {}, "errors": {}}}),
    "app, wrong": ("app", DESK | {"picture": "", "secret": "A", "form": {"errors": {"code": "Other digits."}}}),
    "recovery": ("recovery", DESK | {"codes": [], "left": 3}),
    "recovery, made": ("recovery", DESK | {"codes": ["1234 5678"], "left": 10}),
    "error": ("error", {"heading": "There is nothing here", "sentences": ["Nothing was lost."]}),
}
ALONE = {"sheet", "sheet, leaflet", "ask", "sign_in", "sign_in, wrong", "sign_in_code", "sign_in_code, wrong"}
ALONE |= {"sign_in, with a passkey", "second_step", "second_step, passkey", "second_step, wrong", "error"}
ALONE |= {"not_saved"}
WITH_A_PASSKEY = {"sign_in, with a passkey", "second_step, passkey", "passkey", "passkey, wrong"}
WITH_A_PASSKEY |= {"again, second step"}
WHOLE = [page for page in PAGES if page != "answers"]


def rendered(page, **more):
    template, context = PAGES[page]
    return render_to_string(f"desk/{template}.html", {"csrf_token": "t", **context, **more})


def test_no_template_is_forgotten():
    tried = {f"{template}.html" for template, _ in PAGES.values()}
    assert tried | PARTS | OPENED == {path.name for path in TEMPLATES.iterdir()}


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_sound_and_within_the_policy(page):
    assert faults(Markup(rendered(page))) == []


@pytest.mark.parametrize("page", PAGES)
def test_no_name_of_the_context_is_left_open(page):
    assert "None" not in Markup(rendered(page)).text


@pytest.mark.parametrize("page", WHOLE)
def test_every_page_has_one_heading_and_one_main_and_is_not_found_by_search_engines(page):
    markup = Markup(rendered(page))
    assert (len(markup.all("h1")), len(markup.all("main"))) == (1, 1)
    assert {"name": "robots", "content": "noindex"} in markup.all("meta")


@pytest.mark.parametrize("page", PAGES)
def test_every_form_posts_with_a_token(page):
    markup = Markup(rendered(page))
    posting = [form for form in markup.all("form") if form["method"] != "get"]
    assert all(form["method"] == "post" for form in posting)
    tokens = [field for field in markup.all("input") if field["name"] == "csrfmiddlewaretoken"]
    assert len(tokens) == len(posting)


@pytest.mark.parametrize("page", WHOLE)
def test_the_only_script_is_htmx_and_it_is_told_to_keep_within_the_policy(page):
    markup = Markup(rendered(page))
    names = [script["src"].split("/")[-1] for script in markup.all("script")]
    asks = ["webauthn-json.js", "passkey.js"] if page in WITH_A_PASSKEY else []
    assert names == ([] if page in ALONE else ["htmx-2.min.js", "desk.js"]) + asks
    settings = next(meta["content"] for meta in markup.all("meta") if meta.get("name") == "htmx-config")
    assert '"includeIndicatorStyles": false' in settings
    assert '"allowEval": false' in settings


def test_the_navigation_knows_where_one_is():
    links = Markup(rendered("events")).all("a")
    assert [link["href"] for link in links if link.get("aria-current")] == ["/desk/events"]


def test_answers_are_fetched_while_the_event_lies_ahead():
    def sections(page):
        return [section for section in Markup(rendered(page)).all("section") if section.get("id") == "answers"]

    assert [section["hx-get"] for section in sections("event")] == ["/desk/events/1/answers"]
    assert ["hx-get" in section for section in sections("event, nobody")] == [False]
    assert len(sections("answers")) == 1  # what is fetched replaces what was there


def test_the_unconfirmed_stand_apart_and_are_not_in_the_count():
    text = " ".join(Markup(rendered("event")).text.split())
    assert "coming1,042" in text
    assert text.index("Ada <b>") < text.index("Not confirmed yet") < text.rindex("Ada <b>")


def test_a_form_keeps_what_was_typed_and_says_what_was_wrong():
    markup = Markup(rendered("event_edit, wrong"))
    fields = {field.get("id"): field for field in markup.all("input")}
    assert fields["title"]["value"] == "Stand <b>"
    assert "checked" in fields["time_later"]
    assert next(option["value"] for option in markup.all("option") if "selected" in option) == "meeting"
    assert "\nHear" in markup.text
    assert {"#date", "#venue"} <= {link["href"] for link in markup.all("a")}
    assert all(sentence in markup.text for sentence in WRONG.values())


def test_who_may_not_announce_is_not_asked_to():
    assert "/desk/events/new" not in rendered("events, none for a viewer")
    assert "/desk/events/new" in rendered("events, none")


def test_the_links_in_a_mail_can_be_pressed_and_nothing_in_it_runs():
    markup = Markup(rendered("outbox_mail"))
    assert "http://127.0.0.1:8000/a/confirm/x" in {link["href"] for link in markup.all("a")}
    assert len(markup.all("script")) == 2
