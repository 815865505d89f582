"""Who keeps what in the administration: the role table, as data. A group is a row of it; which accounts are in a
group is the administrators' choice, made on the page of the account.

Figures enter in bulk by a group of its own, so nobody enters them for keeping accounts or the catalogue; for which
units, the membership says (`permissions.units_imported_by`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet

from .clock import today
from .models import Capacity, Membership, Role, Unit, UnitKind, User

APP = "indicators"
LOOK = ("view",)
ADD = ("view", "add")  # append-only: another figure is another row
KEEP = ("view", "add", "change")
KEEP_AND_REMOVE = (*KEEP, "delete")  # rows of a list within something else; what stands on them protects itself
IN_BULK = ("import", "export")  # asked for by django-import-export, IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "import"

GIVEN_BY_A_UNIT = (Role.REPORTER, Role.SIGNER, Role.READER)  # by its administrator: they reach no further than it

Rights = dict[str, tuple[str, ...]]  # model → what may be done with it

UNITS: Rights = {
    "unit": (*KEEP, *IN_BULK),
    "unitslice": KEEP,
    "unitcode": KEEP,
    "unitalias": KEEP_AND_REMOVE,
    "succession": KEEP,
}
CATALOGUE: Rights = {
    **UNITS,
    "legalact": KEEP,
    "unitchange": KEEP_AND_REMOVE,
    "document": KEEP,
    "programme": KEEP,
    "programmeindicator": KEEP_AND_REMOVE,
    "indicatorgroup": KEEP,
    "indicator": (*KEEP, *IN_BULK),
    "definition": KEEP,
    "target": (*KEEP, *IN_BULK),
    "baseline": KEEP,
    "basefigure": (*KEEP, *IN_BULK),
    "referencefigure": (*KEEP, *IN_BULK),
    "reportingform": (*KEEP, *IN_BULK),
    "formline": KEEP_AND_REMOVE,
    "stepholder": KEEP_AND_REMOVE,
    "formcheck": KEEP_AND_REMOVE,
    "register": KEEP,
    "registercount": KEEP_AND_REMOVE,
    "scoreframework": (*KEEP, *IN_BULK),
    "scoreitem": KEEP_AND_REMOVE,
    "task": (*KEEP, *IN_BULK),
    "registerlist": LOOK,
    "registerrow": LOOK,
    "specialday": (*KEEP_AND_REMOVE, *IN_BULK),
    "period": KEEP,
    "round": KEEP,
    "roundline": LOOK,
    "roundevent": LOOK,
    "extension": ADD,
    "observation": ("view", "export"),
}
LOGS: Rights = {"download": LOOK, "loginevent": LOOK, "seal": LOOK}
PEOPLE: Rights = {"user": KEEP, "membership": KEEP}


@dataclass(frozen=True)
class Keeper:
    """`code` is what code and commands call it; the group bears the Vietnamese name."""

    code: str
    name: str
    rights: Rights

    def codenames(self) -> set[str]:
        return {f"{act}_{model}" for model, acts in self.rights.items() for act in acts}


KEEPERS = (
    Keeper(
        "province",
        "Quản trị tỉnh",
        {
            **CATALOGUE,
            **PEOPLE,
            "membership": (*KEEP, *IN_BULK),
            **LOGS,
            "digest": ("view", "change"),
            "publicpage": KEEP,
        },
    ),
    Keeper("unit", "Quản trị đơn vị", {**dict.fromkeys(UNITS.keys() - {"succession"}, LOOK), **PEOPLE}),
    Keeper("catalogue", "Biên tập danh mục", CATALOGUE),
    Keeper("figures", "Nhập số liệu từ bảng", {"submission": ("import",), "observation": LOOK}),
)


@dataclass(frozen=True)
class Changed:
    """What `ensure_groups` did to one group: codenames given and taken away."""

    group: str
    is_new: bool
    given: tuple[str, ...]
    taken: tuple[str, ...]


def group(code: str) -> Group:
    """The group of a row; `ensure_groups` has made it."""
    return Group.objects.get(name=next(keeper.name for keeper in KEEPERS if keeper.code == code))


@transaction.atomic
def ensure_groups() -> list[Changed]:
    """Makes the groups of the table, each with exactly its permissions; what stands so already is left alone."""
    _make_permissions_of_bulk()
    done = (_ensure(keeper) for keeper in KEEPERS)
    return [changed for changed in done if changed.is_new or changed.given or changed.taken]


def _make_permissions_of_bulk() -> None:
    """Django makes view, add, change and delete itself; the library of imports and exports makes none."""
    for act, model in sorted({each for keeper in KEEPERS for each in _in_bulk(keeper.rights)}):
        kind = ContentType.objects.get_for_model(apps.get_model(APP, model))
        Permission.objects.get_or_create(
            content_type=kind, codename=f"{act}_{model}", defaults={"name": f"Can {act} {model}"}
        )


def _in_bulk(rights: Rights) -> Iterator[tuple[str, str]]:
    return ((act, model) for model, acts in rights.items() for act in acts if act in IN_BULK)


def _ensure(keeper: Keeper) -> Changed:
    """Raises LookupError where the table names a permission that there is none of: a misspelt row says so."""
    made, is_new = Group.objects.get_or_create(name=keeper.name)
    wanted, held = _permissions(keeper), set(made.permissions.order_by("pk"))
    made.permissions.set(wanted)
    return Changed(keeper.name, is_new, _names(wanted - held), _names(held - wanted))


def _permissions(keeper: Keeper) -> set[Permission]:
    names = keeper.codenames()
    found = set(Permission.objects.filter(content_type__app_label=APP, codename__in=names).order_by("pk"))
    if missing := names - {permission.codename for permission in found}:
        raise LookupError(f"No such permission: {', '.join(sorted(missing))}")
    return found


def _names(permissions: set[Permission]) -> tuple[str, ...]:
    return tuple(sorted(permission.codename for permission in permissions))


def units_named_by(user: User) -> QuerySet[Unit]:
    """The units that a person may name in the catalogue: who keeps it (may change reporting forms) every one, since
    names of units are no secret; anybody else those that he or she administers."""
    keeps = user.has_perm("indicators.change_reportingform")
    return Unit.objects.all() if keeps else Unit.objects.visible_to(user)


def given_by(user: User) -> tuple[Role, ...]:
    """What the administrator of a unit gives there. Whoever signs by authorisation names no signer: an
    authorisation may not be passed on (domain.md 21)."""
    mine = Membership.objects.on(today()).filter(user=user, role=Role.SIGNER, capacity=Capacity.AUTHORISED)
    return tuple(role for role in GIVEN_BY_A_UNIT if role != Role.SIGNER or not mine.exists())


def administers_province(user: User) -> bool:
    """Keeps the accounts of the whole province: an administrator, today, of the unit that is the province."""
    named: QuerySet[Any] = Unit.objects.with_slice(today())
    province = named.filter(kind_on_day=UnitKind.PROVINCE).order_by()
    mine = Membership.objects.on(today()).filter(user=user, role=Role.ADMINISTRATOR)
    return mine.filter(unit__in=province.values("pk")).exists()
