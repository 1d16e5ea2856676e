"""/readyz says what a proxy should act on; lateness is an alarm and a metric."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hitouch.core.files import identity
from hitouch.core.models import FileStore, OperationsAlarm
from hitouch.core.monitoring import health, lateness
from hitouch.core.outbox import services as outbox
from tests.support import s3_sites

pytestmark = pytest.mark.django_db


@pytest.fixture
def late_message(monkeypatch):
    """A message that nobody has sent for an hour."""
    monkeypatch.setattr("hitouch.core.jobs.dispatch._send", lambda task, ids: None)
    alarm = OperationsAlarm(name="test", detail="A test")
    since = timezone.now() - timedelta(hours=1)
    outbox.queue_mail(
        to="operations@example.com", template="core/alarm", context={"alarm": alarm}, at=since
    )


def test_a_late_message_takes_no_node_out(client, late_message):
    """It is an alarm and a metric, while every node stays ready."""
    lateness.check(timezone.now())
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert "Open alarms: queues_late" in answer.json()["notes"]
    assert "core.outboxmessage" in OperationsAlarm.objects.get().detail
    lines = client.get("/metrics").content.decode().splitlines()
    lag = next(line for line in lines if 'queue="core.outboxmessage"' in line)
    assert 3600 <= int(lag.split()[1]) < 3700
    assert "hitouch_open_alarms 1" in lines


def test_the_alarm_is_not_news_every_minute(late_message, settings):
    """The wait grows, but it is the same alarm; it ends once everything was taken."""
    settings.HITOUCH_OPERATIONS_MAIL = "operations@example.com"
    now = timezone.now()
    for minutes in range(3):
        lateness.check(now + timedelta(minutes=minutes))
    alarm = OperationsAlarm.objects.get()
    assert alarm.raised_at == now
    lateness.check(now - timedelta(hours=2))
    assert not OperationsAlarm.objects.exists()


def test_every_queue_with_leases_is_measured():
    """A new table of jobs needs no registration."""
    assert {"core.outboxmessage", "onboarding.accounttest", "gigs.deliverable"} <= set(
        lateness.lags(timezone.now())
    )


def test_the_migration_graph_is_read_once(monkeypatch):
    """Later calls look at no graph, and once everything is applied at no table either."""
    check = health.MigrationCheck()
    recorder = MigrationRecorder(connection)
    loader = MigrationExecutor(connection).loader
    (newest,) = loader.graph.leaf_nodes("core")
    for key in [newest, *loader.disk_migrations[newest].replaces]:
        recorder.record_unapplied(*key)
    assert "not applied" in check()
    monkeypatch.setattr(MigrationExecutor, "__init__", None)
    assert "not applied" in check()
    recorder.record_applied(*newest)
    assert check() == ""
    with CaptureQueriesContext(connection) as queries:
        assert check() == ""
    assert not queries.captured_queries


def test_readiness_is_cheap_and_liveness_makes_no_query(client):
    """/livez runs no query; /readyz a few, however many rows there are."""
    client.get("/readyz")
    with CaptureQueriesContext(connection) as queries:
        client.get("/livez")
        assert not queries.captured_queries
        client.get("/readyz")
    assert len(queries.captured_queries) <= 2


@pytest.fixture
def bucket(settings, tmp_path, monkeypatch):
    """A site whose files are in a bucket, and a check that has not asked yet."""
    monkeypatch.setitem(health.CHECKS, "file_store", health.FileStoreCheck())
    with s3_sites.s3_server(tmp_path) as server:
        s3_sites.use(settings, server)
        identity.establish()
        yield server


@pytest.mark.parametrize("fault", ["down", "error", "truncated", "hanging"])
def test_a_lost_file_store_takes_the_node_out(client, bucket, monkeypatch, fault):
    """Within seconds, and it comes back by itself."""
    monkeypatch.setattr(health.FileStoreCheck, "seconds", 0)
    with bucket.failing(fault):
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["parts"]["file_store"]) == (503, "does not answer")
    assert client.get("/readyz").status_code == 200


def test_a_lost_file_store_is_an_alarm(bucket):
    """It ends when the store is back."""
    with bucket.failing("down"):
        lateness.check(timezone.now())
    assert OperationsAlarm.objects.get().name == lateness.FILE_STORE_DOWN
    lateness.check(timezone.now())
    assert not OperationsAlarm.objects.exists()


def test_an_empty_store_takes_the_node_out(client, bucket, settings, monkeypatch):
    """A file system that is not mounted here; a new site's is empty as well, and is ready."""
    monkeypatch.setattr(health.FileStoreCheck, "seconds", 0)
    settings.HITOUCH_FILE_STORE = "s3://private/empty"
    answer = client.get("/readyz")
    assert answer.json()["parts"]["file_store"] == "is empty or not mounted"
    FileStore.objects.all().delete()
    assert client.get("/readyz").status_code == 200


def test_the_store_is_asked_every_few_seconds(client, bucket):
    """However often a proxy asks; the answer of the time between is the last one."""
    for _ in range(5):
        assert client.get("/readyz").status_code == 200
    asked = len(bucket.requests)
    with bucket.failing("down"):
        assert client.get("/readyz").status_code == 200
    assert asked == len(bucket.requests) == 2  # the marker when it was written, and once
