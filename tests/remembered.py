"""What costs a second is done once, for real, and remembered: by all workers, and until it changes.

What a reader says of a picture depends on the picture, on the reader's code and on its libraries,
and is known by all three: who changes one of them has everything read again. CI remembers nothing
from one run to the next. `make clean` forgets.
"""

import ast
import fcntl
import os
import pickle
import shutil
import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from hitouch.core import faces, sandbox

ROOT = Path(__file__).resolve().parents[1]
#: Jobs of the sandbox that say the same of the same bytes.
REMEMBERED = ("onboarding.aadhaar:", "hitouch.core.decoding:")
#: What a reader is made of besides its modules: what it learned, and which libraries it has.
LEARNED = ("onboarding/reading/eng.traineddata.gz", "requirements.txt")

#: Nothing is believed for more than a week, and what no test asks for any more does not pile up.
LONGEST_SECONDS = 7 * 24 * 3600


@pytest.fixture(scope="session", autouse=True)
def quick_faces() -> Iterator[None]:
    """Each picture is looked at once a session, by the real models; the cast has one face often."""
    look, seen = faces._found, {}

    def remembered(upright: Any, models: Any, describe: bool) -> Any:
        key = (upright.size, zlib.crc32(upright.tobytes()), describe)
        if key not in seen:
            seen[key] = look(upright, models, describe)
        return seen[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(faces, "_found", remembered)
        yield


@pytest.fixture(scope="session", autouse=True)
def read_each_card_once() -> Iterator[None]:
    """The same picture is decoded and read once by the same code; a refusal is not remembered."""
    whole, folder = sandbox.run, place()

    def run(job: str, data: bytes, **facts: Any) -> Any:
        if not job.startswith(REMEMBERED) or is_hasty(**facts):
            return whole(job, data, **facts)
        known = folder / sha256(f"{job} {facts}\n".encode() + data).hexdigest()
        with known.open("a+b") as answer:
            fcntl.flock(answer, fcntl.LOCK_EX)  # who comes second waits for the first
            answer.seek(0)
            if (said := unpacked(answer.read())) is None:
                said = whole(job, data, **facts)
                answer.truncate(0)
                answer.write(pickle.dumps(said))
                answer.flush()
            return said

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sandbox, "run", run)
        yield


def is_hasty(*, limits: sandbox.Limits | None = None, **ignored: Any) -> bool:
    """Who waits less than a second asks about the waiting: no memory answers that."""
    return limits is not None and limits.patience_seconds < 1


def unpacked(said: bytes) -> Any:
    """An answer that was written to its end, or None."""
    try:
        return pickle.loads(said)  # noqa: S301 our own
    except (EOFError, pickle.UnpicklingError):
        return None


def place() -> Path:
    """Where the answers of just these readers lie; those of others before them are cleared away."""
    if os.environ.get("CI"):
        folder = Path(os.environ["HITOUCH_VAR"]).parent / "remembered"  # it goes with the run
    else:
        folder = ROOT / "var" / "remembered" / made_of(REMEMBERED)
        for other in set(folder.parent.glob("*")) - {folder}:
            shutil.rmtree(other, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    for answer in folder.iterdir():
        with suppress(FileNotFoundError):  # another worker was here first
            if time.time() - answer.stat().st_mtime > LONGEST_SECONDS:
                answer.unlink()
    return folder


def made_of(jobs: tuple[str, ...]) -> str:
    """The mark of all code of ours that the jobs run, and of what it learned."""
    digest = sha256(sys.version.encode())
    paths = sorted(files_of({job.partition(":")[0] for job in jobs}))
    for path in [*paths, *(ROOT / name for name in LEARNED)]:
        digest.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def files_of(modules: set[str]) -> set[Path]:
    """These modules and all of ours that they import, however far down."""
    found: set[Path] = set()
    waiting = {"hitouch.core.sandbox.nursery", *modules}
    while waiting:
        *above, last = waiting.pop().split(".")
        if above:
            waiting.add(".".join(above))  # a package runs before what is in it
        stem = ROOT.joinpath(*above, last)
        for path in {stem.with_suffix(".py"), stem / "__init__.py"} - found:
            if path.exists():
                found.add(path)
                waiting |= imports_of(path)
    return found


def imports_of(path: Path) -> set[str]:
    """Every name that a file imports, as if each were a module."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {str(node.module), *(f"{node.module}.{each.name}" for each in node.names)}
    return names
