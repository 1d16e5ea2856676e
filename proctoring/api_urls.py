"""Proctoring's endpoints, under /api/v1/."""

from django.urls import path

from proctoring.api import sittings, staff

app_name = "proctoring"

urlpatterns = [
    path("invitations/", sittings.Invitations.as_view(), name="invitations"),
    path("invitations/again/", sittings.InvitationAgain.as_view(), name="invitations-again"),
    path("sittings/", sittings.Sittings.as_view(), name="sittings"),
    path("sittings/<uuid:pk>/", sittings.SittingDetail.as_view(), name="sitting"),
    path("sittings/<uuid:pk>/consent/", sittings.Consent.as_view(), name="consent"),
    path("sittings/<uuid:pk>/system-check/", sittings.SystemChecks.as_view(), name="system-check"),
    path("sittings/<uuid:pk>/device-test/", sittings.DeviceTest.as_view(), name="device-test"),
    path("sittings/<uuid:pk>/identity/", sittings.Identity.as_view(), name="identity"),
    path("sittings/<uuid:pk>/begin/", sittings.Begin.as_view(), name="begin"),
    path("sittings/<uuid:pk>/questions/", sittings.Questions.as_view(), name="questions"),
    path("sittings/<uuid:pk>/answers/<uuid:question>/", sittings.Answers.as_view(), name="answer"),
    path("sittings/<uuid:pk>/sections/next/", sittings.NextSection.as_view(), name="next-section"),
    path("sittings/<uuid:pk>/events/", sittings.Events.as_view(), name="events"),
    path("sittings/<uuid:pk>/snapshots/", sittings.Snapshots.as_view(), name="snapshots"),
    path("sittings/<uuid:pk>/submit/", sittings.Submit.as_view(), name="submit"),
    path("staff/sittings/", staff.StaffSittings.as_view(), name="staff-sittings"),
    path("staff/sittings/<uuid:pk>/", staff.StaffSitting.as_view(), name="staff-sitting"),
    path("staff/sittings/<uuid:pk>/clear/", staff.ClearSitting.as_view(), name="staff-clear"),
    path("staff/sittings/<uuid:pk>/void/", staff.VoidSitting.as_view(), name="staff-void"),
]
