"""A row in every table, made from the schema itself: a new table or column cannot be forgotten."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    MetaData,
    Table,
    Time,
    insert,
)

PHONES = {"phone", "from_phone", "to_phone"}
Examples = Mapping[str, Any]
"""Values for columns that take no other, by `table.column` or `column`."""


@dataclass
class Filler:
    """Fills the tables of one family; each text in them is a mark of its own, such as `A17`."""

    mark: str
    phone: str
    when: datetime
    examples: Examples = field(default_factory=dict)
    made: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The row in each table."""
    marks: int = 0

    def fill(self, connection: Connection, metadata: MetaData) -> None:
        """Put a row into every table that has none of ours."""
        for table in metadata.sorted_tables:
            if table.name not in self.made:
                self.put(connection, table)

    def put(self, connection: Connection, table: Table) -> None:
        """Put a row into this table; those it refers to have theirs."""
        numbered = table.autoincrement_column
        values = {
            column.name: self._value(table, column)
            for column in table.columns
            if column is not numbered or f"{table.name}.{column.name}" in self.examples
        }
        put = insert(table).values(**values).returning(*table.columns)
        self.made[table.name] = dict(connection.execute(put).one()._mapping)

    def _value(self, table: Table, column: Column[Any]) -> Any:
        for name in (f"{table.name}.{column.name}", column.name):
            if name in self.examples:
                return self.examples[name]
        for key in column.foreign_keys:
            parent = self.made.get(key.column.table.name)  # none: it refers to its own table
            return parent[key.column.name] if parent else None
        if column.name in PHONES:
            return self.phone
        if column.primary_key and isinstance(column.type, Date):
            return self.when.date() + timedelta(days=ord(self.mark))  # of which there is one row
        return self._of_kind(column)

    def _of_kind(self, column: Column[Any]) -> Any:
        plain: tuple[tuple[type, Any], ...] = (
            (Boolean, False),
            (Integer, 1),
            (Float, 0.5),
            (DateTime, self.when),
            (Date, self.when.date()),
            (Time, time(10)),
        )
        kind = getattr(column.type, "impl", column.type)
        for one, value in plain:
            if isinstance(kind, one):
                return value
        self.marks += 1
        mark = f"{self.mark}{self.marks}"
        return [mark] if isinstance(kind, JSON) else mark


def texts(value: Any) -> list[str]:
    """Every text in a cell, however deep in its JSON."""
    if isinstance(value, Mapping):
        return [text for one in value.values() for text in texts(one)]
    if isinstance(value, list | tuple):
        return [text for one in value for text in texts(one)]
    return [value] if isinstance(value, str) else []
