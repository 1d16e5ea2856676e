"""The addresses of a site on which Google is configured."""

from accounts import google_urls
from hitouch import urls

urlpatterns = [*google_urls.urlpatterns, *urls.urlpatterns]
