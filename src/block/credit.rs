//! Recognises bylines, captions and picture credits.

use super::chars::{CLOSING, CharSet, OPENING, is_common_han, is_short, marks};
use super::line::{LONGEST_HEADLINE, leads_into_next};
use crate::text::is_han;

/// Returns whether `text` is the caption or the credit line of a picture.
pub fn is_caption(text: &str) -> bool {
    const PREFIXES: &str = "图为 图① 图② 图③ 图④ 图⑤ 图说 图片说明 图片来源 上图 下图 左图 右图 题图 资料图 压题图 扫描二维码 扫二维码 扫码";
    let refers_to_picture = match text.chars().next() {
        Some('▲' | '▼' | '◀' | '▶' | '△' | '▽' | '◁' | '▷' | '◄' | '►' | '◆') => true,
        Some('↑' | '↓' | '←' | '→' | '↖' | '↗' | '↘' | '↙') => true,
        Some('图' | '上' | '下' | '左' | '右' | '题' | '资' | '压' | '扫') => {
            PREFIXES.split(' ').any(|prefix| text.starts_with(prefix))
        }
        _ => false,
    };
    refers_to_picture || is_picture_credit(text)
}

/// Returns whether `text` ends with the author of a picture: `新华社记者 王小明 摄`, `……在公园散步。（李小红供图）`.
fn is_picture_credit(text: &str) -> bool {
    // The test of the last character is quick and excludes most lines.
    if !text.ends_with(|c| matches!(c, '摄' | '影' | '图' | '供') || CLOSING.contains(&c)) {
        return false;
    }
    let credit = text.trim_end_matches(CLOSING);
    let Some(rest) = ["摄", "摄影", "供图", "提供"].iter().find_map(|end| credit.strip_suffix(end)) else {
        return false;
    };
    // Look for a role or an agency in the 16 characters before that word; the name in between is short.
    let near = &rest[rest.char_indices().rev().nth(15).map_or(0, |(at, _)| at)..];
    let has_source =
        ["记者", "新华社发", "图片由", "通讯员", "人民图片", "影像中国"].iter().any(|word| near.contains(word));
    let is_bracketed = credit.len() < text.len();
    let is_credit_line = || is_short(text, LONGEST_HEADLINE) && !near.contains(['，', '。']);
    rest.ends_with(char::is_whitespace) || has_source && (is_bracketed || is_credit_line())
}

/// The words in bylines for what a person does at the newspaper.
const ROLES: &[&str] = &[
    "记者",
    "通讯员",
    "作者",
    "实习生",
    "评论员",
    "撰稿人",
    "责任编辑",
    "责编",
    "编辑",
    "编译",
    "美编",
    "校对",
    "审核",
    "审校",
    "排版",
    "版式",
    "统筹",
    "策划",
    "监制",
    "来源",
    "整理",
    "摄影",
    "文图",
];

/// The maximum length in characters of a word in a byline. The longest consists of the newspaper, the role, the name and
/// the contribution, written without spaces.
const LONGEST_WORD: usize = 26;

/// The words after a name that say what the person contributed: the pictures, the text, the translation.
const CONTRIBUTIONS: &[&str] =
    &["摄", "文", "图", "摄影", "文图", "摄影报道", "报道", "整理", "编译", "译", "供图", "制图", "供稿", "电"];

/// The family names of nine in ten people, and further ones that are common in newspapers.
const FAMILY_NAMES: &str = "\
    王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢\
    姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施\
    文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷\
    盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷\
    晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝蹇";

/// Returns whether `c` is a common family name.
#[inline]
pub fn is_family_name(c: char) -> bool {
    static KNOWN: CharSet = CharSet::EMPTY.with(FAMILY_NAMES);
    KNOWN.contains(c)
}

/// Returns whether `text` is a byline, which consists only of roles, names and contributions:
/// `记者 姜晓凤 文/图`, `□ 王小明`, `责任编辑：李某`.
pub fn is_byline(text: &str) -> bool {
    /// The maximum length in characters.
    const LONGEST_BYLINE: usize = 60;
    const MARKS: &[char] = &['◆', '◇', '■', '□', '●', '○', '◎', '★', '☆', '—', '－', '-', '*'];
    // The cheapest tests come first.
    if text.len() > LONGEST_BYLINE * 4
        || leads_into_next(text)
        || !mentions_contributor(text)
        || marks(text).any(|(_, mark)| is_sentence_mark(mark))
        || !is_short(text, LONGEST_BYLINE)
    {
        return false;
    }
    let unmarked = text.trim_start_matches(|c: char| c.is_whitespace() || MARKS.contains(&c));
    let core = unmarked.trim_start_matches(OPENING).trim_end_matches(CLOSING);
    let is_bracketed = core.len() < unmarked.len();
    // `新华社记者 王小明 摄` is the credit of a picture, but `王小明 文 李小红 摄` is a byline.
    if core.ends_with('摄') && !is_bracketed && !core.contains('文') {
        return false;
    }
    // `作者：张三`, `作者单位：江城大学`, `（作者为江城大学教授）`
    if core.starts_with("作者") && (is_bracketed || core["作者".len()..].starts_with(['：', ':', '单'])) {
        return true;
    }
    // Whether a word of the line marks it as a byline: a role, an unambiguous contribution, or a leading □.
    let mut has_role = text.starts_with(is_byline_mark);
    let mut words = 0;
    for word in core.split(separates_words).filter(|word| !word.is_empty()) {
        words += 1;
        if CONTRIBUTIONS.contains(&word) {
            has_role |= word.chars().nth(1).is_some() || text.contains('/');
            continue;
        }
        if !is_short(word, LONGEST_WORD) {
            return false;
        }
        match split_role(word) {
            // 内江日报全媒体记者; 本报记者孟祥麟
            Some((role, before, name))
                if (before.is_empty() || role.ends_with(['者', '员', '生', '人', '辑']) && is_short(before, 16))
                    && (name.is_empty() || is_full_name(name)) =>
            {
                has_role = true;
            }
            _ if is_name(word) => {}
            // The name of the newspaper, before the role.
            _ if words == 1 && is_short(word, 12) && word.chars().all(is_han) => {}
            _ => return false,
        }
    }
    // 新华社记者 is a byline, but 共同会见记者 is a headline.
    let is_medium =
        |name: &str| name.is_empty() || name.starts_with('本') || name.ends_with(['报', '社', '网', '台', '刊']);
    has_role && (words > 1 || is_bracketed || core.strip_suffix("记者").is_none_or(is_medium))
}

/// Returns whether `c` at the start of a line shows that it is a byline.
fn is_byline_mark(c: char) -> bool {
    matches!(c, '□' | '■' | '◎')
}

/// Returns whether `text` has anything that a byline needs: a leading mark, a role, a contribution of several characters,
/// or a `/` between contributions.
fn mentions_contributor(text: &str) -> bool {
    static FIRST: CharSet = CharSet::EMPTY.with_nth(ROLES, 0).with_nth(CONTRIBUTIONS, 0);
    static SECOND: CharSet = CharSet::EMPTY.with_nth(ROLES, 1).with_nth(CONTRIBUTIONS, 1);
    let is_long = |word: &&&str| word.chars().nth(1).is_some();
    let starts_word = |rest: &str| {
        rest.chars().nth(1).is_some_and(|second| SECOND.contains(second))
            && ROLES.iter().chain(CONTRIBUTIONS).filter(is_long).any(|word| rest.starts_with(word))
    };
    text.starts_with(is_byline_mark)
        || text.char_indices().any(|(at, c)| c == '/' || FIRST.contains(c) && starts_word(&text[at..]))
}

/// The first characters of [`ROLES`].
static ROLE_INITIALS: CharSet = CharSet::EMPTY.with_nth(ROLES, 0);

/// Returns the role at the start of `text`.
fn role_at_start(text: &str) -> Option<&'static str> {
    ROLES.iter().copied().find(|role| text.starts_with(role))
}

/// Returns whether `c` is a mark that occurs in sentences but not in bylines.
fn is_sentence_mark(c: char) -> bool {
    matches!(c, '。' | '；' | '？' | '！' | '“')
}

/// Returns whether `c` separates the words of a byline.
fn separates_words(c: char) -> bool {
    !is_common_han(c) && (c.is_whitespace() || matches!(c, '/' | '、' | '：' | ':' | '|' | '｜' | '，'))
}

/// Finds the first role in `word`. Returns the role and the text before and after it.
fn split_role(word: &str) -> Option<(&'static str, &str, &str)> {
    word.char_indices().filter(|(_, c)| ROLE_INITIALS.contains(*c)).find_map(|(at, _)| {
        let role = role_at_start(&word[at..])?;
        Some((role, &word[..at], &word[at + role.len()..]))
    })
}

/// Returns whether `word`, separated from other words, can be a name: 王小明, 王, 阿依古丽, 让·迪皮伊.
fn is_name(word: &str) -> bool {
    is_short(word, 4) && word.chars().all(is_han) || word.contains('·') && word.chars().all(|c| is_han(c) || c == '·')
}

/// Returns whether `word`, which directly follows a role, is a name with an optional contribution. Unlike a separate
/// name it must start with a family name.
fn is_full_name(word: &str) -> bool {
    let mut chars = word.chars();
    let name = CONTRIBUTIONS.iter().find_map(|suffix| word.strip_suffix(suffix)).map_or(word, str::trim_end);
    chars.next().is_some_and(is_family_name) && is_name(name) && name.chars().nth(1).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognises_bylines_by_roles_and_names() {
        for line in [
            "记者 姜晓凤 文/图",
            "◆江城日报全媒体记者 姜晓凤 文/图",
            "本报记者 孟祥麟 黄发红 刘 歌",
            "本报记者孟祥麟",
            "□ 王小明",
            "文/图 记者 王小明",
            "通讯员 李小红",
            "作者：张三",
            "（作者为江城大学教授）",
            "（记者 王小明 摄）",
            "责任编辑：李小红",
            "本报评论员",
            "新华社记者",
            "江城日报 记者 王小明",
        ] {
            assert!(is_byline(line), "{line}");
        }
        for line in [
            "记者手记",
            "两国总统共同会见记者",
            "校对人员公告",
            "记者从会上了解到，联盟成立一年来成果丰硕。",
            "财产的主要来源：",
            "新华社记者 王小明 摄",
            "文 化",
            "作者的话",
            "江城日报社",
        ] {
            assert!(!is_byline(line), "{line}");
        }
    }

    #[test]
    fn recognises_captions_by_a_reference_to_the_picture_or_its_author() {
        for line in [
            "▲在江城公司参观",
            "图为联盟授牌现场。",
            "图①：技能比武",
            "新华社记者 王小明 摄",
            "市民在公园散步。（本报记者王小明摄）",
            "11月1日，市民在公园散步。新华社发（李小红 摄）",
            "扫描二维码，参加报名",
        ] {
            assert!(is_caption(line), "{line}");
        }
        for line in ["他把这一幕拍摄", "图书馆开放", "上海的资料由他提供", "大雪节气将至"] {
            assert!(!is_caption(line), "{line}");
        }
    }
}
