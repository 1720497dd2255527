"""The tables that come in each month, A to M.

A to D are exports of the national monitoring system: one row a person, headings in the
third row, household facts repeated on every member. E to M are kept by the bureau; their
headings are this project's proposal.
"""

from hanbin_lib.contract import labels
from hanbin_lib.contract.columns import Column, Kind, Level, Table

_P, _H = Level.PERSON, Level.HOUSEHOLD

PROVINCE = Column("province_name", "省", Kind.TEXT, Level.PLACE, ("省份", "省(区、市)"))
CITY = Column("city_name", "市", Kind.TEXT, Level.PLACE, ("地市", "市(州、盟)"))
COUNTY = Column("county_name", "县", Kind.TEXT, Level.PLACE, ("区县", "县(市、区、旗)"))
TOWN = Column(
    "town_name", "乡", Kind.TEXT, Level.PLACE, ("乡镇", "镇", "镇街", "乡(镇)", "乡(镇、街道)", "镇(街道)")
)
VILLAGE = Column("village_name", "村", Kind.TEXT, Level.PLACE, ("行政村", "行政村(社区)", "村(社区)"))
_REQUIRED_TOWN = Column(TOWN.name, TOWN.heading, TOWN.kind, TOWN.level, TOWN.aliases, required=True)
_REQUIRED_VILLAGE = Column(
    VILLAGE.name, VILLAGE.heading, VILLAGE.kind, VILLAGE.level, VILLAGE.aliases, required=True
)
HOUSEHOLD_CODE = Column("household_code", "户编号", Kind.CODE, Level.HOUSEHOLD, ("家庭编号",), required=True)
ID_NUMBER = Column(
    "id_number",
    "证件号码",
    Kind.CODE,
    _P,
    ("身份证号", "身份证号码", "公民身份号码"),
    required=True,
    personal=True,
)

_WHERE = (PROVINCE, CITY, COUNTY, _REQUIRED_TOWN, _REQUIRED_VILLAGE)

_PERSON = (
    HOUSEHOLD_CODE,
    Column("person_code", "人口编号", Kind.CODE, _P, ("人编号", "人员编号"), required=True),
    Column("person_name", "姓名", Kind.TEXT, _P, personal=True),
    Column("sex", "性别", Kind.CHOICE, _P, labels=labels.SEXES),
    Column("birth_date", "出生日期", Kind.DATE, _P, ("出生年月",), personal=True),
    Column("id_type", "证件类型", Kind.CHOICE, _P),
    ID_NUMBER,
    Column(
        "relation_to_head",
        "与户主关系",
        Kind.CHOICE,
        _P,
        ("与户主的关系",),
        required=True,
        labels=labels.RELATIONS,
    ),
    Column("household_phone", "户联系电话", Kind.CODE, _H, ("联系电话", "家庭联系电话"), personal=True),
    Column("education", "文化程度", Kind.CHOICE, _P, labels=labels.EDUCATION),
    Column("school_status", "在校生状况", Kind.CHOICE, _P, labels=labels.SCHOOL_STATUS),
    Column("health", "健康状况", Kind.CHOICES, _P, labels=labels.HEALTH),
    Column("labour_skill", "劳动技能", Kind.CHOICE, _P, ("劳动能力",), labels=labels.LABOUR_SKILLS),
    Column("work_place", "务工所在地", Kind.TEXT, _P),
    Column("employer_name", "务工企业名称", Kind.TEXT, _P),
    Column("work_months", "务工时间（月）", Kind.COUNT, _P, ("务工时间",), unit="月"),
    Column("public_post", "公益性岗位", Kind.CHOICE, _P, ("公益性岗位类型", "公益岗位")),
    Column("public_post_months", "公益性岗位(月数)", Kind.COUNT, _P, ("公益岗位(月数)",), unit="月"),
    Column(
        "has_resident_insurance",
        "是否参加城乡居民基本医疗保险",
        Kind.FLAG,
        _P,
        ("是否参加新型农村合作医疗(城乡居民基本医疗保险)",),
    ),
    Column("has_employee_insurance", "是否参加城镇职工基本医疗保险", Kind.FLAG, _P),
    Column(
        "subsistence_allowance",
        "享受低保政策情况",
        Kind.CHOICE,
        _P,
        ("是否享受低保", "是否享受农村居民最低生活保障"),
        labels=labels.SUBSISTENCE_ALLOWANCE,
    ),
    Column(
        "destitute_support",
        "享受特困供养政策情况",
        Kind.CHOICE,
        _P,
        ("是否特困供养人员",),
        labels=labels.DESTITUTE_SUPPORT,
    ),
)

_HOUSEHOLD = (
    Column("household_type", "户类型", Kind.CHOICE, _H, labels=labels.HOUSEHOLD_TYPES),
    Column("household_size", "当前家庭人口数", Kind.COUNT, _H, ("家庭人口数", "人数"), unit="人"),
    Column(
        "is_no_labour_household",
        "整户无劳动能力兜底保障户",
        Kind.FLAG,
        _H,
        ("是否兜底保障户", "是否整户无劳动能力兜底保障户"),
    ),
    Column("is_dilapidated_house", "是否危房户", Kind.FLAG, _H, ("危房户",)),
    Column("has_safe_water", "是否解决安全饮用水", Kind.FLAG, _H, ("是否解决安全饮水",)),
)

_RISK = (
    Column(
        "monitored_category",
        "监测对象类别",
        Kind.CHOICE,
        _H,
        ("监测对象类型", "易返贫致贫户(监测对象)类型"),
        required=True,
        labels=labels.MONITORED_CATEGORIES,
    ),
    Column(
        "identified_month",
        "识别监测时间",
        Kind.MONTH,
        _H,
        ("监测对象识别时间", "风险识别时间"),
        required=True,
    ),
    *(
        Column(
            f"risk_cause_{number}",
            f"致贫/返贫风险{number}",
            Kind.CHOICE,
            _H,
            (f"致贫返贫风险{number}", f"返贫致贫风险{number}", f"返贫/致贫风险{number}"),
            labels=labels.RISK_CAUSES,
        )
        for number in range(1, 6)
    ),
    Column("is_risk_eliminated", "风险是否已消除", Kind.FLAG, _H, ("风险是否消除",), required=True),
    Column("eliminated_month", "消除监测时间", Kind.MONTH, _H, ("风险消除时间", "消除风险时间")),
    Column("elimination_mode", "风险消除方式", Kind.CHOICE, _H, labels=labels.ELIMINATION_MODES),
)

_MEASURES = (
    Column("measure_industry", "产业帮扶", Kind.CHOICES, _H),
    Column("measure_employment", "就业帮扶", Kind.CHOICES, _H),
    Column("measure_finance", "金融帮扶", Kind.CHOICES, _H),
    Column("measure_public_post", "公益岗位帮扶", Kind.CHOICES, _H, ("公益性岗位帮扶",)),
    Column("measure_housing", "住房安全保障", Kind.CHOICES, _H),
    Column("measure_water", "饮水安全保障", Kind.CHOICES, _H),
    Column("measure_health", "健康帮扶", Kind.CHOICES, _H),
    Column("measure_compulsory_education", "义务教育保障", Kind.CHOICES, _H),
    Column("measure_education", "教育帮扶", Kind.CHOICES, _H),
    Column("measure_social_security", "综合保障", Kind.CHOICES, _H),
    Column("measure_social_help", "社会帮扶", Kind.CHOICES, _H),
    Column("measure_relocation", "搬迁", Kind.CHOICES, _H),
    # Not part of the plain export: a bureau that records it gets the timeliness indicators.
    Column("first_measure_month", "首次帮扶时间", Kind.MONTH, _H, ("首次落实帮扶措施时间",)),
)
MEASURES = tuple(c.name for c in _MEASURES if c.kind is Kind.CHOICES)


def _yuan(name: str, heading: str, *aliases: str) -> Column:
    return Column(name, heading, Kind.AMOUNT, _H, aliases, unit="元")


_INCOME = (
    _yuan("wage_income_yuan", "工资性收入", "工资性收入(元)"),
    _yuan("business_income_yuan", "生产经营性收入", "生产经营性收入(元)"),
    _yuan("business_cost_yuan", "生产经营性支出", "生产经营性支出(元)", "生产经营性支出(合计)"),
    _yuan("property_income_yuan", "财产性收入", "财产性收入(元)"),
    _yuan("transfer_income_yuan", "转移性收入", "转移性收入(元)"),
    _yuan("net_income_yuan", "纯收入（元）", "家庭纯收入", "纯收入"),
    _yuan("net_income_per_head_yuan", "人均纯收入（元）", "家庭人均纯收入", "人均纯收入"),
)
_OUTLAY = (
    _yuan("out_of_pocket_yuan", "合规自付支出", "合规自付支出(元)"),
    _yuan("claims_yuan", "理赔收入", "理赔收入(元)"),
)

MONITORED_PERSONS = Table(
    "monitored_persons",
    "监测对象信息",
    (*_WHERE, *_PERSON, *_HOUSEHOLD, *_RISK, *_MEASURES, *_INCOME, *_OUTLAY),
    key=("person_code",),
    national=True,
)
LIFTED_PERSONS = Table(
    "lifted_persons",
    "脱贫户信息",
    (*_WHERE, *_PERSON, *_HOUSEHOLD, *_INCOME),
    key=("person_code",),
    national=True,
)
MIGRANT_WORK = Table(
    "migrant_work",
    "已外出务工信息",
    (
        COUNTY,
        TOWN,
        VILLAGE,
        HOUSEHOLD_CODE,
        ID_NUMBER,
        Column("household_type", "户类型", Kind.CHOICE, labels=labels.HOUSEHOLD_TYPES),
        Column("monitored_category", "监测对象类别", Kind.CHOICE, labels=labels.MONITORED_CATEGORIES),
        Column("is_working", "是否已务工", Kind.FLAG, required=True),
        Column("started_month", "开始时间", Kind.MONTH),
        Column("ended_month", "结束时间", Kind.MONTH),
        Column("work_county", "务工所在县", Kind.TEXT),
        Column("employer_name", "务工企业名称", Kind.TEXT),
        Column("industry", "所属行业", Kind.CHOICE),
        Column("work_channel", "就业渠道", Kind.CHOICE),
        Column("monthly_pay_yuan", "务工月收入", Kind.AMOUNT, aliases=("务工月收入(元)",), unit="元"),
    ),
    national=True,
)
VILLAGES = Table(
    "villages",
    "行政村信息",
    (
        COUNTY,
        TOWN,
        _REQUIRED_VILLAGE,
        Column("households", "总户数", Kind.COUNT, required=True, unit="户"),
        Column("persons", "总人口数", Kind.COUNT, required=True, unit="人"),
        Column("lifted_households", "脱贫户数", Kind.COUNT, unit="户"),
        Column("collective_income_10k_yuan", "村级集体经济收入（万元）", Kind.AMOUNT, unit="万元"),
        Column("net_income_per_head_yuan", "农民人均纯收入（元）", Kind.AMOUNT, unit="元"),
        Column("unsafe_water_households", "未实现饮水安全户数", Kind.COUNT, unit="户"),
        Column("dilapidated_households", "危房户数", Kind.COUNT, unit="户"),
    ),
    key=("village_code",),
    national=True,
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
        Column("called_at", "拨打时间", Kind.TEXT),
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
    ),
)
INSPECTION_UNITS = Table(
    "inspection_units",
    "专项督查单元",
    (
        Column("inspection_month", "督查月份", Kind.MONTH, required=True),
        Column("group_name", "督查组", Kind.TEXT),
        _REQUIRED_TOWN,
        Column("unit_kind", "单元类型", Kind.CHOICE, required=True, labels=labels.INSPECTION_UNIT_KINDS),
        Column("unit_code", "单元编号", Kind.CODE, required=True),
        VILLAGE,
        Column("village_households", "所属村户数", Kind.COUNT, unit="户"),
    ),
    key=("inspection_month", "unit_code"),
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
    ),
    key=("project_code",),
)
WORKSHOPS = Table(
    "workshops",
    "社区工厂名册",
    (
        Column("workshop_name", "名称", Kind.TEXT, aliases=("社区工厂名称",), required=True),
        TOWN,
        Column("resettlement_site", "安置社区", Kind.TEXT),
        Column("employees", "吸纳就业人数", Kind.COUNT, required=True, unit="人"),
        Column("lifted_employees", "其中脱贫劳动力", Kind.COUNT, unit="人"),
        Column("state", "状态", Kind.CHOICE, labels=labels.WORKSHOP_STATES),
    ),
    key=("workshop_name",),
)
DEPARTMENT_TASKS = Table(
    "department_tasks",
    "部门任务",
    (
        Column("task_month", "月份", Kind.MONTH, required=True),
        Column("department", "部门", Kind.TEXT, required=True),
        Column("work_item", "事项", Kind.CHOICE, required=True, labels=labels.WORK_ITEMS),
        Column("task", "任务", Kind.TEXT, required=True),
        Column("target_value", "目标值", Kind.AMOUNT),
        Column("done_value", "完成值", Kind.AMOUNT),
        Column("due_date", "时限", Kind.DATE),
        Column("state", "状态", Kind.CHOICE),
    ),
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
        _REQUIRED_TOWN,
        VILLAGE,
        Column("visited_date", "到访日期", Kind.DATE),
        Column("problems_found", "发现问题数", Kind.COUNT, unit="个"),
        Column("problems_settled", "现场解决数", Kind.COUNT, unit="个"),
        Column("problems_passed_on", "转办问题数", Kind.COUNT, unit="个"),
        Column("matters_text", "反映事项", Kind.TEXT, personal=True),
    ),
)
DUTIES = Table(
    "duties",
    "责任清单",
    (
        Column("responsible_unit", "责任单位", Kind.TEXT, required=True),
        Column("work_item", "事项", Kind.CHOICE, required=True, labels=labels.WORK_ITEMS),
        Column("office", "责任人职务", Kind.TEXT),
        Column("role", "牵头或配合", Kind.CHOICE, labels=labels.DUTY_ROLES),
        Column("due_date", "完成时限", Kind.DATE),
        Column("escalates_to", "升级对象", Kind.TEXT),
    ),
)

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
    )
}
