"""All orders and repeats of what a provider says of a transfer, and of its webhooks: the ends.

`bench/payments_events.py 3` tries sequences of up to three words instead of four.
"""

import importlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _harness import report
from _project import PROJECT

from hitouch.stack import servers
from hitouch.stack.paths import addresses


def main() -> None:
    words = int(sys.argv[1]) if sys.argv[1:] else 4
    folder = Path(tempfile.mkdtemp(prefix="hitouch-bench-"))
    folder.chmod(0o711)
    running = servers.start(folder / "var")
    try:
        found = addresses(folder / "var")
        os.environ |= {
            "HITOUCH_DEBUG": "1",
            "HITOUCH_VAR": str(folder / "var"),
            "DATABASE_URL": found.database_url,
            "REDIS_URL": found.redis_url,
            "DJANGO_SETTINGS_MODULE": "hitouch.settings",
        }
        argv = [sys.executable, "manage.py", "migrate", "-v", "0"]
        subprocess.run(argv, cwd=PROJECT, check=True)
        orders = importlib.import_module("_provider_events")
        began = time.monotonic()
        sequences, ends = orders.words_of_all_life_cycles(words)
        events, event_ends = orders.events_in_all_orders()
        print(
            f"{sequences} sequences of words, {events} of events: {time.monotonic() - began:.0f} s"
        )
    finally:
        running.stop()
        shutil.rmtree(folder, ignore_errors=True)
    report(
        {
            "ends_of_a_life_cycle": (max(ends), 1),
            "ends_of_events_of_an_outcome": (max(event_ends), 1),
        }
    )


if __name__ == "__main__":
    main()
