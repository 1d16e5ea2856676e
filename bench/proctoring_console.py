"""From an event of a live sitting until a proctor's console shows it, with 200 sittings.

`bench/proctoring_console.py 100` records so many events in a running site, from a process beside
its servers: first with four sockets of consoles open, then with one page in Chromium.
"""

import asyncio
import importlib
import json
import random
import shutil
import sys
import time
from statistics import median
from typing import Any

from _harness import Site, fresh_site, p95, report
from playwright.sync_api import sync_playwright
from websockets.asyncio.client import connect

SITTINGS, CONSOLES, EVENTS = 200, 4, 100
GAP_SECONDS = 0.1
GOAL_SECONDS = 1.0
TELL = """
(id) => new Promise((tell) => {
  const tile = document.querySelector(`.tile[data-id="${id}"]`);
  new MutationObserver((_, seen) => { seen.disconnect(); tell(Date.now()); })
    .observe(tile.querySelector(".tile-share"), { childList: true, subtree: true });
})
"""


async def listen(site: Site, cookie: str, heard: dict[tuple[str, int], float]) -> None:
    """One console without a page: when it got which observation first."""
    url = site.url.replace("http", "ws") + "/ws/proctor/"
    headers = {"Cookie": f"sessionid={cookie}"}
    async with connect(url, additional_headers=headers, origin=site.url, max_size=None) as socket:  # type: ignore[arg-type]
        async for text in socket:
            now, frame = time.time(), json.loads(text)
            for row in frame.get("rows", []):
                if row["latest"]:
                    heard.setdefault((row["id"], row["latest"]["number"]), now)


async def measure(site: Site, sittings: list[Any], cookie: str, events: int) -> dict[str, Any]:
    """Seconds from the record to each console's socket."""
    record = importlib.import_module("_live_sittings").record
    heard: list[dict[tuple[str, int], float]] = [{} for _ in range(CONSOLES)]
    listening = [asyncio.create_task(listen(site, cookie, each)) for each in heard]
    await asyncio.sleep(3)
    choose = random.Random(7)
    sent: dict[tuple[str, int], float] = {}
    took = []
    for _ in range(events):
        sitting = choose.choice(sittings)
        began = time.time()
        number = await asyncio.to_thread(record, sitting)
        took.append(time.time() - began)
        sent[str(sitting.pk), number] = began
        await asyncio.sleep(GAP_SECONDS)
    await asyncio.sleep(3)
    for task in listening:
        task.cancel()
    # A later observation of the sitting in the same frame stands for an earlier one.
    delays = []
    for each in heard:
        for (pk, number), began in sent.items():
            arrived = [at for (row, got), at in each.items() if row == pk and got >= number]
            delays.append(min(arrived, default=float("inf")) - began)
    return {"socket": delays, "record": took}


def on_screen(site: Site, sittings: list[Any], cookie: str, events: int) -> list[float]:
    """Seconds from the record until a real Chromium has changed the tile."""
    record, delays = importlib.import_module("_live_sittings").record, []
    with sync_playwright() as player:
        found = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = player.chromium.launch(executable_path=found, args=["--no-sandbox"])
        context = browser.new_context(base_url=site.url, viewport={"width": 1366, "height": 768})
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": site.url}])
        page = context.new_page()
        page.goto("/proctor/")
        page.locator("[data-link=live]").wait_for()
        loop = asyncio.new_event_loop()
        for place in range(events):
            sitting = sittings[place * 7 % len(sittings)]
            shown = page.evaluate_handle(f"() => ({{ at: ({TELL})('{sitting.pk}') }})")
            began = time.time()
            loop.run_in_executor(None, record, sitting)
            delays.append(page.evaluate("(each) => each.at", shown) / 1000 - began)
        browser.close()
    return delays


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS
    with fresh_site() as site:
        site.start()
        site.settle()
        site.set_up_django()
        rows, session = importlib.import_module("_live_sittings").fill(SITTINGS)
        found = asyncio.run(measure(site, rows, session, wanted))
        seen = on_screen(site, rows, session, min(wanted, 30))
    print(
        f"{SITTINGS} sittings, {CONSOLES} consoles, {wanted} events: on a socket after "
        f"{median(found['socket']) * 1000:.0f} ms, on the screen after {median(seen) * 1000:.0f} ms"
        f" (medians); recording one took {median(found['record']) * 1000:.0f} ms"
    )
    report(
        {
            "console: until a socket has it, s, 95 %": (p95(found["socket"]), GOAL_SECONDS),
            "console: until the screen shows it, s, 95 %": (p95(seen), GOAL_SECONDS),
        }
    )
