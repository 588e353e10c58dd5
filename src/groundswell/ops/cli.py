"""The command line: ``./groundswell COMMAND``. The work of a command is imported only when it is called."""

import argparse
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from groundswell.config import environment
from groundswell.config.environment import BadSetting, Environment, option, variable
from groundswell.ops.errors import Refusal
from groundswell.ops.remembered import recalled_settings

HELP = {
    "data": "the folder in which everything is kept (default: ./data)",
    "host": "the address to listen at (default: 127.0.0.1)",
    "port": "the port to listen at; 0 takes any free one (default: 8000)",
    "base_url": "the address that people see, such as https://rally.example.org",
    "database": "postgresql://user:password@host/name (default: SQLite in the data folder)",
    "database_owner": "the same database by the role that owns its tables, where it is another one",
    "smtp": "smtp://user:password@host:587 (default: mail is kept, and read at /desk/outbox)",
    "mail_provider": "a provider instead of SMTP, such as 'mailgun api_key=KEY' (docs/how-to/providers.md)",
    "mail_from": "the address that mail comes from",
    "bounces": "where mailings that cannot be delivered come back to (default: the sender)",
    "bounces_mailbox": "imaps://user:password@host/INBOX: the mailbox in which they are then read (default: none)",
    "smtp_connections": "how many connections, or requests to a provider, send a mailing at once (default: 8)",
    "mail_per_hour": "how many mails go out in any hour at most; only mailings wait for it (default: no limit)",
    "mail_per_hour_to": "the same by domain, such as gmail.com+googlemail.com=2000,*=500 (default: no limit)",
    "mail_warm_up": "the first day of a plan for a sender who is new, such as 2026-12-01 (default: none)",
    "mail_per_week": "how many mailings one person gets in seven days at most (default: 5; 0: no limit)",
    "quiet_hours": "hours in which mailings wait, on London's clock, such as 21-8 (default: none)",
    "proxies": "networks of proxies whose forwarded addresses are believed, such as 10.0.0.7,10.1.0.0/16",
    "front": "on or off: answer public pages from memory (default: on)",
}

NAME_IN_DNS = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status. A wrong setting is one plain sentence and status 2."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    name = given[0] if given else "help"
    command = COMMANDS.get(name)
    if command is None:
        return _help(0 if name in {"help", "-h", "--help"} else 2)
    try:
        return command(given[1:])
    except (BadSetting, Refusal) as error:
        print(f"groundswell: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _up(arguments: Sequence[str]) -> int:
    """start Groundswell here (--demo: with the demo in it)"""
    parser = _parser("up", "Start Groundswell: migrate, then run web and worker until Ctrl-C.")
    for name, text in HELP.items():
        parser.add_argument(option(name), help=f"{text} [{variable(name)}]")
    parser.add_argument("--demo", action="store_const", const="on", help="load the demo [GROUNDSWELL_DEMO]")
    settings = _settings(vars(parser.parse_args(arguments)))
    from groundswell.ops.supervisor import up

    return up(settings)


def _manage(arguments: Sequence[str]) -> int:
    """run a management command of Django on an installation"""
    from groundswell.ops.manage import manage

    return manage(arguments)


def _import(arguments: Sequence[str]) -> int:
    """take in people from a file: ./groundswell import people FILE --organisation SLUG"""
    if arguments[:1] != ["people"]:
        print("Usage: ./groundswell import people FILE --organisation SLUG [options]", file=sys.stderr)
        return 2
    from groundswell.ops.manage import manage

    return manage(["import_people", *arguments[1:]])


def _returned_mail(arguments: Sequence[str]) -> int:
    """take in one message that came back from a mailing, from standard input"""
    from groundswell.ops.manage import manage

    try:
        return manage(["returned_mail", *arguments])
    except (Exception, SystemExit) as ended:
        if isinstance(ended, SystemExit) and not ended.code:
            return 0
        # Any other status would make the mail server throw the message away.
        print(f"groundswell: the message is not taken in now ({type(ended).__name__})", file=sys.stderr)
        return os.EX_TEMPFAIL


def _relay_log(arguments: Sequence[str]) -> int:
    """ask the mail server's log about copies in doubt: ./groundswell relay-log FILE"""
    from groundswell.ops.manage import manage

    return manage(["relay_log", *arguments])


def _test(arguments: Sequence[str]) -> int:
    """run all tests, or those that arguments for pytest choose"""
    from groundswell.ops.testing.command import test

    return test(arguments)


def _check(arguments: Sequence[str]) -> int:
    """check format, lint, types, import contracts and migrations"""
    _parser("check", "Check format, lint, types, import contracts and migrations.").parse_args(arguments)
    from groundswell.ops.testing.check import check

    return check()


def _messages(arguments: Sequence[str]) -> int:
    """bring new texts into the catalogues of translations, and list what is to be translated"""
    _parser("messages", "Bring the texts of the sources into the catalogues of translations.").parse_args(
        arguments
    )
    from groundswell.ops.messages import update

    return update()


def _bench(arguments: Sequence[str]) -> int:
    """measure: ./groundswell bench NAME [--json]"""
    from groundswell.ops.bench import bench

    return bench(arguments)


def _backup(arguments: Sequence[str]) -> int:
    """put everything into one file, also while Groundswell is running"""
    parser = _parser("backup", "Put everything that Groundswell keeps into one file, also while it is running.")
    parser.add_argument("file", type=Path, help="the file to write; it must not exist yet")
    parser.add_argument("--key-file", type=Path, help="encrypt it for the keys in this file (made by new-key)")
    environment, given = _installation(parser, arguments)
    from groundswell.ops.backup import back_up

    back_up(environment, given["file"].absolute(), key_file=given["key_file"])
    return 0


def _restore(arguments: Sequence[str]) -> int:
    """put everything back from such a file"""
    parser = _parser("restore", "Put everything back from a backup, after saying what that would change.")
    parser.add_argument("file", type=Path, help="a file that ./groundswell backup wrote")
    parser.add_argument("--key-file", type=Path, help="the key, where the backup is encrypted")
    parser.add_argument(
        "--replace", action="store_true", help="also where an installation is already, which then goes"
    )
    environment, given = _installation(parser, arguments)
    from groundswell.ops.restore import restore

    restore(environment, given["file"].absolute(), key_file=given["key_file"], replace=given["replace"])
    return 0


def _new_key(arguments: Sequence[str]) -> int:
    """make a key with which backups are encrypted"""
    parser = _parser("new-key", "Make a key with which backups are encrypted.")
    parser.add_argument("file", type=Path, help="the file to write; it must not exist yet")
    file = parser.parse_args(arguments).file
    from groundswell.ops.sealing import new_key

    public = new_key(file)
    print(f"The key is in {file}. Keep a copy of it elsewhere: without it nobody can open what it encrypted.")
    print(f"Its public half, which only encrypts:\n{public}")
    return 0


def _new_dkim_key(arguments: Sequence[str]) -> int:
    """make a key that signs mails, where the mail server does not"""
    parser = _parser("new-dkim-key", "Make a key that signs mails (DKIM), where the mail server does not sign.")
    parser.add_argument("domain", help="the domain of the sender's address")
    parser.add_argument(
        "--selector", default="groundswell", help="the key's name in the DNS (default: %(default)s)"
    )
    parser.add_argument(option("data"), help=f"{HELP['data']} [{variable('data')}]")
    given = parser.parse_args(arguments)
    if not (NAME_IN_DNS.fullmatch(given.domain) and NAME_IN_DNS.fullmatch(given.selector)):
        raise Refusal("Domain and selector are names such as rally.example.org and groundswell.")
    from groundswell.outbox.dkim import make_key

    data = recalled_settings({"data": given.data}).data
    try:
        record = make_key(data, domain=given.domain, selector=given.selector)
    except OSError as error:
        raise Refusal(f"No key was made: {error.strerror} ({error.filename}).") from None
    print(f"All mail is signed from now on. Let the DNS say this before the next one goes:\n{record}")
    return 0


def _installation(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> tuple[Environment, dict[str, Any]]:
    """The settings of the installation that ``--data`` and ``--database`` name, and the other arguments."""
    names = ("data", "database", "database_owner")
    for name in names:
        parser.add_argument(option(name), help=f"{HELP[name]} [{variable(name)}]")
    given = vars(parser.parse_args(arguments))
    return recalled_settings({name: given.pop(name) for name in names}).owned, given


def _settings(options: Mapping[str, str | None]) -> Environment:
    """The settings: an option wins over its variable."""
    given = {variable(name): value for name, value in options.items() if value is not None}
    return environment.read({**os.environ, **given})


def _parser(command: str, description: str) -> argparse.ArgumentParser:
    return argparse.ArgumentParser(prog=f"./groundswell {command}", description=description, allow_abbrev=False)


def _help(status: int) -> int:
    print("Usage: ./groundswell COMMAND [options]    (./groundswell COMMAND --help tells more)\n")
    for name, command in COMMANDS.items():
        print(f"  {name:<13} {command.__doc__}")
    return status


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "up": _up,
    "backup": _backup,
    "restore": _restore,
    "new-key": _new_key,
    "new-dkim-key": _new_dkim_key,
    "import": _import,
    "returned-mail": _returned_mail,
    "relay-log": _relay_log,
    "manage": _manage,
    "test": _test,
    "check": _check,
    "messages": _messages,
    "bench": _bench,
}


if __name__ == "__main__":
    sys.exit(main())
