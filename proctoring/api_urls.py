"""API URLs of proctoring, under /api/v1/."""

from django.urls import path

from proctoring.api import sittings, staff

app_name = "proctoring"

urlpatterns = [
    path("invitations/", sittings.InvitationListView.as_view(), name="invitations"),
    path("invitations/again/", sittings.RequestAttemptView.as_view(), name="invitations-again"),
    path("sittings/", sittings.OpenSittingView.as_view(), name="sittings"),
    path("sittings/<uuid:pk>/", sittings.SittingDetailView.as_view(), name="sitting"),
    path("sittings/<uuid:pk>/consent/", sittings.ConsentView.as_view(), name="consent"),
    path(
        "sittings/<uuid:pk>/system-check/", sittings.SystemCheckView.as_view(), name="system-check"
    ),
    path("sittings/<uuid:pk>/device-test/", sittings.DeviceTestView.as_view(), name="device-test"),
    path("sittings/<uuid:pk>/identity/", sittings.IdentityPhotoView.as_view(), name="identity"),
    path("sittings/<uuid:pk>/begin/", sittings.BeginSittingView.as_view(), name="begin"),
    path("sittings/<uuid:pk>/questions/", sittings.QuestionListView.as_view(), name="questions"),
    path(
        "sittings/<uuid:pk>/answers/<uuid:question>/", sittings.AnswerView.as_view(), name="answer"
    ),
    path(
        "sittings/<uuid:pk>/sections/next/", sittings.NextSectionView.as_view(), name="next-section"
    ),
    path("sittings/<uuid:pk>/events/", sittings.EventBatchView.as_view(), name="events"),
    path("sittings/<uuid:pk>/snapshots/", sittings.SnapshotView.as_view(), name="snapshots"),
    path("sittings/<uuid:pk>/submit/", sittings.SubmitSittingView.as_view(), name="submit"),
    path("staff/sittings/", staff.StaffSittingListView.as_view(), name="staff-sittings"),
    path("staff/sittings/<uuid:pk>/", staff.StaffSittingDetailView.as_view(), name="staff-sitting"),
    path("staff/sittings/<uuid:pk>/clear/", staff.ClearSittingView.as_view(), name="staff-clear"),
    path("staff/sittings/<uuid:pk>/void/", staff.VoidSittingView.as_view(), name="staff-void"),
]
