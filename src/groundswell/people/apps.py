"""Persons and their consent."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    """Registers the rounds for erasures and imports, and what can be said of people in a segment."""

    name = "groundswell.people"
    label = "people"

    def ready(self) -> None:
        from groundswell.groups import approvals
        from groundswell.intake.kinds import Kind, register
        from groundswell.kit import rounds
        from groundswell.outbox import delivery
        from groundswell.people import (
            blocks,
            choices,
            complaint_mails,
            complaints,
            correcting,
            erasures,
            exporting,
            left_out,
            merging,
            segments,
            taking_in,
        )

        register(Kind("stop", choices.parse_nothing, choices.stop_mail))
        register(Kind("mute", choices.parse_nothing, choices.mute))
        register(Kind("prefer", choices.parse_choices, choices.choose))
        register(Kind("correct", correcting.parse_correction, correcting.correct))
        register(Kind("complain", complaints.parse_by_page, complaints.take_complaints))
        register(Kind("complain-by-link", complaints.parse_by_link, complaints.take_complaints))

        share = complaint_mails.SHARE
        here, answer = _("Your complaint is here"), _("The answer to your complaint")
        delivery.register(complaints.RECEIVED, complaint_mails.received, own_share=share, called=here)
        delivery.register(complaints.ANSWERED, complaint_mails.answered, own_share=share, called=answer)

        export = approvals.Kind(read=exporting.in_an_export, sentence=exporting.export_in_words)
        approvals.register(exporting.EXPORT_OF_SEGMENT, export)
        rounds.register("write down erasures", every=600, run=erasures.write_missing)
        rounds.register("take in people", every=2, run=taking_in.take_in_waiting, apart=True)
        rounds.register("forget what people were before they were merged", every=600, run=merging.forget_merges)
        rounds.register("delete files of imports", every=3600, run=left_out.sweep)
        rounds.register("note what is acknowledged", every=30, run=complaints.note_acknowledged)
        rounds.register("forget old complaints", every=3600, run=complaints.forget_old_complaints)
        segments.register(*blocks.BLOCKS)
