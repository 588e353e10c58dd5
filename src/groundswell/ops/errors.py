"""What the command line refuses or cannot do, each with one plain sentence for whoever typed the command."""


class Refusal(Exception):
    """The command ends with this sentence and status 2."""


class Taken(Refusal):
    """The data folder or the port belongs to another process, or cannot be used."""


class Occupied(Refusal):
    """There is an installation already where a backup would go."""


class BadArchive(Refusal):
    """The file is no backup, a damaged one, or one that does not fit."""


class BadKey(Refusal):
    """There is no key, or not the right one, for an encrypted backup."""


class ProgramFailed(Refusal):
    """One of PostgreSQL's programs is missing or has failed."""
