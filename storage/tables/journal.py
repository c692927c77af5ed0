"""The chain over the journal, beside its lines: a line is written in the middle of its transaction and linked at the
end."""

from sqlmodel import Field, SQLModel


class JournalLink(SQLModel, table=True):
    """The place of one line in the chain and the hash there (`inspection.journal_chain`). It points at its line
    without a foreign key: a link outlives its line, so that a line that was taken away is missed."""

    __tablename__ = "journal_link"

    place: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    """Counted from 1 without a gap, in the order of commits, which is not that of the lines' ids."""
    line_id: int = Field(unique=True)
    hash: str = Field(max_length=64)
