from django.db import migrations

from groundswell.kit.rows import guard


class Migration(migrations.Migration):
    dependencies = [("people", "0004_allies")]

    operations = [
        guard("people_person"),
        guard("people_nameword"),
        guard("people_consent"),
        guard("people_erasure"),
    ]
