"""A policy pack answers by code, and one with a mistake is refused with file, line and reason."""

import pytest
import yaml

from shouwen import packs
from shouwen.core import policy_tree
from shouwen.core.policy import Policy, PolicyError, load_policy
from shouwen.core.refusal import Refusal

POLICY = packs.load("boc-2008")
TEXT = packs.text_of("boc-2008")


def refused(text: str) -> PolicyError:
    with pytest.raises(PolicyError) as caught:
        load_policy(text, name="bank.yaml")
    return caught.value


def broken(old: str, new: str) -> PolicyError:
    """The shipped pack with one place of it changed, as it is refused."""
    assert TEXT.count(old) == 1, f"{old!r} stands {TEXT.count(old)} times in the pack"
    return refused(TEXT.replace(old, new))


def line_of(words: str) -> int:
    return TEXT[: TEXT.index(words)].count("\n") + 1


# ------------------------------------------------------------------------------------------------------------- look-ups


@pytest.mark.parametrize(
    ("look_up", "rule"),
    [
        ("channel", "channel-unknown"),
        ("channel_group", "channel-group-unknown"),
        ("kind", "kind-unknown"),
        ("scope", "scope-unknown"),
        ("class_", "class-unknown"),
        ("limit_for", "class-unknown"),
        ("cause", "cause-unknown"),
        ("decline_ground", "ground-unknown"),
        ("liability", "liability-unknown"),
        ("reply_method", "method-unknown"),
        ("verdict", "satisfaction-unknown"),
        ("time_limit", "time-limit-unknown"),
    ],
)
def test_an_unknown_code_is_refused_in_both_languages_not_with_an_error(look_up: str, rule: str) -> None:
    with pytest.raises(Refusal) as caught:
        getattr(POLICY, look_up)("telegraph")
    assert caught.value.rule == rule
    assert "telegraph" in caught.value.message.zh
    assert "telegraph" in caught.value.message.en


def test_a_first_level_class_is_refused_with_the_classes_below_it() -> None:
    with pytest.raises(Refusal) as caught:
        POLICY.limit_for("service_quality")
    assert caught.value.rule == "class-too-wide"
    assert "服务态度、服务产品、服务渠道" in caught.value.message.zh


# ---------------------------------------------------------------------------------------------------------- broken packs


def test_bad_yaml_is_refused_with_its_line() -> None:
    error = broken("valid_from: 2008-01-01", "valid_from: [2008-01-01")
    assert error.file == "bank.yaml"
    assert error.line >= line_of("valid_from")
    assert error.reason.zh.startswith("YAML 语法错误")
    assert str(error).startswith(f"bank.yaml:{error.line}: not valid YAML")


def test_an_unknown_field_is_refused_with_the_one_that_was_meant() -> None:
    error = broken("zone: Asia/Shanghai", "zoen: Asia/Shanghai")
    assert [mistake.line for mistake in error.mistakes] == [line_of("code: boc-2008"), line_of("zone:")]
    assert error.mistakes[1].reason.en == "there is no field “zoen”; did you mean “zone”?"
    assert error.reason.en == "the field “zone” is missing"


def test_an_unknown_field_deep_inside_has_its_own_line() -> None:
    error = broken("    goes_to: office\n", "    goes_to: office\n    colour: red\n")
    assert error.line == line_of("    goes_to: office") + 1
    assert "“colour”" in error.reason.zh


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("complaint}\n    days: 3\n", "complaint}\n    days: three\n", "“three” should be a whole number"),
        ("complaint}\n    days: 3\n", 'complaint}\n    days: "3"\n', "“3” should be a whole number"),
        ("complaint}\n    days: 3\n", "complaint}\n    days: 0\n", "0 is too small, the least is 1"),
        ("complaint}\n    days: 3\n", "complaint}\n    days: -3\n", "-3 is too small, the least is 1"),
        (
            "complaint}\n    days: 3\n",
            "complaint}\n    days: [3]\n",
            "one value is wanted here, not a list or a group of fields",
        ),
        ("    target_days: 7\n", "    target_days: 11\n", "the target of 11 days lies beyond the limit of 10"),
        (
            "    warn_before: [1] #",
            "    warn_before: [3] #",
            "a warning 3 days before must be less than the limit of 3",
        ),
        ("    warn_before: [2, 1]", "    warn_before: [2, 2]", "the same warning is given twice"),
        (
            "        days: 10\n        approve",
            "        approve",
            "an extension gives either days (added) or total_days",
        ),
        (
            "        days: 10\n        approve",
            "        days: 1\n        total_days: 20\n        approve",
            "one of them",
        ),
        (
            "        days: 10\n        approve",
            "        total_days: 10\n        approve",
            "must be beyond the limit of 10",
        ),
        ("approve: superior_leader", "approve: cousin", "“cousin” is not one of: unit_leader"),
        ("    clocks: [reply]", "    clocks: [media]", "“media” is not one of: accept"),
        ("    clocks: [reply]", "    clocks: [investigate]", "there is no time limit “investigate”"),
        ("    clocks: [reply]", "    clocks: [reply, reply]", "something is named twice in this list"),
        ("    by: [handler, contact, leader]", "    by: [auditor]", "“Auditor” does not handle complaints"),
        ("    max_days: 15", "    max_days: 0", "0 is too small, the least is 1"),
        (
            "{to: leader, after_days: 2,",
            "{to: leader, after_days: 0,",
            "0 days are earlier than the 1 of the step before",
        ),
        (
            "{to: leader, after_days: 2,",
            "{to: responsible, after_days: 2,",
            "“responsible” is not above “second_contact”",
        ),
        ("zone: Asia/Shanghai", "zone: Asia/Peking", "“Asia/Peking” should be written like Asia/Shanghai"),
        ("zone: Asia/Shanghai", "zone: ../../etc/passwd", "“../../etc/passwd” should be written like Asia/Shanghai"),
        ("zone: Asia/Shanghai", "zone: Asia", "“Asia” should be written like Asia/Shanghai"),
        ("valid_from: 2008-01-01", "valid_from: 1.1.2008", "“1.1.2008” should be written like 2008-01-31"),
        ("valid_from: 2008-01-01", "valid_from: 2008-02-30", "“2008-02-30” should be written like 2008-01-31"),
        ('close: "18:00"', 'close: "25:00"', "“25:00” should be written like 18:00"),
        ('close: "18:00"', 'close: "08:00"', "business hours must close after they open"),
        ("{zh: 建议, en: Suggestion}", '{zh: "", en: Suggestion}', "it is empty"),
        ("{zh: 建议, en: Suggestion}", "{zh: 建议, en: }", "it is empty"),
        ("{zh: 建议, en: Suggestion}", "{zh: 建议, en: ~}", "it is empty"),
        ("{zh: 建议, en: Suggestion}", "{zh: 建议}", "the field “en” is missing"),
        ("{zh: 建议, en: Suggestion}", "建议", "a group of fields is wanted here (field: value)"),
        ("{code: suggestion,", "{code: opinion,", "“opinion” is given twice in one list"),
        ("{code: suggestion,", "{code: Suggestion!,", "the code “Suggestion!” may have small letters, digits"),
        (
            "customers_own: true, source: slides 4}",
            "customers_own: yes, source: slides 4}",
            "“yes” should be true or false",
        ),
        ("come_back_percent: 82", "come_back_percent: 182", "a percentage lies between 0 and 100"),
        ("ratio_bounds: [0.5, 1.5, 2]", "ratio_bounds: [0.5, 1, 2]", "leave out 1"),
        ("ratio_bounds: [0.5, 1.5, 2]", "ratio_bounds: [2, 1.5]", "each above the one before"),
        ("  fast: target", "  fast: soon", "“soon” is not one of: target, limit"),
        ("[declined, review, revisit, dispute]", "[review, review]", "is given twice in one list"),
        ("come_back_percent: 82", "come_back_percent: 1e9", "“1e9” should be written like 12.5"),
        ("  order: [first_contact, second_contact, leader]", "  order: []", "the list is empty"),
        ("  order: [first_contact, second_contact, leader]", "  order: leader", "a list is wanted here"),
        (
            "  order: [first_contact, second_contact, leader]",
            "  order: [leader, leader]",
            "the order of signing names somebody twice",
        ),
        ("  order: [first_contact, second_contact, leader]", "  order: [boss]", "“boss” is not one of: first_contact"),
        (
            "accepting: [clerk, union_officer]",
            "accepting: [press_officer]",
            "“press_officer” is not one of: hotline_agent",
        ),
        (
            "parent: business_operation, title: {zh: 工作失误",
            "parent: operation, title: {zh: 工作失误",
            "there is no first-level class “operation”",
        ),
        ("en: Work error}, time_limit: general", "en: Work error}, time_limit: soon", "there is no time limit “soon”"),
        ("en: Work error}, time_limit: general,", "en: Work error},", "the class “work_error” has no time_limit"),
        (
            "en: Business operation}, source",
            "en: Business operation}, time_limit: general, source",
            "has classes below it",
        ),
        ("  time_limit: sign\n", "  time_limit: signing\n", "there is no time limit “signing”"),
        ("  - code: hand_over\n", "  - code: handing_over\n", "the time limit “hand_over” is missing"),
        ("    group: media\n", "    group: press\n", "there is no channel group “press”"),
        ("    goes_to: office\n", "    goes_to: outlet\n", "this must be a kind of department"),
        ("  channels: [media]\n", "  channels: [press]\n", "there is no intake channel “press”"),
        ("  channels: [media]\n", "  channels: [media, media]\n", "“media” is given twice in one list"),
        ("  channels: [media]\n", "  classes: [rumour]\n", "there is no class “rumour”"),
        ("  channels: [media]\n", "  classes: [violation]\n", "read by the discipline inspection alone"),
        ("nothing_with: [none,", "nothing_with: [nobody,", "there is no liability “nobody”"),
        ("{code: handled_at,", "{code: facts,", "“facts” is given twice in one list"),
        ("ratio: equal", "ratio: above", "there must be exactly one verdict for the ratio “above”, there are 2"),
        (
            "    reply_by: [email]\n",
            "    reply_by: [address]\n",
            "there is no contact that this channel asks for “address”",
        ),
        ("        maximum: 5\n", "        maximum: 0\n", "the minimum is above the maximum"),
        (
            "        max_length: 64\n        hint: {zh: 电话系统",
            "        max_length: 0\n        hint: {zh: 电话系统",
            "must be more than 0",
        ),
        ("    phrases: [包你满意,", "    phrases: [没办法,", "“没办法” is already in “no_way”"),
        ("    unless: [有没有办法,", "    unless: [有法子,", "contains none of the phrases"),
        ("    source: nfra-2020", "    source: nfra-2021", "there is no source “nfra-2021”"),
        (
            "      - {field: card_number}\n    reply_by: [phone]\n",
            "      - {field: phone}\n    reply_by: [phone]\n",
            "“phone” is given twice",
        ),
    ],
)
def test_a_mistake_is_refused_with_line_and_reason(old: str, new: str, reason: str) -> None:
    error = broken(old, new)
    said = [mistake for mistake in error.mistakes if reason in mistake.reason.en]
    assert said, error.told("en")
    assert all(mistake.reason.zh for mistake in error.mistakes)
    around = range(line_of(old) - 16, line_of(old) + old.count("\n") + 8)
    assert any(mistake.line in around for mistake in said) or "missing" in reason, error.told("en")


def test_a_wrong_value_is_named_on_its_very_line() -> None:
    assert broken("complaint}\n    days: 3\n", "complaint}\n    days: three\n").line == line_of("    days: 3\n")
    assert broken("    target_days: 7\n", "    target_days: 11\n").line == line_of("    target_days: 7\n")
    assert broken("    group: media\n", "    group: press\n").line == line_of("    group: media\n")
    assert broken("  time_limit: sign\n", "  time_limit: signing\n").line == line_of("  time_limit: sign\n")


def test_a_secret_class_must_say_where_it_goes() -> None:
    place = "    secrecy: true\n    goes_to: discipline\n    investigated_anyway: true # bank default"
    error = broken(place, place.replace("    goes_to: discipline\n", ""))
    assert "the secret class “violation” must say which department it goes to" in error.reason.en


def test_only_a_text_is_personal_as_a_whole() -> None:
    place = "        type: number\n        minimum: 1\n        maximum: 5\n"
    assert "only a text can be personal" in broken(place, f"{place}        personal: true\n").reason.en


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    text = TEXT.replace("complaint}\n    days: 3\n", "complaint}\n    days: three\n").replace(
        "{zh: 建议, en: Suggestion}", "{zh: 建议}"
    )
    error = refused(text)
    assert [mistake.line for mistake in error.mistakes] == [line_of("{zh: 建议, en: S"), line_of("    days: 3\n")]
    assert error.told("zh").splitlines()[1] == f"bank.yaml:{line_of('    days: 3')}: “three”应为整数"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the file is empty"),
        ("# only a remark\n", "the file is empty"),
        ("just words", "a group of fields is wanted here"),
        ("- a\n- b", "a group of fields is wanted here"),
        ("a: &x 1\nb: *x", "anchors and aliases"),
        ("a: *x", "anchors and aliases"),
        ("a: !!python/object/apply:os.system [ls]", "YAML tags are not allowed"),
        ("a: !secret x", "YAML tags are not allowed"),
        ("a: 1\n---\na: 2", "one YAML document only"),
        ("a: 1\na: 2", "the field “a” is given twice, first on line 1"),
        ("? [a, b]\n: 1", "the name of a field must be a word"),
        ("a: " + "[" * 3000, "nested deeper than 12 levels"),
        ("a: \x07", "not valid YAML"),
        ("a:\n\t- b", "not valid YAML"),
        ("a: 'never closed", "not valid YAML"),
        ("a" * 1_000_001, "more than 1000000 characters"),
    ],
)
def test_a_file_that_is_no_pack_is_refused_in_a_sentence(text: str, reason: str) -> None:
    error = refused(text)
    assert reason in error.reason.en, error.told("en")
    assert error.reason.zh


def test_a_billion_laughs_are_refused_before_they_grow() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
    )
    assert "anchors and aliases" in refused(bomb).reason.en


def test_the_pack_is_read_by_what_is_wanted_not_by_yamls_guesses() -> None:
    policy = load_policy(TEXT.replace("{zh: 建议, en: Suggestion}", "{zh: 95566, en: no}"), name="bank.yaml")
    assert (policy.kinds[2].title.zh, policy.kinds[2].title.en) == ("95566", "no")


def test_reading_the_same_text_twice_gives_the_same_pack() -> None:
    assert load_policy(TEXT, name="a") == load_policy(TEXT, name="b") == POLICY


def test_the_pack_says_what_an_ordinary_yaml_reader_finds_in_it() -> None:
    plain = yaml.load(TEXT, Loader=policy_tree.LOADER)
    assert set(plain) <= set(Policy.__struct_fields__)
    for part in ("channels", "classes", "causes", "time_limits", "decline_grounds", "liabilities", "duties"):
        expected = [(each["code"], each["title"]["zh"], each["source"]) for each in plain[part]]
        assert [(each.code, each.title.zh, each.source) for each in getattr(POLICY, part)] == expected


def test_the_pack_reads_the_same_without_the_c_parser_to_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = policy_tree.parse_tree(TEXT)
    monkeypatch.setattr(policy_tree, "LOADER", yaml.SafeLoader)
    assert policy_tree.parse_tree(TEXT) == tree


def test_a_pack_without_warnings_pauses_and_escalation_loads_as_before() -> None:
    start = TEXT.index("pauses:")
    end = TEXT.index("signing:")
    policy = load_policy(TEXT[:start] + TEXT[end:], name="bank.yaml")
    assert policy.pauses == ()
    assert policy.escalation == ()
