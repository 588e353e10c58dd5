"""Every address of an installation, with what each persona gets for each method. A missing one fails the build."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, get_resolver

from groundswell.attendances.counting import code_for, token_for
from groundswell.attendances.links import link
from groundswell.kit.clock import now
from groundswell.ops.heartbeat import beat
from tests import made_up
from tests.guards import canaries
from tests.guards.addresses_of_api import API
from tests.guards.addresses_of_blocs import BLOCS
from tests.guards.addresses_of_cohosting import COHOSTING
from tests.guards.addresses_of_discussions import DISCUSSIONS
from tests.guards.addresses_of_endorsements import ENDORSEMENTS
from tests.guards.addresses_of_mailings import KEPT_COPY, MAILINGS
from tests.guards.addresses_of_me import ME
from tests.guards.addresses_of_people import PEOPLE
from tests.guards.addresses_of_settings import SETTINGS
from tests.guards.addresses_of_sign_in import SIGN_IN
from tests.guards.expected import (
    ELSEWHERE,
    EVERY,
    LEAD,
    LED_ON,
    LOOKED_AT,
    MAY_ANNOUNCE,
    NO_ID,
    NOT_THERE,
    NOWHERE,
    SENT,
    SIGNED_IN,
    STALE,
    Address,
    Form,
    Statuses,
    at_the_event,
    desk,
    everybody,
    for_mailers,
    for_members,
    for_organisers,
    for_stewards,
    for_the_press,
    for_treasurers,
    public,
    some,
)
from tests.guards.personas import (
    ORGANISERS,
    UNNAMED,
    WITHOUT_SESSION,
    Persona,
)
from tests.guards.world import Tenant, World

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def by_route(route: str, note: str = "") -> Address:
    """The address of a pattern."""
    return next(each for each in ADDRESSES if (each.route, each.note) == (route, note))


def listing(route: str, url: Callable[[Tenant], str], *, missing: str = "") -> Address:
    """A page that can be asked for what is near a postcode."""
    near = {"near": "M1 1AE"}
    return public(route, url, missing=missing, expect={"POST": everybody(303)}, form=lambda _: near)


def one_event(verb: str, expect: Mapping[str, Statuses], **more: Any) -> Address:
    """A page of the desk about one event, the one that has a steward of its own unless another is named."""
    expect = expect if "event" in more else at_the_event(expect)
    event = more.pop("event", lambda own: own.event)
    path = f"/{verb}" if verb else ""
    return desk(
        f"events/<uuid:event_id>{path.partition('?')[0]}",
        lambda own: f"/desk/events/{event(own).id}{path}",
        expect,
        missing=f"/desk/events/{NO_ID}{path}",
        **more,
    )


def answer(own: Tenant) -> Form:
    """What somebody types into the form of an event."""
    return {"name": "Di", "email": "di@example.org", "guests": "1", "agree": "yes"}


def new_event(own: Tenant) -> Form:
    """What an organiser types to announce an event."""
    return {
        "title": "Another",
        "kind": "rally",
        "zone": "Europe/London",
        "date": made_up.in_days(9).isoformat(),
        "time_later": "yes",
        "venue_later": "yes",
        "group": str(own.root.id),
    }


def behind(purpose: str, own: Tenant) -> str:
    """The path behind a link of a mail."""
    subject = own.attendance.person_id if purpose == "forget" else own.attendance.id
    whole = link(purpose, own.organisation.id, subject)
    return "/a/" + whole.partition("/a/")[2]


ADDRESSES = [
    listing("", lambda _: "/"),
    listing("g/<slug:slug>", lambda own: f"/g/{own.root.slug}", missing="/g/none"),
    public(
        "e/<slug:slug>",
        lambda own: f"/e/{own.event.slug}",
        missing="/e/none",
        expect={"POST": everybody(303)},
        form=answer,
    ),
    Address(
        route="e/<slug:slug>",
        note="of a draft",
        url=lambda own: f"/e/{own.draft.slug}",
        missing="/e/none",
        expect={"GET": everybody(404), "POST": everybody(404)},
        otherwise=NOWHERE,
        form=answer,
    ),
    public("e/<slug:slug>/thanks", lambda own: f"/e/{own.event.slug}/thanks", missing="/e/none/thanks"),
    public(
        "e/<slug:slug>/<slug:organisation>",
        lambda own: f"/e/{own.event.slug}/{own.name}-partners",
        missing="/e/none/ours-partners",
        expect={"POST": everybody(303)},
        form=answer,
    ),
    Address(
        route="e/<slug:slug>/<slug:organisation>",
        note="of one that holds another event",
        url=lambda own: f"/e/{own.branch_event.slug}/{own.name}-partners",
        missing="/e/none/partners",
        expect={"GET": everybody(404), "POST": everybody(404)},
        otherwise=NOWHERE,
        form=answer,
    ),
    public(
        "e/<slug:slug>/<slug:organisation>/thanks",
        lambda own: f"/e/{own.event.slug}/{own.name}-partners/thanks",
        missing="/e/none/ours-partners/thanks",
    ),
    public(
        "e/<slug:slug>/count",
        lambda own: f"/e/{own.event.slug}/count",
        missing="/e/none/count",
        expect={"POST": everybody(200)},
        form=lambda own: {"people": "2", "token": token_for(own.event.id)},
    ),
    public(
        "e/<slug:slug>/uncount",
        lambda own: f"/e/{own.event.slug}/uncount",
        missing="/e/none/uncount",
        expect={"POST": everybody(200)},
        form=lambda own: {"code": code_for(own.event.id)},
    ),
    public(
        "a/<slug:purpose>/<str:token>",
        lambda own: behind("confirm", own),
        missing="/a/confirm/none",
        expect={"POST": everybody(200)},
        form=lambda own: {"answer": str(own.attendance.action)},
        reveals=lambda own: (canaries.name_of(own.name, "ada"),),
        note="to confirm",
    ),
    public(
        "a/<slug:purpose>/<str:token>",
        lambda own: behind("cancel", own),
        missing="/a/cancel/none",
        expect={"POST": everybody(200)},
        note="to cancel",
    ),
    public(
        "a/<slug:purpose>/<str:token>",
        lambda own: behind("change", own),
        missing="/a/change/none",
        expect={"POST": everybody(200)},
        form=lambda own: {"answer": "accepted", "guests": "0"},
        reveals=lambda own: canaries.answered(own.name),
        note="to change",
    ),
    public(
        "a/<slug:purpose>/<str:token>",
        lambda own: behind("forget", own),
        missing="/a/forget/none",
        expect={"POST": everybody(200)},
        note="to be forgotten",
    ),
    Address(
        route="a/<slug:purpose>/<str:token>",
        note="for another purpose than it was made for",
        url=lambda own: behind("confirm", own).replace("confirm", "forget"),
        missing="/a/forget/none",
        expect={"GET": everybody(404), "POST": everybody(404)},
        otherwise=NOWHERE,
    ),
    public(
        "o/<slug:slug>/accent-<str:digits>.css",
        lambda own: f"/o/{own.organisation.slug}/accent-{own.organisation.accent[1:]}.css",
        missing="/o/none/accent-b3122a.css",
    ),
    public("e/<slug:slug>/card.png", lambda own: f"/e/{own.event.slug}/card.png", missing="/e/none/card.png"),
    public("e/<slug:slug>.ics", lambda own: f"/e/{own.event.slug}.ics", missing="/e/none.ics"),
    public("o/<slug:slug>.ics", lambda own: f"/o/{own.organisation.slug}.ics", missing="/o/none.ics"),
    public("g/<slug:slug>.ics", lambda own: f"/g/{own.root.slug}.ics", missing="/g/none.ics"),
    listing("series/<slug:slug>", lambda own: f"/series/{own.series.slug}", missing="/series/none"),
    public("series/<slug:slug>.ics", lambda own: f"/series/{own.series.slug}.ics", missing="/series/none.ics"),
    public("robots.txt", lambda _: "/robots.txt"),
    public("sitemap.xml", lambda _: "/sitemap.xml"),
    public("p/<uuid:picture_id>.webp", lambda own: f"/p/{own.picture.id}.webp", missing=f"/p/{NO_ID}.webp"),
    public(
        "o/<slug:slug>/logo-<uuid:logo_id>.webp",
        lambda own: f"/o/{own.organisation.slug}/logo-{own.organisation.logo}.webp",
        missing=f"/o/none/logo-{NO_ID}.webp",
    ),
    public("privacy/<slug:slug>", lambda own: f"/privacy/{own.organisation.slug}", missing="/privacy/none"),
    public(
        "privacy/<slug:slug>/complain",
        lambda own: f"/privacy/{own.organisation.slug}/complain",
        missing="/privacy/none/complain",
        expect={"POST": everybody(303)},
        form=lambda _: {"text": "Stop.", "email": "cass@example.org"},
    ),
    public(
        "privacy/<slug:slug>/complain/thanks",
        lambda own: f"/privacy/{own.organisation.slug}/complain/thanks",
        missing="/privacy/none/complain/thanks",
    ),
    public(
        "static/<str:fingerprint_asked>/<path:name>", lambda _: static("public/public.css"), missing="/static/x/y"
    ),
    public("health", lambda _: "/health"),
    Address(
        # Where no provider is set, nobody is told that one could be.
        route="mail/returned/<slug:name>",
        url=lambda _: "/mail/returned/postmark",
        missing="/mail/returned/none",
        expect={"HEAD": everybody(404), "POST": everybody(404)},
        otherwise=NOWHERE,
    ),
    desk("", lambda _: "/desk/", {"GET": SIGNED_IN}),
    *SIGN_IN,
    desk("account", lambda _: "/desk/account", {"GET": SIGNED_IN}),
    desk(
        "account/sessions",
        lambda _: "/desk/account/sessions",
        {"POST": LED_ON},
        form=lambda _: {"session": "others"},
    ),
    desk(
        "account/app",
        lambda _: "/desk/account/app",
        {"GET": SIGNED_IN, "POST": some(302, WITHOUT_SESSION, others=everybody(422))},
        form=lambda _: {"code": "123456"},
        fresh=EVERY,
    ),
    # At the address of the tests browsers allow none; and codes stand in for a second step.
    desk("account/passkey", lambda _: "/desk/account/passkey", dict.fromkeys(LOOKED_AT, STALE), fresh=EVERY),
    desk("account/recovery", lambda _: "/desk/account/recovery", dict.fromkeys(LOOKED_AT, STALE), fresh=EVERY),
    desk(
        "account/factors/<int:factor_id>",
        lambda _: "/desk/account/factors/1",
        {"POST": NOT_THERE},
        missing="/desk/account/factors/2",
        fresh=SENT,
    ),
    desk(
        "aside",
        lambda _: "/desk/aside",
        {"GET": SIGNED_IN, "POST": some(302, WITHOUT_SESSION, others=everybody(303))},
        form=lambda _: {"until": now().isoformat()},
    ),
    desk("events", lambda _: "/desk/events", {"GET": SIGNED_IN}),
    desk(
        "events/new",
        lambda _: "/desk/events/new",
        {
            "GET": some(200, *MAY_ANNOUNCE, others=some(302, WITHOUT_SESSION, others=everybody(403))),
            # Into this organisation's group: another one's organisers may choose only among their own.
            "POST": some(
                303,
                ORGANISERS,
                others=some(
                    422,
                    Persona.BRANCH,
                    ELSEWHERE,
                    others=some(302, WITHOUT_SESSION, others=everybody(403)),
                ),
            ),
        },
        form=new_event,
    ),
    one_event("", {"GET": for_members()}),
    one_event("", {"GET": for_members()}, event=lambda own: own.draft, note="of a draft"),
    one_event(
        "",
        {"GET": some(200, Persona.BRANCH, others=for_members())},
        event=lambda own: own.branch_event,
        note="of a branch",
    ),
    one_event("edit", {"GET": for_organisers(), "POST": for_organisers(303)}, form=new_event),
    one_event("picture", {"GET": for_the_press(), "POST": for_the_press(303)}, form=lambda _: {"then": "remove"}),
    one_event("publish", {"POST": for_organisers(303)}, event=lambda own: own.draft),
    one_event(
        "schedule",
        {"GET": for_organisers(), "POST": for_organisers(303)},
        event=lambda own: own.draft,
        form=lambda _: {"then": "off"},
    ),
    one_event("withdraw", {"POST": for_organisers(303)}),
    one_event("reinstate", {"POST": for_organisers(303)}),
    one_event("drop", {"POST": for_organisers(303)}, event=lambda own: own.draft),
    # Nobody threw it away, so nobody brings it back.
    one_event("back", {"POST": for_organisers(404)}),
    one_event("preview", {"GET": for_organisers(), "POST": for_organisers()}, form=new_event),
    desk(
        "events/preview",
        lambda _: "/desk/events/preview",
        dict.fromkeys(
            ("GET", "POST"), some(200, *MAY_ANNOUNCE, others=some(302, WITHOUT_SESSION, others=everybody(403)))
        ),
        form=new_event,
    ),
    one_event("march", {"GET": for_members(), "POST": for_organisers(303)}),
    *BLOCS,
    *DISCUSSIONS,
    *ENDORSEMENTS,
    desk("alive", lambda _: "/desk/alive", {"GET": SIGNED_IN}),
    desk("keys", lambda _: "/desk/keys", {"GET": SIGNED_IN}),
    one_event("share", {"GET": for_members()}),
    one_event("poster", {"GET": for_members()}, event=lambda own: own.draft),
    one_event("leaflet", {"GET": for_members()}, event=lambda own: own.draft),
    one_event(
        "checklist", {"GET": for_organisers(), "POST": for_organisers(303)}, form=lambda _: {"police": "yes"}
    ),
    one_event("copy", {"GET": for_organisers(), "POST": for_organisers(303)}, form=new_event),
    one_event("template", {"GET": for_organisers(), "POST": for_organisers(303)}, form=lambda _: {"name": "Kept"}),
    desk("series", lambda _: "/desk/series", {"GET": SIGNED_IN}),
    desk(
        "series/<uuid:series_id>",
        lambda own: f"/desk/series/{own.series.id}",
        {"GET": for_members(), "POST": for_organisers(303)},
        missing=f"/desk/series/{NO_ID}",
        form=lambda _: {"title": "Another"},
    ),
    desk(
        "templates",
        lambda _: "/desk/templates",
        {"GET": some(200, *MAY_ANNOUNCE, others=some(302, WITHOUT_SESSION, others=everybody(403)))},
    ),
    desk(
        "templates/<uuid:template_id>/drop",
        lambda own: f"/desk/templates/{own.template.id}/drop",
        {"POST": for_organisers(303)},
        missing=f"/desk/templates/{NO_ID}/drop",
    ),
    # Nobody threw it away, so nobody brings it back.
    desk(
        "templates/<uuid:template_id>/back",
        lambda own: f"/desk/templates/{own.template.id}/back",
        {"POST": for_organisers(404)},
        missing=f"/desk/templates/{NO_ID}/back",
    ),
    one_event("find?q=ourscanary", {"GET": some(403, UNNAMED, others=for_members())}),
    one_event("figures", {"GET": for_members()}),
    one_event("help", {"GET": for_stewards()}),
    one_event(
        "stall",
        {"GET": for_stewards(), "POST": for_stewards(303)},
        form=lambda own: {"name": "Eve", "email": f"eve@{own.name}.example.org", "agree": "yes"},
    ),
    one_event("door", {"GET": for_stewards(), "POST": for_stewards(303)}, form=lambda _: {"people": "1"}),
    one_event("door/list", {"POST": for_organisers(303)}, form=lambda _: {"on": "yes"}),
    desk(
        "events/<uuid:event_id>/door/<uuid:attendance_id>",
        lambda own: f"/desk/events/{own.event.id}/door/{own.attendance.id}",
        at_the_event({"POST": for_stewards(303)}),
        missing=f"/desk/events/{NO_ID}/door/{NO_ID}",
        form=lambda _: {"here": "yes"},
    ),
    one_event(
        "tell",
        {"GET": for_mailers(), "POST": for_mailers(303)},
        form=lambda _: {"kind": "note", "subject": "To all", "text": "Dear friends"},
        fresh=SENT,
    ),
    desk(
        "events/<uuid:event_id>/tell/<uuid:notice_id>/back",
        lambda own: f"/desk/events/{own.event.id}/tell/{own.notice.id}/back",
        at_the_event({"POST": for_mailers(303)}),
        missing=f"/desk/events/{NO_ID}/tell/{NO_ID}/back",
    ),
    one_event(
        "reminder",
        {"GET": for_organisers(), "POST": for_organisers(303)},
        form=lambda _: {"before": "day", "day-subject_en": "Soon", "day-text_en": "Bring a friend."},
        fresh=SENT,
    ),
    one_event(
        "together",
        {"GET": for_organisers(), "POST": for_organisers(303)},
        form=lambda _: {"form": "arrange", "duties": "We do it all.", "contact": "data@example.org", "days": "9"},
    ),
    desk(
        "events/<uuid:event_id>/together/<uuid:cohost_id>/remove",
        lambda own: f"/desk/events/{own.event.id}/together/{own.partners[Persona.PARTNER].cohost.id}/remove",
        at_the_event({"GET": for_organisers(), "POST": for_organisers(303)}),
        missing=f"/desk/events/{NO_ID}/together/{NO_ID}/remove",
    ),
    *COHOSTING,
    one_event("cancel", {"GET": for_organisers(), "POST": for_organisers(303)}, fresh=SENT),
    one_event("answers", {"GET": for_members()}),
    one_event("export", {"POST": for_treasurers()}, fresh=SENT),
    *MAILINGS,
    *ME,
    *PEOPLE,
    *SETTINGS,
    desk(
        "diary",
        lambda _: "/desk/diary",
        {"GET": some(200, *MAY_ANNOUNCE, others=some(302, WITHOUT_SESSION, others=everybody(403)))},
    ),
    desk(
        "outbox",
        lambda _: "/desk/outbox",
        {"GET": some(200, *LEAD, others=some(302, WITHOUT_SESSION, others=everybody(403)))},
    ),
    desk(
        "outbox/<uuid:mail_id>",
        lambda own: f"/desk/outbox/{own.mail.id}",
        {
            "GET": some(
                200,
                ORGANISERS,
                others=some(
                    404,
                    ELSEWHERE,
                    others=some(302, WITHOUT_SESSION, others=everybody(403)),
                ),
            )
        },
        missing=f"/desk/outbox/{NO_ID}",
    ),
    KEPT_COPY,
    *API,
]


def ask(
    made: World, address: Address, url: str, method: str, persona: Persona, *, fresh: bool = True
) -> HttpResponse:
    """One request, without leaving anything behind; of somebody who has just signed in, or an hour ago."""
    beat("worker")
    client = made.client(persona, fresh=fresh)
    sent: dict[str, object] = {}
    if method in {"POST", "PUT", "PATCH"}:
        sent = {"data": address.form(made.own)}
        if address.json:
            sent = {"data": address.json(made.own), "content_type": "application/json"}
    with transaction.atomic():
        response = getattr(client, method.lower())(url, **sent)
        transaction.set_rollback(True)
    return response


def routes(patterns: list[Any] | None = None, before: str = "") -> Iterator[str]:
    """Every pattern of the URL configuration, whole."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            assert isinstance(pattern, URLPattern)
            yield route
