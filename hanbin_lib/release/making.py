"""Making one document, in a worker process: run the notebook, export it, move it in place."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from hanbin_lib.bulletin import NOTEBOOK_PARAMETERS
from hanbin_lib.files import write_atomically
from hanbin_lib.locks import folder_prefix
from hanbin_lib.params import Typography
from hanbin_lib.release.notebooks import run_notebook
from hanbin_lib.release.plan import Document
from hanbin_lib.rendering import FORMATS, content_of
from hanbin_lib.workspace import BATCH_VARIABLE, ENVIRONMENT_VARIABLE

# Two documents at a time share the cores: native pools of more threads only get in the way
# (measured: one statsmodels fit takes ten times as long with default OpenBLAS threads).
_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def worker_environment(root: Path) -> dict[str, str]:
    """What the kernels of a worker inherit; threads that were set from outside stay."""
    fixed = {ENVIRONMENT_VARIABLE: str(root), BATCH_VARIABLE: "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    usual = {"MPLBACKEND": "agg", **dict.fromkeys(_ONE_THREAD, "1")}
    return fixed | {name: os.environ.get(name, value) for name, value in usual.items()}


def prepare_worker(root: Path, log: Path) -> None:
    """Set what the kernels of this worker inherit; what they say goes to the log file."""
    log.parent.mkdir(parents=True, exist_ok=True)
    stream = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(stream, 1)
    os.dup2(stream, 2)
    os.close(stream)
    os.environ |= worker_environment(root)


def make_document(document: Document, staging: Path, typography: Typography, *, alone: bool = False) -> None:
    """Run the document's notebook and put its files into `staging`.

    Nothing appears in `staging` before all of them are made.

    Parameters
    ----------
    alone
        Whether this process makes this document and ends (see `notebooks.run_notebook`).
    """
    model = NOTEBOOK_PARAMETERS[document.notebook.stem]
    with TemporaryDirectory(prefix=folder_prefix("made")) as folder:
        output = Path(folder) / "executed.ipynb"
        executed = run_notebook(document.notebook, output, document.parameters, model, alone=alone)
    content = content_of(executed)
    # The look at the results needs the notebook, also where it is not published.
    wanted = [
        *document.formats,
        *(form for form in FORMATS if not (form.is_public or form in document.formats)),
    ]
    made = {form.ending: form.write(content, typography) for form in wanted}
    for ending, file in made.items():
        write_atomically(staging / f"{document.name}{ending}", file)
