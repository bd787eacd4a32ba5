"""The demo bank's organisation: five levels, the departments that the slides name, and people with duties. All invented."""

from datetime import date

import msgspec

from shouwen.core.duties import Duty
from shouwen.core.people import UnitKind


class DemoUnit(msgspec.Struct, frozen=True):
    code: str
    parent: str
    kind: UnitKind
    name: str


class DemoPerson(msgspec.Struct, frozen=True):
    """A member of staff: `duties` are held at `unit`; `rank` is A or B for a contact."""

    employee_no: str
    name: str
    unit: str
    duties: tuple[Duty, ...]
    rank: str = ""
    phone: str = ""


SINCE = date(2020, 1, 1)

UNITS: tuple[DemoUnit, ...] = (
    DemoUnit("100000", "", UnitKind.HEAD_OFFICE, "示范银行总行"),
    DemoUnit("100001", "100000", UnitKind.HOTLINE, "总行客户服务中心（95566）"),
    DemoUnit("100002", "100000", UnitKind.UNION, "总行工会工作委员会"),
    DemoUnit("100003", "100000", UnitKind.OFFICE, "总行办公室"),
    DemoUnit("100004", "100000", UnitKind.DISCIPLINE, "总行纪检监察部"),
    DemoUnit("100005", "100000", UnitKind.FUNCTIONAL, "总行个人金融部"),
    DemoUnit("110000", "100000", UnitKind.TIER1_BRANCH, "江东省分行"),
    DemoUnit("110002", "110000", UnitKind.UNION, "江东省分行工会"),
    DemoUnit("110003", "110000", UnitKind.OFFICE, "江东省分行办公室"),
    DemoUnit("110004", "110000", UnitKind.DISCIPLINE, "江东省分行纪检监察处"),
    DemoUnit("110005", "110000", UnitKind.FUNCTIONAL, "江东省分行银行卡部"),
    DemoUnit("111000", "110000", UnitKind.TIER2_BRANCH, "临江分行"),
    DemoUnit("111100", "111000", UnitKind.SUB_BRANCH, "临江城东支行"),
    DemoUnit("111101", "111100", UnitKind.OUTLET, "城东支行人民路分理处"),
    DemoUnit("111102", "111100", UnitKind.OUTLET, "城东支行大学城分理处"),
    DemoUnit("111200", "111000", UnitKind.SUB_BRANCH, "临江高新支行"),
    DemoUnit("111201", "111200", UnitKind.OUTLET, "高新支行软件园分理处"),
    DemoUnit("112000", "110000", UnitKind.TIER2_BRANCH, "海宁湾分行"),
    DemoUnit("112100", "112000", UnitKind.SUB_BRANCH, "海宁湾港口支行"),
    DemoUnit("112101", "112100", UnitKind.OUTLET, "港口支行渔人码头分理处"),
    DemoUnit("120000", "100000", UnitKind.TIER1_BRANCH, "云岭省分行"),
    DemoUnit("120002", "120000", UnitKind.UNION, "云岭省分行工会"),
    DemoUnit("121000", "120000", UnitKind.TIER2_BRANCH, "翠湖分行"),
    DemoUnit("121100", "121000", UnitKind.SUB_BRANCH, "翠湖南屏支行"),
    DemoUnit("121101", "121100", UnitKind.OUTLET, "南屏支行花鸟市场分理处"),
)

DEPARTMENTS: tuple[DemoPerson, ...] = (
    DemoPerson("000001", "系统管理员", "100000", (Duty.ADMINISTRATOR,)),
    DemoPerson("000002", "孟庆国", "100000", (Duty.LEADER,)),
    DemoPerson("000003", "沈若兰", "100000", (Duty.AUDITOR,)),
    DemoPerson("100101", "林晓雯", "100001", (Duty.HOTLINE_AGENT,), "A"),
    DemoPerson("100102", "郑凯", "100001", (Duty.HOTLINE_AGENT,), "B"),
    DemoPerson("100103", "贺文静", "100001", (Duty.HOTLINE_AGENT,)),
    DemoPerson("100110", "周敏", "100001", (Duty.HOTLINE_SUPERVISOR, Duty.LEADER)),
    DemoPerson("100201", "吴国华", "100002", (Duty.UNION_OFFICER,), "A"),
    DemoPerson("100210", "曹兰英", "100002", (Duty.UNION_OFFICER, Duty.LEADER)),
    DemoPerson("100301", "许昕", "100003", (Duty.OFFICE_OFFICER,), "A"),
    DemoPerson("100310", "严立群", "100003", (Duty.OFFICE_OFFICER, Duty.LEADER)),
    DemoPerson("100401", "秦正", "100004", (Duty.DISCIPLINE_OFFICER, Duty.HANDLER), "A"),
    DemoPerson("100410", "卫东方", "100004", (Duty.DISCIPLINE_OFFICER, Duty.LEADER)),
    DemoPerson("100501", "范思齐", "100005", (Duty.FUNCTIONAL_OFFICER, Duty.HANDLER), "A"),
    DemoPerson("100510", "梁建平", "100005", (Duty.LEADER, Duty.CHECKER)),
    DemoPerson("110010", "陆志远", "110000", (Duty.LEADER,)),
    DemoPerson("110201", "谢芳", "110002", (Duty.UNION_OFFICER,), "A"),
    DemoPerson("110210", "葛明辉", "110002", (Duty.UNION_OFFICER, Duty.LEADER)),
    DemoPerson("110301", "苏婉", "110003", (Duty.OFFICE_OFFICER,), "A"),
    DemoPerson("110401", "钟毅", "110004", (Duty.DISCIPLINE_OFFICER, Duty.HANDLER), "A"),
    DemoPerson("110410", "方铁军", "110004", (Duty.DISCIPLINE_OFFICER, Duty.LEADER)),
    DemoPerson("110501", "韩雪", "110005", (Duty.FUNCTIONAL_OFFICER, Duty.HANDLER), "A"),
    DemoPerson("110510", "丁一鸣", "110005", (Duty.LEADER, Duty.CHECKER)),
    DemoPerson("120010", "段家兴", "120000", (Duty.LEADER,)),
    DemoPerson("120201", "和丽娟", "120002", (Duty.UNION_OFFICER,), "A"),
)

BRANCH_SURNAMES = "陈蒋汪田任姚卢傅钱熊白孟邱江尹薛雷侯龙史陶黎"
BRANCH_NAMES = ("慧", "立新", "晓东", "雅琴", "成林", "佳怡", "海波", "玉洁", "俊峰", "秋月", "振华", "思敏")
STAFFED = frozenset({UnitKind.TIER2_BRANCH, UnitKind.SUB_BRANCH, UnitKind.OUTLET})


def people() -> tuple[DemoPerson, ...]:
    """Everyone: the departments' people as listed, and in each branch and outlet a leader who checks, two contacts, a clerk."""
    branch: list[DemoPerson] = []
    for place, unit in enumerate(unit for unit in UNITS if unit.kind in STAFFED):
        roles = (
            ("10", (Duty.LEADER, Duty.CHECKER), ""),
            ("01", (Duty.CONTACT, Duty.HANDLER, Duty.CLERK), "A"),
            ("02", (Duty.CONTACT, Duty.HANDLER, Duty.CHECKER), "B"),
            ("03", (Duty.CLERK,), ""),
        )
        for position, (suffix, duties, rank) in enumerate(roles):
            turn = place * len(roles) + position
            name = BRANCH_SURNAMES[turn % len(BRANCH_SURNAMES)] + BRANCH_NAMES[(turn * 5 + place) % len(BRANCH_NAMES)]
            branch.append(DemoPerson(unit.code + suffix, name, unit.code, duties, rank))
    return tuple(
        msgspec.structs.replace(person, phone=f"021-5550{index:04d}")
        for index, person in enumerate((*DEPARTMENTS, *branch))
    )


ACCOUNTS: tuple[tuple[str, str, str], ...] = (
    ("100101", "热线坐席", "hotline agent"),
    ("100110", "热线主管", "hotline supervisor"),
    ("100201", "工会专员", "union officer"),
    ("11110101", "网点联系人、经办人", "outlet contact and handler"),
    ("11110102", "网点第二联系人、复核人", "outlet contact B and checker"),
    ("11110110", "网点负责人（第一责任人）", "outlet leader"),
    ("100301", "办公室专员", "office officer"),
    ("100401", "纪检监察专员", "discipline inspection officer"),
    ("000003", "审计人员", "auditor"),
    ("000001", "系统管理员", "administrator"),
)
"""The accounts that `make run` prints: employee number, and what the person does, in Chinese and English."""

PASSWORD = "shouwen-demo"
