"""The command that imports tables too large for the page, and the figures of past years."""

import gc
import re
from contextlib import suppress
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from indicators import drafts
from indicators.calendars import window
from indicators.management.commands import import_figures
from indicators.models import Observation, Round, Succession
from indicators.opening import open_round
from tests import factories, people
from tests.factories import cell, indicator, type_in, unit
from tests.indicators.figure_tables import figures, importer, stored, table
from tests.indicators.pages import browser, seen

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def asked(province) -> Round:
    units = [province.department, province.sister]
    return province.round(indicator("HT.01"), indicator("HT.02"), units=units, subject="self")


@pytest.fixture
def by(province):
    return importer(province.root)


@pytest.fixture
def run(tmp_path, by):
    def run(*tables: bytes, **options) -> tuple[str, str]:
        out, err = StringIO(), StringIO()
        paths = []
        for number, data in enumerate(tables, 1):
            path = tmp_path / f"{number}.csv"
            path.write_bytes(data)
            paths.append(str(path))
        run.out = out
        call_command("import_figures", *paths, stdout=out, stderr=err, **{"by": "importer", "yes": True} | options)
        return out.getvalue(), err.getvalue()

    return run


@pytest.fixture
def rows(asked) -> list[str]:
    q = asked.period.label
    return [f"LC-SKHCN,{q},HT.01,14433", f"LC-STC,{q},HT.02,5"]


def test_it_tells_what_it_understood_and_writes_it(run, rows):
    out, err = run(table(*rows))
    assert "2 rows, 2 figures, in 2 reports.\nTotals of the file: 14.438 km.\n" in out
    assert "Sở Tài chính: 1 of 2 lines are still empty.\n" in out
    assert out.endswith("2 figures were written into drafts (reports: 2). Their units check, sign and send them.\n")
    assert figures() == {("LC-SKHCN", "HT.01"): 14433, ("LC-STC", "HT.02"): 5}
    assert re.search(r"^Read: 2 of 2 rows, [\d.]+ rows a second, 0 s left$", err, re.MULTILINE)
    assert re.search(r"^Written: 2 of 2 rows, ", err, re.MULTILINE)


def test_a_dry_run_writes_nothing(run, rows):
    before = stored()
    out, _err = run(table(*rows), dry_run=True)
    assert "Changed: 2. As they stand: 0. Refused: 0." in out
    assert stored() == before


def test_one_fault_refuses_the_whole_with_its_cell(run, rows, asked):
    before = stored()
    with pytest.raises(CommandError, match="Nothing was written"):
        run(table(*rows, f"LC-STC,{asked.period.label},HT.01,14.43"))
    assert 'Cell D4: "14.43" is not a whole number.' in run.out.getvalue()
    assert "Changed: 2. As they stand: 0. Refused: 1." in run.out.getvalue()
    assert stored() == before


def test_of_many_faults_the_first_are_told_and_the_rest_counted(run, asked, monkeypatch):
    monkeypatch.setattr(import_figures, "SHOWN", 2)
    with pytest.raises(CommandError):
        run(table(*(f"X{n},{asked.period.label},HT.01,1" for n in range(5))))
    said = run.out.getvalue()
    assert said.count("No unit that may be named here") == 2
    assert "… and 3 more." in said


def test_several_files_are_one_table(run, rows):
    run(table(rows[0]), table(rows[1]))
    assert len(figures()) == 2


def test_a_figure_in_two_files_is_refused_with_both(run, rows):
    before = stored()
    with pytest.raises(CommandError):
        run(table(*rows), table(rows[0]))
    assert "2.csv: Cell C2: Row 2 repeats row 2 (1.csv): both are " in run.out.getvalue()
    assert stored() == before


def test_a_bad_file_among_several_is_named(run, rows):
    with pytest.raises(CommandError, match=r"^2.csv: Unknown columns: is_superuser\..* Nothing was written\.$"):
        run(table(*rows), table("1", headings="is_superuser"))


def test_more_rows_than_the_command_takes_are_refused(run, rows, monkeypatch):
    monkeypatch.setattr(import_figures, "MOST_ROWS", 1)
    with pytest.raises(CommandError, match="The table has more than 1 rows"):
        run(table(*rows))


def test_without_yes_and_without_anybody_to_ask_nothing_is_written(run, rows, monkeypatch):
    before = stored()
    monkeypatch.setattr("sys.stdin", StringIO("yes\n"))
    with pytest.raises(CommandError, match="Nothing was written"):
        run(table(*rows), yes=False)
    assert stored() == before


@pytest.mark.parametrize(("answer", "written"), [("yes", 2), ("Có", 2), ("no", 0), ("", 0)])
def test_it_asks_before_it_writes(run, rows, monkeypatch, answer, written):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: answer)
    with suppress(CommandError):
        run(table(*rows), yes=False)
    assert len(figures()) == written


@pytest.mark.parametrize("name", ["nobody", "reporter", "left"])
def test_only_an_active_account_with_the_right_imports(province, run, rows, name):
    people.person("left", province.root, "administrator", is_active=False, is_superuser=True)
    with pytest.raises(CommandError, match=r"no active account|no right to import"):
        run(table(*rows), by=name)


def test_a_missing_file_is_said(by):
    with pytest.raises(CommandError, match=r"The file /nowhere\.csv cannot be read\."):
        call_command("import_figures", "/nowhere.csv", by="importer")


def test_a_figure_that_changed_while_it_was_read_is_told_with_both(run, rows, asked, province, monkeypatch):
    save = drafts.save_imported

    def after_another(*args, **kwargs):
        type_in(asked.submissions.get(unit=province.department), cell("9"), by=province.reporter)
        return save(*args, **kwargs)

    monkeypatch.setattr(drafts, "save_imported", after_another)
    with pytest.raises(CommandError, match=r"The data changed after the table was read\. Nothing was written\."):
        run(table(*rows))
    both = r"Row 2: reporter saved this line at .*: 9 km\. In the file: 14\.433 km\."
    assert re.search(both, run.out.getvalue())
    assert list(figures()) == [("LC-SKHCN", "HT.01")]
    assert figures()["LC-SKHCN", "HT.01"] == 9


# --- Figures of the past


class TestAUnitThatEnded:
    @pytest.fixture
    def old(self, province):
        made = unit("Sở Thông tin và Truyền thông", code="LC-STTTT", parent=province.root)
        made.ended = date(2025, 3, 1)
        made.save()
        Succession.objects.create(predecessor=made, successor=province.department, effective_on=made.ended)
        return made

    @pytest.fixture
    def form(self, province, old):
        holders = {"verify": province.office, "approve": province.root}
        asked = [indicator("HT.01"), indicator("HT.02")]
        return factories.form(old, holders=holders, indicators=asked, frequency="year")

    TABLE = ("LC-STTTT,2023,HT.01,14433", "LC-STTTT,2023,HT.02,5")

    def test_without_a_round_the_step_with_the_document_is_named(self, run, form):
        with pytest.raises(CommandError):
            run(table(*self.TABLE))
        assert (
            "Cell B2: No round asks for figures of Year 2023 yet. Open one first: “Rounds”, “Add”, and there name "
            "the archived document that the figures are taken from." in run.out.getvalue()
        )

    def test_a_round_of_others_does_not_do(self, run, form, province):
        asked = factories.form(province.department, holders={}, indicators=[indicator("HT.03")])
        open_round(asked, factories.period(window("2023")), archive="Báo cáo năm 2023")
        with pytest.raises(CommandError):
            run(table(*self.TABLE))
        said = run.out.getvalue()
        assert "Cell A2: No round of Year 2023 asks Sở Thông tin và Truyền thông for a report. For figures" in said
        assert "open one from the archived document, with a form that names this unit" in said

    def test_its_figures_go_all_the_way_once_the_round_is_opened_with_its_document(self, run, form, province):
        """Opened on the page, imported by the command, handed in by the successor, decided by others."""
        keeper = people.superuser()
        page = browser(keeper).post(
            "/admin/indicators/round/add/",
            {"form": form.pk, "period": "2023", "archive": "Báo cáo số 10/BC-STTTT ngày 15/01/2024"},
        )
        assert page.status_code == 302, seen(page)
        asked = Round.objects.get()
        assert (asked.is_archival, asked.due_on, asked.source_document) == (
            True,
            None,
            "Báo cáo số 10/BC-STTTT ngày 15/01/2024",
        )
        run(table(*self.TABLE))
        assert figures() == {("LC-STTTT", "HT.01"): 14433, ("LC-STTTT", "HT.02"): 5}
        assert not Observation.objects.exists()
        province.walk(asked.submissions.get(), "submit", "sign", "verify", "approve")
        written = Observation.objects.order_by("indicator__code").values_list("reporter__codes__code", "value")
        assert list(written) == [("LC-STTTT", 14433), ("LC-STTTT", 5)]

    def test_a_round_from_a_document_has_no_due_date(self, form):
        typed = {"form": form.pk, "period": "2023", "archive": "Báo cáo", "due_on": "01/02/2024"}
        page = browser(people.superuser()).post("/admin/indicators/round/add/", typed)
        assert "A round from an archived document has no due date." in seen(page)
        assert not Round.objects.exists()

    def test_its_successor_s_administrator_does_not_reach_it(self, run, form, province):
        """An ended unit is administered by the province alone."""
        open_round(form, factories.period(window("2023")), archive="Báo cáo năm 2023")
        importer(province.department, "successor")
        with pytest.raises(CommandError):
            run(table(*self.TABLE), by="successor")
        assert "No unit that may be named here has the code “LC-STTTT”." in run.out.getvalue()


def test_the_collector_rests_while_it_runs_and_works_again_after_it(run, rows, monkeypatch):
    seen_enabled = []
    understand = import_figures.understand
    monkeypatch.setattr(
        import_figures, "understand", lambda *a, **k: seen_enabled.append(gc.isenabled()) or understand(*a, **k)
    )
    run(table(*rows))
    with suppress(CommandError):
        run(table(rows[0].replace("HT.01", "HT.99")))
    assert (seen_enabled, gc.isenabled()) == ([False, False], True)
