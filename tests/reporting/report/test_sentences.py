"""The sentences of the official report as the province writes them (words.md 69-72), case by case."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override

from reporting.report import phrases, sentences
from reporting.report.phrases import Gap, Held, Since, Way
from reporting.report.sentences import Distance, Late, Move, Share

DAY = date(2026, 9, 14)
UP, DOWN, SAME = Move(Way.UP, "2,9"), Move(Way.DOWN, "0,9"), Move(Way.SAME, "0,0")
PLAN, TARGET = Share("91%"), Share("64,5%", 2029)
BELOW, ABOVE, EQUAL = (
    Distance(Gap.BELOW, "7,1", 2026),
    Distance(Gap.ABOVE, "6,4", 2026),
    Distance(Gap.EQUAL, "0", 2029),
)
CABLE, SHARED = "Tổng chiều dài cáp quang", "Tỷ lệ ứng dụng kết nối qua LGSP"


@pytest.fixture(autouse=True)
def _vietnamese() -> Iterator[None]:
    with override("vi"):
        yield


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "là 15.490 km."),
        ({"in_a_year": UP}, "là 15.490 km, tăng 2,9% so với cùng kỳ năm trước."),
        ({"in_a_year": DOWN}, "là 15.490 km, giảm 0,9% so với cùng kỳ năm trước."),
        ({"in_a_year": SAME}, "là 15.490 km, không đổi so với cùng kỳ năm trước."),
        ({"on_last": UP}, "là 15.490 km, tăng 2,9% so với kỳ trước."),
        ({"on_last": SAME}, "là 15.490 km, không đổi so với kỳ trước."),
        ({"in_a_year": UP, "on_last": DOWN}, "là 15.490 km, tăng 2,9% so với cùng kỳ năm trước."),
        ({"share": PLAN}, "là 15.490 km, bằng 91% kế hoạch năm."),
        ({"share": TARGET}, "là 15.490 km, bằng 64,5% mục tiêu đến năm 2029."),
        (
            {"in_a_year": UP, "share": PLAN},
            "là 15.490 km, tăng 2,9% so với cùng kỳ năm trước, bằng 91% kế hoạch năm.",
        ),
        (
            {"on_last": DOWN, "share": TARGET},
            "là 15.490 km, giảm 0,9% so với kỳ trước, bằng 64,5% mục tiêu đến năm 2029.",
        ),
    ],
)
def test_an_amount_takes_la_and_is_a_share_of_its_plan(said, sentence: str) -> None:
    told = sentences.amount(CABLE, "15.490 km", DAY, **said)
    assert told == f"Tổng chiều dài cáp quang đến hết ngày 14/09/2026 {sentence}"


def test_an_amount_of_a_document_without_a_day_says_none() -> None:
    told = sentences.amount("Doanh thu viễn thông", "gần 400 tỷ đồng", None, in_a_year=UP, share=PLAN)
    assert told == "Doanh thu viễn thông là gần 400 tỷ đồng."


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "đạt 71,4% (10/14)."),
        ({"on_last": UP}, "đạt 71,4% (10/14), tăng 2,9 điểm phần trăm so với kỳ trước."),
        ({"on_last": DOWN}, "đạt 71,4% (10/14), giảm 0,9 điểm phần trăm so với kỳ trước."),
        ({"on_last": SAME}, "đạt 71,4% (10/14), không đổi so với kỳ trước."),
        ({"distance": BELOW}, "đạt 71,4% (10/14), thấp hơn mục tiêu năm 2026 là 7,1 điểm phần trăm."),
        ({"distance": EQUAL}, "đạt 71,4% (10/14), bằng mục tiêu năm 2029."),
        (
            {"on_last": UP, "distance": BELOW},
            "đạt 71,4% (10/14), tăng 2,9 điểm phần trăm so với kỳ trước, "
            "thấp hơn mục tiêu năm 2026 là 7,1 điểm phần trăm.",
        ),
        (
            {"on_last": SAME, "distance": ABOVE},
            "đạt 71,4% (10/14), không đổi so với kỳ trước, cao hơn mục tiêu năm 2026 là 6,4 điểm phần trăm.",
        ),
    ],
)
def test_a_percentage_takes_dat_and_is_told_in_points(said, sentence: str) -> None:
    assert sentences.ratio(SHARED, "71,4% (10/14)", **said) == f"{SHARED} {sentence}"


def test_every_case_has_a_sentence_of_its_own() -> None:
    moves = {(None, None)} | {(way, since) for way in Way for since in Since}
    assert set(phrases.AMOUNTS) == {(*move, held) for move in moves for held in (None, *Held)}
    assert set(phrases.RATIOS) == {(way, gap) for way in (None, *Way) for gap in (None, *Gap)}
    every = [*phrases.AMOUNTS.values(), *phrases.RATIOS.values()]
    assert len(set(every)) == len(every)


def test_what_is_missing_is_named_with_its_supplier() -> None:
    told = sentences.missing("Số thuê bao Internet di động (3G/4G)", "VNPT Lai Châu")
    assert (
        told
        == "Trong kỳ chưa có số liệu về số thuê bao Internet di động (3G/4G) (cơ quan cung cấp: VNPT Lai Châu)."
    )


@pytest.mark.parametrize(
    ("late", "sentence"),
    [
        (
            Late("Tỷ lệ hộ", "69,1%", "Sở Y", "73,1%", on=DAY),
            "Tỷ lệ hộ chậm tiến độ: kết quả 69,1%, kế hoạch đến ngày 14/09/2026 là 73,1% (cơ quan chủ trì: Sở Y).",
        ),
        (
            Late("Tỷ lệ hộ", "69,1%", "Sở Y", "73,1%", on=DAY, reason="Do mưa lũ kéo dài."),
            "Tỷ lệ hộ chậm tiến độ: kết quả 69,1%, kế hoạch đến ngày 14/09/2026 là 73,1%, do mưa lũ kéo dài "
            "(cơ quan chủ trì: Sở Y).",
        ),
        (
            Late("Số xã", "22 xã", "Sở Y", "≥ 25 xã", year=2025),
            "Số xã không đạt mục tiêu năm 2025: kết quả 22 xã, mục tiêu ≥ 25 xã (cơ quan chủ trì: Sở Y).",
        ),
        (
            Late("Số xã", "22 xã", "Sở Y", "≥ 25 xã", year=2025, reason="Thiếu vốn"),
            "Số xã không đạt mục tiêu năm 2025: kết quả 22 xã, mục tiêu ≥ 25 xã, do thiếu vốn "
            "(cơ quan chủ trì: Sở Y).",
        ),
    ],
)
def test_what_lies_behind_names_who_answers_and_the_reason_where_there_is_one(late: Late, sentence: str) -> None:
    assert sentences.late(late) == sentence


def test_units_that_have_not_reported_are_counted_and_named() -> None:
    told = sentences.not_reported(["Xã Nậm Tăm", "Xã Sin Suối Hồ"], date(2026, 9, 20))
    assert told == "Đến ngày 20/09/2026 còn 2 đơn vị chưa gửi báo cáo: Xã Nậm Tăm, Xã Sin Suối Hồ."
    assert sentences.not_reported([], DAY) == ""


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("Tỷ lệ hộ", "tỷ lệ hộ"),
        ("Ứng dụng", "ứng dụng"),
        ("Đường truyền", "đường truyền"),
        ("Quý III/2026", "quý III/2026"),
        ("Quý I/2026", "quý I/2026"),
        ("6 tháng đầu năm 2026", "6 tháng đầu năm 2026"),
        ("LGSP cấp tỉnh", "LGSP cấp tỉnh"),
        ("Internet cố định", "Internet cố định"),
        ("Viettel chưa gửi", "Viettel chưa gửi"),
        ("Lai Châu", "Lai Châu"),
        ("Tỉnh Lai Châu", "Tỉnh Lai Châu"),
        ("iOS", "iOS"),
        ("", ""),
    ],
)
def test_within_a_sentence_a_name_begins_small_unless_it_is_a_name_of_its_own(name: str, inside: str) -> None:
    assert sentences.lower_first(name) == inside


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("Do mưa lũ.", "mưa lũ"),
        ("Nguyên nhân: do thiếu vốn;", "thiếu vốn"),
        ("Lý do là do chưa có điện", "chưa có điện"),
        ("Doanh nghiệp\nchưa tách số", "doanh nghiệp chưa tách số"),
        ("VNPT chưa gửi", "VNPT chưa gửi"),
        ("", ""),
    ],
)
def test_a_reason_goes_on_after_its_do(given: str, reason: str) -> None:
    assert sentences.because(given) == reason


@pytest.mark.parametrize(
    ("figure", "aim", "percent"),
    [("91", "100", "91%"), ("15490", "15700", "98,7%"), ("0", "5", "0%"), ("1", "3", "33,3%"), ("5", "0", None)],
)
def test_a_share_has_one_decimal_where_it_needs_one(figure: str, aim: str, percent: str | None) -> None:
    share = sentences.share_of(Decimal(figure), Decimal(aim))
    assert (share.percent if share else None) == percent


@pytest.mark.parametrize(
    ("figure", "gap", "by"), [("44.8", Gap.BELOW, "8,4"), ("60", Gap.ABOVE, "6,8"), ("53.20", Gap.EQUAL, "0,0")]
)
def test_a_distance_is_never_negative(figure: str, gap: Gap, by: str) -> None:
    assert sentences.distance_to(Decimal(figure), Decimal("53.2"), 1, 2026) == Distance(gap, by, 2026)


@pytest.mark.parametrize(("amount", "move"), [("2.94", UP), ("-0.9", DOWN), ("0", SAME), ("0.00", SAME)])
def test_a_move_has_a_way_and_a_size(amount: str, move: Move) -> None:
    assert sentences.moved(Decimal(amount), 1) == move
