"""Sentences with facts from the user's own record, in the three languages of Help."""

from collections.abc import Mapping
from datetime import datetime

from chatbot.models import HelpLanguage
from hitouch.core.india_time import INDIA
from hitouch.core.web.humanize import clock_text, moment_text

_EN, _HI, _HINGLISH = HelpLanguage.EN, HelpLanguage.HI, HelpLanguage.HINGLISH
_MONTHS = (
    "जनवरी", "फ़रवरी", "मार्च", "अप्रैल", "मई", "जून", "जुलाई", "अगस्त", "सितंबर", "अक्टूबर", "नवंबर", "दिसंबर",
)  # fmt: skip


def moment(at: datetime, language: str) -> str:
    """Day and time in India."""
    if language != _HI:
        return moment_text(at)
    local = at.astimezone(INDIA)
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}, {clock_text(local)}"


def say(key: str, language: str, **facts: object) -> str:
    """One sentence. Facts are inserted as they are: the pages escape them."""
    return _in(TEXTS[key], language).format(**facts)


def word(key: str, language: str) -> str:
    """The word for a state, a step or a link; the key itself if there is none."""
    return _in(WORDS[key], language) if key in WORDS else key


def _in(texts: Mapping[HelpLanguage, str], language: str) -> str:
    return texts.get(HelpLanguage(language), texts[_EN])


def _all(english: str, hinglish: str, hindi: str) -> dict[HelpLanguage, str]:
    return {_EN: english, _HINGLISH: hinglish, _HI: hindi}


TEXTS = {
    "as_of": _all("As of {moment}.", "{moment} tak ki jaankari.", "{moment} तक की जानकारी।"),
    "step": _all(
        "Your next step: {step}. {done} of {all} steps are done.",
        "Aapka agla step: {step}. {all} mein se {done} step ho gaye hain.",
        "आपका अगला चरण: {step}। {all} में से {done} चरण हो चुके हैं।",
    ),
    "step_waits": _all(
        "{step}: you have done your part, and we are checking it. {done} of {all} steps are done.",
        "{step}: aapne apna kaam kar diya hai, hum check kar rahe hain. "
        "{all} mein se {done} step ho gaye hain.",
        "{step}: आपका काम हो गया है, हम जाँच कर रहे हैं। {all} में से {done} चरण हो चुके हैं।",
    ),
    "steps_done": _all(
        "All your onboarding steps are done.",
        "Aapke onboarding ke sabhi step ho gaye hain.",
        "आपके ऑनबोर्डिंग के सभी चरण हो चुके हैं।",
    ),
    "documents": _all(
        "Your documents: {state}.", "Aapke documents: {state}.", "आपके दस्तावेज़: {state}।"
    ),
    "documents_sent": _all(
        "You submitted them on {moment}.",
        "Aapne {moment} ko submit kiye.",
        "आपने {moment} को जमा किए।",
    ),
    "documents_asked": _all(
        "We need again: {documents}.",
        "Ye dobara chahiye: {documents}.",
        "ये फिर से चाहिए: {documents}।",
    ),
    "level": _all(
        "Your language level: {level}.", "Aapka language level: {level}.", "आपका भाषा स्तर: {level}।"
    ),
    "assessment": _all(
        "Your last assessment: {state}.",
        "Aapka pichhla test: {state}.",
        "आपकी पिछली परीक्षा: {state}।",
    ),
    "reviewed_until": _all(
        "A person checks the result by {moment}.",
        "Ek vyakti {moment} tak result check karega.",
        "एक व्यक्ति {moment} तक परिणाम की जाँच करेगा।",
    ),
    "applications": _all(
        "Your applications: {pending} pending, {accepted} accepted.",
        "Aapki applications: {pending} pending, {accepted} accept hui.",
        "आपके आवेदन: {pending} लंबित, {accepted} स्वीकार।",
    ),
    "no_applications": _all(
        "You have not applied for anything yet.",
        "Aapne abhi tak kahin apply nahi kiya hai.",
        "आपने अभी तक कहीं आवेदन नहीं किया है।",
    ),
    "application": _all(
        "{title}, {client}: {state}.", "{title}, {client}: {state}.", "{title}, {client}: {state}।"
    ),
    "to_decide": _all(
        "{count} applications wait for your decision.",
        "{count} applications aapke faisle ka intezaar kar rahi hain.",
        "{count} आवेदन आपके निर्णय की प्रतीक्षा में हैं।",
    ),
    "at_work": _all(
        "You are clocked in: {title}, {client}, since {start}. The shift ends at {end}.",
        "Aap clocked in hain: {title}, {client}, {start} se. Shift {end} par khatam hogi.",
        "आप क्लॉक इन हैं: {title}, {client}, {start} से। शिफ्ट {end} पर समाप्त होगी।",
    ),
    "shift": _all(
        "Your next shift: {title}, {client}, from {start} to {end}.",
        "Aapki agli shift: {title}, {client}, {start} se {end} tak.",
        "आपकी अगली शिफ्ट: {title}, {client}, {start} से {end} तक।",
    ),
    "more_shifts": _all("Then: {starts}.", "Uske baad: {starts}.", "उसके बाद: {starts}।"),
    "no_shift": _all(
        "You have no upcoming shift.",
        "Aapki koi aane wali shift nahi hai.",
        "आपकी कोई आने वाली शिफ्ट नहीं है।",
    ),
    "next_payment": _all(
        "Next payment: {amount}, {gig}, {state}.",
        "Agla payment: {amount}, {gig}, {state}.",
        "अगला भुगतान: {amount}, {gig}, {state}।",
    ),
    "still_to_come": _all(
        "In all, {amount} is still to come, after tax and fee.",
        "Kul {amount} aana baaki hai, tax aur fee ke baad.",
        "कुल {amount} आना बाकी है, कर और शुल्क के बाद।",
    ),
    "weekly_payouts": _all(
        "The next weekly payouts are prepared on {moment}.",
        "Agle weekly payouts {moment} ko taiyaar honge.",
        "अगले साप्ताहिक भुगतान {moment} को तैयार होंगे।",
    ),
    "last_payment": _all(
        "Last payment: {amount} on {moment}.",
        "Pichhla payment: {amount}, {moment} ko.",
        "पिछला भुगतान: {amount}, {moment} को।",
    ),
    "paid_this_month": _all(
        "Paid this month: {amount}.", "Is mahine mila: {amount}.", "इस महीने मिला: {amount}।"
    ),
    "held": _all("On hold: {amount}.", "Hold par: {amount}.", "रोका गया: {amount}।"),
    "failed": _all(
        "Returned by the bank: {amount}.", "Bank ne lautaya: {amount}.", "बैंक ने लौटाया: {amount}।"
    ),
    "no_payments": _all(
        "You have no payments yet. A payment appears when a client approves your work.",
        "Abhi tak koi payment nahi hai. Client kaam approve karega tab payment dikhega.",
        "अभी तक कोई भुगतान नहीं है। क्लाइंट के काम मंज़ूर करने पर भुगतान दिखेगा।",
    ),
    "no_account": _all(
        "There is no verified bank account to pay to.",
        "Payment ke liye koi verified bank account nahi hai.",
        "भुगतान के लिए कोई सत्यापित बैंक खाता नहीं है।",
    ),
    "bank_account": _all(
        "Your account {account}: {state}.",
        "Aapka account {account}: {state}.",
        "आपका खाता {account}: {state}।",
    ),
    "no_bank_account": _all(
        "You have not added a bank account yet.",
        "Aapne abhi tak bank account nahi joda hai.",
        "आपने अभी तक बैंक खाता नहीं जोड़ा है।",
    ),
}
WORDS = {
    "step.contact": _all("Email and mobile number", "Email aur mobile number", "ईमेल और मोबाइल नंबर"),
    "step.profile": _all("Profile", "Profile", "प्रोफ़ाइल"),
    "step.kyc": _all("Documents", "Documents", "दस्तावेज़"),
    "step.assessment": _all("Language assessment", "Language test", "भाषा परीक्षा"),
    "step.agreements": _all("Agreements", "Agreements", "अनुबंध"),
    "documents.NONE": _all("not uploaded yet", "abhi upload nahi hue", "अभी अपलोड नहीं हुए"),
    "documents.PENDING": _all("not submitted yet", "abhi submit nahi hue", "अभी जमा नहीं हुए"),
    "documents.PARTIAL": _all("not submitted yet", "abhi submit nahi hue", "अभी जमा नहीं हुए"),
    "documents.IN_REVIEW": _all("under review", "review mein", "जाँच में"),
    "documents.APPROVED": _all("approved", "approve ho gaye", "मंज़ूर"),
    "documents.REJECTED": _all("sent back to you", "aapko wapas bheje gaye", "आपको वापस भेजे गए"),
    "documents.EXPIRED": _all("expired, upload new ones", "expire ho gaye, naye upload karein",
                              "समय समाप्त, नए अपलोड करें"),
    "assessment.OPEN": _all("not finished", "poora nahi hua", "पूरी नहीं हुई"),
    "assessment.GRADING": _all("being graded", "check ho raha hai", "जाँची जा रही है"),
    "assessment.REVIEW": _all("under review", "review mein", "समीक्षा में"),
    "assessment.COUNTED": _all("graded", "check ho gaya", "जाँची गई"),
    "assessment.NOT_COUNTED": _all("not counted", "count nahi hua", "गिनी नहीं गई"),
    "application.PENDING": _all("pending", "pending", "लंबित"),
    "application.ACCEPTED": _all("accepted", "accept hui", "स्वीकार"),
    "application.REJECTED": _all("not selected", "select nahi hui", "चयन नहीं हुआ"),
    "application.WITHDRAWN": _all("withdrawn", "wapas li gayi", "वापस लिया गया"),
    "application.EXPIRED": _all("expired", "expire ho gayi", "समय समाप्त"),
    "payment.PENDING": _all("waiting to be sent", "bhejna baaki", "भेजा जाना बाकी"),
    "payment.PROCESSING": _all("on its way to the bank", "bank ke raste mein", "बैंक के रास्ते में"),
    "payment.FAILED": _all("not carried out by the bank", "bank se nahi hua", "बैंक से नहीं हुआ"),
    "account.DUE": _all("being verified", "verify ho raha hai", "सत्यापन जारी"),
    "account.SENT": _all("being verified", "verify ho raha hai", "सत्यापन जारी"),
    "account.UNKNOWN": _all("being verified", "verify ho raha hai", "सत्यापन जारी"),
    "account.LOOK": _all("the name is being checked", "naam check ho raha hai", "नाम की जाँच जारी"),
    "account.PASSED": _all("verified", "verified", "सत्यापित"),
    "account.FAILED": _all("not verified", "verify nahi hua", "सत्यापित नहीं"),
    "account.STOPPED": _all("payments are on hold", "payments hold par hain", "भुगतान रोके गए हैं"),
    "link.step": _all("Continue", "Aage badhein", "आगे बढ़ें"),
    "link.documents": _all("Your documents", "Aapke documents", "आपके दस्तावेज़"),
    "link.assessment": _all("Your assessment", "Aapka test", "आपकी परीक्षा"),
    "link.applications": _all("Your applications", "Aapki applications", "आपके आवेदन"),
    "link.shifts": _all("Your shifts", "Aapki shifts", "आपकी शिफ्ट"),
    "link.payments": _all("Your payments", "Aapke payments", "आपके भुगतान"),
    "link.account": _all("Your bank account", "Aapka bank account", "आपका बैंक खाता"),
    "link.work": _all("View opportunities", "Opportunities dekhein", "अवसर देखें"),
    "link.company": _all("Your company's page", "Aapki company ka page", "आपकी कंपनी का पेज"),
}  # fmt: skip
