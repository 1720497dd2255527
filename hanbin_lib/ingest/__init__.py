"""From a folder of exported files to an immutable snapshot; the only room that knows Excel."""

from hanbin_lib.ingest.importing import ImportResult, import_month
from hanbin_lib.ingest.quality import QualityReport

__all__ = ["ImportResult", "QualityReport", "import_month"]
