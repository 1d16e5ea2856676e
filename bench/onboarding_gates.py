"""Twenty thousand random actions of an agent and of staff: no onboarding step can be skipped."""

import os
import re
import subprocess
import sys

from _harness import PROJECT, report

ACTS = 23_000  # some sequences end before their last step
PYTEST = "-m pytest -q -s -p no:cacheprovider --show-capture=no"
TEST = "onboarding/tests/steps/test_state_machine.py"
LINE = re.compile(r"acts: (\d+), looked at a cleared agent: (\d+)")


def walk() -> tuple[int, int, bool]:
    """Number of actions, of checks of a cleared agent, and whether the test passed."""
    ran = subprocess.run(
        [sys.executable, *PYTEST.split(), TEST],
        cwd=PROJECT,
        env=os.environ | {"HITOUCH_GATE_ACTS": str(ACTS)},
        capture_output=True,
        text=True,
        check=False,
    )
    print(ran.stdout[-4000:])
    found = LINE.search(ran.stdout)
    acts, cleared = map(int, found.groups()) if found else (0, 0)
    return acts, cleared, ran.returncode == 0


if __name__ == "__main__":
    acts, cleared, well = walk()
    print(f"{acts} acts; a cleared agent was looked at {cleared} times")
    report(
        {
            "gates: a way past one": (0 if well else 1, 0),
            "gates: acts short of 20,000": (max(0, 20_000 - acts), 0),
        }
    )
