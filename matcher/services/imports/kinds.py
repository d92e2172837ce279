"""The kinds of files the importer reads: which columns, under which headings, into which rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from matcher.storage import Base
from matcher.storage.chain import ChainLink
from matcher.storage.consents import Consent
from matcher.storage.enterprises import Building, Enterprise, Relation, Station
from matcher.storage.events import Event, Opening, Talent
from matcher.storage.needs import Deal, Need, Offer
from matcher.storage.products import Product

Reads = Literal[
    "text", "code", "money", "whole", "number", "day", "moment", "flag",
    "words", "industry", "region", "regions", "status", "grade", "choice", "criteria", "object",
    "enterprise", "station", "building", "need",
]  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column. `reads` names how a cell is read, `field` the row's column, `zh` its Chinese headings.

    `choices` are the values allowed, each under the words that mean it. `guard` keeps an officer's file
    from setting it: at all ("house": only an administrator moves house), or on a row that is there ("new").
    """

    name: str
    reads: Reads
    field: str
    zh: tuple[str, ...]
    required: bool = False
    choices: Mapping[str, tuple[str, ...]] | None = None
    guard: Literal["", "new", "house"] = ""


@dataclass(frozen=True)
class Kind:
    """One kind of file. `key` are the fields that identify a row.

    `owner` is the field that names the enterprise the row belongs to; `fixed` are given values.
    `identity` are the columns by which two lines of a file speak of one row: the first group that
    is filled in; without it the column of the key.
    """

    name: str
    mapped: type[Base]
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    zh: tuple[str, ...]
    owner: str | None = None
    fixed: Mapping[str, str] | None = None
    identity: tuple[tuple[str, ...], ...] = ()

    def column(self, name: str) -> Column | None:
        """The column of that name, or None."""
        return next((column for column in self.columns if column.name == name), None)

    def of_field(self, field: str) -> Column | None:
        """The first column that fills this field, or None."""
        return next((column for column in self.columns if column.field == field), None)


def _column(reads: Reads, name: str, zh: str, field: str | None = None) -> Column:
    """A column in short: a name that ends in ``!`` is required; Chinese headings stand side by side."""
    plain = name.removesuffix("!")
    return Column(plain, reads, plain if field is None else field, tuple(zh.split()), name.endswith("!"))


def _choice(name: str, zh: str, choices: str) -> Column:
    """A column of few values: ``value=word/word value=word``."""
    allowed = {
        value: tuple(words.split("/")) for value, _, words in (c.partition("=") for c in choices.split())
    }
    plain = name.removesuffix("!")
    return Column(plain, "choice", plain, tuple(zh.split()), name.endswith("!"), allowed)


def _guarded(guard: Literal["new", "house"], reads: Reads, name: str, zh: str) -> Column:
    return replace(_column(reads, name, zh), guard=guard)


_ENTERPRISE = _column("enterprise", "enterprise_id!", "企业编号 企业 统一社会信用代码")
_EDUCATION = _column("text", "education", "学历 学历要求")

STATIONS = Kind(
    "stations", Station, ("station_id",),
    (
        _column("text", "station_id!", "服务站编号 站点编号"),
        _column("text", "name!", "服务站名称 名称"),
        _column("region", "region_code", "行政区划代码 所在地区"),
    ),
    ("服务站",),
)  # fmt: skip

BUILDINGS = Kind(
    "buildings", Building, ("building_id",),
    (
        _column("text", "building_id!", "楼宇编号"),
        _column("text", "name!", "楼宇名称 名称"),
        _column("region", "region_code", "行政区划代码 所在地区"),
        _column("text", "address", "地址"),
        _column("number", "latitude", "纬度"),
        _column("number", "longitude", "经度"),
        _column("station", "station", "服务站 服务站编号", "station_id"),
        _column("words", "aliases", "别名 其他名称"),
    ),
    ("楼宇",),
)  # fmt: skip

ENTERPRISES = Kind(
    "enterprises", Enterprise, ("enterprise_id",),
    (
        _column("text", "enterprise_id", "企业编号"),
        _column("code", "code", "统一社会信用代码 社会信用代码 信用代码 统一代码 企业代码 纳税人识别号 税号"),
        _column("text", "name!", "企业名称 名称 公司名称 单位名称"),
        _column("industry", "industry_code", "行业代码 国民经济行业代码"),
        _column("industry", "industry_name", "行业 行业名称 所属行业", "industry_code"),
        _column("flag", "industry_inferred", "行业为推断"),
        _column("number", "industry_confidence", "行业推断把握"),
        _column("text", "scope", "经营范围"),
        _column("region", "region_code", "行政区划代码 所在地区 所属地区"),
        _column("text", "address", "地址 注册地址 住所 经营地址"),
        _column("building", "building", "楼宇 所在楼宇", "building_id"),
        _column("text", "floor", "楼层"),
        _column("flag", "place_inferred", "地点为推断"),
        _column("number", "latitude", "纬度"),
        _column("number", "longitude", "经度"),
        _column("day", "founded_on", "成立日期 注册日期 成立时间"),
        _column("money", "registered_capital", "注册资本 注册资金", "registered_capital_fen"),
        _column("whole", "employees", "从业人数 员工人数 职工人数"),
        _column("money", "revenue", "营业收入 年营业收入", "revenue_fen"),
        _column("money", "tax_paid", "纳税额 纳税总额", "tax_paid_fen"),
        _column("money", "assets", "资产总额", "assets_fen"),
        _column("grade", "tax_grade", "纳税信用等级 纳税信用"),
        _column("whole", "tax_grade_year", "纳税信用年度 评价年度"),
        _column("words", "certificates", "资质 资质证书 荣誉资质"),
        _column("text", "owner_group", "所属集团 集团"),
        _column("flag", "listed", "公开 是否公开"),
        _column("flag", "allows_invitations", "接受邀请 是否接受邀请"),
        _column("status", "status", "状态 经营状态 登记状态"),
        _column("text", "contact_name", "联系人"),
        _column("text", "contact_phone", "联系电话 电话"),
        _column("station", "station", "服务站 服务站编号", "station_id"),
        _guarded("house", "text", "merged_into", "已并入"),
    ),
    ("企业",), identity=(("enterprise_id",), ("code",)),
)  # fmt: skip

OFFERS = Kind(
    "offers", Offer, ("offer_id",),
    (
        _column("text", "offer_id!", "供给编号"),
        _ENTERPRISE,
        _column("text", "title!", "标题 供给标题 产品名称"),
        _column("text", "text", "说明 供给说明 详情"),
        _column("industry", "industry_code", "行业代码 行业"),
        _column("number", "capacity", "能力 供给能力 产能"),
        _column("regions", "serves", "服务地区 服务区域"),
    ),
    ("供给",), owner="enterprise_id",
)  # fmt: skip

_NEED_KINDS = (
    "supply=采购/供应/供应商 customers=客户/销售/市场 financing=融资/贷款/资金 recruitment=招聘/用工/人才 "
    "space=场地/用房/办公场所 policy=政策 technology=技术/研发 legal=法律/法务 coordination=协调 "
    "staff_services=职工服务/员工服务"
)

NEEDS = Kind(
    "needs", Need, ("need_id",),
    (
        _column("text", "need_id!", "需求编号"),
        _ENTERPRISE,
        _column("text", "text!", "需求 需求内容 需求描述"),
        _column("text", "title", "标题 需求标题"),
        _choice("kind", "需求类型 类型", _NEED_KINDS),
        _column("industry", "industry_code", "行业代码 行业"),
        _column("money", "amount", "金额 预算", "amount_fen"),
        _column("number", "quantity", "数量"),
        _column("day", "deadline", "截止日期 期限"),
        _column("flag", "published", "公开 是否公开"),
        _choice("state", "状态 需求状态",
                "open=待办/未办 matching=对接中 served=已对接 closed=办结/已办结 withdrawn=撤回"),
        _guarded("house", "object", "understood", "理解结果"),
        _guarded("house", "text", "created_by", "登记人"),
        _guarded("house", "moment", "created_at", "登记时间"),
    ),
    ("需求",), owner="enterprise_id",
)  # fmt: skip

DEALS = Kind(
    "deals", Deal, ("deal_id",),
    (
        _column("text", "deal_id", "合作编号 成交编号"),
        _column("enterprise", "buyer_id!", "买方 买方编号 采购方"),
        _column("enterprise", "seller_id!", "卖方 卖方编号 供应方"),
        _column("day", "date", "日期 成交日期"),
        _column("money", "amount", "金额 成交金额", "amount_fen"),
        _column("need", "need_id", "需求编号"),
        _choice("stage", "阶段 进展",
                "introduced=引荐/已引荐 met=面谈/已面谈 quoted=报价/已报价 signed=签约/已签约 "
                "paid=付款/已付款/回款 declined=谢绝/未成"),
        _column("text", "reason", "原因 理由"),
    ),
    ("成交", "合作"), identity=(("deal_id",), ("buyer_id", "seller_id", "date", "amount", "need_id")),
)  # fmt: skip

RELATIONS = Kind(
    "relations", Relation, ("a", "b", "kind"),
    (
        _column("enterprise", "a!", "甲方 企业甲"),
        _column("enterprise", "b!", "乙方 企业乙"),
        _choice("kind!", "关系 关系类型",
                "rival=竞争/竞争对手 dispute=纠纷 owner_group=同一集团/同一控制 keep_apart=回避/不宜同席"),
        _column("text", "source", "来源"),
        _column("text", "entered_by", "录入人"),
        _column("day", "until", "有效期至 截止日期"),
        _column("flag", "contested", "有异议 异议"),
    ),
    ("关系",), identity=(("a", "b", "kind"),),
)  # fmt: skip

CONSENTS = Kind(
    "consents", Consent, ("consent_id",),
    (
        _column("text", "consent_id", "授权编号"),
        _ENTERPRISE,
        _column("text", "grantee!", "被授权方 授权对象"),
        _column("text", "purpose!", "用途 授权用途"),
        _column("words", "fields!", "字段 授权内容"),
        _column("moment", "valid_from!", "生效日期 授权起"),
        _column("moment", "valid_to!", "失效日期 授权止"),
        _column("text", "proof", "凭证 授权书"),
        _guarded("house", "text", "granted_by", "授权登记人"),
        _guarded("house", "moment", "granted_at", "授权登记时间"),
        _guarded("new", "moment", "revoked_at", "撤回时间"),
        _guarded("new", "text", "revoked_by", "撤回人"),
        _guarded("new", "text", "reason", "撤回原因"),
    ),
    ("授权",), owner="enterprise_id",
    identity=(("consent_id",), ("enterprise_id", "grantee", "purpose", "valid_from")),
)  # fmt: skip

PRODUCTS = Kind(
    "products", Product, ("product_id",),
    (
        _column("text", "product_id!", "产品编号"),
        _column("text", "owner!", "所有方 机构编号"),
        _column("text", "owner_name", "所有方名称 机构名称"),
        _column("text", "title!", "产品名称 标题"),
        _choice("kind!", "产品类型 类型", "loan=贷款 policy=政策 space=场地/楼宇"),
        _column("text", "text", "说明"),
        _column("money", "amount", "额度 金额", "amount_fen"),
        _column("whole", "term_months", "期限月 期限"),
        _column("number", "rate", "年利率 利率"),
        _column("day", "valid_from", "生效日期"),
        _column("day", "valid_until", "截止日期"),
        _column("text", "source", "来源 依据"),
        _column("criteria", "criteria", "条件"),
        _column("building", "building", "楼宇", "building_id"),
        _column("text", "floor", "楼层"),
        _column("number", "area", "面积", "area_m2"),
        _column("money", "rent", "租金", "rent_fen"),
        _column("text", "use", "用途"),
        _column("day", "free_from", "可用日期"),
        _column("text", "hold_period", "租期"),
        _column("text", "fit_out", "装修"),
    ),
    ("产品", "贷款产品", "政策", "场地"),
)  # fmt: skip

OPENINGS = Kind(
    "openings", Opening, ("opening_id",),
    (
        _column("text", "opening_id!", "岗位编号"),
        _ENTERPRISE,
        _column("text", "title!", "岗位 岗位名称"),
        _column("text", "text", "岗位说明 说明"),
        _column("text", "occupation", "职业 工种"),
        _column("whole", "headcount", "人数 招聘人数"),
        _column("money", "wage_min", "最低月薪 月薪下限", "wage_min_fen"),
        _column("money", "wage_max", "最高月薪 月薪上限", "wage_max_fen"),
        _EDUCATION,
        _column("text", "place", "工作地点"),
    ),
    ("岗位",), owner="enterprise_id",
)  # fmt: skip

TALENTS = Kind(
    "talents", Talent, ("talent_id",),
    (
        _column("text", "talent_id!", "人才编号"),
        _column("text", "school", "学校 院校"),
        _column("text", "pool", "人才库"),
        _column("text", "major", "专业"),
        _column("words", "skills", "技能"),
        _EDUCATION,
        _column("text", "wants", "意向 求职意向"),
        _column("whole", "headcount", "人数"),
    ),
    ("人才",),
)  # fmt: skip

_EVENT_COLUMNS = (
    _column("text", "event_id!", "活动编号 招聘会编号"),
    _column("text", "title!", "活动名称 标题 招聘会名称"),
    _column("text", "theme", "主题"),
    _column("text", "organizer", "主办方"),
    _column("station", "station", "服务站 服务站编号", "station_id"),
    _column("text", "place", "地点"),
    _column("region", "region_code", "行政区划代码"),
    _column("moment", "starts_at", "开始时间"),
    _column("moment", "ends_at", "结束时间"),
    _column("whole", "capacity", "容量 人数上限"),
    _guarded("house", "object", "settings", "活动设置"),
    _guarded("house", "object", "plan", "活动方案"),
)
EVENTS = Kind(
    "events", Event, ("event_id",),
    (
        *_EVENT_COLUMNS,
        _choice("kind!", "活动类型 类型", "salon=沙龙/对接会 fair=招聘会 meetings=一对一洽谈/洽谈会"),
    ),
    ("活动",),
)  # fmt: skip
FAIRS = Kind("fairs", Event, ("event_id",), _EVENT_COLUMNS, ("招聘会",), fixed={"kind": "fair"})

CHAIN = Kind(
    "chain", ChainLink, ("upstream", "downstream"),
    (
        _column("text", "upstream!", "上游 上游行业 上游产品"),
        _column("text", "downstream!", "下游 下游行业 下游产品"),
        _column("number", "weight", "权重 强度"),
        _choice("kind", "类型 环节类型", "industry=行业/产业 product=产品/物料/原料"),
    ),
    ("产业链", "供应链"), identity=(("upstream", "downstream"),),
)  # fmt: skip

# In the order of loading: whatever a row refers to stands before it.
KINDS: Final[Mapping[str, Kind]] = {
    kind.name: kind
    for kind in (
        STATIONS, BUILDINGS, ENTERPRISES, OFFERS, NEEDS, DEALS, CHAIN, RELATIONS,
        CONSENTS, PRODUCTS, OPENINGS, TALENTS, FAIRS, EVENTS,
    )
}  # fmt: skip
