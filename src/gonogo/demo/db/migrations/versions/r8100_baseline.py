"""The schema of release 8.1."""

from __future__ import annotations

from alembic import op

from gonogo.demo.db.schema_8100 import create_schema

revision = "8100"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates every table of 8.1."""
    create_schema(op.get_bind())
