"""Tables: columns that went, came or were renamed; rows by key or as whole rows; figures to the penny."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from gonogo.comparing.change import SAME, SnapshotChange, cap, counted, quote
from gonogo.comparing.table_values import Table, normal_row, normal_value, read_money, read_table
from gonogo.model.errors import EvidenceError

__all__ = ["compare_tables", "paired_rows", "read_money", "unmatched_rows"]

RENAME_SHARE = 0.9
"""Share of equal values from which a column of another name counts as the same column renamed."""

PAIRING_LIMIT = 400
"""Unmatched rows up to which each is paired with the most similar one, to say what changed in it."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found in the rows: sentences (worst first), and how many rows they are about."""

    sentences: list[str]
    row_count: int
    changed_columns: Counter[str]


def compare_tables(
    baseline: bytes,
    candidate: bytes,
    *,
    row_key: tuple[str, ...] = (),
    volatile: tuple[str, ...] = (),
) -> SnapshotChange:
    """Compare two tables stored as CSV.

    The order of rows and of columns does not matter (columns in another order are told). Values are compared
    as text, and plain numbers by their exact value, so `120.0` is `120.00` but `£120` is not `£120.00`.

    Args:
        baseline: the table on the version in use.
        candidate: the table on the upgrade.
        row_key: columns that identify a row; empty compares whole rows.
        volatile: names of columns that may differ.
    """
    try:
        before, after = read_table(baseline), read_table(candidate, side="candidate")
    except EvidenceError as error:
        return SnapshotChange(is_different=True, summary=error.message, share=1.0)
    renamed = _renames(before, after, row_key)
    after = Table(tuple(renamed.get(name, name) for name in after.columns), after.rows)
    sentences = [f"column '{old}' is now called '{new}'" for new, old in renamed.items()]
    sentences += [f"column '{name}' is missing" for name in before.columns if name not in after.columns]
    sentences += [f"column '{name}' is new" for name in after.columns if name not in before.columns]
    shared = [name for name in before.columns if name in after.columns and name not in volatile]
    found = _rows(before, after, shared, row_key)
    sentences += found.sentences
    if not sentences:
        return _cosmetic(before, after)
    more = f"; and {counted(len(sentences) - 1, 'more difference')}" if len(sentences) > 1 else ""
    detail = [*_totals(before, after, found.changed_columns), *sentences[:200]]
    if len(before.rows) != len(after.rows):
        detail.insert(
            0, f"{counted(len(after.rows), 'row')} on the candidate, {len(before.rows):,} on the baseline"
        )
    rows = max(len(before.rows), len(after.rows), 1)
    is_shape = len(sentences) > len(found.sentences)
    return SnapshotChange(
        is_different=True,
        summary=sentences[0] + more,
        detail=cap("\n".join(detail)),
        share=1.0 if is_shape else min(1.0, found.row_count / rows),
    )


def _cosmetic(before: Table, after: Table) -> SnapshotChange:
    if before.columns != after.columns:
        return SnapshotChange(is_different=False, summary="the columns come in another order")
    return SAME


def _renames(before: Table, after: Table, row_key: tuple[str, ...]) -> Mapping[str, str]:
    """Columns of the candidate that hold what a missing column of the baseline held: new name → old name."""
    gone = [name for name in before.columns if name not in after.columns]
    come = [name for name in after.columns if name not in before.columns]
    renamed: dict[str, str] = {}
    for old in gone:
        for new in come:
            if new not in renamed and _is_same_column(before, old, after, new, row_key):
                renamed[new] = old
                break
    return renamed


def _is_same_column(before: Table, old: str, after: Table, new: str, row_key: tuple[str, ...]) -> bool:
    if not before.rows and not after.rows:
        return before.columns.index(old) == after.columns.index(new)
    keys = [name for name in row_key if name in before.columns and name in after.columns]
    if len(set(before.project([old]))) < 2 and before.columns.index(old) != after.columns.index(new):
        return False  # a column of one value says nothing; only its place could
    left = Counter(before.project([*keys, old]))
    right = Counter(after.project([*keys, new]))
    return (left & right).total() >= RENAME_SHARE * max(left.total(), right.total())


def _rows(before: Table, after: Table, shared: Sequence[str], row_key: tuple[str, ...]) -> _Found:
    old, new = before.project(shared), after.project(shared)
    keys = [shared.index(name) for name in row_key if name in shared]
    if keys and len(keys) == len(row_key):
        return _by_key(old, new, shared, keys)
    return _by_whole_row(old, new, shared)


def _by_key(
    old: Sequence[tuple[str, ...]], new: Sequence[tuple[str, ...]], shared: Sequence[str], keys: Sequence[int]
) -> _Found:
    left, right = _grouped(old, keys), _grouped(new, keys)
    missing, changed = [], []
    columns: Counter[str] = Counter()
    count = 0
    for key, rows in left.items():
        others = right.get(key, [])
        name = "row " + quote(", ".join(key))
        if not others:
            missing.append(f"{name} is missing")
            count += len(rows)
            continue
        gone, come = unmatched_rows(rows, others)
        for one, other in zip(gone, come, strict=False):
            changed.append(f"{name}: {_changes(one, other, shared, columns)}")
        if len(rows) != len(others):
            changed.append(f"{name} is there {counted(len(others), 'time')}, not {len(rows):,}")
        count += max(len(gone), len(come))
    added = [f"row {quote(', '.join(key))} is new" for key in right if key not in left]
    return _Found(_gather(changed, missing, added), count + len(added), columns)


def _grouped(
    rows: Sequence[tuple[str, ...]], keys: Sequence[int]
) -> dict[tuple[str, ...], list[tuple[str, ...]]]:
    groups: dict[tuple[str, ...], list[tuple[str, ...]]] = defaultdict(list)
    for row in rows:
        groups[tuple(row[place] for place in keys)].append(row)
    return groups


def unmatched_rows(
    old: Iterable[tuple[str, ...]], new: Iterable[tuple[str, ...]]
) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Rows of either side without an equal one on the other; numbers are equal by value."""
    left, right = list(old), list(new)
    if left == right:
        return [], []
    gone, come = Counter(map(normal_row, left)), Counter(map(normal_row, right))
    missing, extra = gone - come, come - gone
    return _taken(left, missing), _taken(right, extra)


def _taken(rows: list[tuple[str, ...]], wanted: Counter[tuple[str, ...]]) -> list[tuple[str, ...]]:
    taken = []
    for row in rows:
        normal = normal_row(row)
        if wanted[normal] > 0:
            wanted[normal] -= 1
            taken.append(row)
    return taken


def _by_whole_row(
    old: Sequence[tuple[str, ...]], new: Sequence[tuple[str, ...]], shared: Sequence[str]
) -> _Found:
    gone, come = unmatched_rows(old, new)
    columns: Counter[str] = Counter()
    changed = []
    if 0 < len(gone) <= PAIRING_LIMIT and 0 < len(come) <= PAIRING_LIMIT:
        gone, come, pairs = paired_rows(gone, come)
        changed = [f"row {_named(one)}: {_changes(one, other, shared, columns)}" for one, other in pairs]
    missing = [f"row {_named(row)} is missing" for row in gone]
    added = [f"row {_named(row)} is new" for row in come]
    return _Found(_gather(changed, missing, added), len(changed) + len(missing) + len(added), columns)


def _named(row: tuple[str, ...]) -> str:
    return quote(" | ".join(value for value in row[:4] if value))


def paired_rows(
    gone: list[tuple[str, ...]], come: list[tuple[str, ...]]
) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]], list[tuple[tuple[str, ...], tuple[str, ...]]]]:
    """Pair rows that agree in at least half of their values; what is left over went or came."""
    pairs, left, remaining = [], [], list(come)
    for row in gone:
        alike = [sum(a == b for a, b in zip(row, other, strict=True)) for other in remaining]
        best = max(range(len(alike)), key=alike.__getitem__, default=-1)
        if best >= 0 and alike[best] * 2 >= len(row):
            pairs.append((row, remaining.pop(best)))
        else:
            left.append(row)
    return left, remaining, pairs


def _changes(old: tuple[str, ...], new: tuple[str, ...], shared: Sequence[str], columns: Counter[str]) -> str:
    told = []
    for name, before, after in zip(shared, old, new, strict=True):
        if normal_value(before) != normal_value(after):
            columns[name] += 1
            was, now = (before, after) if before.split() != after.split() else (repr(before), repr(after))
            told.append(f"{name} {quote(was) or 'empty'} became {quote(now) or 'empty'}")
    return ", ".join(told)


def _gather(changed: list[str], missing: list[str], added: list[str]) -> list[str]:
    """Rows that are gone come first; many of a kind are counted before they are listed."""
    sentences = []
    for found, word in ((missing, "missing"), (changed, "different"), (added, "new")):
        if len(found) > 3:
            sentences.append(f"{len(found):,} rows are {word}")
        sentences += found
    return sentences


def _totals(before: Table, after: Table, columns: Counter[str]) -> list[str]:
    """For changed columns that hold money or numbers throughout: what the sum was and is."""
    lines = []
    for name in columns:
        was, now = _sum(before, name), _sum(after, name)
        if was is not None and now is not None and was != now:
            lines.append(f"total of {name}: {was:,} became {now:,} ({now - was:+,})")
    return lines


def _sum(table: Table, name: str) -> Decimal | None:
    total = Decimal(0)
    for (value,) in table.project([name]):
        number = read_money(value) if value else Decimal(0)
        if number is None:
            return None
        total += number
    return total
