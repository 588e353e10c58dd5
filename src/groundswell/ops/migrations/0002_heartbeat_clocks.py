from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ops", "0001_initial")]

    operations = [
        migrations.AddField("Heartbeat", "boot", models.CharField(blank=True, default="", max_length=36)),
        migrations.AddField("Heartbeat", "ahead", models.FloatField(default=0.0)),
        migrations.AddField("Heartbeat", "set_at", models.FloatField(null=True)),
    ]
