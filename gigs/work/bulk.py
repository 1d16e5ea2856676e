"""Approve several works at once, for a total that the client has seen.

A payment is opened with each approval and cannot be taken back here, so there is no undo: the
client confirms the total instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gigs.models import Member, Work
from gigs.work import queries as work_queries
from gigs.work import services as work_services
from hitouch.core import money
from hitouch.core.errors import Refusal


class TotalChanged(Refusal):
    """The total is not what the client confirmed."""

    code = "total_changed"

    def __init__(self, total_paise: int) -> None:
        self.members = {"total_paise": total_paise}
        super().__init__(
            f"These now come to {money.rupees(total_paise)}. Look at them again and confirm."
        )


class NoWorkChosen(Refusal):
    """No work was chosen."""

    code = "no_work_chosen"
    message = "Choose at least one work that waits for you."
    status = 422


@dataclass(frozen=True)
class ApprovalOutcome:
    """What became of one work; `code` and `why` if it was refused."""

    work: Work
    gross_paise: int
    code: str = ""
    why: str = ""


def total_of(works: Sequence[Work]) -> int:
    """What the works that wait for the client come to, before GST."""
    return sum(work_queries.gross_of(work) for work in works if work.is_with_client)


def approve_several(
    *, works: Sequence[Work], total_paise: int, member: Member, at: datetime
) -> list[ApprovalOutcome]:
    """Approve each work in a transaction of its own; one that is refused stops no other."""
    waiting = [work for work in works if work.is_with_client]
    if not waiting:
        raise NoWorkChosen
    if (total := total_of(waiting)) != total_paise:
        raise TotalChanged(total)
    found = []
    for work in waiting:
        gross = work_queries.gross_of(work)
        try:
            done = work_services.approve_work(work=work, member=member, at=at)
        except Refusal as refusal:
            found.append(ApprovalOutcome(work, gross, refusal.code, str(refusal)))
        else:
            found.append(ApprovalOutcome(done, gross))
    return found
