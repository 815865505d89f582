"""A refusal of the process that reads uploads, in words: what is wrong, where, and what to do."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from .. import numbers
from ..refusals import Busy, Refused

Facts = Mapping[str, Any]


class Undecided(Refused):
    """What separates the cells of a file is not certain. `readings` are {"name": …, "rows": its first rows}; `read`
    takes the name of the one that was meant."""

    def __init__(self, readings: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(
            _("The cells of this file can be told apart in more than one way. Choose the way that was meant.")
        )
        self.readings = readings


def busy() -> Busy:
    return Busy(_("Many files are being read at this moment. Nothing was read; try again in a moment."))


def refused(code: str, facts: Facts) -> Refused:
    if code == "separator":
        return Undecided(facts["readings"])
    return Refused(_SENTENCES[code](facts))


def too_big(limit: int) -> Refused:
    return Refused(_("The file is larger than %(limit)s MB.") % {"limit": limit // 1_000_000})


def no_table(_facts: Facts | None = None) -> str:
    return _(
        "This file is not a table that can be read here. Save it as an Excel workbook (.xlsx) or as CSV UTF-8."
    )


def formula_in(cell: str) -> str:
    sentence = _("Cell %(cell)s holds a formula. Replace it by its value (Copy, Paste Special, Values).")
    return sentence % {"cell": cell}


def error_in(cell: str) -> str:
    return _("Cell %(cell)s holds an error of Excel. Mend it and upload again.") % {"cell": cell}


def listed(cells: Sequence[str], count: int) -> str:
    """Ten cells by their names, and how many there are besides."""
    names = ", ".join(cells)
    if count <= len(cells):
        return names
    return _("%(cells)s and %(count)s more") % {"cells": names, "count": _number(count - len(cells))}


# --- One a code


def _formulas(facts: Facts) -> str:
    if facts["count"] == 1:
        return formula_in(facts["cells"][0])
    sentence = _(
        "These cells hold formulas: %(cells)s. Replace them by their values (Copy, Paste Special, Values)."
    )
    return sentence % {"cells": listed(facts["cells"], facts["count"])}


def _errors(facts: Facts) -> str:
    if facts["count"] == 1:
        return error_in(facts["cells"][0])
    sentence = _("These cells hold errors of Excel: %(cells)s. Mend them and upload again.")
    return sentence % {"cells": listed(facts["cells"], facts["count"])}


def _merged(facts: Facts) -> str:
    sentence = _("Cells %(cells)s are merged. Unmerge them and type each figure into its own cell.")
    return sentence % {"cells": listed(facts["cells"], facts["count"])}


def _old_font(facts: Facts) -> str:
    sentence = _(
        "This file uses an old font encoding (TCVN3 or VNI) in these cells: %(cells)s. "
        "Convert it to Unicode and upload again."
    )
    return sentence % {"cells": listed(facts["cells"], facts["count"])}


def _old_bytes(_facts: Facts) -> str:
    return _("This file uses an old font encoding (TCVN3 or VNI). Convert it to Unicode and upload again.")


def _old_excel(_facts: Facts) -> str:
    return _("This file is in the old Excel format. Open it in Excel and save it as .xlsx.")


def _encrypted(_facts: Facts) -> str:
    return _("This file is protected by a password. Save it without one and upload it again.")


def _macros(_facts: Facts) -> str:
    return _("This workbook holds macros. Save it as .xlsx, without macros.")


def _links(_facts: Facts) -> str:
    return _("This workbook takes data from other files. Break the links (Data, Edit Links) and save it again.")


def _embedded(facts: Facts) -> str:
    sentence = _(
        "This workbook holds another file inside it (%(name)s). Delete the inserted file and save it again."
    )
    return sentence % {"name": facts["name"]}


def _doctype(_facts: Facts) -> str:
    return _(
        "This workbook holds definitions that no workbook of Excel has (DOCTYPE). "
        "Open it in Excel and save it again."
    )


def _lying(_facts: Facts) -> str:
    return _("This workbook does not hold what its directory says. Open it in Excel and save it again.")


def _part_name(facts: Facts) -> str:
    sentence = _(
        "This workbook holds a part whose name points outside it (%(name)s). Open it in Excel and save it again."
    )
    return sentence % {"name": facts["name"]}


def _part_twice(facts: Facts) -> str:
    sentence = _("This workbook holds the part %(name)s twice. Open it in Excel and save it again.")
    return sentence % {"name": facts["name"]}


def _too_large(_facts: Facts) -> str:
    return _("The workbook is too large once unpacked. Delete sheets, pictures and formats.")


def _too_slow(_facts: Facts) -> str:
    return _("The file takes too long to read. Delete sheets and formats, or split the file.")


def _too_long(facts: Facts) -> str:
    sentence = _("The table goes on below row %(limit)s. Delete empty rows at its end, or split the file.")
    return sentence % {"limit": _number(facts["limit"])}


def _too_wide(facts: Facts) -> str:
    return _("The table has more than %(limit)s columns.") % {"limit": facts["limit"]}


def _too_many(facts: Facts) -> str:
    return _("The file holds more than %(limit)s cells. Split it.") % {"limit": _number(facts["limit"])}


def _sheets(facts: Facts) -> str:
    names = {"names": ", ".join(facts["names"])}
    return _("Several sheets hold data: %(names)s. Keep one and delete the others.") % names


def _empty(_facts: Facts) -> str:
    return _("The file holds no table.")


def _no_header(facts: Facts) -> str:
    return _("Cell %(cell)s must name its column: it is empty.") % facts


def _outside(facts: Facts) -> str:
    return _("Cell %(cell)s stands outside the table: its column has no name.") % facts


def _classified(_facts: Facts) -> str:
    return _('This file is marked "MẬT". Classified content must not be entered here.')


def _number(number: int) -> str:
    return numbers.show(Decimal(number), 0)


_SENTENCES: dict[str, Callable[[Facts], str]] = {
    "classified": _classified,
    "doctype": _doctype,
    "embedded": _embedded,
    "empty": _empty,
    "encrypted": _encrypted,
    "error": _errors,
    "formula": _formulas,
    "links": _links,
    "lying": _lying,
    "macros": _macros,
    "merged": _merged,
    "no_header": _no_header,
    "no_table": no_table,
    "old_bytes": _old_bytes,
    "old_excel": _old_excel,
    "old_font": _old_font,
    "outside": _outside,
    "part_name": _part_name,
    "part_twice": _part_twice,
    "sheets": _sheets,
    "too_large": _too_large,
    "too_long": _too_long,
    "too_many": _too_many,
    "too_slow": _too_slow,
    "too_wide": _too_wide,
}
CODES = frozenset(_SENTENCES) | {"separator"}
