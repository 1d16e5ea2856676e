"""The checks of the database and the broker, on real servers that are set up wrong."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
from django.core import checks

from hitouch.core.db import checks as database_checks
from hitouch.core.jobs import checks as broker_checks
from hitouch.core.monitoring import start_checks
from hitouch.stack import servers
from hitouch.stack.paths import DATABASE, SITE_USER, USER
from tests.fakes.pgbouncer import running_pgbouncer
from tests.support.waiting import wait_until


@pytest.fixture(scope="module")
def own() -> Iterator[servers.Servers]:
    """Servers as `make run` starts them, for this module alone."""
    with tempfile.TemporaryDirectory(prefix="hitouch-checks-") as folder:
        Path(folder).chmod(0o711)
        running = servers.start(Path(folder) / "var")
        try:
            yield running
        finally:
            running.stop(within=3)


@pytest.fixture
def connect(own: servers.Servers) -> Callable[..., Any]:
    """Connects as the site's role, or through a pooler in another folder."""

    def open_connection(host: Path = own.paths.postgres_sockets) -> Any:
        return psycopg.connect(host=str(host), user=SITE_USER, dbname=DATABASE, autocommit=True)

    return open_connection


@pytest.fixture
def owner(own: servers.Servers) -> Iterator[Any]:
    """A connection of the superuser; what it changed is reset afterwards."""
    host = str(own.paths.postgres_sockets)
    with psycopg.connect(host=host, user=USER, dbname=DATABASE, autocommit=True) as connection:
        yield connection
        connection.execute(f"ALTER ROLE {SITE_USER} RESET ALL")
        connection.execute(f"ALTER ROLE {SITE_USER} SET log_min_messages = log")
        connection.execute(f"ALTER ROLE {SITE_USER} CONNECTION LIMIT -1")
        connection.execute(f"ALTER DATABASE {DATABASE} CONNECTION LIMIT -1")


@pytest.fixture
def broker(own: servers.Servers) -> Iterator[redis.Redis]:
    """A client of the broker; what it changed is reset afterwards."""
    with redis.Redis(unix_socket_path=str(own.paths.valkey_socket)) as client:
        yield client
        client.replicaof("NO", "ONE")
        client.config_set("maxmemory-policy", "noeviction")
        client.config_set("appendonly", "yes")
        client.config_set("save", "")


def ids(found: list[checks.CheckMessage]) -> set[str]:
    assert all(each.hint for each in found)
    return {str(each.id) for each in found}


def broker_url(own: servers.Servers) -> str:
    return f"unix://{own.paths.valkey_socket}?db=0"


def test_our_own_servers_pass(own: servers.Servers, connect: Any) -> None:
    """Those of `make run` are as the checks want servers to be."""
    assert not ids(database_checks.examine(connect))
    assert not ids(broker_checks.examine(broker_url(own)))


@pytest.mark.parametrize(
    ("statement", "check", "words"),
    [
        ("ALTER ROLE {role} SET synchronous_commit = off", "E023", "synchronous_commit"),
        ("ALTER ROLE {role} SET default_transaction_read_only = on", "E024", "no changes"),
        ("ALTER ROLE {role} SET default_transaction_isolation = serializable", "E025", "serial"),
        ("ALTER ROLE {role} SET log_min_messages = warning", "W026", "log_min_messages = warning"),
        ("ALTER ROLE {role} SET log_min_duration_statement = 500", "W026", "duration"),
        ("ALTER ROLE {role} SET log_statement = mod", "W026", "log_statement = mod"),
        ("ALTER ROLE {role} CONNECTION LIMIT 20", "E027", "the limit of the role allows 20"),
        ("ALTER DATABASE {database} CONNECTION LIMIT 21", "E027", "of the database allows 21"),
    ],
)
def test_a_database_that_is_set_up_wrong(
    owner: Any, connect: Any, statement: str, check: str, words: str
) -> None:
    """Each finding names the setting."""
    owner.execute(statement.format(role=SITE_USER, database=DATABASE))
    (found,) = database_checks.examine(connect)
    assert found.id == f"hitouch.{check}"
    assert words in found.msg
    assert found.hint


@pytest.mark.parametrize(
    ("hosts", "web", "pool", "workers", "needed"),
    [(1, 2, 8, 2, 0), (3, 2, 8, 2, 95), (1, 12, 8, 2, 115), (4, 1, 8, 4, 109), (1, 1, 2, 44, 99)],
)
def test_all_processes_together_fit(
    settings: Any, connect: Any, hosts: int, web: int, pool: int, workers: int, needed: int
) -> None:
    """Connections of pages, WebSockets, workers and commands against max_connections (100)."""
    settings.HITOUCH_HOSTS, settings.HITOUCH_WEB_PROCESSES = hosts, web
    settings.HITOUCH_DATABASE_POOL, settings.HITOUCH_WORKER_PROCESSES = pool, workers
    found = database_checks.examine(connect)
    if needed <= 97:
        assert not found
    else:
        assert f"may open {needed} connections" in found[0].msg


@pytest.mark.parametrize(
    ("mode", "told", "check"),
    [
        ("session", "off", None),
        ("session", "session", None),
        ("transaction", "transaction", None),
        ("transaction", "off", "E029"),
        ("transaction", "session", "E029"),
        ("statement", "transaction", "E028"),
    ],
)
def test_the_mode_of_a_pooler_is_found_out(
    tmp_path: Path, settings: Any, own: Any, connect: Any, mode: str, told: str, check: str | None
) -> None:
    """By the processes that serve two clients; connections are the pooler's to count."""
    settings.HITOUCH_PGBOUNCER, settings.HITOUCH_HOSTS = told, 50
    postgres = own.paths.postgres_sockets / ".s.PGSQL.5432"
    with running_pgbouncer(tmp_path, postgres, mode):
        found = database_checks.examine(lambda: connect(tmp_path))
    assert ids(found) == ({f"hitouch.{check}"} if check else set())


@pytest.mark.parametrize(
    ("command", "check"),
    [
        ("CONFIG SET maxmemory-policy allkeys-lru", "E033"),
        ("CONFIG SET maxmemory-policy volatile-ttl", "E033"),
        ("CONFIG SET appendonly no", "W035"),
        ("REPLICAOF 127.0.0.1 1", "E032"),
    ],
)
def test_a_broker_that_is_set_up_wrong(own: Any, broker: Any, command: str, check: str) -> None:
    """It must not delete queued tasks, forget them, or be a copy."""
    broker.execute_command(*command.split())
    assert ids(broker_checks.examine(broker_url(own))) == {f"hitouch.{check}"}


def test_a_broker_with_snapshots_keeps_its_data(own: Any, broker: Any) -> None:
    """Whether by a log or by snapshots."""
    broker.config_set("appendonly", "no")
    broker.config_set("save", "60 100")
    assert not broker_checks.examine(broker_url(own))


def test_a_broker_without_config_is_checked(own: Any, broker: Any) -> None:
    """Managed services forbid CONFIG; INFO tells the policy all the same."""
    broker.acl_setuser("site", enabled=True, nopass=True, categories=["+@all"], keys=["*"],
                       commands=["-config"])  # fmt: skip
    broker.config_set("maxmemory-policy", "allkeys-lfu")
    url = f"unix://site:any@{own.paths.valkey_socket}?db=0"
    assert ids(broker_checks.examine(url)) == {"hitouch.E033"}


def test_servers_that_do_not_answer(tmp_path: Path) -> None:
    """Nothing is said to be in order that was not looked at."""
    down = {"host": str(tmp_path), "user": "x", "dbname": "x"}
    assert ids(database_checks.examine(lambda: psycopg.connect(**down))) == {"hitouch.E020"}
    assert ids(broker_checks.examine(f"unix://{tmp_path}/none.sock")) == {"hitouch.E030"}


def test_a_process_needs_a_connection_for_each_thread(settings: Any) -> None:
    """Otherwise requests wait for one and fail when the site is busy."""
    settings.HITOUCH_WEB_THREADS = settings.HITOUCH_DATABASE_POOL
    assert not database_checks.check_pool_size()
    settings.HITOUCH_WEB_THREADS += 1
    assert ids(database_checks.check_pool_size()) == {"hitouch.W036"}


def test_a_process_logs_the_findings_when_it_starts(
    settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """In production, without waiting for them; the next `check` is a long time away."""
    settings.REDIS_URL = f"unix://{tmp_path}/none.sock"
    start_checks.log_in_background()
    wait_until(lambda: "hitouch.E030" in caplog.text)
