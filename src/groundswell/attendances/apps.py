"""Attendances."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AttendancesConfig(AppConfig):
    """Registers the actions on an event, their mails, and the rounds that remind and forget."""

    name = "groundswell.attendances"
    label = "attendances"

    def ready(self) -> None:
        from groundswell.attendances import (
            answers,
            blocks,
            by_two,
            counting,
            erasing,
            exporting,
            inviting,
            joining,
            mails,
            merging,
            notices,
            objecting,
            operations,
        )
        from groundswell.groups import approvals
        from groundswell.groups.access import SEND
        from groundswell.intake.kinds import Kind, register
        from groundswell.outbox import delivery
        from groundswell.people import choices, handing, segments

        register(Kind("attend", answers.parse_answer, operations.attend))
        register(Kind("come", inviting.parse_invited, inviting.accept))
        register(Kind("join", answers.parse_answer, joining.join))
        register(Kind("confirm", answers.parse_choice, operations.confirm))
        register(Kind("cancel", answers.parse_choice, operations.cancel))
        register(Kind("change", answers.parse_change, operations.change))
        register(Kind("count", answers.parse_count, counting.count))
        register(Kind("uncount", answers.parse_uncount, counting.uncount))
        register(Kind("object", choices.parse_nothing, objecting.object_to_all))
        register(Kind("forget", answers.parse_choice, erasing.forget))
        export = approvals.Kind(read=exporting.in_an_export, sentence=exporting.export_in_words)
        approvals.register(exporting.EXPORT_OF_MANY, export)
        many = approvals.Kind(read=by_two.what_is_agreed_to, sentence=by_two.what_is_asked_for, agree=SEND)
        approvals.register(by_two.TO_MANY, many)
        delivery.register("attendances.confirm", mails.confirm, called=_("Please confirm"))
        delivery.register("attendances.reminder", mails.reminder, called=_("Still to confirm"))
        delivery.register("attendances.refused", mails.refused, called=_("Not possible any more"))
        place, share = _("About a place"), mails.ABOUT_A_PLACE
        delivery.register("attendances.placed", mails.placed, own_share=share, called=place)
        delivery.register("attendances.moved_up", mails.placed, own_share=share, called=place)
        for kind in notices.Kind:
            delivery.register(notices.mail_kind(kind), mails.notice, own_share=mails.NOTICES, called=kind.label)
        segments.register(*blocks.BLOCKS)
        holder = handing.Holder(lock=merging.lock, hand_over=merging.hand_over, take_back=merging.take_back)
        handing.register("attendances", holder)
        _register_rounds()


def _register_rounds() -> None:
    from groundswell.attendances import (
        assigning,
        marks,
        merging,
        notices,
        reminders,
        sharing,
        snapshots,
        totals,
        upkeep,
        waiting,
    )
    from groundswell.attendances.models import TO_UNDO
    from groundswell.kit import rounds

    rounds.register("give out free places", every=5, run=waiting.move_up)
    to_undo = TO_UNDO.total_seconds()
    rounds.register("tell those who are coming", every=5, run=notices.send_notices, rests=to_undo)
    rounds.register("remind those who are coming", every=30, run=reminders.remind_those_coming)
    rounds.register("forget needs", every=600, run=upkeep.forget_needs)
    rounds.register("forget responses", every=600, run=upkeep.forget_responses)
    rounds.register("count who came", every=600, run=upkeep.count_who_came)
    rounds.register("forget what others may see", every=600, run=sharing.forget_shares)
    rounds.register("forget codes", every=600, run=upkeep.forget_codes)
    rounds.register("let late answers go along", every=60, run=merging.hand_over_late)
    rounds.register("forget answers that gave way", every=600, run=merging.forget_doubled)
    rounds.register("forget assignments", every=3600, run=assigning.forget_assignments)
    rounds.register("remind", every=60, run=upkeep.remind_unconfirmed)
    rounds.register("forget the unconfirmed", every=60, run=upkeep.erase_unconfirmed)
    rounds.register("drop unconfirmed changes", every=600, run=upkeep.drop_unconfirmed_changes)
    rounds.register("count apart what others bring", every=5, run=totals.open_held)
    rounds.register("mark those who were there", every=60, run=marks.mark_those_there)
    rounds.register("take snapshots", every=60, run=snapshots.take_snapshots)
    rounds.register("freeze totals", every=60, run=upkeep.freeze_totals)
    rounds.register("forget marks", every=60, run=marks.forget_marks)
    rounds.register("forget after the event", every=600, run=upkeep.erase_after_events)
