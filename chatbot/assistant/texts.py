"""What the assistant says by itself, in the three languages of Help."""

from chatbot.assistant.intents import Courtesy
from chatbot.models import HelpLanguage

_COURTESIES = {
    Courtesy.GREETING: {
        HelpLanguage.EN: "Hello! What can we help you with?",
        HelpLanguage.HI: "नमस्ते! हम आपकी क्या मदद कर सकते हैं?",
        HelpLanguage.HINGLISH: "Namaste! Hum aapki kya madad kar sakte hain?",
    },
    Courtesy.THANKS: {
        HelpLanguage.EN: "You are welcome.",
        HelpLanguage.HI: "आपका स्वागत है।",
        HelpLanguage.HINGLISH: "Aapka swagat hai.",
    },
    Courtesy.GOODBYE: {
        HelpLanguage.EN: "Goodbye! You can ask here at any time.",
        HelpLanguage.HI: "नमस्ते! आप यहाँ कभी भी पूछ सकते हैं।",
        HelpLanguage.HINGLISH: "Namaste! Aap yahan kabhi bhi poochh sakte hain.",
    },
}


def courtesy(kind: Courtesy, language: str) -> str:
    """The reply to a greeting, thanks or goodbye; English for an unknown language."""
    texts = _COURTESIES[kind]
    return texts.get(HelpLanguage(language), texts[HelpLanguage.EN])
