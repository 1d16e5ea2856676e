"""Attacks on the DigiLocker integration, against the fake DigiLocker.

The tests try each attack once; here each is tried twenty times, DigiLocker sessions of two agents
go through three thousand random actions, and the race tests run.
"""

import os
import re
import subprocess
import sys

from _harness import PROJECT, report

ROUNDS, ACTIONS = 20, 3000
STEPS = 3600  # some sequences end before their last step
TESTS = "onboarding/tests/kyc/"
ATTACKS = re.compile(r"attacks: (\d+), accepted: (\d+), moved: (\d+)")
STEPS_LINE = re.compile(r"actions: (\d+), with a completed session: (\d+)")


def run(test: str, **more: str) -> tuple[str, bool]:
    """The output of one test file, and whether it passed."""
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", TESTS + test],
        cwd=PROJECT, env=os.environ | more, capture_output=True, text=True, check=False,
    )  # fmt: skip
    print("\n".join(ran.stdout.splitlines()[-3:]), flush=True)
    return ran.stdout, ran.returncode == 0


def numbers(pattern: re.Pattern[str], said: str) -> list[int]:
    """The numbers in the first matching line, or zeros."""
    found = pattern.search(said)
    return [int(each) for each in found.groups()] if found else [0] * pattern.groups


if __name__ == "__main__":
    said, safe = run("digilocker/test_attacks.py", HITOUCH_ATTACK_ROUNDS=str(ROUNDS))
    tried, accepted, moved = numbers(ATTACKS, said)
    said, sequences_passed = run(
        "digilocker/test_state_machine.py", HITOUCH_DIGILOCKER_ACTIONS=str(STEPS)
    )
    actions, completed = numbers(STEPS_LINE, said)
    raced_well = run("digilocker/test_races.py")[1]
    forged_well = run("signed_documents/test_verify.py")[1]
    print(f"{tried} attacks; {actions} actions, {completed} of them with a completed session")
    report(
        {
            "digilocker: attacks accepted": (accepted if safe else max(accepted, 1), 0),
            "digilocker: sessions that changed after their end": (
                moved if sequences_passed else max(moved, 1), 0,
            ),
            "digilocker: attacks short of 400": (max(0, 400 - tried), 0),
            "digilocker: actions short of 3,000": (max(0, ACTIONS - actions), 0),
            "digilocker: races lost": (0 if raced_well else 1, 0),
            "signed XML: forgeries accepted": (0 if forged_well else 1, 0),
        }
    )  # fmt: skip
