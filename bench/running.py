"""Seconds to start and stop the site, milliseconds of a page, and memory of all processes."""

from contextlib import suppress

import psutil
from _harness import PROJECT, Site, fresh_site, p95, report

from hitouch.journey import cast, steps
from hitouch.journey.client import ApiSession, Report
from hitouch.management.commands import journey


def megabytes(site: Site) -> float:
    """Memory of all its processes; shared pages are counted once (PSS)."""
    up = psutil.Process(site.process.pid)
    total = 0
    for each in (up, *up.children(recursive=True)):
        with suppress(psutil.Error):
            total += each.memory_full_info().pss
    return total / 1_000_000


def look_at_faces(site: Site) -> None:
    """Two agents upload a photo and cards, which loads the face and OCR models."""
    for _ in range(2):
        reader = journey.outbox_reader(site.url)
        who = cast.newcomer(reader, PROJECT / journey.BANK, email="", phone="")
        agent, quiet = ApiSession(site.url), Report(say=lambda words: None)
        steps.sign_up(agent, who, quiet)
        steps.fill_profile(agent, who, quiet)
        steps.show_pictures(agent, who, quiet)


def main() -> None:
    with fresh_site() as site:
        first = site.start()
        site.settle()
        for _ in range(20):
            site.milliseconds("/")
        pages = [site.milliseconds("/") for _ in range(200)]
        end = site.stop()
        again = site.start()
        site.settle()
        idle = megabytes(site)
        look_at_faces(site)
        faces = megabytes(site)
        site.stop()
    print(f"first start {first:.1f} s, next start {again:.1f} s, end {end:.1f} s")
    print(f"front page {sorted(pages)[100]:.1f} ms in the middle, {p95(pages):.1f} ms at 95 %")
    print(f"{idle:.0f} MB when nothing happens, {faces:.0f} MB with the models of faces")
    report(
        {
            "first_start_s": (first, 30.0),
            "next_start_s": (again, 15.0),
            "front_page_p95_ms": (p95(pages), 100.0),
            "end_s": (end, 15.0),
            "memory_mb": (idle, 1000.0),
            "memory_with_faces_mb": (faces, 1500.0),
        }
    )


if __name__ == "__main__":
    main()
