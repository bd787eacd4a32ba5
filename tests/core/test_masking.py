"""Personal data in free text: what is found, what is left alone, and what stands in its place."""

import string
import time
from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwen.core.masking import Kind, Sealed, is_identity_number, mask, normalise, seal, unseal, worded
from shouwen.core.masking.forms import check_character, passes_luhn

PHONE = "13812345678"
IDENTITY = "11010519491231002X"
CARD = "6222021234567890128"


def already(sealed: Sealed) -> Mapping[str, str]:
    return {find.value: find.placeholder for find in sealed.finds}


def values(sealed: Sealed) -> Mapping[str, str]:
    return {find.placeholder: find.value for find in sealed.finds}


def digits(least: int, most: int) -> st.SearchStrategy[str]:
    """So many digits, drawn as one whole number, for a drawing for each digit takes longer than the search for it."""
    return st.integers(10**least, 2 * 10**most - 1).map(lambda number: str(number)[1:])


@st.composite
def identity_numbers(draw: st.DrawFn) -> str:
    first17 = "{}{:%Y%m%d}{:03d}".format(
        draw(st.sampled_from(["110105", "310115", "440304", "650102", "810000"])),
        date(1920, 1, 1) + timedelta(draw(st.integers(0, 38_000))),
        draw(st.integers(0, 999)),
    )
    return first17 + check_character(first17)


@st.composite
def card_numbers(draw: st.DrawFn) -> str:
    first = draw(st.sampled_from(["62", "4", "51", "955880"]))
    rest = draw(digits(15 - len(first), 18 - len(first)))
    return next(number for digit in string.digits if passes_luhn(number := first + rest + digit))


phones = st.builds("1{}{}".format, st.sampled_from("3456789"), digits(9, 9))
emails = st.builds(
    "{}@{}.com".format,
    st.text(string.ascii_lowercase, min_size=1, max_size=20),
    st.text(string.ascii_lowercase, min_size=1, max_size=20),
)
words = st.text("我在贵行办理业务时柜员态度很差，。、！“”（）请尽快处理 \n,.;:!?", max_size=30)
personal = phones | identity_numbers() | card_numbers() | emails
spellings = st.sampled_from(
    "0123456789１２３①②一三八五零Xx +-—()（）.@＠〔〕﹝﹞电话姓名证件卡号邮箱尾 \u200b\ufe0f\u20e3张三aTS元¥\n"
)
hostile = st.text(spellings | st.characters(codec="utf-8"), max_size=120)


class TestWhatIsFound:
    @pytest.mark.parametrize(
        "spelling",
        [
            "13812345678",
            "138 1234 5678",
            "138-1234-5678",
            "138.1234.5678",
            "+86 13812345678",
            "+86-138-1234-5678",
            "(+86)13812345678",
            "008613812345678",
            "013812345678",
            "１３８１２３４５６７８",
            "138　1234　5678",
            "138—1234—5678",
            "1 3 8 1 2 3 4 5 6 7 8",
            "一三八一二三四五六七八",
            "幺三八幺二三四五六七八",
            "壹叁捌壹贰叁肆伍陆柒捌",
            "138一二三四5678",
            "①③⑧①②③④⑤⑥⑦⑧",
            "138\u200b1234\u200b5678",
            "1️⃣3️⃣8️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8",
            "٠١٣٨١٢٣٤٥٦٧٨",
        ],
    )
    def test_a_mobile_number_is_found_in_every_way_people_write_it(self, spelling: str) -> None:
        sealed = seal(f"请打{spelling}，谢谢")
        assert sealed.text.startswith("请打〔电话1 尾号5678〕")
        assert sealed.finds[0].value.startswith(spelling[:-1])
        assert normalise(Kind.PHONE, sealed.finds[0].value) == PHONE

    @pytest.mark.parametrize(
        "spelling",
        ["010-66123456", "(0755)82123456", "0755 8212 3456", "86-10-66123456", "02166123456", "010-66123456转801"],
    )
    def test_a_landline_with_its_area_code_is_found_with_its_extension(self, spelling: str) -> None:
        assert seal(f"座机：{spelling}。").text == "座机：〔电话1 尾号3456〕。"

    @pytest.mark.parametrize("spelling", ["+852 9123 4567", "+44 20 7946 0958", "+1 (415) 555-2671"])
    def test_a_number_with_a_country_code_is_found(self, spelling: str) -> None:
        assert seal(f"call {spelling} now").finds[0].value == spelling

    @pytest.mark.parametrize(
        "spelling",
        [
            IDENTITY,
            IDENTITY.lower(),
            "110105 19491231 002X",
            "110105-19491231-002x",
            "１１０１０５１９４９１２３１００２Ｘ",
        ],
    )
    def test_an_identity_number_is_found_in_every_spelling(self, spelling: str) -> None:
        sealed = seal(f"身份证{spelling}，")
        assert sealed.text == "身份证〔证件号1〕，"
        assert normalise(Kind.IDENTITY, sealed.finds[0].value) == IDENTITY

    def test_an_identity_number_with_a_mistyped_digit_is_personal_all_the_same(self) -> None:
        assert seal("110105194912310021").text == "〔证件号1〕"

    def test_an_identity_number_after_its_label_needs_no_plausible_date(self) -> None:
        assert seal("身份证号：110105194913310021").text == "身份证号：〔证件号1〕"

    def test_an_old_identity_number_of_15_digits_is_found_when_its_date_exists(self) -> None:
        assert seal("证 110105491231002 号").text == "证 〔证件号1〕 号"
        assert seal("单 110105491331002 号").finds == ()

    @pytest.mark.parametrize(
        "text", ["护照E12345678", "护照号码：EA1234567", "Passport No. 512345678", "港澳通行证 C12345678"]
    )
    def test_a_passport_or_permit_is_found_after_its_label(self, text: str) -> None:
        assert [find.kind for find in seal(text).finds] == [Kind.IDENTITY]

    def test_what_only_looks_like_a_passport_is_left(self) -> None:
        assert seal("型号E12345678").finds == ()

    @pytest.mark.parametrize(
        "spelling",
        [
            CARD,
            "6222 0212 3456 7890 128",
            "6222-0212-3456-7890-128",
            "622202 1234567890128",
            "4111111111111111",
            "3782 822463 10005",
        ],
    )
    def test_a_card_number_with_the_right_check_digit_is_found_alone_and_in_groups(self, spelling: str) -> None:
        sealed = seal(f"卡片{spelling}被吞")
        assert sealed.text == f"卡片〔卡号1 尾号{spelling[-4:] if spelling[-4:].isdigit() else '0128'}〕被吞"

    def test_a_card_in_groups_is_found_between_other_numbers(self) -> None:
        assert seal("共2笔 4111 1111 1111 1111 12元").text == "共2笔 〔卡号1 尾号1111〕 12元"

    def test_an_account_is_found_after_its_label_whatever_its_check_digit(self) -> None:
        assert seal("账号：123456789012").text == "账号：〔卡号1 尾号9012〕"

    @pytest.mark.parametrize("text", ["zhang.san+1@mail.example.com.cn", "ZS@QQ.com", "ｚｓ＠ｑｑ．ｃｏｍ"])
    def test_an_email_address_is_found(self, text: str) -> None:
        assert seal(f"邮箱{text}。").text == "邮箱〔邮箱1〕。"

    def test_an_address_made_of_a_phone_is_an_address(self) -> None:
        assert seal("13812345678@139.com").text == "〔邮箱1〕"

    def test_numbers_that_touch_the_words_for_them_are_found(self) -> None:
        assert seal("tel13812345678").text == "tel〔电话1 尾号5678〕"
        assert seal("zs@qq.com13812345678").text == "〔邮箱1〕〔电话1 尾号5678〕"


class TestWhatIsLeftAlone:
    @pytest.mark.parametrize(
        "text",
        [
            "TS2026-00012345",
            "投诉编号TS2026-13812345 已受理",
            "订单号20240506123456789012",
            "流水1381234567813812345678",
            "2024-05-06 12:30:00",
            "2024年5月6日 20240506 20240506123456",
            "金额13812345678.00",
            "13812345678元",
            "¥13812345678",
            "13,812,345,678",
            "400-820-8888 4008208888 800-820-8820 95566 +86 400 820 8888",
            "12812345678",
            "DD13812345678",
            "a9f13812345678ab3",
            "6222021234567890129",
            "一千三百八十元，二〇二六年十一月二十四日",
            "银发〔2008〕12号",
            "user@localhost @all a@b",
            "{$1200.00} on XX/XX/2020 to account XXXX XXXX 1234",
        ],
    )
    def test_amounts_dates_service_lines_and_our_own_numbers_are_left(self, text: str) -> None:
        assert seal(text) == Sealed(text)

    @given(words)
    def test_words_without_numbers_are_left(self, text: str) -> None:
        assert seal(text) == Sealed(text)


class TestKnownPeople:
    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("张三", "我是张三的妻子"),
            ("张三", "我是张　三的妻子"),
            ("阿依古丽·买买提", "我是阿依古丽•买买提的妻子"),
            ("ZHANG San", "我是zhang  san的妻子"),
        ],
    )
    def test_the_complainants_name_is_found_in_any_spelling(self, name: str, text: str) -> None:
        assert seal(text, [("name", name)]).text == "我是〔姓名1〕的妻子"

    def test_a_latin_name_is_not_found_inside_a_word(self) -> None:
        assert seal("Smithson met Mr Dan Leeds", [("name", "Smith"), ("name", "Dan Lee")]).finds == ()

    def test_a_word_for_nobody_is_not_a_name(self) -> None:
        assert seal("匿名客户的投诉", [("name", "匿名客户"), ("name", " "), ("name", "王")]).finds == ()

    @pytest.mark.parametrize(
        ("kind", "value", "text"),
        [
            ("phone", "66123456", "请打 6612-3456 找我"),
            ("identity", "K123456(7)", "请打 k1234567 找我"),
            ("card", "12345 67890", "请打 1234567890 找我"),
        ],
    )
    def test_a_known_number_is_found_though_its_form_says_nothing(self, kind: str, value: str, text: str) -> None:
        assert seal(text).finds == ()
        assert seal(text, [(kind, value)]).text.startswith("请打 〔")

    def test_a_known_number_is_not_found_inside_a_longer_one(self) -> None:
        assert seal("流水号 9661234569 66123456A", [("phone", "66123456")]).finds == ()


class TestPlaceholders:
    def test_the_same_value_has_one_placeholder_and_another_the_next(self) -> None:
        assert (
            seal("13812345678、13912345679、13812345678").text
            == "〔电话1 尾号5678〕、〔电话2 尾号5679〕、〔电话1 尾号5678〕"
        )

    def test_another_spelling_keeps_the_number_and_comes_back_as_it_was_written(self) -> None:
        text = "13812345678 即 138-1234-5678"
        sealed = seal(text)
        assert sealed.text == "〔电话1 尾号5678〕 即 〔电话1.2 尾号5678〕"
        assert unseal(sealed.text, values(sealed)) == text

    def test_the_texts_of_one_complaint_share_their_placeholders(self) -> None:
        title = seal("13812345678 被停机")
        body = seal("139 1234 5679 也是，138-1234-5678 是，13812345678 是", already=already(title))
        assert body.text == "〔电话2 尾号5679〕 也是，〔电话1.2 尾号5678〕 是，〔电话1 尾号5678〕 是"

    def test_a_typed_placeholder_can_make_no_value_appear(self) -> None:
        typed = "〔电话1 尾号5678〕﹝姓名1﹞〔 证件号1〕〔卡号"
        sealed = seal(f"{typed} {PHONE}")
        assert sealed.text == "[电话1 尾号5678][姓名1][ 证件号1][卡号 〔电话1 尾号5678〕"
        assert unseal(sealed.text, values(sealed)).count(PHONE) == 1

    def test_a_placeholder_of_the_complaint_may_be_quoted(self) -> None:
        first = seal(PHONE)
        assert (
            seal("客户〔电话1 尾号5678〕与〔电话2 尾号5678〕", already=already(first)).text
            == "客户〔电话1 尾号5678〕与[电话2 尾号5678]"
        )

    def test_an_erased_value_leaves_its_placeholder(self) -> None:
        assert unseal("〔电话1 尾号5678〕", {}) == "〔电话1 尾号5678〕"

    def test_an_english_screen_reads_placeholders_in_english(self) -> None:
        sealed = seal(f"张三 {PHONE} 138-1234-5678 {IDENTITY} {CARD} a@b.com", [("name", "张三")])
        assert (
            worded(sealed.text, "en-gb")
            == "[name 1] [phone 1 ending 5678] [phone 1.2 ending 5678] [ID number 1] [card 1 ending 0128] [e-mail 1]"
        )
        assert worded(sealed.text, "zh-hans") == sealed.text

    def test_a_mapping_that_seal_did_not_make_is_refused(self) -> None:
        with pytest.raises(ValueError, match="placeholders"):
            seal(PHONE, already={PHONE: "x"})

    @given(st.lists(words | personal, max_size=5).map("，".join))
    def test_a_sealed_text_comes_back_as_it_was_written(self, text: str) -> None:
        sealed = seal(text)
        assert unseal(sealed.text, values(sealed)) == text

    @given(words, personal, words)
    def test_no_personal_value_stays_in_a_sealed_text(self, before: str, value: str, after: str) -> None:
        sealed = seal(f"{before}，{value}，{after}")
        assert value in [find.value for find in sealed.finds]
        assert value not in sealed.text

    @given(hostile)
    def test_a_text_sealed_again_does_not_change(self, text: str) -> None:
        known = [("name", "张三"), ("phone", PHONE), ("identity", "1380000")]
        once = seal(text, known)
        again = seal(once.text, known, already(once))
        assert again == Sealed(once.text)

    @given(hostile)
    def test_sealing_is_deterministic_and_changes_nothing_but_brackets(self, text: str) -> None:
        sealed = seal(text)
        square = str.maketrans("〔〕﹝﹞", "[][]")
        assert sealed == seal(text)
        assert unseal(sealed.text, values(sealed)).translate(square) == text.translate(square)


class TestHostileLength:
    @pytest.mark.parametrize(
        "text",
        [
            "1" * 100_000,
            "1 " * 50_000,
            "138 " * 25_000,
            "6222 " * 20_000,
            "13812345678 " * 8_000,
            "a@" * 50_000,
            "a" * 100_000 + "@",
            "@" + "a." * 50_000,
            "a@b.co-" * 14_000,
            "+86 " * 25_000,
            "一" * 100_000,
            ("1" + "\u200b" * 50) * 2_000,
            ("1" + " " * 50) * 2_000,
            "(" * 100_000 + "1234567",
            "护照号码" * 25_000 + "1234567",
            "〔电话" * 33_000,
            "010-6612 " * 11_000,
            "tel13812345678" * 7_000,
            "张" * 50_000 + "13812345678" + "三" * 50_000,
        ],
        ids=range(19),
    )
    def test_a_hostile_text_takes_no_longer_than_its_length(self, text: str) -> None:
        started = time.process_time()
        seal(text[:20_000] + text[-10_000:], [("name", "张三"), ("name", "张张张三"), ("phone", PHONE)])
        assert time.process_time() - started < 3


class TestWhatAReaderSees:
    @pytest.mark.parametrize(
        ("kind", "value", "seen"),
        [
            ("name", "张三", "张*"),
            ("name", "欧阳娜娜", "欧阳**"),
            ("name", "阿依古丽·买买提", "阿***·买**"),
            ("name", "John Smith", "J*** S****"),
            ("name", "王", "王*"),
            ("name", "", ""),
            ("phone", "+86 138-1234-5678", "138****5678"),
            ("phone", "010-66123456", "010****3456"),
            ("phone", "66123456", "******56"),
            ("phone", "123", "***"),
            ("identity", IDENTITY, "110***********002X"),
            ("identity", "E12345678", "E******78"),
            ("card", "6222 0212 3456 7890 128", "6222***********0128"),
            ("email", "zhang@qq.com", "z***@qq.com"),
            ("email", "z@qq.com", "***@qq.com"),
            ("email", "nonsense", "***"),
            ("address", "朝阳区", "***"),
        ],
    )
    def test_a_value_is_shown_in_part(self, kind: str, value: str, seen: str) -> None:
        assert mask(kind, value) == seen

    @given(st.sampled_from(Kind), st.text(min_size=5, max_size=40))
    def test_no_value_is_shown_whole(self, kind: Kind, value: str) -> None:
        assert "*" in mask(kind, value) or not mask(kind, value)


class TestOneForm:
    @pytest.mark.parametrize(
        ("kind", "spellings"),
        [
            (
                "phone",
                [
                    PHONE,
                    "+86 138 1234 5678",
                    "(0086)138-1234-5678",
                    "０１３８１２３４５６７８",
                    "幺三八一二三四五六七八",
                ],
            ),
            ("phone", ["01066123456", "010-6612-3456", "+86 10 66123456", "(010) 66123456 转 801"]),
            ("phone", ["+85291234567", "+852 9123 4567"]),
            ("identity", [IDENTITY, "110105 19491231 002x", "110105491231002"]),
            ("card", [CARD, "6222 0212 3456 7890 128"]),
            ("name", ["张三", "张　三", " 张三 "]),
            ("name", ["john smith", "JOHN  Smith", "ＪＯＨＮ ｓｍｉｔｈ"]),
            ("email", ["a@b.com", "A＠b.COM "]),
        ],
    )
    def test_spellings_of_one_value_agree(self, kind: str, spellings: list[str]) -> None:
        assert {normalise(kind, spelling) for spelling in spellings} == {spellings[0]}

    @given(st.sampled_from(Kind), st.text(spellings) | personal)
    def test_the_one_form_is_its_own_one_form(self, kind: Kind, value: str) -> None:
        assert normalise(kind, normalise(kind, value)) == normalise(kind, value)

    @given(identity_numbers())
    def test_an_identity_number_stands_no_mistyped_digit(self, number: str) -> None:
        wrong = str((int(number[16]) + 1) % 10)
        assert is_identity_number(number)
        assert not is_identity_number(number[:16] + wrong + number[17])
