"""Claims against plain inserts of the same row by the same clients, in turn on one database.

Alone, 32 clients on one slot, and 32 clients over 1,000 slots. `bench/gigs_claims.py 4` takes 4
rounds of each. The agents' onboarding is read, as on a running site.
"""

import importlib
import os
import sys
from statistics import median
from typing import Any

from _harness import report
from _own_database import own_database

ROUNDS, AGENTS, CLIENTS = 15, 64, 32
DAYS, A_DAY = 100, 10
#: The speed of claims, as a share of that of inserts.
GOALS = {"alone": 0.3, f"{CLIENTS} on one slot": 0.3, "over 1,000 slots": 0.6}


def cases(market: Any) -> dict[str, list[list[Any]]]:
    """The seats that each client takes, by case."""
    models = importlib.import_module("gigs.models")
    made = importlib.import_module("_slot_market")
    offer = market.opportunities[0]
    gigs = [market.gigs[agent.pk, 0] for agent in market.agents]
    hot = market.slots[0]
    first = hot.starts_at + 7 * made.DAY
    models.Slot.objects.bulk_create(
        models.Slot(
            opportunity=offer, starts_at=first + day * made.DAY + number * made.HOUR,
            ends_at=first + day * made.DAY + (number + 1) * made.HOUR, capacity=4,
        )
        for day in range(DAYS) for number in range(A_DAY)
    )  # fmt: skip
    many = list(models.Slot.objects.filter(capacity=4).order_by("starts_at"))
    pairs = list(zip(market.agents, gigs, strict=True))
    crowd = [pairs[number::CLIENTS] for number in range(CLIENTS)]

    def spread(number: int, mine: list[Any]) -> list[Any]:
        step = len(many) // 8
        return [
            (agent, gig, many[(number * 29 + place * 13 + turn * step) % len(many)])
            for place, (agent, gig) in enumerate(mine) for turn in range(8)
        ]  # fmt: skip

    return {
        "alone": [[(agent, gig, hot) for agent, gig in pairs]],
        f"{CLIENTS} on one slot": [[(agent, gig, hot) for agent, gig in mine] for mine in crowd],
        "over 1,000 slots": [spread(number, mine) for number, mine in enumerate(crowd)],
    }


def main(rounds: int) -> dict[str, tuple[float, float]]:
    os.environ["HITOUCH_DATABASE_POOL"] = str(CLIENTS // 2 + 1)
    with own_database():
        timezone = importlib.import_module("django.utils.timezone")
        made = importlib.import_module("_slot_market")
        claiming = importlib.import_module("_claiming")
        market = made.market(AGENTS, days=1, overlapping=1, seats=AGENTS, now=timezone.now())
        figures: dict[str, tuple[float, float]] = {}
        found = cases(market)
        statements, held = claiming.statements_of(found["alone"][0][0])
        print(f"{len(statements)} statements of a claim, {held} while the slot is locked")
        for name, clients in found.items():
            count = sum(map(len, clients))
            ratios, speeds = [], []
            for _ in range(rounds):
                plain = claiming.seconds_of(claiming.insert, clients)
                claimed = claiming.seconds_of(claiming.claim, clients)
                ratios.append(claimed / plain)
                speeds.append((count / claimed, count / plain))
            fast, control = (median(each) for each in zip(*speeds, strict=True))
            print(f"{name}: {fast:.0f} claims a second, {control:.0f} plain inserts; "
                  f"{1 / median(ratios):.2f} of the speed (goal {GOALS[name]}); "
                  f"load {os.getloadavg()[0]:.1f}", flush=True)  # fmt: skip
            figures[f"claims, {name}: times a plain insert"] = (median(ratios), 1 / GOALS[name])
        return figures | {
            "claims: statements": (len(statements), 8),
            "claims: statements while the slot is locked": (held, 3),
        }


if __name__ == "__main__":
    sys.path.insert(0, ".")
    figures = main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
    report(figures)
