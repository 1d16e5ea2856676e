"""What every source of documents does, and the two ways in which it can fail."""

from typing import Protocol


class Unreachable(Exception):
    """No answer, or none that makes sense: worth another try."""


class SourceRefused(Exception):
    """DigiLocker says no, and will say so again."""


class NotThere(SourceRefused):
    """It has no such document of this person."""


class DocumentSource(Protocol):
    """Where documents come from with a person's consent."""

    def authorize_url(self, *, state: str, verifier: str, back: str) -> str:
        """Where the person is asked."""

    def token(self, *, code: str, verifier: str, back: str) -> str:
        """Exchange the code; once."""

    def aadhaar(self, *, token: str) -> bytes | None:
        """The signed e-Aadhaar, or None when there is none."""

    def pan(self, *, token: str) -> bytes | None:
        """The signed record of the PAN, or None when there is none."""
