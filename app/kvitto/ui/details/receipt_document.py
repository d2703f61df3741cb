"""A receipt as text, and as a document of one page that can be printed."""

from html import escape
from typing import Final

from PySide6.QtCore import QBuffer, QCoreApplication, QIODevice, QMarginsF, QSizeF
from PySide6.QtGui import (
    QFont,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPdfWriter,
    QTextDocument,
)

from kvitto.core.invisible import plain_line
from kvitto.core.shares import split_percent
from kvitto.core.status import Result
from kvitto.ui.details.receipt import Receipt
from kvitto.ui.text import formatting
from kvitto.ui.widgets.theme import LIGHT

_LETTERS: Final = 10
_LEAST_LETTERS: Final = 5
"""Letters on paper, in points."""
_MARGIN_MM: Final = 18.0
_RESOLUTION: Final = 300
_TRACK: Final = "#E4E7EA"


def to_text(receipt: Receipt) -> str:
    """Return a receipt as plain text, for a mail."""
    lines = [receipt.name, _id_text(receipt), "", receipt.sentence]
    if receipt.warning:
        lines.append(receipt.warning)
    if receipt.failures:
        lines += ["", _failures_heading()]
        for one in receipt.failures:
            facts = " · ".join(part for part in (one.number, one.share, one.cost) if part)
            lines += [f"  {one.title}: {facts}", f"    {one.advice}"]
    for section in receipt.sections:
        if section.rows:
            lines += ["", section.heading, *(f"  {name}: {value}" for name, value in section.rows)]
    lines += ["", _foot(receipt)]
    return "\n".join(lines).replace("\N{NO-BREAK SPACE}", " ")


def to_document(receipt: Receipt, size: int = _LETTERS) -> QTextDocument:
    """Return a receipt as a document: in the colours of paper, whatever the window's theme.

    Args:
        receipt: what it says.
        size: of its letters, in the unit in which its page is measured.
    """
    document = QTextDocument()
    font = QFont()
    font.setPixelSize(size)
    document.setDefaultFont(font)
    document.setDocumentMargin(0)
    document.setHtml(_html(receipt))
    return document


def print_to(device: QPagedPaintDevice, receipt: Receipt) -> None:
    """Print a receipt on one page: in smaller letters where it would take more."""
    room = device.pageLayout().paintRect(QPageLayout.Unit.Point).size()
    for size in range(_LETTERS, _LEAST_LETTERS - 1, -1):
        document = to_document(receipt, size)
        document.setPageSize(QSizeF(room))
        if document.pageCount() == 1 or size == _LEAST_LETTERS:
            document.print_(device)
            return


def pdf_of(receipt: Receipt) -> bytes:
    """Return a receipt as a PDF file of one page."""
    kept = QBuffer()
    kept.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(kept)
    writer.setResolution(_RESOLUTION)
    writer.setTitle(receipt.name)
    writer.setCreator("Kvitto")
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
    print_to(writer, receipt)
    del writer  # writes its end
    return bytes(kept.data().data())


def _failures_heading() -> str:
    return QCoreApplication.translate("Receipt", "What did not arrive")


def _id_text(receipt: Receipt) -> str:
    return QCoreApplication.translate("Receipt", "Batch {id}").format(
        id=plain_line(receipt.batch_id)
    )


def _foot(receipt: Receipt) -> str:
    return QCoreApplication.translate("Receipt", "As of {time} · Kvitto").format(time=receipt.as_of)


def _html(receipt: Receipt) -> str:
    parts = [
        f"<h2>{escape(receipt.name)}</h2>",
        f"<p style='color:#57606A'>{escape(_id_text(receipt))}</p>",
        f"<p><b>{escape(receipt.sentence)}</b></p>",
    ]
    if receipt.warning:
        parts.append(f"<p>{escape(receipt.warning)}</p>")
    parts.append(_bar_html(receipt))
    if receipt.failures:
        parts.append(f"<h3>{escape(_failures_heading())}</h3>")
        parts.append("<table width='100%' cellpadding='2' cellspacing='0'>")
        for one in receipt.failures:
            ink = LIGHT.results[one.result].text.name()
            cells = (one.number, one.share, one.cost)
            parts.append(f"<tr><td><b style='color:{ink}'>{escape(one.title)}</b></td>")
            parts += [f"<td align='right'>{escape(cell)}</td>" for cell in cells]
            parts.append(f"</tr><tr><td colspan='4'>{escape(one.advice)}</td></tr>")
        parts.append("</table>")
    for section in receipt.sections:
        if not section.rows:
            continue
        parts.append(f"<h3>{escape(section.heading)}</h3>")
        parts.append("<table width='100%' cellpadding='2' cellspacing='0'>")
        parts += [
            f"<tr><td width='32%' style='color:#57606A'>{escape(name)}</td>"
            f"<td>{escape(value)}</td></tr>"
            for name, value in section.rows
        ]
        parts.append("</table>")
    parts.append(f"<p style='color:#57606A'>{escape(_foot(receipt))}</p>")
    return "".join(parts)


def _bar_html(receipt: Receipt) -> str:
    """Return the bar and what its colours mean; no colour is alone."""
    counted = [(one, receipt.results[one]) for one in Result if receipt.results.get(one)]
    unseen = receipt.whole - sum(count for _, count in counted)
    if not counted:
        return ""
    inks = [LIGHT.results[one].text.name() for one, _ in counted]
    counts = [count for _, count in counted]
    if unseen > 0:
        inks, counts = [*inks, _TRACK], [*counts, unseen]
    cells = [
        f"<td width='{max(1, part)}%' bgcolor='{ink}'>&nbsp;</td>"
        for ink, part in zip(inks, split_percent(counts), strict=True)
    ]
    words = " · ".join(
        f"<span style='color:{LIGHT.results[one].text.name()}'>"
        f"{escape(formatting.result_word(one))} {escape(formatting.number(count))}</span>"
        for one, count in counted
    )
    row = "".join(cells)
    return (
        f"<table width='100%' cellpadding='0' cellspacing='0'><tr>{row}</tr></table><p>{words}</p>"
    )
