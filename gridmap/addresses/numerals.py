"""Chinese numerals as they stand on doors: 十二 -> 12, 五〇一 -> 501, 叁 -> 3, 两 -> 2, 廿一 -> 21."""

from __future__ import annotations

_DIGITS = dict(zip("〇零一二三四五六七八九", (0, 0, *range(1, 10)), strict=True))
_DIGITS |= dict(zip("壹贰叁肆伍陆柒捌玖两", (*range(1, 10), 2), strict=True))
_TENS = {"十": 10, "拾": 10, "廿": 20, "百": 100, "佰": 100}

NUMERALS = "".join((*_DIGITS, *_TENS))
_PLAIN = "〇零一二三四五六七八九两十廿百"
_FORMAL = "零壹贰叁肆伍陆柒捌玖拾佰"


def run(least: int, most: int) -> str:
    """Return a pattern for a run of numerals; formal and plain ones never mix (下陆二栋 is 2)."""
    return f"(?:[{_PLAIN}]{{{least},{most}}}|[{_FORMAL}]{{{least},{most}}})"


def arabic(text: str) -> str:
    """Return a run of digits or Chinese numerals in Arabic digits, without leading zeros.

    A run with 十 or 百 is a quantity (一百零二 -> 102); one without is read sign by sign (五〇一 -> 501).
    """
    if text.isascii():
        return text.lstrip("0") or "0"
    if not any(sign in _TENS for sign in text):
        return "".join(str(_DIGITS[sign]) if sign in _DIGITS else sign for sign in text).lstrip("0") or "0"
    total, pending = 0, None
    for sign in text:
        if sign in _TENS:
            scale = _TENS[sign]
            total += scale if pending is None else scale * pending
            pending = None
        else:
            pending = (pending or 0) * 10 + (_DIGITS[sign] if sign in _DIGITS else int(sign))
    return str(total + (pending or 0))
