"""The whole journey of an agent over the REST API, on the same site."""

from pathlib import Path

import pytest

from hitouch.demo import people
from tests.browser.logins import current_totp_step, used
from tests.deployment.sites import environment, manage
from tests.support.waiting import wait_until

pytestmark = pytest.mark.browser
WITH_FACTOR = (
    people.ORCHID,
    people.REVIEWER,
    people.PROCTOR,
    people.GRADER,
    people.MAKER,
    people.CHECKER,
)


@pytest.fixture
def unused_totp_codes() -> None:
    """A TOTP code is accepted once: wait until no user's current code is used."""
    wait_until(lambda: all(used.get(person.email) != current_totp_step() for person in WITH_FACTOR))


@pytest.mark.usefixtures("unused_totp_codes")
def test_journey_over_rest(base_url: str, tmp_path: Path) -> None:
    """`manage.py journey` completes on a running site."""
    env = environment(tmp_path / "var", 1)
    done = manage("journey", "--base-url", base_url, env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "paid" in done.stdout.splitlines()[-1]
