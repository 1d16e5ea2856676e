"""What happens when a worker, a server or the broker dies while the site runs."""

import shutil
import signal
import time
from collections.abc import Iterator

import pytest

from hitouch.stack import addresses, servers, valkey
from tests.running.sites import Site, alive, wait_for

pytestmark = pytest.mark.running
NEWEST = "FROM core_outboxmessage ORDER BY created_at DESC LIMIT 1"
BLOCKED = """
    SELECT pid FROM pg_stat_activity
    WHERE wait_event_type = 'Lock' AND query LIKE '%core_outboxmessage%'
"""
END_BLOCKED = BLOCKED.replace("SELECT pid", "SELECT pg_terminate_backend(pid)")


def test_a_task_whose_worker_is_killed_runs_again_once(site: Site) -> None:
    """The broker hands the task out again, and the message goes out one time."""
    worker = site.find("celery", "worker")
    worker.suspend()
    assert site.ask_for_code("twice@example.com") == 202
    with site.database() as holder, site.database() as watcher:
        watcher.autocommit = True

        def blocked() -> list[tuple[object, ...]]:
            return watcher.execute(BLOCKED).fetchall()

        holder.execute(f"SELECT id {NEWEST} FOR UPDATE")
        worker.resume()
        wait_for(blocked, 10, site.said)
        worker.suspend()
        for hand in worker.children():
            hand.kill()
        # A dead hand's wish would still be granted, and the message be on lease to nobody: the
        # sweep may have wished for it too.
        wait_for(lambda: not watcher.execute(END_BLOCKED).fetchall(), 5, site.said)
        worker.resume()
        wait_for(blocked, 15, site.said)
        holder.rollback()
    wait_for(lambda: site.ask(f"SELECT state {NEWEST}") == "SENT", 10, site.said)
    time.sleep(0.5)
    assert site.ask(f"SELECT tries {NEWEST}") == 1


def test_one_piece_dying_ends_all_with_a_sentence(site: Site) -> None:
    """Half a site is worse than none: the rest ends too, and says where to look."""
    family = site.family()
    site.find("celery", "beat").send_signal(signal.SIGKILL)
    assert site.process.wait(15) == 1
    wait_for(lambda: not alive(family), 2)
    assert "beat stopped (ended by SIGKILL)" in site.said()
    assert "beat.log" in site.said()


@pytest.fixture
def own(site: Site) -> Iterator[servers.Servers]:
    """A database and a broker that somebody else looks after, with tables already."""
    site.clear_away()
    pair = servers.start(site.var, throw_away=True)
    yield pair
    pair.stop()


def test_pages_are_served_while_the_broker_is_down(make_site, own) -> None:
    """With servers of somebody's own nothing embedded starts, and a broker may come and go."""
    its = addresses(own.its.var)
    site = make_site("bare", DATABASE_URL=its.database_url, REDIS_URL=its.redis_url)
    shutil.copytree(own.its.var / "secrets", site.var / "secrets")
    site.start()
    assert not (site.var / "postgres").exists()
    own.children[1].end(within=5)
    assert site.status("/") == 200
    assert site.status("/readyz") == 503
    assert site.ask_for_code("later@example.com") == 202
    assert site.ask(f"SELECT state {NEWEST}") == "WAITING"
    own.children[1] = valkey.start(own.its, throw_away=True)
    wait_for(lambda: site.ask(f"SELECT state {NEWEST}") == "SENT", 60, site.said)
    site.end()
