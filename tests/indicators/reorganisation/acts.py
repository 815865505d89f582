"""Acts for the tests: lines as they are typed, and the reorganisation of 2025 out of the shipped table of units."""

from datetime import date

from indicators.loading.files import Files
from indicators.loading.units import KINDS, lives_of
from indicators.management.commands.load_lai_chau import FOLDER
from indicators.models import LegalAct, UnitChange

MERGER = date(2025, 7, 1)
DEPARTMENTS = date(2025, 3, 1)


def act(*lines: dict, effective_on=MERGER, **facts) -> LegalAct:
    made = LegalAct.objects.create(title=facts.pop("title", "Sắp xếp"), effective_on=effective_on, **facts)
    UnitChange.objects.bulk_create([UnitChange(act=made, **line) for line in lines])
    return made


def merge(source: str, target: str) -> dict:
    return {"kind": "merge", "source": source, "target": target}


def split(source: str, *targets: str) -> list[dict]:
    return [{"kind": "split", "source": source, "target": target} for target in targets]


def create(code: str, name: str, parent: str = "12", unit_kind: str = "commune", system: str = "gso") -> dict:
    facts = {"name": name, "parent": parent, "unit_kind": unit_kind, "code_system": system}
    return {"kind": "creation", "code": code, **facts}


def lines_of_the_table(day: date) -> list[dict]:
    """What ends and begins on a day by the shipped table: one line a creation, a move and a succession."""
    lines = []
    for life, rows in lives_of(Files(FOLDER).rows("units")).items():
        first, last = rows[0], rows[-1]
        if life.began == day:
            lines.append(create(life.code, first["name"], first["parent_code"], KINDS[first["kind"]], life.system))
        lines += [
            {"kind": "parent", "source": life.code, "parent": row["parent_code"]}
            for row in rows[1:]
            if row["valid_from"] == day.isoformat()
        ]
        if life.ended == day:
            heirs = last["successor_codes"].split(";")
            kind = "split" if len(heirs) > 1 else "merge"
            lines += [{"kind": kind, "source": life.code, "target": heir} for heir in heirs]
    return lines
