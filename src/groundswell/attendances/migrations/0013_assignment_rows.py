from django.db import migrations

from groundswell.kit.rows import guard


class Migration(migrations.Migration):
    dependencies = [("attendances", "0012_assignments")]

    operations = [guard("attendances_assignment")]
