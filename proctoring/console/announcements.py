"""Messages to the candidate's page and to the consoles, sent after the commit."""

from datetime import datetime
from uuid import UUID

from hitouch.core.web.sockets import send_after_commit
from proctoring.models import Sitting

#: The channel group of all consoles.
CONSOLES = "proctors"


def tell_candidate(sitting: Sitting, text: str, *, kind: str) -> None:
    """Show a message of the proctor on the candidate's page."""
    _to_candidate(sitting, {"type": "sitting.told", "message": text, "kind": kind})


def tell_paused(sitting: Sitting, text: str) -> None:
    """The clock stands still, and why."""
    _to_candidate(sitting, {"type": "sitting.paused", "reason": text})


def tell_resumed(sitting: Sitting) -> None:
    """The clock goes on until the new end."""
    _to_candidate(sitting, {"type": "sitting.resumed", "ends_at": _moment(sitting.ends_at)})


def tell_clock(sitting: Sitting) -> None:
    """The sitting ends at another time than before."""
    _to_candidate(sitting, {"type": "sitting.clock", "ends_at": _moment(sitting.ends_at)})


def tell_consoles(sitting_id: UUID) -> None:
    """The row of this sitting has changed."""
    send_after_commit(CONSOLES, {"type": "console.changed", "sittings": [str(sitting_id)]})


def _to_candidate(sitting: Sitting, message: dict[str, str]) -> None:
    send_after_commit(f"sitting-{sitting.pk}", message)


def _moment(at: datetime | None) -> str:
    return at.isoformat() if at else ""
