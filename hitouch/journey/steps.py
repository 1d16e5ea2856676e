"""The steps of a journey in order: each person's API calls and the expected responses."""

import hashlib
import time
import uuid
from datetime import timedelta
from typing import Any

from accounts.mfa import totp
from hitouch.journey.cast import Cast, CastLogin, NewAgent, now, portrait, spoken_answer
from hitouch.journey.client import ApiSession, Report, StepFailed
from hitouch.journey.monitored import LEASE_SECONDS, Monitored

Json = dict[str, Any]
GRADE_SECONDS = 180
READING_SECONDS = 180
ACCOUNT_SECONDS = 45
PRICE_PAISE = 150_000
COMPUTER = {
    "browser": "Chrome",
    "browser_version": 156,
    "desktop": True,
    "screen_width": 1920,
    "screen_height": 1080,
    "fullscreen": True,
    "camera": True,
    "microphone": True,
    "second_screen": False,
}
SENTENCE_SECONDS = 60


def whole_way(base_url: str, who: NewAgent, cast: Cast, report: Report) -> Json:
    """Run all steps. Returns the payment. Raises `StepFailed`."""
    agent = ApiSession(base_url)
    sign_up(agent, who, report)
    fill_profile(agent, who, report)
    show_pictures(agent, who, report)
    approve_documents(enter(base_url, cast.reviewer), who, report)
    proctor = enter(base_url, cast.proctor)
    sitting = take_assessment(agent, enter(base_url, cast.grader), proctor, who, report)
    clear_sitting(proctor, sitting, report)
    sign(agent, who, report)
    member = enter(base_url, cast.member)
    offer = publish(member, who, report)
    gig = get_accepted(agent, member, offer, report)
    work = do_work(agent, gig, report)
    with report.step("client: approve the work"):
        member.post(f"/client/works/{work['id']}/approve/", {"comment": "Well done."})
    return get_paid(agent, enter(base_url, cast.maker), enter(base_url, cast.checker), report)


def enter(base_url: str, login: CastLogin) -> ApiSession:
    """Log in an existing person."""
    person = ApiSession(base_url)
    try:
        person.log_in(login.contact, login.password, login.second_factor())
    except StepFailed as fault:
        if "wrong_second_factor" not in str(fault):
            raise
        # A code works once: another journey may have used this half minute's.
        time.sleep(totp.STEP_SECONDS - time.time() % totp.STEP_SECONDS)
        person.log_in(login.contact, login.password, login.second_factor())
    return person


def sign_up(agent: ApiSession, who: NewAgent, report: Report) -> None:
    """Create an account and verify both contacts."""
    with report.step("agent: ask for a sign-up code"):
        given = agent.post("/auth/sign-up/code/", {"contact": who.email}, expect=202)
    with report.step("agent: type the code"):
        typed = {"ticket": given["ticket"], "code": who.read_code(who.email)}
        grant = agent.post("/auth/sign-up/confirm/", typed)["sign_up_token"]
    with report.step("agent: choose a password"):
        chosen = {"sign_up_token": grant, "password": who.password}
        agent.use_tokens(agent.post("/auth/sign-up/password/", chosen, expect=201))
    with report.step("agent: verify the phone number"):
        agent.post("/me/contacts/code/", {"contact": who.phone}, expect=202)
        typed = {"contact": who.phone, "code": who.read_code(who.phone)}
        agent.post("/me/contacts/confirm/", typed)


def fill_profile(agent: ApiSession, who: NewAgent, report: Report) -> None:
    """Fill in the profile and upload the photo."""
    with report.step("agent: complete the profile"):
        agent.put("/onboarding/profile/", who.profile())
    with report.step("agent: add a photo"):
        agent.put("/onboarding/profile/photo/", files=face("file"))


def show_pictures(agent: ApiSession, who: NewAgent, report: Report) -> None:
    """Upload the three documents as pictures and submit them."""
    with report.step("agent: show the documents"):
        for kind in ("aadhaar-front", "aadhaar-back"):
            upload_document(agent, who, kind, {"last_four": who.aadhaar[-4:]})
        upload_document(agent, who, "pan", {"number": who.pan})
    with report.step("agent: send them to be checked"):
        agent.post("/onboarding/documents/submit/")


def upload_document(agent: ApiSession, who: NewAgent, kind: str, facts: dict[str, str]) -> None:
    """Upload a picture of a card with its details, and wait until it is read."""
    picture = {"file": (f"{kind}.jpg", who.card(kind), "image/jpeg")}
    upload = agent.put(f"/onboarding/documents/{kind}/", files=picture, data=facts, expect=202)
    wait_until_read(agent, upload)


def wait_until_read(agent: ApiSession, upload: Json) -> None:
    """Ask an upload until it is read. Raises `StepFailed` if it is not accepted."""
    ends = time.monotonic() + READING_SECONDS
    while upload["state"] in ("WAITING", "READING"):
        if time.monotonic() > ends:
            raise StepFailed(f"{upload['kind']} is not read after {READING_SECONDS} s")
        time.sleep(0.2)
        upload = agent.get(f"/onboarding/documents/uploads/{upload['id']}/")
    if upload["state"] != "READ":
        raise StepFailed(f"{upload['kind']}: {upload['detail'] or upload['state']}")


def face(field: str) -> Json:
    """The agent's photo as a form file."""
    return {field: ("face.jpg", portrait(), "image/jpeg")}


def approve_documents(reviewer: ApiSession, who: NewAgent, report: Report) -> None:
    """A reviewer claims the case, opens its documents, and approves."""
    with report.step("reviewer: find the case"):
        case = find(reviewer, "/staff/kyc-cases/", lambda row: row["agent"] == who.name)
    with report.step("reviewer: take it and look"):
        path = f"/staff/kyc-cases/{case['id']}/"
        case = reviewer.post(f"{path}claim/")
        for document in case["documents"]:
            reviewer.call("GET", f"{path}documents/{document['id']}/", 200, raw=True)
        reviewer.call("GET", f"{path}photo/", 200, raw=True)
    with report.step("reviewer: approve"):
        reviewer.post(f"{path}approve/", {"why": "Journey of the release."})


def find(person: ApiSession, path: str, wanted: Any) -> Json:
    """The first row of a paginated list for which `wanted` is true."""
    cursor: str | None = path
    while cursor:
        page = person.get(cursor)
        for row in page["data"]:
            if wanted(row):
                return dict(row)
        cursor = page["next"].partition("/api/v1")[2] if page["next"] else None
    raise StepFailed(f"{path} does not list it")


def take_assessment(
    agent: ApiSession, grader: ApiSession, proctor: ApiSession, who: NewAgent, report: Report
) -> str:
    """Take the assessment: checks, photo, questions, grade. Returns the sitting's id."""
    with report.step("agent: accept the invitation"):
        invitation = agent.get("/invitations/")["data"][0]["id"]
        sitting = agent.post("/sittings/", {"invitation": invitation}, expect=201)["id"]
    path = f"/sittings/{sitting}/"
    with report.step("agent: consent, and checks of network, computer, camera and microphone"):
        agent.post(f"{path}consent/", {"accept": True})
        measure_network(agent, path)
        agent.post(f"{path}system-check/", COMPUTER)
        sent = {**face("picture"), "sound": ("sound.ogg", spoken_answer(), "audio/ogg")}
        if not agent.call("POST", f"{path}device-test/", 200, files=sent)["passed"]:
            raise StepFailed("the picture or the sound did not pass")
    with report.step("agent: photo and spoken sentence"):
        seen = agent.call("POST", f"{path}identity/", 200, files=face("photo"))
        say_sentence(agent, path)
    if seen["outcome"] == "PERSON":
        with report.step("proctor: compare the photos"):
            decision = {"same_person": True, "reason": ""}
            proctor.post(f"/staff{path}identity/", decision)
    with report.step("agent: begin"):
        agent.post(f"{path}begin/")
    with report.step("agent: prove camera and sound"):
        watched = Monitored(agent, path)
        watched.start()
    try:
        with report.step("agent: report an event"):
            if watched.report("MOUSE_LEFT").get("status") != "recorded":
                raise StepFailed("the event was not recorded")
        with report.step("agent: answer every question"):
            answer_all(agent, path, who)
    finally:
        watched.stop()
    with report.step("agent: hand in and be graded"):
        agent.post(f"{path}submit/")
        wait_for_grade(agent, grader, path, who)
    return str(sitting)


def measure_network(agent: ApiSession, path: str) -> None:
    """Answer the network probe: send its bytes back, and its tokens while there are any."""
    probe = agent.http.get(f"/api/v1{path}probe/")
    token, content = probe.headers["X-Probe-Token"], probe.content
    while token:
        headers = {"X-Probe-Token": token, "Content-Type": "application/octet-stream"}
        answer = agent.call("POST", f"{path}probe/", 200, content=content, headers=headers)
        token, content = answer["token"], b""
    if not answer["check"]["passed"]:
        raise StepFailed(f"the network did not pass: {answer['check']['results']}")


def say_sentence(agent: ApiSession, path: str) -> None:
    """Say something until the sentence is heard, or the tries are used up and the site goes on."""
    ends = time.monotonic() + SENTENCE_SECONDS
    while time.monotonic() < ends:
        shown = agent.get(f"{path}sentence/")
        if shown["check"] in ("PASSED", "WAIVED"):
            return
        if shown["check"] == "WAITING":
            time.sleep(0.5)
            continue
        sent = {"sound": ("sound.ogg", spoken_answer(), "audio/ogg")}
        agent.call("POST", f"{path}sentence/", 200, files=sent)
    raise StepFailed(f"the sentence was not listened to within {SENTENCE_SECONDS} s")


def answer_all(agent: ApiSession, path: str, who: NewAgent) -> None:
    """Answer section by section: choose, write, and speak a recording."""
    while True:
        shown = questions_of(agent, path)
        for question in shown["questions"]:
            if question["kind"] == "SPEAKING":
                record_answer(agent, path, question["id"])
                continue
            value = who.answers[question["text"] + question["passage"]]
            agent.put(f"{path}answers/{question['id']}/", {"value": value})
        if shown["last"]:
            return
        agent.post(f"{path}sections/next/", {"position": shown["part"]["position"]})


def questions_of(agent: ApiSession, path: str) -> Json:
    """The questions of the open section, as soon as the sitting is monitored."""
    ends = time.monotonic() + LEASE_SECONDS
    while time.monotonic() < ends:
        shown: Json = agent.get(f"{path}questions/")
        if shown["monitored"]:
            return shown
        time.sleep(0.2)
    raise StepFailed("the questions are not shown: the connection does not hold the lease")


def record_answer(agent: ApiSession, path: str, question: str) -> None:
    """Send the recording in two chunks, as a page does while a person speaks."""
    sound = spoken_answer()
    start = {"device": str(uuid.uuid4()), "mime": "audio/ogg"}
    take = agent.post(f"{path}questions/{question}/recordings/", start, expect=201)["id"]
    middle = len(sound) // 2
    for number, piece in enumerate((sound[:middle], sound[middle:]), start=1):
        digest = {"X-Chunk-SHA256": hashlib.sha256(piece).hexdigest()}
        place = f"{path}recordings/{take}/chunks/{number}/"
        agent.call("PUT", place, 200, content=piece, headers=digest)
    closed = agent.post(f"{path}recordings/{take}/close/", {"chunks": 2})
    if closed["judgement"] != "OK":
        raise StepFailed(f"the recording was judged {closed['judgement']}")


def wait_for_grade(agent: ApiSession, grader: ApiSession, path: str, who: NewAgent) -> None:
    """Poll until the sitting is graded; a grader marks what the machine leaves to people."""
    own = {*who.answers.values()}
    ends = time.monotonic() + GRADE_SECONDS
    while time.monotonic() < ends:
        sitting = agent.get(path)
        if sitting["state"] == "FLAGGED":
            return  # drawn by lot, or in doubt: a proctor decides before the level is known
        if sitting["state"] == "GRADED":
            if not sitting["passed"]:
                raise StepFailed(f"graded {sitting['level']}, which does not pass")
            return
        if sitting["state"] == "GRADING":
            mark_next(grader, own)
        time.sleep(0.5)
    raise StepFailed(f"not graded within {GRADE_SECONDS} s: is a worker running?")


def mark_next(grader: ApiSession, own: set[str]) -> None:
    """Mark the next answer that waits for a person, if it is of this journey."""
    answer = grader.http.post("/api/v1/staff/grading/next/")
    if answer.status_code != 200:
        return
    taken = answer.json()
    place = f"/staff/grading/{taken['id']}/"
    if taken["recorded"]:
        is_own = grader.http.get(f"/api/v1{place}audio/").content == spoken_answer()
    else:
        is_own = taken["answer"] in own
    if not is_own:
        grader.post(f"{place}return/", expect=204)
        return
    grader.post(place, {"criteria": dict.fromkeys(taken["criteria"], 4)}, expect=204)


def clear_sitting(proctor: ApiSession, sitting: str, report: Report) -> None:
    """A proctor reviews and clears the sitting."""
    with report.step("proctor: look at the sitting and clear it"):
        proctor.get(f"/staff/sittings/{sitting}/")
        cleared = proctor.post(f"/staff/sittings/{sitting}/clear/")
        if cleared["state"] != "CLEARED":
            raise StepFailed(f"cleared, but it is {cleared['state']}")


def sign(agent: ApiSession, who: NewAgent, report: Report) -> None:
    """Sign both agreements with a code, and add a bank account."""
    with report.step("agent: read the agreements"):
        texts = agent.get("/onboarding/agreements/")["to_sign"]
        for text in texts:
            agent.post_in_time(f"/onboarding/agreements/{text['id']}/read/", "read_too_fast")
    with report.step("agent: sign the agreements"):
        agent.post("/onboarding/agreements/code/", {"channel": "email"}, expect=202)
        signed = {
            "typed_name": who.name,
            "accept": [text["id"] for text in texts],
            "code": who.read_code(who.email),
        }
        agent.post("/onboarding/agreements/sign/", signed, expect=201)
    with report.step("agent: name a bank account"):
        agent.post("/me/proof/", {"password": who.password}, expect=204)
        account = {"holder_name": who.name, "ifsc": "HDFC0000123"}
        number = f"{str(uuid.uuid4().int)[:11]}8"
        agent.put("/onboarding/bank-account/", {**account, "account_number": number})
        wait_for_account(agent)
    with report.step("agent: see that every step is done"):
        if agent.get("/onboarding/")["cleared_at"] is None:
            raise StepFailed("not cleared after the last step")


def wait_for_account(agent: ApiSession) -> None:
    """Poll until the bank account is verified."""
    ends = time.monotonic() + ACCOUNT_SECONDS
    while time.monotonic() < ends:
        account = agent.get("/onboarding/bank-account/")
        if account["state"] == "PASSED":
            if account["in_use"] is None:
                raise StepFailed("HITOUCH_ACCOUNT_COOLING_HOURS makes a new account wait")
            return
        if account["state"] in ("LOOK", "FAILED"):
            raise StepFailed(f"the account is {account['state']}: {account['sentence']}")
        time.sleep(0.5)
    raise StepFailed(f"not verified within {ACCOUNT_SECONDS} s: is a worker running?")


def publish(member: ApiSession, who: NewAgent, report: Report) -> Json:
    """Create a client's project, opportunity and slot, and publish."""
    with report.step("client: plan a project"):
        plan = {"title": f"Journey {who.family_name}", "budget_paise": PRICE_PAISE * 2}
        project = member.post("/client/projects/", plan, expect=201)["id"]
    with report.step("client: publish an opportunity with a slot"):
        offer = {
            "project": project,
            "title": f"Order desk {who.family_name}",
            "description": "Answer the chat of one afternoon.",
            "category": "CHAT",
            "minimum_level": "A2",
            "experience_years": 0,
            "headcount": 1,
            "pay_kind": "FIXED",
            "rate_paise": PRICE_PAISE,
            "apply_by": (now() + timedelta(days=2)).isoformat(),
        }
        made = member.post("/client/opportunities/", offer, expect=201)
        path = f"/client/opportunities/{made['id']}/"
        # It has begun, so that the agent can clock in however slow the site is.
        at = now()
        starts = at.replace(minute=at.minute // 30 * 30, second=0, microsecond=0)
        hours = {"starts_at": starts.isoformat(), "capacity": 1}
        hours["ends_at"] = (starts + timedelta(hours=4)).isoformat()
        member.post(f"{path}slots/", hours, expect=201)
        return dict(member.post(f"{path}publish/"))


def get_accepted(agent: ApiSession, member: ApiSession, offer: Json, report: Report) -> str:
    """Find the opportunity, apply and be accepted. Returns the gig's id."""
    with report.step("agent: find the opportunity"):
        find(agent, f"/opportunities/?q={offer['title']}", lambda row: row["id"] == offer["id"])
    with report.step("agent: apply"):
        path = f"/opportunities/{offer['id']}/applications/"
        terms = {"terms_version": offer["terms_version"]}
        application = agent.post(path, terms, expect=201)["id"]
    with report.step("client: accept"):
        member.post(f"/client/applications/{application}/accept/")
    with report.step("agent: see the gig"):
        made = find(agent, "/gigs/", lambda row: row["application"] == application)
        return str(made["id"])


def do_work(agent: ApiSession, gig: str, report: Report) -> Json:
    """Claim a slot, clock in and out, and submit the work."""
    with report.step("agent: claim a slot"):
        slot = agent.get(f"/gigs/{gig}/slots/")["data"][0]["id"]
        claim = agent.post(f"/slots/{slot}/claims/", expect=201)["id"]
    with report.step("agent: clock in"):
        session = agent.post(f"/claims/{claim}/clock-in/", expect=201)["id"]
    with report.step("agent: clock out"):
        agent.post(f"/work-sessions/{session}/clock-out/")
    with report.step("agent: hand in the work"):
        work = {"summary": "Forty chats answered.", "links": ["https://example.com/report"]}
        return dict(agent.post(f"/gigs/{gig}/works/", work, expect=201))


def get_paid(agent: ApiSession, maker: ApiSession, checker: ApiSession, report: Report) -> Json:
    """One finance colleague starts the payout, another settles it."""
    with report.step("agent: see the payment"):
        payment = agent.get("/payments/")["data"][0]
    with report.step("finance: start the payout"):
        payout = find(maker, "/staff/payouts/", lambda row: row["payment"] == payment["id"])
        path = f"/staff/payouts/{payout['id']}/"
        maker.post(f"{path}start/")
    with report.step("finance, a second person: settle it"):
        checker.post(f"{path}settle/", {"utr": f"JRNY{uuid.uuid4().hex[:12].upper()}"})
    with report.step("agent: see the money paid"):
        paid = agent.get(f"/payments/{payment['id']}/")
        if paid["state"] != "COMPLETED" or not paid["utr"]:
            raise StepFailed(f"the payment is {paid['state']}")
        return dict(paid)
