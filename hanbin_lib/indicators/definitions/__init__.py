"""What every number means: an indicator that is not defined here cannot be computed or printed."""

from hanbin_lib.indicators.definitions.checks import CHECKS
from hanbin_lib.indicators.definitions.duties import DUTIES
from hanbin_lib.indicators.definitions.funds import FUNDS
from hanbin_lib.indicators.definitions.livelihood import LIVELIHOOD
from hanbin_lib.indicators.definitions.model import Definition, Unit
from hanbin_lib.indicators.definitions.monitoring import MONITORING
from hanbin_lib.indicators.definitions.safeguards import SAFEGUARDS

CHAPTERS: dict[str, tuple[Definition, ...]] = {
    "监测帮扶": MONITORING,
    "三保障和饮水安全": SAFEGUARDS,
    "电话抽查、专项督查和问题整改": CHECKS,
    "就业和收入": LIVELIHOOD,
    "项目资产和集体经济": FUNDS,
    "周督帮、责任落实和调度位次": DUTIES,
}

DEFINITIONS: dict[str, Definition] = {d.id: d for chapter in CHAPTERS.values() for d in chapter}

__all__ = ["CHAPTERS", "DEFINITIONS", "Definition", "Unit"]
