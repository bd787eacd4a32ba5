"""The tree of units: its levels, its paths, and what keeps a unit from being closed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from shouwen.core.people import INSTITUTION_LEVELS, UnitKind
from shouwen.core.refusal import Refusal
from shouwen.organisation import staffing, tree
from shouwen.organisation.history import history_of_unit
from shouwen.organisation.models import Contact, Holding, Unit
from tests.organisation.small_bank import TODAY, Bank


def none_open(unit_id: int) -> int:
    return 0


def paths_follow_parents() -> None:
    for unit in Unit.objects.select_related("parent"):
        assert unit.path.startswith(unit.parent.path if unit.parent else "")
        assert len(unit.path) == (len(unit.parent.path) if unit.parent else 0) + 4


def refused(rule: str) -> "pytest.RaisesExc[Refusal]":
    return pytest.raises(Refusal, match=f"^{rule}")


def test_a_level_may_be_left_out_but_never_turned_round() -> None:
    for place, above in enumerate(INSTITUTION_LEVELS):
        for other, below in enumerate(INSTITUTION_LEVELS):
            assert (tree.misplaced(below, above) is None) is (other > place)


def test_a_department_belongs_to_an_institution_and_nothing_to_a_department() -> None:
    assert tree.misplaced(UnitKind.UNION, UnitKind.OUTLET) is None
    assert tree.misplaced(UnitKind.UNION, UnitKind.OFFICE)
    assert tree.misplaced(UnitKind.OUTLET, UnitKind.HOTLINE)
    assert tree.misplaced(UnitKind.UNION, None)


def test_there_is_one_head_office(bank: Bank) -> None:
    with refused("one-head-office"):
        bank.unit("9", "另一总行", UnitKind.HEAD_OFFICE, None)


def test_a_code_is_used_once(bank: Bank) -> None:
    with refused("code-in-use"):
        bank.unit("21", "城西支行", UnitKind.SUB_BRANCH, bank.branch)


def test_a_moved_unit_takes_all_below_it_along(bank: Bank) -> None:
    other = bank.unit("3", "云岭分行", UnitKind.TIER1_BRANCH, bank.head)
    tree.move_unit(bank.sub.id, other.id)
    assert Unit.objects.get(code="211").path.startswith(other.path)
    paths_follow_parents()


def test_a_unit_cannot_move_below_itself(bank: Bank) -> None:
    for target in (bank.branch, bank.outlet):
        with refused("cycle"):
            tree.move_unit(bank.branch.id, target.id)


def test_a_move_that_breaks_the_levels_is_refused(bank: Bank) -> None:
    second = bank.unit("22", "城西支行", UnitKind.SUB_BRANCH, bank.branch)
    with refused("level-broken"):
        tree.move_unit(bank.sub.id, second.id)


def test_a_kind_that_the_units_below_do_not_fit_is_refused(bank: Bank) -> None:
    facts = tree.UnitFacts(code="21", name="城东", kind=UnitKind.OUTLET)
    with refused("level-broken"):
        tree.change_unit(bank.sub.id, facts)


def test_a_unit_with_units_below_staff_or_open_complaints_stays_open(bank: Bank) -> None:
    with refused("units-below"):
        tree.close_unit(bank.branch.id, TODAY, TODAY, none_open)
    with refused("complaints-open"):
        tree.close_unit(bank.outlet.id, TODAY, TODAY, lambda unit: 3)
    bank.person("201", "赵雷", bank.outlet)
    with refused("staff-there"):
        tree.close_unit(bank.outlet.id, TODAY, TODAY, none_open)


def test_duties_and_contacts_end_with_their_unit(bank: Bank) -> None:
    staffing.set_contacts(bank.outlet.id, bank.wang.id, None, TODAY)
    tree.close_unit(bank.outlet.id, TODAY, TODAY, none_open)
    assert Holding.objects.get(unit=bank.outlet).to_date == TODAY
    assert not Contact.objects.filter(unit=bank.outlet).exists()


def test_nothing_moves_below_a_closed_unit(bank: Bank) -> None:
    other = bank.unit("22", "城西支行", UnitKind.SUB_BRANCH, bank.branch)
    tree.close_unit(other.id, TODAY, TODAY, none_open)
    with refused("parent-closed"):
        tree.move_unit(bank.outlet.id, other.id)


def test_the_history_tells_where_a_unit_belonged_before(bank: Bank) -> None:
    tree.move_unit(bank.outlet.id, bank.branch.id)
    assert "上级：城东支行 → 江东分行" in history_of_unit(bank.outlet.id)[0].what.zh


class AnyMoves(TestCase):
    """Whatever is moved wherever: refused, or every path still follows its parent, and every level its order."""

    @settings(max_examples=15, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=8))
    def test_moves_keep_the_tree_sound(self, moves: list[tuple[int, int]]) -> None:
        bank = Bank()
        for number in range(4):
            kind = (UnitKind.TIER1_BRANCH, UnitKind.TIER2_BRANCH, UnitKind.SUB_BRANCH, UnitKind.OFFICE)[number]
            bank.unit(f"N{number}", "新机构", kind, bank.head)
        units = list(Unit.objects.order_by("id"))
        for unit, target in moves:
            try:
                tree.move_unit(units[unit % len(units)].id, units[target % len(units)].id)
            except Refusal:
                continue
        paths_follow_parents()
        for unit in Unit.objects.exclude(parent=None).select_related("parent"):
            assert unit.parent is not None
            assert tree.misplaced(UnitKind(unit.kind), UnitKind(unit.parent.kind)) is None
