"""The units of a province with their names, places, codes and successions (domain.md 1-3)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from .. import bulk
from ..models import Document, Succession, Unit, UnitAlias, UnitCode, UnitKind, UnitSlice
from .files import Files, Row, day, first_day, several, yes
from .ledger import Ledger

UNITS, SUCCESSIONS = "Cơ quan, đơn vị", "Kế thừa giữa các cơ quan, đơn vị"
KINDS = {
    "province": UnitKind.PROVINCE,
    "district_city": UnitKind.DISTRICT,
    "district": UnitKind.DISTRICT,
    "ward": UnitKind.COMMUNE,
    "township": UnitKind.COMMUNE,
    "commune": UnitKind.COMMUNE,
    "office": UnitKind.DEPARTMENT,
    "department": UnitKind.DEPARTMENT,
    "board": UnitKind.DEPARTMENT,
    "sector_agency": UnitKind.DEPARTMENT,
    "central_agency": UnitKind.DEPARTMENT,
    "enterprise": UnitKind.COMPANY,
}
BASE_FIGURES = {"area_km2": "diện tích", "population": "dân số", "seat": "trụ sở"}


@dataclass(frozen=True)
class Life:
    """One unit under one code: from its first day until the first day without it."""

    system: str
    code: str
    began: date
    ended: date | None

    def holds(self, on: date) -> bool:
        return self.began <= on and (self.ended is None or on < self.ended)

    def is_lived_by(self, unit: Unit) -> bool:
        """Whether a unit that bears the code lives on a day of this life. 03388 is two lives that never meet."""
        ends, unit_ends = self.ended or date.max, unit.ended or date.max
        return self.began < unit_ends and unit.began < ends


def lives_of(rows: list[Row]) -> dict[Life, list[Row]]:
    """Each unit with its rows, oldest first. A code's row that nothing ended goes on in the code's next row: Mù Cả
    has two rows, under its district and under the province, and is one unit (domain.md 2)."""
    chains: dict[tuple[str, str], list[list[Row]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: first_day(row["valid_from"])):
        chain = chains[row["code_system"], row["code"]]
        if chain and not chain[-1][-1]["valid_to"]:
            chain[-1].append(row)
        else:
            chain.append([row])
    return {
        Life(system, code, first_day(link[0]["valid_from"]), _ended(link[-1])): link
        for (system, code), chain in chains.items()
        for link in chain
    }


def _ended(row: Row) -> date | None:
    last_day = day(row["valid_to"])
    return last_day + timedelta(days=1) if last_day else None


class Register:
    """The units behind the file: those that stood before and those that a load wrote."""

    def __init__(self, units: dict[Life, Unit]) -> None:
        self.units = units

    def on(self, code: str, on: date) -> Unit:
        """Whom a code of the file means on a day, by the file's own days. LookupError where it means nobody."""
        for life, unit in self.units.items():
            if life.code == code and life.holds(on):
                return unit
        raise LookupError(f"No row of units.csv gives the code {code} on {on}")

    def on_or_none(self, code: str, on: date) -> Unit | None:
        return self.on(code, on) if code else None


def load_units(files: Files, documents: dict[str, Document], ledger: Ledger) -> Register:
    rows = files.rows("units")
    lives = lives_of(rows)
    standing = _standing(lives)
    new = [life for life in lives if life not in standing]
    made = bulk.create_kept(Unit, (Unit(began=life.began, ended=life.ended) for life in new))
    register = Register(standing | dict(zip(new, made, strict=True)))
    _write(new, lives, register, documents, ledger)
    _compare(standing, lives, register, documents, ledger)
    _remark_unconfirmed(register, ledger)
    _leave_out_base_figures(rows, ledger)
    return register


def _standing(lives: dict[Life, list[Row]]) -> dict[Life, Unit]:
    """Units that bear a code of the file on a day of the life it describes, whatever else was changed since."""
    bearers: dict[tuple[str, str], list[Unit]] = defaultdict(list)
    codes = UnitCode.objects.filter(code__in={life.code for life in lives}).select_related("unit")
    for row in codes.order_by("-valid_from", "pk"):
        bearers[row.system, row.code].append(row.unit)
    found = {life: [u for u in bearers[life.system, life.code] if life.is_lived_by(u)] for life in lives}
    return {life: units[0] for life, units in found.items() if units}


def _write(
    new: list[Life],
    lives: dict[Life, list[Row]],
    register: Register,
    documents: dict[str, Document],
    ledger: Ledger,
) -> None:
    slices = [s for life in new for s in _slices(life, lives[life], register)]
    codes = [
        UnitCode(unit=register.units[life], system=life.system, code=life.code, valid_from=life.began)
        for life in new
    ]
    aliases = [
        UnitAlias(unit=register.units[life], name=row["alias"])
        for life in new
        for row in lives[life]
        if row["alias"]
    ]
    successions = [s for life in new for s in _successions(life, lives[life][-1], register, documents)]
    bulk.create_kept(UnitSlice, slices)
    bulk.create_kept(UnitCode, codes)
    bulk.create_kept(UnitAlias, aliases)
    bulk.create_kept(Succession, successions)
    ledger.wrote(UNITS, len(new))
    ledger.wrote(SUCCESSIONS, len(successions))


def _slices(life: Life, rows: list[Row], register: Register) -> list[UnitSlice]:
    """A parent's code is read on the row's own first day: a commune of 2025-07-01 stands under the province."""
    return [
        UnitSlice(
            unit=register.units[life],
            valid_from=first_day(row["valid_from"]),
            name=row["name"],
            kind=KINDS[row["kind"]],
            parent=register.on_or_none(row["parent_code"], first_day(row["valid_from"])),
            is_confirmed=yes(row["confirmed"]),
            source=row["source"],
        )
        for row in rows
    ]


def _successions(life: Life, last: Row, register: Register, documents: dict[str, Document]) -> list[Succession]:
    """Successors' codes are read on the day after the unit's last. Without a legal act it is not confirmed."""
    return [
        Succession(
            predecessor=register.units[life],
            successor=register.on(code, life.ended),
            effective_on=life.ended,
            act=documents[last["act"]] if last["act"] else None,
            is_confirmed=bool(last["act"]),
        )
        for code in several(last["successor_codes"])
        if life.ended
    ]


def _compare(
    standing: dict[Life, Unit],
    lives: dict[Life, list[Row]],
    register: Register,
    documents: dict[str, Document],
    ledger: Ledger,
) -> None:
    """What stands is left as it is; where it differs from the file it is named."""
    slices = defaultdict(set)
    for each in UnitSlice.objects.filter(unit__in=standing.values()).order_by("pk"):
        slices[each.unit_id].add(_picture_of_slice(each))
    heirs = Succession.objects.filter(predecessor__in=standing.values()).order_by("pk")
    pictures = {(heir.predecessor_id, heir.successor_id): _picture_of_succession(heir) for heir in heirs}
    codes = {unit.pk: life.code for life, unit in register.units.items()}
    for life, unit in standing.items():
        wanted = {_picture_of_slice(s) for s in _slices(life, lives[life], register)}
        same_life = (unit.began, unit.ended) == (life.began, life.ended)
        ledger.found(UNITS, life.code, differs=not same_life or slices[unit.pk] != wanted)
        for heir in _successions(life, lives[life][-1], register, documents):
            picture = pictures.get((heir.predecessor_id, heir.successor_id))
            name = f"{life.code} → {codes[heir.successor_id]}"
            if picture is None:
                ledger.missed(SUCCESSIONS, name)
            else:
                ledger.found(SUCCESSIONS, name, differs=picture != _picture_of_succession(heir))


def _picture_of_slice(each: UnitSlice) -> tuple[object, ...]:
    return each.valid_from, each.name, each.kind, each.parent_id, each.is_confirmed, each.source


def _picture_of_succession(each: Succession) -> tuple[object, ...]:
    return each.effective_on, each.act_id, each.is_confirmed


def _remark_unconfirmed(register: Register, ledger: Ledger) -> None:
    units = register.units.values()
    unconfirmed = UnitSlice.objects.filter(unit__in=units, is_confirmed=False).order_by("pk")
    if names := dict(unconfirmed.values_list("unit", "name")).values():
        ledger.remarks.append(f"Chưa xác nhận {len(names)} cơ quan, đơn vị: {'; '.join(names)}.")
    doubtful = Succession.objects.filter(predecessor__in=units, is_confirmed=False).count()
    if doubtful:
        ledger.remarks.append(f"Chưa xác nhận {doubtful} quan hệ kế thừa giữa các cơ quan, đơn vị.")


def _leave_out_base_figures(rows: list[Row], ledger: Ledger) -> None:
    """Area, population and seat belong to the register of base figures (domain.md 44)."""
    counts = {name: sum(1 for row in rows if row[column]) for column, name in BASE_FIGURES.items()}
    told = ", ".join(f"{name} ({count})" for name, count in counts.items() if count)
    if told:
        ledger.left_out.append(f"{told} của các đơn vị hành chính, vì chưa có danh mục số liệu gốc.")
