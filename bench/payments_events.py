"""All orders and repeats of what a provider says of a transfer, and of its webhooks: the ends.

`bench/payments_events.py 3` tries sequences of up to three words instead of four.
"""

import importlib
import sys
import time

from _harness import report
from _own_database import own_database


def main() -> None:
    words = int(sys.argv[1]) if sys.argv[1:] else 4
    with own_database():
        orders = importlib.import_module("_provider_events")
        provider = orders.start_provider()
        began = time.monotonic()
        sequences, ends = orders.words_of_all_life_cycles(words)
        events, event_ends = orders.events_in_all_orders(provider)
        seconds = time.monotonic() - began
    print(f"{sequences} sequences of words, {events} of events: {seconds:.0f} s")
    report(
        {
            "ends_of_a_life_cycle": (max(ends), 1),
            "ends_of_events_of_an_outcome": (max(event_ends), 1),
        }
    )


if __name__ == "__main__":
    main()
