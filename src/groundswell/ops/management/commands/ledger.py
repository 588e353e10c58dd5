"""``./groundswell manage ledger verify``: hold the ledger against its seals; a sentence for each fault."""

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from groundswell.groups.queries import root_groups
from groundswell.ledger.checking import Chain, Fault, check_chain
from groundswell.ledger.queries import seal_hash

if TYPE_CHECKING:
    from groundswell.groups.models import Organisation


class Command(BaseCommand):
    """Prints a line for each organisation and a sentence for each fault; the status is 1 where there is one."""

    help = "Finds whatever was altered in the ledger, is missing from it or was put in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["verify"], help="verify: hold every entry against its seal")
        parser.add_argument("--json", action="store_true", help="print what was found as JSON")
        parser.add_argument(
            "--known",
            type=Path,
            metavar="FILE",
            help="what --json printed earlier, kept elsewhere: every chain must go on from there",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        known = _known(options["known"]) if options["known"] else {}
        chains = {group.organisation.slug: _checked(group.organisation, known) for group in root_groups()}
        gone = [slug for slug in known if slug not in chains]
        for slug in gone:
            chains[slug] = Chain(0, 0, "", 0, [Fault("cut", 0, "The organisation is gone with its whole ledger.")])
        faults = sum(len(chain.faults) for chain in chains.values())
        if options["json"]:
            found = [{"organisation": slug, **asdict(chain)} for slug, chain in chains.items()]
            self.stdout.write(json.dumps({"whole": not faults, "organisations": found}, indent=2))
            sys.exit(1 if faults else 0)
        for line in _lines(chains):
            self.stdout.write(line)
        if faults:
            raise CommandError("The ledger is not as it was written.", returncode=1)


def _known(file: Path) -> dict[str, dict[str, Any]]:
    try:
        return {each["organisation"]: each for each in json.loads(file.read_text())["organisations"]}
    except (OSError, ValueError, KeyError, TypeError):
        raise CommandError(f"{file} is not what ./groundswell manage ledger verify --json printed.") from None


def _checked(organisation: "Organisation", known: Mapping[str, Mapping[str, Any]]) -> Chain:
    chain = check_chain(organisation.id)
    before = known.get(organisation.slug)
    if before and before["seals"] and seal_hash(organisation.id, before["seals"]) != before["sha256"]:
        sentence = f"It does not go on from seal {before['seals']} as it was known."
        return replace(chain, faults=[*chain.faults, Fault("altered", before["seals"], sentence)])
    return chain


def _lines(chains: Mapping[str, Chain]) -> Iterator[str]:
    for slug, chain in chains.items():
        young = f", and {chain.unsealed} too young for a seal" if chain.unsealed else ""
        verdict = "not whole" if chain.faults else "whole"
        yield f"{slug}: {verdict}. {chain.entries} entries under {chain.seals} seals{young}."
        for fault in chain.faults:
            yield f"  {fault.sentence}"
