"""联系方式的格式: what nobody could use is refused, with an example of what is meant; what is merely unusual is not."""

import pytest

from shouwen.core.contact import require_form
from shouwen.core.refusal import Refusal


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "13812345678"),
        ("phone", "+86 138-1234-5678"),
        ("phone", "021-55500000转12"),
        ("phone", "（０２１）５５５０００００"),
        ("phone", "55500000 ext. 12"),
        ("phone", "95566"),
        ("email", "name@example.com"),
        ("email", "王小明@例子.中国"),
        ("id_number", "11010519491231002X"),
        ("id_number", "E12345678"),
        ("id_number", "H1234567(8)"),
        ("card_number", "6222 0212 3456 7890 123"),
        ("card_number", "6222 **** **** 0123"),
        ("name", "王小明"),
        ("address", "示范市人民路1号"),
        ("phone", ""),
    ],
)
def test_what_can_be_used_is_taken(field: str, value: str) -> None:
    require_form(field, value)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "abc"),
        ("phone", " - "),
        ("phone", "1234"),
        ("phone", "1" * 21),
        ("email", "not-an-email"),
        ("email", "a b@c"),
        ("email", "@"),
        ("id_number", "123"),
        ("id_number", "不愿提供"),
        ("card_number", "12ab"),
        ("card_number", "1234567"),
    ],
)
def test_what_nobody_could_use_is_refused_with_an_example(field: str, value: str) -> None:
    with pytest.raises(Refusal) as caught:
        require_form(field, value)
    assert caught.value.rule == "contact-unusable"
    assert caught.value.field == field
    assert "请填写" in caught.value.message.zh
