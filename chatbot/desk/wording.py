"""What the desk says to a person by itself, in the three languages of Help."""

import re
from datetime import datetime

from accounts.models import User
from chatbot.models import HelpLanguage, Ticket
from hitouch.core.india_time import INDIA

#: Beginnings of shared mailboxes, which are no first names.
NO_NAMES = {"admin", "desk", "help", "helpdesk", "info", "mail", "office", "support", "team"}

_OPENED = {
    "EN": "Our support team will help you with this. Ticket {reference}.",
    "HI": "हमारी सपोर्ट टीम इसमें आपकी मदद करेगी। टिकट {reference}।",
    "HINGLISH": "Hamari support team isme aapki madad karegi. Ticket {reference}.",
}
_CLOSED_NOW = {
    "EN": " Support is closed now and opens on {opens}.",
    "HI": " सपोर्ट अभी बंद है और {opens} को खुलेगा।",
    "HINGLISH": " Support abhi band hai aur {opens} ko khulega.",
}
_JOINED = {
    "EN": "{name} from support has joined at {time}.",
    "HI": "सपोर्ट से {name} {time} पर जुड़ गए हैं।",
    "HINGLISH": "Support se {name} {time} par jud gaye hain.",
}
_WAITING_AGAIN = {
    "EN": "Someone else from support will go on with this. You are still in the queue.",
    "HI": "सपोर्ट से कोई और इस पर आगे काम करेगा। आप अब भी कतार में हैं।",
    "HINGLISH": "Support se koi aur ispar aage kaam karega. Aap ab bhi queue mein hain.",
}
_HANDED_BACK = {
    "EN": "{name} from support has left this chat. The assistant answers again. Your ticket "
    "{reference} stays open.",
    "HI": "सपोर्ट से {name} ने यह चैट छोड़ दी है। अब फिर से असिस्टेंट जवाब देगा। आपका टिकट {reference} "
    "खुला रहेगा।",
    "HINGLISH": "Support se {name} ne yeh chat chhod di hai. Ab phir se assistant jawab dega. "
    "Aapka ticket {reference} khula rahega.",
}
_RESOLVED = {
    "EN": "Support has closed ticket {reference}. You can reply within 7 days to reopen it.",
    "HI": "सपोर्ट ने टिकट {reference} बंद कर दिया है। 7 दिन के अंदर जवाब देकर आप इसे फिर खोल सकते हैं।",
    "HINGLISH": "Support ne ticket {reference} band kar diya hai. 7 din ke andar jawab dekar aap "
    "ise phir khol sakte hain.",
}
_WANTS_A_PERSON = {
    "EN": "I would like to talk to a person.",
    "HI": "मैं किसी व्यक्ति से बात करना चाहता/चाहती हूँ।",
    "HINGLISH": "Mujhe kisi insaan se baat karni hai.",
}
LONGEST_TITLE = 80
_SOMEONE = {"EN": "Someone", "HI": "कोई", "HINGLISH": "Koi"}


def first_name(member: User, language: str = HelpLanguage.EN) -> str:
    """The first name of a member of support.

    Staff have no agent; then it is the beginning of the address at work, never the whole of it.
    """
    agent = member.agent_or_none
    if agent and agent.given_name:
        return agent.given_name
    word = re.match(r"[a-z]{2,30}", (member.email or "").lower())
    if word and word.group() not in NO_NAMES:
        return word.group().capitalize()
    return _SOMEONE[language]


def opened(ticket: Ticket, opens_at: datetime | None, at: datetime) -> str:
    """The ticket is there; and when support opens, if it is closed."""
    text = _OPENED[ticket.language].format(reference=ticket.reference)
    if opens_at is None or opens_at <= at:
        return text
    return text + _CLOSED_NOW[ticket.language].format(opens=moment(opens_at))


def joined(member: User, at: datetime, language: str) -> str:
    """Who from support answers now, and since when."""
    clock = at.astimezone(INDIA).strftime("%H:%M")
    return _JOINED[language].format(name=first_name(member, language), time=clock)


def waiting_again(language: str) -> str:
    """The member who answered has gone."""
    return _WAITING_AGAIN[language]


def handed_back(member: User, ticket: Ticket, language: str) -> str:
    """The assistant answers again."""
    name = first_name(member, language)
    return _HANDED_BACK[language].format(name=name, reference=ticket.reference)


def resolved(ticket: Ticket) -> str:
    """The ticket is closed."""
    return _RESOLVED[ticket.language].format(reference=ticket.reference)


def moment(at: datetime) -> str:
    """Such as "Monday, 23 November at 09:00"."""
    local = at.astimezone(INDIA)
    return f"{local:%A}, {local.day} {local:%B} at {local:%H:%M}"


def wants_a_person(language: str) -> str:
    """The first message of a ticket of somebody who asked nothing before."""
    return _WANTS_A_PERSON[language]


def title_of(question: str, language: str) -> str:
    """The subject of a ticket that was opened from a conversation."""
    line = " ".join(question.split()) or wants_a_person(language)
    return line if len(line) <= LONGEST_TITLE else f"{line[: LONGEST_TITLE - 1].rstrip()}…"
