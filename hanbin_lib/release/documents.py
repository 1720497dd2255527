"""A published document, read back from its notebook."""

import nbformat

from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.months import Month
from hanbin_lib.release.publication import Published
from hanbin_lib.rendering import Content, content_of
from hanbin_lib.workspace import Workspace


def published_document(workspace: Workspace, month: Month, code: str) -> tuple[str, Content]:
    """Name (``610902110_流水镇``) and content of a place's published bulletin.

    Raises
    ------
    HanbinError
        ``HB-REL-008`` it has not been published, or is packed.
    """
    published = Published.read(workspace, month)
    found = sorted(published.folder.glob(f"{code}_*.ipynb")) if published else []
    if not found:
        raise HanbinError(
            "HB-REL-008",
            f"没有已发布的{month.label} {code} 的月报",
            action=f"先运行 hanbin bulletin {month}；打包的旧月份先用 hanbin unpack 取回",
            exit_code=ExitCode.INPUT_INVALID,
        )
    return found[0].stem, content_of(nbformat.read(found[0], 4))
