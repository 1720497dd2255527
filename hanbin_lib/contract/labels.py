"""Labels of the enumerations, as the national system exports them.

An unknown label warns and is kept: the lists change by year and by province.
"""

# How a cell is left empty by hand, and how it says that there is none.
BLANK_MARKS = ("—", "——", "–", "―", "─", "-", "--", "/", "\\")
# What a program leaves where it had nothing: a database's null, the nan of a table of numbers.
PROGRAM_BLANKS = (
    "null", "NULL", "Null", "(null)", "none", "None", "NONE", "nan", "NaN", "NAN", "NaT", "<NA>", "undefined",
    "N/A", "n/a", "NA", "\\N", "(空)", "(空白)",
)  # fmt: skip
# A word for what is not known yet is no measure either.
NONE_WORDS = (
    "无", "否", "没有", "暂无", "未享受", "不享受", "未落实", "未实施", "不需要", "不涉及", "0", "0.0",
    "不是", "未纳入", "非监测对象", "不在校", "非在校生", "×", "✗", "✘", "无需", "不需", "无需帮扶",
    "不需帮扶", "无帮扶", "未帮扶", "无措施", "未安排", "未开展", "未参加", "未知", "不详", "不清楚", "待定",
    "待核实", "待落实",
)  # fmt: skip
# In a line above the table, or in the name of a file or a sheet: no real person is in it.
DEMONSTRATION = "演示数据"
YES_OR_NO = ("是", "否")
MONITORED_CATEGORIES = ("脱贫不稳定户", "边缘易致贫户", "突发严重困难户")
HOUSEHOLD_TYPES = ("脱贫户", "一般农户", "普通农户")
RISK_CAUSES = (
    "因病",
    "因残",
    "因学",
    "因自然灾害",
    "缺劳动力",
    "因务工就业不稳",
    "因意外事故",
    "因产业项目失败",
    "因安全住房",
    "因安全饮水",
    "其他",
)
ELIMINATION_MODES = ("帮扶消除", "自然消除")
SEXES = ("男", "女")
RELATIONS = (
    "户主", "配偶", "之子", "之女", "之儿媳", "之女婿", "之孙子", "之孙女", "之外孙子", "之外孙女",
    "之父", "之母", "之岳父", "之岳母", "之公公", "之婆婆", "之祖父", "之祖母", "之外祖父",
    "之外祖母", "之兄弟姐妹", "之曾孙子", "之曾孙女", "之侄儿", "之侄女", "之兄弟媳妇", "之叔伯", "其他",
)  # fmt: skip
EDUCATION = ("文盲或半文盲", "小学", "初中", "高中", "大专", "本科及以上")
SCHOOL_STATUS = (
    "学龄前儿童", "学前教育", "小学", "七年级", "八年级", "九年级",
    "普通高中一年级", "普通高中二年级", "普通高中三年级",
    "中职一年级", "中职二年级", "中职三年级",
    "高职高专一年级", "高职高专二年级", "高职高专三年级",
    "技师学院一年级", "技师学院二年级", "技师学院三年级", "技师学院四年级",
    "本科一年级", "本科二年级", "本科三年级", "本科四年级", "本科五年级", "硕士研究生及以上",
)  # fmt: skip
HEALTH = ("健康", "长期慢性病", "患有大病", "残疾")
LABOUR_SKILLS = ("普通劳动力", "技能劳动力", "弱劳动力或半劳动力", "丧失劳动力", "无劳动力")
ABLE_LABOUR = ("普通劳动力", "技能劳动力", "弱劳动力或半劳动力")
SUBSISTENCE_ALLOWANCE = ("城市低保", "农村低保", "未享受")
DESTITUTE_SUPPORT = ("城市特困", "农村特困", "未享受", "不享受")
CALL_DISPOSITIONS = ("有效接通", "接通后挂断", "非本人", "无人接听", "占线", "关机停机", "空号")
SAFEGUARD_ANSWERS = ("有保障", "有问题")
SATISFACTION = ("满意", "基本满意", "不满意")
INSPECTION_UNIT_KINDS = ("村", "户", "项目")
SEVERITIES = ("一般", "较重", "突出")
PROBLEM_SOURCES = ("国家考核", "省级督帮", "区级督查", "电话抽查", "自查", "县级督查")
LOOK_BACK_RESULTS = ("未反弹", "反弹")
# Where a clue comes from (三条发现渠道), in the order in which clues of one day count.
CLUE_CHANNELS = ("农户自主申报", "基层日常排查", "部门大数据预警")
# Classes of the law on social assistance (社会救助法, 第十三条) that a roster has.
ROSTER_CLASSES = ("特困人员", "低保家庭", "低保边缘家庭", "刚性支出困难家庭")
CLUE_RESULTS = ("纳入监测", "已在监测", "不纳入")
FUND_SOURCES = ("中央", "省级", "市级", "区级", "县级")
WORKSHOP_STATES = ("正常", "停产")
DUTY_ROLES = ("牵头", "配合")
