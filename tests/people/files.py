"""Made-up tables as other tools write them."""

# ruff: noqa: E501 (a row is a line)

import csv
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook

ACTION_NETWORK = """\
uuid,first_name,last_name,email,zip_code,country,can2_user_address,can2_phone,can2_user_tags,can2_subscription_status,can2_sms_status
1,Ada,Byron,ada@example.org,M1 1AE,GB,1 High Street,07700 900123,"Can drive, Stall",subscribed,unsubscribed
2,Bo,Lund,bo@example.org,94110,US,2 Low Street,,,unsubscribed,
3,Cy,Ray,cy@example.org,,,,,,bouncing,
4,Di,Fox,di@example.org,,,,,,never subscribed,
"""
MOBILIZE = """\
first name,last name,email,phone,zip,event id,event name,start,event type,event organization name,attended
Ada,Byron,ada@example.org,(415) 555-2671,4110,77,Rally in May,2026-05-01,RALLY,The Union,true
Bo,Lund,bo@example.org,,,77,Rally in May,2026-05-01,RALLY,The Union,false
"""
NATIONBUILDER = """\
nationbuilder_id,first_name,last_name,email,email1,email1_is_bad,email2,email2_is_bad,email_opt_in,mobile_number,is_mobile_bad,mobile_opt_in,do_not_call,do_not_contact,primary_zip,primary_country_code,tag_list,support_level
1,Ada,Byron,,ada-old@example.org,true,ada@example.org,false,true,'07700900123,false,true,false,false,M1 1AE,GB,"stall, 'rsvp-rally",1
2,Bo,Lund,bo@example.org,,,,,false,,,,,false,,,,
3,Cy,'Ray,cy@example.org,,,,,true,07700900124,true,false,true,true,,,,
4,Di,Fox,,di@example.org,true,,,true,,,,,false,,,,
"""
EVENTBRITE = """\
Order #,Order Date,First Name,Last Name,Email,Quantity,Ticket Type,Attendee #,Attendee Status,Home Postcode,Home Country,Job Title
9,2026-05-01,Ada,Byron,ada@example.org,1,Free,1,Checked In,M1 1AE,United Kingdom,Engineer
9,2026-05-01,Bo,Lund,bo@example.org,1,Free,2,Not Attending,,,Poet
"""
CIVICRM = """\
Contact ID;Contact Type;First Name;Last Name;Email;Phone;Postal Code;Country;Preferred Language;Do Not Email;Do Not Phone;Do Not Sms;No Bulk Emails (User Opt Out)
1;Individual;Ada;Byron;ada@example.org;020 7946 0123;M1 1AE;United Kingdom;fr_FR;No;Yes;No;No
2;Organization;;;office@example.org;;;;;No;No;No;No
3;Individual;Bo;Lund;bo@example.org;;;;;No;No;No;Yes
"""


def written(folder: Path, text: str, name: str = "people.csv", encoding: str = "utf-8") -> Path:
    """A file with this text in it."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def table(folder: Path, *rows: Sequence[str], name: str = "people.csv") -> Path:
    """A CSV file of these rows, the first of which names the columns."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return written(folder, text.getvalue(), name)


def workbook(folder: Path, *rows: Sequence[object], name: str = "people.xlsx") -> Path:
    """A workbook whose first sheet has these rows."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(list(row))
    path = folder / name
    book.save(path)
    return path


def with_part(path: Path, name: str, content: bytes) -> Path:
    """The same workbook with another part in the place of the one of this name."""
    with zipfile.ZipFile(path) as packed:
        parts = {each: packed.read(each) for each in packed.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for each, before in parts.items():
            packed.writestr(each, content if each == name else before)
    return path
