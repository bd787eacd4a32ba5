"""样式手册: every component of the desk with believable content, and whole example screens. Only while DEBUG is on."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from shouwen.core.text import Text
from shouwen.core.timelimits import BusinessHours, time_left_in_words
from shouwen.desk.asking import AskingForm
from shouwen.desk.clocks import DONE_IN_TIME
from shouwen.desk.parts import Acting, Chip, Choice, ClockFace, ClockState, Pager, Step, StepState

PAGES = ("components", "worklist", "case", "register", "organisation", "slip")
NOW = datetime(2026, 11, 24, 6, 2, tzinfo=UTC)
HOUR = 3600
DAY = 9 * HOUR
REPLY = Text("回复时限", "Reply")
WHY = Text(
    "一般投诉：3个工作日。2026-11-20 周五 10:32 接到，接到当日不计；11-21、11-22 为周末，不计；第3个工作日为 11-25 周三，至 18:00 止。",
    "General complaint: 3 working days. Received Friday 2026-11-20 10:32, which is not counted; 21 and 22 November are a weekend; "
    "the third working day is Wednesday 25 November, until 18:00.",
)


def face(state: str, left: int, words: Text | None = None, **more: Any) -> ClockFace:
    return ClockFace(
        title=REPLY,
        state=ClockState(state),
        words=words or time_left_in_words(timedelta(seconds=left), BusinessHours()),
        due=NOW + timedelta(hours=28),
        left=left,
        day=DAY,
        warn_below=4 * HOUR,
        **more,
    )


FACES = {
    "ok": face(
        "ok",
        2 * DAY + 3 * HOUR,
        run=0.42,
        target=NOW + timedelta(hours=4),
        target_run=0.7,
        ticks=(0.33, 0.66, 1),
        explanation=WHY,
    ),
    "near": face("near", 3 * HOUR + 1200, open_for=3 * HOUR, run=0.86, ticks=(0.33, 0.66, 1), explanation=WHY),
    "overdue": face("overdue", -(DAY + 2 * HOUR), run=1, ticks=(0.33, 0.66, 1), explanation=WHY),
    "done": face("done", 0, DONE_IN_TIME, run=0.5),
    "paused": face(
        "paused", DAY, Text("已中止：等待客户补充材料", "paused: waiting for the customer's material"), run=0.3
    ),
    "provisional": face("ok", 9 * DAY, run=0.1, provisional=True),
}
TITLES = (
    Text("登记", "Registered"),
    Text("受理", "Accepted"),
    Text("转办", "Dispatched"),
    Text("签收", "Signed for"),
    Text("调查", "Investigating"),
    Text("拟稿", "Drafted"),
    Text("复核", "Checked"),
    Text("回复", "Replied"),
    Text("办结", "Closed"),
    Text("归档", "Archived"),
)


def steps_to(place: int) -> list[Step]:
    return [
        Step(
            title,
            StepState.DONE if at < place else StepState.NOW if at == place else StepState.AHEAD,
            NOW - timedelta(hours=7 * (place - at)) if at <= place else None,
        )
        for at, title in enumerate(TITLES)
    ]


ENDED = [*steps_to(1)[:1], Step(Text("不予受理", "Declined"), StepState.END, NOW), Step(TITLES[9], StepState.AHEAD)]
COLUMNS = ("number", "hours", "icon", "channel", "title", "class_name", "unit", "person", "stage", "state", "marks")
ROWS = """
2026-110231|66|phone|电话热线|柜台人员态度生硬，拒绝为老人办理零钱兑换|服务态度|城东支行营业部|王建国|已签收|overdue|supervised repeat
2026-110247|31|media|新闻媒体|《晚报》来电：客户称理财产品到期未兑付，要求三日内答复|服务产品|理财业务部|陈晓琳|调查中|near|media group
2026-110255|28|visit|来访|ATM 吞卡后网点未按承诺时间联系客户|工作差错|滨江路支行|刘洋|已转办|near|
2026-110262|20|web|网站|手机银行转账限额调整后无法恢复，客服答复前后不一致|服务渠道|电子银行部|赵倩|调查中|ok|
2026-110268|9|letter|来信来函|反映某客户经理私下推荐非本行产品|违规违纪|城东支行|孙志强|已受理|ok|secrecy
2026-110270|6|transfer|上级转办|监管转来：个人住房贷款提前还款预约时间过长|服务产品|个人金融部|周敏|待复核|ok|supervised extended
2026-110274|3|book|意见簿|希望网点增设轮椅坡道|内部管理|南湖支行|吴婷|已登记|provisional|anonymous
2026-110199|150|phone|电话热线|信用卡年费重复扣收|工作差错|信用卡中心|王建国|已回复|done|
"""
HAPPENINGS = """
investigate|调查|王建国 · 城东支行营业部|2|已调阅 11 月 20 日 10:10–10:40 柜台录像，并与当班柜员谈话。|happening
sign|签收|王建国 · 城东支行营业部|20|责任人变更为王建国。|happening
eye|查看联系方式|王建国 · 城东支行营业部|21|理由：回访客户核实情况|happening happening-minor
dispatch|转办|李敏 · 95566 客服中心|26|转至城东支行营业部，第一联系人王建国。请于 11-25 18:00 前回复客户。|happening
accept|受理|李敏 · 95566 客服中心|27|分类：服务质量 / 服务态度（一般，3 个工作日）|happening
phone|登记|李敏 · 95566 客服中心|28|电话热线，工号 8021，通话 6 分 12 秒|happening
"""


class SampleForm(AskingForm):
    channel = forms.ChoiceField(
        label="受理渠道",
        choices=[("phone", "电话热线"), ("visit", "来访"), ("letter", "来信来函"), ("book", "意见簿")],
        widget=forms.RadioSelect,
        initial="phone",
    )
    name = forms.CharField(label="投诉人姓名", max_length=40)
    phone = forms.CharField(label="联系电话", help_text="手机或带区号的固定电话", max_length=20)
    anonymous = forms.BooleanField(label="匿名投诉", required=False, help_text="仍会调查，凭查询码答复")
    received_at = forms.CharField(label="接到时间", initial="2026-11-24 14:02")
    unit = forms.ChoiceField(label="被投诉单位", choices=[("", "请选择"), ("1", "城东支行营业部"), ("2", "滨江路支行")])
    text = forms.CharField(label="投诉内容", widget=forms.Textarea, help_text="尽量用客户的原话", max_length=20000)
    file = forms.FileField(label="附件", required=False)


def sample_row(line: str) -> dict[str, Any]:
    row: dict[str, Any] = dict(zip(COLUMNS, line.split("|"), strict=True))
    received = NOW - timedelta(hours=int(row["hours"]))
    return row | {"marks": row["marks"].split(), "received": received, "face": FACES[row["state"]]}


def sample_happening(line: str) -> dict[str, Any]:
    icon, title, who, hours, body, css = line.split("|")
    at = NOW - timedelta(hours=int(hours))
    return {"icon": icon, "title": title, "who": who, "at": at, "body": body, "css": css}


def drawn_icons() -> list[str]:
    sprite = Path(finders.find("desk/icons.svg") or "").read_text(encoding="utf-8")
    return re.findall(r'id="([\w-]+)" viewBox="0 0 20', sprite)


def styleguide(request: HttpRequest, page: str = "components") -> HttpResponse:
    """A page of the style guide. 404 outside DEBUG, and for a page that is not in the guide."""
    if not settings.DEBUG or page not in PAGES:
        raise Http404
    filled = SampleForm({"channel": "phone", "name": "张秀英", "received_at": "2026-11-24 14:02"})
    context = {
        "pages": PAGES,
        "faces": FACES,
        "steps": steps_to(4),
        "ended": ENDED,
        "now": NOW,
        "rows": [sample_row(line) for line in ROWS.strip().splitlines()],
        "happenings": [sample_happening(line) for line in HAPPENINGS.strip().splitlines()],
        "icon_names": drawn_icons(),
        "form": SampleForm(),
        "bad_form": filled,
        "chips": [Chip("channel", "phone", "渠道", "电话热线"), Chip("stage", "signed_for", "环节", "已签收")],
        "pager": Pager(before="b", after="c", words="第 51–100 条，共 1,240 条"),
        "acting": Acting(
            "城东支行营业部 · 联系人",
            (Choice("1", "城东支行营业部 · 联系人", current=True), Choice("2", "城东支行营业部 · 经办人")),
            request.path,
        ),
        "explanation": WHY,
    }
    return render(request, f"desk/styleguide/{page}.html", context)
