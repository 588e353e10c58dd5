"""Messages to many at the desk: written, looked at, let go by two, stopped, and how far they are."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from groundswell.groups import approvals
from groundswell.groups.access import SYSTEM
from groundswell.groups.models import Approval, Group, Organisation
from groundswell.kit.clock import now
from groundswell.mailings import operations
from groundswell.mailings.domains import add
from groundswell.mailings.models import Deferred, DomainTally, Mailing, Result, WarmDay
from groundswell.mailings.rounds import Rounds, begin
from groundswell.mailings.subjects import go_on
from groundswell.mailings.trial import TRIAL_MAIL, TRIAL_MAILS, write_trial
from groundswell.mailings.warming import today
from groundswell.outbox.models import Effect
from groundswell.people.models import Segment
from groundswell.people.saved import delete_segment, save_segment
from groundswell.people.segments import parse
from tests import made_up
from tests.web.markup import Markup, faults

pytestmark = [pytest.mark.django_db, pytest.mark.door]

TYPED = {"subject": "Come, {first_name|friend}", "preheader": "At noon", "text": "# Noon\n\nDear {name|friend}."}


@pytest.fixture
def root() -> Group:
    return made_up.root(made_up.organisation(postal_address="1 High Street"))


def mailer(root: Group, email: str = "olu@example.org") -> Client:
    return made_up.browser(made_up.account(root, made_up.MAILER, email))


def write(client: Client, root: Group, **more: str) -> Mailing:
    answer = client.post("/desk/mailings/new", {"group": str(root.id), **TYPED, **more})
    assert answer.status_code == 303, answer.content.decode()
    return Mailing.objects.get(id=answer["Location"].rpartition("/")[2])


def shown(client: Client, path: str) -> Markup:
    answer = client.get(path)
    assert answer.status_code == 200
    markup = Markup(answer.content.decode())
    assert faults(markup) == []
    return markup


def test_it_is_written_and_looked_at_as_anybody(root: Group) -> None:
    client = mailer(root)
    made_up.subscriber(root.organisation, "Ada")
    assert "Nothing has been written yet." in shown(client, "/desk/mailings").text
    shown(client, "/desk/mailings/new")
    mailing = write(client, root)
    page = shown(client, f"/desk/mailings/{mailing.id}?as=Grace Hopper").text
    assert "Come, Grace" in page
    assert "Dear Grace Hopper." in page
    assert "1 person." in page
    assert "Come, friend" in shown(client, "/desk/mailings").text


def test_what_is_written_is_shown_as_text_and_is_no_markup(root: Group) -> None:
    client = mailer(root)
    mailing = write(client, root, subject="<b id=x>Come</b>", text="<b id=x onclick=a()>Noon</b>")
    answer = client.get(f"/desk/mailings/{mailing.id}?as=<b id=x>Ada</b>").content.decode()
    assert "<b id=x" not in answer
    assert "&lt;b id=x onclick=a()&gt;Noon&lt;/b&gt;" in answer


def test_a_test_goes_to_whoever_writes_it(root: Group) -> None:
    client = mailer(root)
    mailing = write(client, root, preheader="")
    assert "Nothing stands beside the subject" in shown(client, f"/desk/mailings/{mailing.id}").text
    answer = client.post(f"/desk/mailings/{mailing.id}", {"then": "trial", "in": "en"}, follow=True)
    assert "A test is on its way to your own address." in answer.content.decode()
    effect = Effect.objects.get(kind=TRIAL_MAIL)
    mail = write_trial(effect)
    assert mail
    assert (mail.to, mail.subject) == ("olu@example.org", "Test: Come, olu")
    assert "Dear olu." in mail.text
    assert "1 High Street" in mail.html
    mailing.delete()
    assert write_trial(effect) is None


def test_what_is_wrong_is_said_and_what_was_typed_stays(root: Group) -> None:
    client = mailer(root)
    sent = {"group": str(root.id), "subject": "", "text": "Dear {surname},"}
    answer = client.post("/desk/mailings/new", sent)
    page = Markup(answer.content.decode())
    assert answer.status_code == 422
    assert "nothing called {surname}" in page.text
    assert "Dear {surname}," in page.text
    for field in ("audience", "event"):
        answer = client.post("/desk/mailings/new", {**sent, **TYPED, field: str(root.id)})
        assert answer.status_code == 422
        assert "not there any more" in answer.content.decode()
    assert not Mailing.objects.exists()


def test_a_draft_is_changed_and_one_on_its_way_is_not(root: Group) -> None:
    client = mailer(root)
    event = made_up.event(root, day=made_up.in_days(9))
    segment = save_segment(
        SYSTEM, organisation=root.organisation, name="All", segmentation=parse({"steps": [], "sample": 5})
    )
    mailing = write(client, root, event=str(event.id), audience=str(segment.id), text="Come.\n\n{event}")
    edit = f"/desk/mailings/{mailing.id}/edit"
    assert {str(event.id), str(segment.id)} <= {
        option["value"] for option in shown(client, edit).all("option") if "selected" in option
    }
    assert event.title in shown(client, f"/desk/mailings/{mailing.id}").text
    assert client.post(edit, {**TYPED, "subject": "Later"}).status_code == 303
    mailing.refresh_from_db()
    assert mailing.words["en"]["subject"] == "Later"
    Mailing.objects.update(state="sending")
    assert client.post(edit, TYPED).status_code == 409


def test_a_draft_follows_the_segment_that_is_chosen(root: Group) -> None:
    client = mailer(root)
    for name in ("Ada", "Bo", "Cy"):
        made_up.subscriber(root.organisation, name)
    segment = of(root, 1)
    mailing = write(client, root, audience=str(segment.id))
    path = f"/desk/mailings/{mailing.id}"
    assert "1 person." in shown(client, path).text
    of(root, 2)
    assert "2 people." in shown(client, path).text
    delete_segment(SYSTEM, segment=segment)
    chosen = [one["value"] for one in shown(client, f"{path}/edit").all("option") if "selected" in one]
    assert "kept" in chosen
    assert client.post(f"{path}/edit", {**TYPED, "audience": "kept"}).status_code == 303
    assert "1 person." in shown(client, path).text


def of(root: Group, sample: int) -> Segment:
    """A saved segment of one name, which means so many from now on."""
    meant = parse({"steps": [], "sample": sample})
    return save_segment(SYSTEM, organisation=root.organisation, name="Some", segmentation=meant)


def test_a_small_one_is_let_go_stopped_and_followed(root: Group) -> None:
    client = mailer(root)
    made_up.subscriber(root.organisation, "Ada")
    mailing = write(client, root)
    path = f"/desk/mailings/{mailing.id}"
    client.post(path, {"then": "release"})
    assert "It goes out in ten minutes." in shown(client, path).text
    client.post(f"{path}/move", {"how": "stop"})
    assert "Draft" in shown(client, path).text
    client.post(path, {"then": "release"})
    with time_machine.travel(now() + timedelta(minutes=11)):
        begin()
        while Rounds().send():
            pass
    assert "Taken by the mail server1" in shown(client, path).text
    assert client.post(f"{path}/move", {"how": "cancel"}).status_code == 303
    assert "moved on" in shown(client, path).text
    assert client.post(f"{path}/move", {"how": "explode"}).status_code == 404


def test_its_figures_ask_for_themselves_while_it_moves(root: Group) -> None:
    client = mailer(root)
    mailing = under_way(root)
    path = f"/desk/mailings/{mailing.id}"
    for state in ("waiting", "sending"):
        Mailing.objects.update(state=state)
        page = shown(client, path)
        (figures,) = [one for one in page.all("div") if one.get("id") == "figures"]
        assert figures["hx-get"] == f"?was={state}"
        assert figures["hx-trigger"] == "every 2s"
        assert "Look again" in page.text
    for state in ("paused", "finished", "cancelled"):
        Mailing.objects.update(state=state)
        assert "hx-get" not in client.get(path).content.decode()
        assert "Look again" not in shown(client, path).text


def test_where_it_has_moved_on_its_buttons_come_along(root: Group) -> None:
    client = mailer(root)
    mailing = under_way(root)
    path = f"/desk/mailings/{mailing.id}"
    by_itself = {"HX-Request": "true"}
    assert "HX-Retarget" not in client.get(f"{path}?was=sending", headers=by_itself)
    assert "HX-Retarget" not in client.get(f"{path}?was=waiting")
    answer = client.get(f"{path}?was=waiting", headers=by_itself)
    assert (answer["HX-Retarget"], answer["HX-Reselect"]) == ("#far", "#far")
    Mailing.objects.update(state="draft", frozen_at=None, copies=0)
    assert client.get(f"{path}?was=waiting", headers=by_itself)["HX-Refresh"] == "true"


def test_nothing_waits_of_one_that_was_cancelled(root: Group) -> None:
    client = mailer(root)
    mailing = under_way(root)
    # One was sent and one is tried again.
    Mailing.objects.update(copies=5)
    path = f"/desk/mailings/{mailing.id}"
    page = shown(client, path).text
    assert "Waiting3" in page
    assert "Tried again later1" in page
    client.post(f"{path}/move", {"how": "cancel"})
    page = shown(client, path).text
    assert "Not sent: it was cancelled before4" in page
    assert "Waiting" not in page
    assert "Tried again later" not in page


def test_why_it_cannot_be_let_go_is_said(root: Group) -> None:
    client = mailer(root)
    mailing = write(client, root)
    path = f"/desk/mailings/{mailing.id}"
    client.post(path, {"then": "release"})
    assert "Nobody would get this" in shown(client, path).text
    Organisation.objects.update(postal_address="")
    client.post(path, {"then": "release"})
    assert "postal address" in shown(client, path).text


def test_a_big_one_is_asked_for_agreed_to_and_let_go(root: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "MANY", 0)
    monkeypatch.setattr("groundswell.web.desk.mailings.MANY", 0)
    made_up.subscriber(root.organisation, "Ada")
    made_up.account(root, made_up.MAILER)
    made_up.account(root, made_up.MAILER, "bea@example.org")
    with time_machine.travel(now() + approvals.HELD):
        first, second = mailer(root), mailer(root, "bea@example.org")
        mailing = write(first, root)
        path = f"/desk/mailings/{mailing.id}"
        assert "a second person agrees first" in shown(first, path).text
        first.post(path, {"then": "release"})
        assert "written to by two" in shown(first, path).text
        first.post(path, {"then": "ask"})
        asked = Approval.objects.get()
        assert "about 1 people" in shown(second, "/desk/approvals").text
        second.post(f"/desk/approvals/{asked.id}", {"then": "approve"})
        first.post(f"/desk/approvals/{asked.id}", {"then": "use"})
    mailing.refresh_from_db()
    assert mailing.state == "waiting"


def test_the_queries_do_not_grow_with_the_mailings(
    root: Group, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = mailer(root)
    counted = []
    for _number in range(2):
        write(client, root)
        client.get("/desk/mailings")
        with django_assert_num_queries(7) as queries:
            client.get("/desk/mailings")
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_who_may_not_write_to_many_is_told_so(root: Group) -> None:
    viewer = made_up.browser(made_up.account(root, made_up.VIEWER, "vic@example.org"))
    for path in ("/desk/mailings", "/desk/mailings/new"):
        assert viewer.get(path).status_code == 403


def under_way(root: Group) -> Mailing:
    """One on its way, of which copies went to a large provider, came back and were called unwanted."""
    made = made_up.mailing(root, [made_up.subscriber(root.organisation, name) for name in ("Ada", "Bo")])
    Mailing.objects.filter(id=made.id).update(state="sending", frozen_at=now(), copies=2)
    DomainTally.objects.create(
        organisation_id=made.organisation_id,
        mailing_id=made.id,
        domain="big.example",
        copies=1000,
        sent=990,
        hard=7,
    )
    add(made, {("elsewhere.example", "sent"): 3, ("big.example", "complaint"): 2})
    return made


def test_how_it_arrives_is_seen_by_provider(root: Group) -> None:
    client = mailer(root)
    mailing = under_way(root)
    page = shown(client, f"/desk/mailings/{mailing.id}").text
    assert "big.example1,0009900007" in page.replace(" ", "")
    assert "All others03" in page.replace(" ", "").replace("Allothers", "All others")
    assert "More than one in a thousand call it unwanted." in page
    assert "big.example" in shown(client, "/desk/mailings").text
    Mailing.objects.update(frozen_at=now() - timedelta(days=31))
    assert "big.example" not in shown(client, "/desk/mailings").text


def test_what_waits_for_room_at_a_provider_is_said(root: Group, settings: Any) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_per_hour_to=("big.example+big.test=1000", "*=5"))
    client = mailer(root)
    mailing = under_way(root)
    Mailing.objects.update(copies=1600)
    Deferred.objects.bulk_create(
        Deferred(
            organisation_id=root.organisation_id,
            mailing_id=mailing.id,
            number=number,
            due_at=now(),
            line="big.example" if number < 1500 else f"hidden{number}",
        )
        for number in range(3, 1502)
    )
    path = f"/desk/mailings/{mailing.id}"
    page = shown(client, path).text
    assert "1,497 copies to big.example, big.test wait, since at most 1,000 go there in an hour." in page
    assert "2 copies to other providers wait, since at most 5 go to each in an hour." in page
    assert "hidden" not in page
    assert "Waiting1,598" in page
    assert "Tried again later1" in page
    Mailing.objects.update(state="paused")
    assert "go there in an hour" not in shown(client, path).text


def test_the_plan_for_a_new_sender_is_shown(root: Group, settings: Any) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_warm_up="2026-01-01")
    client = mailer(root)
    mailing = under_way(root)
    Mailing.objects.update(copies=1_000)
    path = f"/desk/mailings/{mailing.id}"
    page = shown(client, path).text
    assert "Today, on day 1 of it, 200 copies go out at most, of all mailings together; 200 are left." in page
    assert "This one is done within 2 more days, if no other mailing goes out." in page
    assert "6,000" in page
    assert "Nothing more goes out today." not in page
    plan = today()
    assert plan
    WarmDay.objects.create(day=plan.day, most=200, taken=200)
    page = shown(client, path).text
    assert "Nothing more goes out today. It goes on after midnight in London, by itself." in page
    assert "0 are left." in page
    Mailing.objects.update(kind="update")
    assert "Nothing more goes out today." not in shown(client, path).text
    Mailing.objects.update(state="draft", frozen_at=None)
    assert "on day 1 of it" in shown(client, path).text
    Mailing.objects.update(state="finished")
    assert "on day 1 of it" not in shown(client, path).text


def test_that_it_stopped_by_itself_is_said(root: Group) -> None:
    client = mailer(root)
    mailing = under_way(root)
    Mailing.objects.update(state="paused", note="unwanted")
    page = shown(client, f"/desk/mailings/{mailing.id}").text
    assert "It has stopped by itself: too many who got it called it unwanted." in page
    assert "More than one in a thousand" not in page


def test_a_person_decides_what_becomes_of_those_in_doubt(root: Group) -> None:
    client = mailer(root)
    mailing = under_way(root)
    path = f"/desk/mailings/{mailing.id}"
    Deferred.objects.all().delete()
    assert "Send them again" not in shown(client, path).text
    for what, said in (("again", "They are sent again."), ("leave", "They are left as they are.")):
        Result.objects.update(state="doubt")
        assert {"again", "leave"} <= {each.get("value") for each in shown(client, path).all("button")}
        assert client.post(f"{path}/decide", {"what": what}).status_code == 303
        assert said in shown(client, path).text
        Result.objects.get_or_create(organisation_id=root.organisation_id, mailing_id=mailing.id, number=2)
    assert client.post(f"{path}/decide", {"what": "again"}).status_code == 303
    assert "moved on" in shown(client, path).text
    assert client.post(f"{path}/decide", {"what": "guess"}).status_code == 404
    Result.objects.update(state="doubt")
    Mailing.objects.update(state="cancelled")
    assert "Send them again" not in shown(client, path).text


def test_further_subjects_are_typed_looked_at_and_tested(root: Group) -> None:
    client = mailer(root)
    for number in range(40):
        made_up.subscriber(root.organisation, f"Pat{number}")
    shown(client, "/desk/mailings/new")
    mailing = write(client, root, subject2="Be there, {first_name|friend}", subject4="<b id=x>Now</b>", share="50")
    path = f"/desk/mailings/{mailing.id}"
    edit = shown(client, f"{path}/edit")
    values = {one["name"]: one.get("value", "") for one in edit.all("input") if "name" in one}
    assert (values["share"], values["hours"], values["subject3"]) == ("50", "4", "<b id=x>Now</b>")
    assert any("open" in one for one in edit.all("details"))
    page = shown(client, path).text
    assert "Be there, Ada" in page
    assert "20 people (50 of a hundred), drawn by lot" in page
    assert "The rest waits for 4 hours." in page
    assert "Nobody’s reading is watched" in page
    client.post(path, {"then": "trial", "in": "en"})
    trials = [write_trial(effect) for effect in Effect.objects.filter(kind__in=TRIAL_MAILS).order_by("kind")]
    subjects = [trial.subject for trial in trials if trial]
    assert subjects == ["Test: Come, olu", "Test: Be there, olu", "Test: <b id=x>Now</b>"]
    client.post(path, {"then": "release"})
    with time_machine.travel(now() + timedelta(minutes=11)):
        begin()
        assert "When the test is out, the rest waits for 4 hours." in shown(client, path).text
        while Rounds().send():
            pass
        go_on()
    assert "The rest waits until" in shown(client, path).text
    assert "<b id=x>" not in client.get(path).content.decode()
    assert client.post(f"{path}/subject", {"subject": "2"}).status_code == 303
    page = shown(client, path).text
    assert "The rest gets this subject." in page
    assert "Somebody chose this subject for the rest. Be there, Ada" in page
    client.post(f"{path}/subject", {"subject": "1"})
    assert "moved on" in shown(client, path).text
    for typed in ("", "0", "4", "x"):
        assert client.post(f"{path}/subject", {"subject": typed}).status_code == 404


def test_an_invitation_shows_how_many_said_yes_under_each_subject(root: Group) -> None:
    client = mailer(root)
    made_up.subscriber(root.organisation, "Ada")
    mailing = write(
        client,
        root,
        subject2="Be there",
        kind="invitation",
        event=str(made_up.event(root, day=made_up.in_days(9)).id),
    )
    path = f"/desk/mailings/{mailing.id}"
    assert "The subject with the most yeses for each copy goes to the rest." in shown(client, path).text
    Mailing.objects.update(state="sending", tested=2, copies=9, frozen_at=now())
    page = shown(client, path)
    assert "Yes, by the link in it" in page.text
    assert "Small numbers prove little" in page.text
    Mailing.objects.update(state="cancelled")
    assert "This one for the rest" not in shown(client, path).text


@pytest.mark.parametrize("typed", ["51", "x", "9999", "-5", "²"])
def test_a_share_that_is_none_is_asked_for_again(root: Group, typed: str) -> None:
    sent = {"group": str(root.id), **TYPED, "subject2": "Be there", "share": typed, "hours": "4"}
    page = Markup(mailer(root).post("/desk/mailings/new", sent).content.decode())
    assert "Between 5 and 50 percent can test." in page.text
    assert typed in {one.get("value") for one in page.all("input")}


def test_subjects_of_another_language_are_asked_for_there(root: Group) -> None:
    made_up.speak(root.organisation, "fr")
    sent = {"group": str(root.id), **TYPED, "subject2": "Be there", "subject_fr": "Un", "text_fr": "Venez."}
    answer = mailer(root).post("/desk/mailings/new", sent)
    assert answer.status_code == 422
    page = Markup(answer.content.decode())
    assert "in every language" in page.text
    (wrong,) = [one for one in page.all("input") if one.get("aria-invalid")]
    assert wrong["name"] == "subject2_fr"


def policy(client: Client, path: str) -> list[str]:
    return str(client.get(path).headers["Content-Security-Policy"]).split("; ")


def test_its_html_is_shown_in_a_frame_in_which_nothing_runs(root: Group) -> None:
    client = mailer(root)
    mailing = write(client, root, text="Dear {name|friend}.\n\n<script>alert(1)</script>")
    path = f"/desk/mailings/{mailing.id}"
    (frame,) = shown(client, f"{path}?as=<b>Grace</b>&in=en").all("iframe")
    assert frame["sandbox"] in {"", None}
    answer = client.get(frame["src"])
    body = answer.content.decode()
    assert "Dear &lt;b&gt;Grace&lt;/b&gt;." in body
    assert "&lt;script&gt;alert(1)" in body
    assert "<script" not in body
    assert "/me/" not in body.replace('href="#"', "")
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_the_frame_may_load_nothing_and_only_our_own_page_shows_it(root: Group) -> None:
    client = mailer(root)
    path = f"/desk/mailings/{write(client, root).id}"
    alone = policy(client, f"{path}/look")
    assert alone[0] == "default-src 'none'"
    assert {"sandbox", "frame-ancestors 'self'", "form-action 'none'", "style-src 'unsafe-inline'"} <= set(alone)
    assert not any(each.startswith(("script-src", "connect-src", "frame-src")) for each in alone)
    around = policy(client, path)
    assert {"frame-src 'self'", "frame-ancestors 'none'", "script-src 'self'", "style-src 'self'"} <= set(around)
    # No other page may show a frame of ours.
    assert not any(each.startswith("frame-src") for each in policy(client, "/desk/mailings"))


def test_who_may_not_write_does_not_look_at_it(root: Group) -> None:
    path = f"/desk/mailings/{write(mailer(root), root).id}/look"
    viewer = made_up.browser(made_up.account(root, made_up.VIEWER, "vi@example.org"))
    assert viewer.get(path).status_code == 403
    assert Client().get(path).status_code == 302
