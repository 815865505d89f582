"""The house rules that a machine can hold: who may import whom, who writes a state, who prints a figure."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.template.utils import get_app_template_dirs

ROOT = settings.ROOT
CODE = sorted(p for room in ("config", "indicators", "reporting") for p in (ROOT / room).rglob("*.py"))
CODE = [p for p in CODE if "migrations" not in p.parts]
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))

# Inside indicators an import may only point to a floor below (docs/architecture.md).
FLOORS = (
    {
        "numbers",
        "clock",
        "calendars",
        "refusals",
        "rollup",
        "rules",
        "old_fonts",
        "texts",
        "parsing",
        "sparkline",
        "sealing",
        "source",
        "passwords",
        "contact",
        "word",
        "check_codes",
        "formulas",
        "register_rules",
        "scoring",
        "task_states",
    },
    {"fields"},
    {"templatetags"},
    {"models"},
    {
        "append_only",
        "base_figures",
        "event_chain",
        "counters",
        "tree",
        "entry",
        "gaps",
        "permissions",
        "four_eyes",
        "keys",
        "kept",
        "waiting",
        "notifications",
        "opening",
        "rounds",
        "recording",
        "targets",
        "roles",
        "spreadsheet",
        "files",
        "form_rules",
        "bulk",
        "logins",
        "accounts",
        "appointments",
        "computing",
        "frameworks",
        "framework_forms",
        "register_words",
        "tasks",
        "task_reminders",
    },
    {"structure"},
    {"reorganisation", "unit_checks"},
    {"drafts"},
    {
        "validation",
        "denominators",
        "totals",
        "previous",
        "history",
        "year",
        "assessed",
        "carried",
        "register_drafts",
    },
    {"figures_kind", "register_kind", "members", "returns", "signing", "transitions"},
    {"kinds"},
    {"hand_in"},
    {"workflow", "evidence"},
    {"score_evidence"},
    {"publishing"},
    {
        "adjustments",
        "behalf",
        "deciding",
        "forecast",
        "remarks",
        "assessing",
        "proof",
        "signed_papers",
        "left_reports",
    },
    {"inheritance"},
    {"reviewing"},
    {"slots"},
    {"resources", "forms", "wording", "task_words"},
    {"notices"},
    {"digests"},
    {"outbox"},
    {"drawn"},
    {"sheet"},
    {
        "acts",
        "my_work",
        "workbook",
        "mending",
        "explaining",
        "report_points",
        "paper_forms",
        "register_table",
        "task_page",
    },
    {"register_page"},
    {"figures_table"},
    {"official"},
    {"form_problems"},
    {"form_page", "printed_form"},
    {"report_docx", "code_lookup"},
    {"autosave", "requests"},
    {"loading"},
    {"demo"},
    {
        "views",
        "workbook_views",
        "evidence_views",
        "adjustment_views",
        "behalf_views",
        "explaining_views",
        "signed_papers_views",
        "printed_form_views",
        "register_views",
        "score_evidence_views",
        "notice_views",
        "session_views",
        "account_views",
        "unit_accounts_views",
        "task_views",
        "directive_views",
        "admin",
        "management",
    },
    {"urls", "apps"},
)
CALLED_BY_DJANGO = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html", "registration/login.html"}


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


def module_of(path: Path) -> str:
    """indicators/admin/units.py belongs to "admin", indicators/workflow.py to "workflow"."""
    return path.relative_to(ROOT).with_suffix("").parts[1]


def imports(path: Path) -> Iterator[str]:
    """Absolute dotted names of what a file imports, from `from . import x` too."""
    here = path.relative_to(ROOT).with_suffix("").parts
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = list(here[: -node.level]) if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def floor(module: str) -> int:
    return next(number for number, names in enumerate(FLOORS) if module in names)


@pytest.mark.parametrize("path", CODE, ids=str)
def test_imports_point_one_way_between_rooms(path: Path) -> None:
    barred = {"indicators": ("config", "reporting"), "reporting": ("config",), "config": ()}[room_of(path)]
    assert [name for name in imports(path) if name.split(".")[0] in barred] == []


@pytest.mark.parametrize("path", [p for p in CODE if room_of(p) == "indicators"], ids=str)
def test_imports_inside_indicators_point_down(path: Path) -> None:
    mine = module_of(path)
    if mine == "__init__":
        return
    theirs = {n.split(".")[1] for n in imports(path) if n.startswith("indicators.")} - {mine}
    assert sorted(t for t in theirs if floor(t) > floor(mine)) == []


@pytest.mark.parametrize("path", sorted((ROOT / "reporting" / "figures").glob("*.py")), ids=str)
def test_figures_of_reporting_import_nothing_of_ours(path: Path) -> None:
    ours = ("indicators", "reporting", "config", "django.db")
    theirs = [name for name in imports(path) if name.startswith(ours)]
    assert [name for name in theirs if not name.startswith("reporting.figures")] == []


@pytest.mark.parametrize(
    "name", ["numbers.py", "calendars.py", "rollup.py", "rules.py", "sparkline.py", "scoring.py"]
)
def test_arithmetic_imports_no_database(name: str) -> None:
    assert [
        n for n in imports(ROOT / "indicators" / name) if n.startswith(("django.db", "indicators.models"))
    ] == []


@pytest.mark.parametrize("path", [p for p in CODE if p.name not in ("workflow.py",)], ids=str)
def test_only_the_workflow_writes_the_state_of_a_report(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            assert not any(isinstance(t, ast.Attribute) and t.attr == "state" for t in targets), node.lineno
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "update":
            assert "state" not in {k.arg for k in node.keywords}, node.lineno


@pytest.mark.parametrize("path", [p for p in CODE if p.name != "fields.py"], ids=str)
def test_every_decimal_is_our_own_field(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"(?:forms|models)\.(?:Decimal|Float)Field\((?!\))", text) == []
    assert "intcomma" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_templates_print_figures_and_days_through_our_filters_alone(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"\|\s*(?:floatformat|intcomma|localize|unlocalize|date|time|safe)\b", text) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_templates_hold_no_inline_style_or_script(path: Path) -> None:
    text = re.sub(r"\|cut:'[^']*'", "", path.read_text(encoding="utf-8"))  # what is cut out is not there
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\bsrc=)", text) == []


def test_no_template_is_unused() -> None:
    """Each is named in code or in another template, overrides a library's, or is called by Django by name."""
    said = "\n".join(p.read_text(encoding="utf-8") for p in [*CODE, *TEMPLATES])
    libraries = [
        d for d in get_app_template_dirs("templates") if ROOT / ".venv" in d.parents or ROOT not in d.parents
    ]
    for path in TEMPLATES:
        name = path.relative_to(ROOT / "templates").as_posix()
        overrides = any((folder / name).exists() for folder in libraries)
        assert f'"{name}"' in said or overrides or name in CALLED_BY_DJANGO, f"{name} is used by nothing"


@pytest.mark.parametrize("path", [*CODE, *sorted((ROOT / "tests").rglob("*.py"))], ids=str)
def test_files_and_functions_stay_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno < 60, node.name


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_templates_stay_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 150


def test_nothing_is_marked_safe_or_left_for_later() -> None:
    for path in CODE:
        text = path.read_text(encoding="utf-8")
        assert [w for w in ("mark_safe", "list_editable", "TODO", "FIXME", "post_save") if w in text] == [], path


def test_the_interface_is_complete_in_vietnamese() -> None:
    """No empty and no fuzzy entry in our own catalogue."""
    text = (ROOT / "locale" / "vi" / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
    entries = re.split(r"\n\n+", text)[1:]
    empty = [
        e for e in entries if "msgid" in e and "#~" not in e and re.search(r'^msgstr(?:\[0\])? ""\n?\Z', e, re.M)
    ]
    assert empty == []
    assert [e for e in entries if "#, fuzzy" in e] == []
