from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class IndicatorsConfig(AppConfig):
    name = "indicators"
    verbose_name = _("Indicators and reports")

    def ready(self) -> None:
        from . import append_only

        post_migrate.connect(append_only.install_after_migrate, sender=self)
        append_only.register_check()
