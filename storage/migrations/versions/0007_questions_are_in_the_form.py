"""The questions of a checklist stand in its form alone; lists that were loaded as rows become forms."""

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

Row = sa.Row[Any]
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_QUESTION = sa.table(
    "question",
    *(
        sa.column(name)
        for name in (
            "checklist_id", "checklist_version", "id", "number", "department", "text", "basis", "is_important",
            "wants_photo",
        )
    ),
)  # fmt: skip
_CHECKLIST = sa.table(
    "checklist", *(sa.column(name) for name in ("id", "version", "title", "digest", "xform"))
)
_HEAD = (
    '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"'
    ' xmlns:ssj="urn:shuangsuiji:checklist"><h:head><h:title>{title}</h:title><model><instance>'
    '<data id={id} version="{version}">{nodes}</data></instance><instance id="yes_no"><root>'
    "<item><name>yes</name><label>是</label></item><item><name>no</name><label>否</label></item>"
    "<item><name>na</name><label>不适用</label></item></root></instance>{binds}</model></h:head>"
    "<h:body>{controls}</h:body></h:html>"
)


def upgrade() -> None:
    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.add_column(sa.Column("form_values", _JSON, nullable=False, server_default="{}"))
    connection = op.get_bind()
    lists = connection.execute(sa.select(_CHECKLIST).where(_CHECKLIST.c.xform == "")).all()
    for one in lists:
        rows = connection.execute(
            sa.select(_QUESTION)
            .where(_QUESTION.c.checklist_id == one.id, _QUESTION.c.checklist_version == one.version)
            .order_by(_QUESTION.c.number)
        ).all()
        connection.execute(
            sa.update(_CHECKLIST)
            .where(_CHECKLIST.c.id == one.id, _CHECKLIST.c.version == one.version)
            .values(xform=_xform(one, rows))
        )
    op.drop_table("question")


def _xform(checklist: Row, rows: Sequence[Row]) -> str:
    """As `inspection.forms` reads it: 是/否/不适用 with a note for 否 and a photo where one was wanted. The ids of the
    questions stay, for answers hang on them."""
    return _HEAD.format(
        title=escape(checklist.title),
        id=quoteattr(checklist.id),
        version=checklist.version,
        nodes="".join(_nodes(row) for row in rows),
        binds="".join(_binds(row) for row in rows),
        controls="".join(_controls(row) for row in rows),
    )


def _nodes(row: Row) -> str:
    return f"<q{row.number}/><q{row.number}_note/>" + (f"<q{row.number}_photo/>" if row.wants_photo else "")


def _binds(row: Row) -> str:
    path = f"/data/q{row.number}"
    ours = f" ssj:department={quoteattr(row.department)} ssj:basis={quoteattr(row.basis)}"
    ours += ' ssj:important="yes"' if row.is_important else ""
    note = f'<bind nodeset="{path}_note" type="string" relevant="{path} = \'no\'" required="true()"{ours}/>'
    photo = (
        f'<bind nodeset="{path}_photo" type="binary" relevant="{path} != \'na\'" required="true()"{ours}/>'
    )
    return f'<bind nodeset="{path}" type="string" required="true()"{ours}/>{note}' + (
        photo if row.wants_photo else ""
    )


def _controls(row: Row) -> str:
    path = f"/data/q{row.number}"
    photo = (
        f'<upload ref="{path}_photo" mediatype="image/*"><label>照片</label></upload>'
        if row.wants_photo
        else ""
    )
    return (
        f'<select1 ref="{path}"><label>{escape(row.text)}</label><itemset nodeset="instance(\'yes_no\')/root/item">'
        '<value ref="name"/><label ref="label"/></itemset></select1>'
        f'<input ref="{path}_note"><label>备注</label></input>{photo}'
    )


def downgrade() -> None:
    """The table comes back empty: whoever goes back loads the checklists again."""
    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.drop_column("form_values")
    op.create_table(
        "question",
        sa.Column("checklist_id", sa.String(14), nullable=False),
        sa.Column("checklist_version", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(6), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("is_important", sa.Boolean(), nullable=False),
        sa.Column("wants_photo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("checklist_id", "checklist_version", "id", name="pk_question"),
    )
