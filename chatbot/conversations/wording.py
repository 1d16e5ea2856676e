"""What Help says by itself in a conversation, in its three languages."""

from datetime import datetime

from chatbot.models import HelpLanguage
from hitouch.core.india_time import INDIA

Texts = dict[str, str]

NO_ANSWER: Texts = {
    "EN": "We do not have an answer to that. Ask our team, or talk to a person.",
    "HI": "हमारे पास इसका जवाब नहीं है। हमारी टीम से पूछें, या किसी व्यक्ति से बात करें।",
    "HINGLISH": "Hamare paas iska jawab nahi hai. Hamari team se poochhiye, "
    "ya kisi vyakti se baat kijiye.",
}
SUGGESTIONS: Texts = {
    "EN": "Did you mean one of these?",
    "HI": "क्या आप इनमें से कुछ पूछ रहे हैं?",
    "HINGLISH": "Kya aap inmein se kuchh poochh rahe hain?",
}
NONE_OF_THESE: Texts = {
    "EN": "Then we have no ready answer. Ask our team, or talk to a person.",
    "HI": "तब हमारे पास तैयार जवाब नहीं है। हमारी टीम से पूछें, या किसी व्यक्ति से बात करें।",
    "HINGLISH": "Tab hamare paas taiyar jawab nahi hai. Hamari team se poochhiye, "
    "ya kisi vyakti se baat kijiye.",
}
NOT_HELPFUL: Texts = {
    "EN": "Sorry that this did not help. Ask our team, or talk to a person.",
    "HI": "माफ़ कीजिए, इससे मदद नहीं मिली। हमारी टीम से पूछें, या किसी व्यक्ति से बात करें।",
    "HINGLISH": "Maaf kijiye, isse madad nahi mili. Hamari team se poochhiye, "
    "ya kisi vyakti se baat kijiye.",
}
ASKED_TEAM: Texts = {
    "EN": "Your question is with our team. We will notify you when it is answered.",
    "HI": "आपका सवाल हमारी टीम के पास है। जवाब मिलते ही हम आपको बताएँगे।",
    "HINGLISH": "Aapka sawaal hamari team ke paas hai. Jawab milte hi hum aapko batayenge.",
}
FAILED: Texts = {
    "EN": "We could not answer this just now. Ask again, or talk to a person.",
    "HI": "अभी हम इसका जवाब नहीं दे पाए। फिर से पूछें, या किसी व्यक्ति से बात करें।",
    "HINGLISH": "Abhi hum iska jawab nahi de paaye. Phir se poochhiye, "
    "ya kisi vyakti se baat kijiye.",
}

#: Words of the conversation's page and of the panel.
PAGE: dict[str, Texts] = {
    "title": {"EN": "Help", "HI": "मदद", "HINGLISH": "Madad"},
    "thread": {"EN": "Conversation", "HI": "बातचीत", "HINGLISH": "Baatcheet"},
    "field": {"EN": "Your message", "HI": "आपका संदेश", "HINGLISH": "Aapka message"},
    "example": {
        "EN": "Write a message",
        "HI": "संदेश लिखें",
        "HINGLISH": "Message likhiye",
    },
    "send": {"EN": "Send", "HI": "भेजें", "HINGLISH": "Bhejein"},
    "person": {
        "EN": "Talk to a person",
        "HI": "किसी व्यक्ति से बात करें",
        "HINGLISH": "Kisi vyakti se baat kijiye",
    },
    "team": {"EN": "Ask our team", "HI": "हमारी टीम से पूछें", "HINGLISH": "Hamari team se poochhiye"},
    "none": {"EN": "None of these", "HI": "इनमें से कोई नहीं", "HINGLISH": "Inmein se koi nahi"},
    "helped": {
        "EN": "Did this help?",
        "HI": "क्या इससे मदद मिली?",
        "HINGLISH": "Kya isse madad mili?",
    },
    "yes": {"EN": "Yes", "HI": "हाँ", "HINGLISH": "Haan"},
    "no": {"EN": "No", "HI": "नहीं", "HINGLISH": "Nahi"},
    "rated_yes": {
        "EN": "You said this helped.",
        "HI": "आपने बताया कि मदद मिली।",
        "HINGLISH": "Aapne bataya ki madad mili.",
    },
    "rated_no": {
        "EN": "You said this did not help.",
        "HI": "आपने बताया कि मदद नहीं मिली।",
        "HINGLISH": "Aapne bataya ki madad nahi mili.",
    },
    "you": {"EN": "You", "HI": "आप", "HINGLISH": "Aap"},
    "assistant": {"EN": "Assistant", "HI": "असिस्टेंट", "HINGLISH": "Assistant"},
    "support": {"EN": "Support", "HI": "सपोर्ट", "HINGLISH": "Support"},
    "typing": {
        "EN": "The assistant is looking for an answer",
        "HI": "असिस्टेंट जवाब खोज रहा है",
        "HINGLISH": "Assistant jawab dhoondh raha hai",
    },
    "late": {
        "EN": "This takes longer than usual. The answer will appear here.",
        "HI": "इसमें ज़्यादा समय लग रहा है। जवाब यहीं आएगा।",
        "HINGLISH": "Ismein zyada samay lag raha hai. Jawab yahin aayega.",
    },
    "bot": {
        "EN": "Automatic answers, day and night, in English, हिन्दी and Hinglish",
        "HI": "दिन-रात अपने आप जवाब, हिन्दी, English और Hinglish में",
        "HINGLISH": "Din-raat apne aap jawab, Hinglish, English aur हिन्दी mein",
    },
    "waiting": {
        "EN": "You are in the queue. A person will answer here.",
        "HI": "आप कतार में हैं। कोई व्यक्ति यहीं जवाब देगा।",
        "HINGLISH": "Aap queue mein hain. Koi vyakti yahin jawab dega.",
    },
    "with_person": {
        "EN": "Support, answers here now",
        "HI": "सपोर्ट, अभी यहीं जवाब दे रहे हैं",
        "HINGLISH": "Support, abhi yahin jawab de rahe hain",
    },
    "closed": {
        "EN": "This conversation is closed. Your next message begins a new one.",
        "HI": "यह बातचीत बंद है। आपका अगला संदेश नई बातचीत शुरू करेगा।",
        "HINGLISH": "Yeh baatcheet band hai. Aapka agla message nayi baatcheet shuru karega.",
    },
    "hello": {
        "EN": "What can we help you with?",
        "HI": "हम आपकी क्या मदद करें?",
        "HINGLISH": "Hum aapki kya madad karein?",
    },
    "often": {
        "EN": "Often asked",
        "HI": "अक्सर पूछे गए सवाल",
        "HINGLISH": "Aksar poochhe gaye sawaal",
    },
    "kept": {
        "EN": "We keep this conversation for 90 days to answer you. "
        "Numbers such as Aadhaar or card numbers are hidden before it is stored.",
        "HI": "आपको जवाब देने के लिए हम यह बातचीत 90 दिन रखते हैं। "
        "आधार या कार्ड जैसे नंबर रखने से पहले छिपा दिए जाते हैं।",
        "HINGLISH": "Aapko jawab dene ke liye hum yeh baatcheet 90 din rakhte hain. "
        "Aadhaar ya card jaise number rakhne se pehle chhipa diye jaate hain.",
    },
    "allow": {
        "EN": "Allow this",
        "HI": "इसकी अनुमति दें",
        "HINGLISH": "Iski anumati dein",
    },
    "disallow": {
        "EN": "Do not send it",
        "HI": "इसे न भेजें",
        "HINGLISH": "Ise na bhejein",
    },
    "not_sent": {
        "EN": "Your text is not sent to other services.",
        "HI": "आपका संदेश किसी और सेवा को नहीं भेजा जाता।",
        "HINGLISH": "Aapka message kisi aur service ko nahi bheja jaata.",
    },
    "earlier": {
        "EN": "Show earlier messages",
        "HI": "पुराने संदेश दिखाएँ",
        "HINGLISH": "Purane message dikhayein",
    },
    "newer": {
        "EN": "Back to the newest messages",
        "HI": "सबसे नए संदेशों पर जाएँ",
        "HINGLISH": "Sabse naye message par jaayein",
    },
    "all": {"EN": "All answers", "HI": "सभी जवाब", "HINGLISH": "Saare jawab"},
    "ticket": {"EN": "Open the ticket", "HI": "टिकट खोलें", "HINGLISH": "Ticket kholiye"},
    "tickets": {"EN": "Support tickets", "HI": "सपोर्ट टिकट", "HINGLISH": "Support tickets"},
    "questions": {
        "EN": "Questions to our team",
        "HI": "टीम से पूछे गए सवाल",
        "HINGLISH": "Team se pooche gaye sawaal",
    },
    "unsent": {
        "EN": "Not sent. Check your connection and press Send again.",
        "HI": "नहीं भेजा गया। कनेक्शन देखें और फिर से भेजें दबाएँ।",
        "HINGLISH": "Nahi bheja gaya. Connection dekhiye aur phir se Bhejein dabaiye.",
    },
    "logged_out": {
        "EN": "You are logged out. Your text is kept here: copy it, log in, and send it again.",
        "HI": "आप लॉग आउट हो चुके हैं। आपका संदेश यहीं है: कॉपी करें, लॉग इन करें, फिर भेजें।",
        "HINGLISH": "Aap log out ho chuke hain. Aapka message yahin hai: copy kijiye, "
        "log in kijiye, phir bhejiye.",
    },
    "sending": {"EN": "Sending", "HI": "भेजा जा रहा है", "HINGLISH": "Bheja ja raha hai"},
    "search": {
        "EN": "Search the answers",
        "HI": "जवाब खोजें",
        "HINGLISH": "Jawab khojiye",
    },
    "find": {"EN": "Search", "HI": "खोजें", "HINGLISH": "Khojiye"},
    "found": {"EN": "Results", "HI": "नतीजे", "HINGLISH": "Nateeje"},
    "nothing": {
        "EN": "No answer matches this. Use other words, or contact support.",
        "HI": "कोई जवाब नहीं मिला। दूसरे शब्दों में खोजें, या सपोर्ट से संपर्क करें।",
        "HINGLISH": "Koi jawab nahi mila. Doosre shabdon mein khojiye, "
        "ya support se sampark kijiye.",
    },
    "contact": {"EN": "Contact support", "HI": "सपोर्ट से संपर्क", "HINGLISH": "Support se sampark"},
    "contact_nobody": {
        "EN": "Log in to ask the assistant or to talk to a person. "
        "Without an account you can read every answer here.",
        "HI": "असिस्टेंट से पूछने या किसी व्यक्ति से बात करने के लिए लॉग इन करें। "
        "बिना अकाउंट के भी आप यहाँ हर जवाब पढ़ सकते हैं।",
        "HINGLISH": "Assistant se poochhne ya kisi vyakti se baat karne ke liye log in kijiye. "
        "Bina account ke bhi aap yahan har jawab padh sakte hain.",
    },
    "contact_user": {
        "EN": "Ask the assistant, or talk to a person in the same place.",
        "HI": "असिस्टेंट से पूछें, या वहीं किसी व्यक्ति से बात करें।",
        "HINGLISH": "Assistant se poochhiye, ya wahin kisi vyakti se baat kijiye.",
    },
    "ask": {"EN": "Ask the assistant", "HI": "असिस्टेंट से पूछें", "HINGLISH": "Assistant se poochhiye"},
    "log_in": {"EN": "Log in", "HI": "लॉग इन करें", "HINGLISH": "Log in kijiye"},
    "hours": {"EN": "Hours of support", "HI": "सपोर्ट का समय", "HINGLISH": "Support ka samay"},
    "back": {
        "EN": "All questions and answers",
        "HI": "सभी सवाल और जवाब",
        "HINGLISH": "Saare sawaal aur jawab",
    },
    "language": {"EN": "Language", "HI": "भाषा", "HINGLISH": "Bhasha"},
    "more": {"EN": "More in", "HI": "और पढ़ें:", "HINGLISH": "Aur padhiye:"},
}


#: What stands between two days, or two times.
BETWEEN = {"EN": "to", "HI": "से", "HINGLISH": "se"}
#: Names of the weekdays, Monday first.
WEEKDAYS = {
    "EN": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    "HI": ["सोमवार", "मंगलवार", "बुधवार", "गुरुवार", "शुक्रवार", "शनिवार", "रविवार"],
    "HINGLISH": [
        "Somvaar",
        "Mangalvaar",
        "Budhvaar",
        "Guruvaar",
        "Shukravaar",
        "Shanivaar",
        "Ravivaar",
    ],
}


def page(language: str) -> dict[str, str]:
    """The words of the page in one language."""
    return {name: texts[language] for name, texts in PAGE.items()}


def language_or_english(code: str | None) -> str:
    """The language with this code; English for any other code."""
    return code if code in HelpLanguage.values else str(HelpLanguage.EN)


def clock(at: datetime) -> str:
    """The time of day in India, such as 14:05."""
    return at.astimezone(INDIA).strftime("%H:%M")
