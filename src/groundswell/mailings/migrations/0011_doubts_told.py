from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mailings", "0010_who_let_it_go")]

    operations = [
        migrations.AddField(
            model_name="mailing",
            name="doubts_told",
            field=models.DateTimeField(null=True),
        ),
    ]
