"""Column kinds that every table shares: states stored by their value, lists and objects as JSON."""

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Enum
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}  # a migration can change only what has a name, and the same one on every database

Json = JSON().with_variant(JSONB(), "postgresql")


def state_column(states: type[StrEnum], *, index: bool = False) -> Any:
    """A state written as its value, checked by the database too; SQLModel's default would write the Python name."""
    return Field(
        sa_type=Enum(
            states,
            native_enum=False,
            create_constraint=True,
            length=20,
            values_callable=lambda members: [member.value for member in members],
        ),
        index=index,
    )


def json_list() -> Any:
    """A list of short texts that is only ever read and written whole."""
    return Field(default_factory=list, sa_type=Json)


def json_object() -> Any:
    """A small object that is only ever read and written whole."""
    return Field(default_factory=dict, sa_type=Json)
