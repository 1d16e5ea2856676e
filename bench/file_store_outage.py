"""A running site whose bucket is lost for 30 seconds while agents upload documents.

The tests' S3 server closes connections for the first half of the loss and answers nothing in the
second half. Agents send again what was refused, as a page that keeps its form does.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

import httpx
from _harness import Site, fresh_site, report
from _project import PROJECT
from documents_uploads import KINDS, Uploader, browser_of, newcomer

AGENTS, CALM, LOST, AFTER = 2, 6.0, 30.0, 20.0
SENTENCE = "We cannot save or open files right now"
TYPED = "7316"
SERVER = """
import sys
from pathlib import Path
from tests.support import s3_sites
with s3_sites.s3_server(Path(sys.argv[1])) as server:
    found = s3_sites.environment(server)
    print(__import__("json").dumps(found), flush=True)
    for line in sys.stdin:
        server.fault = line.strip() or None
"""
STATE = """
import json
from collections import Counter
from accounts.models import Agent
from hitouch.core.files import storage
from hitouch.core.models import PostponedRow, StoredFile
from onboarding.models import KycUpload
def is_readable(file):
    try:
        return storage.read(file) is not None
    except Exception:
        return False
files = list(StoredFile.objects.all())
uploads = KycUpload.objects.values_list("pk", "state")
print(json.dumps({
    "uploads": {str(pk): state for pk, state in uploads},
    "unreadable": sum(not is_readable(file) for file in files),
    "files": len(files),
    "postponed": PostponedRow.objects.count(),
}))
"""
UNREAD = ("WAITING", "READING")


@dataclass
class Answer:
    """One upload: when it was sent, how long it took, and what came back."""

    at: float
    took: float
    status: int
    is_told: bool
    pk: str


class Bucket:
    """The S3 server, in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(folder)],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.environment: dict[str, str] = json.loads(self.process.stdout.readline())

    def be(self, fault: str) -> None:
        """Have this fault from now on; "" ends it."""
        assert self.process.stdin
        self.process.stdin.write(f"{fault}\n")
        self.process.stdin.flush()

    def close(self) -> None:
        self.process.communicate("")


@contextmanager
def site_with_bucket() -> Iterator[tuple[Site, Bucket]]:
    with tempfile.TemporaryDirectory(prefix="hitouch-bench-s3-") as folder:
        bucket = Bucket(Path(folder) / "s3")
        os.environ |= bucket.environment
        try:
            with fresh_site() as site:
                site.start()
                site.settle()
                yield site, bucket
        finally:
            bucket.close()


def keep_uploading(uploader: Uploader, ended: Event) -> list[Answer]:
    """Send one document after another; what was refused is sent again."""
    answers, number = [], 0
    while not ended.is_set():
        began = time.monotonic()
        kind = KINDS[number % len(KINDS)]
        facts = {"last_four": uploader.who.aadhaar[-4:]}
        if kind == "pan":
            facts = {"number": uploader.who.pan}
        path = f"/api/v1/onboarding/documents/{kind}/"
        picture = {"file": (f"{kind}.jpg", uploader.cards[kind], "image/jpeg")}
        answer = uploader.api.http.put(path, files=picture, data=facts)
        is_told = SENTENCE in answer.text and "Retry-After" in answer.headers
        pk = answer.json().get("id", "") if answer.status_code < 300 else ""
        took = time.monotonic() - began
        answers.append(Answer(began, took, answer.status_code, is_told, pk))
        number += answer.status_code < 300
        ended.wait(2.0)
    return answers


def look_around(url: str, client: httpx.Client, ended: Event, seen: dict[str, list[int]]) -> None:
    """A page without files, /livez and /readyz meanwhile."""
    while not ended.is_set():
        for path in ("/home/", "/livez", "/readyz"):
            seen.setdefault(path, []).append(client.get(url + path).status_code)
        ended.wait(0.5)


def is_form_kept(client: httpx.Client, uploader: Uploader) -> bool:
    """Whether a page's form that was refused says why, with what was typed in it."""
    page = "/onboarding/documents/aadhaar-front/"
    client.get(page)
    form = {"last_four": TYPED, "csrfmiddlewaretoken": client.cookies["csrftoken"]}
    files = {"file": ("front.jpg", uploader.cards["aadhaar-front"], "image/jpeg")}
    answer = client.post(page, data=form, files=files)
    return answer.status_code == 503 and SENTENCE in answer.text and TYPED in answer.text


def seconds_until_all_read(site: Site) -> float:
    """Until no upload is waiting any more; a minute and a half at most."""
    began = time.monotonic()
    while time.monotonic() - began < 90:
        states = json.loads(site.run(STATE))["uploads"].values()
        if not any(state in UNREAD for state in states):
            break
    return time.monotonic() - began


def measure(site: Site, bucket: Bucket) -> dict[str, tuple[float, float]]:
    """Some seconds of uploads, the loss, and some seconds after it."""
    people = [newcomer(site.url) for _ in range(AGENTS)]
    uploaders = [Uploader(*each) for each in people]
    visitor, form = browser_of(site.url, people[0][0]), browser_of(site.url, people[1][0])
    ended, seen = Event(), dict[str, list[int]]()
    watching = Thread(target=look_around, args=(site.url, visitor, ended, seen))
    with ThreadPoolExecutor(AGENTS) as pool:
        sending = [pool.submit(keep_uploading, each, ended) for each in uploaders]
        watching.start()
        time.sleep(CALM)
        lost_at = time.monotonic()
        kept = []
        for fault in ("down", "hanging"):
            bucket.be(fault)
            half_over = time.monotonic() + LOST / 2
            kept.append(is_form_kept(form, uploaders[1]))
            time.sleep(max(0.0, half_over - time.monotonic()))
        bucket.be("")
        back_at = time.monotonic()
        time.sleep(AFTER)
        ended.set()
        answers = [answer for each in sending for answer in each.result()]
    watching.join()
    read_after = seconds_until_all_read(site)
    state = json.loads(site.run(STATE))
    accepted = [answer.pk for answer in answers if answer.pk]
    during = [answer for answer in answers if lost_at < answer.at < back_at]
    refused = [answer for answer in answers if answer.status == 503]
    first = min(
        (answer.at + answer.took - back_at for answer in answers
         if answer.pk and answer.at + answer.took > back_at), default=999.0,
    )  # fmt: skip
    print(f"{len(answers)} uploads sent, {len(accepted)} accepted, {len(refused)} refused")
    print(f"states at the end: {sorted(state['uploads'].values())}")
    print(f"{state['files']} files kept, {state['postponed']} rows postponed")
    odd = [answer.status for answer in answers if answer.status not in (200, 201, 202, 503)]
    others = [status for status in seen["/home/"] + seen["/livez"] if status != 200]
    return {
        "file store lost: other answers than accepted or 503": (len(odd), 0),
        "file store lost: refused without a sentence": (
            sum(not answer.is_told for answer in refused), 0,
        ),
        "file store lost: slowest answer, s": (max(answer.took for answer in during), 8),
        "file store lost: forms not kept": (kept.count(False), 0),
        "file store lost: other pages that failed": (len(others), 0),
        "file store lost: /readyz that did not know": (int(503 not in seen["/readyz"]), 0),
        "file store lost: accepted and gone": (
            sum(pk not in state["uploads"] for pk in accepted), 0,
        ),
        "file store lost: kept files that cannot be read": (state["unreadable"], 0),
        "file store lost: uploads never read": (
            sum(each in UNREAD for each in state["uploads"].values()), 0,
        ),
        "file store lost: s until one is accepted again": (first, 8),
        "file store lost: s until all are read, after the last": (read_after, 60),
    }  # fmt: skip


if __name__ == "__main__":
    with site_with_bucket() as (running, store):
        figures = measure(running, store)
    report(figures)
