"""分词: the words of a complaint that may become a theme: no names, no numbers, nothing that every complaint says.

Only redacted texts come in; their placeholders are cut out first. Chinese is cut by rjieba with its parts of speech, which drop names of
people and places; English by its letters.
"""

import re
from collections.abc import Iterator

import rjieba

from shouwen.core.masking.placeholders import PLACEHOLDER

MOST_WORDS = 60
LONGEST_WORD, MOST_CHARACTERS = 16, 4_000
KEPT_PARTS = frozenset({"n", "nz", "v", "vn", "a", "an", "i", "j", "l"})
"""Parts of speech that may say what a complaint is about: nouns, verbs, adjectives, idioms, short forms."""
ENGLISH = re.compile(r"[a-z]{3,24}")
HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]{2,16}")
STOP = frozenset(
    [
        "客户",
        "银行",
        "贵行",
        "我行",
        "本行",
        "投诉",
        "办理",
        "工作",
        "人员",
        "工作人员",
        "希望",
        "要求",
        "没有",
        "可以",
        "可能",
        "需要",
        "进行",
        "反映",
        "问题",
        "情况",
        "处理",
        "觉得",
        "认为",
        "知道",
        "表示",
        "发现",
        "出现",
        "存在",
        "造成",
        "导致",
        "影响",
        "相关",
        "有关",
        "无法",
        "不能",
        "不会",
        "应该",
        "如何",
        "怎么",
        "什么",
        "这样",
        "那样",
        "时候",
        "今天",
        "昨天",
        "现在",
        "已经",
        "开始",
        "告知",
        "告诉",
        "回复",
        "答复",
        "请求",
        "尽快",
        "解决",
        "给予",
        "说明",
        "解释",
        "核实",
        "核查",
        "了解",
        "提出",
        "表达",
        "称",
        "说",
        "看到",
        "感到",
        "发生",
        "本人",
        "自己",
        "有人",
        "大家",
        "电话",
        "手机",
        "号码",
        "姓名",
        "地址",
        "来电",
        "来函",
        "来信",
        "前来",
        "到达",
        "示范",
        "网点",
        "支行",
        "分行",
        "分理处",
        "总行",
        "业务",
    ]
)
STOP_ENGLISH = frozenset(
    [
        "the",
        "and",
        "for",
        "you",
        "your",
        "our",
        "are",
        "was",
        "were",
        "has",
        "have",
        "had",
        "not",
        "but",
        "with",
        "that",
        "this",
        "they",
        "them",
        "their",
        "from",
        "will",
        "would",
        "can",
        "could",
        "should",
        "there",
        "here",
        "when",
        "what",
        "which",
        "who",
        "how",
        "why",
        "all",
        "any",
        "out",
        "about",
        "after",
        "before",
        "again",
        "been",
        "being",
        "did",
        "does",
        "into",
        "more",
        "most",
        "than",
        "then",
        "too",
        "very",
        "just",
        "she",
        "him",
        "her",
        "his",
        "its",
        "bank",
        "customer",
        "complaint",
        "please",
        "said",
        "told",
        "asked",
    ]
)


def words_of(*texts: str) -> tuple[str, ...]:
    """The words of the texts, each once, in order; no more than 60."""
    found: dict[str, None] = {}
    for text in texts:
        for word in _words(PLACEHOLDER.sub(" ", text)[:MOST_CHARACTERS]):
            found.setdefault(word)
    return tuple(found)[:MOST_WORDS]


def _words(text: str) -> Iterator[str]:
    for word, part in rjieba.tag(text):
        if part in KEPT_PARTS and HAN.fullmatch(word) and word not in STOP:
            yield word
    for word in ENGLISH.findall(text.lower()):
        if word not in STOP_ENGLISH and len(word) <= LONGEST_WORD:
            yield word
