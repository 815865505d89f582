from django.contrib import admin
from django.contrib.auth import views as auth_views
from django.urls import include, path
from django.views.generic import RedirectView

from indicators.account_views import OwnPassword
from indicators.session_views import Login

from . import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("accounts/login/", Login.as_view(), name="login"),
    path("accounts/logout/", auth_views.LogoutView.as_view(), name="logout"),
    path("accounts/password/", OwnPassword.as_view(), name="password_change"),
    path("admin/password_change/", RedirectView.as_view(pattern_name="password_change")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("", include("indicators.urls")),
    path("", include("reporting.urls")),
]
