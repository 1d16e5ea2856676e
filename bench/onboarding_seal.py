"""Sealed PDFs: the cost of making and verifying one, and whether any changed byte is noticed.

The PDFs are those of the demo agents, sealed by the site's worker. One is changed in 500 single
bits at random places, and each copy is verified as the public page does. The share that the
signature alone accepts shows why the page compares the hash as well.
"""

import json

from _harness import Site, fresh_site, p95, report

CHANGES, TIMES = 500, 40
#: Run inside the site. The last line is what was found.
LOOK = f"""
import json, random, time
from itertools import cycle
from django.conf import settings
from django.utils import timezone
from hitouch.core.files import storage
from onboarding.models import SignedPaper
from onboarding.agreements import sealing, verification
from onboarding.agreements.pdf import layout, seal

ends = time.monotonic() + 90
while SignedPaper.objects.unsealed().exists() and time.monotonic() < ends:
    time.sleep(0.2)
papers = SignedPaper.objects.select_related("file", "signature__template")
paper, signed = papers.latest("created_at"), cycle([row.signature for row in papers])
pdf, rng = storage.read(paper.file), random.Random(20261125)

def timed(act):
    began, worked = time.perf_counter(), time.process_time()
    act()
    return [(time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000]

def draw():
    signature = next(signed)
    return layout.render_pdf(sealing.signed_pdf_content(signature), at=signature.signed_at)

def make():
    key, certificate = settings.HITOUCH_SEAL_KEY, settings.HITOUCH_SEAL_CERT
    return seal.seal_pdf(draw(), key=key, certificate=certificate)

make()
found = {{
    "draw": [timed(draw) for _ in range({TIMES})],
    "make": [timed(make) for _ in range({TIMES})],
    "check": [timed(lambda: verification.verify(pdf)) for _ in range({TIMES})],
    "size": len(pdf), "findings": {{}}, "seal_passed": 0, "refusal": [],
}}
found["ours"] = verification.verify(pdf).finding
for _ in range({CHANGES}):
    changed = bytearray(pdf)
    changed[rng.randrange(len(pdf))] ^= 1 << rng.randrange(8)
    began = time.perf_counter()
    finding = verification.verify(bytes(changed)).finding
    found["refusal"].append((time.perf_counter() - began) * 1000)
    found["findings"][finding] = found["findings"].get(finding, 0) + 1
    found["seal_passed"] += seal.is_intact(
        bytes(changed), certificate=paper.certificate, at=paper.sealed_at
    )
print(json.dumps(found))
"""


def looked(site: Site) -> dict:
    """Measure inside the site."""
    return json.loads(site.run(LOOK).splitlines()[-1])


if __name__ == "__main__":
    with fresh_site() as site:
        site.start()
        site.settle()
        found = looked(site)
    print(f"a paper has {found['size'] / 1000:.0f} kB")
    print(f"{CHANGES} changes: {found['findings']}; the seal alone passes {found['seal_passed']}")
    wall, cpu = (
        {name: p95([pair[side] for pair in found[name]]) for name in ("draw", "make", "check")}
        for side in (0, 1)
    )
    report(
        {
            "changed bytes taken for ours": (found["findings"].get("UNCHANGED", 0), 0),
            "our own paper refused": (int(found["ours"] != "UNCHANGED"), 0),
            "drawing, p95 ms": (wall["draw"], 100),
            "drawing and sealing, p95 ms": (wall["make"], 400),
            "drawing and sealing, p95 ms of CPU": (cpu["make"], 100),
            "checking ours, p95 ms": (wall["check"], 150),
            "checking ours, p95 ms of CPU": (cpu["check"], 75),
            "refusing a changed one, p95 ms": (p95(found["refusal"]), 20),
        }
    )
