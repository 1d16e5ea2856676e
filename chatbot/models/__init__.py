"""Models of Help: FAQ, conversations, custom questions, and the support desk."""

from chatbot.models.conversations import (
    Conversation,
    ConversationEvent,
    HelpPreference,
    Message,
    MessageSuggestion,
)
from chatbot.models.custom_questions import CustomQuestion, CustomQuestionEvent
from chatbot.models.duty import (
    ServiceTarget,
    SupportDuty,
    SupportHoliday,
    SupportHours,
    SupportMember,
)
from chatbot.models.faq import (
    FaqCategory,
    FaqEntry,
    FaqPassage,
    FaqPhrasing,
    FaqText,
    FaqVersion,
    FaqVersionEvent,
    LabelledMessage,
    MatcherCalibration,
    MatcherRevision,
)
from chatbot.models.figures import DailyFigures
from chatbot.models.languages import HelpLanguage
from chatbot.models.tickets import (
    CannedReply,
    SatisfactionRating,
    SealedSecret,
    Ticket,
    TicketAssignment,
    TicketDraft,
    TicketEvent,
    TicketHold,
    TicketMessage,
    TicketNote,
    TicketPresence,
)

__all__ = [
    "CannedReply",
    "Conversation",
    "ConversationEvent",
    "CustomQuestion",
    "CustomQuestionEvent",
    "DailyFigures",
    "FaqCategory",
    "FaqEntry",
    "FaqPassage",
    "FaqPhrasing",
    "FaqText",
    "FaqVersion",
    "FaqVersionEvent",
    "HelpLanguage",
    "HelpPreference",
    "LabelledMessage",
    "MatcherCalibration",
    "MatcherRevision",
    "Message",
    "MessageSuggestion",
    "SatisfactionRating",
    "SealedSecret",
    "ServiceTarget",
    "SupportDuty",
    "SupportHoliday",
    "SupportHours",
    "SupportMember",
    "Ticket",
    "TicketAssignment",
    "TicketDraft",
    "TicketEvent",
    "TicketHold",
    "TicketMessage",
    "TicketNote",
    "TicketPresence",
]
