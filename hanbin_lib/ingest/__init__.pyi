from hanbin_lib.ingest.importing import ImportResult, import_month
from hanbin_lib.ingest.quality import QualityReport, join_lines, receipt_line

__all__ = ["ImportResult", "QualityReport", "import_month", "join_lines", "receipt_line"]
