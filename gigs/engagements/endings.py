"""What ending gigs would do and cost, for the pages on which a client confirms it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from gigs.engagements import late_cancellation
from gigs.engagements.queries import undecided_paise, unearned_paise
from gigs.models import Gig
from gigs.models.slots import HOLDING
from gigs.shifts.queries import unpaid_paise


@dataclass(frozen=True)
class EndOfGig:
    """What ending a gig now would do. `late_paise` is paid for shifts that are cancelled late."""

    unsubmitted_paise: int
    undecided_paise: int
    shifts: int
    late_paise: int
    free_paise: int


def end_of(gig: Gig, *, now: datetime, is_by_client: bool = True) -> EndOfGig:
    """What ending the gig now would hand in, leave to decide, pay and make available.

    An agent who leaves is not paid for shifts that nobody cancelled.
    """
    unsubmitted = unpaid_paise(gig) if gig.is_hourly else 0
    late = late_paise([gig], now=now) if is_by_client else 0
    return EndOfGig(
        unsubmitted_paise=unsubmitted,
        undecided_paise=sum(undecided_paise(gig)),
        shifts=gig.claims.filter(state__in=HOLDING, slot__starts_at__gt=now).count(),
        late_paise=late,
        free_paise=max(unearned_paise(gig) - unsubmitted - late, 0),
    )


def late_paise(gigs: Iterable[Gig], *, now: datetime) -> int:
    """What shifts of these gigs that start soon or have begun cost if they are cancelled now."""
    total = 0
    for gig in gigs:
        claims = late_cancellation.claims_to_cancel(gig, at=now)
        total += sum(late_cancellation.late_pays(claims, at=now).values())
    return total
