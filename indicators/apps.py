from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class IndicatorsConfig(AppConfig):
    name = "indicators"
    verbose_name = _("Indicators and reports")

    def ready(self) -> None:
        from . import append_only, counters, logins

        post_migrate.connect(append_only.install_after_migrate, sender=self)
        post_migrate.connect(counters.install_after_migrate, sender=self)
        append_only.register_check()
        counters.register_check()
        logins.listen()
