"""Who answers for the system: at the foot of every page, those included that stand when nothing else does."""

from django import template
from django.conf import settings

from ..contact import of_system

register = template.Library()


@register.inclusion_tag("includes/responsible.html")
def responsible() -> dict[str, str]:
    return {
        "unit": settings.SITE_UNIT,
        "address": settings.SITE_ADDRESS,
        "telephone": settings.SITE_TELEPHONE,
        "email": settings.SITE_EMAIL,
    }


@register.simple_tag
def whom_to_call() -> str:
    return of_system()
