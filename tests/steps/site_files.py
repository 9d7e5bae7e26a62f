"""The test system's files: a workbook, a PDF, and its own folder with a database and a batch job."""

from __future__ import annotations

import io
import sqlite3
from contextlib import closing
from pathlib import Path

import xlsxwriter
from flask import Response

CHARGE = """
import sqlite3, sys
home, date = sys.argv[1:3]
if date == "bad":
    print("that is no date")
    sys.exit(3)
database = sqlite3.connect(home + "/parish.db")
database.execute("UPDATE account SET balance_pence = balance_pence + 100")
database.commit()
if date == "silent":
    sys.exit(0)
with open(home + "/charged-" + date + ".csv", "w") as file:
    file.write("Account,Charge\\nA1,1.00\\nA2,1.00\\nA3,1.00\\n")
print("count=3")
"""
"""A batch job: charges every account a pound; on some dates it goes wrong."""


def attachment(data: str | bytes, name: str) -> Response:
    """A download."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, mimetype="application/octet-stream", headers=headers)


def workbook() -> bytes:
    """A workbook of two sheets, with sums that floating point gets wrong."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    accounts = book.add_worksheet("Accounts")
    for number, row in enumerate([("Account", "Balance"), ("A1", 120.1), ("A2", 12.2), ("Both", 132.3)]):
        accounts.write_row(number, 0, row)
    summary = book.add_worksheet("Summary")
    summary.write_row(0, 0, ["Total"])
    summary.write_row(1, 0, [132.3])
    book.close()
    return buffer.getvalue()


def pdf() -> bytes:
    """The smallest PDF with a line of text in it."""
    text = "BT /F1 12 Tf 40 100 Td (Balance 12.50) Tj ET"
    fonts = "<< /Font << /F1 5 0 R >> >>"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources {fonts} >>",
        f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    data, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(data))
        data += f"{number} 0 obj\n{content}\nendobj\n"
    start = len(data)
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    data += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    return (
        data + f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    ).encode()


def make_home(folder: Path) -> Path:
    """The system's own folder: a database, and a batch job that charges every account."""
    folder.mkdir(parents=True)
    with closing(sqlite3.connect(folder / "parish.db")) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE account (reference TEXT, balance_pence INTEGER)")
        database.executemany(
            "INSERT INTO account VALUES (?, ?)", [("A1", 12000), ("A2", 1250), ("A3", -2000)]
        )
        database.commit()
    (folder / "charge.py").write_text(CHARGE, encoding="utf-8")
    return folder
