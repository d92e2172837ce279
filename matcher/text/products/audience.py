"""Whom a product is for: enterprises and sole traders, or private persons, whose products are set aside."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from matcher.domain.product import ProductKind
from matcher.domain.product.draft import Audience
from matcher.text.products.sections import Part, Piece

# A person who trades is a customer of this service: 个人经营性贷款 for sole traders stays.
_TRADES: Final = re.compile(
    r"个体工商户|个体经营|个体户|企业主|小微企业|经营性贷款|经营贷|法人客户|企业客户|农民专业合作社"
)
_PRIVATE: Final = re.compile(
    r"自然人|公民|居民|公务员|公职人员|在编|事业单位工作人员|工薪|工资|月收入|收入人群|购房|住房|商用房|按揭|购车|汽车消费|"
    r"消费贷|消费性|装修|婚姻|首付|教育贷款|助学|信用卡|个人(?!独资|所得税)|旅游|医疗|退休"
)
_BUSINESS: Final = re.compile(
    r"企业|公司|法人|商户|供应商|经销商|厂商|核心企业|投标|招标|贸易|票据|汇票|合同履约|保理|营业执照|项目单位|委托人|"
    r"机构|园区|孵化|纳税|开票|高新技术|专精特新"
)
_SPACE: Final = re.compile(r"出租|招租|租赁面积|平方米|㎡|写字楼|厂房|商铺|工位|楼层|物业费|入驻")
_POLICY: Final = re.compile(r"补贴|补助|奖励|扶持|专项资金|申报|奖补|政策|减免|认定")
_LOAN: Final = re.compile(r"贷|授信|融资|票据|汇票|保函|保理|利率|借款")


def audience_of(title: str, pieces: Iterable[Piece]) -> Audience:
    """Judged by the title and what describes the product and its customers; papers tell nothing of it."""
    told = [piece.text for piece in pieces if piece.part in (Part.ABOUT, Part.CONDITIONS)]
    text = "\n".join([title, *told])
    if _TRADES.search(text):
        return Audience.BUSINESS
    private = len(set(_PRIVATE.findall(text))) + len(_PRIVATE.findall(title))
    business = len(set(_BUSINESS.findall(text))) + len(_BUSINESS.findall(title))
    return Audience.PRIVATE if private > business else Audience.BUSINESS


def kind_of(text: str) -> ProductKind:
    """A loan, a policy or a space, by which words there are most of; a loan where none."""
    weights = {
        ProductKind.LOAN: len(_LOAN.findall(text)),
        ProductKind.POLICY: len(_POLICY.findall(text)),
        ProductKind.SPACE: len(_SPACE.findall(text)),
    }
    return max(weights, key=lambda kind: weights[kind])
