"""The same way over REST, on the same running site."""

from pathlib import Path

import pytest

from hitouch.demo import people
from tests.browser.logins import half_minute, used
from tests.deployment.sites import environment, manage
from tests.support.waiting import wait_until

pytestmark = pytest.mark.browser
WITH_FACTOR = (people.ORCHID, people.REVIEWER, people.PROCTOR, people.MAKER, people.CHECKER)


@pytest.fixture
def fresh_codes() -> None:
    """An authenticator's code is taken once: wait until nobody's is used up."""
    wait_until(lambda: all(used.get(person.email) != half_minute() for person in WITH_FACTOR))


@pytest.mark.usefixtures("fresh_codes")
def test_whole_way_over_rest(base_url: str, tmp_path: Path) -> None:
    """The smoke test of every deployment walks the running site to the end."""
    env = environment(tmp_path / "var", 1)
    done = manage("journey", "--base-url", base_url, env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "paid" in done.stdout.splitlines()[-1]
