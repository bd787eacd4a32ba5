"""来件清单的列: what a list of incoming slips may hold. Facts of the channel keep the pack's codes."""

from shouwen.core.text import Text
from shouwen.organisation.importing.plan import Column

DAY = Text("如 2026-03-01", "such as 2026-03-01")
OPTIONAL = Text("可不填", "may be empty")

COLUMNS = (
    Column("body", Text("转来单位", "transferring body"), Text("全称", "in full"), needed=True, also=("来文单位",)),
    Column("body_kind", Text("单位类别", "kind of body"), Text("上级行或政府部门", "superior bank or government body")),
    Column("slip_kind", Text("来件类型", "kind of slip"), Text("转办单或督办单", "transfer slip or supervision slip")),
    Column(
        "document_number",
        Text("文号", "document number"),
        Text("同一单位的文号不能重复", "unique for the body"),
        needed=True,
        also=("来文文号",),
    ),
    Column("document_date", Text("来文日期", "date of the document"), DAY, longest=20),
    Column("reply_by", Text("要求答复日期", "reply wanted by"), DAY, also=("答复期限", "办理时限"), longest=20),
    Column("received_at", Text("收到时间", "received at"), Text("不填为上传时间", "the upload when empty"), longest=30),
    Column("name", Text("投诉人姓名", "complainant"), OPTIONAL, also=("姓名", "投诉人"), longest=200),
    Column("phone", Text("联系电话", "phone"), OPTIONAL, also=("电话",), longest=200),
    Column("email", Text("电子邮箱", "e-mail"), OPTIONAL, longest=200),
    Column("address", Text("通信地址", "address"), OPTIONAL, longest=200),
    Column(
        "anonymous", Text("匿名", "anonymous"), Text("匿名投诉填“是”", "“yes” for an anonymous complaint"), longest=10
    ),
    Column("subject", Text("标题", "title"), Text("一句话", "one line"), needed=True, also=("事由",), longest=200),
    Column(
        "statement",
        Text("投诉内容", "what was said"),
        Text("来件所述", "as the slip tells it"),
        needed=True,
        also=("内容", "反映内容"),
        longest=50_000,
    ),
    Column("wish", Text("客户诉求", "wish"), OPTIONAL, also=("诉求",), longest=50_000),
    Column("class_", Text("投诉分类", "class"), Text("小类名称，可不填", "a class, may be empty"), also=("分类",)),
    Column("unit_about", Text("被投诉机构号", "unit complained about"), OPTIONAL, also=("机构号",), longest=32),
)

FACTS = ("body", "body_kind", "slip_kind", "document_number", "document_date", "reply_by")
CHOICES = ("body_kind", "slip_kind")
DETAILS = ("name", "phone", "email", "address")
TITLES = {column.key: column.title for column in COLUMNS}
