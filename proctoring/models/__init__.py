"""Models of proctoring: item bank, assessments, sittings, answers, grades and evidence."""

from proctoring.models.answers import AnswerEntry, RescueFile
from proctoring.models.assessments import Assessment, AssessmentEvent, Invitation, Section
from proctoring.models.connections import (
    ConnectionTicket,
    CoverageGap,
    MonitoringConnection,
    StillChallenge,
)
from proctoring.models.consents import ConsentReceipt
from proctoring.models.demands import MonitoringDemand
from proctoring.models.evidence import IdentityCheck, Snapshot, SystemCheck
from proctoring.models.grading import (
    AnswerRating,
    EvaluationJob,
    GradingCase,
    LevelCertificate,
    SittingResult,
    SkillResult,
    SpeakingEvaluation,
    WritingEvaluation,
)
from proctoring.models.item_bank import (
    Item,
    ItemEvent,
    ItemFigures,
    ItemFlag,
    ItemKey,
    ItemKind,
    ItemReview,
    ItemVersion,
    Skill,
)
from proctoring.models.kinds import CLIENT_KINDS, ObservationKind
from proctoring.models.observations import MonitoringState, Observation, Ruling
from proctoring.models.policies import DetectorMode, MonitoringPolicy
from proctoring.models.recordings import AudioPlay, Recording, RecordingChunk
from proctoring.models.review import (
    Appeal,
    Intervention,
    ProctoringBan,
    ReviewCase,
    Supervision,
)
from proctoring.models.scales import AngoffPanel, PanelJudgement, Scale
from proctoring.models.sittings import (
    Sitting,
    SittingEvent,
    SittingQuestion,
    SittingSection,
)
from proctoring.models.timing import Accommodation, TimeAdjustment

__all__ = [
    "CLIENT_KINDS",
    "Accommodation",
    "AngoffPanel",
    "AnswerEntry",
    "AnswerRating",
    "Appeal",
    "Assessment",
    "AssessmentEvent",
    "AudioPlay",
    "ConnectionTicket",
    "ConsentReceipt",
    "CoverageGap",
    "DetectorMode",
    "EvaluationJob",
    "GradingCase",
    "IdentityCheck",
    "Intervention",
    "Invitation",
    "Item",
    "ItemEvent",
    "ItemFigures",
    "ItemFlag",
    "ItemKey",
    "ItemKind",
    "ItemReview",
    "ItemVersion",
    "LevelCertificate",
    "MonitoringConnection",
    "MonitoringDemand",
    "MonitoringPolicy",
    "MonitoringState",
    "Observation",
    "ObservationKind",
    "PanelJudgement",
    "ProctoringBan",
    "Recording",
    "RecordingChunk",
    "RescueFile",
    "ReviewCase",
    "Ruling",
    "Scale",
    "Section",
    "Sitting",
    "SittingEvent",
    "SittingQuestion",
    "SittingResult",
    "SittingSection",
    "Skill",
    "SkillResult",
    "Snapshot",
    "SpeakingEvaluation",
    "StillChallenge",
    "Supervision",
    "SystemCheck",
    "TimeAdjustment",
    "WritingEvaluation",
]
