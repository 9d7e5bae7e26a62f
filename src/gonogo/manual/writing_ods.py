"""The workbook as ODS, for LibreOffice and other free office programs.

An ODS file is a zip of four small XML files; they are written here, because no library that writes them is
both kept up and able to protect cells and offer lists.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from gonogo.manual.defusing import to_cell
from gonogo.manual.layout import (
    COLUMNS,
    FILLED_IN,
    HIDDEN,
    READ_ME,
    RESULT_WORDS,
    STEPS,
    WIDTHS,
    Column,
    Note,
    read_me,
    step_rows,
)
from gonogo.manual.records import Build, Script

_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_CM_PER_CHARACTER = 0.24

_NAMES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"), ("style", "style"), ("text", "text"), ("table", "table"), ("meta", "meta"),
        ("config", "config"), ("fo", "xsl-fo-compatible"), ("manifest", "manifest"), ("number", "datastyle"),
    )
) + "".join(
    f' xmlns:{prefix}="{address}"'
    for prefix, address in (
        ("dc", "http://purl.org/dc/elements/1.1/"),
        ("of", "urn:oasis:names:tc:opendocument:xmlns:of:1.2"),
        ("ooo", "http://openoffice.org/2004/office"),
    )
)  # fmt: skip


def write_ods(build: Build, scripts: tuple[Script, ...], prepared_at: str) -> bytes:
    """The whole file. Same scripts and moment, same bytes.

    Args:
        prepared_at: ISO moment; it stands in the workbook and is its creation date.
    """
    moment = datetime.fromisoformat(prepared_at)
    when = (max(1980, moment.year), moment.month, moment.day, moment.hour, moment.minute, moment.second)
    title = to_cell(f"Manual tests of {build.name}")
    content = "".join(_content(build, scripts, prepared_at))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in (
            ("mimetype", _TYPE),
            ("META-INF/manifest.xml", _manifest()),
            ("meta.xml", _meta(title, prepared_at)),
            ("settings.xml", _settings()),
            ("content.xml", content),
        ):
            entry = zipfile.ZipInfo(name, when)
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            package.writestr(entry, text.encode())
    return buffer.getvalue()


def _content(build: Build, scripts: tuple[Script, ...], prepared_at: str) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMES} office:version="1.3">'
    yield from _styles()
    yield "<office:body><office:spreadsheet>" + _list_of_results()
    yield from _read_me(read_me(build, scripts, prepared_at))
    yield from _steps(scripts)
    end = f"$'{STEPS}'.$A$1:.${chr(ord('A') + len(COLUMNS) - 1)}$1048576"
    yield (
        '<table:named-expressions/><table:database-ranges><table:database-range table:name="Steps_table" '
        f'table:target-range-address={quoteattr(end.lstrip("$"))} table:display-filter-buttons="true"/>'
        "</table:database-ranges></office:spreadsheet></office:body></office:document-content>"
    )


def _styles() -> Iterator[str]:
    yield "<office:automatic-styles>"
    yield '<number:text-style style:name="N1"><number:text-content/></number:text-style>'
    yield _column_style("r0", 44) + _column_style("r1", 46)
    for place, column in enumerate(COLUMNS):
        yield _column_style(f"c{place}", WIDTHS[column])
    box = 'fo:border="0.5pt solid #767676" fo:wrap-option="wrap" style:vertical-align="top"'
    bold = 'fo:font-weight="bold"'
    yield _cell_style("text", box, protect=True)
    yield _cell_style("filled", f'{box} fo:background-color="#FFFDE7"', protect=False)
    yield _cell_style("plain", "", protect=True)
    yield _cell_style("label", "", protect=True, text=bold)
    yield _cell_style("heading", "", protect=True, text=bold, size=16)
    white = f'{bold} fo:color="#FFFFFF"'
    yield _cell_style("head", f'{box} fo:background-color="#1D3557"', protect=True, text=white)
    yield (
        '<style:style style:name="ta" style:family="table">'
        '<style:table-properties table:display="true"/></style:style></office:automatic-styles>'
    )


def _column_style(name: str, characters: int) -> str:
    return (
        f'<style:style style:name="{name}" style:family="table-column"><style:table-column-properties '
        f'style:column-width="{characters * _CM_PER_CHARACTER:.2f}cm"/></style:style>'
    )


def _cell_style(name: str, properties: str, *, protect: bool, text: str = "", size: int = 12) -> str:
    return (
        f'<style:style style:name="{name}" style:family="table-cell" style:data-style-name="N1">'
        f'<style:table-cell-properties {properties} style:cell-protect="{"protected" if protect else "none"}"/>'
        f'<style:text-properties fo:font-size="{size}pt" {text}/></style:style>'
    )


def _list_of_results() -> str:
    words = ";".join(f'"{word}"' for word in RESULT_WORDS.values())
    condition = quoteattr(f"of:cell-content-is-in-list({words})")
    return (
        '<table:content-validations><table:content-validation table:name="results" '
        f'table:condition={condition} table:allow-empty-cell="true" table:display-list="unsorted" '
        f"table:base-cell-address=\"'{STEPS}'.A1\">"
        '<table:help-message table:title="Result" table:display="true">'
        "<text:p>Pass, Fail or Blocked. Leave empty what you did not do.</text:p></table:help-message>"
        '<table:error-message table:message-type="stop" table:title="Not a result" table:display="true">'
        "<text:p>Choose Pass, Fail or Blocked, or leave the cell empty.</text:p></table:error-message>"
        "</table:content-validation></table:content-validations>"
    )


def _read_me(notes: tuple[Note, ...]) -> Iterator[str]:
    yield _open_table(READ_ME)
    yield '<table:table-column table:style-name="r0"/><table:table-column table:style-name="r1"/>'
    for note in notes:
        is_pair = bool(note.value) or note.is_filled_in
        kind = "heading" if note.is_heading else ("label" if is_pair else "plain")
        yield "<table:table-row>" + _cell(note.text, kind)
        if is_pair:
            yield _cell(note.value, "filled" if note.is_filled_in else "text")
        yield "</table:table-row>"
    yield "</table:table>"


def _steps(scripts: tuple[Script, ...]) -> Iterator[str]:
    yield _open_table(STEPS)
    for place, column in enumerate(COLUMNS):
        hidden = ' table:visibility="collapse"' if column in HIDDEN else ""
        yield f'<table:table-column table:style-name="c{place}"{hidden}/>'
    yield "<table:table-header-rows><table:table-row>"
    yield "".join(_cell(column.value, "head") for column in COLUMNS)
    yield "</table:table-row></table:table-header-rows>"
    for cells in step_rows(scripts):
        yield "<table:table-row>"
        for column, text in zip(COLUMNS, cells, strict=True):
            is_result = column is Column.RESULT
            yield _cell(text, "filled" if column in FILLED_IN else "text", is_result=is_result)
        yield "</table:table-row>"
    yield "</table:table>"


def _open_table(name: str) -> str:
    return f'<table:table table:name="{name}" table:style-name="ta" table:protected="true">'


def _cell(text: str, style: str, *, is_result: bool = False) -> str:
    valid = ' table:content-validation-name="results"' if is_result else ""
    safe = to_cell(text)
    if not safe:
        return f'<table:table-cell table:style-name="{style}"{valid}/>'
    paragraphs = "".join(f"<text:p>{_spaced(line)}</text:p>" for line in safe.split("\n"))
    return (
        f'<table:table-cell table:style-name="{style}"{valid} office:value-type="string">'
        f"{paragraphs}</table:table-cell>"
    )


def _spaced(line: str) -> str:
    """A line whose tabs survive: XML readers of text fold white space."""
    return escape(line).replace("\t", "<text:tab/>")


def _manifest() -> str:
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>'
        for path, kind in (("/", _TYPE), *((f"{n}.xml", "text/xml") for n in ("content", "meta", "settings")))
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><manifest:manifest {_NAMES} manifest:version="1.3">'
        f"{entries}</manifest:manifest>"
    )


def _meta(title: str, prepared_at: str) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-meta {_NAMES} office:version="1.3"><office:meta>'
        f"<dc:title>{escape(title)}</dc:title><dc:language>en-GB</dc:language>"
        f"<meta:creation-date>{escape(prepared_at)}</meta:creation-date><meta:generator>gonogo</meta:generator>"
        "</office:meta></office:document-meta>"
    )


def _settings() -> str:
    """Freezes the header row and the column of ids of the second sheet."""

    def item(name: str, kind: str, value: object) -> str:
        return f'<config:config-item config:name="{name}" config:type="{kind}">{value}</config:config-item>'

    frozen = "".join(
        (
            item("HorizontalSplitMode", "short", 2),
            item("VerticalSplitMode", "short", 2),
            item("HorizontalSplitPosition", "int", 1),
            item("VerticalSplitPosition", "int", 1),
            item("ActiveSplitRange", "short", 3),
            item("PositionRight", "int", 1),
            item("PositionBottom", "int", 1),
        )
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-settings {_NAMES} office:version="1.3">'
        '<office:settings><config:config-item-set config:name="ooo:view-settings">'
        '<config:config-item-map-indexed config:name="Views"><config:config-item-map-entry>'
        f"{item('ViewId', 'string', 'view1')}"
        '<config:config-item-map-named config:name="Tables">'
        f'<config:config-item-map-entry config:name="{STEPS}">{frozen}</config:config-item-map-entry>'
        f"</config:config-item-map-named>{item('ActiveTable', 'string', READ_ME)}"
        "</config:config-item-map-entry></config:config-item-map-indexed></config:config-item-set>"
        "</office:settings></office:document-settings>"
    )
