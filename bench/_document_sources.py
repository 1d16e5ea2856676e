"""Onboarding over HTTP with documents from DigiLocker or UIDAI, and with Aadhaar numbers misplaced.

The fakes of DigiLocker and UIDAI run beside the site.
"""

import time
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import httpx
from _harness import Site

from hitouch.journey import cast as journey_cast
from hitouch.journey import steps
from hitouch.journey.cast import Cast, NewAgent
from hitouch.journey.client import ApiSession, Report, StepFailed
from onboarding.demo import cards

FETCH_SECONDS = 60
SHARE_CODE = "7C3F"
HERE, OFFLINE = "/onboarding/digilocker/", "/onboarding/documents/aadhaar-offline/"
DocumentSource = Callable[[ApiSession, NewAgent, Report], None]


def onboard(site: Site, who: NewAgent, cast: Cast, report: Report, source: DocumentSource) -> None:
    """From sign-up to both agreements signed, with the documents from this source."""
    agent = ApiSession(site.url)
    steps.sign_up(agent, who, report)
    steps.fill_profile(agent, who, report)
    source(agent, who, report)
    if agent.get("/onboarding/")["next_step"] == "kyc":
        steps.approve_documents(steps.enter(site.url, cast.reviewer), who, report)
    sitting = steps.take_assessment(agent, who, report)
    steps.clear_sitting(steps.enter(site.url, cast.proctor), sitting, report)
    steps.sign(agent, who, report)


def by_digilocker(agent: ApiSession, who: NewAgent, report: Report) -> None:
    """A document with an unmasked number is refused, a masked one is accepted."""
    with report.step("DigiLocker: a number that is not masked is refused"):
        visit = _fetch(agent, _person(who) | {"last_four": who.aadhaar})
        if (visit["state"], visit["reason"]) != ("COMPLETED", "NOT_MASKED"):
            raise StepFailed(f"the visit is {visit['state']} {visit['reason']}")
    with report.step("DigiLocker: the documents come"):
        visit = _fetch(agent, _person(who))
        if visit["state"] != "COMPLETED":
            raise StepFailed(f"the visit is {visit['state']}: {visit['why']}")
    with report.step("DigiLocker: everything agrees, and nobody has to look"):
        ends = time.monotonic() + FETCH_SECONDS
        while agent.get("/onboarding/")["next_step"] == "kyc":
            if time.monotonic() > ends:
                raise StepFailed(f"not approved within {FETCH_SECONDS} s")
            time.sleep(0.3)


def by_offline_file(agent: ApiSession, who: NewAgent, report: Report) -> None:
    """UIDAI's offline file, with wrong share codes first; the PAN as a picture."""
    with report.step("UIDAI: get a file"):
        form = _person(who) | {"phone": who.phone[-10:], "share_code": SHARE_CODE}
        given = httpx.post(f"{_fakes_url(agent)}/uidai/", data=form).raise_for_status().content
    named = {"file": (f"{who.aadhaar}.zip", given, "application/zip")}
    with report.step("agent: bring it, and type the wrong things first"):
        for wrong in (who.aadhaar, cards.grouped(who.aadhaar), "0000"):
            agent.call("POST", OFFLINE, 422, files=named, data={"share_code": wrong})
        agent.call("POST", OFFLINE, 200, files=named, data={"share_code": SHARE_CODE})
    with report.step("agent: show the PAN and send both"):
        steps.upload_document(agent, who, "pan", {"number": who.pan})
        agent.post("/onboarding/documents/submit/")


def type_it_everywhere(site: Site, who: NewAgent, report: Report) -> None:
    """An agent who types the whole Aadhaar number into every field, and is refused."""
    agent, number = ApiSession(site.url), cards.grouped(who.aadhaar)
    steps.sign_up(agent, who, report)
    with report.step("agent: type the whole number into the profile"):
        profile = who.profile()
        for wrong in (
            {"bio": f"My Aadhaar is {number}."},
            {"given_name": f"Journey {number}"},
            {"skills": [number]},
            {"languages": ["English", number]},
            {"current_address": profile["current_address"] | {"line2": number}},
            {"qualifications": [profile["qualifications"][0] | {"institution": number}]},
        ):
            agent.call("PUT", "/onboarding/profile/", 422, json=profile | wrong)
        half_typed = {"json": {"fields": {"bio": number}}, "headers": {"If-Match": '"0"'}}
        agent.call("PATCH", "/onboarding/profile/drafts/work/", 422, **half_typed)
    steps.fill_profile(agent, who, report)
    with report.step("agent: name files by it, and type all of it for four digits"):
        card = {"file": (f"aadhaar {number}.jpg", who.card("aadhaar-front"), "image/jpeg")}
        path = "/onboarding/documents/aadhaar-front/"
        for wrong in (who.aadhaar, number):
            agent.call("PUT", path, 422, files=card, data={"last_four": wrong})
        front = agent.put(path, files=card, data={"last_four": who.aadhaar[-4:]}, expect=202)
        steps.wait_until_read(agent, front)
        pan = {"file": (f"{who.aadhaar}.jpg", who.card("aadhaar-front"), "image/jpeg")}
        facts = {"number": who.pan}
        steps.wait_until_read(
            agent, agent.put("/onboarding/documents/pan/", files=pan, data=facts, expect=202)
        )


def _person(who: NewAgent) -> dict[str, str]:
    return {
        "name": who.name, "born": journey_cast.BIRTH_ON.isoformat(), "pin": "411001",
        "last_four": who.aadhaar[-4:], "pan": who.pan,
    }  # fmt: skip


def _authorize_url(agent: ApiSession) -> str:
    return str(agent.post(HERE, {"agreed": True}, expect=201)["authorize_url"])


def _fakes_url(agent: ApiSession) -> str:
    """The address of the fakes, which all listen on one port."""
    there = urlsplit(_authorize_url(agent))
    agent.call("DELETE", HERE, 204)
    return f"{there.scheme}://{there.netloc}"


def _fetch(agent: ApiSession, says: dict[str, str]) -> dict[str, str]:
    """Consent as this person, return to the site, and wait until a worker has fetched."""
    allowed = httpx.post(_authorize_url(agent), data=says | {"answer": "allow"})
    answer = parse_qs(urlsplit(allowed.headers["Location"]).query)
    agent.post(f"{HERE}return/", {name: values[0] for name, values in answer.items()})
    ends = time.monotonic() + FETCH_SECONDS
    while not (visit := agent.get(HERE)["visit"])["is_over"]:
        if time.monotonic() > ends:
            raise StepFailed(f"not fetched within {FETCH_SECONDS} s: is a worker running?")
        time.sleep(0.3)
    return dict(visit)
