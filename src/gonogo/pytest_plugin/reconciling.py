"""Two sets of rows that should say the same, matched by key: what does not agree, figures to the penny."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from gonogo.comparing.tables import read_money
from gonogo.pytest_plugin.errors import CannotCheckError

Row = Mapping[str, Any]

MISSING = "(not there)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """One thing on which the two disagree; `column` is empty for a row that only one of them has."""

    key: str
    column: str
    left: str
    right: str

    def __str__(self) -> str:
        about = f"{self.key}, {self.column}" if self.column else self.key
        return f"{about}: {self.left} against {self.right}"


class Discrepancies(list[Discrepancy]):
    """What was found; its text is what an assertion shows, so it names the first few and counts the rest."""

    def __init__(self, found: Iterable[Discrepancy], *, compared: int) -> None:
        """Hold them.

        Args:
            found: the discrepancies.
            compared: how many keys were looked at; none is no reconciliation.
        """
        super().__init__(found)
        self.compared = compared

    def __str__(self) -> str:
        shown = "; ".join(str(one) for one in self[:5])
        more = f"; and {len(self) - 5:,} more" if len(self) > 5 else ""
        return f"{len(self):,} of {self.compared:,} disagree: {shown}{more}" if self else "all agree"

    __repr__ = __str__


class Reconciliation:
    """Reconciles rows in memory, and files of any size through DuckDB."""

    def __call__(
        self,
        left: Iterable[Row],
        right: Iterable[Row],
        *,
        key: str | Sequence[str],
        columns: Sequence[str] | Mapping[str, str] = (),
    ) -> Discrepancies:
        """Match two sets of rows by key and compare columns exactly.

        Figures are compared as decimals: `Decimal("12.50")`, `"12.50"`, `"£12.50"` and `"£1,234.50"` as what
        they are worth, a credit (`£20.00 CR`) as less than zero. Binary floats are refused as inexact.

        Args:
            left: rows by column name.
            right: rows by column name.
            key: column or columns that identify a row, in both.
            columns: columns to compare, or left's names to right's; empty compares those both have.

        Raises:
            CannotCheckError: there are no rows at all, a key repeats, or a figure is a binary float.
        """
        keys = [key] if isinstance(key, str) else list(key)
        lefts, rights = _by_key(left, keys, "left"), _by_key(right, keys, "right")
        if not lefts and not rights:
            raise CannotCheckError("There are no rows on either side, so nothing was reconciled.")
        names = _columns(lefts, rights, columns, keys)
        found = []
        for identity in sorted({*lefts, *rights}):
            one, other = lefts.get(identity), rights.get(identity)
            name = ", ".join(identity)
            if one is None or other is None:
                sides = (MISSING, "there") if one is None else ("there", MISSING)
                found.append(Discrepancy(key=name, column="", left=sides[0], right=sides[1]))
                continue
            for ours, theirs in names.items():
                if worth(one[ours]) != worth(other[theirs]):
                    found.append(
                        Discrepancy(key=name, column=ours, left=str(one[ours]), right=str(other[theirs]))
                    )
        return Discrepancies(found, compared=len({*lefts, *rights}))

    def files(self, left: Path, right: Path, *, key: str, columns: Sequence[str]) -> Discrepancies:
        """The same for two CSV files of any size, worked out by DuckDB; figures as exact decimals.

        Raises:
            CannotCheckError: a file cannot be read, lacks a column, holds nothing, or repeats a key.
        """
        import duckdb

        try:
            with duckdb.connect(":memory:", config={"autoinstall_known_extensions": "false"}) as engine:
                return _in_duckdb(engine, left, right, key, columns)
        except duckdb.Error as error:
            raise CannotCheckError(f"The files cannot be reconciled: {str(error).splitlines()[0]}") from error


def worth(value: Any) -> Any:
    """What a value is compared by: a decimal for figures and money, else its text without blanks around.

    Raises:
        CannotCheckError: it is a binary float.
    """
    if isinstance(value, float):
        raise CannotCheckError(f"{value!r} is a binary float, which is not exact; use pence or a decimal.")
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | Decimal):
        return Decimal(value)
    written = str(value).strip()
    # A code such as 00417 is not a figure, though it looks like one.
    figure = None if re.match(r"-?0\d", written) else read_money(written)
    return written if figure is None else figure


def _by_key(rows: Iterable[Row], keys: list[str], side: str) -> dict[tuple[str, ...], Row]:
    found: dict[tuple[str, ...], Row] = {}
    for row in rows:
        missing = [name for name in keys if name not in row]
        if missing:
            raise CannotCheckError(
                f"The {side} rows have no column {missing[0]!r}; they have {', '.join(row)}."
            )
        identity = tuple(str(row[name]).strip() for name in keys)
        if identity in found:
            raise CannotCheckError(f"The {side} rows hold {', '.join(identity)} more than once.")
        found[identity] = row
    return found


def _columns(
    lefts: Mapping[Any, Row],
    rights: Mapping[Any, Row],
    columns: Sequence[str] | Mapping[str, str],
    keys: list[str],
) -> Mapping[str, str]:
    names = dict(columns) if isinstance(columns, Mapping) else {name: name for name in columns}
    if not lefts or not rights:
        return names
    left, right = next(iter(lefts.values())), next(iter(rights.values()))
    if not names:
        names = {name: name for name in left if name in right and name not in keys}
    for name, row, side in (
        *((n, left, "left") for n in names),
        *((n, right, "right") for n in names.values()),
    ):
        if name not in row:
            raise CannotCheckError(f"The {side} rows have no column {name!r}; they have {', '.join(row)}.")
    if not names:
        raise CannotCheckError("The two sides share no column besides the key, so nothing was compared.")
    return names


def _in_duckdb(engine: Any, left: Path, right: Path, key: str, columns: Sequence[str]) -> Discrepancies:
    for name, path in (("l", left), ("r", right)):
        engine.execute(
            f"create table {name} as select * from read_csv(?, all_varchar=true, header=true)",  # noqa: S608
            [str(path)],
        )
    identity = _quoted(key)
    for name in ("l", "r"):
        twice = engine.execute(
            f"select {identity} from {name} group by 1 having count(*) > 1 limit 1"  # noqa: S608
        ).fetchone()
        if twice:
            raise CannotCheckError(f"{key} {twice[0]} is there more than once.")
    compared = engine.execute(
        f"select count(*) from l full join r on l.{identity} = r.{identity}"  # noqa: S608
    ).fetchone()[0]
    if not compared:
        raise CannotCheckError("There are no rows on either side, so nothing was reconciled.")
    found = []
    for column in columns:
        name = _quoted(column)
        rows = engine.execute(_DISAGREEING.format(key=identity, column=name)).fetchall()
        found += [Discrepancy(key=k, column=column, left=a, right=b) for k, a, b in rows]
    only = engine.execute(_ONE_SIDED.format(key=identity)).fetchall()
    found += [Discrepancy(key=k, column="", left=a, right=b) for k, a, b in only]
    return Discrepancies(sorted(found, key=lambda one: (one.key, one.column)), compared=compared)


_DISAGREEING = """
select l.{key}, l.{column}, r.{column} from l join r on l.{key} = r.{key}
where coalesce(trim(l.{column}), '') is distinct from coalesce(trim(r.{column}), '')
and (try_cast(l.{column} as decimal(38, 10)) is null or try_cast(r.{column} as decimal(38, 10)) is null
     or try_cast(l.{column} as decimal(38, 10)) <> try_cast(r.{column} as decimal(38, 10)))
"""
_ONE_SIDED = """
select coalesce(l.{key}, r.{key}), case when l.{key} is null then '(not there)' else 'there' end,
       case when r.{key} is null then '(not there)' else 'there' end
from l full join r on l.{key} = r.{key} where l.{key} is null or r.{key} is null
"""


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def total(rows: Iterable[Row], column: str) -> Decimal:
    """The exact sum of a column of figures or money.

    Raises:
        CannotCheckError: a value is not a figure, or there are no rows.
    """
    values = [row[column] for row in rows]
    if not values:
        raise CannotCheckError(f"There are no rows to add {column} up from.")
    figures = [worth(value) for value in values]
    for value, figure in zip(values, figures, strict=True):
        if not isinstance(figure, Decimal):
            raise CannotCheckError(f"{column} holds {value!r}, which is not a figure.")
    return sum(figures, Decimal(0))
