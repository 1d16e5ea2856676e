"""Messages that are recognised by rule: a wish for a person, greetings, and injections.

Each rule is a pattern over the words of the message in lower case, in English, Hindi and Hinglish.
"""

import re
import unicodedata
from enum import StrEnum

#: Longer messages are no greeting.
LONGEST_GREETING_WORDS = 8


class Courtesy(StrEnum):
    """What is said out of courtesy."""

    GREETING = "GREETING"
    THANKS = "THANKS"
    GOODBYE = "GOODBYE"


def _words(text: str) -> str:
    """The words of the text in lower case, one space between them and around."""
    text = unicodedata.normalize("NFKC", text).lower().replace("\u2019", "'")
    kept = "".join(c if c.isalnum() or unicodedata.category(c) in ("Mn", "Mc") or c == "'" else " "
                   for c in text)  # fmt: skip
    return f" {' '.join(kept.replace(chr(39), '').split())} "


_SOMEONE = (
    r"(?:(?:a |an |the |any |some |one |your |ur |real |live |actual |human |support |customer "
    r"|care |service |customer care )*"
    r"(?:person|human|humans|human being|people|someone|somebody|anyone|anybody|agent|agents"
    r"|executive|executives|representative|representatives|rep|advisor|adviser|operator|staff"
    r"|support team|customer care|customer support|customer service|customer executive|team member"
    r"|support person|support agent|support guy|support staff|support|supervisor|manager"
    r"|helpdesk|help desk))"
)
_TALK = (
    r"(?:talk|talking|speak|speaking|chat|connect|connected|transfer|transferred|converse|discuss"
    r"|put me through|get through)"
)
_KAUN = (
    r"(?:insaan|insan|aadmi|admi|vyakti|vyakthi|kisi|koi|agent|executive|customer care|customer "
    r"support|support team|support|human|person|staff|manager|representative|operator|support wale"
    r"|asli insaan|real person|team)"
)
_KAUN_HI = (
    r"(?:इंसान|इनसान|आदमी|व्यक्ति|किसी|कोई|एजेंट|एजेन्ट|एग्जीक्यूटिव|कस्टमर केयर|कस्टमर सपोर्ट"
    r"|सपोर्ट|सपोर्ट टीम|सहायता टीम|स्टाफ|मैनेजर|प्रतिनिधि|अधिकारी|ऑपरेटर|कर्मचारी|टीम)"
)
_PERSON = re.compile(
    "|".join(
        [
            rf" {_TALK} (?:me )?(?:directly )?(?:to|with|2) {_SOMEONE} ",
            rf" {_TALK} {_SOMEONE} ",
            r" (?:connect|transfer|put|forward) me (?:through )?(?:to|with)? ?(?:"
            + _SOMEONE
            + r") ",
            r" (?:want|need|give me|get me|send me|looking for|prefer) (?:to )?"
            r"(?:a |an |the )?(?:real |live |actual )?"
            r"(?:human|person|human being|human agent|live agent|support agent|human support"
            r"|customer support|customer care|live support|customer service|representative"
            r"|executive|operator)(?: now| please| pls| here| help| support| agent)* $",
            r" (?:real|live|actual) (?:human|person|agent|support)(?: please| pls| now)? ",
            r" (?:contact|reach|message) (?:customer care|customer support|the support team"
            r"|support team|support) ",
            r"^ (?:a |the )?(?:human|person|agent|operator|representative|executive|customer care"
            r"|customer support|human agent|live agent|live chat|support person)"
            r"(?: please| pls| now)? $",
            r" (?:call me|call me back|give me a call|callback|call back)(?: please| pls| now)? $",
            r" (?:not|dont want|do not want) (?:to talk to |talk to |talking to |with )?"
            r"(?:a |the )?(?:bot|robot|machine|chatbot) ",
            rf" {_KAUN} (?:se|sey|k|ke|ki) (?:saath |sath )?(?:meri |mujhe |direct |seedhe |ek "
            r"baar )*(?:baat|bat|baat cheet|contact|connect|call|milna|baatcheet) ",
            r" (?:baat|bat|baatcheet) (?:karao|karwao|karwa|karva|kara|karwado|karado) ",
            rf" {_KAUN} (?:se|sey) (?:jodo|jod|milao|mila|connect) ",
            r" (?:insaan|aadmi|human|person|agent) (?:chahiye|chaiye|chahie|do|bulao|bula) ",
            rf" {_KAUN_HI} से (?:मेरी |मुझे |सीधे |अभी |एक बार )*"
            r"(?:बात|संपर्क|सम्पर्क|बातचीत|जोड|जोड़|मिल|कनेक्ट)",
            r" (?:इंसान|आदमी|व्यक्ति|एजेंट|प्रतिनिधि) (?:चाहिए|बुलाओ|बुलाइए|बुलाएं|दो|दीजिए) ",
            r" बात (?:कराओ|कराइए|कराएं|करवाओ|करवाइए|करवाएं|करवा|करा) ",
        ]
    )
)
#: The person to talk to is a third party, or the talk is the user's work.
_OTHER_TALK = re.compile(
    r" (?:clients?|customers|customer(?! care| support| service| executive)|callers?|grahak"
    r"|ग्राहक|क्लाइंट|interviewer|another person|other person|second person|doosre|dusre|दूसरे) "
    r"| (?:not|dont|do not|without|never) (?:want to |need to |have to )?"
    r"(?:talk|talking|speak|speaking|chat)(?:ing)? (?:to|with) (?!a bot|the bot|bot|a machine)"
    r"| (?:during|in) (?:the |my )?(?:test|assessment|exam|shift|call) "
    r"| (?:baat|बात) (?:nahi|nahin|na|नहीं|मत) "
)
_COURTESIES = {
    Courtesy.THANKS: (
        r"(?:ok |okay |great |perfect |got it |many |no |nice |cool |achha |accha |theek hai "
        r"|thik hai )*"
        r"(?:thanks|thank you|thank u|thankyou|thx|thnx|tysm|ty|thanku|much appreciated|shukriya"
        r"|dhanyavaad|dhanyawad|dhanyavad|bahut dhanyavaad|bahut shukriya|धन्यवाद|शुक्रिया"
        r"|बहुत धन्यवाद|बहुत बहुत धन्यवाद|थैंक यू|थैंक्स)"
        r"(?: so much| very much| a lot| lot| bro| sir| madam| maam| ji| bhai| team| again| you"
        r"| for your help| for the help| for helping| bye| goodbye| aapka| आपका| जी| सर)*"
    ),
    Courtesy.GREETING: (
        r"(?:hi|hii|hiii|hey|hello|helo|hellow|hallo|hy|namaste|namaskar|namasthe|good morning"
        r"|good afternoon|good evening|greetings|नमस्ते|नमस्कार|हैलो|हेलो|हाय|प्रणाम|pranam|salaam"
        r"|salam|ram ram)"
        r"(?: hi| hello| hey| there| sir| madam| maam| ji| team| all| everyone| bhai| dear| जी| सर"
        r"| how are you| kaise ho| kaise hain| कैसे हो| कैसे हैं| आप| aap| hitouch| hitouchcx)*"
    ),
    Courtesy.GOODBYE: (
        r"(?:ok |okay |thanks |thank you |theek hai )*"
        r"(?:bye|goodbye|good bye|bye bye|see you|see ya|good night|alvida|phir milenge|फिर मिलेंगे"
        r"|अलविदा|बाय)(?: bye| now| sir| ji| team| later| जी)*"
    ),
}
_COURTESY = {kind: re.compile(rf"^ {pattern} $") for kind, pattern in _COURTESIES.items()}
_INJECTION = re.compile(
    r" (?:ignore|disregard|forget|bypass|override|overlook|skip|drop) (?:\w+ ){0,4}"
    r"(?:instruction|instructions|rule|rules|prompt|prompts|guideline|guidelines|policy|policies"
    r"|above|restrictions|safety|filters?|training|everything) "
    r"| (?:system|hidden|secret|initial|internal|developer) (?:prompt|prompts|rules?|instructions?"
    r"|message|messages|mode|configuration) "
    r"| (?:your|the) (?:instructions|prompt|guidelines|configuration|guardrails|context window) "
    r"| (?:jailbreak|jail break|dan mode|do anything now|god mode|root mode|sudo|admin mode"
    r"|debug mode|unrestricted|no restrictions|without restrictions) "
    r"| (?:you are|youre|u r) (?:now|no longer|not bound|free from) "
    r"| (?:pretend|roleplay|role play|imagine you|act as|act like|behave as|behave like) "
    r"| (?:from now on|new instruction|new instructions|new rule|new rules|end of instructions) "
    r"| (?:reply|answer|respond|say|output|write|print) (?:only|just|exactly|nothing but|verbatim) "
    r"| (?:repeat|print|reveal|show|display|dump|output|leak|translate|summarise|summarize) "
    r"(?:\w+ ){0,4}(?:prompt|instructions|above|verbatim|hidden rules|system|database|passages"
    r"|api key|configuration) "
    r"| (?:api key|secret key|access token|base64|rot13|hex decode|decode|eval|drop table"
    r"|select from|union select|delete from|update users|insert into) "
    r"| (?:all|other|every|another|someone elses|some other) (?:agents?|users?|persons?|peoples?"
    r"|candidates?|accounts?)s? (?:\w+ ){0,2}(?:aadhaar|aadhar|pan|data|details|number|numbers"
    r"|phone|email|payments?|bank|salary|documents?|passwords?) "
    r"| (?:aadhaar|aadhar|pan|data|details|numbers?|phone|emails?|payments?|bank|salary"
    r"|passwords?) "
    r"(?:\w+ ){0,3}of (?:all|other|every|another|user|agent) "
    r"| (?:pichle|pichhle|pehle ke|upar ke|saare|sare|apne) (?:\w+ )?"
    r"(?:instructions?|nirdesh|rules?|niyam) "
    r"| (?:rules?|instructions?|niyam|nirdesh) (?:ko )?"
    r"(?:bhool|bhul|ignore|chhod|chod|tod|nazarandaz) "
    r"| (?:निर्देश|निर्देशों|नियम|नियमों|प्रॉम्प्ट|सिस्टम प्रॉम्प्ट|इंस्ट्रक्शन) (?:\S+ ){0,3}"
    r"(?:भूल|अनदेखा|अनदेखी|नज़रअंदाज़|नजरअंदाज|छोड़|दिखा|बता|तोड़|मत)"
    r"| (?:सिस्टम प्रॉम्प्ट|सिस्टम प्रॉम्ट|छिपे निर्देश|गुप्त निर्देश) "
)
_MARKUP = re.compile(
    r"</?\s*(?:system|user|assistant|instructions?|passages?|script|im_start|im_end|prompt)\b"
    r"|<\|.{0,30}\|>|\[/?inst\]|^\s*(?:system|assistant)\s*:|###\s*(?:system|instruction)"
    r"|\bBEGIN\b.{0,20}\b(?:SYSTEM|INSTRUCTIONS)\b",
    re.IGNORECASE | re.MULTILINE,
)


def wants_person(text: str) -> bool:
    """Whether the message asks to talk to a person."""
    words = _words(text)
    return bool(_PERSON.search(words)) and not _OTHER_TALK.search(words)


def courtesy_of(text: str) -> Courtesy | None:
    """The courtesy, if the message is nothing else."""
    words = _words(text)
    if len(words.split()) > LONGEST_GREETING_WORDS:
        return None
    return next((kind for kind, found in _COURTESY.items() if found.match(words)), None)


def is_injection(text: str) -> bool:
    """Whether the message looks like instructions for a language model.

    Such a message is matched like any other and never sent to the model.
    """
    return bool(_INJECTION.search(_words(text)) or _MARKUP.search(text))
