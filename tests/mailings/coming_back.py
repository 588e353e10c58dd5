"""Messages as mail servers send them back, made up."""

from email.message import EmailMessage

FAILED = "Action: failed\nStatus: {status}\nFinal-Recipient: rfc822; ada@example.org\n"


def bounce(
    *,
    to: str = "bounces@rally.example.org",
    copy: str = "",
    fields: str = "",
    status: str = "5.1.1",
    whole: bool = True,
) -> bytes:
    """A report of a server (RFC 3464): to whom it is sent, about a copy of this Message-ID."""
    said = fields or FAILED.format(status=status)
    return _report(to, "delivery-status", f"Reporting-MTA: dns; mx.example.org\n\n{said}", copy, whole=whole)


def complaint(
    *,
    to: str = "abuse@rally.example.org",
    copy: str = "",
    kind: str = "abuse",
    sent_by: str = "",
    whole: bool = True,
) -> bytes:
    """A report of somebody who called a copy unwanted (RFC 5965)."""
    said = f"Feedback-Type: {kind}\nUser-Agent: Provider/1\nVersion: 1\n"
    said += f"Original-Mail-From: <{sent_by}>\n" if sent_by else ""
    return _report(to, "feedback-report", said, copy, whole=whole)


def _report(to: str, kind: str, said: str, copy: str, *, whole: bool) -> bytes:
    headers = f"Message-ID: <{copy}>\nSubject: Come\nFrom: us@example.org\n"
    third = f"Content-Type: message/rfc822\n\n{headers}\nCome.\n"
    if not whole:
        third = f"Content-Type: text/rfc822-headers\n\n{headers}"
    return (
        (
            f"From: MAILER-DAEMON@mx.example.org\nTo: <{to}>\nSubject: Undelivered\nMIME-Version: 1.0\n"
            f'Content-Type: multipart/report; report-type={kind}; boundary="b"\n\n'
            f"--b\nContent-Type: text/plain\n\nWe are sorry.\n\n"
            f"--b\nContent-Type: message/{kind}\n\n{said}\n"
            f"--b\n{third}\n--b--\n"
        )
        .replace("\n", "\r\n")
        .encode()
    )


def answer(*, to: str, about: str) -> bytes:
    """What somebody's holidays answer."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "ada@example.org", to, "Away"
    made["Auto-Submitted"], made["In-Reply-To"] = "auto-replied", f"<{about}>"
    made.set_content("I am away until Monday.")
    return made.as_bytes()
