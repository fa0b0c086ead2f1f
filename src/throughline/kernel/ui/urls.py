"""Addresses of the frame itself."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.i18n import set_language

from throughline.kernel.ui import shortcuts, views

urlpatterns = [
    path("theme/", views.theme, name="theme"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("shortcuts/", shortcuts.shortcuts, name="shortcuts"),
    path("styleguide/", views.styleguide, name="styleguide"),
]
