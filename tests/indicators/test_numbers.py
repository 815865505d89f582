import re
import unicodedata
from contextlib import suppress
from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from indicators import numbers
from indicators.numbers import MAX_DECIMALS, MAX_DIGITS, Number, TwoReadings, Unreadable

pytestmark = pytest.mark.usefixtures("english")

MARKS = "0123456789.,-−% \u00a0\u202fgầntrêkhoảe_"
texts = st.one_of(st.text(), st.text(alphabet=MARKS, max_size=20))
places = st.integers(0, MAX_DECIMALS)


@st.composite
def figures(draw):
    """A value that an entry may hold, with the decimals of its definition."""
    decimals = draw(places)
    units = draw(st.integers(-(10**MAX_DIGITS) + 1, 10**MAX_DIGITS - 1))
    return Decimal(units).scaleb(-decimals), decimals


def refusal(text, *, decimals=2, percent=False):
    with pytest.raises(Unreadable) as refused:
        numbers.parse(text, decimals=decimals, percent=percent)
    return refused.value


# --- Reading


@pytest.mark.parametrize(
    ("texts", "decimals", "number"),
    [
        (["0", "-0", "00"], 0, Number(Decimal(0), 0)),
        (["05"], 0, Number(Decimal(5), 0)),
        (["14433", "14.433", "14 433", "14\u00a0433", "14\u2009433"], 0, Number(Decimal(14433), 0)),
        (["−14.433", "-14433"], 0, Number(Decimal(-14433), 0)),
        (["1.234.567", "1 234 567", "1234567"], 2, Number(Decimal(1234567), 0)),
        (["1.250,5", "1 250,5", "1250,5", "1250.5"], 1, Number(Decimal("1250.5"), 1)),
        (["53,8", " 53,8\t", "\ufeff53,\u200b8", "53.8"], 2, Number(Decimal("53.8"), 1)),
        (["53,80", "53.80"], 2, Number(Decimal("53.80"), 2)),
        (["8,569"], 3, Number(Decimal("8.569"), 3)),
        (["-0,38", "−0.38"], 2, Number(Decimal("-0.38"), 2)),
        (["0.125", "0,125"], 3, Number(Decimal("0.125"), 3)),
        (["1234.569", "01234.569", "1.234,569"], 3, Number(Decimal("1234.569"), 3)),
        (["1.2345"], 6, Number(Decimal("1.2345"), 4)),
    ],
)
def test_a_number_is_read_as_it_is_written(texts, decimals, number):
    read = [numbers.parse(text, decimals=decimals) for text in texts]
    assert read == [number] * len(texts)
    assert not any(str(n.value).startswith("-0") and n.value == 0 for n in read)


CROOKED = ["14.43", "1.23.456", "0.125", "014.433", "1234.567", "14 43", "1 234.567"]


@pytest.mark.parametrize("text", [*CROOKED, "12,5", "12,0", "1.250,5", "12,"])
def test_decimals_and_crooked_groups_are_refused_where_only_whole_numbers_are_taken(text):
    assert refusal(text, decimals=0).message == numbers.NOT_WHOLE


@pytest.mark.parametrize(
    "text",
    ["1,234.56", "1,234,567", "1.23.456", "0.125.5", "14.43,5", "1 234.5", "12,", "12.", "1,2,3", "1  ,5"],
)
def test_misplaced_dots_and_commas_are_refused(text):
    assert refusal(text, decimals=6).message == numbers.MISPLACED


LETTERED = ["abc", "1e5", "inf", "NaN", "0x1F", "400 tỷ", "gần", "gần14", "nearly 14", "1_000"]
FOREIGN = ["１２", "١٢", "1٫5", "²", "- 5", "– 5", "--5", "+5", "(5)", "12-5", "1/2"]


@pytest.mark.parametrize("text", ["", " ", "-", "%", "5%%", ",5", ".5", *LETTERED, *FOREIGN])
def test_what_is_no_number_is_refused(text):
    assert refusal(text, percent=True).message == numbers.NOT_A_NUMBER


@pytest.mark.parametrize(
    ("text", "percent", "readings"),
    [
        ("8.569", False, ("8,569", "8569")),
        ("8.569", True, ("8,569%", "8569")),
        ("8.569 %", True, ("8,569%", "8569")),
        ("1.250", False, ("1,250", "1250")),
        ("-1.250", False, ("−1,250", "−1250")),
        ("gần 1.250", False, ("gần 1,250", "gần 1250")),
    ],
)
@pytest.mark.parametrize("decimals", [1, 2, 3, 6, None])
def test_a_dot_before_three_digits_has_two_readings_where_decimals_are_taken(text, percent, readings, decimals):
    refused = refusal(text, decimals=decimals, percent=percent)
    assert isinstance(refused, TwoReadings)
    assert refused.readings == readings
    assert all(reading in refused.sentence for reading in readings)


@given(st.integers(1, 999), st.integers(0, 999), st.booleans())
def test_each_of_two_readings_is_read_one_way_and_they_differ(left, right, percent):
    with pytest.raises(TwoReadings) as refused:
        numbers.parse(f"{left}.{right:03}", decimals=3, percent=percent)
    first, second = (numbers.parse(r, decimals=3, percent=percent).value for r in refused.value.readings)
    assert first == Decimal(f"{left}.{right:03}")
    assert second == 1000 * first


@pytest.mark.parametrize(
    ("text", "qualifier"),
    [("gần 400", "nearly"), ("Trên 400", "over"), ("KHOẢNG  400", "about"), ("400", "")],
)
def test_a_qualifier_in_front_is_understood(text, qualifier):
    assert numbers.parse(text, decimals=0) == Number(Decimal(400), 0, qualifier)
    assert numbers.parse(unicodedata.normalize("NFD", text), decimals=0).qualifier == qualifier


def test_only_a_percentage_may_carry_a_percent_sign():
    for text in ("53,8%", "53,8 %", "53,8"):
        assert numbers.parse(text, decimals=1, percent=True) == Number(Decimal("53.8"), 1)
    assert refusal("53,8%").message == numbers.NOT_A_PERCENTAGE


@pytest.mark.parametrize(("text", "found"), [("53,333", 3), ("53.3333", 4), ("0,0000000", 7)])
def test_more_decimals_than_the_definition_has_are_refused_and_counted(text, found):
    refused = refusal(text)
    assert refused.message == numbers.TOO_MANY_DECIMALS
    assert refused.params == {"text": text, "found": found, "allowed": 2}


@pytest.mark.parametrize(
    ("text", "decimals"),
    [("9" * 12, 0), ("9" * 10, 2), ("9" * 6 + ",5", 6), ("999.999.999.999", 0), ("0" * 20 + "9" * 12, 0)],
)
def test_twelve_digits_with_the_decimals_of_the_definition_are_taken(text, decimals):
    assert numbers.parse(text, decimals=decimals).value > 0


@pytest.mark.parametrize(("text", "decimals"), [("9" * 13, 0), ("9" * 11, 2), ("9" * 7, 6), ("9" * 100_000, 0)])
def test_one_digit_more_is_refused_and_a_larger_unit_is_advised(text, decimals):
    refused = refusal(text, decimals=decimals)
    assert refused.message == numbers.TOO_MANY_DIGITS
    assert "larger unit of measure" in refused.sentence


def test_without_a_definition_decimals_count_as_written():
    assert numbers.parse("9" * 12, decimals=None).decimals == 0
    assert numbers.parse("9" * 6 + "," + "9" * 6, decimals=None).decimals == 6
    assert refusal("9" * 12 + ",5", decimals=None).message == numbers.TOO_MANY_DIGITS
    assert refusal("0,1234567", decimals=None).message == numbers.TOO_MANY_DECIMALS


def test_a_sentence_quotes_a_text_with_percent_signs_as_it_was_typed():
    assert refusal("100%s%(a)s").sentence.startswith('"100%s%(a)s" is not a number.')


@given(texts, places | st.none(), st.booleans())
def test_any_text_is_read_or_refused_in_a_sentence(text, decimals, percent):
    try:
        number = numbers.parse(text, decimals=decimals, percent=percent)
    except Unreadable as refused:
        number, sentence = None, refused.sentence
    if number is None:
        assert sentence
    else:
        assert number.value.is_finite()
        assert -number.value.as_tuple().exponent == number.decimals
        assert number.decimals <= (MAX_DECIMALS if decimals is None else decimals)
        assert abs(number.value) < 10 ** (MAX_DIGITS - (number.decimals if decimals is None else decimals))


@given(st.text(alphabet="0123456789.,- ", max_size=12))
def test_one_text_never_becomes_two_numbers_by_the_decimals_of_its_definition(text):
    values = set()
    for decimals in range(MAX_DECIMALS + 1):
        with suppress(Unreadable):
            values.add(numbers.parse(text, decimals=decimals).value)
    assert len(values) <= 1


# --- Printing


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        ("14433", 0, "14.433"),
        ("1234567.5", 1, "1.234.567,5"),
        ("999", 0, "999"),
        ("53.8", 2, "53,80"),
        ("53.800000", 1, "53,8"),
        ("8.569", 3, "8,569"),
        ("-0.38", 2, "−0,38"),
        ("-14433", 0, "−14.433"),
        ("1E+3", 0, "1.000"),
        ("2.5", 0, "3"),
        ("0.125", 2, "0,13"),
        ("-0.004", 2, "0,00"),
        ("-0", 0, "0"),
        ("999999999999999.123456", 6, "999.999.999.999.999,123456"),
    ],
)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_figure_has_one_shape_in_every_language(value, decimals, shown, language):
    with translation.override(language):
        assert numbers.show(Decimal(value), decimals) == shown


def test_a_qualifier_stands_before_its_number():
    shown = [numbers.show(Decimal(400), 0, qualifier) for qualifier in ("nearly", "over", "about")]
    assert shown == ["nearly 400", "over 400", "about 400"]


@pytest.mark.parametrize(
    ("unit", "shown"),
    [("%", "53,8%"), ("km", "53,8 km"), ("%/năm", "53,8%/năm"), ("tỷ đồng", "53,8 tỷ đồng"), ("", "53,8")],
)
def test_a_unit_of_measure_follows_with_a_space_but_for_percent(unit, shown):
    assert numbers.show_with_unit(Decimal("53.8"), 1, unit) == shown
    assert numbers.show_with_unit(Decimal(400), 0, "tỷ đồng", "nearly") == "nearly 400 tỷ đồng"


@given(figures())
def test_what_is_shown_is_read_back_exactly(figure):
    value, decimals = figure
    assert numbers.parse(numbers.show(value, decimals), decimals=decimals) == Number(value, decimals)


@given(figures(), places)
def test_what_stands_in_an_input_is_read_back_exactly(figure, allowed):
    value, decimals = figure
    if decimals <= allowed and abs(value) < 10 ** (MAX_DIGITS - allowed):
        text = numbers.show_in_input(value, decimals, allowed=allowed)
        assert numbers.parse(text, decimals=allowed) == Number(value, decimals)


# --- Ratios


@pytest.mark.parametrize(
    ("numerator", "denominator", "base", "decimals", "expected"),
    [
        (7, 13, 100, 1, "53.8"),
        (8, 15, 100, 2, "53.33"),
        (1, 8, 100, 0, "13"),
        (-1, 8, 100, 0, "-13"),
        (-1, 1000, 1, 2, "0.00"),
    ],
)
def test_a_ratio_is_rounded_half_up(numerator, denominator, base, decimals, expected):
    result = numbers.ratio(Decimal(numerator), Decimal(denominator), base=base, decimals=decimals)
    assert str(result) == expected


def test_a_ratio_is_rounded_once():
    just_below_the_tie = Decimal("4.4" + "9" * 40)
    assert numbers.ratio(just_below_the_tie, Decimal(1), base=1, decimals=0) == 4


@given(figures(), figures().filter(lambda figure: figure[0] != 0), places)
def test_a_ratio_is_the_long_division_rounded(numerator, denominator, decimals):
    with localcontext(prec=80):
        exact = numerator[0] * 100 / denominator[0]
        expected = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    assert numbers.ratio(numerator[0], denominator[0], base=100, decimals=decimals) == expected


# --- Text

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxy"
TONES = ["", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"]  # ngang huyền hỏi ngã sắc nặng


@st.composite
def words(draw):
    """Letters with at most one tone, as (positions of the letters, tone) beside the word itself."""
    ranks = draw(st.lists(st.integers(0, len(LETTERS) - 1), min_size=1, max_size=5))
    tone = draw(st.integers(0, 5))
    word = "".join(LETTERS[rank] for rank in ranks) + TONES[tone]
    return ranks, tone, unicodedata.normalize("NFC", word)


def reference(name):
    """The order by hand: words letter by letter, then their tones."""
    return [ranks for ranks, _, _ in name], [tone for _, tone, _ in name]


def in_order(*names):
    return sorted(names, key=numbers.sort_key) == list(names)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("  Đoa\u0300n Kê\u0301t ", "Đoàn Kết"),
        ("Xã\u00a0Mường\u202fTè", "Xã Mường Tè"),
        ("\ufeffKhu\u00adm\u200b", "Khum"),
        ("e\u200d\u0301", "é"),
        ("hai\ndòng", "hai\ndòng"),
    ],
)
def test_text_is_normalised_at_the_entrance(text, normal):
    assert numbers.normalise(text) == normal


@given(st.text())
def test_normalising_twice_changes_nothing(text):
    normal = numbers.normalise(text)
    assert numbers.normalise(normal) == normal
    assert unicodedata.is_normalized("NFC", normal)


@pytest.mark.parametrize("text", ["Đoàn Kết", "ĐOÀN  KẾT", "Ðoàn Kết", " đoàn\tkết\n", "doan ket"])
def test_search_folds_case_and_tones(text):
    assert numbers.fold(text) == numbers.fold(unicodedata.normalize("NFD", text)) == "doan ket"
    assert numbers.fold("Bưu điện, VNPT-2") == "buu dien, vnpt-2"


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert numbers.fold(numbers.fold(text)) == numbers.fold(text)


@given(st.text())
def test_a_sort_key_holds_nothing_that_a_collation_could_reorder(text):
    assert re.fullmatch("[0-9a-z]+", numbers.sort_key(text))


@given(st.lists(words(), max_size=4), st.lists(words(), max_size=4))
def test_keys_order_names_as_the_alphabet_and_then_the_tones_do(one, other):
    one_key, other_key = (numbers.sort_key(" ".join(word for *_, word in name)) for name in (one, other))
    assert (one_key < other_key) == (reference(one) < reference(other))
    assert (one_key == other_key) == (reference(one) == reference(other))


def test_the_alphabet_is_the_vietnamese_one():
    assert in_order(*LETTERS)
    assert in_order("e", "f", "g", "i", "j", "k", "v", "w", "x", "y", "z")


def test_tones_run_from_ngang_to_nang_and_compare_last():
    assert in_order("ma", "mà", "mả", "mã", "má", "mạ")
    assert in_order("mạ", "mai", "mái", "mân", "mẫn", "mây")
    assert in_order("ma la", "ma lá", "má la", "má lá")


def test_real_names_stand_in_their_order():
    assert in_order(
        "Xã Bum Nưa", "Xã Dào San", "Xã Đoàn Kết", "Xã Mù Cả", "Xã Mường Kim", "Xã Mường Tè", "Xã Tả Lèng"
    )
    assert in_order("Sở Công Thương", "Sở Nội vụ", "Sở Tài chính", "Sở Y tế", "Viettel", "VNPT")


def test_a_shorter_name_stands_before_the_longer_and_a_space_before_a_letter():
    assert in_order("", "An", "Án", "An Bình", "Anh", "Anh Đào")


def test_numbers_in_names_are_compared_as_numbers():
    assert in_order("Xã 1", "Xã 2", "Xã 2a", "Xã 10", "Xã 100", "Xã A")
    assert numbers.sort_key("Bản 02") == numbers.sort_key("Bản 2")


@given(st.integers(0, 10**30), st.integers(0, 10**30))
def test_any_two_numbers_are_compared_as_numbers(one, other):
    assert (numbers.sort_key(f"Tổ {one}") < numbers.sort_key(f"Tổ {other}")) == (one < other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hoà Bình", "Hòa Bình"),
        ("TẢ LÈNG", "tả lèng"),
        ("Pa-Ủ", "Pa Ủ"),
        ("Ðào", "Đào"),
        ("Mường  Tè", "mường tè,"),
    ],
)
def test_spellings_of_one_name_share_a_key(one, other):
    assert numbers.sort_key(one) == numbers.sort_key(other)


def test_foreign_letters_rank_as_their_base():
    assert in_order("u", "ưa")
    assert numbers.sort_key("Zürich") == numbers.sort_key("Zurich")
    assert numbers.sort_key("漢") == numbers.sort_key("")
