"""What stands in for the outside world: one port, each provider below its own prefix."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from hitouch.outside.server import Answer, Asked, Outside, as_json, to
from hitouch.stack import StackError, ports


class Mirror:
    """Says what it was asked."""

    prefix = "mirror"

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/away":
            return to("https://elsewhere.example/")
        said = {"method": asked.method, "path": asked.path, "query": asked.query}
        return as_json(200, said | {"form": asked.form, "json": asked.json})


@pytest.fixture(scope="module")
def outside() -> Iterator[Outside]:
    server = Outside([Mirror()]).in_thread()
    yield server
    server.close()


def test_a_request_reaches_whoever_has_its_prefix(outside: Outside) -> None:
    """Path, query, form and JSON arrive taken apart."""
    said = httpx.post(f"{outside.url}/mirror/a/b?x=1&x=2", data={"y": "ü"}).json()
    assert said == {
        "method": "POST", "path": "/a/b", "query": {"x": "1"}, "form": {"y": "ü"}, "json": None,
    }  # fmt: skip
    assert httpx.patch(f"{outside.url}/mirror/", json={"z": 3}).json()["json"] == {"z": 3}
    assert httpx.get(f"{outside.url}/mirror/away").headers["location"].startswith("https://else")


def test_nobody_lives_at_an_unknown_prefix(outside: Outside) -> None:
    """An address of no provider is 404, and a body that is too long is not read."""
    assert httpx.get(f"{outside.url}/other/").status_code == 404
    assert httpx.post(f"{outside.url}/mirror/", content=b"x" * 1_100_000).status_code == 413
    assert httpx.get(f"{outside.url}/livez").json() == {"stand_ins": ["mirror"]}


def test_a_taken_port_is_passed_over() -> None:
    """The stand-ins take the first free port after the site's."""
    one = Outside([])
    try:
        port = one.server.server_port
        assert ports.free_beside(port - 1) != port
    finally:
        one.server.server_close()
    with pytest.raises(StackError, match="HITOUCH_PORT"):
        ports.free_beside(65535)


def test_stand_ins_load_nothing_of_ours(tmp_path: Path) -> None:
    """Started as a program of its own, it brings no Django along."""
    look = (
        "import sys, hitouch.outside.__main__ as main, pathlib;"
        f"main.stand_ins(pathlib.Path({str(tmp_path)!r}));"
        "print([n for n in ('django', 'celery', 'hitouch.core') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
