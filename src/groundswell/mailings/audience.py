"""Who gets a copy: frozen in one statement when sending begins, and numbered without gaps."""

from typing import cast

from django.db import connection
from django.db.models import QuerySet

from groundswell.mailings.models import Mailing
from groundswell.people.models import Reach


def freeze(mailing: Mailing, chosen: QuerySet[Reach], *, by_lot: bool = False) -> int:
    """Give everybody who is chosen a copy, in the order of their ids or ``by_lot``; returns how many (1 query).

    Ids are in the order in which people came into the records: the first of them are no sample of all.
    The caller has the mailing locked, and stores the number.
    """
    order = "random()" if by_lot else "chosen.person_id"
    people, values = chosen.order_by().values("person_id").distinct().query.sql_with_params()
    statement = (
        "INSERT INTO mailings_delivery (organisation_id, mailing_id, number, person_id)"  # noqa: S608
        f" SELECT %s, %s, row_number() OVER (ORDER BY {order}), chosen.person_id"
        f" FROM ({people}) chosen"
    )
    ids = [mailing.organisation_id, mailing.id]
    if connection.vendor == "sqlite":
        ids = [cast(object, each.hex) for each in ids]  # type: ignore[misc]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*ids, *values])
        return cast(int, cursor.rowcount)
