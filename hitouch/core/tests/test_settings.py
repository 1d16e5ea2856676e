"""Invalid settings in the environment stop the start."""

import base64

import pytest
from django.core.exceptions import ImproperlyConfigured

from hitouch.settings import env


@pytest.mark.parametrize("value", ["maybe", "2", "yes please"])
def test_a_flag_is_yes_or_no(monkeypatch, value):
    """A word that is neither stops the start."""
    monkeypatch.setenv("X", value)
    with pytest.raises(ImproperlyConfigured, match="X is"):
        env.flag("X", default=False)


@pytest.mark.parametrize("value", ["-1", "ten", "1e3", "99999", "٣"])
def test_a_number_is_whole_and_within_bounds(monkeypatch, value):
    """Anything else stops the start."""
    monkeypatch.setenv("X", value)
    with pytest.raises(ImproperlyConfigured, match="from 1 to 65535"):
        env.number("X", 80, least=1, most=65535)


def test_a_missing_setting_is_named(monkeypatch):
    """The sentence says which one and where to read about it."""
    monkeypatch.delenv("X", raising=False)
    with pytest.raises(ImproperlyConfigured, match=r"Set X; \.env\.example"):
        env.text("X")


def test_a_secret_may_come_from_a_file(monkeypatch, tmp_path):
    """`X_FILE` names a file, as secret stores mount them."""
    (tmp_path / "x").write_text("hush\n")
    monkeypatch.setenv("X_FILE", str(tmp_path / "x"))
    assert env.text("X") == "hush"


@pytest.mark.parametrize("value", ["k1:abc", "nokey", "k1:" + base64.b64encode(b"short").decode()])
def test_a_key_is_32_bytes(monkeypatch, value):
    """A key that is too short or not base64 stops the start."""
    monkeypatch.setenv("X", value)
    with pytest.raises(ImproperlyConfigured, match="base64-of-32-bytes"):
        env.keys("X", None)


def test_development_makes_its_own_secret_once(tmp_path):
    """The second start finds the first one's secret, readable by its owner alone."""
    first = env.made_secret(tmp_path, "django")
    assert env.made_secret(tmp_path, "django") == first
    assert (tmp_path / "secrets" / "django").stat().st_mode & 0o077 == 0


def test_database_urls_name_hosts_and_sockets():
    """Both forms become Django's settings."""
    far = env.database("postgresql://me:p%40ss@db.example:5433/hitouch?sslmode=require")
    assert (far["HOST"], far["PORT"], far["PASSWORD"]) == ("db.example", "5433", "p@ss")
    near = env.database("postgresql:///hitouch?host=/run/pg&user=me")
    assert (near["HOST"], near["USER"], near["NAME"]) == ("/run/pg", "me", "hitouch")
    with pytest.raises(ImproperlyConfigured):
        env.database("mysql://x/y")


def test_celery_uses_the_same_socket():
    """A unix socket is written in Celery's own way."""
    assert env.celery_broker("unix:///v/valkey.sock?db=2") == (
        "redis+socket:///v/valkey.sock?virtual_host=2"
    )


@pytest.mark.parametrize(
    "url",
    ["/srv/files", "s3://", "s3:bucket", "file://host/folder", "file:///", "https://b.example/p",
     "s3://bucket/p?region=x"],
)  # fmt: skip
def test_a_file_store_is_a_folder_or_a_bucket(url):
    """Anything else stops the start, so that no file goes to a place by chance."""
    for right in ("", "s3://bucket", "s3://bucket/a/b", "file:///srv/files"):
        assert env.file_store(right) == right
    with pytest.raises(ImproperlyConfigured, match="HITOUCH_FILE_STORE"):
        env.file_store(url)
