"""`manage.py up` starts and stops all processes and loses no data."""

import signal
import subprocess
import sys
import threading

import httpx
import pytest

from hitouch.demo import people
from hitouch.stack import programs
from tests.deployment.sites import PROJECT, Site, environment, free_port, refusal_of_up
from tests.fakes.reverse_proxy import running_proxy
from tests.support.waiting import DEADLINE_SECONDS, wait_until

pytestmark = pytest.mark.running


def test_a_start_that_was_cut_off_is_repaired(site: Site) -> None:
    """An incomplete database is created again: the first start of these sites found one."""
    assert site.status("/") == 200
    assert site.status("/readyz") == 200
    assert not (site.var / "postgres.making").exists()


def test_forwarded_headers_are_ignored_without_a_proxy(site: Site) -> None:
    """Without a proxy the server sees the connection's address, also one that is its own."""
    body = {"contact": people.ASHA.email, "password": "not-the-password"}
    claims = {"X_Forwarded_For": "6.6.6.6", "X_Real_IP": "6.6.6.6", "Forwarded": "for=6.6.6.6"}
    assert site.request("/api/v1/auth/tokens/", body, **claims)[0] == 401
    newest = "SELECT network FROM accounts_loginevent ORDER BY at DESC LIMIT 1"
    assert site.ask(newest) == "127.0.x.x"


@pytest.mark.parametrize("server", ["gunicorn", "uvicorn"])
def test_the_client_is_seen_behind_two_proxies(site: Site, server: str) -> None:
    """By the servers of production with their own arguments; what a client claims is not believed.

    The outer proxy is called from 103.21.58.66, the inner one from the outer, the server from the
    inner; somebody else on this machine calls the server directly.
    """
    port = free_port()
    arguments = {
        "gunicorn": programs.gunicorn_arguments(bind=f"127.0.0.1:{port}", processes=1, threads=2),
        "uvicorn": programs.uvicorn_arguments(host="127.0.0.1", port=port),
    }[server]
    env = environment(site.var, port, HITOUCH_TRUSTED_PROXIES="127.0.0.2,127.0.0.3,::1")
    with (
        subprocess.Popen([sys.executable, "-m", *arguments], cwd=PROJECT, env=env) as process,
        running_proxy(port, address="127.0.0.2", sees="127.0.0.3") as inner,
        running_proxy(inner, address="127.0.0.3", sees="103.21.58.66:50123") as outer,
    ):
        try:
            wait_until(lambda: answers(port, "/livez"), site.said)
            assert network_seen(site, outer) == "103.21.x.x"
            assert network_seen(site, port) == "127.0.x.x"
        finally:
            process.terminate()


def answers(port: int, path: str) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}{path}").status_code == 200
    except httpx.TransportError:
        return False


def network_seen(site: Site, port: int) -> object:
    """The network of a refused log-in whose sender claims other addresses."""
    claims = {"X-Forwarded-For": "6.6.6.6, 127.0.0.2", "Forwarded": "for=6.6.6.6"}
    body = {"contact": people.ASHA.email, "password": f"not-the-password-{port}"}
    url = f"http://127.0.0.1:{port}/api/v1/auth/tokens/"
    assert httpx.post(url, json=body, headers=claims, timeout=60).status_code == 401
    return site.ask("SELECT network FROM accounts_loginevent ORDER BY at DESC LIMIT 1")


def test_a_second_start_on_the_same_folder_is_refused(site: Site) -> None:
    """A second run on the same folder is refused, naming the first."""
    sentence = refusal_of_up(site.var, site.port + 1)
    assert f"process {site.process.pid}" in sentence


def test_port_in_use_is_reported_before_anything_starts(site: Site, var) -> None:
    """The port is checked before the database is started."""
    assert f"Port {site.port} is taken" in refusal_of_up(var, site.port)
    assert not (var / "postgres").exists()


def test_no_process_survives_a_kill_and_the_next_start_has_the_data(site: Site) -> None:
    """`kill -9` of `up` ends all processes; committed rows and addresses are kept."""
    assert site.ask_for_code("kept@example.com") == 202
    rows = site.ask("SELECT count(*) FROM core_outboxmessage")
    stand_ins = (site.var / "outside.port").read_text()
    site.end(signal.SIGKILL)
    site.start()
    assert site.ask("SELECT count(*) FROM core_outboxmessage") == rows
    assert (site.var / "outside.port").read_text() == stand_ins
    assert httpx.get(f"http://127.0.0.1:{stand_ins}/livez").status_code == 200


def test_a_request_under_way_is_answered_and_then_all_ends(site: Site) -> None:
    """After SIGTERM no new request is taken, the open one gets its answer, and everything ends."""
    answers: list[int] = []
    asking = threading.Thread(
        target=lambda: answers.append(site.ask_for_code("waiting@example.com"))
    )
    with site.database() as holder:
        holder.execute("LOCK TABLE core_outboxmessage IN ACCESS EXCLUSIVE MODE")
        asking.start()
        wait_until(lambda: waits_for_the_table(site), site.said)
        ending = threading.Thread(target=site.end)
        ending.start()
        wait_until(lambda: site.status("/livez") == 0, site.said)
        assert not answers
        holder.rollback()
    asking.join(DEADLINE_SECONDS)
    ending.join(DEADLINE_SECONDS)
    assert answers == [202]
    assert site.process.wait(DEADLINE_SECONDS) == 0


def waits_for_the_table(site: Site) -> object:
    return site.ask(
        "SELECT count(*) FROM pg_locks"
        " WHERE NOT granted AND relation = 'core_outboxmessage'::regclass"
    )
