"""Twenty thousand random acts of clients, agents, staff and the clock: gigs, seats and money.

`bench/gigs_machines.py 2000` makes so many.
"""

import os
import re
import subprocess
import sys

from _harness import PROJECT, report

ACTS = 20_000
#: Steps of the machine for each act: in some there is no row to act on.
STEPS_FOR_ACT = 1.6
PYTEST = "-m pytest -q -s -p no:cacheprovider --show-capture=no"
TEST = "tests/machines/test_all_machines.py"
LINE = re.compile(r"(\d+) acts, (\d+) refused")


def run_state_machine(acts: int) -> tuple[int, bool]:
    """Number of acts, and whether the test passed."""
    steps = str(round(acts * STEPS_FOR_ACT))
    ran = subprocess.run(
        [sys.executable, *PYTEST.split(), TEST],
        cwd=PROJECT,
        env=os.environ | {"HITOUCH_GIG_STEPS": steps},
        capture_output=True,
        text=True,
        check=False,
    )
    print(ran.stdout[-4000:])
    found = LINE.search(ran.stdout)
    return int(found[1]) if found else 0, ran.returncode == 0


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if sys.argv[1:] else ACTS
    acts, passed = run_state_machine(wanted)
    report(
        {
            "machines: broken rules": (0 if passed else 1, 0),
            "machines: acts missing": (max(0, wanted - acts), 0),
        }
    )
