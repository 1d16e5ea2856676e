"""What happens when a worker, a server or the broker dies while the site runs."""

import shutil
import signal
from collections.abc import Iterator

import pytest

from hitouch.stack import servers, valkey
from hitouch.stack.paths import addresses
from tests.deployment.sites import Site, alive
from tests.support.waiting import DEADLINE_SECONDS, wait_until

pytestmark = pytest.mark.running
#: The newest code: what else a site sends by itself is none.
NEWEST = """
    FROM core_outboxmessage WHERE template LIKE 'accounts/code%' ORDER BY created_at DESC LIMIT 1
"""
BLOCKED = """
    SELECT pid FROM pg_stat_activity
    WHERE wait_event_type = 'Lock' AND query LIKE '%core_outboxmessage%'
"""
#: Shorter than what a broker or a long lease would take to hand work out again.
SOON = 60


def test_message_of_a_killed_worker_is_sent_once(site: Site) -> None:
    """Killed while it takes the message: another worker sends it, soon and one time.

    The sessions of the killed processes still wait for the row when they are gone. What they
    asked for must not put the message on lease to nobody.
    """
    worker = site.find("celery", "worker")
    worker.suspend()
    assert site.ask_for_code("twice@example.com") == 202
    with site.database() as holder, site.database() as watcher:
        watcher.autocommit = True
        holder.execute("LOCK TABLE core_outboxmessage IN EXCLUSIVE MODE")
        worker.resume()
        wait_until(lambda: watcher.execute(BLOCKED).fetchall(), site.said)
        worker.suspend()
        killed = worker.children()
        for process in killed:
            process.kill()
        wait_until(lambda: not alive(killed), site.said)
        assert watcher.execute(BLOCKED).fetchall()
        worker.resume()
        holder.rollback()
    wait_until(lambda: site.ask(f"SELECT state {NEWEST}") == "SENT", site.said, seconds=SOON)
    assert site.ask(f"SELECT tries {NEWEST}") == 1


def test_a_dead_process_ends_the_site(site: Site) -> None:
    """When one process dies, `up` ends the others and names the log to read."""
    family = site.family()
    site.find("celery", "beat").send_signal(signal.SIGKILL)
    assert site.process.wait(DEADLINE_SECONDS) == 1
    wait_until(lambda: not alive(family))
    assert "beat stopped (ended by SIGKILL)" in site.said()
    assert "beat.log" in site.said()


@pytest.fixture
def own(site: Site) -> Iterator[servers.Servers]:
    """A database and a broker that `up` did not start, with tables."""
    site.stop_if_running()
    pair = servers.start(site.var, disposable=True)
    yield pair
    pair.stop()


def test_pages_are_served_while_the_broker_is_down(make_site, own) -> None:
    """With servers of somebody's own nothing embedded starts, and a broker may come and go."""
    paths = addresses(own.paths.var)
    site = make_site("bare", DATABASE_URL=paths.database_url, REDIS_URL=paths.redis_url)
    shutil.copytree(own.paths.var / "secrets", site.var / "secrets")
    site.start()
    assert not (site.var / "postgres").exists()
    own.children[1].end(within=5)
    assert site.status("/") == 200
    assert site.status("/readyz") == 503
    assert site.ask_for_code("later@example.com") == 202
    assert site.ask(f"SELECT state {NEWEST}") == "WAITING"
    own.children[1] = valkey.start(own.paths, disposable=True)
    wait_until(lambda: site.ask(f"SELECT state {NEWEST}") == "SENT", site.said)
    site.end()
