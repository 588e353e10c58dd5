"""On PostgreSQL, how many people allow what is known to whoever plans a count.

What stands in single bits of a number it would else take for one row in two hundred, and look for hundreds of
thousands of people one by one among those who answered, instead of reading these once.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# The bit of each purpose and channel, and with it that of suppression, as in people/reach.py on this day.
ASKED_FOR = {
    f"people_reach_{purpose}_{channel}": 1 << (4 * row + column) | (1 << (16 + column) if column < 3 else 0)
    for row, purpose in enumerate(("event", "updates", "nearby"))
    for column, channel in enumerate(("email", "sms", "phone", "post"))
}


def count_them(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor != "postgresql":
        return
    for name, bits in ASKED_FOR.items():
        editor.execute(f"CREATE STATISTICS {name} ON (allows & {bits}) FROM people_reach")
    editor.execute("ANALYZE people_reach")


def count_no_more(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        for name in ASKED_FOR:
            editor.execute(f"DROP STATISTICS {name}")


class Migration(migrations.Migration):
    dependencies = [("people", "0014_words_by_one_key")]

    operations = [migrations.RunPython(count_them, count_no_more)]
