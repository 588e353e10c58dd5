"""Rules for the rows of merges; and whoever is known already can be found by their whole name as well."""

from itertools import batched

from django.db import migrations

from groundswell.kit.rows import guard
from groundswell.people.finding import whole_name


def index_those_who_are_there(apps, schema_editor):
    """By the rule of the day of this migration."""
    person, word = apps.get_model("people", "Person"), apps.get_model("people", "NameWord")
    rows = person.objects.values_list("organisation_id", "id", "name").iterator(chunk_size=1000)
    for some in batched(rows, 1000):
        word.objects.bulk_create(
            (
                word(organisation_id=organisation, person_id=who, word=whole)
                for organisation, who, name in some
                if (whole := whole_name(name))
            ),
            ignore_conflicts=True,
        )


class Migration(migrations.Migration):
    dependencies = [("people", "0010_merges")]

    operations = [
        guard("people_merge"),
        migrations.RunPython(index_those_who_are_there, migrations.RunPython.noop),
    ]
