#!/usr/bin/env python3
"""Generates the texts of the benchmarks: the same name, size and seed always give the same text.

    python3 tests/bench/texts.py newscast 1000000 > copy.txt

No sentence is copied from anywhere. `newscast` draws words from rules/lexicon/words as often as they occur in Chinese
text, so a change of that list changes the text a little. The other texts are made of the phrases in this file.
"""

import argparse
import itertools
import random
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# The phrases of `figures`: who, when, did, what, why, said.
WHO = "张晓明 李文静 王建国 老支书 合作社负责人 两位返乡青年 市图书馆 乡镇卫生院 社区网格员 青年突击队 水文站 县剧团 \
护林员老周 技术骨干 值班医生 非遗传承人 采茶能手 村民代表 退休教师 快递小哥".split()
WHEN = "清晨 去年秋天 连续三天 入冬以来 2021年3月 周末 近日 春耕时节 节前 当天下午 汛期来临前 每逢赶集日".split()
DID = "整理出 修缮了 走访了 记录下 推广了 清点了 请来 改造了 登记了 送去 收集到 试种了 排练了 检修了 办起了".split()
WHAT = "四十多户人家的心愿 一批旧照片 沿河步道 老戏台 三百余册图书 新品种柑橘 灌溉水渠 夜校课程 山货集市 校园广播站 \
防汛物资 手工竹编 村史馆 古井和石桥 十二座便民驿站 山泉水厂 农机具 儿童阅览角".split()
WHY = "大家都说这样方便多了 日子一天比一天有盼头 效果要等明年才看得出来 这让外出务工的人也放下心来 费用由几家共同承担 \
年轻人愿意留下来了 来往的客商渐渐多了 前后花了将近半年 比原先省下一半工夫 下一步还要请专家来看 谁也没有想到会这样顺利".split()
SAID = "“只要肯动手，办法总会有。” “先把路修通，别的慢慢来。” “我们不图快，图的是稳当。” “这件事早就该做了。”".split()

# The words of `newscast` that do not come from the lexicon.
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN_NAMES = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红文建国志海燕春梅晓东庆德林"
MEASURES = "人 万人 户 家 个村 个项目 万人次 亿元 万元 公里 万亩 万吨 千克 座大桥 所学校 台机器 名工人".split()
TITLES = "主席 市长 教授 记者 局长 工程师 村民 医生 教师 经理 代表".split()
LINKS = "同时 目前 据了解 此外 为此 其中 近年来 接下来 与此同时 截至目前".split()

# Clauses of `newscast` with their weights. A letter stands for a word of the class of that name in the lexicon (n noun,
# v verb, a adjective, d adverb, N verbal noun, S place, T institution, j abbreviation, b attribute, z numeral, i idiom); P is a
# person, M a number with a measure, D a date. Other characters stand for themselves.
CLAUSES = {
    "nbn和nNdvNn": 10,
    "Snv了zan的nN": 9,
    "T对nNdv的znN": 6,
    "把nN和nNv起来": 5,
    "dv了na的nN": 8,
    "在Snv的nN中，nNdv": 6,
    "bn、nN、nn等dv": 8,
    "i的nvn": 3,
    "jnndvznNN": 5,
    "P在S为nNvzn": 6,
    "D，SvM的nN": 5,
    "共有M": 4,
    "自D以来，znv了nN": 4,
    "“nv”bndv": 4,
    "《nNn》dv": 3,
    "nN（nN）dv": 3,
    "比上年增长G": 3,
    "S、S、S等地zdvN": 5,
    "让an与andv": 5,
    "nM是znNn的nn": 5,
}
CLASSES = {"n": "n", "v": "v", "a": "a", "d": "d", "N": "vn", "S": "ns", "T": "nt", "j": "nz", "b": "b", "i": "i", "z": "m"}


def until(size, separator, parts):
    """Joins parts, from an endless iterator, to a text of about `size` bytes that ends in a line break."""
    taken, length = [], 0
    for part in parts:
        taken.append(part)
        length += len(part.encode()) + len(separator)
        if length >= size:
            return separator.join(taken) + "\n"
    raise ValueError("the parts end too early")


def figures(size, seed):
    """Returns Markdown without errors: few distinct words, a number or a date in every other sentence."""
    rng = random.Random(seed)

    def sentence():
        who, when, did, what, why = (rng.choice(words) for words in (WHO, WHEN, DID, WHAT, WHY))
        form = rng.randrange(5)
        if form == 0:
            return f"{when}，{who}{did}{what}，{why}。"
        if form == 1:
            more = f"、{rng.choice(WHAT)}，还{rng.choice(DID)}{rng.choice(WHAT)}"
            return f"{who}和{rng.choice(WHO)}一起{did}{what}{more}；{why}。"
        if form == 2:
            return f"{who}说：{rng.choice(SAID)}"
        if form == 3:
            return f"《{rng.choice(WHAT)}》一文提到，{when}{who}{did}{what}（共{rng.randrange(3, 900)}件），{why}。"
        return f"{why}，{who}{did}的{what}占了{rng.randrange(11, 89)}%，{rng.choice(WHY)}。"

    paragraphs = ("".join(sentence() for _ in range(rng.randrange(2, 7))) for _ in itertools.count())
    return until(size, "\n\n", paragraphs)


def rows(name):
    """Yields the fields of each line of a list of the lexicon."""
    for line in (ROOT / "rules/lexicon" / name).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            yield line.split()


@cache
def lexicon():
    """Returns the words of each class that `CLAUSES` uses, and their cumulated frequencies."""
    letters = {name: letter for letter, name in CLASSES.items()}
    found = {letter: ([], []) for letter in CLASSES}

    def add(letter, word, frequency):
        words, frequencies = found[letter]
        words.append(word)
        frequencies.append(int(frequency))

    for word, frequency, name in rows("words"):
        if name in letters and (len(word) > 1 or name == "d"):
            add(letters[name], word, frequency)
    for idiom, frequency, *_ in rows("idioms"):
        add("i", idiom, frequency)
    return {letter: (words, list(itertools.accumulate(frequencies))) for letter, (words, frequencies) in found.items()}


class Newscast:
    """A source of sentences of news. Persons and places recur within an article, as they do in a paper."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.shapes = list(CLAUSES), list(itertools.accumulate(CLAUSES.values()))
        self.start_article()

    def start_article(self):
        self.persons = [self.person() for _ in range(2)]
        self.places = [self.word("S") for _ in range(4)]

    def word(self, letter):
        words, weights = lexicon()[letter]
        return self.rng.choices(words, cum_weights=weights)[0]

    def person(self):
        return self.rng.choice(SURNAMES) + "".join(self.rng.sample(GIVEN_NAMES, self.rng.choice((1, 2, 2))))

    def part(self, letter):
        """Returns the text that a letter of a clause stands for."""
        rng = self.rng
        if letter == "P":
            return rng.choice(TITLES) + rng.choice(self.persons)
        if letter == "S":
            return rng.choice(self.places)
        if letter == "M":
            number = rng.choice((rng.randrange(2, 100), rng.randrange(100, 9000)))
            return f"{number}{rng.choice(MEASURES)}"
        if letter == "G":
            return f"{rng.randrange(11, 199) / 10:.1f}%"
        if letter == "D":
            day = f"{rng.randrange(1, 13)}月{rng.randrange(1, 29)}日"
            return rng.choice((day, day, f"{rng.randrange(1990, 2025)}年", "今年" + day, day.split("月")[1], "今天", "日前"))
        return self.word(letter) if letter in CLASSES else letter

    def clause(self):
        shapes, weights = self.shapes
        return "".join(map(self.part, self.rng.choices(shapes, cum_weights=weights)[0]))

    def sentence(self):
        rng = self.rng
        clauses = [self.clause() for _ in range(rng.choice((1, 2, 2, 3, 3)))]
        if rng.random() < 0.1:
            clauses.insert(0, rng.choice(LINKS))
        text = "，".join(clauses) + "。"
        if rng.random() < 0.04:
            said = text.replace("“", "‘").replace("”", "’")
            return f"{rng.choice(TITLES)}{rng.choice(self.persons)}说：“{said}”"
        return text

    def headline(self):
        return " ".join("".join(map(self.word, shape)) for shape in ("Sn", "nvN"))

    def article(self):
        """Yields a headline and paragraphs. Most paragraphs have one or two sentences."""
        self.start_article()
        yield self.headline()
        for _ in range(self.rng.randrange(5, 20)):
            yield "".join(self.sentence() for _ in range(self.rng.choice((1, 1, 1, 2, 2, 3))))

    def lines(self):
        while True:
            yield from self.article()


def newscast(size, seed):
    """Returns plain text like that of newscasts: many distinct words, names, places, dates, quotations, figures."""
    return until(size, "\n", Newscast(seed).lines())


def markdown(size, seed):
    """Returns the same as `newscast` in Markdown: headings, blank lines, emphasis, links and lists."""
    source = Newscast(seed)

    def lines():
        while True:
            article = source.article()
            yield f"## {next(article)}"
            for number, paragraph in enumerate(article):
                first, comma, rest = paragraph.partition("，")
                marked = (f"**{first}**", f"[{first}](https://example.com/{number})", f"- {first}", first, first)
                yield marked[number % len(marked)] + comma + rest

    return until(size, "\n\n", lines())


def half_width(size, seed):
    """Returns `newscast` with every ， replaced by a half-width comma."""
    return newscast(size, seed).replace("，", ",")


def half_width_markdown(size, seed):
    """Returns `markdown` with every ， replaced by a half-width comma."""
    return markdown(size, seed).replace("，", ",")


def page(size, seed):
    """Returns a page in Markdown with common slips: half-width commas and brackets, `...`, a doubled 的."""
    text = markdown(size, seed).replace("，", ",").replace("（", "(").replace("）", ")")
    slips = {"的": "的的", "。": "...", "起来": "起來"}
    rng = random.Random(seed)
    return "".join(slips.get(char, char) if rng.random() < 0.02 else char for char in text)


TEXTS = {text.__name__: text for text in (figures, newscast, markdown, half_width, half_width_markdown, page)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=TEXTS)
    parser.add_argument("size", type=int, help="size in bytes, approximately")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(TEXTS[options.name](options.size, options.seed))


if __name__ == "__main__":
    main()
