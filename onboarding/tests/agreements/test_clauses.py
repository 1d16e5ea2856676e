"""The contractor agreement is one between a platform and a freelance agent, and nothing else.

An earlier version had agents sign as paying customers of a proctoring service. The rules below
hold for the text in force and for every new version.
"""

import re
from pathlib import Path

import pytest
from django.conf import settings

from onboarding.agreements import seeding
from onboarding.agreements import text as agreements_text

TEXT = (seeding.TEXTS / f"contractor-{seeding.VERSION}.md").read_text(encoding="utf-8")
NDA = (seeding.TEXTS / f"nda-{seeding.VERSION}.md").read_text(encoding="utf-8")
LEGAL = (Path(settings.BASE_DIR) / "docs" / "legal.md").read_text(encoding="utf-8")
BOTH = pytest.mark.parametrize("text", [TEXT, NDA], ids=["contractor", "nda"])
ACT = re.compile(
    r"((?:[A-Z]\w+ )+(?:on (?:[A-Z]\w+ ?)+|(?:[A-Z]\w+ )*(?:Act|Adhiniyam))),? ((?:18|19|20)\d\d)"
)
CLAUSES = {
    "What this agreement is": [
        "clients", "independent people", "applying accepts it", "keep a copy of it",
    ],
    "You are independent": [
        "independent contractor", "Nothing here makes you an employee",
        "You choose which opportunities to apply for and which shifts to take",
        "no least number of hours", "we do not promise any work", "You may work for others",
        "your own computer, connection and room", "Code on Social Security, 2020",
    ],
    "Your account is yours alone": ["18 or older", "Nobody else may use your account"],
    "Shifts": ["48 hours", "noted as late"],
    "Quality and conduct": ["silent for 7 days, the work counts as approved"],
    "Money": [
        "by the hour or a fixed price, in rupees", "gross amount", "tax deducted at source",
        "the platform's fee", "GST on that fee", "what is left for you", "no fines",
    ],
    "When you disagree": ["A person who did not take the decision", "waits"],
    "Data about you": ["never keep your whole Aadhaar number", "Data Protection Act, 2023"],
    "Data about customers": ["confidentiality agreement"],
    "Results of your work": ["from the moment you are paid for it", "You assign", "stays yours"],
    "Liability": ["up to what that gig has paid you", "what the law does not allow"],
    "When we may stop an account": ["You can answer", "a person decides", "Approved work is paid"],
    "How this agreement changes": ["you read and sign it before you take new work"],
    "How this agreement ends": ["You can end it at any time", "14 days' notice", "is paid"],
    "Law and disputes": ["The law of India", "Mediation Act, 2023", "courts of Bengaluru"],
    "Notices": ["e-mail address in your profile"],
    "Signature": [
        "one-time code", "section 10A of the Information Technology Act, 2000",
        "Bharatiya Sakshya Adhiniyam, 2023", "sealed copy",
    ],
}  # fmt: skip
#: Terms of an employment contract.
EMPLOYMENT = [
    "employer", "employment", "salary", "wage", "probation", "appointment letter", "designation",
    "provident fund", "gratuity", "bonus", "overtime", "annual leave", "paid leave", "sick leave",
    "working hours", "office hours", "exclusive", "reporting manager", "supervisor", "resign",
    "dismiss", "retire", "permanent", "full-time", "non-compete",
]  # fmt: skip
#: Terms of a service contract with a customer, as in the earlier text.
CUSTOMER = [
    "service credit", "service level", "sla", "uptime", "subscription", "invoice", "licence fee",
    "license fee", "price list", "renew", "late interest", "per month", "indemnif", "rebo",
    "proctoring service", "our customer", "you pay us", "purchase",
]  # fmt: skip


def clauses(text: str) -> dict[str, str]:
    """The text below each numbered heading."""
    by_heading: dict[str, str] = {}
    for block in agreements_text.layout_blocks(text):
        if block.kind == "heading":
            heading = block.text.partition(" ")[2]
            by_heading[heading] = ""
        elif by_heading:
            by_heading[heading] += f" {block.text}"
    return by_heading


def test_it_is_between_the_platform_and_an_agent() -> None:
    """Both parties are named, the agent by the profile's name and place."""
    title, sides = (block.text for block in agreements_text.layout_blocks(TEXT)[:2])
    assert title.startswith("CONTRACTOR AGREEMENT, version")
    assert sides.startswith('Between HitouchCX ("the platform", "we") and {name}, of {place}')


def test_it_has_every_clause_in_its_order() -> None:
    """All clauses are there, in order, and no others."""
    assert list(clauses(TEXT)) == list(CLAUSES)


def test_each_clause_has_its_key_phrases() -> None:
    """The phrases on which the status as a freelance contractor rests."""
    texts = clauses(TEXT)
    wanted = ((heading, words) for heading, all_words in CLAUSES.items() for words in all_words)
    assert [words for heading, words in wanted if words not in texts[heading]] == []


@BOTH
@pytest.mark.parametrize("words", [EMPLOYMENT, CUSTOMER], ids=["hired", "sold to"])
def test_no_terms_of_employment_or_sale(text: str, words: list[str]) -> None:
    """No term of an employment contract, and none of a service contract with a customer."""
    assert re.findall("|".join(rf"\b{re.escape(each)}\w*" for each in words), text, re.I) == []


def test_employee_is_only_mentioned_in_the_denial() -> None:
    """The word occurs once, in the sentence that rules employment out."""
    sentences = [s for s in re.split(r"(?<=\.)\s", TEXT) if "employ" in s.lower()]
    assert len(sentences) == 1
    assert sentences[0].startswith("Nothing here makes you an employee, partner or agent-at-law")


@BOTH
def test_no_rate_and_no_sum(text: str) -> None:
    """Rates of tax and fees are dated rows in payments; in a text they would become wrong."""
    assert not re.search(r"\d\s?%|per ?cent|₹|\bRs\b|\bINR\b|\brupees \d", text)


@BOTH
def test_every_law_is_in_the_legal_notes(text: str) -> None:
    """Every Act that a text cites is listed in docs/legal.md."""
    named = {f"{name} {year}" for name, year in ACT.findall(text)}
    assert len(named) >= 3
    sourced = LEGAL.replace(",", "")
    assert not [
        law for law in named if law.removeprefix("Indian ").removeprefix("the ") not in sourced
    ]


@BOTH
def test_no_restraint_and_no_penalty(text: str) -> None:
    """Sections 27 and 74 of the Contract Act: one may work for competitors, and pays no fine."""
    assert "competitors" in text
    assert not re.search(r"\b(shall|may|must|will) not (work|compete)|\bpenalty of\b", text)
    assert re.search(r"no fines|There is no fixed penalty", text)
