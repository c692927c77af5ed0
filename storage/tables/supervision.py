"""差异化监管: the rules of ratio and frequency in their versions, and the risk indicators of each object."""

from datetime import date, datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel


class SupervisionRuleVersion(SQLModel, table=True):
    """监管规则 in one version, all rules of it; the newest one holds from when it was loaded."""

    __tablename__ = "supervision_rule_version"

    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    rules: str = Field(sa_type=Text)
    """TOML, as `inspection.supervision.reading` reads it."""
    digest: str
    """SHA-256 of the rules: loading the same twice makes no new version."""
    loaded_at: datetime


class RiskIndicator(SQLModel, table=True):
    """风险指标: what one source says of one object under one code, R01 to R05 and below, such as R0305."""

    __tablename__ = "risk_indicator"

    object_id: str = Field(primary_key=True, foreign_key="registered_object.id", max_length=14)
    code: str = Field(primary_key=True, max_length=8)
    value: int
    """0 (no risk) to 100."""
    assessed_on: date | None = None
    source: str = ""
