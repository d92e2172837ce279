"""Products with criteria (loans, policies, spaces): what they ask, and what a firm's facts answer.

The parts: `catalogue` names the facts a criterion may ask for, `criteria` holds the rules as dated data,
`parsing` reads them from JSON, `verdict` evaluates them in three values.
"""

from matcher.domain.product.catalogue import FIELDS, Field, FieldKind, access_field, canonical, field
from matcher.domain.product.criteria import Criterion, Group, Node, Operator, Quantifier
from matcher.domain.product.kinds import Product, ProductKind, Space
from matcher.domain.product.parsing import parse_criteria, to_json
from matcher.domain.product.repair import Repair, cheapest_repair
from matcher.domain.product.repairs import Gift, parse_repairs
from matcher.domain.product.verdict import Finding, Truth, Verdict, evaluate, holds, in_force

__all__ = [
    "FIELDS",
    "Criterion",
    "Field",
    "FieldKind",
    "Finding",
    "Gift",
    "Group",
    "Node",
    "Operator",
    "Product",
    "ProductKind",
    "Quantifier",
    "Repair",
    "Space",
    "Truth",
    "Verdict",
    "access_field",
    "canonical",
    "cheapest_repair",
    "evaluate",
    "field",
    "holds",
    "in_force",
    "parse_criteria",
    "parse_repairs",
    "to_json",
]
