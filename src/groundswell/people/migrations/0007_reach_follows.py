"""The database keeps ``people_reach`` in step with persons and with the ledger of consent, and fills it once."""

from django.db import migrations

from groundswell.kit.rows import guard
from groundswell.kit.triggers import follow

# Bit by purpose and channel, as in people/reach.py: four channels each for event, updates, nearby.
_BIT = (
    "(CASE {0}.purpose WHEN 'event' THEN 1 WHEN 'updates' THEN 16 WHEN 'nearby' THEN 256 ELSE 0 END"
    " * CASE {0}.channel WHEN 'email' THEN 1 WHEN 'sms' THEN 2 WHEN 'phone' THEN 4 WHEN 'post' THEN 8 ELSE 0 END)"
)
_OF_WHOM = "organisation_id = NEW.organisation_id AND person_id = NEW.person_id"

FILL = f"""
    INSERT INTO people_reach (organisation_id, person_id, sector, language, allows, contacted_on)
    SELECT person.organisation_id, person.id, person.sector, person.language, coalesce(said.bits, 0), 0
    FROM people_person person LEFT JOIN (
        SELECT person_id, sum(bit) AS bits FROM (
            SELECT entry.person_id, entry.action, {_BIT.format("entry")} AS bit, row_number() OVER (
                PARTITION BY entry.person_id, entry.purpose, entry.channel ORDER BY entry.at DESC, entry.id DESC
            ) AS place
            FROM people_consent entry WHERE entry.partner IS NULL
        ) latest WHERE place = 1 AND action = 'grant' GROUP BY person_id
    ) said ON said.person_id = person.id
"""  # noqa: S608


class Migration(migrations.Migration):
    """Triggers on persons and consents, rules for rows, and the rows of those who are there already."""

    dependencies = [("people", "0006_reach")]

    operations = [
        guard("people_tagged"),
        guard("people_belonging"),
        guard("people_suppression"),
        guard("people_reach"),
        follow(
            "people_person",
            "INSERT",
            "INSERT INTO people_reach (organisation_id, person_id, sector, language, allows, contacted_on)"
            " VALUES (NEW.organisation_id, NEW.id, NEW.sector, NEW.language, 0, 0)",
            name="people_reach_begins",
        ),
        follow(
            "people_person",
            "UPDATE",
            "UPDATE people_reach SET sector = NEW.sector, language = NEW.language"
            " WHERE organisation_id = NEW.organisation_id AND person_id = NEW.id",
            name="people_reach_follows",
            when="OLD.sector <> NEW.sector OR OLD.language <> NEW.language",
        ),
        follow(
            "people_consent",
            "INSERT",
            f"UPDATE people_reach SET allows = allows | {_BIT.format('NEW')} WHERE {_OF_WHOM}",  # noqa: S608
            name="people_reach_grants",
            when="NEW.action = 'grant' AND NEW.partner IS NULL",
        ),
        follow(
            "people_consent",
            "INSERT",
            f"UPDATE people_reach SET allows = allows & ~{_BIT.format('NEW')} WHERE {_OF_WHOM}",  # noqa: S608
            name="people_reach_withdraws",
            when="NEW.action <> 'grant' AND NEW.partner IS NULL",
        ),
        migrations.RunSQL(FILL, "DELETE FROM people_reach"),
    ]
