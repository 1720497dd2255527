"""Exports of the national monitoring system (A to D).

One row a person, headings in the third row, household facts repeated on every member.
"""

from hanbin_lib.contract import labels
from hanbin_lib.contract.columns import Column, Kind, Level, Table

_P, _H = Level.PERSON, Level.HOUSEHOLD

PROVINCE = Column("province_name", "省", Kind.TEXT, Level.PLACE, ("省份", "省(区、市)"))
CITY = Column("city_name", "市", Kind.TEXT, Level.PLACE, ("地市", "市(州、盟)"))
COUNTY = Column("county_name", "县", Kind.TEXT, Level.PLACE, ("区县", "县(市、区、旗)"))
TOWN = Column(
    "town_name",
    "乡",
    Kind.TEXT,
    Level.PLACE,
    (
        "乡镇",
        "镇",
        "镇街",
        "乡(镇)",
        "乡(镇、街道)",
        "镇(街道)",
        "乡镇(街道)",
        "乡镇名称",
        "所属乡镇",
        "所在乡镇",
        "所属镇",
        "所在镇",
        "镇办",
        "镇(办)",
    ),
)
VILLAGE = Column(
    "village_name",
    "村",
    Kind.TEXT,
    Level.PLACE,
    ("行政村", "行政村(社区)", "村(社区)", "村名", "行政村名称", "所属村", "所在村", "村(居)"),
)
REQUIRED_TOWN = Column(TOWN.name, TOWN.heading, TOWN.kind, TOWN.level, TOWN.aliases, required=True)
REQUIRED_VILLAGE = Column(
    VILLAGE.name, VILLAGE.heading, VILLAGE.kind, VILLAGE.level, VILLAGE.aliases, required=True
)
# Not part of the plain exports: a list that has them may have those of any time (`ingest.matching`).
AREA_CODES = (
    Column(
        "town_area_code", "镇代码", Kind.CODE, Level.PLACE, ("乡代码", "乡镇代码", "镇街代码", "乡(镇)代码")
    ),
    Column(
        "village_area_code",
        "村代码",
        Kind.CODE,
        Level.PLACE,
        ("行政村代码", "区划代码", "行政区划代码", "统计用区划代码"),
    ),
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

_WHERE = (PROVINCE, CITY, COUNTY, REQUIRED_TOWN, REQUIRED_VILLAGE)

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
    Column("school_status", "在校生状况", Kind.CHOICE, _P, labels=labels.SCHOOL_STATUS, empty_is_none=True),
    Column("health", "健康状况", Kind.CHOICES, _P, labels=labels.HEALTH),
    Column("labour_skill", "劳动技能", Kind.CHOICE, _P, ("劳动能力",), labels=labels.LABOUR_SKILLS),
    Column("work_place", "务工所在地", Kind.TEXT, _P, empty_is_none=True),
    Column("employer_name", "务工企业名称", Kind.TEXT, _P, empty_is_none=True),
    Column("work_months", "务工时间（月）", Kind.COUNT, _P, ("务工时间",), unit="月"),
    Column("public_post", "公益性岗位", Kind.CHOICE, _P, ("公益性岗位类型", "公益岗位"), empty_is_none=True),
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
        empty_is_none=True,
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
            empty_is_none=True,
        )
        for number in range(1, 6)
    ),
    Column("is_risk_eliminated", "风险是否已消除", Kind.FLAG, _H, ("风险是否消除",), required=True),
    Column("eliminated_month", "消除监测时间", Kind.MONTH, _H, ("风险消除时间", "消除风险时间")),
    Column("elimination_mode", "风险消除方式", Kind.CHOICE, _H, labels=labels.ELIMINATION_MODES),
)

_MEASURES = (
    Column("measure_industry", "产业帮扶", Kind.CHOICES, _H, empty_is_none=True),
    Column("measure_employment", "就业帮扶", Kind.CHOICES, _H, empty_is_none=True),
    Column("measure_finance", "金融帮扶", Kind.CHOICES, _H, empty_is_none=True),
    Column("measure_public_post", "公益岗位帮扶", Kind.CHOICES, _H, ("公益性岗位帮扶",), empty_is_none=True),
    Column("measure_housing", "住房安全保障", Kind.CHOICES, _H, empty_is_none=True),
    Column("measure_water", "饮水安全保障", Kind.CHOICES, _H, empty_is_none=True),
    Column("measure_health", "健康帮扶", Kind.CHOICES, _H, empty_is_none=True),
    Column("measure_compulsory_education", "义务教育保障", Kind.CHOICES, _H, empty_is_none=True),
    Column("measure_education", "教育帮扶", Kind.CHOICES, _H, empty_is_none=True),
    Column("measure_social_security", "综合保障", Kind.CHOICES, _H, empty_is_none=True),
    Column("measure_social_help", "社会帮扶", Kind.CHOICES, _H, empty_is_none=True),
    Column("measure_relocation", "搬迁", Kind.CHOICES, _H, empty_is_none=True),
    # Not part of the plain export: a bureau that records it gets the timeliness indicators.
    Column("first_measure_month", "首次帮扶时间", Kind.MONTH, _H, ("首次落实帮扶措施时间",)),
)
MEASURES = tuple(c.name for c in _MEASURES if c.kind is Kind.CHOICES)


def _yuan(name: str, heading: str, *aliases: str) -> Column:
    return Column(name, heading, Kind.AMOUNT, _H, aliases, unit="元")


RECEIPTS = ("wage_income_yuan", "business_income_yuan", "property_income_yuan", "transfer_income_yuan")
COST = "business_cost_yuan"  # of the business income
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
    (*_WHERE, *_PERSON, *_HOUSEHOLD, *_RISK, *_MEASURES, *_INCOME, *_OUTLAY, *AREA_CODES),
    key=("person_code",),
    national=True,
    mark="monitored_category",
)
LIFTED_PERSONS = Table(
    "lifted_persons",
    "脱贫户信息",
    (*_WHERE, *_PERSON, *_HOUSEHOLD, *_INCOME, *AREA_CODES),
    key=("person_code",),
    national=True,
    is_yearly=True,
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
        *AREA_CODES,
    ),
    national=True,
)
VILLAGES = Table(
    "villages",
    "行政村信息",
    (
        COUNTY,
        TOWN,
        REQUIRED_VILLAGE,
        Column("households", "总户数", Kind.COUNT, required=True, unit="户"),
        Column("persons", "总人口数", Kind.COUNT, required=True, unit="人"),
        Column("lifted_households", "脱贫户数", Kind.COUNT, unit="户"),
        Column("collective_income_10k_yuan", "村级集体经济收入（万元）", Kind.AMOUNT, unit="万元"),
        Column("net_income_per_head_yuan", "农民人均纯收入（元）", Kind.AMOUNT, unit="元"),
        Column("unsafe_water_households", "未实现饮水安全户数", Kind.COUNT, unit="户"),
        Column("dilapidated_households", "危房户数", Kind.COUNT, unit="户"),
        *AREA_CODES,
    ),
    key=("village_code",),
    national=True,
    is_yearly=True,
)
