"""The addresses of the desk."""

from django.urls import path

from groundswell.web.desk import event as one
from groundswell.web.desk.account import account, app, factor, passkey, recovery, sessions
from groundswell.web.desk.allies import allies
from groundswell.web.desk.approvals import approval, approvals
from groundswell.web.desk.aside import aside
from groundswell.web.desk.bloc import bloc, bloc_callers, bloc_cancel, bloc_place, bloc_publish, blocs, call
from groundswell.web.desk.bloc_edit import bloc_edit, bloc_new
from groundswell.web.desk.bloc_sheet import bloc_sheet, bloc_stewards
from groundswell.web.desk.bloc_tell import bloc_tell, bloc_tell_back
from groundswell.web.desk.cohosting import cohosting, cohosting_answers, cohosting_leave, ours, ours_export
from groundswell.web.desk.complaints import complaint, complaint_new, complaints
from groundswell.web.desk.diary import diary
from groundswell.web.desk.discussion_hold import discussion_hold
from groundswell.web.desk.discussions import (
    discussion,
    discussion_act,
    discussion_call,
    discussion_new,
    discussions,
)
from groundswell.web.desk.duplicates import duplicates, person_same
from groundswell.web.desk.endorsements import endorsement, endorsement_new, endorsements
from groundswell.web.desk.event_assign import event_assign, event_assigned
from groundswell.web.desk.event_checklist import event_checklist
from groundswell.web.desk.event_copy import event_copy, event_template
from groundswell.web.desk.event_door import event_check_off, event_door, event_door_list
from groundswell.web.desk.event_edit import event_edit, event_new
from groundswell.web.desk.event_figures import event_figures
from groundswell.web.desk.event_find import event_find
from groundswell.web.desk.event_help import bloc_help, event_help, ours_help
from groundswell.web.desk.event_march import event_march
from groundswell.web.desk.event_picture import event_picture
from groundswell.web.desk.event_preview import alive, event_preview, preview_new
from groundswell.web.desk.event_publish import (
    event_back,
    event_drop,
    event_reinstate,
    event_schedule,
    event_withdraw,
)
from groundswell.web.desk.event_reminder import event_reminder
from groundswell.web.desk.event_share import event_share, leaflet, poster
from groundswell.web.desk.event_stall import event_stall
from groundswell.web.desk.event_tell import event_tell, event_tell_back
from groundswell.web.desk.event_together import event_together, event_together_remove
from groundswell.web.desk.events import events
from groundswell.web.desk.group import group
from groundswell.web.desk.import_new import import_new
from groundswell.web.desk.imports import import_left_out, import_one, imports
from groundswell.web.desk.invitation import invitation
from groundswell.web.desk.keys import keys
from groundswell.web.desk.logo import logo
from groundswell.web.desk.mailing_look import mailing_look
from groundswell.web.desk.mailing_subjects import mailing_subject
from groundswell.web.desk.mailings import (
    mailing,
    mailing_decide,
    mailing_edit,
    mailing_move,
    mailing_new,
    mailings,
)
from groundswell.web.desk.meeting import meeting, meeting_sheet, outcome_step
from groundswell.web.desk.merge import person_merge
from groundswell.web.desk.organisation import organisation
from groundswell.web.desk.outbox import outbox, outbox_copy, outbox_mail
from groundswell.web.desk.person import person
from groundswell.web.desk.persons import persons
from groundswell.web.desk.recovery import recovery_address, recovery_confirm, stop
from groundswell.web.desk.segment_export import segment_export
from groundswell.web.desk.segments import segment, segment_new, segments
from groundswell.web.desk.series import series, series_of
from groundswell.web.desk.settings import settings, settings_of
from groundswell.web.desk.sign_in import (
    second_step,
    sign_in,
    sign_in_code,
    sign_in_link,
    sign_in_passkey,
    sign_out,
)
from groundswell.web.desk.templates import template_back, template_drop, templates
from groundswell.web.desk.tokens import tokens
from groundswell.web.desk.waits import waits

app_name = "desk"
urlpatterns = [
    path("", waits, name="waits"),
    path("sign-in", sign_in, name="sign-in"),
    path("sign-in/code", sign_in_code, name="sign-in-code"),
    path("sign-in/passkey", sign_in_passkey, name="sign-in-passkey"),
    path("sign-in/second-step", second_step, name="second-step"),
    path("sign-in/<str:secret>", sign_in_link, name="sign-in-link"),
    path("invitation/<str:token>", invitation, name="invitation"),
    path("stop/<str:token>", stop, name="stop"),
    path("recovery/<str:token>", recovery_confirm, name="recovery-confirm"),
    path("sign-out", sign_out, name="sign-out"),
    path("account", account, name="account"),
    path("account/app", app, name="account-app"),
    path("account/passkey", passkey, name="account-passkey"),
    path("account/recovery", recovery, name="account-recovery"),
    path("account/sessions", sessions, name="account-sessions"),
    path("account/factors/<int:factor_id>", factor, name="account-factor"),
    path("approvals", approvals, name="approvals"),
    path("approvals/<uuid:approval_id>", approval, name="approval"),
    path("aside", aside, name="aside"),
    path("complaints", complaints, name="complaints"),
    path("complaints/new", complaint_new, name="complaint-new"),
    path("complaints/<uuid:complaint_id>", complaint, name="complaint"),
    path("diary", diary, name="diary"),
    path("events", events, name="events"),
    path("events/new", event_new, name="event-new"),
    path("events/preview", preview_new, name="preview-new"),
    path("events/<uuid:event_id>", one.event, name="event"),
    path("events/<uuid:event_id>/edit", event_edit, name="event-edit"),
    path("events/<uuid:event_id>/preview", event_preview, name="event-preview"),
    path("events/<uuid:event_id>/picture", event_picture, name="event-picture"),
    path("events/<uuid:event_id>/publish", one.publish, name="event-publish"),
    path("events/<uuid:event_id>/schedule", event_schedule, name="event-schedule"),
    path("events/<uuid:event_id>/withdraw", event_withdraw, name="event-withdraw"),
    path("events/<uuid:event_id>/reinstate", event_reinstate, name="event-reinstate"),
    path("events/<uuid:event_id>/drop", event_drop, name="event-drop"),
    path("events/<uuid:event_id>/back", event_back, name="event-back"),
    path("events/<uuid:event_id>/share", event_share, name="event-share"),
    path("events/<uuid:event_id>/poster", poster, name="event-poster"),
    path("events/<uuid:event_id>/leaflet", leaflet, name="event-leaflet"),
    path("events/<uuid:event_id>/checklist", event_checklist, name="event-checklist"),
    path("events/<uuid:event_id>/copy", event_copy, name="event-copy"),
    path("events/<uuid:event_id>/template", event_template, name="event-template"),
    path("events/<uuid:event_id>/cancel", one.cancel, name="event-cancel"),
    path("events/<uuid:event_id>/answers", one.answers, name="event-answers"),
    path("events/<uuid:event_id>/export", one.export, name="event-export"),
    path("events/<uuid:event_id>/find", event_find, name="event-find"),
    path("events/<uuid:event_id>/stall", event_stall, name="event-stall"),
    path("events/<uuid:event_id>/help", event_help, name="event-help"),
    path("events/<uuid:event_id>/assign", event_assign, name="event-assign"),
    path("events/<uuid:event_id>/assigned", event_assigned, name="event-assigned"),
    path("events/<uuid:event_id>/figures", event_figures, name="event-figures"),
    path("events/<uuid:event_id>/tell", event_tell, name="event-tell"),
    path("events/<uuid:event_id>/tell/<uuid:notice_id>/back", event_tell_back, name="event-tell-back"),
    path("events/<uuid:event_id>/reminder", event_reminder, name="event-reminder"),
    path("events/<uuid:event_id>/door", event_door, name="event-door"),
    path("events/<uuid:event_id>/door/list", event_door_list, name="event-door-list"),
    path("events/<uuid:event_id>/door/<uuid:attendance_id>", event_check_off, name="event-check-off"),
    path("events/<uuid:event_id>/march", event_march, name="event-march"),
    path("discussions", discussions, name="discussions"),
    path("discussions/new", discussion_new, name="discussion-new"),
    path("discussions/<uuid:discussion_id>", discussion, name="discussion"),
    path("discussions/<uuid:discussion_id>/act", discussion_act, name="discussion-act"),
    path("discussions/call/<uuid:caller_id>", discussion_call, name="discussion-call"),
    path("discussions/hold/<slug:slug>", discussion_hold, name="discussion-hold"),
    path("meetings/<uuid:meeting_id>", meeting, name="meeting"),
    path("meetings/<uuid:meeting_id>/sheet", meeting_sheet, name="meeting-sheet"),
    path("outcomes/<uuid:outcome_id>/step", outcome_step, name="outcome-step"),
    path("endorsements", endorsements, name="endorsements"),
    path("endorsements/new", endorsement_new, name="endorsement-new"),
    path("endorsements/<uuid:endorsement_id>", endorsement, name="endorsement"),
    path("blocs", blocs, name="blocs"),
    path("blocs/new", bloc_new, name="bloc-new"),
    path("blocs/<uuid:bloc_id>", bloc, name="bloc"),
    path("blocs/<uuid:bloc_id>/edit", bloc_edit, name="bloc-edit"),
    path("blocs/<uuid:bloc_id>/publish", bloc_publish, name="bloc-publish"),
    path("blocs/<uuid:bloc_id>/cancel", bloc_cancel, name="bloc-cancel"),
    path("blocs/<uuid:bloc_id>/place", bloc_place, name="bloc-place"),
    path("blocs/<uuid:bloc_id>/callers", bloc_callers, name="bloc-callers"),
    path("blocs/<uuid:bloc_id>/sheet", bloc_sheet, name="bloc-sheet"),
    path("blocs/<uuid:bloc_id>/help", bloc_help, name="bloc-help"),
    path("blocs/<uuid:bloc_id>/tell", bloc_tell, name="bloc-tell"),
    path("blocs/<uuid:bloc_id>/tell/<uuid:notice_id>/back", bloc_tell_back, name="bloc-tell-back"),
    path("blocs/<uuid:bloc_id>/stewards", bloc_stewards, name="bloc-stewards"),
    path("calls/<uuid:caller_id>", call, name="call"),
    path("events/<uuid:event_id>/together", event_together, name="event-together"),
    path(
        "events/<uuid:event_id>/together/<uuid:cohost_id>/remove",
        event_together_remove,
        name="event-together-remove",
    ),
    path("cohosting/<uuid:cohost_id>", cohosting, name="cohosting"),
    path("cohosting/<uuid:cohost_id>/answers", cohosting_answers, name="cohosting-answers"),
    path("cohosting/<uuid:cohost_id>/leave", cohosting_leave, name="cohosting-leave"),
    path("ours/<uuid:event_id>", ours, name="ours"),
    path("ours/<uuid:event_id>/help", ours_help, name="ours-help"),
    path("ours/<uuid:event_id>/export", ours_export, name="ours-export"),
    path("alive", alive, name="alive"),
    path("keys", keys, name="keys"),
    path("mailings", mailings, name="mailings"),
    path("mailings/new", mailing_new, name="mailing-new"),
    path("mailings/<uuid:mailing_id>", mailing, name="mailing"),
    path("mailings/<uuid:mailing_id>/edit", mailing_edit, name="mailing-edit"),
    path("mailings/<uuid:mailing_id>/move", mailing_move, name="mailing-move"),
    path("mailings/<uuid:mailing_id>/look", mailing_look, name="mailing-look"),
    path("mailings/<uuid:mailing_id>/subject", mailing_subject, name="mailing-subject"),
    path("mailings/<uuid:mailing_id>/decide", mailing_decide, name="mailing-decide"),
    path("people", persons, name="persons"),
    path("people/duplicates", duplicates, name="duplicates"),
    path("people/<uuid:person_id>", person, name="person"),
    path("people/<uuid:person_id>/same", person_same, name="person-same"),
    path("people/<uuid:person_id>/merge/<uuid:other_id>", person_merge, name="person-merge"),
    path("people/imports", imports, name="imports"),
    path("people/imports/new", import_new, name="import-new"),
    path("people/imports/<uuid:import_id>", import_one, name="import"),
    path("people/imports/<uuid:import_id>/left-out", import_left_out, name="import-left-out"),
    path("people/segments", segments, name="segments"),
    path("people/segments/new", segment_new, name="segment-new"),
    path("people/segments/<uuid:segment_id>", segment, name="segment"),
    path("people/segments/<uuid:segment_id>/export", segment_export, name="segment-export"),
    path("series", series, name="series"),
    path("series/<uuid:series_id>", series_of, name="series-of"),
    path("templates", templates, name="templates"),
    path("templates/<uuid:template_id>/drop", template_drop, name="template-drop"),
    path("templates/<uuid:template_id>/back", template_back, name="template-back"),
    path("settings", settings, name="settings"),
    path("settings/<slug:slug>", settings_of, name="settings-of"),
    path("settings/<slug:slug>/groups/<uuid:group_id>", group, name="group"),
    path("settings/<slug:slug>/logo", logo, name="logo"),
    path("settings/<slug:slug>/allies", allies, name="allies"),
    path("settings/<slug:slug>/recovery", recovery_address, name="recovery-address"),
    path("settings/<slug:slug>/tokens", tokens, name="tokens"),
    path("organisation", organisation, name="organisation"),
    path("outbox", outbox, name="outbox"),
    path("outbox/<uuid:mail_id>", outbox_mail, name="outbox-mail"),
    path("outbox/mailings/<uuid:mailing_id>/<int:number>", outbox_copy, name="outbox-copy"),
]
