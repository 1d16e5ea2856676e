"""What a child of the sandbox may use, and how it ends without an answer."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


class LimitExceeded(Exception):
    """The child crashed, or came to one of its limits."""


class JobRefused(Exception):
    """The job itself says no; `str()` is a sentence for people."""


#: How many times as long a starved child may take where nobody waits at a browser.
UNHURRIED = 60


@dataclass(frozen=True)
class Limits:
    """What one child may use; memory is on top of what the loaded decoders take."""

    cpu_seconds: int = 2
    memory_bytes: int = 300 * MEGABYTE
    patience_seconds: float = 20.0
