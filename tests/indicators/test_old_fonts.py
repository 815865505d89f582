"""Texts of TCVN3 and VNI fonts are told from names that merely look strange."""

import pytest

from indicators import old_fonts

TCVN3 = [
    "Lai Ch©u",
    "Së Khoa häc vµ C«ng nghÖ",
    "TØnh",
    "x· M\u00adêng TÌ",
    "Ph\u00adêng §oµn KÕt",
    "®Þa ph\u00ad¬ng",
]
VNI = [
    "Tænh Lai Chaâu",
    "Xaõ Möôøng Teø",
    "Sôû Khoa hoïc vaø Coâng ngheä",
    "UÛY BAN NHAÂN DAÂN",
    "Phöôøng Ñoaøn Keát",
]
REAL = [
    "Sở Khoa học và Công nghệ, phường Đoàn Kết, xã Mù Cả, xã Tà Tổng, Văn phòng UBND tỉnh",
    "Hoà Bình, Hòa Bình, thuỷ lợi, Thủy, Thúy, Thuý, quý, LÝ THÁI TỔ, Ý kiến, Ê-đê, Xtiêng, Krông Pắc, Hrê, Lô Lô",
    "Lò Văn Páo, Giàng A Sùng, Vừ A Dính, Pờ Lóng Xá, Hoàng Thị Huế, Nguyễn Khuê",
    "VNPT®, Microsoft® Excel, © 2026, § 3, 5 µm, 12 N·m, m², 25 °C, ±0,5, «trích dẫn», ½ giá, ghi chú¹",
    "Renée Noël, Zoë Müller, Loïc Besançon, São Paulo, José Muñoz, Château, boîte, naïve café, Citroën",
    "Où est Hué ? La boxe thaï, à la façon de Noël, Raphaël et Saül",
    "Hanoi, Vietnam; Digital transformation plan 2026-2030",
]


@pytest.mark.parametrize("text", [*TCVN3, *VNI])
def test_an_old_font_is_recognised(text):
    assert old_fonts.are_used_in([text]) is True


@pytest.mark.parametrize("text", REAL)
def test_what_merely_looks_strange_passes(text):
    assert old_fonts.are_used_in([text]) is False


@pytest.mark.parametrize("word", ["Thaï", "Loïc", "Lü", "où", "µm", "N·m", "x¹", "på"])
def test_one_doubtful_word_is_no_old_font(word):
    assert old_fonts.are_used_in([word]) is False


def test_doubtful_words_are_counted_over_all_cells():
    assert old_fonts.are_used_in(["Xaõ", "03388", "Tænh"]) is True
    assert old_fonts.are_used_in(["Xaõ", "03388", "Xaõ"]) is False


def test_vietnamese_in_decomposed_form_passes():
    assert old_fonts.are_used_in(["Ho\u0300a Bi\u0300nh", "Tha\u0323ch", "Lai Cha\u0302u"]) is False
