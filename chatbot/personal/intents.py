"""Recognises questions about the sender's own record, in three languages. Pure.

A rule, no model, and precise before complete: a question counts only if it names a topic as one's
own ("my payment", "mera payment") and asks for its state, its time or its amount. Questions about
rules ("when are agents paid"), about how something is done, about why, and about other people do
not count: the FAQ or a person answers them.
"""

import re
import unicodedata
from enum import StrEnum


class Topic(StrEnum):
    """What of the own record is asked for."""

    NEXT_STEP = "NEXT_STEP"
    DOCUMENTS = "DOCUMENTS"
    LEVEL = "LEVEL"
    APPLICATIONS = "APPLICATIONS"
    SHIFT = "SHIFT"
    PAYMENTS = "PAYMENTS"
    BANK_ACCOUNT = "BANK_ACCOUNT"


#: Longer texts tell a story, for a person to read.
LONGEST = 160
_LETTERS = "a-z0-9\u0900-\u0963"
_GAP = r"[^.?!\u0964]{0,25}?"


def _words(listing: str) -> str:
    """Any of these whole words; `_` is a blank, and `*` any ending."""
    ordered = sorted(listing.split(), key=len, reverse=True)
    choice = "|".join(
        re.escape(word).replace("_", r"\s").replace(r"\*", f"[{_LETTERS}]*") for word in ordered
    )
    return rf"(?<![{_LETTERS}])(?:{choice})(?![{_LETTERS}])"


_OWN = _words(
    "my mera meri mere hamara hamari hamare apna apni apne मेरा मेरी मेरे हमारा अपना अपनी अपने"
)
_TO_ME = _words("mujhe mujhko hamein हमें मुझे मुझको")
_HINDI_MY = "mera meri mere hamara hamari hamare apna apni apne मेरा मेरी मेरे हमारा अपना अपनी अपने"
_OWN, _OWN_HINDI = _words(f"my {_HINDI_MY}"), _words(_HINDI_MY)
_NOT_STATE = re.compile(
    _words(
        # how, why, may, rules
        "how_do how_can how_should how_to how_is how_long where_can where_do where_should why if "
        "agar अगर can_i may_i should_i_change what_happens what_if want_to would_like kaise kyu "
        "kyun kyon kyo kaun कैसे क्यों क्यूँ कौन "
        # acts
        "change changed update edit correct cancel withdraw remove delete download upload refused "
        "reschedule swap retake dispute appeal add replace close closed badal* cancel* "
        "karna_chahta "
        "karni_hai band बदल* रद्द कैंसिल हटा* "
        # complaints about amounts and faults, papers
        "wrong galat lower less missing percent incorrect kam katt* kata tds gst tax form invoice "
        "statement payslip slip certificate letter advance recording* गलत कम "
        # others
        "friend* brother* sister* husband* wife* dost* bhai behen his her their others other uska "
        "uski unka iska दोस्त* भाई बहन उसका उसकी उनका all_agents agents "
        # rates
        "hour hourly ghante ghanta per_hour rate घंटे घंटा"
    )
    + r"|(?<!it)(?<!what)(?<!when)(?<!where)(?<!that)(?<!there)(?<!who)['\u2019]s(?![a-z])"
)
_NOUNS = {
    Topic.BANK_ACCOUNT: _words(
        "bank_account bank_accounts bank_details bank_ac bank payee upi upi_id account_on_file "
        "बैंक बैंक_खाता बैंक_अकाउंट खाता"
    ),
    Topic.DOCUMENTS: _words(
        "kyc e-kyc document documents docs doc aadhaar aadhar adhar pan pan_card id_proof "
        "verification केवाईसी दस्तावेज़ दस्तावेज डॉक्यूमेंट डॉक्युमेंट आधार पैन सत्यापन"
    ),
    Topic.LEVEL: _words(
        "level result results score marks test exam assessment grade लेवल स्तर रिजल्ट रिज़ल्ट परिणाम "
        "स्कोर टेस्ट परीक्षा"
    ),
    Topic.APPLICATIONS: _words(
        "application applications candidature aavedan avedan आवेदन एप्लीकेशन अप्लिकेशन एप्लिकेशन"
    ),
    Topic.SHIFT: _words("shift shifts slot slots duty शिफ्ट शिफ़्ट ड्यूटी"),
    Topic.PAYMENTS: _words(
        "payment payments payout payouts salary money earning earnings pay paisa paise "
        "paisay kamai "
        "paymnt pement पेमेंट पैसा पैसे भुगतान सैलरी वेतन कमाई पेआउट"
    ),
    Topic.NEXT_STEP: _words(
        "profile onboarding registration next_step agla_step next_steps step प्रोफाइल प्रोफ़ाइल "
        "रजिस्ट्रेशन ऑनबोर्डिंग अगला_कदम अगला_स्टेप"
    ),
}
#: These may stand far from "my"; the short ones only near it: "does the client see my card" is no
#: question about the state of the card.
_ASKS = _words(
    "when_will when_is when_are when_was when_does when_can where_is where_are where's what_is "
    "what's what_was what_are what_about what_time_does what_time_is which_is status_of state_of "
    "date_of amount_of details_of show show_me tell_me give_me check list how_many_of"
)
_ASKS_SHORTLY = _words("is are was were has have did does will")
_STATE_HINDI = _words(
    "kab kahan kaha kitna kitne kitni kya status batao bataye ruka atka pending hold aaya "
    "aya aayega "
    "aayegi hua hue hui gaya gayi milega milenge hoga hogi कब कहाँ कहां कितना कितने कितनी क्या "
    "स्टेटस स्थिति बताओ बताइए रुका अटका आया आएगा आएगी हुआ हुए हुई गया गए मिलेगा मिलेंगे होगा"
)
_STATE_ENGLISH = _words(
    "status progress pending held hold stuck late delayed approved verified checked sent credited "
    "not_yet yet still"
)


_OPENING = rf"(?:{_words('please hi hello and so but hey tell_me can_you could_you')}[, ]*)*"


def _shapes(noun: str) -> list[str]:
    """Ways to ask for the state of one's own thing; `noun` is what the thing is called."""
    own_noun = rf"{_OWN}(?:\s[{_LETTERS}]+){{0,2}}?\s{noun}"
    return [
        rf"^{_OPENING}{_ASKS}[^.?!]{{0,40}}?{own_noun}",
        rf"^{_OPENING}{_ASKS_SHORTLY}[^.?!]{{0,14}}?{own_noun}",
        rf"^{own_noun}{_GAP}{_STATE_ENGLISH}",
        rf"{_STATE_HINDI}{_GAP}{_OWN_HINDI}{_GAP}{noun}",
        rf"{_OWN_HINDI}{_GAP}{noun}{_GAP}{_STATE_HINDI}",
        rf"^{_words('my')}(?:\s[a-z]+)?\s{noun}\W*$",
        rf"^{_OWN_HINDI}(?:\s[{_LETTERS}]+)?\s{noun}\W*$",
    ]


_WHAT_TO_DO = r"\s(?:kya karna|क्या करना)(?:\s(?:hai|h|hoga|padega|chahiye|है|होगा|चाहिए|पड़ेगा))?\W*$"
_MONEY = _NOUNS[Topic.PAYMENTS]
_PAID = rf"(?:{_words('paid credited')}|{_MONEY})"
_SPECIAL = {
    Topic.NEXT_STEP: [
        rf"^{_OPENING}what (?:should|must|do|shall) i (?:have to |need to )?do (?:next|now)"
        r"(?: to [a-z ]{1,30})?\W*$",
        r"^what(?:'s| is) (?:left|pending|remaining)[^.?!]{0,20}(?:for me|from my side|to do)\W*$",
        r"^is (?:anything|something) (?:left|pending|missing)[^.?!]{0,15}"
        r"(?:for me|my side|to do)\W*$",
        rf"^(?:ab |अब )?{_TO_ME}(?:\s(?:ab|aage|अब|आगे))?{_WHAT_TO_DO}",
        rf"^(?:ab|aage|अब|आगे){_WHAT_TO_DO}",
    ],
    Topic.LEVEL: [r"^(?:did|have) i pass", r"^(?:maine|मैंने)[^.?!]{0,15}(?:pass|पास)"],
    Topic.APPLICATIONS: [
        rf"^(?:did|has|have) [^.?!]{{0,30}}(?:look|see|seen|read|check|review|approve|accept|"
        rf"reject)"
        rf"[^.?!]{{0,10}}{_OWN} {_NOUNS[Topic.APPLICATIONS]}",
        r"^(?:was|am|have|has|did) i (?:been |get |got )?(?:selected|shortlisted|accepted|"
        r"rejected)",
    ],
    Topic.SHIFT: [
        r"(?:do|did) i have (?:a|any|another|the)? ?(?:shift|slot)s?",
        r"^am i (?:clocked in|on (?:a )?shift|at work)",
        r"(?:which|what) shift (?:do i have|am i on|is mine)",
    ],
    Topic.PAYMENTS: [
        rf"when (?:will|would|am|shall) i (?:be |get |receive |have )?{_GAP}{_PAID}",
        rf"how much (?:money )?(?:did|have|will|was|am|do) i\b[^.?!]{{0,12}}(?:earn|get|got|"
        rf"make|made|paid|"
        rf"receive)\w*{_GAP}(?:this|last|next|today|on|so far|till|until|week|month)",
        rf"^(?:did|have|has|was|am) i (?:been |get |got |received? )?{_GAP}{_PAID}",
        rf"^(?:did|have) you (?:send|sent|pay|paid|release|released)[^.?!]{{0,12}}{_OWN}",
        rf"{_TO_ME}{_GAP}{_MONEY}{_GAP}{_words('kab कब')}",
        rf"{_TO_ME} {_words('kab कब')}{_GAP}{_MONEY}",
        rf"{_words('maine मैंने')}{_GAP}{_words('kitna kitne कितना कितने')} "
        rf"{_words('kama* earn* कमाया')}",
    ],
    Topic.BANK_ACCOUNT: [
        r"which (?:bank )?account[^.?!]{0,20}(?:for me|of mine|have i (?:added|given))",
    ],
}
_PATTERNS = [
    (topic, re.compile(pattern))
    for topic in (
        Topic.BANK_ACCOUNT, Topic.SHIFT, Topic.APPLICATIONS, Topic.DOCUMENTS, Topic.LEVEL,
        Topic.PAYMENTS, Topic.NEXT_STEP,
    )
    for pattern in (*_SPECIAL.get(topic, ()), *_shapes(_NOUNS[topic]))
]  # fmt: skip


def topic_of(text: str) -> Topic | None:
    """The topic of a question about the sender's own record, or None for any other text."""
    plain = " ".join(unicodedata.normalize("NFC", text).lower().replace("\u2019", "'").split())
    if not plain or len(plain) > LONGEST or _NOT_STATE.search(plain):
        return None
    return next((topic for topic, pattern in _PATTERNS if pattern.search(plain)), None)
