"""What the browser tests find: made-up organisations, events and answers in every state that has a page.

Run as a process of its own, with the variables of a running installation: ``python -m e2e.stage`` puts everything
in by the operations that the doors call, and prints what the tests need to know as JSON.
"""

import json
from datetime import time, timedelta

import django
import time_machine
from django.urls import reverse

from e2e.accounts import asked_for, looking, with_second_step
from e2e.records import in_the_records, written_to

TEXT = """We stand together, in the rain if we must.

Bring a friend, a flask and something that makes a noise. <b>Stewards</b> wear yellow."""

ANSWERABLE = {
    "accent": "#d5121e",
    "contact_email": "hello@example.org",
    "postal_address": "1 Made-up Street, London N1 1AA",
    "imprint": "Promoted and printed by Ada Lovelace, 1 Made-up Street, London N1 1AA",
}
"""What the organisation of the stage says of itself, under every page."""


def main() -> None:
    django.setup()
    from tests import made_up

    print(json.dumps(play(made_up)))


def play(made_up) -> dict[str, str]:
    """Make everything; the words of what is returned fill the addresses in ``pages.py``."""
    from groundswell.kit.clock import now
    from groundswell.outbox.models import Effect

    with time_machine.travel(now() - timedelta(days=2)):
        union = made_up.organisation(**ANSWERABLE)
        over = made_up.event(made_up.root(union), title="The rally that was", day=made_up.in_days(1))
        made_up.confirmed(over, "bea@example.org", "Bea")
    made_up.logo(union)
    branch = made_up.branch(made_up.root(union))
    events = beside_it(made_up, branch)
    full = made_up.event(
        branch,
        text=TEXT,
        ends=time(20),
        venue_address="12 Made-up Street, London",
        venue_postcode="N1 1AA",
        access_information="Step-free from the street.\nA quiet room is on the left.",
    )
    cancelled = made_up.events.cancel(made_up.SYSTEM, event=made_up.event(branch, title="Called off"))
    draft, soon = made_up.draft(branch, title="Not yet"), made_up.draft(branch, title="On Monday")
    scheduled = made_up.events.schedule(made_up.SYSTEM, event=soon, at=soon.closes_at - timedelta(days=1))
    sure = made_up.confirmed(full, guests=3, postcode="N1 1AA")
    open_ = made_up.answer(full, "cem@example.org", "Cem", via="leaflet")
    off = made_up.confirmed(full, "dot@example.org", "Dot")
    plain, account = beside_them(made_up, made_up.root(union))
    in_pseudo(made_up, union, plain)
    marching = in_a_march(made_up, branch, plain)
    together = held_together(made_up, branch, plain)
    return {
        "organisation": union.slug,
        **discussed(made_up, branch, made_up.root(plain)),
        **stood_with(made_up, branch, made_up.root(plain)),
        **marching,
        "plain": plain.slug,
        "branch": branch.slug,
        "branch_id": str(branch.id),
        "quiet": made_up.branch(branch, "quiet", "Nobody’s corner").slug,
        "event": full.slug,
        "event_id": str(full.id),
        **{name: event.slug for name, event in events.items()},
        **all_over_the_country(made_up, branch),
        "full_id": str(made_up.in_full(branch).id),
        **again(made_up, full),
        "cancelled": cancelled.slug,
        "cancelled_id": str(cancelled.id),
        "over": over.slug,
        "over_id": str(over.id),
        "draft": draft.slug,
        "draft_id": str(draft.id),
        "scheduled_id": str(scheduled.id),
        **with_questions(made_up, branch, sure),
        **links(union, open_, sure, off),
        **together,
        "sign_in_again": sign_in(account),
        "unused": sign_in(account),
        **signed_in(made_up, made_up.root(union), account, full),
        "mail_id": str(Effect.objects.get(subject=open_.id).id),
    }


def held_together(made_up, branch, plain) -> dict[str, str]:
    """An event that another organisation holds too, and one that it is asked to hold."""
    from groundswell.attendances.links import link
    from groundswell.events import cohosts

    held = made_up.event(branch, title="Side by side", text=TEXT)
    cohost = made_up.cohost(held, plain)
    lets = {f"ally-{branch.organisation_id}": "yes", "needs": "A seat near the door", "offer-drive": "yes"}
    pia = made_up.confirmed(held, "pia@example.org", "Pia", by=plain, guests=2, **lets)
    made_up.confirmed(held, "rob@example.org", "Rob", **{f"ally-{plain.id}": "yes"})
    crowd = made_up.event(branch, title="All of us")
    for number in range(6):
        made_up.cohost(crowd, made_up.organisation(f"crowd-{number}", f"Crowd {number}"))
    many = made_up.answer(crowd, "quin@example.org", "Quin")
    cohosts.invite(made_up.SYSTEM, event=held, organisation=made_up.organisation("more", "More friends"))
    asking = made_up.event(branch, title="Will you join us?")
    cohosts.arrange(made_up.SYSTEM, event=asking, duties=TEXT, contact="data@example.org", days=7)
    asked = cohosts.invite(made_up.SYSTEM, event=asking, organisation=plain)
    return {
        "held": held.slug,
        "crowd": crowd.slug,
        "confirm_many": link("confirm", many.organisation_id, many.id),
        "change_allowed": link("change", plain.id, pia.id),
        "held_id": str(held.id),
        "cohost_id": str(cohost.id),
        "asked_id": str(asked.id),
        "plain_group": str(made_up.root(plain).id),
    }


def links(union, open_, sure, off) -> dict[str, str]:
    """The links in the mails of three people."""
    from groundswell.attendances.links import link
    from groundswell.kit.ids import uuid7

    return {
        "confirm": link("confirm", union.id, open_.id),
        "answer": str(open_.action),
        "cancel": link("cancel", union.id, sure.id),
        "forget": link("forget", union.id, sure.person_id),
        "cancel_done": link("cancel", union.id, off.id),
        "gone": link("confirm", union.id, uuid7()),
    }


def in_pseudo(made_up, *organisations):
    """Offer their pages in the language that nobody speaks, too."""
    from groundswell.config.catalogues import PSEUDO

    for organisation in organisations:
        made_up.speak(organisation, PSEUDO)


def beside_them(made_up, root):
    """Another organisation, and somebody who is an owner of both."""
    plain = made_up.organisation("plain", "Plain & Sons", accent="#ffffff")
    made_up.allied(root.organisation, plain, made_up.Kind.WING)
    for number, kind in enumerate(("ally", "affiliate")):
        other = made_up.organisation(f"ally-{number}", f"Neighbours {number}")
        made_up.offer_affiliation(made_up.SYSTEM, organisation=other, address=root.slug, kind=kind)
    far = made_up.organisation("far", "The far side")
    made_up.offer_affiliation(made_up.SYSTEM, organisation=root.organisation, address=far.slug, kind="branch")
    account = made_up.account(root, made_up.OWNER)
    made_up.account(made_up.root(plain), made_up.OWNER, account.email)
    return plain, account


def beside_it(made_up, branch):
    """Events in other states, under the words that stand for their addresses."""
    title = "Donaudampfschifffahrtsgesellschaftsversammlung"
    return {
        "rich": with_everything(made_up, branch),
        "bare": made_up.event(branch, title=title, text="", starts=None, venue_name=""),
        "online": made_up.event(
            branch, title="On the sofa", venue_name="", online_url="https://meet.example.org/x"
        ),
    }


def with_everything(made_up, branch):
    """An event that has all that one can have, moved after it was published."""
    facts = {
        "title": "Homes for people, not for profit",
        "text": TEXT,
        "ends": time(20),
        "latitude": 53.4706,
        "longitude": -2.2974,
        "online_url": "https://meet.example.org/x",
        "step_free": "yes",
        "seats": "no",
        "bsl": "yes",
        "access_information": "The gate on the left has no kerb.\nAsk a steward for a chair.",
        "audience": "members",
        "contact_name": "Dilek",
        "contact_how": "dilek@example.org, or 0161 496 0000 after six",
    }
    event = made_up.event(branch, venue_name="The old swimming pool", **facts)
    moved = made_up.details(
        venue_name="The meadow by the lock", venue_address="Half a mile up the towpath", **facts
    )
    event = made_up.events.change(made_up.SYSTEM, event=event, details=moved)
    made_up.programme(
        event,
        ("Maryam Okonkwo-Featherstonehaugh", "nurse at the infirmary for thirty years"),
        ("Bo", ""),
        ("The brass band of the bus depot", "with everybody who has brought an instrument"),
    )
    made_up.picture(event, "A meadow with a canal, seen from the lock", (1600, 900))
    return event


def stood_with(made_up, branch, others) -> dict[str, str]:
    """An event with which more bodies of all sorts stand than a page shows, one of them here; and one is asked."""
    from groundswell.endorsements import operations
    from groundswell.endorsements.details import KINDS
    from groundswell.endorsements.subjects import subject_at
    from groundswell.web.public.stands import PAGE

    event = made_up.event(branch, title="Stood with")
    page = f"/e/{event.slug}"
    for kind, label in KINDS:
        for number in (1, 2):
            made = made_up.endorsement(page, body=f"{label} {number}", kind=kind, decided_on=made_up.in_days(-30))
    for number in range(PAGE):
        made_up.endorsement(page, body=f"Neighbours of street {number}", kind="community")
    said = made_up.endorsement_details(text=TEXT[:500])
    operations.stand(made_up.SYSTEM, group=others, subject=subject_at(page), details=said)
    operations.stand(
        made_up.actor(others, email="stands@example.org"),
        group=others,
        subject=subject_at(f"/g/{branch.slug}"),
        details=said,
    )
    asked = made_up.asked_endorsement(page, body="Asked")
    return {
        "stood_with": event.slug,
        "stand_asked": operations.token_of(asked.id),
        "stand_confirmed": operations.token_of(made.id),
    }


def discussed(made_up, branch, others) -> dict[str, str]:
    """A question with a meeting that was written up and one that lies ahead, and one that somebody else puts."""
    from groundswell.discussions import operations as discussions

    question = made_up.discussion(branch, "How do we assemble mass support in a town that has given up asking?")
    meeting = made_up.meeting(question, branch, title="An evening at the library")
    made_up.meeting(question, others, title="An evening by the river")
    caller = discussions.ask(made_up.SYSTEM, discussion=question, group=others)
    discussions.answer_call(made_up.SYSTEM, caller=caller, accept=True)
    theirs = made_up.discussion(others, "What now?")
    discussions.ask(made_up.SYSTEM, discussion=theirs, group=made_up.root(branch.organisation))
    closed = discussions.close(made_up.SYSTEM, discussion=made_up.discussion(branch, "What then?"))
    made_up.event(branch, title="A talk", kind="discussion", day=made_up.in_days(12))
    return {
        "question": question.slug,
        "question_id": str(question.id),
        "question_closed": closed.slug,
        "question_closed_id": str(closed.id),
        "question_draft_id": str(made_up.question(branch, "Not yet asked?").id),
        "meeting_id": str(meeting.id),
    }


def in_a_march(made_up, branch, plain) -> dict[str, str]:
    """A march with blocs in it: one with everything, others in an order, one that asks, one that is off."""
    from groundswell.blocs import callers
    from groundswell.blocs import operations as blocs
    from groundswell.blocs.details import Coach, Held, Looks
    from groundswell.blocs.march import ask_for_place

    facts = {
        "name": "The whole length of the river",
        "text": TEXT,
        "route": "By the steps.\nThe lift is on the left.",
        "latitude": 51.5076,
        "longitude": -0.1279,
        "bring": "Banners",
        "dispersal": "By the river",
        "stewards": (Looks(name="Chris", phone="07700 900001"), Looks(name="Dee", section="Drums")),
        "pick_ups": (Coach(where="Nottingham, Bridgford services", seats=49, note="Back by ten"),),
    }
    root = made_up.root(plain)
    at = {"latitude": 51.5008, "longitude": -0.1268, "venue_name": "Parliament Square"}
    march = made_up.event(branch, title="A march", kind="demonstration", **at)
    made_up.bloc_in_march(branch, march, name="Brass", landmark="")
    whole = made_up.bloc_in_march(branch, march, **facts)
    made_up.bloc_in_march(branch, march, name="Bicycles", gathers=None, sets_off=None)
    callers.accept(made_up.SYSTEM, caller=callers.invite(made_up.SYSTEM, bloc=whole, group=root))
    asking = made_up.bloc(root, march, name="Late")
    ask_for_place(made_up.actor(root, email="late@example.org"), bloc=asking)
    callers.invite(made_up.SYSTEM, bloc=asking, group=made_up.root(branch.organisation))
    held = Held(host="Somebody else", url="https://example.org/")
    away = blocs.call_elsewhere(
        made_up.SYSTEM,
        group=branch,
        event=made_up.details(title="Theirs"),
        held=held,
        details=made_up.bloc_details(),
    )
    off = blocs.cancel(made_up.SYSTEM, bloc=made_up.bloc(branch, march, name="Off"))
    return {
        "bloc": whole.slug,
        "bloc_caller": root.organisation.slug,
        "bloc_id": str(whole.id),
        "bloc_off": off.slug,
        "bloc_off_id": str(off.id),
        "bloc_away": blocs.publish(made_up.SYSTEM, bloc=away).slug,
        "bloc_draft_id": str(made_up.bloc_draft(branch, march, name="Not yet").id),
        "marching": march.slug,
        "marching_id": str(march.id),
    }


def again(made_up, event) -> dict[str, str]:
    """What makes more events of one: a series, and a template."""
    from groundswell.events.series import begin_series
    from groundswell.events.templates import drop_template, keep_as_template

    series = begin_series(made_up.SYSTEM, group=event.group, title="Spring", text=TEXT)
    made_up.event(event.group, series, title="Spring in Leeds")
    template = keep_as_template(made_up.SYSTEM, event=event, name="The usual rally")
    dropped = keep_as_template(made_up.SYSTEM, event=event, name="A rally in the rain")
    drop_template(made_up.SYSTEM, template=dropped)
    march = made_up.draft(event.group, title="March", kind="demonstration", day=made_up.in_days(10))
    made_up.events.tick(made_up.SYSTEM, event=march, done=["police"])
    made = {"march_id": march.id, "series_id": series.id, "template_id": template.id}
    known = in_the_records(made_up, event, TEXT)
    return {name: str(one) for name, one in made.items()} | known | written_to(made_up, event)


def with_questions(made_up, branch, sure):
    """A small room that is full, with questions of its own and a reminder; and the links that change answers."""
    from groundswell.attendances.before import Before
    from groundswell.attendances.links import link
    from groundswell.attendances.reminders import set_reminder, words_of_reminder
    from groundswell.events.questions import Asking, set_questions

    small = made_up.event(branch, title="A small room", capacity=2)
    questions = [
        Asking(text="Which coach?", kind="choice", choices=["Hull", "Leeds"], purpose="To book seats"),
        Asking(text="Do you eat meat?", kind="yes-no", purpose="To cook", days=1),
        Asking(text="Whom do you know here?", purpose="To seat you together", days=0),
    ]
    [coach, *_others] = set_questions(made_up.SYSTEM, event=small, questions=questions)
    made_up.confirmed(small, guests=1, **{f"question-{coach.id}": "Hull"})
    waiting = made_up.confirmed(small, "eve@example.org", "Eve", needs="A seat")
    made_up.events.switch_door_list(made_up.SYSTEM, event=small, on=True)
    made_up.confirmed(small, "fay@example.org", "Fay", answer="tentative")
    words = words_of_reminder(small, Before.DAY, None)
    set_reminder(made_up.SYSTEM, event=small, before=Before.DAY, words=words)
    links = {"change": sure, "change_waiting": waiting}
    return {
        "small": small.slug,
        "small_id": str(small.id),
        **{name: link("change", one.organisation_id, one.id) for name, one in links.items()},
    }


TOWNS = {
    "Aberdeen": "AB10 1AA",
    "Glasgow": "G1 1AA",
    "Newcastle": "NE1 1AA",
    "Leeds": "LS1 1AA",
    "Manchester": "M1 1AE",
    "Salford": "M3 5AA",
    "Stockport": "SK1 1AA",
    "Birmingham": "B1 1AA",
    "Cardiff": "CF10 1AA",
    "Norwich": "NR1 1AA",
    "Islington": "N1 1AA",
    "Hackney": "E8 1AA",
    "Penzance": "TR18 2AA",
}


def all_over_the_country(made_up, branch) -> dict[str, str]:
    """Series in some towns, in many halls, and where nobody knows yet."""
    some = made_up.series(branch, "Homes for all", TEXT)
    for number, (town, postcode) in enumerate(TOWNS.items()):
        title = f"Homes for all in {town}"
        event = made_up.event(branch, some, title=title, venue_postcode=postcode, day=made_up.in_days(7 + number))
        if number == 3:
            made_up.events.cancel(made_up.SYSTEM, event=event)
    made_up.confirmed(event)
    many = made_up.series(branch, "A hundred evenings")
    for number in range(42):
        made_up.event(branch, many, title=f"Evening {number}", venue_postcode=list(TOWNS.values())[number % 13])
    nowhere = made_up.series(branch, "Somewhere", "")
    made_up.event(branch, nowhere, title="Where?", venue_name="")
    return {"series": some.slug, "many": many.slug, "nowhere": nowhere.slug}


def signed_in(made_up, root, owner, event) -> dict[str, str]:
    """The sessions of people who have signed in now, long ago, by mail alone, half; and an invitation."""
    from groundswell.groups.access import actor_for
    from groundswell.groups.invitations import invite, token_of
    from groundswell.groups.recovery import name_recovery
    from groundswell.groups.recovery import token_of as recovery_token
    from groundswell.groups.sessions import note_session
    from groundswell.web.desk.pages import BY_MAIL

    hours = timedelta(hours=6)
    second, hasty = (with_second_step(made_up, root, name) for name in ("toni", "tess"))
    browsers = {
        "owner": made_up.browser(owner, -hours),
        "by_mail": made_up.browser(made_up.account(root, email="mo@example.org"), -hours),
        "second": made_up.browser(second, -hours),
        "looking": looking(made_up, owner, -hours),
        "stale": made_up.browser(owner, hours),
        "stale_second": made_up.browser(hasty, hours),
        "half": half(second),
        **{who: made_up.browser(account, -hours) for who, account in with_less(made_up, root).items()},
    }
    session = browsers["by_mail"].session
    session[BY_MAIL] = True
    session.save()
    note_session(account=owner, key=browsers["owner"].session.session_key, device="Firefox, Android")
    invitation = invite(
        actor_for(owner), group=root, email="new@example.org", terms=made_up.Terms(role=made_up.VIEWER), name="Nia"
    )
    recovery = name_recovery(made_up.SYSTEM, organisation=root.organisation, email="far@example.org")
    keys = {f"session_{who}": browser.cookies["session"].value for who, browser in browsers.items()}
    return {
        **keys,
        **looked_after(made_up, root, event),
        "invitation": token_of(invitation.id),
        "stop": asked_for(made_up, root, owner),
        "recovery": recovery_token(recovery.id),
    }


def with_less(made_up, root):
    """Accounts that may do less than an owner, and the owner of an organisation in which nothing is yet."""
    roles = (made_up.VIEWER, made_up.STEWARD, made_up.MAILER, made_up.PRESS)
    accounts = {role: made_up.account(root, role, f"{role}@example.org", role.title()) for role in roles}
    begun = made_up.root(made_up.organisation("begun", "Just begun"))
    return {**accounts, "new": made_up.account(begun, made_up.OWNER, "new@example.org", "Nell")}


def looked_after(made_up, root, event) -> dict[str, str]:
    """The session of a volunteer to whom somebody is assigned."""
    from groundswell.attendances.assigning import assign_next
    from groundswell.kit.clock import now

    terms = {"contact": True, "ends_at": now() + timedelta(hours=72)}
    volunteer = made_up.account(root, made_up.VIEWER, "vic@example.org", "Vic", **terms)
    assign_next(made_up.SYSTEM, event=event, account_id=volunteer.id, many=1)
    return {"session_volunteer": made_up.browser(volunteer, -timedelta(hours=6)).cookies["session"].value}


def half(account):
    """A browser between the mailed code and the second step."""
    from urllib.parse import urlsplit

    from django.conf import settings
    from django.test import Client

    from groundswell.groups.codes import code_of

    browser = Client(headers={"host": urlsplit(settings.PUBLIC_URL).netloc})
    browser.post("/desk/sign-in", {"email": account.email})
    code = code_of(browser.session["asked"]["code"], account.email)
    browser.post("/desk/sign-in/code", {"code": code})
    return browser


def sign_in(account) -> str:
    from groundswell.groups.operations import make_sign_in_link

    return reverse("desk:sign-in-link", args=[make_sign_in_link(account=account)])


if __name__ == "__main__":
    main()
