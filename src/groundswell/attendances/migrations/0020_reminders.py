from django.db import migrations, models


def say_when(apps, _editor):
    apps.get_model("attendances", "Notice").objects.filter(by_itself=True).update(before="day")


class Migration(migrations.Migration):
    dependencies = [
        ("attendances", "0019_doubled"),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="before",
            field=models.CharField(
                blank=True,
                choices=[("week", "a week before"), ("day", "a day before"), ("hours", "two hours before")],
                max_length=5,
                default="",
            ),
            preserve_default=False,
        ),
        migrations.RunPython(say_when, migrations.RunPython.noop),
        migrations.RemoveConstraint(
            model_name="notice",
            name="attendances_reminded_once",
        ),
        migrations.RemoveField(
            model_name="notice",
            name="by_itself",
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(
                condition=models.Q(models.Q(("before", ""), _negated=True), ("withdrawn_at", None)),
                fields=("event", "before"),
                name="attendances_reminded_once",
            ),
        ),
    ]
