"""URLs of the development pages."""

from django.urls import path

from hitouch.dev import views

urlpatterns = [
    path("dev/outbox/", views.show_outbox, name="dev-outbox"),
    path("dev/outbox/attachments/<int:pk>/", views.attachment, name="dev-attachment"),
    path("dev/outbox.json", views.outbox_json, name="dev-outbox-json"),
]
