"""A second admin site that imports holidays, beside the whole of ours."""

from django.contrib.admin import AdminSite
from django.urls import path

from config.urls import urlpatterns as ours
from indicators.admin.base import CatalogueAdmin
from indicators.admin.tables import TableAdmin
from indicators.models import SpecialDay
from indicators.resources import SpecialDayResource


class Days(TableAdmin, CatalogueAdmin):
    resource_classes = [SpecialDayResource]
    list_display = ["day", "name"]
    list_select_related = ()
    list_filter = ["kind"]
    search_fields = ["name"]
    ordering = ["day", "pk"]


site = AdminSite(name="tables")
site.register(SpecialDay, Days)
urlpatterns = [path("tables/", site.urls), *ours]
