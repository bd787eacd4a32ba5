"""农历节日与清明: where the statutory holidays that follow the moon or the sun fall in the Gregorian calendar."""

from datetime import date

_FESTIVALS: dict[int, tuple[tuple[int, int], tuple[int, int], tuple[int, int]]] = {
    2018: ((2, 16), (6, 18), (9, 24)),
    2019: ((2, 5), (6, 7), (9, 13)),
    2020: ((1, 25), (6, 25), (10, 1)),
    2021: ((2, 12), (6, 14), (9, 21)),
    2022: ((2, 1), (6, 3), (9, 10)),
    2023: ((1, 22), (6, 22), (9, 29)),
    2024: ((2, 10), (6, 10), (9, 17)),
    2025: ((1, 29), (5, 31), (10, 6)),
    2026: ((2, 17), (6, 19), (9, 25)),
    2027: ((2, 6), (6, 9), (9, 15)),
    2028: ((1, 26), (5, 28), (10, 3)),
    2029: ((2, 13), (6, 16), (9, 22)),
    2030: ((2, 3), (6, 5), (9, 12)),
    2031: ((1, 23), (6, 24), (10, 1)),
    2032: ((2, 11), (6, 12), (9, 19)),
    2033: ((1, 31), (6, 1), (9, 8)),
    2034: ((2, 19), (6, 20), (9, 27)),
    2035: ((2, 8), (6, 10), (9, 16)),
    2036: ((1, 28), (5, 30), (10, 4)),
    2037: ((2, 15), (6, 18), (9, 24)),
    2038: ((2, 4), (6, 7), (9, 13)),
    2039: ((1, 24), (5, 27), (10, 2)),
    2040: ((2, 12), (6, 14), (9, 20)),
    2041: ((2, 1), (6, 3), (9, 10)),
    2042: ((1, 22), (6, 22), (9, 28)),
    2043: ((2, 10), (6, 11), (9, 17)),
    2044: ((1, 30), (5, 31), (10, 5)),
    2045: ((2, 17), (6, 19), (9, 25)),
    2046: ((2, 6), (6, 8), (9, 15)),
    2047: ((1, 26), (5, 29), (10, 4)),
    2048: ((2, 14), (6, 15), (9, 22)),
    2049: ((2, 2), (6, 4), (9, 11)),
    2050: ((1, 23), (6, 23), (9, 30)),
}
"""Month and day of 正月初一, 五月初五 and 八月十五. Checked for every year against two independent lunar calendars."""


def spring_festival(year: int) -> date | None:
    """正月初一, the first day of the lunar year; none outside 2018–2050."""
    return _festival(year, 0)


def dragon_boat_festival(year: int) -> date | None:
    """端午, the fifth of the fifth lunar month; none outside 2018–2050."""
    return _festival(year, 1)


def mid_autumn_festival(year: int) -> date | None:
    """中秋, the fifteenth of the eighth lunar month; none outside 2018–2050."""
    return _festival(year, 2)


def qingming(year: int) -> date | None:
    """清明, 4 or 5 April, by the usual mean-year formula; none outside 2000–2099, where the formula holds."""
    if not 2000 <= year <= 2099:
        return None
    since = year - 2000
    return date(year, 4, int(since * 0.2422 + 4.81) - since // 4)


def _festival(year: int, which: int) -> date | None:
    festivals = _FESTIVALS.get(year)
    return date(year, *festivals[which]) if festivals else None
