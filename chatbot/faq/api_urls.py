"""API URLs of the FAQ: public answers, and those of staff."""

from django.urls import path

from chatbot.faq import api

urlpatterns = [
    path("help/entries/", api.HelpEntryListView.as_view(), name="help-entries"),
    path("staff/faq/entries/", api.FaqEntryListView.as_view(), name="faq-entries"),
    path("staff/faq/entries/<uuid:pk>/", api.FaqEntryView.as_view(), name="faq-entry"),
    path("staff/faq/entries/<uuid:pk>/draft/", api.FaqDraftView.as_view(), name="faq-draft"),
    path("staff/faq/entries/<uuid:pk>/active/", api.FaqActiveView.as_view(), name="faq-active"),
    path("staff/faq/entries/<uuid:pk>/retire/", api.FaqRetireView.as_view(), name="faq-retire"),
    path(
        "staff/faq/entries/<uuid:pk>/phrasings/",
        api.FaqPhrasingListView.as_view(),
        name="faq-phrasings",
    ),
    path("staff/faq/phrasings/<uuid:pk>/", api.FaqPhrasingView.as_view(), name="faq-phrasing"),
    path("staff/faq/versions/<uuid:pk>/", api.FaqVersionView.as_view(), name="faq-version"),
    path("staff/faq/versions/<uuid:pk>/doctor/", api.FaqDoctorView.as_view(), name="faq-doctor"),
    path("staff/faq/versions/<uuid:pk>/publish/", api.FaqPublishView.as_view(), name="faq-publish"),
    path("staff/faq/drafts/", api.FaqSourceView.as_view(), name="faq-drafts"),
    path("staff/faq/export/", api.FaqExportView.as_view(), name="faq-export"),
    path("staff/faq/import/", api.FaqImportView.as_view(), name="faq-import"),
    path("staff/faq/faults/", api.FaqFaultListView.as_view(), name="faq-faults"),
    path("staff/faq/slots/", api.FaqSlotListView.as_view(), name="faq-slots"),
]
