"""The server of the fake providers: one port, a URL prefix for each provider."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from hitouch.fakes.server import FakeResponse, FakeServer, Request, as_json, to
from hitouch.stack import ports, programs
from hitouch.stack.paths import stack_paths


class Mirror:
    """Answers with the request it got."""

    prefix = "mirror"

    def answer(self, request: Request) -> FakeResponse:
        if request.path == "/away":
            return to("https://elsewhere.example/")
        said = {"method": request.method, "path": request.path, "query": request.query}
        return as_json(200, said | {"form": request.form, "json": request.json})


@pytest.fixture(scope="module")
def fakes() -> Iterator[FakeServer]:
    server = FakeServer([Mirror()]).in_thread()
    yield server
    server.close()


def test_a_request_reaches_the_provider_of_its_prefix(fakes: FakeServer) -> None:
    """The provider gets path, query, form and JSON, parsed."""
    said = httpx.post(f"{fakes.url}/mirror/a/b?x=1&x=2", data={"y": "ü"}).json()
    assert said == {
        "method": "POST", "path": "/a/b", "query": {"x": "1"}, "form": {"y": "ü"}, "json": None,
    }  # fmt: skip
    assert httpx.patch(f"{fakes.url}/mirror/", json={"z": 3}).json()["json"] == {"z": 3}
    assert httpx.get(f"{fakes.url}/mirror/away").headers["location"].startswith("https://else")


def test_an_unknown_prefix_is_404(fakes: FakeServer) -> None:
    """An unknown prefix is 404, and a body that is too long is 413."""
    assert httpx.get(f"{fakes.url}/other/").status_code == 404
    assert httpx.post(f"{fakes.url}/mirror/", content=b"x" * 1_100_000).status_code == 413
    assert httpx.get(f"{fakes.url}/livez").json() == {"stand_ins": ["mirror"]}


def test_the_server_keeps_its_port(tmp_path: Path) -> None:
    """The port is used again at the next start; if it is taken, another is remembered."""
    kept = tmp_path / "outside.port"
    with ports.open_remembered_port(kept) as first:
        port = first.getsockname()[1]
    with ports.open_remembered_port(kept) as again:
        assert again.getsockname()[1] == port
        with ports.open_remembered_port(kept) as other:  # while the first holds it
            assert other.getsockname()[1] != port
            assert kept.read_text() == str(other.getsockname()[1])


@pytest.mark.parametrize("written", ["", "nonsense", "99999999", "٣"])
def test_an_invalid_port_file_is_replaced(tmp_path: Path, written: str) -> None:
    """A free port is chosen and written to the file."""
    kept = tmp_path / "outside.port"
    kept.write_text(written)
    with ports.open_remembered_port(kept) as listening:
        assert kept.read_text() == str(listening.getsockname()[1])


def test_the_server_uses_the_socket_it_inherits(tmp_path: Path) -> None:
    """The socket is open before the process starts, so that no early request is refused."""
    paths = stack_paths(tmp_path)
    paths.logs.mkdir()
    with ports.open_remembered_port(paths.fakes_port) as listening:
        child = programs.fakes(paths, listening=listening.fileno(), site="http://127.0.0.1:1")
        address, port = listening.getsockname()
    try:
        said = httpx.get(f"http://{address}:{port}/livez", timeout=60).json()
        assert said == {"stand_ins": ["digilocker", "model", "payouts", "uidai"]}
    finally:
        child.end(within=5)


def test_the_fakes_import_nothing_of_the_apps(tmp_path: Path) -> None:
    """The fakes import neither Django nor the apps."""
    script = (
        "import sys, hitouch.fakes.__main__ as main, pathlib;"
        f"main.all_providers(pathlib.Path({str(tmp_path)!r}));"
        "print([n for n in ('django', 'celery', 'hitouch.core') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
