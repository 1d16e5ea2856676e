"""Attacks on DigiLocker and on visits to it, against the server of ours that speaks its protocol.

The tests try each attack once; here each is tried twenty times, visits of two agents are walked
through three thousand acts in any order, and everything that can come at once does.
"""

import os
import re
import subprocess
import sys

from _harness import PROJECT, report

ROUNDS, ACTS = 20, 3000
WALKED_ON = 3600  # some walks end before their last step
HERE = "onboarding/tests/"
ATTACKS = re.compile(r"attacks: (\d+), accepted: (\d+), moved: (\d+)")
WALKED = re.compile(r"acts: (\d+), with documents that came: (\d+)")


def run(test: str, **more: str) -> tuple[str, bool]:
    """What one file of tests said, and whether all was as it should be."""
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", HERE + test],
        cwd=PROJECT, env=os.environ | more, capture_output=True, text=True, check=False,
    )  # fmt: skip
    print("\n".join(ran.stdout.splitlines()[-3:]), flush=True)
    return ran.stdout, ran.returncode == 0


def numbers(pattern: re.Pattern[str], said: str) -> list[int]:
    """The numbers of the line that is looked for; all zero without it."""
    found = pattern.search(said)
    return [int(each) for each in found.groups()] if found else [0] * pattern.groups


if __name__ == "__main__":
    said, safe = run("test_attack_digilocker.py", HITOUCH_ATTACK_ROUNDS=str(ROUNDS))
    tried, accepted, moved = numbers(ATTACKS, said)
    said, walked_well = run(
        "test_digilocker_never_moves_back.py", HITOUCH_VISIT_ACTS=str(WALKED_ON)
    )
    acts, came = numbers(WALKED, said)
    raced_well = run("test_digilocker_races.py")[1]
    forged_well = run("test_verify_signed_xml.py")[1]
    print(f"{tried} attacks; {acts} acts, {came} of them with documents that had come")
    report(
        {
            "digilocker: attacks accepted": (accepted if safe else max(accepted, 1), 0),
            "digilocker: visits that moved after their end": (
                moved if walked_well else max(moved, 1), 0,
            ),
            "digilocker: attacks short of 400": (max(0, 400 - tried), 0),
            "digilocker: acts short of 3,000": (max(0, ACTS - acts), 0),
            "digilocker: races lost": (0 if raced_well else 1, 0),
            "signed XML: forgeries believed": (0 if forged_well else 1, 0),
        }
    )  # fmt: skip
