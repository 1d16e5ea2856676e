"""Slots: figures and lists in FAQ texts that follow from settings and rules.

A text names a slot in double braces, such as {{ code_minutes }}. Its value is read whenever the
text is shown, so a changed rule changes the answer at once.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from accounts import rules as account_rules
from accounts.models import NoticeCategory
from chatbot.models import HelpLanguage
from chatbot.models.tickets import REOPENS_WITHIN
from gigs import rules as gig_rules
from hitouch.core.errors import Refusal
from onboarding import rules as onboarding_rules
from payments import rules as payment_rules
from proctoring import rules as assessment_rules

#: A slot in a text.
SLOT = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


class BrokenSlot(Refusal):
    """A text names a slot that does not exist or has no value at present."""

    code = "broken_slot"

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"There is no value for {{{{ {name} }}}}.")


@dataclass(frozen=True)
class FaqSlot:
    """One slot: what it says, and how its value is read in a language."""

    name: str
    help_text: str
    value: Callable[[str], str]


def names_in(text: str) -> list[str]:
    """Names of the slots of a text, in its order, each once."""
    return list(dict.fromkeys(match[1] for match in SLOT.finditer(text)))


@dataclass
class SlotValues:
    """Values of slots for one request: each is read at most once a language."""

    _read: dict[tuple[str, str], str] = field(default_factory=dict)

    def value(self, name: str, language: str) -> str:
        """The value of a slot. Raises `BrokenSlot` if there is none."""
        key = (name, language)
        if key not in self._read:
            slot = REGISTRY.get(name)
            self._read[key] = slot.value(HelpLanguage(language)) if slot else ""
        if not self._read[key]:
            raise BrokenSlot(name)
        return self._read[key]

    def fill(self, text: str, language: str) -> str:
        """The text with the values in place of the slots."""
        return SLOT.sub(lambda match: self.value(match[1], language), text)


def registry_for_staff() -> list[tuple[str, str, str]]:
    """Name, help text and present English value of each slot, for those who write entries."""
    values = SlotValues()
    rows = []
    for slot in REGISTRY.values():
        try:
            value = values.value(slot.name, HelpLanguage.EN)
        except BrokenSlot:
            value = ""
        rows.append((slot.name, slot.help_text, value))
    return rows


_SECTION_NAMES = {
    "AUDIO_MCQ": ("listening", "सुनना", "listening"),
    "READING_MCQ": ("reading", "पढ़ना", "reading"),
    "FILL_BLANK": ("fill in the blanks", "खाली जगह भरना", "fill in the blanks"),
    "SPEAKING": ("speaking", "बोलना", "speaking"),
    "WRITING": ("writing", "लिखना", "writing"),
}
_WEEKDAYS = (
    ("Monday", "सोमवार", "Monday"),
    ("Tuesday", "मंगलवार", "Tuesday"),
    ("Wednesday", "बुधवार", "Wednesday"),
    ("Thursday", "गुरुवार", "Thursday"),
    ("Friday", "शुक्रवार", "Friday"),
    ("Saturday", "शनिवार", "Saturday"),
    ("Sunday", "रविवार", "Sunday"),
)
_LANGUAGES = (HelpLanguage.EN, HelpLanguage.HI, HelpLanguage.HINGLISH)


def _in(language: str, english: str, hindi: str, hinglish: str) -> str:
    return (english, hindi, hinglish)[_LANGUAGES.index(HelpLanguage(language))]


def _assessment_sections(language: str) -> str:
    minutes = _in(language, "{} min", "{} मिनट", "{} min")
    parts = [
        f"{_in(language, *_SECTION_NAMES[row.kind])} ({minutes.format(row.minutes)})"
        for row in assessment_rules.sections()
    ]
    return ", ".join(parts)


def _assessment_minutes(language: str) -> str:
    return str(sum(row.minutes for row in assessment_rules.sections()) or "")


def _payout_schedule(language: str) -> str:
    moment = payment_rules.payout_moment()
    if moment is None:
        return _in(
            language,
            "Our finance team sends payments after the work is approved; there is no fixed day",
            "काम मंज़ूर होने के बाद हमारी फ़ाइनेंस टीम पेमेंट भेजती है; कोई तय दिन नहीं है",
            "Kaam approve hone ke baad finance team payment bhejti hai; koi fixed din nahi hai",
        )
    weekday, hour = moment
    day = _in(language, *_WEEKDAYS[weekday])
    return _in(
        language,
        f"Payments are prepared every {day} at {hour:02}:00 and sent after a person approves them",
        f"पेमेंट हर {day} {hour:02}:00 बजे तैयार होते हैं और मंज़ूरी के बाद भेजे जाते हैं",
        f"Payment har {day} {hour:02}:00 baje ready hote hain, approval ke baad bheje jaate hain",
    )


def _share(basis_points: int) -> str:
    whole, rest = divmod(basis_points, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".") + "%"


def _fee(index: int) -> Callable[[str], str]:
    def value(language: str) -> str:
        rates = payment_rules.fee_basis_points()
        return _share(rates[index]) if rates else ""

    return value


def _account_wait(language: str) -> str:
    hours = onboarding_rules.figures()["account_wait_hours"]
    if not hours:
        return _in(language, "as soon as it is verified", "जाँच होते ही", "verify hote hi")
    return _in(
        language,
        f"{hours} hours after you add it, once it is verified",
        f"जोड़ने के {hours} घंटे बाद, जाँच पूरी होने पर",
        f"add karne ke {hours} ghante baad, verify hone par",
    )


def _notice_categories(language: str) -> str:
    return ", ".join(str(label) for label in NoticeCategory.labels)


def _figures_of(rows: Callable[[], dict[str, int]], texts: dict[str, str]) -> list[FaqSlot]:
    return [
        FaqSlot(name, help_text, lambda language, name=name: str(rows()[name]))  # type: ignore[misc]
        for name, help_text in texts.items()
    ]


#: All slots by name. A new figure of a rule is added here, in the app's `rules` and in a text.
REGISTRY: dict[str, FaqSlot] = {
    slot.name: slot
    for slot in [
        *_figures_of(
            account_rules.figures,
            {
                "code_digits": "Digits of a one-time code.",
                "code_minutes": "Minutes for which a code works.",
                "code_attempts": "Wrong entries after which a code stops working.",
                "resend_seconds": "Seconds before another code can be sent.",
                "codes_an_hour": "Codes that can be sent to one contact in an hour.",
                "password_length": "Least number of characters of a password.",
                "log_in_tries": "Wrong passwords before log-in pauses.",
                "log_in_pause_minutes": "Minutes for which wrong passwords are counted.",
                "closing_days": "Days from the request to close an account until it is erased.",
                "exports_a_day": "Downloads of one's own data in a day.",
                "adult_age": "Least age of an agent, in years.",
            },
        ),
        *_figures_of(
            onboarding_rules.figures,
            {
                "review_hours": "Hours in which documents should be reviewed.",
                "document_megabytes": "Largest file of a document or résumé, in MB.",
                "pdf_password_tries": "Wrong passwords of a locked PDF before it is deleted.",
                "account_changes_a_day": "Bank accounts that can be saved in a day.",
            },
        ),
        *_figures_of(
            assessment_rules.figures,
            {
                "assessment_attempts": "Attempts at the assessment in the period.",
                "assessment_attempt_days": "The period of attempts, in days.",
                "assessment_begin_hours": "Hours in which a prepared assessment has to be started.",
                "identity_tries": "Photos before a person looks.",
                "result_review_hours": "Hours in which a held result is reviewed.",
                "appeal_days": "Days in which a decision about a result can be contested.",
                "appeal_answer_days": "Days in which an appeal is answered.",
            },
        ),
        *_figures_of(
            gig_rules.figures,
            {
                "free_release_hours": "Hours before the start until which a release is not late.",
                "release_undo_minutes": "Minutes after a claim in which a release is never late.",
                "clock_in_minutes": "Minutes before the start from which one can clock in.",
                "swap_hours": "Hours before the start until which a shift can be offered.",
                "shift_hours_a_day": "Most hours of shifts a day.",
                "shift_hours_a_week": "Most hours of shifts a week.",
                "approval_days": "Days after which work is approved by itself.",
                "correction_days": "Days after a shift in which hours can be corrected.",
                "application_days": "Days in which a client has to decide on applications.",
                "dispute_open_days": "Days in which a dispute can be opened.",
                "dispute_answer_days": "Working days in which the other side has to answer.",
                "dispute_decision_days": "Working days in which staff decide.",
                "rating_days": "Days in which a gig can be rated.",
            },
        ),
        FaqSlot("assessment_sections", "Sections of the assessment in use.", _assessment_sections),
        FaqSlot("assessment_minutes", "Minutes of all sections together.", _assessment_minutes),
        FaqSlot(
            "pass_level",
            "Level that passes the assessment.",
            lambda language: assessment_rules.pass_level(),
        ),
        FaqSlot(
            "least_level",
            "Lowest level with which an agent is cleared.",
            lambda language: onboarding_rules.least_level(),
        ),
        FaqSlot("payout_schedule", "When payments are sent, as a sentence.", _payout_schedule),
        FaqSlot("platform_fee", "The platform fee, in percent.", _fee(0)),
        FaqSlot("fee_gst", "GST on the platform fee, in percent.", _fee(1)),
        FaqSlot("account_wait", "From when a new bank account is used.", _account_wait),
        FaqSlot("notice_categories", "What notices are about, as a list.", _notice_categories),
        FaqSlot(
            "reopen_days",
            "Days in which a closed ticket can be reopened by a reply.",
            lambda language: str(REOPENS_WITHIN.days),
        ),
    ]
}
