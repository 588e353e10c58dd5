"""What every verb of the ledger is called in the diary: a sentence for each, and the kind to find it by."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

KINDS: dict[str, str | Promise] = {
    "events": _("Events"),
    "blocs": _("Blocs"),
    "discussions": _("Discussions"),
    "mailings": _("Mailings"),
    "endorsements": _("Endorsements"),
    "answers": _("Answers"),
    "reading": _("Who looked at people"),
    "house": _("Roles and settings"),
}

MAILINGS: dict[str, Any] = {
    "mailings.compose": _("%(who)s wrote a mailing."),
    "mailings.change": _("%(who)s changed a mailing."),
    "mailings.stop": _("%(who)s stopped a mailing before it began."),
    "mailings.pause": _("%(who)s paused a mailing."),
    "mailings.resume": _("%(who)s let a mailing go on."),
    "mailings.cancel": _("%(who)s cancelled a mailing."),
    "mailings.stop_itself": _("A mailing stopped by itself: too many called it unwanted."),
    "mailings.choose_subject": _("%(who)s let the rest of a mailing have one of the subjects that were tested."),
    "mailings.choose_itself": _(
        "The rest of a mailing got one of the subjects that were tested, by the figures or for want of them."
    ),
    "mailings.send_again": ngettext_lazy(
        "%(who)s let the copy of %(people)s person that was in doubt be sent again.",
        "%(who)s let the copies of %(people)s people that were in doubt be sent again.",
        "people",
    ),
    "mailings.leave": ngettext_lazy(
        "%(who)s left the copy of %(people)s person that was in doubt as it is.",
        "%(who)s left the copies of %(people)s people that were in doubt as they are.",
        "people",
    ),
    "mailings.found_in_log": ngettext_lazy(
        "The mail server's log says that %(people)s copy in doubt arrived.",
        "The mail server's log says that %(people)s copies in doubt arrived.",
        "people",
    ),
    "mailings.not_in_log": ngettext_lazy(
        "The mail server's log has nothing of %(people)s copy in doubt, which is sent again.",
        "The mail server's log has nothing of %(people)s copies in doubt, which are sent again.",
        "people",
    ),
    "mailings.release": ngettext_lazy(
        "%(who)s let a mailing go to %(people)s person.",
        "%(who)s let a mailing go to %(people)s people.",
        "people",
    ),
    "mailings.put_back": _(
        "A mailing did not begin: it would have reached many more people than when it was let go."
    ),
    "mailings.begin": ngettext_lazy(
        "A mailing began to go out to %(people)s person.",
        "A mailing began to go out to %(people)s people.",
        "people",
    ),
}

BLOCS: dict[str, Any] = {
    "blocs.call": _("%(who)s called the bloc %(what)s."),
    "blocs.change": _("%(who)s changed the bloc %(what)s."),
    "blocs.publish": _("%(who)s published the bloc %(what)s."),
    "blocs.cancel": _("%(who)s cancelled the bloc %(what)s."),
    "blocs.invite_caller": _("%(who)s asked another organisation to call to the bloc %(what)s."),
    "blocs.accept_call": _("%(who)s accepted to call to the bloc %(what)s."),
    "blocs.withdraw_call": _("%(who)s called to the bloc %(what)s no longer."),
    "blocs.remove_caller": _("%(who)s took another organisation off the bloc %(what)s."),
    "blocs.ask_for_place": _("%(who)s asked for a place in the march for %(what)s."),
    "blocs.grant_place": _("%(who)s gave %(what)s a place in the march."),
    "blocs.refuse_place": _("%(who)s refused %(what)s a place in the march."),
    "blocs.move": _("%(who)s changed the order of march of %(what)s."),
    "attendances.tell_bloc": _("%(who)s wrote to those who joined the bloc %(what)s."),
    "attendances.hold_bloc_notice": _(
        "What those who joined the bloc %(what)s were to be told waits for a second person: "
        "many have joined since."
    ),
    "attendances.withdraw_bloc_notice": _("%(who)s took back what those who joined %(what)s were to be told."),
    "blocs.forget_stewards": _("%(who)s forgot the stewards of blocs that are over."),
}

DISCUSSIONS: dict[str, Any] = {
    "discussions.begin": _("%(who)s put the question %(what)s."),
    "discussions.change": _("%(who)s changed the question %(what)s."),
    "discussions.open": _("%(who)s opened the question %(what)s."),
    "discussions.close": _("%(who)s closed the question %(what)s."),
    "discussions.ask": _("%(who)s asked another organisation to put the question %(what)s too."),
    "discussions.accept": _("%(who)s accepted to put the question %(what)s too."),
    "discussions.withdraw": _("%(who)s puts the question %(what)s no longer."),
    "discussions.end_call": _("%(who)s took an organisation off the question %(what)s."),
    "discussions.hold": _("%(who)s made %(what)s a meeting on a question."),
    "discussions.write_up": _("%(who)s wrote up what was said at %(what)s."),
    "discussions.take_step": _("%(who)s made %(what)s of what a meeting decided."),
}

ENDORSEMENTS: dict[str, Any] = {
    "endorsements.enter": _("%(who)s wrote down that a body stands with %(what)s."),
    "endorsements.stand": _("%(who)s said that a group of theirs stands with %(what)s."),
    "endorsements.accept": _("%(who)s showed who stands with %(what)s."),
    "endorsements.remove": _("%(who)s took off a body that stood with %(what)s."),
    "endorsements.confirm": _("A body confirmed that it stands with %(what)s."),
    "endorsements.withdraw": _("A body took back that it stands with %(what)s."),
    "endorsements.propose": ngettext_lazy(
        "%(people)s body said in public that it stands with something.",
        "%(people)s bodies said in public that they stand with something.",
        "people",
    ),
}

EVENTS: dict[str, Any] = {
    "events.announce": _("%(who)s announced %(what)s."),
    "events.change": _("%(who)s changed %(what)s."),
    "events.publish": _("%(who)s published %(what)s."),
    "events.write_down": _("%(who)s wrote down that %(what)s was held."),
    "events.withdraw": _("%(who)s made %(what)s a draft again."),
    "events.cancel": _("%(who)s cancelled %(what)s."),
    "events.drop_draft": _("%(who)s threw the draft of %(what)s away."),
    "events.bring_draft_back": _("%(who)s brought the draft of %(what)s back."),
    "events.reinstate": _("%(who)s let %(what)s take place after all."),
    "events.tell_nobody": _("%(who)s said that nobody needs to be told what became of %(what)s."),
    "events.schedule": _("%(who)s set when %(what)s is published."),
    "events.tick": _("%(who)s ticked something on the checklist of %(what)s."),
    "events.door_list": _("%(who)s switched the door list of %(what)s on or off."),
    "events.keep_template": _("%(who)s kept the template %(what)s."),
    "events.drop_template": _("%(who)s threw a template away."),
    "events.bring_template_back": _("%(who)s brought the template %(what)s back."),
    "events.set_programme": _("%(who)s set who speaks at %(what)s."),
    "events.set_questions": _("%(who)s set the questions of %(what)s."),
    "events.set_picture": _("%(who)s gave %(what)s a picture."),
    "events.describe_picture": _("%(who)s described the picture of %(what)s."),
    "events.remove_picture": _("%(who)s took the picture of %(what)s away."),
    "events.put_picture_back": _("%(who)s put the picture of %(what)s back."),
    "events.begin_series": _("%(who)s began the series %(what)s."),
    "events.change_series": _("%(who)s changed the series %(what)s."),
    "events.arrange": _("%(who)s wrote down who answers for what at %(what)s."),
    "events.agree_arrangement": _("%(who)s agreed to who answers for what at %(what)s."),
    "events.invite_cohost": _("%(who)s invited another organisation to hold %(what)s together."),
    "events.accept_cohosting": _("%(who)s accepted to hold %(what)s together."),
    "events.decline_cohosting": _("%(who)s declined to hold %(what)s together."),
    "events.leave_cohosting": _("%(who)s left those who hold %(what)s together."),
    "events.remove_cohost": _("%(who)s removed an organisation from those who hold %(what)s."),
    "events.order_cohosts": _("%(who)s put those who hold %(what)s in another order."),
    "attendances.write_outside": _("%(who)s wrote down what an ally outside brings to %(what)s."),
    "attendances.drop_outside": _("%(who)s took an ally outside off the figures of %(what)s."),
    "attendances.tell": _("%(who)s wrote to those who are coming to %(what)s."),
    "attendances.warn": _("%(who)s warned those who are coming that it is not safe at %(what)s."),
    "attendances.hold_notice": _(
        "What those who are coming to %(what)s were to be told waits for a second person: many have come since."
    ),
    "attendances.remind_in_ready_words": _(
        "A reminder of %(what)s went out in the ready words, since it reached more than one person "
        "writes to alone."
    ),
    "attendances.set_reminder": _("%(who)s set a reminder of %(what)s that goes out by itself."),
    "attendances.withdraw_notice": _("%(who)s took back what those who are coming to %(what)s were to be told."),
}

ANSWERS: dict[str, Any] = {
    "attendances.assign": ngettext_lazy(
        "%(who)s assigned %(account)s %(people)s person of %(what)s.",
        "%(who)s assigned %(account)s %(people)s people of %(what)s.",
        "people",
    ),
    "attendances.take_back": ngettext_lazy(
        "%(who)s took %(people)s person of %(what)s back from %(account)s.",
        "%(who)s took %(people)s people of %(what)s back from %(account)s.",
        "people",
    ),
    "attendances.attend": ngettext_lazy("%(people)s answer came in.", "%(people)s answers came in.", "people"),
    "attendances.confirm": ngettext_lazy(
        "%(people)s answer was confirmed.", "%(people)s answers were confirmed.", "people"
    ),
    "attendances.change": ngettext_lazy(
        "%(people)s person changed their answer.", "%(people)s people changed their answers.", "people"
    ),
    "attendances.cancel": ngettext_lazy(
        "%(people)s person called off.", "%(people)s people called off.", "people"
    ),
    "attendances.count": ngettext_lazy(
        "%(people)s person was counted without a name.", "%(people)s people were counted without a name.", "people"
    ),
    "attendances.uncount": ngettext_lazy(
        "%(people)s person took themselves out of the count.",
        "%(people)s people took themselves out of the count.",
        "people",
    ),
    "attendances.move_up": ngettext_lazy(
        "%(people)s person got a place at %(what)s from the waiting list.",
        "%(people)s people got a place at %(what)s from the waiting list.",
        "people",
    ),
    "attendances.add_by_hand": _("%(who)s wrote a person down for %(what)s."),
    "attendances.expire": ngettext_lazy(
        "%(people)s answer that nobody confirmed was erased.",
        "%(people)s answers that nobody confirmed were erased.",
        "people",
    ),
    "attendances.purge": ngettext_lazy(
        "%(people)s answer was erased: its event is long over.",
        "%(people)s answers were erased: their events are long over.",
        "people",
    ),
    "people.save_segment": _("%(who)s saved whom a segment of people is for."),
    "people.rename_segment": _("%(who)s gave a segment of people another name."),
    "people.delete_segment": _("%(who)s deleted a segment of people."),
    "people.tag": ngettext_lazy(
        "%(who)s gave %(people)s person a tag.", "%(who)s gave %(people)s people a tag.", "people"
    ),
    "people.untag": ngettext_lazy(
        "%(who)s took a tag off %(people)s person.", "%(who)s took a tag off %(people)s people.", "people"
    ),
    "people.put_into_group": ngettext_lazy(
        "%(who)s put %(people)s person into a group.", "%(who)s put %(people)s people into a group.", "people"
    ),
    "people.take_out_of_group": ngettext_lazy(
        "%(who)s took %(people)s person out of a group.",
        "%(who)s took %(people)s people out of a group.",
        "people",
    ),
    "people.merge": _("%(who)s said that two entries are one person."),
    "people.take_apart": _("%(who)s took two entries apart again that had been merged."),
    "people.import": _("%(who)s began to take in people from a file."),
    "people.imported": ngettext_lazy(
        "A file that %(who)s brought was taken in: %(people)s new person.",
        "A file that %(who)s brought was taken in: %(people)s new people.",
        "people",
    ),
    "people.correct": _("Somebody corrected what is known about them."),
    "people.object": _("Somebody objected to everything that is done with what is known about them."),
    "people.complain": _("Somebody complained about how their data is handled."),
    "people.enter_complaint": _("%(who)s wrote down a complaint about data."),
    "people.acknowledge_complaint": _("%(who)s told somebody that their complaint about data is here."),
    "people.answer_complaint": _("%(who)s answered a complaint about data."),
    "people.state_agreement": _("%(who)s stated which words people had agreed to elsewhere."),
    "people.forget": ngettext_lazy(
        "%(people)s person was forgotten.", "%(people)s people were forgotten.", "people"
    ),
    "people.forget_again": ngettext_lazy(
        "%(people)s person was forgotten again after a restore.",
        "%(people)s people were forgotten again after a restore.",
        "people",
    ),
}

READING: dict[str, Any] = {
    "attendances.see_answers": ngettext_lazy(
        "%(who)s looked at the answers to %(what)s: %(people)s person.",
        "%(who)s looked at the answers to %(what)s: %(people)s people.",
        "people",
    ),
    "attendances.see_found": ngettext_lazy(
        "%(who)s searched among those who answered %(what)s and found %(people)s person.",
        "%(who)s searched among those who answered %(what)s and found %(people)s people.",
        "people",
    ),
    "attendances.see_shared": ngettext_lazy(
        "%(who)s looked at others’ people who allowed it at %(what)s: %(people)s person.",
        "%(who)s looked at others’ people who allowed it at %(what)s: %(people)s people.",
        "people",
    ),
    "attendances.see_door_list": ngettext_lazy(
        "%(who)s looked at the door list of %(what)s: %(people)s person.",
        "%(who)s looked at the door list of %(what)s: %(people)s people.",
        "people",
    ),
    "attendances.see_help": ngettext_lazy(
        "%(who)s looked at who needs or offers help at %(what)s: %(people)s person.",
        "%(who)s looked at who needs or offers help at %(what)s: %(people)s people.",
        "people",
    ),
    "attendances.see_passengers": ngettext_lazy(
        "%(who)s looked at who is on which coach to %(what)s: %(people)s person.",
        "%(who)s looked at who is on which coach to %(what)s: %(people)s people.",
        "people",
    ),
    "attendances.see_by_program": ngettext_lazy(
        "%(who)s fetched answers to %(what)s: %(people)s person.",
        "%(who)s fetched answers to %(what)s: %(people)s people.",
        "people",
    ),
    "attendances.see_assigned": ngettext_lazy(
        "%(who)s looked at those who were assigned to them at %(what)s: %(people)s person.",
        "%(who)s looked at those who were assigned to them at %(what)s: %(people)s people.",
        "people",
    ),
    "attendances.export": ngettext_lazy(
        "%(who)s took the answers to %(what)s out as a file: %(people)s person.",
        "%(who)s took the answers to %(what)s out as a file: %(people)s people.",
        "people",
    ),
    "blocs.see_stewards": ngettext_lazy(
        "%(who)s looked at the stewards of %(what)s: %(people)s person.",
        "%(who)s looked at the stewards of %(what)s: %(people)s people.",
        "people",
    ),
    "people.see_people": ngettext_lazy(
        "%(who)s looked at %(people)s person in the records.",
        "%(who)s looked at %(people)s people in the records.",
        "people",
    ),
    "people.see_person": _("%(who)s looked at a person’s page."),
    "people.see_complaints": ngettext_lazy(
        "%(who)s looked at %(people)s complaint about data.",
        "%(who)s looked at %(people)s complaints about data.",
        "people",
    ),
    "people.see_segment": ngettext_lazy(
        "%(who)s fetched people of a segment: %(people)s person.",
        "%(who)s fetched people of a segment: %(people)s people.",
        "people",
    ),
    "people.see_left_out": ngettext_lazy(
        "%(who)s took the rows that an import had left out: %(people)s person.",
        "%(who)s took the rows that an import had left out: %(people)s people.",
        "people",
    ),
    "people.export": ngettext_lazy(
        "%(who)s took the people of a segment out as a file: %(people)s person.",
        "%(who)s took the people of a segment out as a file: %(people)s people.",
        "people",
    ),
    "outbox.see_mails": ngettext_lazy(
        "%(who)s looked at the outbox: %(people)s mail.",
        "%(who)s looked at the outbox: %(people)s mails.",
        "people",
    ),
    "outbox.see_mail": _("%(who)s read a mail to a person."),
    "people.show_held": _("%(who)s looked up all that is held about a person."),
}

HOUSE: dict[str, Any] = {
    "groups.create_organisation": _("%(who)s made the organisation."),
    "groups.create_group": _("%(who)s made the group %(what)s."),
    "groups.rename_group": _("%(who)s gave the group %(what)s another name."),
    "groups.move_group": _("%(who)s moved the group %(what)s to another place in the tree."),
    "groups.retire_group": _("%(who)s ended the group %(what)s."),
    "groups.revive_group": _("%(who)s brought the group %(what)s back."),
    # The other side's ledger says who it was there.
    "groups.offer_affiliation": _("An affiliation with another organisation was offered."),
    "groups.accept_affiliation": _("An affiliation with another organisation was accepted."),
    "groups.end_affiliation": _("An affiliation with another organisation was ended or declined."),
    "groups.set_logo": _("%(who)s chose the logo."),
    "groups.describe_logo": _("%(who)s described the logo anew."),
    "groups.remove_logo": _("%(who)s took the logo away."),
    "groups.create_campaign": _("%(who)s made the campaign %(what)s."),
    "groups.describe_organisation": _("%(who)s changed who is answerable and how to reach them."),
    "groups.speak": _("%(who)s chose in which languages the organisation speaks."),
    "groups.ask_by": _("%(who)s chose by which ways besides e-mail people are asked."),
    "groups.put_away": _("%(who)s put away what had been set aside."),
    "groups.grant": _("%(who)s gave %(account)s a role in %(what)s: %(role)s."),
    "groups.withdraw": _("%(who)s took the role of %(account)s in %(what)s away."),
    "groups.hand_over": _("%(who)s handed a role in %(what)s over to %(account)s: %(role)s."),
    "groups.invite": _("%(who)s invited somebody to %(what)s: %(role)s."),
    "groups.withdraw_invitation": _("%(who)s took back an invitation to %(what)s."),
    "groups.reset_factors": _("%(who)s let %(account)s begin anew with the second step."),
    "groups.end_sessions": _("%(who)s signed %(account)s out."),
    "groups.end_all_sessions": _("%(who)s signed everybody out."),
    "groups.ask_approval": _("%(who)s asked for a second person in %(what)s."),
    "groups.approve": _("%(who)s agreed as the second person in %(what)s."),
    "groups.decline": _("%(who)s declined what somebody had asked for in %(what)s."),
    "groups.take_back_request": _("%(who)s took back what they had asked for in %(what)s."),
    "groups.use_approval": _("%(who)s carried out what a second person or a day of waiting allowed in %(what)s."),
    "groups.stop_by_link": _("What somebody alone had asked for in %(what)s was stopped by the link in a mail."),
    "groups.name_recovery": _("%(who)s named another recovery address, or none."),
    "groups.confirm_recovery": _("The recovery address was confirmed by the link in a mail."),
    "groups.make_api_token": _("%(who)s made a token for programs."),
    "groups.revoke_api_token": _("%(who)s took a token for programs back."),
    "people.publish_wording": _("%(who)s published the words that people agree to."),
}

VERBS: dict[str, dict[str, Any]] = {
    "events": EVENTS,
    "blocs": BLOCS,
    "discussions": DISCUSSIONS,
    "endorsements": ENDORSEMENTS,
    "answers": ANSWERS,
    "reading": READING,
    "mailings": MAILINGS,
    "house": HOUSE,
}

SENTENCES: dict[str, Any] = {verb: words for verbs in VERBS.values() for verb, words in verbs.items()}

OTHER = _("%(who)s did something for which there are no words here: %(verb)s.")
"""For what another version wrote down."""
