"""Papers in every script, names that no paper can show, and PDFs that fail again and again."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.urls import reverse

from accounts.models import Agent, AuditEvent
from conftest import NOON, make_staff
from hitouch.core.printing import fonts
from hitouch.core.printing.printed_text import InvalidName
from hitouch.core.tests.printing.test_fonts import SCHEDULED_LANGUAGES
from onboarding import queries
from onboarding.agreements import sealing, signing
from onboarding.agreements.pdf import layout
from onboarding.demo import agents
from onboarding.models import SignedPaper
from onboarding.steps import gates
from onboarding.tests.factories import signed_agent
from onboarding.tests.support.sealed_pdfs import exact_text_of, sealed, words_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
OLD_NAME = "Nila \U0001f600 \u202eoaR"


def paper(text: str, *facts: str) -> bytes:
    """A rendered paper with this text, and these facts on its last page."""
    rows = [layout.PdfFact("Signed as", fact) for fact in facts]
    document = layout.PdfDocument(
        title="Paper", about="About", foot="Foot", text=f"Paper\n\n{text}", lead="Lead.",
        sections=[layout.PdfSection("Who", rows)],
    )  # fmt: skip
    return layout.render_pdf(document, at=NOON)


def fonts_in(pdf: bytes) -> set[str]:
    """The names of the fonts that are embedded, without their subset's prefix."""
    with pikepdf.open(BytesIO(pdf)) as document:
        names = [str(item.get("/BaseFont", "")) for item in document.objects if _is_font(item)]
    return {re.sub(r"^/[A-Z]{6}\+", "", name).removesuffix("-Identity-H") for name in names}


def _is_font(item: Any) -> bool:
    return isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font"


def test_a_name_in_every_script_is_drawn() -> None:
    """Typst ends with an error for a glyph that is missing; every language has its font."""
    names = list(SCHEDULED_LANGUAGES.values())
    pdf = paper("\n\n".join(f"Between HitouchCX and {name}." for name in names), *names)
    used = fonts_in(pdf)
    for script in ("Bengali", "Devanagari", "Gujarati", "Gurmukhi", "Kannada", "Malayalam", "Oriya",
                   "Tamil", "Telugu", "OlChiki", "MeeteiMayek"):  # fmt: skip
        assert any(name.startswith(f"NotoSans{script}") for name in used), script
    assert any(name.startswith("NotoNaskhArabic") for name in used)
    words = words_of(pdf)
    for plain in ("D'Souza K. M. Joseph", "ᱥᱟᱱᱛᱟᱲᱤ", "Łukasz"):
        assert plain in words


def test_typst_draws_what_the_fonts_say() -> None:
    """Every character that is called drawable is drawn: the renderer itself is the judge."""
    codes = sorted(code for code in fonts._drawable_codes() if fonts.is_drawable(chr(code)))
    assert len(codes) > 4000
    assert paper(" ".join(map(chr, codes))).startswith(b"%PDF")


def test_undrawable_characters_are_printed_as_code_points() -> None:
    """A paper always comes; the attached text has the characters as they were."""
    text = f"Signed by {OLD_NAME} and \u674e\u200b."
    pdf = paper(text, "Mozilla \x85 \U0001f600")
    words = words_of(pdf)
    for part in ("Nila [U+1F600] [U+202E]oaR", "[U+674E][U+200B].", "Mozilla", "as they were"):
        assert part in words
    assert exact_text_of(pdf) == f"Paper\n\n{text}"
    assert "code points" not in words_of(paper("Signed by Nila Rao."))


@pytest.mark.parametrize(
    ("name", "shown"),
    [(OLD_NAME, "HitouchCX and Nila [U+1F600]"), ("Nila 2", "HitouchCX and Nila 2 Rao")],
)
def test_pdf_is_made_for_a_name_of_older_rules(assessed: Agent, name: str, shown: str) -> None:
    """A profile from before names were checked is signed, and the paper is sealed."""
    assessed.given_name = name
    assessed.save()
    agents.read_agreements(agent=assessed, now=NOON)
    signing.send_signing_code(agent=assessed, channel="email", at=NOON)
    signing.sign_agreements(
        agent=assessed,
        accept=[str(row.pk) for row in gates.unsigned_agreements(assessed)],
        typed_name=assessed.name,
        code=agents.latest_code(assessed),
        at=NOON,
        ip="203.0.113.7",
        user_agent="Mozilla \x85",
    )
    pdfs = sealed(assessed)
    assert set(pdfs) == {"NDA", "CONTRACTOR"}
    assert shown in words_of(pdfs["NDA"])


def test_a_name_is_signed_as_a_paper_shows_it(assessed: Agent) -> None:
    """Invisible characters do not count when names are compared, so they must not be typed."""
    agents.read_agreements(agent=assessed, now=NOON)
    accept = [str(row.pk) for row in gates.unsigned_agreements(assessed)]
    with pytest.raises(InvalidName):
        signing.require_intent(agent=assessed, accept=accept, typed_name="Nila\u202e Rao")


def test_attempts_end_and_staff_start_them_again(
    monkeypatch: Any, staff_client: Any, agent_client: Any
) -> None:
    """A PDF that always fails is given up after some two days, shown to operations, who retry."""
    agent = signed_agent()
    SignedPaper.objects.update(tries=SignedPaper.MAX_TRIES - 1)
    with monkeypatch.context() as broken:
        broken.setattr("onboarding.agreements.sealing.layout.render_pdf", lambda *a, **k: 1 / 0)
        assert sealing.seal_due_pdfs(at=NOON) == 0
    later = NOON + 1000 * HOUR
    assert sealing.seal_due_pdfs(at=later) == 0
    assert SignedPaper.objects.given_up().count() == 2
    waiting = {row.label: row.count for row in queries.work_queues(now=later)}
    assert waiting["Signed PDFs not created"] == 2

    url = reverse("admin:onboarding_signature_changelist")
    pks = [str(pk) for pk in agent.signatures.values_list("pk", flat=True)]
    post = {"action": "retry", "_selected_action": pks}
    assert agent_client(agent).post(url, post).status_code == 302
    assert staff_client(make_staff("Farid", "reviewer")).post(url, post).status_code == 403
    assert SignedPaper.objects.given_up().count() == 2
    operations = staff_client(make_staff("Omar", "operations"))
    assert "Failed 50 times: ZeroDivisionError" in operations.get(url).content.decode()
    page = operations.post(url, post, follow=True)
    assert "2 of 2 started again" in page.content.decode()
    assert not SignedPaper.objects.given_up().exists()
    assert AuditEvent.objects.filter(action="agreement.sealing_retried").count() == 2
    assert sealing.seal_due_pdfs(at=later) == 2
    assert "0 of 2 started again" in operations.post(url, post, follow=True).content.decode()
