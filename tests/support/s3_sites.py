"""Sites whose private files are in a bucket of the tests' own S3 server."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.fakes import s3

BUCKET, PREFIX = "private", "site"
URL = f"s3://{BUCKET}/{PREFIX}"


@contextmanager
def s3_server(folder: Path) -> Iterator[s3.S3Server]:
    """A server with an empty bucket."""
    server = s3.S3Server(folder).start()
    server.buckets.create(BUCKET)
    yield server
    server.close()


def access(server: s3.S3Server, **changes: str) -> dict[str, str]:
    """The setting HITOUCH_S3."""
    return {
        "endpoint": server.url, "region": s3.REGION, "key_id": s3.KEY_ID, "secret": s3.SECRET,
        **changes,
    }  # fmt: skip


def use(settings: Any, server: s3.S3Server) -> None:
    """Keep private files in the bucket from now on."""
    settings.HITOUCH_FILE_STORE, settings.HITOUCH_S3 = URL, access(server)


def environment(server: s3.S3Server) -> dict[str, str]:
    """The same for a process."""
    found = {f"HITOUCH_S3_{name.upper()}": value for name, value in access(server).items()}
    return {"HITOUCH_FILE_STORE": URL, **found}
