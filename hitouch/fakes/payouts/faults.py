"""What goes wrong on purpose, decided by a seed: the same seed gives the same faults."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from hitouch.fakes.payouts.errors import CallRefused

#: Faults of a request: the connection closes before or after the payout is kept, an answer is
#: late, an error comes before or after it, or is reset; `stale` answers as if it came earlier.
REQUEST = ("drop_before", "drop_after", "reset_after", "error_before", "error_after", "late")
LIES = ("stale",)
#: Faults of a webhook: lost, sent twice, held back so that a newer one overtakes it, or forged.
WEBHOOK = ("webhook_lost", "webhook_twice", "webhook_late", "webhook_forged")
#: Outcomes at the bank, of `states.OUTCOMES`.
BANK = ("failed", "reversed", "returned", "late_utr", "slow", "failed_reversed", "reversed_failed")
KNOWN = (*REQUEST, *LIES, *WEBHOOK, *BANK)


@dataclass(frozen=True)
class FaultPlan:
    """How often each fault happens, between 0 and 1."""

    seed: int = 0
    rates: dict[str, float] = field(default_factory=dict)
    late_seconds: float = 0.2

    def happens(self, fault: str, *about: object) -> bool:
        """Whether the fault happens to this: always the same for the same seed."""
        rate = self.rates.get(fault, 0)
        if not rate:
            return False
        text = "|".join(map(str, (self.seed, fault, *about)))
        drawn = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
        return drawn / 2**64 < rate

    def first(self, faults: tuple[str, ...], *about: object) -> str:
        """The first of these faults that happens, or ""."""
        return next((fault for fault in faults if self.happens(fault, *about)), "")


def read_plan(body: Any) -> FaultPlan:
    """The plan that `/_config/faults` was sent."""
    rates = body.get("rates", {})
    if unknown := set(rates) - set(KNOWN):
        raise CallRefused(400, f"No such fault: {', '.join(sorted(unknown))}", "rates")
    return FaultPlan(
        seed=int(body.get("seed", 0)),
        rates={str(name): float(rate) for name, rate in rates.items()},
        late_seconds=float(body.get("late_seconds", 0.2)),
    )
