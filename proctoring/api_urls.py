"""API URLs of proctoring, under /api/v1/."""

from django.urls import path

from proctoring.artefacts import api as artefacts
from proctoring.console import api as console
from proctoring.delivery import api as delivery
from proctoring.grading.graders import api as graders
from proctoring.invitations import api as invitations
from proctoring.item_bank import api as item_bank
from proctoring.monitoring import api as monitoring
from proctoring.results import api as results
from proctoring.review import api as review
from proctoring.review.appeals import api as appeals
from proctoring.setup import api as setup
from proctoring.sound import api as sound
from proctoring.trust import api as trust

app_name = "proctoring"

urlpatterns = [
    path("invitations/", invitations.InvitationListView.as_view(), name="invitations"),
    path("invitations/again/", invitations.RequestAttemptView.as_view(), name="invitations-again"),
    path("sittings/", setup.OpenSittingView.as_view(), name="sittings"),
    path("sittings/<uuid:pk>/", setup.SittingDetailView.as_view(), name="sitting"),
    path("sittings/<uuid:pk>/consent/", setup.ConsentView.as_view(), name="consent"),
    path("sittings/<uuid:pk>/system-check/", setup.SystemCheckView.as_view(), name="system-check"),
    path("sittings/<uuid:pk>/device-test/", setup.DeviceTestView.as_view(), name="device-test"),
    path("sittings/<uuid:pk>/identity/", setup.IdentityPhotoView.as_view(), name="identity"),
    path(
        "sittings/<uuid:pk>/identity/hint/", setup.SittingPhotoHintView.as_view(), name="photo-hint"
    ),
    path("sittings/<uuid:pk>/sentence/", setup.SentenceView.as_view(), name="sentence"),
    path("sittings/<uuid:pk>/checks/", setup.CheckListView.as_view(), name="checks"),
    path("sittings/<uuid:pk>/probe/", setup.NetworkProbeView.as_view(), name="probe"),
    path("sittings/<uuid:pk>/begin/", delivery.BeginSittingView.as_view(), name="begin"),
    path("sittings/<uuid:pk>/questions/", delivery.QuestionListView.as_view(), name="questions"),
    path("sittings/<uuid:pk>/journal/", delivery.JournalView.as_view(), name="journal"),
    path(
        "sittings/<uuid:pk>/answers/<uuid:question>/", delivery.AnswerView.as_view(), name="answer"
    ),
    path(
        "sittings/<uuid:pk>/sections/next/", delivery.NextSectionView.as_view(), name="next-section"
    ),
    path(
        "sittings/<uuid:pk>/questions/<uuid:question>/plays/",
        sound.PlayView.as_view(),
        name="plays",
    ),
    path(
        "sittings/<uuid:pk>/questions/<uuid:question>/audio/",
        sound.ClipView.as_view(),
        name="audio",
    ),
    path(
        "sittings/<uuid:pk>/questions/<uuid:question>/recordings/",
        sound.RecordingListView.as_view(),
        name="recordings",
    ),
    path(
        "sittings/<uuid:pk>/recordings/<uuid:recording>/",
        sound.RecordingView.as_view(),
        name="recording",
    ),
    path(
        "sittings/<uuid:pk>/recordings/<uuid:recording>/chunks/<int:sequence>/",
        sound.ChunkView.as_view(),
        name="chunk",
    ),
    path(
        "sittings/<uuid:pk>/recordings/<uuid:recording>/close/",
        sound.CloseRecordingView.as_view(),
        name="close-recording",
    ),
    path(
        "sittings/<uuid:pk>/recordings/<uuid:recording>/audio/",
        sound.RecordingAudioView.as_view(),
        name="recording-audio",
    ),
    path("sittings/<uuid:pk>/events/", monitoring.EventBatchView.as_view(), name="events"),
    path("sittings/<uuid:pk>/ticket/", monitoring.TicketView.as_view(), name="ticket"),
    path("sittings/<uuid:pk>/snapshots/", monitoring.SnapshotView.as_view(), name="snapshots"),
    path("sittings/<uuid:pk>/submit/", delivery.SubmitSittingView.as_view(), name="submit"),
    path("staff/grading/next/", graders.TakeAnswerView.as_view(), name="grading-next"),
    path("staff/grading/agreement/", graders.AgreementView.as_view(), name="grading-agreement"),
    path("staff/grading/<uuid:pk>/", graders.RateAnswerView.as_view(), name="rating"),
    path("staff/grading/<uuid:pk>/audio/", graders.AnswerAudioView.as_view(), name="rating-audio"),
    path(
        "staff/grading/<uuid:pk>/return/", graders.ReturnAnswerView.as_view(), name="rating-return"
    ),
    path("sittings/<uuid:pk>/receipt/", artefacts.ConsentReceiptView.as_view(), name="receipt"),
    path("sittings/<uuid:pk>/result/", results.SittingResultView.as_view(), name="result"),
    path(
        "certificates/<slug:code>/",
        results.VerifyCertificateView.as_view(),
        name="verify-certificate",
    ),
    path("staff/sittings/live/", console.LiveSittingListView.as_view(), name="staff-live"),
    path(
        "staff/sittings/<uuid:pk>/live/",
        console.LiveSittingView.as_view(),
        name="staff-live-sitting",
    ),
    path(
        "staff/sittings/<uuid:pk>/message/",
        console.SendMessageView.as_view(),
        name="staff-message",
    ),
    path("staff/sittings/<uuid:pk>/warn/", console.WarnView.as_view(), name="staff-warn"),
    path("staff/sittings/<uuid:pk>/pause/", console.PauseView.as_view(), name="staff-pause"),
    path(
        "staff/sittings/<uuid:pk>/resume/", console.ResumeSittingView.as_view(), name="staff-resume"
    ),
    path(
        "staff/sittings/<uuid:pk>/more-time/",
        console.MoreTimeView.as_view(),
        name="staff-more-time",
    ),
    path("staff/sittings/<uuid:pk>/end/", console.EndSittingView.as_view(), name="staff-end"),
    path("staff/sittings/<uuid:pk>/watch/", console.WatchView.as_view(), name="staff-watch"),
    path("staff/sittings/<uuid:pk>/unwatch/", console.UnwatchView.as_view(), name="staff-unwatch"),
    path("staff/sittings/", review.StaffSittingListView.as_view(), name="staff-sittings"),
    path(
        "staff/sittings/<uuid:pk>/", review.StaffSittingDetailView.as_view(), name="staff-sitting"
    ),
    path("sittings/<uuid:pk>/recorded/", appeals.RecordedView.as_view(), name="recorded"),
    path("sittings/<uuid:pk>/appeals/", appeals.AppealView.as_view(), name="appeals"),
    path("staff/reviews/", review.ReviewListView.as_view(), name="staff-reviews"),
    path("staff/reviews/next/", review.NextReviewView.as_view(), name="staff-reviews-next"),
    path("staff/reviews/<uuid:pk>/", review.ReviewDetailView.as_view(), name="staff-review"),
    path(
        "staff/reviews/<uuid:pk>/claim/",
        review.ClaimReviewView.as_view(),
        name="staff-review-claim",
    ),
    path(
        "staff/reviews/<uuid:pk>/release/",
        review.ReleaseReviewView.as_view(),
        name="staff-review-release",
    ),
    path(
        "staff/reviews/<uuid:pk>/decide/",
        review.DecideReviewView.as_view(),
        name="staff-review-decide",
    ),
    path(
        "staff/entries/<uuid:pk>/rule/",
        review.RuleObservationView.as_view(),
        name="staff-entry-rule",
    ),
    path(
        "staff/appeals/<uuid:pk>/answer/",
        appeals.AnswerAppealView.as_view(),
        name="staff-appeal-answer",
    ),
    path("staff/bans/", review.BanListView.as_view(), name="staff-bans"),
    path("staff/bans/<uuid:pk>/revoke/", review.RevokeBanView.as_view(), name="staff-ban-revoke"),
    path("staff/trust/", trust.TrustBoardView.as_view(), name="staff-trust"),
    path(
        "staff/trust/reviewers/",
        trust.ReviewerFiguresView.as_view(),
        name="staff-trust-reviewers",
    ),
    path(
        "staff/trust/detectors/<slug:kind>/",
        trust.DetectorModeView.as_view(),
        name="staff-detector-mode",
    ),
    path("sittings/<uuid:pk>/rescue/", delivery.RescueView.as_view(), name="rescue"),
    path("staff/rescue-files/", delivery.StaffRescueListView.as_view(), name="staff-rescue-files"),
    path(
        "staff/rescue-files/<uuid:pk>/admit/",
        delivery.AdmitRescueView.as_view(),
        name="staff-rescue-admit",
    ),
    path(
        "staff/rescue-files/<uuid:pk>/refuse/",
        delivery.RefuseRescueView.as_view(),
        name="staff-rescue-refuse",
    ),
    path(
        "staff/accommodations/",
        delivery.AccommodationListView.as_view(),
        name="staff-accommodations",
    ),
    path(
        "staff/accommodations/<uuid:pk>/revoke/",
        delivery.RevokeAccommodationView.as_view(),
        name="staff-accommodation-revoke",
    ),
    path(
        "staff/sittings/<uuid:pk>/identity/",
        setup.DecideIdentityView.as_view(),
        name="staff-decide-identity",
    ),
    path("staff/sittings/<uuid:pk>/clear/", review.ClearSittingView.as_view(), name="staff-clear"),
    path("staff/sittings/<uuid:pk>/void/", review.VoidSittingView.as_view(), name="staff-void"),
    path("staff/items/", item_bank.ItemListView.as_view(), name="staff-items"),
    path("staff/items/import/", item_bank.ImportItemsView.as_view(), name="staff-items-import"),
    path(
        "staff/items/export/csv/",
        item_bank.ExportItemsCsvView.as_view(),
        name="staff-items-export-csv",
    ),
    path(
        "staff/items/export/qti/",
        item_bank.ExportItemsQtiView.as_view(),
        name="staff-items-export-qti",
    ),
    path("staff/items/<uuid:pk>/", item_bank.ItemDetailView.as_view(), name="staff-item"),
    path(
        "staff/items/<uuid:pk>/request-review/",
        item_bank.RequestItemReviewView.as_view(),
        name="staff-item-request-review",
    ),
    path(
        "staff/items/<uuid:pk>/decide/",
        item_bank.DecideItemReviewView.as_view(),
        name="staff-item-decide",
    ),
    path(
        "staff/items/<uuid:pk>/report/",
        item_bank.ReportItemView.as_view(),
        name="staff-item-report",
    ),
    path(
        "staff/items/<uuid:pk>/retire/",
        item_bank.RetireItemView.as_view(),
        name="staff-item-retire",
    ),
    path(
        "staff/items/<uuid:pk>/revive/",
        item_bank.ReviveItemView.as_view(),
        name="staff-item-revive",
    ),
    path(
        "staff/items/<uuid:pk>/return-to-trial/",
        item_bank.ReturnItemToTrialView.as_view(),
        name="staff-item-return-to-trial",
    ),
    path(
        "staff/item-flags/<uuid:pk>/resolve/",
        item_bank.ResolveItemFlagView.as_view(),
        name="staff-item-flag-resolve",
    ),
]
