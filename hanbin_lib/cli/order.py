"""The commands as ``hanbin`` lists them: the month's way first, the others by what they are for."""

from typing import Any

from typer.core import TyperGroup

ORDER: dict[str, dict[str, str]] = {
    "一个月这样走": {
        "check-headings": "① 新来的文件先核对表头",
        "import": "② 导入当月的导出文件：核查，存成数据版本",
        "bulletin": "③ 生成并发布月报：全县一份，每镇一份",
        "serve": "④ 在本机浏览已发布的月报",
        "actions": "⑤ 首页的事项做成行动清单，发给各镇和部门",
        "returns": "⑥ 收回填好的清单，下月首页对账",
    },
    "开始用": {
        "init": "新建工作目录，换成自己的县",
        "demo": "生成演示数据（全部虚构）",
        "doctor": "检查安装和工作目录，说明怎么修",
        "fonts": "安装月报用的字体",
        "template": "本单位自己的 Word 模板：样例、核对、填写",
    },
    "查数和分析": {
        "lab": "打开 JupyterLab 的开始页",
        "trace": "一个数的来历：口径、版本、来源文件和行",
        "indicators": "全部指标的口径",
        "areas": "地区代码，是否计入统计；与另一份清单比较",
        "draw": "抽取督查样本；按记录重抽核对",
        "pool": "合并各县已发布的指标，成为市、省的",
        "figures": "一份月报的全部图：SVG、PNG、CSV",
        "message": "公开版的一段话做成工作群消息（只写文件）",
    },
    "定时和值守": {
        "due": "补齐所有该发布而未发布的月份",
        "health": "检查有没有逾期，发布目录是否完好",
        "schedule": "打印计划任务",
        "index": "重新生成报告目录的首页",
        "prune": "清理过期的半成品、日志和缓存",
        "unpack": "取回打包的旧月份",
    },
    "复核和留底": {
        "verify": "在另一处重做一遍，逐字节比较",
        "audit": "操作记录：谁、何时、导入和发布了什么",
        "versions": "一个月导入过的数据版本",
        "raw-key": "为保管人生成原始文件的密钥",
        "restore-raw": "解密取回保存的原始文件",
    },
}
OTHERS = "其他"
_PLACES = {name: place for place, name in enumerate(n for lines in ORDER.values() for n in lines)}


class Ordered(TyperGroup):
    """A group that lists its commands in that order, each with its line in its panel."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Names, those that the table does not have at the end."""
        return sorted(super().list_commands(ctx), key=lambda name: _PLACES.get(name, len(_PLACES)))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command with what the list says of it; its own help page stays as it is."""
        found: Any = super().get_command(ctx, cmd_name)
        panel = next((panel for panel, lines in ORDER.items() if cmd_name in lines), OTHERS)
        if found is not None:
            found.rich_help_panel = panel
            if panel != OTHERS:
                found.short_help = ORDER[panel][cmd_name]
        return found
