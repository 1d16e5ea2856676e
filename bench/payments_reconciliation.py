"""Differences planted among 10,000 lines of a bank statement: found, invented, and the time.

`bench/payments_reconciliation.py 2000` has fewer lines. The statement is a CSV file as banks make
them; it is imported and compared with the entries of the books by the services of production.
"""

import importlib
import sys
import time

from _harness import report
from _own_database import own_database

#: Seconds for import and comparison of 10,000 lines.
SECONDS = 60


def main() -> None:
    lines = int(sys.argv[1]) if sys.argv[1:] else 10_000
    with own_database():
        planted = importlib.import_module("_statement_lines")
        statement = planted.Statement(lines, seed=12)
        statement.book()
        began = time.monotonic()
        statement.take_in()
        seconds = time.monotonic() - began
        missed, invented = statement.judge()
    print(f"{lines} lines, {statement.count_of_planted()}: {seconds:.1f} s")
    report(
        {
            "differences_missed": (missed, 0),
            "differences_invented": (invented, 0),
            "seconds": (seconds, SECONDS * lines / 10_000),
        }
    )


if __name__ == "__main__":
    main()
