"""Whom to call about the system itself, where no form or unit names anybody (domain.md 25)."""

from django.conf import settings
from django.utils.translation import gettext as _


def of_system() -> str:
    """As "Sở Khoa học và Công nghệ, 0213 3876 000"; what the installation does not say is left out."""
    return ", ".join(filter(None, (settings.SITE_UNIT, settings.SITE_TELEPHONE))) or _("the system administrator")
