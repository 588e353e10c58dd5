"""Made-up contexts for the pages about an event's answers."""

from dataclasses import replace
from datetime import UTC, date, datetime

from groundswell.attendances.figures import Curve
from groundswell.web.desk.charts import Course, bars, chart, days_before

WHEN = {
    "date_long": "Wednesday 20 July 2016",
    "time": "from 6.30 pm to 8 pm",
    "zone_note": "",
    "iso": "2016-07-20",
}
PLACE = {
    "known": True,
    "name": "Riverside Hall",
    "address": "12 Made-up Street",
    "postcode": "N1 1AA",
    "access": "",
}
EVENT = {
    "url": "/desk/events/1",
    "title": "Stand in unity",
    "kind_label": "Rally",
    "status": "published",
    "status_label": "Published",
    "when": WHEN,
    "place": PLACE,
    "group_name": "Riverside branch",
    "campaign": "Rents down",
    "confirmed": 1042,
    "unconfirmed": 31,
    "public_url": "http://127.0.0.1:8000/e/stand-in-unity",
    "edit_url": "/desk/events/1/edit",
    "picture_url": "/desk/events/1/picture",
    "schedule_url": "",
    "publishes": "",
    "withdraw_url": "/desk/events/1/withdraw",
    "share_url": "/desk/events/1/share",
    "checklist_url": "/desk/events/1/checklist",
    "copy_url": "/desk/events/1/copy",
    "template_url": "/desk/events/1/template",
    "series": ("Spring <b>", "/desk/series/1"),
    "publish_url": "",
    "cancel_url": "/desk/events/1/cancel",
    "export_url": "/desk/events/1/export",
}
DRAFT = EVENT | {
    "status": "draft",
    "public_url": "",
    "publish_url": "/desk/events/1/publish",
    "schedule_url": "/desk/events/1/schedule",
    "publishes": "Friday 3 December 2026, 9 am",
    "withdraw_url": "",
    "series": None,
    "place": {"known": False},
}
ADA = {
    "name": "Ada <b>",
    "email": "ada@example.org",
    "guests": 2,
    "sector": "N1 1",
    "via": "",
    "created_at": datetime(2016, 7, 12, 19, 40, tzinfo=UTC),
}
ANSWERS = {
    "answers_url": "/desk/events/1/answers",
    "live": True,
    "by_name": True,
    "totals": {"confirmed": 1042, "guests": 61, "unconfirmed": 31, "tentative": 4, "waiting": 2, "counted": 9},
    "capacity": 1042,
    "waiting_list": [ADA],
    "maybe": [ADA],
    "confirmed": [ADA],
    "unconfirmed": [ADA],
    "more_url": "/desk/events/1?page=2",
}
NONE_YET = ANSWERS | {
    "confirmed": [],
    "unconfirmed": [],
    "waiting": [],
    "maybe": [],
    "capacity": None,
    "live": False,
    "more_url": "",
}
CHOICES = {
    "kinds": [("rally", "Rally"), ("meeting", "Meeting")],
    "zones": [("Europe/London", "London")],
    "groups": [("g1", "Riverside branch")],
    "campaigns": [("", "No campaign")],
    "all_series": [("", "No series"), ("new", "Begin a new series")],
    "known": [("unknown", "Not known yet")],
    "audiences": [("everybody", "Everybody")],
    "standings": [("invited", "Invited")],
    "question_kinds": [("text", "A line of text")],
    "preview_url": "/desk/events/preview",
}
OWN = {"event": {"title": "Stand <b>", "url": "/desk/events/1"}}
SEARCH = {"find_url": "/desk/events/1/find", "part": "<b>"}
NONE_NEEDED = {"whose": "Allies <b>", "needs": [], "offers": [], "asks": [], "written": []}
STAND = Course("Stand", Curve([date(2016, 7, 1)], [3]), date(2016, 7, 20), date(2016, 7, 9), own=True)
FIGURES = OWN | {
    "coming": 1042,
    "target": 2000,
    "expected": 1500,
    "counted": 9,
    "door": 3,
    "came": 2,
    "chart": chart(
        [Course("Stand", Curve([date(2016, 7, 1)], [3]), date(2016, 7, 20), date(2016, 7, 9), own=True)], 10
    ),
    "table": days_before([STAND, replace(STAND, label="Sister <b>", own=False, target=50)]),
    "areas": bars({"N": 4, "": 1}, "no postcode"),
    "links": bars({"leaflet": 4}, "no link"),
    "map": "",
}
NO_FIGURES = FIGURES | {"target": None, "expected": None, "chart": None, "areas": [], "links": []}
NOTICE = {"kind": "A note", "subject": "To all <b>", "text": "Dear friends", "copies": 2, "due": "1 July"}
IN_ENGLISH = {
    "name": "English",
    "subject": {"name": "subject", "value": "<b>"},
    "text": {"name": "text", "error": "Why?"},
}
IN_FRENCH = {"name": "French", "subject": {"name": "subject_fr"}, "text": {"name": "text_fr", "value": "<b>"}}
TELL = OWN | {
    "of_bloc": "",
    "untold": True,
    "languages": [IN_ENGLISH, IN_FRENCH],
    "coming": 2,
    "kinds": [("note", "A note")],
    "ready": [("/desk/events/1/tell?kind=note", "A note")],
    "zone": "Europe/London",
    "form": {"values": {"kind": "note"}, "errors": {"text": "Why?"}},
    "notices": [
        NOTICE | {"finished": True},
        NOTICE | {"back_url": "/desk/events/1/tell/2/back"},
        NOTICE | {"withdrawn": True},
    ],
}
WORDS = {"code": "en", "name": "English", "subject": {"name": "s", "value": "<b>"}, "text": {"name": "t"}}
OTHER = {
    "code": "fr",
    "name": "French",
    "subject": {"name": "s2", "error": "Why?"},
    "text": {"name": "t2", "value": "<b>"},
}
UNSET = {"before": "week", "label": "a week before", "state": "is not set", "editable": True, "languages": [WORDS]}
SET = {"before": "day", "on": True, "can_go_off": True, "languages": [OTHER]}
TOO_LATE = {"before": "hours", "on": True, "can_go_off": True, "editable": False, "why_not": "Too late."}
REMINDERS = OWN | {
    "reminders": [UNSET | {"open": True}, UNSET | SET, UNSET | TOO_LATE],
    "form": {"errors": {"s2": "Why?"}},
}
REMINDED = REMINDERS | {
    "reminders": [UNSET | {"on": True, "editable": False, "languages": [WORDS, OTHER]}],
    "form": {"errors": {}},
}
DOOR = OWN | {
    "door": 3,
    "coming": 20,
    "capacity": 30,
    "steps": [("1", "+1"), ("-1", "−1")],
    "list_on": True,
    "switch_url": "/desk/events/1/door/list",
    "door_url": "/desk/events/1/door",
    "before": "1",
    "people": [{"name": "Ada <b>", "guests": 1, "here": on, "url": "/x", "key": str(on)} for on in (True, False)],
    "more_url": "?before=x",
    "here": 2,
    "whole": False,
    **SEARCH,
}


def of_assigning(DESK):
    """A few people for a volunteer."""
    return {
        "event_assign": (
            "event_assign",
            DESK
            | OWN
            | {
                "volunteers": [
                    {"id": "1", "name": "Vic <b>", "until": ADA["created_at"], "assigned": many} for many in (0, 3)
                ],
                "volunteer_options": [("1", "Vic <b>")],
                "free": [ADA | {"id": "2"}],
                "next": 30,
                "at_most": 50,
            },
        ),
        "event_assign, nobody": ("event_assign", DESK | OWN | {"volunteers": [], "free": []}),
        "event_assign, all": (
            "event_assign",
            DESK
            | OWN
            | {"volunteers": [{"id": "1", "name": "Vic", "until": ADA["created_at"], "assigned": 1}], "free": []},
        ),
        "event_assigned": ("event_assigned", DESK | OWN | {"people": [ADA]}),
        "event_assigned, nobody": ("event_assigned", DESK | OWN | {"people": []}),
    }


def pages(DESK, ADA):
    """Each page with a context, under a name; they stand in a frame, and an answer is in some."""
    return {
        "event_figures": ("event_figures", DESK | FIGURES),
        "event_figures, none": ("event_figures", DESK | NO_FIGURES),
        "event_find": ("event_find", DESK | OWN | SEARCH | {"found": [ADA | {"state": "maybe"}], "whole": False}),
        "event_find, nobody": ("event_find", DESK | OWN | SEARCH | {"found": [], "whole": True}),
        "event_help": (
            "event_help",
            DESK
            | OWN
            | {
                "needs": [("Ada <b>", "A seat <b>")],
                "offers": [("Ada <b>", "ada@example.org", ["Steward"])],
                "more_needs_url": "?needs_before=x",
                "more_offers_url": "?offers_before=x",
                "asks": [("Which coach? <b>", "Seats <b>", [("North <b>", 1234)]), ("What else?", "Why", [])],
                "written": [("Ada <b>", "What else?", "Cake <b>")],
                "more_written_url": "?written_before=x",
            },
        ),
        "event_help, none": ("event_help", DESK | OWN | NONE_NEEDED),
        "event_tell": ("event_tell", DESK | TELL),
        "event_tell, of a bloc": ("event_tell", DESK | TELL | {"of_bloc": "Allies <b>", "zone": ""}),
        "event_reminder": ("event_reminder", DESK | REMINDERS),
        "event_reminder, in two languages": (
            "event_reminder",
            DESK | REMINDERS | {"reminders": [UNSET | {"languages": [WORDS, OTHER]}]},
        ),
        "event_reminder, gone": ("event_reminder", DESK | REMINDED),
        "event_door": ("event_door", DESK | DOOR),
        "event_door, no list": ("event_door", DESK | DOOR | {"list_on": False}),
        "event_door, nobody": ("event_door", DESK | DOOR | {"people": []}),
        "event_stall": (
            "event_stall",
            DESK
            | OWN
            | {
                "form": {"values": {"name": "<b>", "language": "fr"}, "errors": {"email": "Why?"}},
                "languages": [("en", "English"), ("fr", "Français")],
                "boxes": [("agree", "I agree.", "w1", True, ""), ("updates", "News.", "w2", False, "Why?")],
            },
        ),
        "event_cancel": (
            "event_cancel",
            DESK
            | OWN
            | {
                "people": 2,
                "languages": [IN_ENGLISH, IN_FRENCH],
                "form": {"values": {"tell": "yes"}, "errors": {"text": "Why?"}},
            },
        ),
        "event_cancel, one language": (
            "event_cancel",
            DESK | OWN | {"people": 2, "languages": [IN_ENGLISH], "form": {"errors": {"text": "Why?"}}},
        ),
    }


OFFERED = {
    "id": "1",
    "sentence": "Us & them are allies.",
    "other": "Them",
    "url": "/g/them",
    "until": datetime(2016, 7, 12, 19, 40, tzinfo=UTC),
    "since": datetime(2016, 7, 12, 19, 40, tzinfo=UTC),
}


REQUEST = {
    "url": "/desk/approvals/1",
    "sentence": "Make <b> an owner of Us & them",
    "organisation": "Us & them",
    "who": "Olu <b>",
    "by": "Winnie <b>",
    "people": 60,
    "asked_at": datetime(2016, 7, 12, 19, 40, tzinfo=UTC),
    "until": datetime(2016, 7, 12, 19, 40, tzinfo=UTC),
    "ready_at": datetime(2016, 7, 12, 19, 40, tzinfo=UTC),
    "state": "ready",
    "words": "can be carried out",
}
WAITS = REQUEST | {"state": "waits", "by": ""}


def of_two_people(DESK):
    """What nobody does alone."""
    return {
        "recovery address": (
            "recovery_address",
            DESK
            | {
                "subject": "Us & them",
                "settings_url": "/desk/settings/us",
                "counts": "<b>@example.org",
                "unconfirmed": "<i>@example.org",
                "form": {"values": {"email": "<b>"}, "errors": {"email": "Why?"}},
            },
        ),
        "tokens": (
            "tokens",
            DESK
            | {
                "subject": "Us & them",
                "settings_url": "/desk/settings/us",
                "here_url": "/desk/settings/us/tokens",
                "secret": "gs_x",
                "tokens": [
                    {"id": "1", "label": "A <b>", "role": "Viewer", "contact": contact, "since": REQUEST["until"]}
                    for contact in (True, False)
                ],
                "role_options": [("viewer", "Only read")],
                "form": {"values": {"label": "<b>"}, "errors": {"label": "Which?"}},
            },
        ),
        "approvals": (
            "approvals",
            DESK
            | {
                "to_answer": [WAITS | {"ready_at": None}],
                "mine": [REQUEST, WAITS, REQUEST | {"state": "used"}],
                "others": [REQUEST],
            },
        ),
        "approvals, none": ("approvals", DESK | {"to_answer": [], "mine": [], "others": []}),
    }


def of_settings(DESK):
    """What an owner looks after."""
    return {
        **of_two_people(DESK),
        "allies": (
            "allies",
            DESK
            | {
                "subject": "Us & them",
                "settings_url": "/desk/settings/us",
                **{name: [OFFERED] for name in ("to_answer", "offered", "holding")},
                "kind_options": [("ally", "We are allies")],
                "form": {"values": {}, "errors": {"address": "Nobody has it."}},
            },
        ),
        "logo": (
            "logo",
            DESK
            | {
                "subject": "Us & them",
                "settings_url": "/desk/settings/us",
                "logo": {"logo_alt": "A <b>", "logo_width": 3, "logo_height": 2},
                "logo_url": "/o/us/logo.webp",
                "form": {"values": {"logo_alt": "A <b>"}, "errors": {"logo": "Choose one."}},
            },
        ),
        "group": (
            "group",
            DESK
            | {
                "group": {"name": "East & west", "ended": True},
                "may_move": True,
                "others": [{"slug": "west", "name": "West"}],
                "parent_options": [("x", "North")],
                "group_url": "/g/east",
                "settings_url": "/desk/settings/us",
                "form": {"values": {}, "errors": {"name": "Please say what it is called."}},
            },
        ),
    }


MAIL = {
    "url": "/desk/outbox/1",
    "to": "ada@example.org",
    "sender": "groundswell@example.org",
    "subject": "Are you coming?",
    "created_at": ADA["created_at"],
    "state": "failed",
    "state_label": "Not delivered",
    "trouble": "No such mailbox.",
    "text": "Confirm: http://127.0.0.1:8000/a/confirm/x\n<script>1</script>",
    "attachments": [("event.ics", ""), ("mail.eml", "/desk/outbox/1.eml")],
    "source_url": "/desk/outbox/1.eml",
    "next_url": "/desk/outbox/mailings/1/2",
}
KEPT = {"subject": "<b>Come", "copies": 1, "of": 1200, "at": ADA["created_at"], "url": "/desk/outbox/mailings/1/1"}
LATE = {"kind": "An answer", "sentence": "It was over.", "at": ADA["created_at"], "event": "Rally", "url": "/x"}
