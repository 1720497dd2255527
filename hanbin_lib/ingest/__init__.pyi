from hanbin_lib.ingest.importing import ImportResult, import_month
from hanbin_lib.ingest.quality import QualityReport

__all__ = ["ImportResult", "QualityReport", "import_month"]
