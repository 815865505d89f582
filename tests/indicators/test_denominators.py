"""A line whose denominator is a base figure: on the form, in the hand-in, on the review page and after it."""

import json
from decimal import Decimal

import pytest

from indicators import recording
from indicators.drafts import frozen_cells
from indicators.models import Flags, Observation, Revision, Submission
from indicators.proof.verifying import verify
from indicators.workflow import latest_revision
from tests.factories import unit
from tests.indicators.bases import corrected, covered, households, stored
from tests.indicators.pages import at, browser, press, seen, state
from tests.indicators.test_autosave import cells, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
ORIGIN = "Base figure: Households as of 01/04/2026, source: Cục Thống kê"
OVERTAKEN = (
    "by now it is 905 (Base figure: Households as of 01/04/2026, source: Chi cục Thống kê). Look at it and save"
)
KINDS = ["households", "adults", "villages"]
OBJECTION = "Thiếu 12 hộ mới tách."


@pytest.fixture(autouse=True)
def _in_november(clock) -> None:
    clock.set(2026, 11, 24, 9, 42)


@pytest.fixture
def report(province) -> Submission:
    return province.submission(covered(), subject="self")


@pytest.fixture
def base(province):
    return households(province.department, 900)


def typed(report: Submission, by, over, action: str = "save", **fields: str):
    """The numerator 450, on a page that showed this base figure."""
    return press(report, by, action, **{"XH_02_numerator": "450", "XH_02_base": str(over.pk)} | fields)


def sent(province, report, over, **fields: str) -> Submission:
    assert typed(report, province.reporter, over, "submit", **fields).status_code == 302
    report.refresh_from_db()
    return province.walk(report, "sign")


# --- The form


class TestTheForm:
    def test_shows_the_base_figure_with_its_day_and_source_and_no_field_for_it(
        self, province, report, base
    ) -> None:
        response = browser(province.reporter).get(at(report))
        body = response.content.decode()
        assert '<output class="base" id="XH.02-denominator">900</output>' in body
        assert f'name="XH.02-base" value="{base.pk}"' in body
        assert 'name="XH.02-denominator"' not in body
        assert ORIGIN in seen(response)

    def test_says_that_there_is_none_and_whom_to_ask_and_then_it_is_typed(self, province, report) -> None:
        response = browser(province.reporter).get(at(report))
        sentence = (
            "There is no base figure (Households) of this unit yet: enter the denominator. "
            "Who records it: Phòng Chuyển đổi số, 02133 000 000."
        )
        assert sentence in seen(response)
        press(report, province.reporter, "save", XH_02_numerator="450", XH_02_denominator="800")
        assert stored(report) == [(450, 800, None, "")]

    def test_the_typed_numerator_gives_the_value(self, province, report, base) -> None:
        assert typed(report, province.reporter, base).status_code == 302
        assert stored(report) == [(450, 900, base.pk, "")]
        assert "Understood as 450 / 900 = 50,0%" in seen(browser(province.reporter).get(at(report)))

    def test_shows_todays_figure_and_that_the_line_was_saved_over_another(self, province, report, base) -> None:
        typed(report, province.reporter, base)
        corrected(base, 905)
        response = browser(province.reporter).get(at(report))
        assert 'id="XH.02-denominator">905</output>' in response.content.decode()
        assert f"The line was saved with the denominator 900; {OVERTAKEN} it again." in seen(response)

    def test_says_so_where_a_base_figure_was_withdrawn(self, province, report, base) -> None:
        typed(report, province.reporter, base)
        recording.withdraw(base, reason="Không có căn cứ", by=None)
        response = browser(province.reporter).get(at(report))
        assert 'name="XH.02-denominator"' in response.content.decode()
        sentence = "The base figure 900 no longer holds. Enter the denominator and save the line again."
        assert sentence in seen(response)
        press(report, province.reporter, "save", XH_02_numerator="450", XH_02_denominator="890")
        assert stored(report) == [(450, 890, None, "")]

    def test_of_a_grid_names_the_base_figure_of_each_commune(self, province) -> None:
        communes = [unit(f"Xã {n}", "commune", code=f"0{n}", parent=province.root) for n in (1, 2)]
        report = province.submission(covered(), subject="each_commune")
        first = households(communes[0], 900)
        response = browser(province.reporter).get(at(report))
        assert 'id="XH.02@01-denominator">900</output>' in response.content.decode()
        assert 'name="XH.02@02-denominator"' in response.content.decode()
        assert "There is no base figure of this unit yet: enter the denominator." in seen(response)
        posted = {"XH.02@01-numerator": "450", "XH.02@01-base": str(first.pk)}
        press(report, province.reporter, "save", **posted)
        assert stored(report) == [(450, 900, first.pk, "")]

    @pytest.mark.parametrize(("kinds", "queries"), [([""], 15), (KINDS[:1], 16), (KINDS, 16)])
    def test_costs_one_query_more_however_many_lines_ask(
        self, province, kinds: list[str], queries: int, django_assert_num_queries
    ) -> None:
        for kind in filter(None, kinds):
            households(province.department, 900, kind=kind)
        lines = [covered(f"XH.0{n}", denominator_kind=kind) for n, kind in enumerate(kinds, 2)]
        report, client = province.submission(*lines, subject="self"), browser(province.reporter)
        with django_assert_num_queries(queries):
            client.get(at(report))

    def test_a_base_figure_sent_without_its_line_leaves_the_line_alone(self, province, report, base) -> None:
        typed(report, province.reporter, base)
        press(report, province.reporter, "save", XH_02_base=str(base.pk))
        assert stored(report) == [(450, 900, base.pk, "")]

    def test_is_anothers_business_for_whoever_does_not_report_for_the_unit(self, province, report, base) -> None:
        assert typed(report, province.outsider, base).status_code == 404
        assert stored(report) == []


class TestTheDraftThatSavesItself:
    def test_is_told_of_another_base_figure_and_saves_over_it_next(self, province, report, base) -> None:
        new = corrected(base, 905)
        told = cells(send(report, province.reporter, XH_02_numerator="450", XH_02_base=str(base.pk)))["XH.02"]
        assert not told["is_saved"]
        assert f'name="XH.02-base" value="{new.pk}"' in told["line"].replace("\n", " ")
        assert OVERTAKEN in told["line"]
        assert stored(report) == []
        told = cells(send(report, province.reporter, XH_02_numerator="450", XH_02_base=str(new.pk)))["XH.02"]
        assert told["is_saved"]
        assert stored(report) == [(450, 905, new.pk, "")]


# --- The hand-in


class TestTheHandIn:
    def test_freezes_the_base_figure_with_its_day_and_source(self, province, report, base) -> None:
        sent(province, report, base)
        (cell,) = json.loads(Revision.objects.get().content)["cells"]
        assert (cell["numerator"], cell["denominator"], cell["value"]) == ("450", "900", "50")
        assert (cell["base_id"], cell["base"]) == (
            base.pk,
            {
                "kind": "households",
                "value": "900",
                "day": "2026-04-01",
                "source": "Cục Thống kê",
                "document": "Niên giám thống kê 2025",
            },
        )

    def test_of_a_typed_denominator_freezes_what_it_always_did(self, province, report) -> None:
        press(report, province.reporter, "submit", XH_02_numerator="450", XH_02_denominator="800")
        (cell,) = json.loads(Revision.objects.get().content)["cells"]
        assert not cell.keys() & {"base", "base_id", "objection"}

    def test_is_refused_where_the_page_showed_another_figure(self, province, report, base) -> None:
        new = corrected(base, 905)
        response = typed(report, province.reporter, base, "submit")
        assert (response.status_code, state(report)) == (200, "draft")
        assert OVERTAKEN in seen(response)
        assert typed(report, province.reporter, new, "submit").status_code == 302
        assert stored(report) == [(450, 905, new.pk, "")]

    def test_of_a_line_that_is_not_on_the_page_is_refused_too(self, province, report, base) -> None:
        """As on a phone, where the last group alone is sent."""
        typed(report, province.reporter, base)
        corrected(base, 905)
        response = press(report, province.reporter, "submit")
        assert (response.status_code, state(report)) == (409, "draft")
        assert OVERTAKEN in seen(response)

    def test_keeps_what_it_froze_whatever_is_recorded_after(self, province, report, base) -> None:
        sent(province, report, base)
        corrected(base, 905)
        response = browser(province.reporter).get(at(report))
        assert "450/900" in seen(response)
        assert "905" not in seen(response)
        report.refresh_from_db()
        province.walk(report, "verify", "approve")
        found = Observation.objects.get()
        assert (found.numerator, found.denominator, found.base) == (450, 900, base)
        assert found.value == Decimal(50)

    def test_is_proved_with_its_base_figure(self, province, report, base) -> None:
        province.walk(sent(province, report, base), "verify", "approve")
        said: list[str] = []
        verify(said.append)
        assert said == []

    def test_after_a_return_goes_by_the_figure_of_the_day(self, province, report, base) -> None:
        province.walk(sent(province, report, base), "return")
        new = corrected(base, 905)
        assert OVERTAKEN in seen(browser(province.reporter).get(at(report)))
        assert typed(report, province.reporter, new, "submit").status_code == 302
        cell = next(iter(frozen_cells(latest_revision(report)).values()))
        assert (cell.denominator, cell.base_id) == (905, new.pk)


# --- An objection


class TestAnObjection:
    def test_is_kept_with_the_line_and_changes_no_figure(self, province, report, base) -> None:
        typed(report, province.reporter, base, XH_02_objection=OBJECTION)
        assert stored(report) == [(450, 900, base.pk, OBJECTION)]
        body = browser(province.reporter).get(at(report)).content.decode()
        assert f">\n{OBJECTION}</textarea>" in body

    def test_alone_says_nothing_of_the_figure(self, province, report, base) -> None:
        press(report, province.reporter, "save", XH_02_objection=OBJECTION, XH_02_base=str(base.pk))
        assert stored(report) == [(None, None, None, OBJECTION)]
        response = press(report, province.reporter, "submit")
        assert "1 of 1 lines are still empty." in seen(response)

    def test_is_frozen_and_counted_for_the_queue(self, province, report, base) -> None:
        sent(province, report, base, XH_02_objection=OBJECTION)
        (cell,) = json.loads(Revision.objects.get().content)["cells"]
        assert (cell["objection"], cell["denominator"]) == (OBJECTION, "900")
        assert Flags.objects.get().warnings == 1

    def test_is_looked_at_by_whoever_reviews(self, province, report, base) -> None:
        report = sent(province, report, base, XH_02_objection=OBJECTION)
        response = browser(province.verifier).get(f"/admin/indicators/submission/{report.pk}/change/")
        (line,) = response.context["page"].striking
        assert [str(said.word) for said in line.why] == ["Objection to the base figure"]
        assert f"The unit objects to the base figure: {OBJECTION}" in seen(response)
        assert f"Denominator 900 ({ORIGIN})." in seen(response)

    def test_that_was_right_is_mended_by_correcting_the_figure_and_returning(self, province, report, base) -> None:
        report = sent(province, report, base, XH_02_objection=OBJECTION)
        corrected(base, 905)
        address = f"/admin/indicators/submission/{report.pk}/change/"
        sentence = "By now the register of base figures has 905 (Base figure: Households as of 01/04/2026"
        assert sentence in seen(browser(province.verifier).get(address))
        province.walk(report, "verify", "approve")
        assert sentence not in seen(browser(province.verifier).get(address))

    def test_that_changed_is_told_to_whoever_reviews_again(self, province, report, base) -> None:
        province.walk(sent(province, report, base), "return")
        report = sent(province, report, base, XH_02_objection=OBJECTION)
        response = browser(province.verifier).get(f"/admin/indicators/submission/{report.pk}/change/")
        (line,) = response.context["page"].lines
        assert line.since.note == ("", f"objection to the base figure: “{OBJECTION}”")
