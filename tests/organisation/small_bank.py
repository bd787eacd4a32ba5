"""A small bank: head office, a branch with a sub-branch and an outlet, a hotline centre, and some people."""

from datetime import date

from shouwen.core.duties import Duty
from shouwen.core.people import UnitKind
from shouwen.organisation import directory, staffing, tree
from shouwen.organisation.models import Staff, Unit

TODAY = date(2026, 11, 24)


class Bank:
    """Units by code, people by employee number."""

    def __init__(self) -> None:
        self.head = self.unit("1", "总行", UnitKind.HEAD_OFFICE, None)
        self.hotline = self.unit("11", "热线中心", UnitKind.HOTLINE, self.head)
        self.branch = self.unit("2", "江东分行", UnitKind.TIER1_BRANCH, self.head)
        self.sub = self.unit("21", "城东支行", UnitKind.SUB_BRANCH, self.branch)
        self.outlet = self.unit("211", "人民路分理处", UnitKind.OUTLET, self.sub)
        self.admin = self.person("001", "管理员", self.head)
        self.wang = self.person("101", "王强", self.sub)
        self.li = self.person("102", "李敏", self.sub)
        staffing.give_duty(self.admin.id, Duty.ADMINISTRATOR, self.head.id, date(2020, 1, 1), None, TODAY)
        directory.forget()

    def unit(self, code: str, name: str, kind: UnitKind, parent: Unit | None) -> Unit:
        facts = tree.UnitFacts(code=code, name=name, kind=kind, parent_id=parent.id if parent else None)
        return tree.open_unit(facts)

    def person(self, number: str, name: str, unit: Unit) -> Staff:
        return staffing.add_staff(staffing.StaffFacts(employee_no=number, name=name, unit_id=unit.id))
