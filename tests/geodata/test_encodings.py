import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.encodings import UnknownEncodingError, decode, detect, detect_dbf

CHINESE = "姓名,现住址\n张三,白马路15号3栋1单元201室\n"


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("gbk", "gb18030"), ("gb18030", "gb18030"), ("utf-16", "utf-16")],
)
def test_encodings_of_chinese_text_are_told_apart(encoding, expected):
    assert detect(CHINESE.encode(encoding)) == expected
    assert decode(CHINESE.encode(encoding)) == (CHINESE, expected)


def test_plain_ascii_is_utf_8():
    assert detect(b"id,name\n") == "utf-8"


@pytest.mark.parametrize("data", ["Gemäße Straße für Müller".encode("latin-1"), b"\xff\xfe\xff", b"abc\x80\x80"])
def test_other_bytes_are_refused_not_replaced(data):
    with pytest.raises(UnknownEncodingError, match="name its encoding"):
        detect(data)


def test_a_declared_encoding_must_fit_every_byte():
    with pytest.raises(UnknownEncodingError, match="line 2"):
        decode("a\nü\n".encode("latin-1"), "utf-8")
    with pytest.raises(UnknownEncodingError, match="no encoding"):
        decode(b"a", "utf-99")
    assert decode("ü".encode("latin-1"), "latin-1") == ("ü", "latin-1")


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=40))
def test_whatever_utf_8_says_comes_back(text):
    assert decode(text.encode())[0] == text


def dbf(names, rows, width=12):
    """Write a dBASE table by hand: header, field descriptors, records (dBASE III)."""
    fields = b"".join(name.ljust(11, b"\0") + b"C" + bytes(4) + bytes([width]) + bytes(15) for name in names)
    head = struct.pack("<BBBBIHH20x", 3, 120, 1, 1, len(rows), 32 + len(fields) + 1, 1 + width * len(names))
    return (
        head + fields + b"\r" + b"".join(b" " + b"".join(cell.ljust(width) for cell in row) for row in rows) + b"\x1a"
    )


def test_the_text_of_a_dbase_table_is_told_by_its_bytes():
    assert detect_dbf(dbf([b"NAME"], [[b"plain"], [b"text"]])) is None
    assert detect_dbf(dbf([b"NAME"], [["滨湖社区".encode("gbk")]])) == "gb18030"
    assert detect_dbf(dbf([b"NAME"], [["滨湖社区".encode()]])) == "utf-8"
    assert detect_dbf(dbf(["名称".encode("gbk")], [[b"x"]])) == "gb18030"


def test_a_utf_8_character_cut_by_the_width_of_a_field_does_not_mislead():
    cut = "滨湖社区居委会".encode()[:12]
    assert cut.decode() == "滨湖社区"
    assert detect_dbf(dbf([b"NAME"], [["滨湖社区居".encode()[:11]]], width=11)) == "utf-8"


def test_latin_text_in_a_dbase_table_is_refused():
    with pytest.raises(UnknownEncodingError):
        detect_dbf(dbf([b"NAME"], [["Müller".encode("latin-1")]]))
