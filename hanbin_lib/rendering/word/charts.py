"""Charts that Word draws and edits, each with the workbook of its numbers: the slides' own, smaller."""

from typing import Any

from docx.document import Document as WordDocument
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm

from hanbin_lib.display import ChartData
from hanbin_lib.rendering.native_charts import chart_files

_TYPE_SIZE = 9  # points
_CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"


def native_chart(document: WordDocument, data: ChartData, width_mm: float, height_mm: float) -> Any:
    """``w:drawing`` of a chart, whose parts the document has from now on."""
    part, package = document.part, document.part.package
    drawn, numbers = chart_files(data, _TYPE_SIZE)
    name = package.next_partname("/word/charts/chart%d.xml")
    chart = Part(name, CONTENT_TYPE.DML_CHART, drawn, package)
    key = part.relate_to(chart, RELATIONSHIP_TYPE.CHART)
    name = package.next_partname("/word/embeddings/Microsoft_Excel_Sheet%d.xlsx")
    chart.relate_to(Part(name, CONTENT_TYPE.SML_SHEET, numbers, package), RELATIONSHIP_TYPE.PACKAGE)
    return parse_xml(
        f'<w:drawing {nsdecls("w", "wp", "a", "r")}><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{Mm(width_mm)}" cy="{Mm(height_mm)}"/><wp:docPr id="{part.next_id}" name=""/>'
        f'<wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri="{_CHART}">'
        f'<c:chart xmlns:c="{_CHART}" r:id="{key}"/></a:graphicData></a:graphic></wp:inline></w:drawing>'
    )
