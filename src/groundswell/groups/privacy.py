"""What organisations say of themselves, and what is kept about the people who work in them."""

from groundswell.groups.affiliations import ENDED_STAY
from groundswell.groups.approvals import APPROVALS_STAY
from groundswell.groups.codes import GUESSES_COUNT
from groundswell.groups.granting import ROLES_STAY
from groundswell.groups.recovery import RECOVERY_STAYS
from groundswell.groups.repeats import REPEATS_COUNT
from groundswell.groups.upkeep import ACCOUNTS_STAY, INVITATIONS_STAY, LINKS_STAY, SESSIONS_STAY
from groundswell.kit.privacy import About, Purpose, Table, Term, not_personal, personal, register, secret

CONTACT = Purpose(
    what="How an organisation can be reached",
    why="People must be able to find who is answerable for their data.",
    kept="As long as the organisation.",
    basis="Legal obligation (Articles 6(1)(c) and 13)",
)
WORK = Purpose(
    what="Name and address of those who work here, and their roles",
    why="To let them in, and only where they may.",
    kept="As long as the account.",
    basis="Legitimate interests (Article 6(1)(f))",
)
SIGN_IN = Purpose(
    what="Sign-in links, codes, passkeys, sessions and tokens, and when codes were guessed at",
    why="To let somebody in, nobody else, and to keep them signed in for a day's work.",
    kept="Links and codes a day after their end, guesses an hour, sessions twelve hours, the rest as the account.",
    basis="Legitimate interests (Article 6(1)(f))",
)

_ORGANISATION = Term(words="as long as the organisation")
_ACCOUNT = Term(
    words="as long as they have a role; without one, 30 days after they last signed in",
    after=ACCOUNTS_STAY,
    since="last_login",
)
_FRAMEWORK = Term(words="as long as the installation; nothing is ever stored in it")

register(
    Table(
        model="groups.Organisation",
        about=About.NAMED,
        term=_ORGANISATION,
        fields=not_personal(
            "id", "slug", "name", "accent", "demonstration_note", "languages", "further_ways", "created_at"
        )
        | not_personal("logo", "logo_alt", "logo_width", "logo_height")
        | personal(CONTACT, "contact_email", "postal_address", "imprint"),
    ),
    Table(
        model="groups.Logo",
        about=About.NOBODY,
        term=_ORGANISATION,
        fields=not_personal("id", "organisation", "image"),
    ),
    Table(
        model="groups.Group",
        about=About.NOBODY,
        term=_ORGANISATION,
        fields=not_personal(
            "id", "organisation", "parent", "slug", "name", "description", "created_at", "retired_at"
        ),
    ),
    Table(
        model="groups.Affiliation",
        about=About.NOBODY,
        term=Term(words="30 days after its end", after=ENDED_STAY, since="ended_at"),
        fields=not_personal(
            "id",
            "organisation",
            "body",
            "kind",
            "offered_by_body",
            "offered_at",
            "accepted_at",
            "ended_at",
            "ended_by_body",
        ),
    ),
    Table(
        model="groups.Campaign",
        about=About.NOBODY,
        term=_ORGANISATION,
        fields=not_personal("id", "organisation", "name", "purpose", "created_at"),
    ),
    Table(
        model="groups.Account",
        about=About.ACCOUNTS,
        term=_ACCOUNT,
        fields=not_personal("id", "is_active")
        | personal(WORK, "email", "name", "created_at", "last_login")
        | secret(SIGN_IN, "password"),
    ),
    Table(
        model="groups.Membership",
        about=About.ACCOUNTS,
        term=Term(
            words="until the role is taken away, or a month after its end", after=ROLES_STAY, since="ends_at"
        ),
        fields=not_personal("id", "organisation", "group", "event_id")
        | personal(WORK, "account", "role", "contact", "ends_at", "created_at", "since"),
    ),
    Table(
        model="groups.Approval",
        about=About.ACCOUNTS,
        term=Term(words="a week after its end", after=APPROVALS_STAY, since="ends_at"),
        fields=not_personal("id", "organisation", "group", "kind", "subject", "title", "people", "digest", "alone")
        | not_personal("ready_at", "ends_at", "stopped_at", "used_at")
        | personal(WORK, "said", "asked_by", "asked_at", "approved_by"),
    ),
    Table(
        model="groups.Invitation",
        about=About.ACCOUNTS,
        term=Term(
            words="the address and the name until it is taken, at most seven days; the rest 30 days more,"
            " so that its link says why it is over",
            after=INVITATIONS_STAY,
            since="expires_at",
        ),
        fields=not_personal("id", "organisation", "group", "event_id", "expires_at", "ended_as")
        | personal(WORK, "invited_by", "email", "name", "role", "contact", "ends_at"),
    ),
    Table(
        model="groups.RecoveryAddress",
        about=About.ACCOUNTS,
        term=Term(
            words="as long as it is the organisation's, and a week more; a week where nobody confirms it",
            after=RECOVERY_STAYS,
            since="ends_at",
        ),
        fields=not_personal("id", "organisation", "confirmed_at", "ends_at") | personal(WORK, "email", "asked_at"),
    ),
    Table(
        model="groups.SignInLink",
        about=About.ACCOUNTS,
        term=Term(words="one day after its end", after=LINKS_STAY, since="expires_at"),
        fields=not_personal("id")
        | personal(SIGN_IN, "account", "expires_at", "used_at")
        | secret(SIGN_IN, "digest"),
    ),
    Table(
        model="groups.SignedIn",
        about=About.ACCOUNTS,
        term=Term(words="until it ends, 12 hours after signing in", after=SESSIONS_STAY, since="ends_at"),
        fields=not_personal("id")
        | personal(SIGN_IN, "account", "device", "began_at", "ends_at")
        | secret(SIGN_IN, "session_key"),
    ),
    Table(
        model="groups.SignInCode",
        about=About.ACCOUNTS,
        term=Term(words="one day after its end", after=LINKS_STAY, since="expires_at"),
        fields=not_personal("id", "tries") | personal(SIGN_IN, "expires_at", "used_at"),
    ),
    Table(
        model="groups.Guesses",
        about=About.ACCOUNTS,
        term=Term(words="one hour after the last guess", after=GUESSES_COUNT, since="last_at"),
        fields=personal(SIGN_IN, "times", "last_at") | secret(SIGN_IN, "key"),
    ),
    Table(
        model="mfa.Authenticator",
        about=About.ACCOUNTS,
        term=Term(words="until its account or somebody who signs in with it takes it away"),
        fields=not_personal("id")
        | personal(SIGN_IN, "user", "type", "created_at", "last_used_at")
        | secret(SIGN_IN, "data"),
    ),
    Table(
        model="account.EmailAddress",
        about=About.ACCOUNTS,
        term=_FRAMEWORK,
        fields=not_personal("id", "verified", "primary") | personal(WORK, "user", "email"),
    ),
    Table(
        model="account.EmailConfirmation",
        about=About.ACCOUNTS,
        term=_FRAMEWORK,
        fields=not_personal("id", "created", "sent") | personal(WORK, "email_address") | secret(SIGN_IN, "key"),
    ),
    Table(
        model="groups.ApiToken",
        about=About.NOBODY,
        term=_ORGANISATION,
        fields=not_personal("id", "organisation", "label", "role", "contact_data", "created_at", "revoked_at")
        | secret(SIGN_IN, "digest"),
    ),
    Table(
        model="groups.Carried",
        about=About.NOBODY,
        term=Term(words="one day", after=REPEATS_COUNT, since="created_at"),
        fields=not_personal("id", "organisation", "token", "subject", "created_at")
        | secret(SIGN_IN, "key", "sent"),
    ),
    Table(
        model="sessions.Session",
        about=About.ACCOUNTS,
        term=Term(words="until it ends, 12 hours after signing in", after=SESSIONS_STAY, since="expire_date"),
        fields=not_personal("expire_date") | secret(SIGN_IN, "session_key", "session_data"),
    ),
    Table(
        model="auth.Permission",
        about=About.NOBODY,
        term=_FRAMEWORK,
        fields=not_personal("id", "name", "content_type", "codename"),
    ),
    Table(model="auth.Group", about=About.NOBODY, term=_FRAMEWORK, fields=not_personal("id", "name")),
    Table(
        model="auth.Group_permissions",
        about=About.NOBODY,
        term=_FRAMEWORK,
        fields=not_personal("id", "group", "permission"),
    ),
    Table(
        model="contenttypes.ContentType",
        about=About.NOBODY,
        term=_FRAMEWORK,
        fields=not_personal("id", "app_label", "model"),
    ),
)
