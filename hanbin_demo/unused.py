"""Columns that real exports carry and nothing here reads; the import must pass them by."""

import numpy as np

from hanbin_lib.statistics.chance import draw

# Heading -> labels that fill it, first the commonest; none means the column stays empty.
LIFTED: dict[str, tuple[str, ...]] = {
    "民族": ("汉族", "回族", "土家族"),
    "政治面貌": ("群众", "中共党员", "共青团员"),
    "耕地面积（亩）": ("3.2", "2.0", "4.5", "1.1"),
    "林地面积（亩）": ("6", "12.5", "0"),
    "入户路类型": ("水泥路", "泥土路", "砂石路"),
    "是否加入农民专业合作组织": ("是", "否"),
    "主要燃料类型": ("柴草", "清洁能源", "煤炭"),
    "是否有卫生厕所": ("是", "否"),
}
MONITORED: dict[str, tuple[str, ...]] = {
    **LIFTED,
    "年度": ("2022",),
    "义务教育阶段未上学原因": (),
    "残疾类别": (),
    "残疾证办证年度": (),
    "是否会讲普通话": ("是", "否"),
    "是否国外务工": (),
    "就业渠道（易地搬迁后扶使用）": (),
    "产业分类": (),
    "是否参加大病保险": ("是", "否"),
    "是否参加商业补充医疗保险": ("否", "是"),
    "是否接受医疗救助": ("否", "是"),
    "是否参加城乡居民基本养老保险": ("是", "否"),
    "是否参加城镇职工基本养老保险": ("否", "是"),
    "是否享受人身意外保险补贴": (),
    "大专或本科毕业生未就业原因": (),
    "是否事实无人抚养儿童": ("否",),
    "识别标准": ("省定标准",),
    "是否军烈属": ("否", "是"),
    "年度家庭人口数": (),
    "退耕还林面积（亩）": ("1.5", "3", "0"),
    "林果面积（亩）": ("0", "2"),
    "牧草地面积": (),
    "水面面积": (),
    "入户道路是否硬化": ("是", "否"),
    "与村主干路距离": ("0.2", "0.5", "1"),
    "是否有龙头企业带动": ("否", "是"),
    "是否有创业致富带头人带动": ("否", "是"),
    "到户产业帮扶类型": (),
    "是否通生活用电": ("是",),
    "是否通生产用电": ("是",),
    "是否通广播电视": ("是",),
    "住房面积": ("80", "100", "120"),
    "因自然灾害子项": (),
    "其他备注": (),
    "纳入监测对象的收入参考范围": (),
    "实施开发式帮扶措施情况": ("已实施", "尚未实施"),
    "生产生活条件改善": (),
    "基础设施建设": (),
    "风险消除后：是否住房损毁": (),
    "风险消除后：是否饮水设施损毁": (),
    "风险消除后：家庭纯收入": (),
}


def unused_columns(
    columns: dict[str, tuple[str, ...]], household: np.ndarray, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Heading -> cells; members of a household agree."""
    homes = int(household.max()) + 1 if len(household) else 0
    filled = {}
    for heading, labels in columns.items():
        if labels:
            chosen = draw(rng, 0.6 ** np.arange(len(labels)) ** 1.5, homes)
            filled[heading] = np.array(labels, dtype=object)[chosen][household]
        else:
            filled[heading] = np.full(len(household), "", dtype=object)
    return filled
