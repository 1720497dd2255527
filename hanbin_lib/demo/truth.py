"""The true parameters of the demonstration district, kept with it for testing estimators.

Totals are those published for September 2022; everything else is made up and says so.
"""

from dataclasses import dataclass

PUBLISHED = {
    "monitored_households": 5408,
    "monitored_persons": 18392,
    "risk_eliminated_households": 3076,
    "risk_eliminated_persons": 10608,
    "lifted_households": 58948,
    "lifted_persons": 195544,
    "workshops": 183,
    "transferred_workers": 103_000,
    "public_post_holders": 12_300,
}
# Shares of the three categories, and of lifted households among the third.
CATEGORY_SHARES = {"脱贫不稳定户": 0.41, "边缘易致贫户": 0.42, "突发严重困难户": 0.17}
LIFTED_AMONG_SUDDEN = 0.5
# New entries and eliminations of the last twelve months, the reporting month last.
NEW_BY_MONTH = (38, 35, 33, 34, 28, 33, 40, 38, 36, 35, 34, 36)
ELIMINATED_BY_MONTH = (60, 64, 66, 70, 62, 75, 80, 84, 82, 85, 86, 87)
EARLIER_ELIMINATION_MONTHS = 12
WITHOUT_MEASURE = 26
MEASURE_LAG_SHARES = (0.55, 0.30, 0.10, 0.05)  # first measure 0, 1, 2, 3 months after entry
NO_LABOUR_AMONG_OPEN = 0.15
INCOME_MEDIAN_YUAN = {"monitored": 8800.0, "lifted": 13200.0}
INCOME_LOG_SD = 0.33
TOWN_LOG_SD, VILLAGE_LOG_SD = 0.08, 0.06
DEFECTS = {
    "income_mismatch": 10,
    "household_field_differs": 6,
    "cause_disabled_without_disabled": 3,
    "eliminated_too_early": 4,
    "unknown_label": 2,
}
PHONE_CALLS, PHONE_CALLS_EARLIER = 64_000, 20_000
DISPOSITION_SHARES = {
    "有效接通": 0.66, "接通后挂断": 0.07, "非本人": 0.06, "无人接听": 0.12, "占线": 0.03,
    "关机停机": 0.05, "空号": 0.01,
}  # fmt: skip
PROBLEM_SHARES = {
    "food_and_clothing": 0.004, "compulsory_education": 0.006, "basic_medical_care": 0.012,
    "housing": 0.010, "drinking_water": 0.016,
}  # fmt: skip
VISITED_SHARE = 0.93
SATISFACTION_SHARES = {"满意": 0.90, "基本满意": 0.08, "不满意": 0.02}
INSPECTION_FINDING_SHARE = 0.08
INSPECTION_TOWN_LOGIT_SD = 0.5
VILLAGES_DRAWN, HOUSEHOLDS_DRAWN, PROJECTS_DRAWN = 2, 10, 5
INSPECTION_GROUPS, WEEKLY_GROUPS = 8, 10
DEPARTMENTS = (
    "区委组织部", "区委宣传部", "区发展和改革局", "区教育科技和体育局", "区民政局", "区财政局",
    "区人力资源和社会保障局", "区自然资源局", "区住房和城乡建设局", "区交通运输局", "区水利局",
    "区农业农村局", "区文化和旅游广电局", "区卫生健康局", "区应急管理局", "区乡村振兴局",
    "区医疗保障局", "区林业局", "区残疾人联合会", "区供销合作社", "区工业和信息化局",
    "区公安局", "区搬迁服务中心",
)  # fmt: skip


@dataclass(frozen=True)
class Totals:
    """Published totals at the scale of this run."""

    open_households: int
    open_persons: int
    eliminated_households: int
    eliminated_persons: int
    lifted_households: int
    lifted_persons: int
    workers: int
    posts: int
    workshops: int

    @classmethod
    def at(cls, scale: float) -> "Totals":
        """Totals times `scale`; 1 gives the published ones."""

        def part(name: str) -> int:
            return max(1, round(PUBLISHED[name] * scale))

        gone = part("risk_eliminated_households"), part("risk_eliminated_persons")
        return cls(
            open_households=part("monitored_households") - gone[0],
            open_persons=part("monitored_persons") - gone[1],
            eliminated_households=gone[0],
            eliminated_persons=gone[1],
            lifted_households=part("lifted_households"),
            lifted_persons=part("lifted_persons"),
            workers=part("transferred_workers"),
            posts=part("public_post_holders"),
            workshops=part("workshops"),
        )


def scaled(count: int, scale: float) -> int:
    """A count at the scale of this run, at least one."""
    return max(1, round(count * scale))
