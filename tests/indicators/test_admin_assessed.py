"""A reviewer's own figure on the review page: its fields, its mistakes, what is given back, and what is told."""

import pytest

from indicators import assessing
from indicators.assessing import Own
from indicators.models import Assessment, Membership, Submission
from tests import factories, people
from tests.factories import Province, cell
from tests.indicators.test_admin_remarks import address, page_of
from tests.indicators.test_assessing import WHY, enter, handed_in, keys, own

from .pages import browser, seen

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def submitted(province: Province) -> Submission:
    return handed_in(province)


def press(user, submission: Submission, action: str, page=None, **posted):
    """What the page's form would send; `page` is one that was opened before."""
    page = page or page_of(user, submission).context["page"]
    data = {"revision": page.read, "seen": page.seen, "key": page.key, "action": action}
    return browser(user).post(address(submission), data | posted)


def typed(value: str, reason: str = WHY, slot: str = "HT.01", **more) -> dict[str, str]:
    fields = {"value": value, "reason": reason, **more}
    return {f"{slot}-assessed-{name}": text for name, text in fields.items()}


def figures() -> list:
    rows = Assessment.objects.order_by("pk")
    return list(rows.values_list("line__indicator__code", "state", "value", "reason"))


def test_a_figure_is_saved_and_stands_beside_the_reported_one(province, submitted):
    response = press(province.verifier, submitted, "assess", **typed("14.000"))
    assert (response.status_code, response["Location"]) == (302, address(submitted))
    assert figures() == [("HT.01", "reported", 14000, WHY)]
    page = page_of(province.verifier, submitted)
    line = page.context["page"].lines[0]
    assert (str(line.own.said), line.own.typed.typed.value) == ("14.000 km", "14.000")
    said = seen(page)
    assert "Reviewer's own figure: 14.000 km · reported: 14.433 km" in said
    assert f"The unit may explain until the end of {Assessment.objects.get().explain_by:%d/%m/%Y}" in said


def test_a_figure_with_decimals_is_read_as_an_entry_is(province):
    submission = province.submission(factories.indicator("KT.02", decimals=2, upper_bound=90))
    factories.type_in(submission, cell("53.33"), by=province.reporter)
    province.walk(submission, "submit", "sign")
    for value, sentence in (
        ("53,333", "decimals"),
        ("91,5", "cannot be above 90"),
        ("nhiều", "is not a number"),
        ("gần 40", "enter the number alone"),
    ):
        response = press(province.verifier, submission, "assess", **typed(value, slot="KT.02"))
        assert response.status_code == 200
        (fault,) = response.context["page"].own_faults[0].own.typed.faults
        assert sentence in fault
        body = response.content.decode()
        assert f'value="{value}"' in body
        assert f"{WHY}</textarea>" in body
    assert figures() == []


def test_of_two_readings_one_is_chosen(province):
    submission = province.submission(factories.indicator("KT.02", decimals=3))
    factories.type_in(submission, cell("9.5"), by=province.reporter)
    province.walk(submission, "submit", "sign")
    refused = press(province.verifier, submission, "assess", **typed("8.569", slot="KT.02"))
    assert refused.context["page"].own_faults[0].own.typed.choices == ("8,569", "8569")
    assert 'name="KT.02-assessed-reading" value="8,569"' in " ".join(refused.content.decode().split())
    press(province.verifier, submission, "assess", **typed("8.569", slot="KT.02", reading="8,569"))
    assert [str(value.normalize()) for _code, _state, value, _why in figures()] == ["8.569"]


def test_a_ratio_is_entered_by_its_parts(province):
    submission = province.submission(factories.ratio("XH.01"))
    factories.type_in(submission, cell("53.8", of=("7", "13")), by=province.reporter)
    province.walk(submission, "submit", "sign")
    parts = {"numerator": "6", "denominator": "13"}
    press(province.verifier, submission, "assess", **typed("", slot="XH.01", **parts))
    row = Assessment.objects.get()
    assert (row.numerator, row.denominator, row.value.normalize()) == (6, 13, row.value.__class__("46.2"))
    wrong = press(province.verifier, submission, "assess", **typed("", slot="XH.01", **parts | {"numerator": "14"}))
    assert "is larger than the whole" in wrong.context["page"].own_faults[0].own.typed.faults[0]


def test_yes_and_no_are_chosen(province):
    asked = factories.indicator(
        "HT.03", value_kind="yes_no", yes_words="Đã có", no_words="Chưa", unit_of_measure=""
    )
    submission = province.submission(asked)
    factories.type_in(submission, cell("1"), by=province.reporter)
    province.walk(submission, "submit", "sign")
    assert '<option value="0" >Chưa</option>' in page_of(province.verifier, submission).content.decode()
    press(province.verifier, submission, "assess", **typed("0", slot="HT.03"))
    assert str(page_of(province.verifier, submission).context["page"].lines[0].own.said) == "Chưa"


def test_a_mistake_names_its_line_and_keeps_everything_back(province, submitted):
    both = typed("14.000") | typed("8", "", slot="HT.02") | {"HT.01-remark": "Xem lại", "note": "Gọi lại"}
    response = press(province.verifier, submitted, "verify", **both)
    assert response.status_code == 200
    assert "Chỉ tiêu HT.02 (HT.02) : Give the reason" in seen(response)
    body = response.content.decode()
    assert [text in body for text in ('value="14.000"', "Xem lại</textarea>", "Gọi lại</textarea>")] == [True] * 3
    assert (figures(), Submission.objects.get().state) == ([], "submitted")


def test_a_refusal_gives_back_what_was_typed(province, submitted):
    response = press(province.verifier, submitted, "assess", **typed("14433"))
    assert response.status_code == 409
    assert "HT.01: This is the reported figure" in response.context["refused"]
    assert 'value="14433"' in response.content.decode()


def test_emptied_fields_take_it_back(province, submitted):
    press(province.verifier, submitted, "assess", **typed("14.000"))
    press(province.verifier, submitted, "assess", **typed("", ""))
    assert figures() == [("HT.01", "reported", 14000, WHY), ("HT.01", "", None, "")]
    assert page_of(province.verifier, submitted).context["page"].own == []


def test_a_decision_saves_what_was_typed_with_it_and_is_bound_to_it(province, submitted):
    response = press(province.verifier, submitted, "verify", **typed("14.000"))
    assert (response.status_code, Submission.objects.get().state) == (302, "verified")
    assert [event.move for event in submitted.events.order_by("number")][-2:] == ["assess", "verify"]


def test_the_same_page_sent_twice_enters_it_once(province, submitted):
    page = page_of(province.verifier, submitted).context["page"]
    for _twice in range(2):
        assert press(province.verifier, submitted, "assess", page, **typed("14.000")).status_code == 302
    assert len(figures()) == 1


def test_a_decision_that_came_too_late_shows_what_another_entered(province, submitted):
    page = page_of(province.verifier, submitted).context["page"]
    enter(submitted, {keys(submitted)[0]: own("14000")}, by=people.person("colleague", province.office, "verifier"))
    response = press(province.verifier, submitted, "verify", page)
    assert response.status_code == 409
    assert "The report changed after you opened it (colleague" in response.context["refused"]
    changed = seen(response).split("What changed after the page was opened")[1]
    assert changed.startswith(f" Chỉ tiêu HT.01 (HT.01): Reviewer's own figure: – 14.000 km (reason: {WHY})")
    again = response.context["page"]
    assert press(province.verifier, submitted, "verify", again).status_code == 302


def test_an_explanation_that_came_meanwhile_is_shown_as_the_difference(province, submitted):
    press(province.verifier, submitted, "assess", **typed("14.000"))
    page = page_of(province.verifier, submitted).context["page"]
    assessing.explain(submitted, {Assessment.objects.get().pk: "Cả tuyến nhánh"}, by=province.reporter)
    response = press(province.verifier, submitted, "verify", page)
    before, now = response.context["page"].lines[0].own.since_read
    assert (before, now) == (f"14.000 km (reason: {WHY})", f"{before}; the unit explains: Cả tuyến nhánh")
    assert "The unit explains: Cả tuyến nhánh" in seen(page_of(province.verifier, submitted))


def test_the_page_says_that_there_is_time_left_and_what_an_approval_does(province, submitted):
    press(province.verifier, submitted, "verify", **typed("14.000"))
    said = seen(page_of(province.approver, submitted))
    assert "The unit may still explain until the end of" in said
    assert "On approval the reported ones count." in said
    assessing.explain(submitted, {Assessment.objects.get().pk: "Cả tuyến nhánh"}, by=province.reporter)
    assert "The unit may still explain" not in seen(page_of(province.approver, submitted))


def test_where_the_reviewer_s_figure_counts_the_page_says_so(province):
    submitted = handed_in(province, counting_figure="assessed")
    assert "whoever entered one does not approve" in seen(page_of(province.verifier, submitted))
    press(province.verifier, submitted, "verify", **typed("14.000"))
    assert "On approval these count." in seen(page_of(province.approver, submitted))


def test_a_lapsed_figure_is_named(province, submitted):
    enter(submitted, {keys(submitted)[0]: own("14000")}, by=province.verifier)
    province.walk(submitted, "return")
    factories.type_in(submitted, cell("14000"), cell("7"), by=province.reporter)
    province.walk(submitted, "submit", "sign")
    said = seen(page_of(province.verifier, submitted))
    assert "A reviewer's own figure (14.000 km) lapsed" in said
    enter(submitted, {keys(submitted)[1]: own("8")}, by=province.verifier)
    enter(submitted, {keys(submitted)[1]: Own()}, by=province.verifier)
    assert "lapsed" in seen(page_of(province.verifier, submitted))


@pytest.mark.parametrize("why", ["approved", "belongs", "other step"])
def test_whoever_may_enter_none_finds_no_field(province, submitted, why):
    by = province.verifier
    if why == "approved":
        province.walk(submitted, "verify", "approve")
    if why == "belongs":
        Membership.objects.create(user=by, unit=province.department, role="reader")
    if why == "other step":
        by = province.approver
    assert "-assessed-" not in page_of(by, submitted).content.decode()


def test_markup_in_a_reason_stays_text(province, submitted):
    press(province.verifier, submitted, "assess", **typed("14.000", "</textarea><script>"))
    assert "</textarea><script>" not in page_of(province.verifier, submitted).content.decode()


def test_a_grid_names_the_commune_in_the_field(province):
    commune = factories.unit("Phường Đoàn Kết", "commune", code="03388", parent=province.root)
    submission = province.submission(factories.indicator("HT.01"), subject="each_commune")
    factories.type_in(submission, cell("3"), by=province.reporter)
    province.walk(submission, "submit", "sign")
    press(province.verifier, submission, "assess", **typed("2", slot="HT.01@03388"))
    assert Assessment.objects.get().subject == commune


@pytest.mark.parametrize("n", [1, 3])
def test_the_price_of_the_page_does_not_grow_with_the_figures(province, django_assert_num_queries, n):
    submission = province.submission(*[factories.indicator(f"HT.{i:02}") for i in range(1, n + 1)])
    factories.type_in(submission, *[cell(str(i)) for i in range(1, n + 1)], by=province.reporter)
    province.walk(submission, "submit", "sign")
    enter(submission, {key: own("99") for key in keys(submission)}, by=province.verifier)
    client = browser(province.verifier)
    client.get(address(submission))
    with django_assert_num_queries(PRICE):
        client.get(address(submission))


PRICE = 28
