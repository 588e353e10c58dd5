"""The code in a mail with which somebody signs in, and the limit on guessing at any code.

Nothing here looks up an account before the right code was typed, so asking and guessing do the same work
whether an address is an account's or not.
"""

import hmac
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import get_language

from groundswell.groups.errors import CodeGone, TooManyGuesses
from groundswell.groups.models import Account, Guesses, SignInCode
from groundswell.groups.queries import account_by_email
from groundswell.kit.clock import now
from groundswell.kit.crypto import keyed_hash
from groundswell.kit.text import inbox_key
from groundswell.outbox import operations as outbox

SIGN_IN_MAIL = "groups.sign_in"
CODE_LASTS = timedelta(minutes=15)
DIGITS = 8
"""Ten guesses an hour find one of eight digits after 500 years on average, one of six after five."""

TRIES = 3
"""So often one code may be typed."""

GUESSES = 10
"""So many guesses at the codes of one account are evaluated within an hour, wherever they come from."""

GUESSES_COUNT = timedelta(hours=1)


@transaction.atomic
def ask_to_sign_in(*, email: str) -> UUID:
    """Let a code be mailed to this address, if it turns out to be an account's; returns the code's id (2 queries).

    Nothing is looked up here: the work and its result are the same whether there is an account or not.
    """
    asked = SignInCode.objects.create(expires_at=now() + CODE_LASTS)
    draft = outbox.Draft(
        kind=SIGN_IN_MAIL,
        organisation_id=outbox.INSTALLATION,
        subject=asked.id,
        email=email,
        address=email,
        language=get_language() or "",
        due_at=now(),
    )
    outbox.enqueue([draft])
    return asked.id


def code_of(code_id: UUID, email: str) -> str:
    """The digits that belong to a code's id and an address; the same each time, and stored nowhere."""
    digest = keyed_hash(settings.SECRETS.links, "sign-in code", str(code_id), email.lower())
    return f"{int(digest, 16) % 10**DIGITS:0{DIGITS}}"


def digits_of(typed: str) -> str | None:
    """What somebody typed as a code, without spaces and dashes; None where it cannot be one, which is no guess."""
    digits = "".join(each for each in typed if each not in " \t-\u00a0\u202f")
    return digits if len(digits) == DIGITS and digits.isascii() and digits.isdigit() else None


@transaction.atomic
def try_code(*, code_id: UUID, email: str, typed: str) -> Account | None:
    """The account that a mailed code signs in, once; None where the digits are others (5 queries, 7 if right).

    Each call is one of the code's three tries and one of the address's ten guesses an hour, and is counted in
    the caller's transaction: a caller that rolls back lets somebody guess without end.

    :raises CodeGone: if the code was used, is too old, or was tried three times; nothing is evaluated.
    :raises TooManyGuesses: if the hour's guesses for this address are used up; nothing is evaluated.
    """
    code = SignInCode.objects.filter(id=code_id, used_at=None, expires_at__gt=now())
    # The guarded update counts, and makes those who guess at one code at the same moment wait for each other.
    if code.filter(tries__lt=TRIES).update(tries=F("tries") + 1) != 1:
        raise CodeGone
    count_guess("mailbox", inbox_key(email))
    if not hmac.compare_digest(typed, code_of(code_id, email)):
        return None
    code.update(used_at=now())
    return account_by_email(email)


@transaction.atomic
def count_guess(*whose: str) -> None:
    """Count one guess at somebody's codes; ``whose`` says whose and at which (3 queries, 5 for the first).

    :raises TooManyGuesses: if ten were counted within the last hour; then the guess must not be evaluated.
    """
    key = keyed_hash(settings.SECRETS.mailboxes, "guesses", *whose)
    Guesses.objects.get_or_create(key=key)
    # Locked, so that of a hundred at the same moment no two count themselves as the tenth.
    counted = Guesses.objects.select_for_update().get(key=key)
    since = (now() - GUESSES_COUNT).timestamp()
    recent = [time for time in counted.times if time > since]
    if len(recent) >= GUESSES:
        raise TooManyGuesses
    counted.times, counted.last_at = [*recent, now().timestamp()], now()
    counted.save()
