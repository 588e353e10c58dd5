"""Every page and every state of it that somebody can see: a new one is a new line here, and every test has it."""

from collections.abc import Mapping
from dataclasses import dataclass

from playwright.sync_api import Page, Response

TOO_MUCH = "x" * 1_000_000


@dataclass(frozen=True)
class Sight:
    """A page in one state. ``{words}`` in path and fields are those of the stage.

    ``sends`` are the fields with which the page's form is sent; None leaves it at looking. ``who`` looks is nobody
    in particular, or one of those whose sessions the stage has begun. ``unfolds`` opens what is folded away.
    """

    name: str
    route: str
    path: str
    status: int = 200
    sends: Mapping[str, str] | None = None
    who: str = ""
    unfolds: bool = False

    def open(self, page: Page, stage: Mapping[str, str]) -> None:
        """Go there; every check of this page begins here."""
        response = page.goto(self.path.format(**stage))
        if self.sends is not None:
            response = send(page, {name: value.format(**stage) for name, value in self.sends.items()})
        assert response is not None
        assert response.status == self.status
        if self.unfolds:
            page.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)")

    def __str__(self) -> str:
        return self.name


def send(page: Page, fields: Mapping[str, str]) -> Response | None:
    """Send the page's own form past the browser's checks; where it has none, one as somebody could make it."""
    with page.expect_navigation() as navigation:
        page.evaluate(
            """fields => {
                let form = document.querySelector("main form[method=post]");
                if (!form) {
                    form = document.body.appendChild(document.createElement("form"));
                    form.method = "post";
                }
                for (const [name, value] of Object.entries(fields)) {
                    form.querySelectorAll(`[name="${name}"]`).forEach(field => field.removeAttribute("name"));
                    const field = form.appendChild(document.createElement("textarea"));
                    [field.name, field.value, field.hidden] = [name, value, true];
                }
                form.submit();
            }""",
            fields,
        )
    return navigation.value


OPENED_BEFORE = {"title": "Mine", "version": "0", "base": "x", "text": "Another text.", "capacity": "12"}
"""A form that was opened before somebody else saved."""

WITHOUT_QUESTION = {f"question-0-{part}": "" for part in ("text", "purpose", "choices", "days")}
"""A form from which a question is taken out that somebody has answered."""

WITHOUT_SUBJECT = {"before": "day", "day-subject_en": "", "day-text_en": "Come."}
"""A reminder that says nothing in its first line."""

PUBLIC = [
    Sight("home", "home", "/"),
    Sight("home, near", "home", "/?near=M1+1"),
    Sight("home, near nowhere", "home", "/", 422, {"near": "nowhere"}),
    Sight("home, the next page", "home", "/?page=2"),
    Sight("group", "group", "/g/{branch}"),
    Sight("group, the whole organisation", "group", "/g/{organisation}"),
    Sight("group, white accent, nothing announced", "group", "/g/{plain}"),
    Sight("group, missing", "group", "/g/nobody", 404),
    Sight("event", "event", "/e/{event}"),
    Sight("event, with everything", "event", "/e/{rich}"),
    Sight("event, everything wrong, with everything", "event", "/e/{rich}", 422, {"name": ""}),
    Sight("event, online", "event", "/e/{online}"),
    Sight("series", "series", "/series/{series}"),
    Sight("series, near", "series", "/series/{series}?near=M1+1"),
    Sight("series, near nowhere", "series", "/series/{series}", 422, {"near": "nowhere"}),
    Sight("series, in more places than a map has room for", "series", "/series/{many}"),
    Sight("series, nowhere on the map", "series", "/series/{nowhere}"),
    Sight("event, all to be announced", "event", "/e/{bare}"),
    Sight("event, cancelled", "event", "/e/{cancelled}"),
    Sight("event, over", "event", "/e/{over}"),
    Sight("event, draft", "event", "/e/{draft}", 404),
    Sight(
        "event, everything wrong",
        "event",
        "/e/{event}",
        422,
        {"name": "", "email": "ada at example", "guests": "12", "postcode": "nowhere at all", "agree": ""},
    ),
    Sight("event, closed meanwhile", "event", "/e/{over}", 409, {"name": "Ada"}),
    Sight("event, far too much", "event", "/e/{event}", 413, {"name": TOO_MUCH}),
    Sight("event, many stand with it", "event", "/e/{stood_with}"),
    Sight("all who stand with it", "stand-all", "/stand/event/{stood_with}/all"),
    Sight("all who stand with it, the next page", "stand-all", "/stand/event/{stood_with}/all?page=2"),
    Sight("all who stand with it, nobody", "stand-all", "/stand/event/{over}/all"),
    Sight("our branch stands with this", "stand", "/stand/event/{stood_with}"),
    Sight("our branch stands with a group", "stand", "/stand/group/plain"),
    Sight("our branch stands, wrong", "stand", "/stand/event/{stood_with}", 422, {"body": "", "kind": ""}),
    Sight("our branch stands, kept", "stand-thanks", "/stand/event/{stood_with}/thanks"),
    Sight("do you stand with this?", "stand-link", "/stands/{stand_asked}"),
    Sight("you stand with this", "stand-link", "/stands/{stand_confirmed}"),
    Sight("question", "discussion", "/d/{question}"),
    Sight("letter", "letter", "/m/{mailing_letter_id}"),
    Sight("question, closed", "discussion", "/d/{question_closed}"),
    Sight("bloc", "bloc", "/b/{bloc}"),
    Sight("bloc, cancelled", "bloc", "/b/{bloc_off}"),
    Sight("bloc, in an event elsewhere", "bloc", "/b/{bloc_away}"),
    Sight(
        "bloc, everything wrong", "bloc", "/b/{bloc}", 422, {"name": "", "email": "ada at example", "agree": ""}
    ),
    Sight("bloc, another caller's", "bloc-called", "/b/{bloc}/{bloc_caller}"),
    Sight("bloc, joined", "bloc-thanks", "/b/{bloc}/thanks"),
    Sight("bloc, joined at another caller's", "bloc-called-thanks", "/b/{bloc}/{bloc_caller}/thanks"),
    Sight("order of march", "march", "/march/{marching}"),
    Sight("order of march, nobody", "march", "/march/{event}"),
    Sight("event, with blocs", "event", "/e/{marching}"),
    Sight("thanks", "thanks", "/e/{event}/thanks"),
    Sight("event, held together", "event", "/e/{held}"),
    Sight("event, on a co-host’s side", "cohosted", "/e/{held}/plain"),
    Sight("event, on a co-host’s side, wrong", "cohosted", "/e/{held}/plain", 422, {"name": ""}),
    Sight("event, held by many", "event", "/e/{crowd}"),
    Sight("confirm, held by many", "link", "{confirm_many}"),
    Sight("change, others were allowed", "link", "{change_allowed}"),
    Sight("thanks, on a co-host’s side", "cohosted-thanks", "/e/{held}/plain/thanks"),
    Sight("event, full, with questions", "event", "/e/{small}"),
    Sight("just count me", "count", "/e/{event}/count"),
    Sight("just count me, wrong", "count", "/e/{event}/count", 422, {"people": "many"}),
    Sight("just count me, counted", "count", "/e/{event}/count", 200, {"people": "2"}),
    Sight("out of the count", "uncount", "/e/{event}/uncount"),
    Sight("out of the count, wrong", "uncount", "/e/{event}/uncount", 422, {"code": "x"}),
    Sight("out of the count, done", "uncount", "/e/{event}/uncount", 200, {"code": "ABCD-EFGH-JK23"}),
    Sight("no more mail", "mailings-stop", "{mail_stop}"),
    Sight("no more mail, done", "mailings-stop", "{mail_stop}", sends={}),
    Sight("no more mail at all", "mailings-mute", "{mail_mute}"),
    Sight("no more mail at all, done", "mailings-mute", "{mail_mute}", sends={}),
    Sight("invited", "mailings-come", "{mail_come}"),
    Sight("invited, done", "mailings-come", "{mail_come}", sends={}),
    Sight("what we know about you", "mailings-me", "{mail_me}"),
    Sight("what we know about you, kept", "mailings-me", "{mail_me}", sends={}),
    Sight("correct what we know", "me-correct", "{mail_correct}"),
    Sight("correct what we know, wrong", "me-correct", "{mail_correct}", 422, {"name": "", "phone": "x"}),
    Sight("object to everything", "me-object", "{mail_object}"),
    Sight("change", "link", "{change}"),
    Sight("change, wrong", "link", "{change}", 422, {"guests": "many"}),
    Sight("change, waiting", "link", "{change_waiting}"),
    Sight("changed", "link", "{change}", 200, {"answer": "tentative"}),
    Sight("confirm", "link", "{confirm}"),
    Sight("confirmed", "link", "{confirm}", sends={}),
    Sight("cancel", "link", "{cancel}"),
    Sight("cancelled", "link", "{cancel_done}", sends={}),
    Sight("forget me", "link", "{forget}"),
    Sight("link, nothing behind it", "link", "{gone}"),
    Sight("link, cut off", "link", "/a/confirm/AAAA", 404),
    Sight("privacy", "privacy", "/privacy/{organisation}"),
    Sight("privacy, no address", "privacy", "/privacy/{plain}"),
    Sight("complain", "complain", "/privacy/{organisation}/complain"),
    Sight("complain, wrong", "complain", "/privacy/{organisation}/complain", 422, {"text": "", "email": "x"}),
    Sight("complained", "complained", "/privacy/{organisation}/complain/thanks"),
    Sight("complain, by a link", "me-complain", "{mail_complain}"),
    Sight("no such address", "", "/nothing/here", 404),
    Sight("sign in", "desk:sign-in", "/desk/sign-in"),
    Sight("sign in, wrong", "desk:sign-in", "/desk/sign-in", 422, {"email": "olu"}),
    Sight("sign in, asked", "desk:sign-in-code", "/desk/sign-in", 200, {"email": "nobody@example.org"}),
    Sight("sign in, no second step without a first", "desk:second-step", "/desk/sign-in/second-step"),
    Sight("invitation", "desk:invitation", "/desk/invitation/{invitation}"),
    Sight("stop it?", "desk:stop", "/desk/stop/{stop}"),
    Sight("keep an eye on it?", "desk:recovery-confirm", "/desk/recovery/{recovery}"),
    Sight("sign in, link", "desk:sign-in-link", "{unused}"),
    Sight("invitation, taken back", "desk:invitation", "/desk/invitation/none", 410),
    Sight("sign in, used link", "desk:sign-in-link", "/desk/sign-in/used", 410),
]
"""What everybody can see."""

DESK = [
    Sight("what waits", "desk:waits", "/desk/"),
    Sight("events", "desk:events", "/desk/events"),
    Sight("announce", "desk:event-new", "/desk/events/new"),
    Sight("announce, wrong", "desk:event-new", "/desk/events/new", 422, {"title": "", "date": "tomorrow"}),
    Sight("one event", "desk:event", "/desk/events/{event_id}"),
    Sight("one event, everything else", "desk:event", "/desk/events/{event_id}", unfolds=True),
    Sight("one event, draft", "desk:event", "/desk/events/{draft_id}"),
    Sight("one event, to be published at a time", "desk:event", "/desk/events/{scheduled_id}"),
    Sight("one event, cancelled", "desk:event", "/desk/events/{cancelled_id}"),
    Sight("one event, over", "desk:event", "/desk/events/{over_id}"),
    Sight("one event, none", "desk:event", "/desk/events/00000000-0000-7000-8000-000000000000", 404),
    Sight("change an event", "desk:event-edit", "/desk/events/{event_id}/edit"),
    Sight(
        "change, with a programme and questions",
        "desk:event-edit",
        "/desk/events/{full_id}/edit",
        200,
        {"then": "question-more"},
    ),
    Sight("change, changed meanwhile", "desk:event-edit", "/desk/events/{full_id}/edit", 409, OPENED_BEFORE),
    Sight("change, answers would go", "desk:event-edit", "/desk/events/{small_id}/edit", 409, WITHOUT_QUESTION),
    Sight("picture", "desk:event-picture", "/desk/events/{full_id}/picture"),
    Sight("picture, away?", "desk:event-picture", "/desk/events/{full_id}/picture", 200, {"then": "remove"}),
    Sight(
        "picture, none chosen", "desk:event-picture", "/desk/events/{draft_id}/picture", 422, {"picture_alt": "A"}
    ),
    Sight("preview", "desk:event-preview", "/desk/events/{full_id}/preview"),
    Sight("preview of nothing", "desk:preview-new", "/desk/events/preview"),
    Sight("keys", "desk:keys", "/desk/keys"),
    Sight("publish at a time", "desk:event-schedule", "/desk/events/{draft_id}/schedule"),
    Sight(
        "publish at a time, wrong", "desk:event-schedule", "/desk/events/{draft_id}/schedule", 422, {"date": "x"}
    ),
    Sight("publish at a time, set", "desk:event-schedule", "/desk/events/{scheduled_id}/schedule"),
    Sight("share", "desk:event-share", "/desk/events/{event_id}/share?via=market-square"),
    Sight("share, wrong", "desk:event-share", "/desk/events/{draft_id}/share?via=%C3%A9", 422),
    Sight("paper", "desk:event-poster", "/desk/events/{event_id}/poster"),
    Sight("paper, small", "desk:event-leaflet", "/desk/events/{event_id}/leaflet?size=a5"),
    Sight("checklist", "desk:event-checklist", "/desk/events/{march_id}/checklist"),
    Sight("copy", "desk:event-copy", "/desk/events/{event_id}/copy"),
    Sight("copy, wrong", "desk:event-copy", "/desk/events/{event_id}/copy", 422, {"date": "x"}),
    Sight("keep as a template", "desk:event-template", "/desk/events/{event_id}/template"),
    Sight("templates", "desk:templates", "/desk/templates"),
    Sight("mailings", "desk:mailings", "/desk/mailings"),
    Sight("write a mailing", "desk:mailing-new", "/desk/mailings/new"),
    Sight("write a mailing, wrong", "desk:mailing-new", "/desk/mailings/new", 422, {"text": ""}),
    Sight("a mailing, draft", "desk:mailing", "/desk/mailings/{mailing_id}"),
    Sight("a mailing, changed", "desk:mailing-edit", "/desk/mailings/{mailing_id}/edit"),
    Sight("a mailing, on its way", "desk:mailing", "/desk/mailings/{mailing_sent_id}"),
    Sight("a mailing, about to go", "desk:mailing", "/desk/mailings/{mailing_going_id}"),
    Sight("a mailing, its buttons counted", "desk:mailing", "/desk/mailings/{mailing_letter_id}"),
    Sight("a mailing, somebody found", "desk:mailing", "/desk/mailings/{mailing_id}?who=ruth"),
    Sight("a mailing, its subjects tested", "desk:mailing", "/desk/mailings/{mailing_tested_id}"),
    Sight("a mailing, its subjects typed", "desk:mailing-edit", "/desk/mailings/{mailing_subjects_id}/edit"),
    Sight("a mailing, its subjects to be tested", "desk:mailing", "/desk/mailings/{mailing_subjects_id}"),
    Sight("people", "desk:persons", "/desk/people"),
    Sight("people, found", "desk:persons", "/desk/people?q=ad"),
    Sight("people, nobody found", "desk:persons", "/desk/people?q=xyzzy"),
    Sight("somebody's page", "desk:person", "/desk/people/{person_id}"),
    Sight("possible duplicates", "desk:duplicates", "/desk/people/duplicates"),
    Sight("whom somebody is the same as", "desk:person-same", "/desk/people/{person_id}/same"),
    Sight("the other one, found", "desk:person-same", "/desk/people/{person_id}/same?q=twice"),
    Sight("two people side by side", "desk:person-merge", "/desk/people/{person_id}/merge/{twice_id}"),
    Sight("somebody who was merged", "desk:person", "/desk/people/{merged_id}"),
    Sight("complaints", "desk:complaints", "/desk/complaints"),
    Sight("a complaint", "desk:complaint", "/desk/complaints/{complaint_id}"),
    Sight("a complaint, wrong", "desk:complaint", "/desk/complaints/{complaint_id}", 422, {"then": "answer"}),
    Sight("a complaint, answered", "desk:complaint", "/desk/complaints/{complaint_answered_id}"),
    Sight("write a complaint down", "desk:complaint-new", "/desk/complaints/new"),
    Sight("write a complaint down, wrong", "desk:complaint-new", "/desk/complaints/new", 422, {"text": ""}),
    Sight("people from files", "desk:imports", "/desk/people/imports"),
    Sight("a file with people", "desk:import", "/desk/people/imports/{import_id}"),
    Sight("choose a file with people", "desk:import-new", "/desk/people/imports/new"),
    Sight("no file chosen", "desk:import-new", "/desk/people/imports/new", 422, {"then": "upload"}),
    Sight("segments", "desk:segments", "/desk/people/segments"),
    Sight("whom you mean", "desk:segment-new", "/desk/people/segments/new"),
    Sight("whom you mean, wrong", "desk:segment-new", "/desk/people/segments/new", 422, {"then": "save"}),
    Sight("one segment", "desk:segment", "/desk/people/segments/{segment_id}"),
    Sight("all series", "desk:series", "/desk/series"),
    Sight("one series", "desk:series-of", "/desk/series/{series_id}"),
    Sight("announce, from a template", "desk:event-new", "/desk/events/new?template={template_id}"),
    Sight("find somebody", "desk:event-find", "/desk/events/{event_id}/find?q=ada"),
    Sight("at the stall", "desk:event-stall", "/desk/events/{event_id}/stall"),
    Sight("at the stall, wrong", "desk:event-stall", "/desk/events/{event_id}/stall", 422, {"name": ""}),
    Sight("needs and help", "desk:event-help", "/desk/events/{small_id}/help"),
    Sight("needs and help, without questions", "desk:event-help", "/desk/events/{event_id}/help"),
    Sight("figures", "desk:event-figures", "/desk/events/{event_id}/figures"),
    Sight("tell", "desk:event-tell", "/desk/events/{event_id}/tell"),
    Sight("tell, wrong", "desk:event-tell", "/desk/events/{event_id}/tell", 422, {"subject": ""}),
    Sight("reminders", "desk:event-reminder", "/desk/events/{event_id}/reminder", unfolds=True),
    Sight("reminders, one set", "desk:event-reminder", "/desk/events/{small_id}/reminder", unfolds=True),
    Sight("reminders, wrong", "desk:event-reminder", "/desk/events/{event_id}/reminder", 422, WITHOUT_SUBJECT),
    Sight("at the door", "desk:event-door", "/desk/events/{event_id}/door"),
    Sight("at the door, with a list", "desk:event-door", "/desk/events/{small_id}/door"),
    Sight("cancel an event, wrong", "desk:event-cancel", "/desk/events/{event_id}/cancel", 422, {"subject": ""}),
    Sight("one event, full", "desk:event", "/desk/events/{small_id}"),
    Sight("held together", "desk:event-together", "/desk/events/{held_id}/together"),
    Sight("held together, by nobody else", "desk:event-together", "/desk/events/{event_id}/together"),
    Sight(
        "held together, wrong",
        "desk:event-together",
        "/desk/events/{held_id}/together",
        422,
        {"form": "arrange", "duties": "", "contact": "", "days": "x"},
    ),
    Sight("without them?", "desk:event-together-remove", "/desk/events/{held_id}/together/{cohost_id}/remove"),
    Sight("another’s event", "desk:cohosting", "/desk/cohosting/{cohost_id}"),
    Sight("asked to hold it", "desk:cohosting", "/desk/cohosting/{asked_id}"),
    Sight(
        "asked to hold it, changed meanwhile",
        "desk:cohosting",
        "/desk/cohosting/{asked_id}",
        409,
        {"then": "accept", "version": "0", "group": "{plain_group}"},
    ),
    Sight("leave?", "desk:cohosting-leave", "/desk/cohosting/{cohost_id}/leave"),
    Sight("own people", "desk:ours", "/desk/ours/{held_id}"),
    Sight("own people’s needs and help", "desk:ours-help", "/desk/ours/{held_id}/help"),
    Sight("cancel an event", "desk:event-cancel", "/desk/events/{event_id}/cancel"),
    Sight("discussions", "desk:discussions", "/desk/discussions"),
    Sight("put a question", "desk:discussion-new", "/desk/discussions/new"),
    Sight("put a question, wrong", "desk:discussion-new", "/desk/discussions/new", 422, {"question": ""}),
    Sight("one question", "desk:discussion", "/desk/discussions/{question_id}"),
    Sight("one question, draft", "desk:discussion", "/desk/discussions/{question_draft_id}"),
    Sight("one question, closed", "desk:discussion", "/desk/discussions/{question_closed_id}"),
    Sight("hold a meeting", "desk:discussion-hold", "/desk/discussions/hold/{question}"),
    Sight("meeting", "desk:meeting", "/desk/meetings/{meeting_id}"),
    Sight("meeting, wrong", "desk:meeting", "/desk/meetings/{meeting_id}", 422, {"note-0-heading": ""}),
    Sight("meeting's sheet", "desk:meeting-sheet", "/desk/meetings/{meeting_id}/sheet"),
    Sight("who stands with us", "desk:endorsements", "/desk/endorsements"),
    Sight("enter an endorsement", "desk:endorsement-new", "/desk/endorsements/new?page=/e/{stood_with}"),
    Sight("enter an endorsement, wrong", "desk:endorsement-new", "/desk/endorsements/new", 422, {"page": ""}),
    Sight("blocs", "desk:blocs", "/desk/blocs"),
    Sight("call a bloc", "desk:bloc-new", "/desk/blocs/new?event={marching_id}"),
    Sight("call a bloc, elsewhere, wrong", "desk:bloc-new", "/desk/blocs/new", 422, {"event": "elsewhere"}),
    Sight("one bloc", "desk:bloc", "/desk/blocs/{bloc_id}"),
    Sight("one bloc, draft", "desk:bloc", "/desk/blocs/{bloc_draft_id}"),
    Sight("one bloc, cancelled", "desk:bloc", "/desk/blocs/{bloc_off_id}"),
    Sight("change a bloc", "desk:bloc-edit", "/desk/blocs/{bloc_id}/edit"),
    Sight(
        "change a bloc, changed meanwhile",
        "desk:bloc-edit",
        "/desk/blocs/{bloc_id}/edit",
        409,
        {"version": "9", "base": "x", "name": "Mine"},
    ),
    Sight("cancel a bloc", "desk:bloc-cancel", "/desk/blocs/{bloc_id}/cancel"),
    Sight("bloc's sheet", "desk:bloc-sheet", "/desk/blocs/{bloc_id}/sheet"),
    Sight("needs and help, in a bloc", "desk:bloc-help", "/desk/blocs/{bloc_id}/help"),
    Sight("another caller’s needs", "desk:bloc-help", "/desk/blocs/{bloc_id}/help?organisation={bloc_caller}"),
    Sight("tell those who joined", "desk:bloc-tell", "/desk/blocs/{bloc_id}/tell"),
    Sight("stewards' sheet", "desk:bloc-stewards", "/desk/blocs/{bloc_id}/stewards"),
    Sight("arrange a march", "desk:event-march", "/desk/events/{marching_id}/march"),
    Sight("waiting for a second person", "desk:approvals", "/desk/approvals"),
    Sight("who looks after whom", "desk:event-assign", "/desk/events/{event_id}/assign"),
    Sight("who looks after whom, without people", "desk:event-assign", "/desk/events/{draft_id}/assign"),
    Sight("set aside", "desk:aside", "/desk/aside"),
    Sight("diary", "desk:diary", "/desk/diary"),
    Sight("diary, nothing that fits", "desk:diary", "/desk/diary?day=2001-01-01&kind=house"),
    Sight("outbox", "desk:outbox", "/desk/outbox"),
    Sight("a mail", "desk:outbox-mail", "/desk/outbox/{mail_id}"),
    Sight("a mailing's copy", "desk:outbox-copy", "/desk/outbox/mailings/{mailing_sent_id}/1"),
    Sight("settings", "desk:settings-of", "/desk/settings/{organisation}"),
    Sight("settings, wrong", "desk:settings-of", "/desk/settings/{organisation}", 422, {"form": "role"}),
    Sight("sign everybody out?", "desk:settings-of", "/desk/settings/{organisation}", 200, {"form": "sign-out"}),
    Sight("group", "desk:group", "/desk/settings/{organisation}/groups/{branch_id}"),
    Sight(
        "group, wrong",
        "desk:group",
        "/desk/settings/{organisation}/groups/{branch_id}",
        422,
        {"then": "rename", "name": ""},
    ),
    Sight("logo", "desk:logo", "/desk/settings/{organisation}/logo"),
    Sight("logo, away?", "desk:logo", "/desk/settings/{organisation}/logo", 200, {"then": "remove"}),
    Sight("logo, none chosen", "desk:logo", "/desk/settings/{plain}/logo", 422, {"logo_alt": "A"}),
    Sight("allies", "desk:allies", "/desk/settings/{organisation}/allies"),
    Sight(
        "allies, wrong",
        "desk:allies",
        "/desk/settings/{organisation}/allies",
        422,
        {"then": "offer", "address": "nowhere"},
    ),
    Sight("recovery address", "desk:recovery-address", "/desk/settings/{organisation}/recovery"),
    Sight(
        "recovery address, wrong",
        "desk:recovery-address",
        "/desk/settings/{organisation}/recovery",
        422,
        {"email": "x"},
    ),
    Sight("tokens", "desk:tokens", "/desk/settings/{organisation}/tokens"),
    Sight("tokens, wrong", "desk:tokens", "/desk/settings/{organisation}/tokens", 422, {"then": "make"}),
    Sight(
        "tokens, a new one",
        "desk:tokens",
        "/desk/settings/{organisation}/tokens",
        200,
        {"then": "make", "label": "Map", "role": "viewer"},
    ),
    Sight("own account", "desk:account", "/desk/account"),
    Sight("add a passkey, at a bare address", "desk:account-passkey", "/desk/account/passkey", 403),
    Sight("set up an app", "desk:account-app", "/desk/account/app"),
    Sight("set up an app, wrong", "desk:account-app", "/desk/account/app", 422, {"code": "x"}),
    Sight("written-down codes, before a second step", "desk:account-recovery", "/desk/account/recovery", 403),
    Sight("form from elsewhere", "desk:event-new", "/desk/events/new", 403, {"csrfmiddlewaretoken": "x" * 64}),
]
"""What somebody sees who has just signed in as an owner."""

RECOVERY, TELL = "/desk/account/recovery", "/desk/events/{event_id}/tell"
TYPED = {"kind": "note", "subject": "To all", "text": "Dear friends"}

OTHERS = [
    Sight("second step", "desk:second-step", "/desk/sign-in/second-step", who="half"),
    Sight("second step, wrong", "desk:second-step", "/desk/sign-in/second-step", 422, {"code": "x"}, "half"),
    Sight("own account, needs a second step", "desk:account", "/desk/account", who="by_mail"),
    Sight("own account, with a second step", "desk:account", "/desk/account", who="second"),
    Sight("written-down codes", "desk:account-recovery", RECOVERY, who="second"),
    Sight("written-down codes, made", "desk:account-recovery", RECOVERY, 200, {}, "second"),
    Sight("still you?, to look", "desk:account-app", "/desk/account/app", 403, who="stale"),
    Sight("still you?", "desk:event-tell", TELL, 403, TYPED, "stale"),
    Sight("still you?, mailed", "desk:event-tell", TELL, 403, {**TYPED, "again": "mail"}, "stale"),
    Sight("still you?, wrong", "desk:event-tell", TELL, 422, {"again": "code", "again_code": "1"}, "stale"),
    Sight("still you?, by the second step", "desk:event-tell", TELL, 403, TYPED, "stale_second"),
    Sight(
        "still you?, wrong digits",
        "desk:event-tell",
        TELL,
        422,
        {"again": "digits", "again_code": "x"},
        "stale_second",
    ),
    *(
        Sight(f"{name}, for a {who}", route, path, who=who)
        for who in ("viewer", "steward", "mailer", "press")
        for name, route, path in (
            ("what waits", "desk:waits", "/desk/"),
            ("events", "desk:events", "/desk/events"),
            ("one event", "desk:event", "/desk/events/{event_id}"),
            ("blocs", "desk:blocs", "/desk/blocs"),
            ("discussions", "desk:discussions", "/desk/discussions"),
        )
    ),
    Sight("look at a file with people", "desk:import-new", "/desk/people/imports/new", who="looking"),
    Sight("your people", "desk:event-assigned", "/desk/events/{event_id}/assigned", who="volunteer"),
    Sight("your people, none", "desk:event-assigned", "/desk/events/{small_id}/assigned", who="volunteer"),
    Sight("one event, for a volunteer", "desk:event", "/desk/events/{event_id}", who="volunteer"),
    Sight("at the door, for a steward", "desk:event-door", "/desk/events/{small_id}/door", who="steward"),
    Sight("needs and help, for a steward", "desk:event-help", "/desk/events/{small_id}/help", who="steward"),
    Sight("templates, not for a viewer", "desk:templates", "/desk/templates", 403, who="viewer"),
    *(
        Sight(f"{name}, nothing yet", route, path, who="new")
        for name, route, path in (
            ("what waits", "desk:waits", "/desk/"),
            ("events", "desk:events", "/desk/events"),
            ("blocs", "desk:blocs", "/desk/blocs"),
            ("discussions", "desk:discussions", "/desk/discussions"),
            ("series", "desk:series", "/desk/series"),
            ("templates", "desk:templates", "/desk/templates"),
            ("mailings", "desk:mailings", "/desk/mailings"),
            ("people", "desk:persons", "/desk/people"),
            ("segments", "desk:segments", "/desk/people/segments"),
            ("outbox", "desk:outbox", "/desk/outbox"),
            ("diary", "desk:diary", "/desk/diary"),
        )
    ),
]
"""What those see who have signed in half, long ago, or otherwise; who may do less, and who has just begun."""
