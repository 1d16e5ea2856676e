"""Approvals of work, with payment, tax, ledger and payout, by 1, 2 and 4 processes.

`bench/payments_approval.py 40` approves 40 works in each round instead of 200.
"""

import importlib
import os
import sys

from _harness import report
from _own_database import own_database

#: Two processes on two cores take at most this share of the time of one.
SHARE = 0.8


def main() -> None:
    works = int(sys.argv[1]) if sys.argv[1:] else 200
    with own_database():
        approvals = importlib.import_module("_approvals")
        seconds = {}
        for processes in (1, 2, 4):
            seconds[processes] = approvals.seconds_of(works, processes)
            print(f"{processes} processes: {works / seconds[processes]:.1f} a second", flush=True)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    report({"time_of_two_processes_to_one": (seconds[2] / seconds[1], SHARE)})


if __name__ == "__main__":
    main()
