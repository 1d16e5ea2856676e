"""Posting to the ledger against plain inserts of the same rows, in turn on one database."""

import importlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from _harness import fresh_site, report

ROUNDS, ENTRIES = 40, 50
#: Plain inserts make at most 1/0.6 as many entries in the same time.
GOAL = 1 / 0.6


@contextmanager
def seconds(found: list[float]) -> Iterator[None]:
    began = time.perf_counter()
    yield
    found.append(time.perf_counter() - began)


def main() -> None:
    with fresh_site() as site:
        site.start()
        site.settle()
        site.set_up_django()
        posting = importlib.import_module("_ledger_posting")
        amounts = posting.prepare(ROUNDS * ENTRIES)
        found = posting.ledger.account_ids(account for account, _ in amounts)
        ids = [found[account] for account, _ in amounts]
        posted: list[float] = []
        plain: list[float] = []
        for _ in range(ROUNDS):
            with seconds(posted):
                for _ in range(ENTRIES):
                    posting.post("PAYMENT_OPENED", "payments.payment", amounts)
            with seconds(plain):
                for _ in range(ENTRIES):
                    posting.insert_plainly(ids)
    ratios = [one / other for one, other in zip(posted, plain, strict=True)]
    print(
        f"{ENTRIES / median(posted):.0f} entries a second posted, "
        f"{ENTRIES / median(plain):.0f} inserted plainly: {1 / median(ratios):.2f} of the speed"
    )
    report({"posting_times_plain_inserts": (median(ratios), GOAL)})


if __name__ == "__main__":
    main()
