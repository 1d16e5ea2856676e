"""A server with the part of S3's REST interface that a store of files needs, and faults on demand.

Buckets are folders, objects are files in them, so they last. Every request has to be signed with
the key of this server (AWS Signature Version 4, in the header): method, path, query, the signed
headers and the body. Addresses have the bucket in the path.
"""

import hashlib
import hmac
import re
import secrets
import shutil
import socket
import threading
import time
import zlib
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from xml.etree import ElementTree
from xml.sax.saxutils import escape

KEY_ID, SECRET, REGION = "AKIATESTHITOUCH", "a-secret-of-the-tests", "ap-south-1"
CREDENTIAL = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<scope>(?P<day>\d{8})/(?P<region>[^/]+)/s3/"
    r"aws4_request),\s*SignedHeaders=(?P<headers>[^,]+),\s*Signature=(?P<signature>[0-9a-f]{64})"
)
RANGE = re.compile(r"bytes=(\d*)-(\d*)")
UNSIGNED = "UNSIGNED-PAYLOAD"
CHUNKED = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
MOST_KEYS = 1000
NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"


class S3Error(Exception):
    """An error of S3, by its code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


@dataclass
class S3Request:
    """A request, with its body decoded."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = field(repr=False)

    @property
    def bucket(self) -> str:
        return unquote(self.path).lstrip("/").partition("/")[0]

    @property
    def key(self) -> str:
        return unquote(self.path).lstrip("/").partition("/")[2]


@dataclass
class S3Response:
    """Status, headers and body; `length` is that of the body unless this answers a HEAD."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None


def encode(text: str, safe: str = "-_.~") -> str:
    return quote(text, safe=safe)


def check_signature(request: S3Request, raw_body: bytes) -> None:
    """Raise `S3Error` unless the request is signed with our key, as it arrived."""
    found = CREDENTIAL.fullmatch(request.headers.get("authorization", ""))
    if found is None:
        raise S3Error(403, "AccessDenied")
    if found["key"] != KEY_ID:
        raise S3Error(403, "InvalidAccessKeyId")
    at = request.headers.get("x-amz-date", "")
    signed = found["headers"].split(";")
    if not at.startswith(found["day"]) or not {"host", "x-amz-date"} <= set(signed):
        raise S3Error(403, "SignatureDoesNotMatch")
    content = request.headers.get("x-amz-content-sha256", "")
    pairs = sorted((encode(name), encode(value)) for name, value in request.query.items())
    canonical = "\n".join(
        [
            request.method,
            encode(unquote(request.path), safe="/-_.~"),
            "&".join(f"{name}={value}" for name, value in pairs),
            *(f"{name}:{' '.join(request.headers.get(name, '').split())}" for name in signed),
            "",
            found["headers"],
            content,
        ]
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = "\n".join(["AWS4-HMAC-SHA256", at, found["scope"], digest])
    key = f"AWS4{SECRET}".encode()
    for part in found["scope"].split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    expected = hmac.digest(key, to_sign.encode(), "sha256").hex()
    if not hmac.compare_digest(expected, found["signature"]):
        raise S3Error(403, "SignatureDoesNotMatch")
    if content not in (UNSIGNED, CHUNKED, hashlib.sha256(raw_body).hexdigest()):
        raise S3Error(400, "XAmzContentSHA256Mismatch")


def decoded_body(headers: dict[str, str], raw: bytes) -> bytes:
    """The body without the chunks of `aws-chunked`, checked against the checksums that came."""
    body, trailers = raw, dict(headers)
    if headers.get("x-amz-content-sha256") == CHUNKED:
        body = b""
        while True:
            size, _, raw = raw.partition(b"\r\n")
            length = int(size.partition(b";")[0], 16)
            if not length:
                break
            body, raw = body + raw[:length], raw[length + 2 :]
        for line in raw.decode().splitlines():
            name, _, value = line.partition(":")
            trailers[name.strip().lower()] = value.strip()
    checksums = {
        "content-md5": hashlib.md5(body).digest(),  # noqa: S324  as S3 does
        "x-amz-checksum-sha256": hashlib.sha256(body).digest(),
        "x-amz-checksum-crc32": zlib.crc32(body).to_bytes(4, "big"),
    }
    for name, value in checksums.items():
        if trailers.get(name) not in (None, "", b64encode(value).decode()):
            raise S3Error(400, "BadDigest")
    return body


def elements(body: bytes, name: str) -> Iterator[ElementTree.Element]:
    """The elements with this name, with or without a namespace."""
    root = ElementTree.fromstring(body)  # noqa: S314  the tests' own requests
    return root.iterfind(f".//{{*}}{name}")


class Buckets:
    """Folders of objects. The name of a file is the key, quoted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lock = threading.Lock()

    def create(self, bucket: str) -> None:
        self.folder.joinpath(bucket).mkdir(parents=True, exist_ok=True)

    def existing(self, bucket: str) -> Path:
        place = self.folder / bucket
        if not bucket or not place.is_dir():
            raise S3Error(404, "NoSuchBucket")
        return place

    def path(self, request: S3Request) -> Path:
        return self.existing(request.bucket) / encode(request.key)

    def found(self, request: S3Request) -> Path:
        path = self.path(request)
        if not path.exists():
            raise S3Error(404, "NoSuchKey")
        return path

    def write(self, request: S3Request, data: bytes) -> str:
        """Write an object as a whole, on its conditions. Returns its ETag."""
        path = self.path(request)
        temporary = self.folder / f".{secrets.token_hex(8)}"
        temporary.write_bytes(data)
        with self.lock:
            is_new, expected = not path.exists(), request.headers.get("if-match")
            if request.headers.get("if-none-match") == "*" and not is_new:
                temporary.unlink()
                raise S3Error(412, "PreconditionFailed")
            if expected and (is_new or etag(path) != expected):
                temporary.unlink()
                raise S3Error(412, "PreconditionFailed")
            temporary.replace(path)
        return etag(path)

    def uploads(self, request: S3Request) -> Path:
        """The folder of an upload in parts."""
        folder = self.folder / f".upload-{request.query['uploadId']}"
        if not folder.is_dir():
            raise S3Error(404, "NoSuchUpload")
        return folder


def etag(path: Path) -> str:
    facts = path.stat()
    return f'"{facts.st_mtime_ns:x}-{facts.st_size:x}"'


class S3Api:
    """The operations."""

    def __init__(self, buckets: Buckets) -> None:
        self.buckets = buckets

    def answer(self, request: S3Request) -> S3Response:
        """The response to a request that is signed."""
        level = "object" if request.key else "bucket"
        kind = next(
            (name for name in ("uploads", "uploadId", "delete") if name in request.query), ""
        )
        operation = getattr(self, f"{request.method.lower()}_{level}{kind and '_' + kind}", None)
        if operation is None:
            raise S3Error(501, "NotImplemented")
        response: S3Response = operation(request)
        return response

    def put_bucket(self, request: S3Request) -> S3Response:
        self.buckets.create(request.bucket)
        return S3Response()

    def head_bucket(self, request: S3Request) -> S3Response:
        self.buckets.existing(request.bucket)
        return S3Response()

    def get_bucket(self, request: S3Request) -> S3Response:
        """ListObjectsV2."""
        query = request.query
        if query.get("list-type") != "2":
            raise S3Error(501, "NotImplemented")
        place, prefix = self.buckets.existing(request.bucket), query.get("prefix", "")
        after = query.get("continuation-token") or query.get("start-after", "")
        names = sorted(unquote(path.name) for path in place.iterdir())
        wanted = [name for name in names if name.startswith(prefix) and name > after]
        if delimiter := query.get("delimiter"):
            wanted, folders = _grouped(wanted, prefix, delimiter)
        else:
            folders = []
        most = min(int(query.get("max-keys", MOST_KEYS)), MOST_KEYS)
        page, is_cut = wanted[:most], len(wanted) > most
        write = encode if query.get("encoding-type") == "url" else escape
        rows = "".join(self._row(place, name, write(name)) for name in page)
        groups = "".join(
            f"<CommonPrefixes><Prefix>{write(name)}</Prefix></CommonPrefixes>" for name in folders
        )
        token = escape(page[-1]) if is_cut else ""
        return _xml(
            "ListBucketResult",
            f"<Name>{request.bucket}</Name><Prefix>{write(prefix)}</Prefix>"
            f"<KeyCount>{len(page)}</KeyCount><MaxKeys>{most}</MaxKeys>"
            + ("<EncodingType>url</EncodingType>" if write is encode else "")
            + f"<IsTruncated>{'true' if is_cut else 'false'}</IsTruncated>"
            + (f"<NextContinuationToken>{token}</NextContinuationToken>" if token else "")
            + rows
            + groups,
        )

    @staticmethod
    def _row(place: Path, name: str, written: str) -> str:
        path = place / encode(name)
        with suppress(FileNotFoundError):  # deleted meanwhile
            facts, tag = path.stat(), etag(path)
            at = datetime.fromtimestamp(facts.st_mtime, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
            return (
                f"<Contents><Key>{written}</Key><LastModified>{at}</LastModified>"
                f"<ETag>{escape(tag)}</ETag><Size>{facts.st_size}</Size>"
                "<StorageClass>STANDARD</StorageClass></Contents>"
            )
        return ""

    def post_bucket_delete(self, request: S3Request) -> S3Response:
        """DeleteObjects."""
        place = self.buckets.existing(request.bucket)
        keys = [each.text or "" for each in elements(request.body, "Key")]
        for key in keys:
            (place / encode(key)).unlink(missing_ok=True)
        gone = "".join(f"<Deleted><Key>{escape(key)}</Key></Deleted>" for key in keys)
        return _xml("DeleteResult", gone)

    def put_object(self, request: S3Request) -> S3Response:
        return S3Response(headers={"ETag": self.buckets.write(request, request.body)})

    def get_object(self, request: S3Request) -> S3Response:
        path = self.buckets.found(request)
        data, headers = path.read_bytes(), _object_headers(path)
        wanted = RANGE.fullmatch(request.headers.get("range", ""))
        if wanted is None or wanted[0] == "bytes=-":
            return S3Response(200, data, headers)
        first, last = wanted[1], wanted[2]
        start = int(first) if first else max(len(data) - int(last), 0)
        end = min(int(last) + 1, len(data)) if first and last else len(data)
        if start >= end:
            raise S3Error(416, "InvalidRange")
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(data)}"
        return S3Response(206, data[start:end], headers)

    def head_object(self, request: S3Request) -> S3Response:
        path = self.buckets.found(request)
        return S3Response(headers=_object_headers(path), length=path.stat().st_size)

    def delete_object(self, request: S3Request) -> S3Response:
        self.buckets.path(request).unlink(missing_ok=True)
        return S3Response(204)

    def post_object_uploads(self, request: S3Request) -> S3Response:
        """CreateMultipartUpload."""
        self.buckets.existing(request.bucket)
        upload = secrets.token_hex(8)
        (self.buckets.folder / f".upload-{upload}").mkdir()
        return _xml(
            "InitiateMultipartUploadResult",
            f"<Bucket>{request.bucket}</Bucket><Key>{escape(request.key)}</Key>"
            f"<UploadId>{upload}</UploadId>",
        )

    def put_object_uploadId(self, request: S3Request) -> S3Response:  # noqa: N802
        """UploadPart."""
        part = self.buckets.uploads(request) / f"{int(request.query['partNumber']):05d}"
        part.write_bytes(request.body)
        return S3Response(headers={"ETag": etag(part)})

    def post_object_uploadId(self, request: S3Request) -> S3Response:  # noqa: N802
        """CompleteMultipartUpload: the parts that are named, in their order."""
        folder, data, listed = self.buckets.uploads(request), b"", []
        for each in elements(request.body, "Part"):
            number = int(each.findtext("{*}PartNumber") or 0)
            part = folder / f"{number:05d}"
            if not part.exists() or each.findtext("{*}ETag") != etag(part):
                raise S3Error(400, "InvalidPart")
            listed.append(number)
            data += part.read_bytes()
        if not listed or listed != sorted(listed):
            raise S3Error(400, "InvalidPartOrder")
        tag = self.buckets.write(request, data)
        shutil.rmtree(folder)
        key = escape(request.key)
        return _xml("CompleteMultipartUploadResult", f"<Key>{key}</Key><ETag>{escape(tag)}</ETag>")

    def delete_object_uploadId(self, request: S3Request) -> S3Response:  # noqa: N802
        """AbortMultipartUpload."""
        shutil.rmtree(self.buckets.uploads(request))
        return S3Response(204)


def _grouped(names: list[str], prefix: str, delimiter: str) -> tuple[list[str], list[str]]:
    """The names of this level, and the folders below it."""
    rest = {name: name[len(prefix) :].partition(delimiter) for name in names}
    folders = sorted({prefix + head + delimiter for head, found, _ in rest.values() if found})
    return [name for name, (_, found, _) in rest.items() if not found], folders


def _object_headers(path: Path) -> dict[str, str]:
    return {
        "ETag": etag(path),
        "Last-Modified": formatdate(path.stat().st_mtime, usegmt=True),
        "Accept-Ranges": "bytes",
        "Content-Type": "application/octet-stream",
    }


def _xml(root: str, inner: str) -> S3Response:
    text = f'<?xml version="1.0" encoding="UTF-8"?><{root} xmlns="{NAMESPACE}">{inner}</{root}>'
    return S3Response(200, text.encode(), {"Content-Type": "application/xml"})


class S3Server:
    """The server. `fault` is one of these while it is not None:

    `down` closes connections without an answer, `hanging` answers nothing while it lasts, `slow`
    answers after `slow_seconds`, `error` answers 500, `truncated` ends in the middle of a body,
    `answer lost` does what was asked and then closes the connection.
    """

    slow_seconds = 0.3

    def __init__(self, folder: Path) -> None:
        self.buckets = Buckets(folder)
        self.api = S3Api(self.buckets)
        self.fault: str | None = None
        self.requests: list[tuple[str, str]] = []
        self.over = threading.Event()
        folder.mkdir(parents=True, exist_ok=True)
        handler = type("BoundS3Handler", (S3Handler,), {"s3": self})
        self.httpd = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.httpd.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.httpd.server_port}"
        self.thread = threading.Thread(target=self.httpd.serve_forever, args=(0.02,), daemon=True)

    def start(self) -> "S3Server":
        self.thread.start()
        return self

    def close(self) -> None:
        self.fault = "down"  # for connections that stay open
        self.over.set()
        self.httpd.shutdown()
        self.httpd.server_close()

    @contextmanager
    def failing(self, fault: str) -> Iterator[None]:
        """Have this fault for a while."""
        self.fault = fault
        try:
            yield
        finally:
            self.fault = None

    def wait_while_hanging(self) -> None:
        while self.fault == "hanging" and not self.over.is_set():
            self.over.wait(0.02)

    def respond(self, request: S3Request, raw: bytes) -> S3Response:
        """Check and answer a request."""
        self.requests.append((request.method, request.path))
        try:
            if self.fault == "error":
                raise S3Error(500, "InternalError")
            check_signature(request, raw)
            request.body = decoded_body(request.headers, raw)
            return self.api.answer(request)
        except S3Error as fault:
            inner = f"<Code>{fault.code}</Code><Message>{fault.code}</Message>"
            body = f'<?xml version="1.0" encoding="UTF-8"?><Error>{inner}</Error>'.encode()
            return S3Response(fault.status, body, {"Content-Type": "application/xml"})


class S3Handler(BaseHTTPRequestHandler):
    """Reads requests and sends responses, with the fault of the moment."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    s3: S3Server

    def handle_one(self) -> None:
        if self.s3.fault == "down":
            self.hang_up()
            return
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.s3.fault == "slow":
            time.sleep(self.s3.slow_seconds)
        self.s3.wait_while_hanging()
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        request = S3Request(self.command, parts.path, query, headers, b"")
        self.send(self.s3.respond(request, raw))

    def send(self, response: S3Response) -> None:
        if self.s3.fault == "answer lost":
            self.hang_up()
            return
        self.send_response(response.status)
        length = len(response.body) if response.length is None else response.length
        for name, value in {**response.headers, "Content-Length": str(length)}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.send_body(response.body)

    def send_body(self, body: bytes) -> None:
        with suppress(ConnectionError):  # the client did not wait
            if self.s3.fault == "truncated" and body:
                self.wfile.write(body[: len(body) // 2])
                self.hang_up()
            else:
                self.wfile.write(body)

    def hang_up(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *args: object) -> None:
        """Write nothing."""


for method in ("GET", "HEAD", "PUT", "POST", "DELETE"):
    setattr(S3Handler, f"do_{method}", S3Handler.handle_one)
