"""What the units of the example sets report, written so that every rule shows: a tie, a cap, what does not apply,
nothing to count, and units that say nothing."""

from typing import Any

from .walk import Fields

NOTHING_TO_DO: Any = "not_applicable"

# code → meetings, page, plan, tasks, trained, signatures, systems, plan of incidents, online, signed papers,
# digitised, bonus; None: the unit sends no report
OF_DEPARTMENTS: dict[str, Any] = {
    "LC-SCT": (4, 1, 1, (19, 20), (36, 40), (38, 40), (3, 3), 1, (820, 900), (980, 1000), (700, 900), "2"),
    "LC-SDTTG": None,
    "LC-SGDDT": (4, 1, 1, (20, 20), (38, 40), (39, 40), (4, 4), 1, (950, 960), (990, 1000), (940, 960), "5"),
    "LC-SNNMT": (2, 1, 1, (14, 20), (24, 40), (30, 40), (2, 5), 0, (610, 900), (880, 1000), (420, 900), "0"),
    "LC-SNV": (4, 1, 1, (20, 20), (40, 40), (40, 40), (2, 2), 1, (480, 500), (996, 1000), (470, 500), "3"),
    "LC-STC": (3, 1, 1, (18, 20), (33, 40), (36, 40), (5, 5), 1, (760, 800), (970, 1000), (640, 800), "1,5"),
    "LC-STP": (3, 1, 1, (18, 20), (33, 40), (36, 40), (5, 5), 1, (760, 800), (970, 1000), (640, 800), "1"),
    "LC-SXD": (2, 0, 1, (15, 20), (30, 40), (28, 40), (1, 3), 1, (540, 700), (910, 1000), (380, 700), "0"),
    "LC-SYT": (4, 1, 1, (17, 20), (29, 40), (34, 40), (3, 4), 0, (890, 1000), (930, 1000), (720, 1000), "0,5"),
    "LC-TTT": (1, 0, 1, (9, 10), (12, 20), (15, 20), (0, 0), 1, NOTHING_TO_DO, (450, 500), (0, 0), "0"),
}

# code → broadcasts, plan, teams, trained, fibre, households on line, online, digitised, identified, products, bonus
OF_COMMUNES: dict[str, Any] = {
    "03388": (
        36,
        1,
        (28, 28),
        (30, 30),
        (28, 28),
        (5200, 5600),
        (1900, 2100),
        (1800, 2000),
        (14200, 15000),
        12,
        "4",
    ),
    "03390": (24, 1, (22, 24), (20, 26), (23, 24), (3100, 3900), (900, 1300), (800, 1200), (9800, 11500), 10, "2"),
    "03394": (14, 1, (15, 20), (18, 24), (16, 20), (1900, 3300), (420, 900), (300, 850), (7600, 10200), 3, "0"),
    "03405": (12, 1, (14, 18), (16, 22), (15, 18), (1700, 2600), (380, 700), (260, 640), (6100, 8000), 5, "0"),
    "03408": None,
    "03424": (12, 1, (14, 18), (16, 22), (15, 18), (1700, 2600), (380, 700), (260, 640), (6100, 8000), 5, "0"),
    "03430": (
        6,
        1,
        (9, 15),
        (11, 20),
        (10, 15),
        (900, 2100),
        (150, 500),
        (90, 480),
        (4300, 6900),
        NOTHING_TO_DO,
        "0",
    ),
    "03433": None,
    "03434": (18, 1, (17, 21), (19, 25), (18, 21), (2200, 3000), (610, 1000), (540, 950), (7900, 9700), 6, "1"),
    "03439": (3, 0, (5, 12), (7, 18), (6, 12), (400, 1300), (0, 40), (0, 0), (2600, 4500), NOTHING_TO_DO, "0"),
    "03442": None,
    "03445": (10, 1, (11, 16), (12, 20), (12, 16), (1300, 2300), (310, 650), (230, 600), (5000, 7300), 4, "0"),
}


def of_department(code: str, year: int) -> Fields:
    """The years before the last closed one stand a little lower."""
    said = OF_DEPARTMENTS[code]
    meetings, page, plan, tasks, trained, signatures, systems, incidents, online, papers, digitised, bonus = said
    typed: dict[str, str] = {"SN.01-value": str(meetings)}
    for name, answer in (("SN.02", page), ("SN.03", plan), ("SN.09", incidents)):
        typed[f"{name}-value"] = str(answer)
    pairs = {"SN.04": tasks, "SN.05": trained, "SN.06": signatures, "SN.10": online, "SN.11": papers}
    for name, pair in pairs.items():
        typed |= _ratio(name, pair, less=year % 2)
    for name, count in zip(("SN.07", "SN.08", "SN.12", "SN.13"), (*systems, *digitised), strict=True):
        typed[f"{name}-value"] = str(count)
    return dict(sorted(typed.items())) | {"SN.14-value": bonus}


def of_commune(code: str, _year: int) -> Fields:
    said = OF_COMMUNES[code]
    broadcasts, plan, teams, trained, fibre, households, online, digitised, identified, products, bonus = said
    typed: dict[str, str] = {"XP.01-value": str(broadcasts), "XP.02-value": str(plan)}
    pairs = {
        "XP.03": teams,
        "XP.04": trained,
        "XP.05": fibre,
        "XP.06": households,
        "XP.07": online,
        "XP.10": identified,
    }
    for name, pair in pairs.items():
        typed |= _ratio(name, pair)
    typed |= {"XP.08-value": str(digitised[0]), "XP.09-value": str(digitised[1])}
    if products == NOTHING_TO_DO:
        typed |= {"XP.11-state": NOTHING_TO_DO, "XP.11-note": "Trên địa bàn chưa có sản phẩm được công nhận OCOP."}
    else:
        typed["XP.11-value"] = str(products)
    return typed | {"XP.12-value": bonus}


def _ratio(name: str, pair: Any, *, less: int = 0) -> dict[str, str]:
    if pair == NOTHING_TO_DO:
        return {f"{name}-state": NOTHING_TO_DO, f"{name}-note": "Cơ quan không tiếp nhận hồ sơ thủ tục hành chính."}
    part, whole = pair
    return {f"{name}-numerator": str(max(0, part - less)), f"{name}-denominator": str(whole)}
