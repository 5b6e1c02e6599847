//! What a line of a newspaper page says about itself, by its head, its tail and its length.

use crate::text::is_han;

/// The most characters that a headline has.
pub(super) const LONGEST_HEADLINE: usize = 35;
const LONGEST_HEADLINE_OF_TWO_LINES: usize = 60;

pub(super) const OPENING: &[char] = &['（', '(', '【', '［', '['];
pub(super) const CLOSING: &[char] = &['）', ')', '】', '］', ']'];

/// Is `text` no longer than `chars` characters? Reads no more of it than it must.
pub(super) fn is_short(text: &str, chars: usize) -> bool {
    text.len() <= chars || text.len() <= chars * 4 && text.chars().count() <= chars
}

fn ends_with(text: &str, ends: &[char]) -> bool {
    text.chars().next_back().is_some_and(|last| ends.contains(&last))
}

/// `（上接1版）`, `▶▶下转A02版`
pub fn is_jump_line(text: &str) -> bool {
    const MARKS: &[char] = &['▶', '►', '▷', '→', '>', '》', '◀', '◄', '◁', '←', '▲', '▼'];
    const HEADS: &[&str] = &["上接", "下转", "下接", "上转", "紧接", "详见", "全文见", "相关报道见", "接", "转"];
    if !is_short(text, 20) {
        return false;
    }
    let blank_or = |marks: &'static [char]| move |c: char| c.is_whitespace() || marks.contains(&c);
    let text = text.trim_matches(blank_or(MARKS)).trim_matches(blank_or(OPENING)).trim_matches(blank_or(CLOSING));
    HEADS.iter().any(|head| text.starts_with(head)) && text.trim_end_matches(blank_or(MARKS)).ends_with('版')
}

/// What begins an item of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marker {
    /// `一、` `（一）` `第一章`: a short line behind it is a headline.
    Section,
    /// `1.` `（1）` `①` `•`
    Item,
}

/// The mark of a list item at the head of `text`.
pub fn marker(text: &str) -> Option<Marker> {
    let mut chars = text.chars();
    match chars.next()? {
        '①'..='⑳' | '❶'..='❿' | '•' | '·' | '●' => Some(Marker::Item),
        '-' | '*' | '+' | '–' => chars.next()?.is_whitespace().then_some(Marker::Item),
        first if is_digit(first) => numbered(text, is_digit, &['.', '．', '、', ')', '）']).then_some(Marker::Item),
        '（' | '(' => {
            let inner = &text[text.chars().next()?.len_utf8()..];
            if numbered(inner, is_digit, &['）', ')']) {
                Some(Marker::Item)
            } else {
                numbered(inner, is_numeral, &['）', ')']).then_some(Marker::Section)
            }
        }
        '第' => numbered(&text['第'.len_utf8()..], is_numeral, &['章', '节', '编', '篇']).then_some(Marker::Section),
        first if is_numeral(first) => numbered(text, is_numeral, &['、']).then_some(Marker::Section),
        _ => None,
    }
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '０'..='９')
}

fn is_numeral(c: char) -> bool {
    matches!(c, '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十')
}

/// Does `text` begin with at most three digits and one of `ends`? `1.5万` and `一、二产业` do not.
fn numbered(text: &str, is_digit: fn(char) -> bool, ends: &[char]) -> bool {
    let rest = text.trim_start_matches(is_digit);
    let digits = text[..text.len() - rest.len()].chars().take(4).count();
    let mut rest = rest.chars();
    let end = rest.next().filter(|end| ends.contains(end));
    let mut goes_on = || matches!(end, Some('.' | '．' | '、')) && rest.next().is_some_and(is_digit);
    (1..=3).contains(&digits) && end.is_some() && !goes_on()
}

/// How many bytes at the head of `text` are the dateline of a report: `本报讯（记者 姜晓凤）`,
/// `新华社北京11月1日电 （记者 王某）`, `内江网讯`, with the blanks behind.
pub fn dateline(text: &str) -> usize {
    const AGENCIES: &[&str] =
        &["本报", "本刊", "本台", "本网", "本社", "新华", "据", "中新", "人民", "央视", "中国", "法新", "路透"];
    const LONGEST_HEAD: usize = 30;
    // Most characters are Chinese ones.
    let ends_head = |c: char| {
        !matches!(c, '\u{4E00}'..='\u{9FFF}')
            && (matches!(c, '，' | '。' | '：' | '、' | '；' | '“' | '（' | '(' | ',') || c.is_whitespace())
    };
    let mut chars = text.char_indices().take(LONGEST_HEAD + 1).skip_while(|(_, c)| !ends_head(*c));
    let head = &text[..chars.next().map_or_else(|| text.floor_char_boundary(LONGEST_HEAD * 3), |(at, _)| at)];
    let may_be_agency = head.starts_with(['本', '新', '据', '中', '人', '央', '法', '路']);
    if !may_be_agency && !head.ends_with(['讯', '息']) {
        return 0;
    }
    let agency = AGENCIES.iter().any(|agency| head.starts_with(agency));
    let end = if head.starts_with("本报讯") {
        "本报讯".len()
    } else if let Some(at) = agency.then(|| head.find("日电")).flatten() {
        at + "日电".len()
    } else if head.ends_with('讯') && (agency || ["网讯", "报讯", "端讯"].iter().any(|end| head.ends_with(end)))
        || head.ends_with("消息") && (agency || ["网消息", "在线消息"].iter().any(|end| head.ends_with(end)))
        || head.ends_with('电') && (head.starts_with("本报") || head.starts_with("新华社"))
    {
        head.len()
    } else {
        return 0;
    };
    let mut rest = text[end..].trim_start();
    while rest.starts_with(['（', '(']) {
        let near = rest.char_indices().nth(80).map_or(rest.len(), |(at, _)| at);
        let Some(close) = rest[..near].find(['）', ')']) else { break };
        rest = rest[close..].trim_start_matches(['）', ')']).trim_start();
    }
    text.len() - rest.strip_prefix(['：', ':']).map_or(rest, str::trim_start).len()
}

/// Has `text` the length and the marks of a headline? Whether it is one is said by where it stands:
/// one that stands at the head of a group of lines may be longer.
pub fn may_be_headline(text: &str, heads_group: impl FnOnce() -> bool) -> bool {
    let blanks_for_commas = || text.contains([' ', '\u{3000}']) && !text.contains(['，', ',', '；', '：']);
    (is_short(text, LONGEST_HEADLINE)
        || is_short(text, LONGEST_HEADLINE_OF_TWO_LINES) && (heads_group() || blanks_for_commas()))
        && !text.contains('。')
        && !ends_with(text, &['！', '？', '；', '，', '、', '.', '!', '?', ';', ','])
        && !(text.starts_with(OPENING) && ends_with(text, CLOSING))
        && text.chars().any(is_han)
        && is_balanced(text)
        && !is_date(text)
}

/// `工会搭台——`, `与会嘉宾点赞：`: a line that leads up to the next one.
pub fn leads_on(text: &str) -> bool {
    ends_with(text, &['：', ':', '—'])
}

/// `2023年11月1日`
pub fn is_date(text: &str) -> bool {
    ends_with(text, &['日', '月', '年', '号'])
        && text.contains(['年', '月'])
        && text.chars().all(|c| c.is_ascii_digit() || is_numeral(c) || c.is_whitespace() || "〇零○年月日号".contains(c))
}

/// Is every bracket and quotation mark of `text` closed?
fn is_balanced(text: &str) -> bool {
    let mut open = [0i32; 4];
    for c in text.chars() {
        match c {
            '“' => open[0] += 1,
            '”' => open[0] -= 1,
            '‘' => open[1] += 1,
            '’' => open[1] -= 1,
            '（' => open[2] += 1,
            '）' => open[2] -= 1,
            '《' => open[3] += 1,
            '》' => open[3] -= 1,
            _ => {}
        }
    }
    open == [0; 4]
}

/// Running text that stops where no sentence stops: it goes on elsewhere.
pub fn breaks_off(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next_back().is_some_and(|last| is_han(last) || last.is_ascii_digit() || matches!(last, '、' | '，' | ','))
        && chars.as_str().contains(['，', '。', ','])
}

/// Is `rest`, which has no dateline, the rest of `text`, a paragraph that breaks off? The rest goes on with a word or a
/// closing mark and ends as running text does. Lines that begin alike are entries of a list, lines
/// shorter than a column is wide are verse.
pub fn is_cut(text: &str, rest: &str) -> bool {
    const NARROWEST_COLUMN: usize = 12;
    const OPENERS: &[&str] =
        &["据", "今年", "今天", "昨天", "明天", "近日", "日前", "目前", "如今", "此外", "本台", "本报", "记者"];
    let goes_on = |c: char| is_han(c) || c.is_ascii_digit() || "”’）》】〉」』，、：；。！？%".contains(c);
    let is_running = || match rest.chars().next_back() {
        Some('。' | '！' | '？' | '…' | '!' | '?') => true,
        Some('”' | '）' | ')') => rest.contains(['，', '。', ',']),
        _ => breaks_off(rest),
    };
    rest.starts_with(goes_on)
        && is_running()
        && !is_short(text, NARROWEST_COLUMN)
        && !text.chars().take(2).eq(rest.chars().take(2))
        && (ends_with(text, &['，', ',', '、']) || !OPENERS.iter().any(|opener| rest.starts_with(opener)))
}

/// Does `text` begin with the end of a clause (`需求，采集岗位……`)? A paragraph begins with a longer
/// one, or with a word of time or manner (`近日，`, `据了解，`) or with who speaks (`他说，`).
pub fn begins_midway(text: &str) -> bool {
    const LONGEST_STUMP: usize = 4;
    const OPENERS: &str = "据对此因如但然而同其为首最随目近当于今昨前日现未下不与从在经另再还记那这之总作比例";
    const OPENER_ENDS: &str = "日月年天晚晨午夜来前后时今初末上下间中季周期秋春夏冬说道为称示绍";
    let Some((at, _)) =
        text.char_indices().take(LONGEST_STUMP + 1).find(|(_, c)| matches!(c, '，' | ',' | '。' | '、'))
    else {
        return false;
    };
    let stump = &text[..at];
    !stump.starts_with(|c| OPENERS.contains(c)) && !stump.ends_with(|c| OPENER_ENDS.contains(c))
}

/// Does `text` say more than a headline could?
pub fn is_paragraph(text: &str) -> bool {
    !is_short(text, LONGEST_HEADLINE) || text.contains('。')
}

/// `招聘公告`, `讣告`: the headline of a notice, which is an article of its own.
pub fn heads_notice(text: &str) -> bool {
    ["公告", "启事", "通知", "声明", "讣告", "通告", "公示"].iter().any(|end| text.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jump_lines_stand_alone() {
        for line in ["（上接1版）", "(上接A01版)", "▶▶下转第2版", "下转2版▶", "【下转A02版】"]
        {
            assert!(is_jump_line(line), "{line}");
        }
        for line in ["（上接第一版）会议指出，要抓好落实。", "上接天线下接地", "第2版"] {
            assert!(!is_jump_line(line), "{line}");
        }
    }

    #[test]
    fn list_items_begin_with_a_mark() {
        for line in [
            "1.具有良好品行",
            "1、报名",
            "（1）报名",
            "(12)报名",
            "①报名",
            "- 报名",
            "• 报名",
            "１、报名",
            "（1）2023年",
        ] {
            assert_eq!(marker(line), Some(Marker::Item), "{line}");
        }
        for line in ["一、招聘岗位", "（二）报名", "第三章 附则"] {
            assert_eq!(marker(line), Some(Marker::Section), "{line}");
        }
        for line in ["1.5万人报名", "５．８８", "2023.具有", "一、二产业", "一个人", "——报名", "3名", "（记者"]
        {
            assert_eq!(marker(line), None, "{line}");
        }
    }

    #[test]
    fn a_dateline_ends_where_the_report_begins() {
        for (line, head) in [
            ("本报讯（记者 姜晓凤）11月1日，", "本报讯（记者 姜晓凤）"),
            ("本报北京11月1日电 （记者王小明）会议", "本报北京11月1日电 （记者王小明）"),
            ("新华社北京11月1日电（记者 王小明 李小红） 会议", "新华社北京11月1日电（记者 王小明 李小红） "),
            ("江城网讯 会议", "江城网讯 "),
            ("央视网消息（新闻联播）：会议", "央视网消息（新闻联播）："),
            ("本报讯会议", "本报讯"),
            ("本报讯（没有合上，会议", "本报讯"),
            ("新华社北京11月1日电在这里，", "新华社北京11月1日电"),
            ("本报电力专刊今天出版，", ""),
            ("会议11月1日电贺，", ""),
            ("据了解，通讯", ""),
        ] {
            assert_eq!(&line[..dateline(line)], head, "{line}");
        }
    }

    #[test]
    fn a_paragraph_begins_with_more_than_a_stump() {
        for rest in ["需求，采集岗位", "会商研究。截至目前", "空间”里，一场"] {
            assert!(begins_midway(rest), "{rest}");
        }
        for start in ["近日，联盟成立", "他说，联盟", "10月31日，", "在江城，联盟", "联盟理事长介绍，"]
        {
            assert!(!begins_midway(start), "{start}");
        }
    }
}
