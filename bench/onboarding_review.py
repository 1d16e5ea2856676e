"""Two reviewers in two processes empty a queue of 200 cases: none taken twice, none left."""

import importlib
import json
import subprocess
import sys
import time

from _harness import PROJECT, fresh_site, report

from hitouch.demo import people

CASES = 200
REVIEWERS = (people.REVIEWER.email, people.MEERA.email)
FILL = """
from accounts.models import Agent, User
from django.utils import timezone
from hitouch.core.db.state_machine import transition
from onboarding.models import KycCase
now = timezone.now()
people = User.objects.bulk_create(
    User(email=f"queue-{n}@example.com", email_verified_at=now, status="ACTIVE") for n in range(%d))
for person in people:
    agent = Agent.objects.create(user=person, given_name="Tara", family_name="Sen")
    case = KycCase.objects.create(agent=agent)
    transition(case, to="PARTIAL", by=person, at=now)
    transition(case, to="IN_REVIEW", by=person, at=now, submitted_at=now, queued_at=now)
"""
EMPTY = """
import json, sys
from accounts.models import User
from django.utils import timezone
from onboarding.kyc.review import services
by, taken = User.objects.get(email=sys.argv[1]), []
while (case := services.claim_next_case(by=by, at=timezone.now())) is not None:
    taken.append(str(case.pk))
    services.reject_case(case=case, by=by, at=timezone.now(), reason="UNREADABLE", note="Again.")
print(json.dumps(taken))
"""
START = "import django; django.setup(); import logging; logging.disable(logging.WARNING)\n"


def run(script: str, *words: str) -> subprocess.Popen[str]:
    """A process of its own, on the same site."""
    argv = [sys.executable, "-c", START + script, *words]
    return subprocess.Popen(argv, cwd=PROJECT, stdout=subprocess.PIPE, text=True)


def empty_queue() -> list[list[str]]:
    """The cases each reviewer took, with both working at the same time."""
    both = [run(EMPTY, email) for email in REVIEWERS]
    return [json.loads(process.communicate()[0]) for process in both]


if __name__ == "__main__":
    with fresh_site() as site:
        site.start()
        site.set_up_django()
        assert run(FILL % CASES).wait() == 0
        cases = importlib.import_module("onboarding.models").KycCase.objects
        there = cases.waiting().count()
        began = time.monotonic()
        taken = empty_queue()
        spent = time.monotonic() - began
        left = cases.waiting().count()
    everything = [pk for each in taken for pk in each]
    print(f"{there} waited; taken: {[len(each) for each in taken]} in {spent:.1f} s; left: {left}")
    report(
        {
            "queue: documents taken twice": (len(everything) - len(set(everything)), 0),
            "queue: documents lost or left": (there - len(set(everything)) + left, 0),
            "queue: fewer than 200 waited": (max(0, CASES - there), 0),
            "queue: a reviewer who got nothing": (sum(not each for each in taken), 0),
        }
    )
