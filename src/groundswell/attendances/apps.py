"""Attendances."""

from django.apps import AppConfig


class AttendancesConfig(AppConfig):
    """Registers the actions on an event, their mails, and the rounds that remind and forget."""

    name = "groundswell.attendances"
    label = "attendances"

    def ready(self) -> None:
        from groundswell.attendances import answers, operations
        from groundswell.intake.kinds import Kind, register

        register(Kind("attend", answers.parse_answer, operations.attend))
        register(Kind("confirm", answers.parse_choice, operations.confirm))
        register(Kind("cancel", answers.parse_choice, operations.cancel))
