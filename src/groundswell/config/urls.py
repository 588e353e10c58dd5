"""Every address of an installation."""

from django.urls import include, path

from groundswell.ops.health import health
from groundswell.web.fingerprints import serve
from groundswell.web.me.come import come
from groundswell.web.me.complain import complain_by_link
from groundswell.web.me.correct import correct
from groundswell.web.me.me import me, me_json
from groundswell.web.me.object import object_to_all
from groundswell.web.me.stop import mute, stop
from groundswell.web.public.accent import accent
from groundswell.web.public.bloc import bloc, called, called_thanks
from groundswell.web.public.bloc import thanks as bloc_thanks
from groundswell.web.public.calendars import (
    event_calendar,
    group_calendar,
    organisation_calendar,
    series_calendar,
)
from groundswell.web.public.card import card
from groundswell.web.public.complain import complain, complained
from groundswell.web.public.count import count, uncount
from groundswell.web.public.discussion import discussion
from groundswell.web.public.event import cohosted, cohosted_thanks, event, thanks
from groundswell.web.public.home import group, home
from groundswell.web.public.letter import letter
from groundswell.web.public.link import link
from groundswell.web.public.logo import logo
from groundswell.web.public.march import march
from groundswell.web.public.picture import picture
from groundswell.web.public.privacy import privacy
from groundswell.web.public.search_engines import robots, sitemap
from groundswell.web.public.series import series
from groundswell.web.public.stand import stand, stand_all, stand_link, stand_thanks
from groundswell.web.public.visit import visit
from groundswell.web.returned import returned

urlpatterns = [
    path("", home, name="home"),
    path("g/<slug:slug>", group, name="group"),
    path("e/<slug:slug>", event, name="event"),
    path("e/<slug:slug>/thanks", thanks, name="thanks"),
    path("e/<slug:slug>.ics", event_calendar, name="event-calendar"),
    path("o/<slug:slug>.ics", organisation_calendar, name="organisation-calendar"),
    path("d/<slug:slug>", discussion, name="discussion"),
    path("g/<slug:slug>.ics", group_calendar, name="group-calendar"),
    path("series/<slug:slug>", series, name="series"),
    path("series/<slug:slug>.ics", series_calendar, name="series-calendar"),
    path("e/<slug:slug>/card.png", card, name="card"),
    path("e/<slug:slug>/count", count, name="count"),
    path("e/<slug:slug>/uncount", uncount, name="uncount"),
    path("e/<slug:slug>/<slug:organisation>", cohosted, name="cohosted"),
    path("e/<slug:slug>/<slug:organisation>/thanks", cohosted_thanks, name="cohosted-thanks"),
    path("march/<slug:slug>", march, name="march"),
    path("b/<slug:slug>", bloc, name="bloc"),
    path("b/<slug:slug>/thanks", bloc_thanks, name="bloc-thanks"),
    path("b/<slug:slug>/<slug:organisation>", called, name="bloc-called"),
    path("b/<slug:slug>/<slug:organisation>/thanks", called_thanks, name="bloc-called-thanks"),
    path("stand/<slug:kind>/<slug:slug>", stand, name="stand"),
    path("stand/<slug:kind>/<slug:slug>/all", stand_all, name="stand-all"),
    path("stand/<slug:kind>/<slug:slug>/thanks", stand_thanks, name="stand-thanks"),
    path("stands/<str:token>", stand_link, name="stand-link"),
    path("m/<uuid:mailing_id>", letter, name="letter"),
    path("v/<uuid:link_id>", visit, name="visit"),
    path("p/<uuid:picture_id>.webp", picture, name="picture"),
    path("a/<slug:purpose>/<str:token>", link, name="link"),
    path("o/<slug:slug>/accent-<str:digits>.css", accent, name="accent"),
    path("o/<slug:slug>/logo-<uuid:logo_id>.webp", logo, name="logo"),
    path("privacy/<slug:slug>", privacy, name="privacy"),
    path("privacy/<slug:slug>/complain", complain, name="complain"),
    path("privacy/<slug:slug>/complain/thanks", complained, name="complained"),
    path("me/come/<str:given>", come, name="mailings-come"),
    path("me/correct/<str:given>", correct, name="me-correct"),
    path("me/object/<str:given>", object_to_all, name="me-object"),
    path("me/complain/<str:given>", complain_by_link, name="me-complain"),
    path("me/stop/<str:given>", stop, name="mailings-stop"),
    path("me/mute/<str:given>", mute, name="mailings-mute"),
    path("me/<str:given>.json", me_json, name="me-json"),
    path("me/<str:given>", me, name="mailings-me"),
    path("mail/returned/<slug:name>", returned, name="mail-returned"),
    path("desk/", include("groundswell.web.desk.urls")),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("static/<str:fingerprint_asked>/<path:name>", serve, name="static"),
    path("api/v1/", include("groundswell.api.urls")),
    path("health", health, name="health"),
]

handler400 = "groundswell.web.errors.bad_request"
handler403 = "groundswell.web.errors.forbidden"
handler404 = "groundswell.web.errors.missing"
handler500 = "groundswell.web.errors.broken"
