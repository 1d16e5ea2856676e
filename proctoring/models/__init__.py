"""Models of proctoring: assessments, sittings and recorded evidence."""

from proctoring.models.assessments import (
    Assessment,
    AssessmentEvent,
    Invitation,
    Question,
    QuestionKind,
    Section,
)
from proctoring.models.evidence import IdentityCheck, MonitoringEvent, Snapshot, SystemCheck
from proctoring.models.sittings import (
    Answer,
    Sitting,
    SittingEvent,
    SittingQuestion,
    SittingSection,
)

__all__ = [
    "Answer",
    "Assessment",
    "AssessmentEvent",
    "IdentityCheck",
    "Invitation",
    "MonitoringEvent",
    "Question",
    "QuestionKind",
    "Section",
    "Sitting",
    "SittingEvent",
    "SittingQuestion",
    "SittingSection",
    "Snapshot",
    "SystemCheck",
]
