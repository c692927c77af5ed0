"""差异化监管 as data: how large a share and how often, by credit-risk class and kind of item; what risk is made of.

National line (国市监信发〔2022〕6号, 国发〔2019〕5号 as commonly told): of class A checks may be left out, of D share
and frequency are raised strongly; 一般检查事项 are strictly limited, 重点检查事项 have no upper limit. The numbers are
local: an installation's are a TOML file (`inspection.supervision.reading`), loaded with a version.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from inspection.rule_files import quoted

CLASSES = "ABCD"


class ItemKind(StrEnum):
    GENERAL = "general"
    KEY = "key"


class RiskLevel(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True)
class ClassRule:
    """Of one class under one kind of item: the least and the most share of the objects in a draw, as exact decimals
    ("0.05"), and at most how many visits by one authority in a year; None is no limit."""

    basis: str
    least: str | None = None
    most: str | None = None
    visits: int | None = None


@dataclass(frozen=True)
class SmallPools:
    """In a stratum of fewer than `below` objects a share says little: one above the most is only warned of there."""

    basis: str
    below: int


@dataclass(frozen=True)
class PlanningRule:
    """What a year's plan is looked through by: windows so many days apart are neighbours; an authority needs so many
    officers at each visit, and an officer makes so many visits in a working day."""

    basis: str
    neighbouring_days: int
    officers_per_department: int
    visits_per_officer_day: int


@dataclass(frozen=True)
class RiskRule:
    """How indicators become a level: each group of them (R01 to R05) has a weight; the score is the weighted mean of
    the highest value in each group, 0 to 100. Objects of a level are treated as so many classes worse."""

    basis: str
    weights: Mapping[str, int]
    medium_from: int
    high_from: int
    raise_medium: int
    raise_high: int


Section = ClassRule | SmallPools | PlanningRule | RiskRule
Sections = dict[str, Section]


def class_section(kind: ItemKind, credit_class: str) -> str:
    """`general.A`."""
    return f"{kind}.{credit_class}"


CLASS_SECTIONS = tuple(class_section(kind, one) for kind in ItemKind for one in CLASSES)
SECTIONS = ("small_pools", "planning", "risk", *CLASS_SECTIONS)


@dataclass(frozen=True)
class SupervisionRules:
    """All rules of one version."""

    small_pools: SmallPools
    planning: PlanningRule
    risk: RiskRule
    classes: Mapping[str, ClassRule]

    @classmethod
    def of(cls, sections: Sections) -> "SupervisionRules":
        """Of sections that are complete and of the right kinds."""
        small, planning, risk = sections["small_pools"], sections["planning"], sections["risk"]
        assert isinstance(small, SmallPools)
        assert isinstance(planning, PlanningRule)
        assert isinstance(risk, RiskRule)
        classes = {name: one for name, one in sections.items() if isinstance(one, ClassRule)}
        return cls(small, planning, risk, classes)

    def sections(self) -> Sections:
        return {
            "small_pools": self.small_pools,
            "planning": self.planning,
            "risk": self.risk,
            **self.classes,
        }

    def of_class(self, kind: ItemKind, credit_class: str) -> ClassRule:
        """The rule of a class; one that no rule knows has no limits."""
        return self.classes.get(class_section(kind, credit_class), ClassRule(""))


def kind_of_items(kinds: Mapping[str, str], items: "list[str] | tuple[str, ...]") -> ItemKind:
    """重点 as soon as one of the items is: then nothing limits the share from above."""
    return ItemKind.KEY if any(kinds.get(item) == ItemKind.KEY for item in items) else ItemKind.GENERAL


def risk_score(rule: RiskRule, indicators: Mapping[str, int]) -> int | None:
    """0 to 100, rounded down; None without a single indicator that has a weight. A code counts in the group that its
    first three signs name; of a group the highest value counts, and a group without any counts as 0."""
    highest: dict[str, int] = {}
    for code, value in indicators.items():
        group = code[:3]
        if group in rule.weights:
            highest[group] = max(highest.get(group, 0), value)
    total = sum(rule.weights.values())
    if not highest or not total:
        return None
    return sum(rule.weights[group] * value for group, value in highest.items()) // total


def risk_level(rule: RiskRule, indicators: Mapping[str, int]) -> RiskLevel | None:
    """None where nothing is known."""
    score = risk_score(rule, indicators)
    if score is None:
        return None
    if score >= rule.high_from:
        return RiskLevel.HIGH
    return RiskLevel.MEDIUM if score >= rule.medium_from else RiskLevel.LOW


def effective_class(rule: RiskRule, credit_class: str, level: RiskLevel | None) -> str:
    """The class by which an object is drawn: that of the register, or worse where its risk says so."""
    steps = {RiskLevel.MEDIUM: rule.raise_medium, RiskLevel.HIGH: rule.raise_high}
    if level not in steps or credit_class not in CLASSES:
        return credit_class
    return CLASSES[min(CLASSES.index(credit_class) + steps[level], len(CLASSES) - 1)]


def lowest_cap(rule: ClassRule, yearly_cap: int) -> int:
    """The object's own cap, or that of its class where it is lower."""
    return yearly_cap if rule.visits is None else min(yearly_cap, rule.visits)


# --- Is a share within the rules? -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class ShareFinding:
    """The share of a stratum stands outside the rule of a class in it. `is_refused`: it may not be drawn so."""

    stratum: str
    credit_class: str
    kind: ItemKind
    is_above: bool
    is_refused: bool
    share: str
    """Per cent, such as `33.3%`."""
    limit: str
    basis: str


def check_share(
    rules: SupervisionRules, *, stratum: str, kind: ItemKind, classes: str, size: int, quota: int
) -> list[ShareFinding]:
    """Holds `quota` of `size` against the rule of every class that occurs in the stratum. What rounding up adds is
    never too much."""
    found = []
    for one in sorted(classes):
        rule = rules.of_class(kind, one)
        is_above = rule.most is not None and quota > _rounded_up(rule.most, size)
        is_below = rule.least is not None and quota < Fraction(rule.least) * size
        if not (is_above or is_below):
            continue
        limit = (rule.most if is_above else rule.least) or ""
        is_refused = is_above and size >= rules.small_pools.below
        found.append(
            ShareFinding(
                stratum=stratum,
                credit_class=one,
                kind=kind,
                is_above=is_above,
                is_refused=is_refused,
                share=per_cent(Fraction(quota, size)),
                limit=per_cent(Fraction(limit)),
                basis=rule.basis,
            )
        )
    return found


def _rounded_up(share: str, size: int) -> int:
    exact = Fraction(share) * size
    return -(-exact.numerator // exact.denominator)


def per_cent(share: Fraction) -> str:
    """`5%`, `33.3%`: one digit behind the point where it is needed."""
    return f"{float(share) * 100:.1f}".removesuffix(".0") + "%"


def per_cent_of(decimal: str) -> str:
    """`0.0525` as `5.25%`, exactly."""
    return f"{(Decimal(decimal) * 100).normalize():f}%"


# --- As a file ------------------------------------------------------------------------------------------------------


def as_toml(rules: SupervisionRules) -> str:
    """The rules as a file that can be changed and loaded again."""
    return "\n\n".join(_section(name, section) for name, section in rules.sections().items()) + "\n"


def _section(name: str, section: Section) -> str:
    lines = [f"[{name}]"]
    for key, value in vars(section).items():
        if value is None:
            continue
        if isinstance(value, Mapping):
            weights = ", ".join(f"{one} = {weight}" for one, weight in value.items())
            lines.append(f"{key} = {{ {weights} }}")
        else:
            lines.append(f"{key} = {value if isinstance(value, int) else quoted(value)}")
    return "\n".join(lines)
