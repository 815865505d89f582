"""Whether the rules of a form can be checked at all: asked when the form is saved and when a round opens."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from . import rules
from .models import Check, ReportingForm, SubjectRule
from .refusals import Refused


def rule_of(check: Check) -> rules.Rule:
    """Raises ValueError with the sentence for a side that cannot be read."""
    return rules.rule(check.kind, check.left, check.right, comparison=check.comparison, if_missing=check.if_missing)


def refuse_impossible(form: ReportingForm) -> None:
    """Raises Refused for the first rule whose sides cannot be read, that names a code which is no line of the form,
    or that would compare figures about different subjects: those of each commune with one about the whole."""
    lines = form.lines.order_by("order", "pk").values_list("indicator__code", "subject_rule")
    about = dict(lines)
    for check in form.checks.order_by("order", "pk"):
        if why := _impossible(check, about):
            raise Refused(_("Rule “%(rule)s”: %(why)s") % {"rule": check, "why": why})


def _impossible(check: Check, about: dict[str, str]) -> str:
    try:
        codes = rule_of(check).codes
    except ValueError as unreadable:
        return str(unreadable)
    if foreign := [code for code in codes if code not in about]:
        return _("the form has no line %(codes)s.") % {"codes": ", ".join(foreign)}
    if len(_grids(about[code] for code in codes)) > 1:
        return _("lines about each commune are not compared with lines about the whole.")
    return ""


def _grids(subject_rules: Iterable[str]) -> set[bool]:
    return {subject_rule == SubjectRule.EACH_COMMUNE for subject_rule in subject_rules}
