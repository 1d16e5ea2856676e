"""The tests' S3 server serves another client as S3 does, and refuses what is not signed."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError, HTTPClientError

from tests.fakes import s3
from tests.support.s3_sites import BUCKET, s3_server

KEY = "a b/ü+%/x.txt"


@pytest.fixture(scope="module")
def server(tmp_path_factory: Any) -> Iterator[s3.S3Server]:
    with s3_server(tmp_path_factory.mktemp("s3")) as running:
        yield running


def client(server: s3.S3Server, *, key: str = s3.KEY_ID, secret: str = s3.SECRET) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=server.url,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        region_name=s3.REGION,
        config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 0}),
    )


def code(error: Any) -> str:
    return str(error.value.response["Error"]["Code"])


def test_boto3_writes_reads_lists_and_deletes(server: s3.S3Server) -> None:
    """Keys of any characters, ranges, conditions, pages, and objects in parts."""
    boto = client(server)
    boto.create_bucket(
        Bucket="another", CreateBucketConfiguration={"LocationConstraint": s3.REGION}
    )
    boto.put_object(Bucket="another", Key=KEY, Body=b"hello")
    assert boto.get_object(Bucket="another", Key=KEY)["Body"].read() == b"hello"
    part = boto.get_object(Bucket="another", Key=KEY, Range="bytes=1-2")
    assert (part["Body"].read(), part["ContentRange"]) == (b"el", "bytes 1-2/5")
    large = bytes(range(256)) * 80_000
    boto.upload_fileobj(io.BytesIO(large), "another", "large")
    assert boto.get_object(Bucket="another", Key="large")["Body"].read() == large
    for number in range(5):
        boto.put_object(Bucket="another", Key=f"n/{number}", Body=b"")
    pages = boto.get_paginator("list_objects_v2").paginate(Bucket="another", MaxKeys=2)
    keys = [each["Key"] for page in pages for each in page["Contents"]]
    assert keys == [KEY, "large", *(f"n/{number}" for number in range(5))]
    level = boto.list_objects_v2(Bucket="another", Delimiter="/")
    assert [each["Prefix"] for each in level["CommonPrefixes"]] == ["a b/", "n/"]
    with pytest.raises(ClientError) as refused:
        boto.put_object(Bucket="another", Key=KEY, Body=b"", IfNoneMatch="*")
    assert code(refused) == "PreconditionFailed"
    with pytest.raises(ClientError) as refused:
        boto.get_object(Bucket="another", Key=KEY, Range="bytes=5-")
    assert code(refused) == "InvalidRange"
    boto.delete_objects(Bucket="another", Delete={"Objects": [{"Key": key} for key in keys]})
    assert "Contents" not in boto.list_objects_v2(Bucket="another")
    with pytest.raises(ClientError) as refused:
        boto.head_object(Bucket="another", Key=KEY)
    assert code(refused) == "404"


def test_only_what_is_signed_is_answered(server: s3.S3Server) -> None:
    """Another key, another secret, no signature, or one for another request."""
    for wrong, expected in (
        ({"key": "AKIAOTHER"}, "InvalidAccessKeyId"),
        ({"secret": "another"}, "SignatureDoesNotMatch"),
    ):
        with pytest.raises(ClientError) as refused:
            client(server, **wrong).list_objects_v2(Bucket=BUCKET)
        assert code(refused) == expected
    assert httpx.get(f"{server.url}/{BUCKET}?list-type=2").status_code == 403
    boto = client(server)
    taken: dict[str, Any] = {}
    boto.meta.events.register(
        "before-send.s3.PutObject", lambda request, **_: taken.update(r=request)
    )
    boto.put_object(Bucket=BUCKET, Key="signed", Body=b"as signed")
    signed = taken["r"]
    headers = {name: value for name, value in signed.headers.items() if name != "Expect"}
    for url, body in ((signed.url, b"another b"), (f"{signed.url}2", b"as signed")):
        answer = httpx.put(url, content=body, headers=headers)
        assert answer.status_code in (400, 403), answer.text


def test_objects_last_and_faults_end(tmp_path: Path) -> None:
    """A server on the same folder has the same objects; a fault is for its time only."""
    with s3_server(tmp_path) as first:
        client(first).put_object(Bucket=BUCKET, Key=KEY, Body=b"kept")
    with s3_server(tmp_path) as second:
        boto = client(second)
        with second.failing("error"), pytest.raises(ClientError):
            boto.get_object(Bucket=BUCKET, Key=KEY)
        for fault in ("down", "truncated"):
            with (
                second.failing(fault),
                pytest.raises((HTTPClientError, EndpointConnectionError, ConnectionError, OSError)),
            ):
                boto.get_object(Bucket=BUCKET, Key=KEY)["Body"].read()
        assert boto.get_object(Bucket=BUCKET, Key=KEY)["Body"].read() == b"kept"
