"""Hostile files through the decoders: which are stored unchanged, and what decoding costs.

Also what confining a job costs: the same empty job with and without.
"""

import os
import resource
import time
from collections.abc import Callable
from statistics import median

from _harness import report

from hitouch.core.files import content_type, decoding
from hitouch.core.sandbox import confinement, fork_server
from hitouch.core.sandbox.limits import MEGABYTE, Limits
from hitouch.core.tests.support.hostile import DISARMED, HOSTILE

JOBS: dict[str, tuple[Callable, ...]] = {
    "pdf": (decoding.pdf_as_picture, decoding.pdf_as_pdf),
    "image": (decoding.decode_image,),
}


def cost(job: Callable, data: bytes) -> tuple[float, float, bytes]:
    """CPU seconds, extra megabytes, and a mark if unchanged, under the sandbox's limits."""
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        limits = Limits()
        fork_server.apply_limits(
            cpu_seconds=limits.cpu_seconds,
            memory_bytes=limits.memory_bytes,
            patience_seconds=limits.patience_seconds,
        )
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        try:
            kept = job(data)[1]
        except BaseException:  # refused, broken, or a limit exceeded: nothing is stored
            kept = b""
        swollen = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        os.write(into, f"{swollen}\n".encode())
        os.write(into, b"same" if kept == data else b"")
        os._exit(0)
    os.close(into)
    _, _, used = os.wait4(child, 0)
    with os.fdopen(out, "rb") as pipe:
        swollen, _, same = pipe.read().partition(b"\n")
    return used.ru_utime + used.ru_stime, int(swollen or 0) / 1024, same


JOBS_TIMED = 200


def empty_job(confine: confinement.Confinement | None) -> float:
    """Milliseconds until a forked child that does nothing has answered."""
    out, into = os.pipe()
    began = time.perf_counter()
    child = os.fork()
    if child == 0:
        try:
            if confine:
                confine.apply(into)
            os.write(into, b"done")
        finally:
            os._exit(0)
    os.close(into)
    with os.fdopen(out, "rb") as pipe:
        if pipe.read() != b"done":
            raise RuntimeError("a confined job did not answer")
    taken = time.perf_counter() - began
    os.waitpid(child, 0)
    return taken * 1000


def main() -> None:
    """Run every file through every decoder of its content type."""
    as_sent, slowest, largest, count = 0, (0.0, ""), (0.0, ""), 0
    for name, build in (HOSTILE | DISARMED).items():
        data = build()
        count += 1
        for job in (
            JOBS.get(content_type.detect_kind(data), ()) if 0 < len(data) <= 5 * MEGABYTE else ()
        ):
            seconds, megabytes, same = cost(job, data)
            as_sent += bool(same)
            slowest = max(slowest, (seconds, name))
            largest = max(largest, (megabytes, name))
    print(f"{count} files; {slowest[1]} took longest, {largest[1]} most memory")
    confine = confinement.Confinement(required=True)
    pairs = [(empty_job(None), empty_job(confine)) for _ in range(JOBS_TIMED)]
    free, confined = median(one for one, _ in pairs), median(two for _, two in pairs)
    print(f"an empty job: {free:.2f} ms free, {confined:.2f} ms confined")
    report({
        "hostile files stored as sent": (as_sent, 0),
        "seconds of processor, the most": (slowest[0], 2.1),
        "megabytes beside the decoders, the most": (largest[0], 300),
        "milliseconds that confining adds to a job": (confined - free, 5),
        "files missing of 43": (max(0, 43 - count), 0),
    })  # fmt: skip


if __name__ == "__main__":
    main()
