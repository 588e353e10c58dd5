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


def asked_for(made_up, root, owner) -> str:
    """Requests for a second person in every state, of the owner and of somebody else; a link that stops one."""
    from groundswell.groups.access import actor_for
    from groundswell.groups.approvals import approve, decline, stop_token
    from groundswell.groups.models import Approval
    from groundswell.groups.new_owners import ask_for_owner, make_owner
    from groundswell.kit.clock import now

    olu, ola = (actor_for(one) for one in (owner, made_up.account(root, made_up.OWNER, "ola@example.org", "Ola")))
    terms, fresh = made_up.Terms(role=made_up.OWNER), now() + timedelta(minutes=5)

    def asked(who, name):
        return ask_for_owner(who, group=root, email=f"{name}@example.org", terms=terms)

    alone = asked(ola, "alone")
    made_up.held_for_long(root)
    for who, other in ((olu, ola), (ola, olu)):
        asked(who, "waits")
        approve(other, approval=asked(who, "agreed"), fresh_until=fresh)
        decline(other, approval=asked(who, "declined"))
    used = approve(ola, approval=asked(olu, "done"), fresh_until=fresh)
    make_owner(olu, approval=used, by_mail=True)
    Approval.objects.filter(id=asked(olu, "too-late").id).update(ends_at=now())
    return stop_token(alone.id)
