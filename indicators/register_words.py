"""What stands within count(…) of a formula, in the words that a register knows: its code, its columns and what may
stand in them, in English and as the pages print them. A stored formula must be read whatever the catalogue of
translations says, so the words are here. A refusal is one sentence."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from .formulas import Condition, Count
from .models import Audience, Register, RegisterRow, RowStatus
from .numbers import fold
from .register_rules import FILTERS, Asked, IsNot

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "code": ("mã",),
    "audience": ("đối tượng", "đối tượng phục vụ"),
    "kind": ("loại", "loại hệ thống"),
    "status": ("trạng thái",),
    "shares_data": ("chia sẻ dữ liệu",),
    "via_lgsp": ("LGSP", "kết nối qua LGSP"),
    "in_official_use": ("NDXP", "dịch vụ NDXP sử dụng chính thức"),
}
ANSWERS = {"yes": True, "có": True, "no": False, "không": False}
_WORDS: Mapping[str, Mapping[str, str]] = {
    "audience": {
        Audience.GOVERNMENT: "chính quyền",
        Audience.BUSINESS: "doanh nghiệp",
        Audience.CITIZENS: "người dân",
        Audience.INFRASTRUCTURE: "hạ tầng dùng chung",
    },
    "status": {
        RowStatus.PLANNED: "dự kiến",
        RowStatus.TRIAL: "thử nghiệm",
        RowStatus.IN_USE: "sử dụng chính thức",
        RowStatus.STOPPED: "ngừng sử dụng",
    },
}
_OF_TEXT = ("code", "kind")  # where a list may hold any text


class NotCounted(ValueError):
    """`str` of it says in the reader's language what is wrong."""


def asked_of(count: Count) -> Asked:
    """What register_rules.matches is asked, or NotCounted."""
    asked: dict[str, object] = {}
    for condition in count.conditions:
        column = _column(condition)
        if column in asked:
            raise NotCounted(_("One count asks for the column %(column)s twice.") % {"column": condition.column})
        asked[column] = _wanted(column, condition)
    return asked


def _column(condition: Condition) -> str:
    for name, others in COLUMNS.items():
        if _folded(condition.column) in map(_folded, (name, *others)):
            return name
    raise NotCounted(
        _('A register has no column "%(column)s" to count by. There are: %(known)s.')
        % {"column": condition.column, "known": ", ".join(FILTERS)}
    )


def _wanted(column: str, condition: Condition) -> object:
    if column == "code" and condition.is_not:
        raise NotCounted(_("A code is asked for with =, not with ≠."))
    if column in _OF_TEXT:
        return IsNot(condition.value) if condition.is_not else condition.value
    known = _values(column)
    wanted = known.get(_folded(condition.value))
    if wanted is None:
        raise NotCounted(
            _('"%(value)s" is nothing that the column %(column)s may hold. There are: %(known)s.')
            % {"value": condition.value, "column": condition.column, "known": ", ".join(_offered(column))}
        )
    if isinstance(wanted, bool):
        return wanted is not condition.is_not
    return IsNot(wanted) if condition.is_not else wanted


def _values(column: str) -> dict[str, object]:
    if column not in _WORDS:
        return {_folded(word): answer for word, answer in ANSWERS.items()}
    named = _WORDS[column].items()
    return {_folded(word): str(value) for value, other in named for word in (str(value), other)}


def _offered(column: str) -> Iterable[str]:
    return map(str, _WORDS[column]) if column in _WORDS else ("yes", "no")


def _folded(text: str) -> str:
    return fold(text.replace("_", " "))


# --- What an administrator writes


def refusal(asked: Iterable[Count]) -> str:
    """Why one of the counts cannot be made; empty where all can. At most two queries a count."""
    return next(filter(None, map(_refusal, asked)), "")


def _refusal(count: Count) -> str:
    try:
        asked = asked_of(count)
    except NotCounted as wrong:
        return str(wrong)
    if not Register.objects.filter(code=count.register).exists():
        known = ", ".join(Register.objects.order_by("code").values_list("code", flat=True)) or "–"
        sentence = _('There is no register with the code "%(code)s". There are: %(known)s.')
        return sentence % {"code": count.register, "known": known}
    return next(filter(None, (_unheard_of(count, name, asked[name]) for name in _OF_TEXT if name in asked)), "")


def _unheard_of(count: Count, column: str, wanted: object) -> str:
    """A text that no approved row ever held counts 0 for ever, which is as a rule a slip of the pen."""
    text = wanted.value if isinstance(wanted, IsNot) else wanted
    if RegisterRow.objects.filter(**{"listed__register__code": count.register, column: text}).exists():
        return ""
    sentence = _('No approved row of %(register)s ever had "%(value)s" as its %(column)s.')
    return sentence % {"register": count.register, "value": text, "column": column}
