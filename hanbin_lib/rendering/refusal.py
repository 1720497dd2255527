"""Refusing one of the office's own documents with all that is wrong with it."""

from collections.abc import Sequence

from hanbin_lib.errors import ExitCode, HanbinError


def refuse(what: str, faults: Sequence[str], action: str) -> None:
    """Raise ``HB-TYP-006`` with all faults of a document, numbered; nothing where there is none.

    Parameters
    ----------
    what
        The document: its kind and its name.
    action
        What to do about it.
    """
    if not faults:
        return
    lines = [f"{number}. {fault}" for number, fault in enumerate(faults, 1)]
    raise HanbinError(
        "HB-TYP-006",
        f"{what} 有{len(faults)}处问题：\n" + "\n".join(lines),
        action=action,
        exit_code=ExitCode.TYPOGRAPHY,
    )
