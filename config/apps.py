from axes.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Logins(AppConfig):
    """django-axes under a heading that an administrator understands."""

    verbose_name = _("Logins")
