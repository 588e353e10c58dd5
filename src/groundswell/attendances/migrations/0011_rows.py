from django.db import migrations, models
from django.db.models import OuterRef, Subquery

from groundswell.kit.rows import MINE, guard, show

# As attendances.sharing.shared_with and events.cohosts.holding say it, but for the days, which it counts itself.
SHARED_WITH_ME = f"""
    confirmed_at IS NOT NULL AND status <> 'declined' AND EXISTS (
        SELECT FROM attendances_shared AS shared
        WHERE shared.attendance_id = attendances_attendance.id AND shared.organisation_id = ANY {MINE} AND (
            EXISTS (
                SELECT FROM events_cohost AS cohost WHERE cohost.event_id = shared.event_id
                AND cohost.organisation_id = shared.organisation_id AND cohost.standing = 'accepted'
            ) OR EXISTS (
                SELECT FROM events_event AS event WHERE event.id = shared.event_id
                AND event.organisation_id = shared.organisation_id
            )
        )
    )
"""  # noqa: S608

# The rules for answers hold in here as well: it is somebody of whom an answer is seen.
ANSWER_IS_SEEN = "EXISTS (SELECT FROM attendances_attendance AS answer WHERE answer.person_id = people_person.id)"


def say_whose(apps, _editor):
    shared, answer = apps.get_model("attendances", "Shared"), apps.get_model("attendances", "Attendance")
    answered = answer.objects.filter(id=OuterRef("attendance_id")).values("organisation_id")
    shared.objects.update(whose=Subquery(answered))


class Migration(migrations.Migration):
    dependencies = [("attendances", "0010_joined"), ("people", "0005_rows"), ("events", "0003_cohosts")]

    operations = [
        migrations.AddField("shared", "whose", models.UUIDField(null=True)),
        migrations.RunPython(say_whose, migrations.RunPython.noop),
        migrations.AlterField("shared", "whose", models.UUIDField()),
        guard("attendances_attendance"),
        guard("attendances_shared", "organisation_id", "whose"),
        guard("attendances_response"),
        guard("attendances_mark"),
        guard("attendances_eventkey"),
        show("attendances_attendance", where=SHARED_WITH_ME, name="attendances_attendance_others"),
        show("people_person", where=ANSWER_IS_SEEN, name="people_person_others"),
    ]
