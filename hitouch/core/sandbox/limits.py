"""Resource limits of the sandbox's children, and its exceptions."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


class LimitExceeded(Exception):
    """The child crashed or reached one of its limits."""


class JobRefused(Exception):
    """The job refused the file; `str()` is a sentence for people, `code` a word for programs."""

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.code = code


#: Jobs that may take more processor time than this have turns of their own, so that a request
#: with a short job never waits until cards have been read.
LONG_CPU_SECONDS = 10
#: Factor on the time limit inside `without_deadline`.
NO_DEADLINE_FACTOR = 60


@dataclass(frozen=True)
class Limits:
    """Limits of one child; memory is in addition to the loaded decoders'."""

    cpu_seconds: int = 2
    memory_bytes: int = 300 * MEGABYTE
    patience_seconds: float = 20.0
