"""Attendances."""

from django.apps import AppConfig


class AttendancesConfig(AppConfig):
    """Registers the actions on an event, their mails, and the rounds that remind and forget."""

    name = "groundswell.attendances"
    label = "attendances"

    def ready(self) -> None:
        from groundswell.attendances import answers, erasing, mails, operations, upkeep
        from groundswell.intake.kinds import Kind, register
        from groundswell.kit import rounds
        from groundswell.outbox import delivery

        register(Kind("attend", answers.parse_answer, operations.attend))
        register(Kind("confirm", answers.parse_choice, operations.confirm))
        register(Kind("cancel", answers.parse_choice, operations.cancel))
        register(Kind("forget", answers.parse_choice, erasing.forget))
        delivery.register("attendances.confirm", mails.confirm)
        delivery.register("attendances.reminder", mails.reminder)
        delivery.register("attendances.refused", mails.refused)
        rounds.register("remind", every=60, run=upkeep.remind_unconfirmed)
        rounds.register("forget the unconfirmed", every=60, run=upkeep.erase_unconfirmed)
        rounds.register("drop unconfirmed changes", every=600, run=upkeep.drop_unconfirmed_changes)
        rounds.register("freeze totals", every=60, run=upkeep.freeze_totals)
        rounds.register("forget after the event", every=600, run=upkeep.erase_after_events)
