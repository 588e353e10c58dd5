"""Accounts that look at pages which an owner in the usual case does not see."""

from datetime import timedelta

TABLE = "email,first name,last name,postcode,tags,shoe size\nada@example.org,Ada,Byron,M1 1AE,Stall,5\nnobody\n"


def looking(made_up, owner, ago: timedelta):
    """The browser of an owner who has sent a file with people and looks at what would become of it."""
    from groundswell.kit.ids import uuid7
    from groundswell.people.left_out import keep, upload_file

    browser, chosen = made_up.browser(owner, ago), uuid7()
    keep(upload_file(chosen), TABLE.encode())
    session = browser.session
    organisation = owner.memberships.order_by("id")[0].organisation_id
    session["import"] = [str(chosen), "people.csv", str(organisation)]
    session.save()
    return browser


def with_second_step(made_up, root, name: str):
    """An owner with an authenticator app and written-down codes."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    account = made_up.account(root, made_up.OWNER, f"{name}@example.org", name.title())
    TOTP.activate(account, generate_totp_secret())
    RecoveryCodes.activate(account)
    return account
