"""The tables that come in each month, A to O, by name; those of the bureau's own ledgers stand here."""

from dataclasses import replace

from hanbin_lib.contract import labels
from hanbin_lib.contract.columns import Column, Kind, Table
from hanbin_lib.contract.national import (
    AREA_CODES,
    COUNTY,
    HOUSEHOLD_CODE,
    ID_NUMBER,
    LIFTED_PERSONS,
    MEASURES,
    MIGRANT_WORK,
    MONITORED_PERSONS,
    REQUIRED_TOWN,
    TOWN,
    VILLAGE,
    VILLAGES,
)


def _answer(name: str, heading: str) -> Column:
    return Column(name, heading, Kind.CHOICE, labels=labels.SAFEGUARD_ANSWERS)


PHONE_CHECKS = Table(
    "phone_checks",
    "电话抽查记录",
    (
        Column("check_month", "抽查月份", Kind.MONTH, required=True),
        TOWN,
        VILLAGE,
        HOUSEHOLD_CODE,
        Column("called_at", "拨打时间", Kind.DATETIME),
        Column("disposition", "接通情况", Kind.CHOICE, required=True, labels=labels.CALL_DISPOSITIONS),
        _answer("food_and_clothing", "吃饭穿衣"),
        _answer("compulsory_education", "义务教育"),
        _answer("basic_medical_care", "基本医疗"),
        _answer("housing", "住房安全"),
        _answer("drinking_water", "饮水安全"),
        Column("is_visited", "责任人是否走访", Kind.FLAG),
        Column("satisfaction", "满意度", Kind.CHOICE, labels=labels.SATISFACTION),
        # Free text may name persons: read for the checks, never stored.
        Column("problem_text", "反映问题", Kind.TEXT, personal=True),
        *AREA_CODES,
    ),
    month="check_month",
)
INSPECTION_UNITS = Table(
    "inspection_units",
    "专项督查单元",
    (
        Column("inspection_month", "督查月份", Kind.MONTH, required=True),
        Column("group_name", "督查组", Kind.TEXT),
        REQUIRED_TOWN,
        Column("unit_kind", "单元类型", Kind.CHOICE, required=True, labels=labels.INSPECTION_UNIT_KINDS),
        Column("unit_code", "单元编号", Kind.CODE, required=True),
        VILLAGE,
        Column("village_households", "所属村户数", Kind.COUNT, unit="户"),
        *AREA_CODES,
    ),
    key=("inspection_month", "unit_code"),
    month="inspection_month",
)
INSPECTION_FINDINGS = Table(
    "inspection_findings",
    "专项督查问题",
    (
        Column("inspection_month", "督查月份", Kind.MONTH, required=True),
        Column("unit_code", "单元编号", Kind.CODE, required=True),
        Column("problem_kind", "问题类别", Kind.TEXT, required=True),
        Column("severity", "严重程度", Kind.CHOICE, labels=labels.SEVERITIES),
        Column("problem_text", "问题描述", Kind.TEXT, personal=True),
        Column("responsible_unit", "责任单位", Kind.TEXT),
    ),
    month="inspection_month",
)
RECTIFICATION = Table(
    "rectification",
    "问题整改台账",
    (
        Column("problem_code", "问题编号", Kind.CODE, required=True),
        Column("source", "来源", Kind.CHOICE, required=True, labels=labels.PROBLEM_SOURCES),
        Column("found_date", "发现时间", Kind.DATE, required=True),
        TOWN,
        Column("responsible_unit", "责任单位", Kind.TEXT, required=True),
        Column("problem_kind", "问题类别", Kind.TEXT, required=True),
        Column("due_date", "整改时限", Kind.DATE, required=True),
        Column("done_date", "完成时间", Kind.DATE),
        Column("closed_date", "销号时间", Kind.DATE),
        Column("look_back_date", "回头看时间", Kind.DATE),
        Column("look_back_result", "回头看结果", Kind.CHOICE, labels=labels.LOOK_BACK_RESULTS),
        *AREA_CODES,
    ),
    key=("problem_code",),
)
PROJECTS = Table(
    "projects",
    "衔接资金项目",
    (
        Column("project_code", "项目编号", Kind.CODE, required=True),
        Column("project_name", "项目名称", Kind.TEXT),
        TOWN,
        VILLAGE,
        Column("project_kind", "项目类别", Kind.TEXT),
        Column("fund_source", "资金来源", Kind.CHOICE, labels=labels.FUND_SOURCES),
        Column("planned_10k_yuan", "计划资金（万元）", Kind.AMOUNT, required=True, unit="万元"),
        Column("paid_10k_yuan", "支出资金（万元）", Kind.AMOUNT, unit="万元"),
        Column("progress_percent", "形象进度（%）", Kind.AMOUNT, unit="%"),
        Column("started_date", "开工时间", Kind.DATE),
        Column("finished_date", "完工时间", Kind.DATE),
        Column("benefiting_households", "带动户数", Kind.COUNT, unit="户"),
        *AREA_CODES,
    ),
    key=("project_code",),
)
WORKSHOPS = Table(
    "workshops",
    "社区工厂名册",
    (
        Column(
            "workshop_name",
            "名称",
            Kind.TEXT,
            aliases=("社区工厂名称", "工厂名称", "帮扶车间名称", "车间名称"),
            required=True,
        ),
        TOWN,
        Column("resettlement_site", "安置社区", Kind.TEXT),
        Column("employees", "吸纳就业人数", Kind.COUNT, aliases=("就业人数",), required=True, unit="人"),
        Column(
            "lifted_employees",
            "其中脱贫劳动力",
            Kind.COUNT,
            aliases=("其中:脱贫劳动力", "脱贫劳动力"),
            unit="人",
        ),
        Column("state", "状态", Kind.CHOICE, labels=labels.WORKSHOP_STATES),
        *AREA_CODES,
    ),
    key=("workshop_name", "town_code"),
)
DEPARTMENT_TASKS = Table(
    "department_tasks",
    "部门任务",
    (
        Column("task_month", "月份", Kind.MONTH, required=True),
        Column("department", "部门", Kind.TEXT, required=True),
        Column("work_item", "事项", Kind.CHOICE, required=True),
        Column("task", "任务", Kind.TEXT, required=True),
        Column("target_value", "目标值", Kind.AMOUNT),
        Column("done_value", "完成值", Kind.AMOUNT),
        Column("due_date", "时限", Kind.DATE),
        Column("state", "状态", Kind.CHOICE),
    ),
    month="task_month",
)
AREA_SERIES = Table(
    "area_series",
    "历年数据",
    (
        Column("area_name", "地区", Kind.TEXT, required=True),
        Column("indicator_name", "指标", Kind.TEXT, required=True),
        Column("year", "年份", Kind.COUNT, required=True),
        Column("value", "数值", Kind.AMOUNT, required=True),
        Column("unit", "单位", Kind.TEXT),
        Column("source", "来源", Kind.TEXT),
    ),
    key=("area_name", "indicator_name", "year"),
)
WEEKLY_ROUNDS = Table(
    "weekly_rounds",
    "周下沉督帮记录",
    (
        Column("year", "年份", Kind.COUNT, required=True),
        Column("week", "周次", Kind.COUNT, required=True),
        Column("group_name", "督帮组", Kind.TEXT, required=True),
        REQUIRED_TOWN,
        VILLAGE,
        Column("visited_date", "到访日期", Kind.DATE),
        Column("problems_found", "发现问题数", Kind.COUNT, unit="个"),
        Column("problems_settled", "现场解决数", Kind.COUNT, unit="个"),
        Column("problems_passed_on", "转办问题数", Kind.COUNT, unit="个"),
        Column("matters_text", "反映事项", Kind.TEXT, personal=True),
        *AREA_CODES,
    ),
    month="visited_date",
)
DUTIES = Table(
    "duties",
    "责任清单",
    (
        Column("responsible_unit", "责任单位", Kind.TEXT, required=True),
        Column("work_item", "事项", Kind.CHOICE, required=True),
        Column("office", "责任人职务", Kind.TEXT),
        Column("role", "牵头或配合", Kind.CHOICE, labels=labels.DUTY_ROLES),
        Column("due_date", "完成时限", Kind.DATE),
        Column("escalates_to", "升级对象", Kind.TEXT),
    ),
)
CLUES = Table(
    "clues",
    "线索和预警",
    (
        Column("clue_code", "线索编号", Kind.CODE, aliases=("预警编号",), required=True),
        Column(
            "channel",
            "发现渠道",
            Kind.CHOICE,
            aliases=("线索来源", "线索渠道"),
            required=True,
            labels=labels.CLUE_CHANNELS,
        ),
        Column("department", "预警部门", Kind.TEXT, aliases=("线索部门",)),
        TOWN,
        VILLAGE,
        # Who is not in the national system yet has no code there.
        replace(HOUSEHOLD_CODE, required=False),
        Column("found_date", "发现时间", Kind.DATE, aliases=("线索时间", "预警时间"), required=True),
        Column("visited_date", "核查时间", Kind.DATE, aliases=("入户核查时间",)),
        Column("noticed_date", "公示时间", Kind.DATE, aliases=("公示开始时间",)),
        Column("decided_date", "核定时间", Kind.DATE, aliases=("认定时间",)),
        Column("result", "核定结果", Kind.CHOICE, aliases=("认定结果",), labels=labels.CLUE_RESULTS),
        *AREA_CODES,
    ),
    key=("clue_code",),
)
# Civil affairs' roster: nobody is printed; who it is, is known by the pseudonym alone.
ASSISTANCE_ROSTER = Table(
    "assistance_roster",
    "低收入人口名册",
    (
        COUNTY,
        REQUIRED_TOWN,
        VILLAGE,
        Column("person_name", "姓名", Kind.TEXT, personal=True),
        ID_NUMBER,
        Column(
            "roster_class",
            "救助类别",
            Kind.CHOICE,
            aliases=("低收入人口类别", "对象类别"),
            required=True,
            labels=labels.ROSTER_CLASSES,
        ),
        *AREA_CODES,
    ),
)


__all__ = [
    "AREAS", "HOUSEHOLDS", "HOUSEHOLDS_OF", "LIFTED_PERSONS", "MEASURES", "MONITORED_PERSONS", "TABLES",
]  # fmt: skip

# A sheet with one row a person is stored as a table of households and one of persons.
HOUSEHOLDS_OF = {
    MONITORED_PERSONS.name: "monitored_households",
    LIFTED_PERSONS.name: "lifted_households",
}
HOUSEHOLDS = tuple(HOUSEHOLDS_OF.values())
AREAS = "areas"  # stored beside them: the register that the month was matched with
TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        MONITORED_PERSONS,
        LIFTED_PERSONS,
        MIGRANT_WORK,
        VILLAGES,
        PHONE_CHECKS,
        INSPECTION_UNITS,
        INSPECTION_FINDINGS,
        RECTIFICATION,
        PROJECTS,
        WORKSHOPS,
        DEPARTMENT_TASKS,
        AREA_SERIES,
        WEEKLY_ROUNDS,
        DUTIES,
        CLUES,
        ASSISTANCE_ROSTER,
    )
}
