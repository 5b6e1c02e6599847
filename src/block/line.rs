//! Classifies a line of a newspaper page by its first and last characters and its length.

use super::chars::{CLOSING, OPENING, begins_han, is_common_han, is_short, marks};
use crate::text::{is_han, is_numeral_to_ten};

/// The maximum length of a headline in characters.
pub(super) const LONGEST_HEADLINE: usize = 35;
const LONGEST_HEADLINE_OF_TWO_LINES: usize = 60;

/// Returns whether `text` is a jump line (转接行), which refers to another page: `（上接1版）`, `▶▶下转A02版`.
pub fn is_jump_line(text: &str) -> bool {
    /// The maximum length in characters.
    const LONGEST_JUMP_LINE: usize = 20;
    const MARKS: &[char] = &['▶', '►', '▷', '→', '>', '》', '◀', '◄', '◁', '←', '▲', '▼'];
    const PREFIXES: &[&str] = &["上接", "下转", "下接", "上转", "紧接", "详见", "全文见", "相关报道见", "接", "转"];
    let space_or = |marks: &'static [char]| move |c: char| c.is_whitespace() || marks.contains(&c);
    let is_decoration = |c: char| !is_common_han(c) && [MARKS, OPENING, CLOSING].iter().any(|marks| space_or(marks)(c));
    if text.len() > LONGEST_JUMP_LINE * 4
        || !text.trim_end_matches(is_decoration).ends_with('版')
        || !is_short(text, LONGEST_JUMP_LINE)
    {
        return false;
    }
    let text = text.trim_matches(space_or(MARKS)).trim_matches(space_or(OPENING)).trim_matches(space_or(CLOSING));
    PREFIXES.iter().any(|prefix| text.starts_with(prefix)) && text.trim_end_matches(space_or(MARKS)).ends_with('版')
}

/// The kind of marker at the start of a list item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListMarker {
    /// `一、` `（一）` `第一章`. A short line with such a marker is a headline.
    Section,
    /// `1.` `（1）` `①` `•`
    Item,
}

/// Returns the list marker at the start of `text`.
pub fn list_marker(text: &str) -> Option<ListMarker> {
    let mut chars = text.chars();
    match chars.next()? {
        first if is_common_han(first) => {
            let is_section = match first {
                '第' => starts_with_number(&text['第'.len_utf8()..], is_numeral_to_ten, &['章', '节', '编', '篇']),
                _ => is_numeral_to_ten(first) && starts_with_number(text, is_numeral_to_ten, &['、']),
            };
            is_section.then_some(ListMarker::Section)
        }
        '①'..='⑳' | '❶'..='❿' | '•' | '·' | '●' => Some(ListMarker::Item),
        '-' | '*' | '+' | '–' => chars.next()?.is_whitespace().then_some(ListMarker::Item),
        first if is_digit(first) => {
            starts_with_number(text, is_digit, &['.', '．', '、', ')', '）']).then_some(ListMarker::Item)
        }
        '（' | '(' => {
            let inner = &text[text.chars().next()?.len_utf8()..];
            if starts_with_number(inner, is_digit, &['）', ')']) {
                Some(ListMarker::Item)
            } else {
                starts_with_number(inner, is_numeral_to_ten, &['）', ')']).then_some(ListMarker::Section)
            }
        }
        _ => None,
    }
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '０'..='９')
}

/// Returns whether `text` starts with one to three digits and one of the delimiters `ends`. Returns `false` if another
/// digit follows the delimiter and makes both one number or enumeration: `1.5万`, `一、二产业`.
fn starts_with_number(text: &str, is_digit: fn(char) -> bool, ends: &[char]) -> bool {
    let rest = text.trim_start_matches(is_digit);
    let digits = text[..text.len() - rest.len()].chars().take(4).count();
    let mut rest = rest.chars();
    let end = rest.next().filter(|end| ends.contains(end));
    let mut continues = || matches!(end, Some('.' | '．' | '、')) && rest.next().is_some_and(is_digit);
    (1..=3).contains(&digits) && end.is_some() && !continues()
}

/// Returns the length in bytes of the dateline (电头) at the start of `text`, including the whitespace after it, or 0:
/// `本报讯（记者 姜晓凤）`, `新华社北京11月1日电 （记者 王某）`, `内江网讯`.
pub fn dateline_length(text: &str) -> usize {
    let is_agency = starts_with_agency(text);
    if !is_agency && !may_announce_news(text) {
        return 0;
    }
    let head = &text[..dateline_head_length(text)];
    let end = if is_agency { end_of_agency_dateline(head) } else { end_of_news_dateline(head) };
    end.map_or(0, |end| text.len() - after_reporters(&text[end..]).len())
}

/// The maximum length in characters of the part of a dateline before the first punctuation mark.
const LONGEST_DATELINE_HEAD: usize = 30;

/// Returns whether 讯 or 息, with which a dateline without an agency ends, is near the start of `text`. This is quick and
/// excludes most texts. It has no branches, so that it takes few instructions for many bytes.
fn may_announce_news(text: &str) -> bool {
    let near = &text.as_bytes()[..text.len().min(LONGEST_DATELINE_HEAD * 4)];
    // The last two bytes of 讯 and 息. Other characters end with them too, but few.
    let ends_news = |first: u8, second: u8| (second == 0xAF) & ((first == 0xAE) | (first == 0x81));
    near.iter().zip(&near[near.len().min(1)..]).fold(false, |found, (&first, &second)| found | ends_news(first, second))
}

/// Returns the length in bytes of the part of `text` before the first punctuation mark or space. If the first characters
/// have none, returns the length of about that many characters.
fn dateline_head_length(text: &str) -> usize {
    let ends_head =
        |c: char| matches!(c, '，' | '。' | '：' | '、' | '；' | '“' | '（' | '(' | ',') || c.is_whitespace();
    let mut at = 0;
    for _ in 0..=LONGEST_DATELINE_HEAD {
        match text.as_bytes().get(at) {
            None => break,
            Some(&byte) if begins_han(byte) => at += 3,
            Some(_) => match text[at..].chars().next() {
                Some(c) if !ends_head(c) => at += c.len_utf8(),
                _ => return at,
            },
        }
    }
    text.floor_char_boundary(LONGEST_DATELINE_HEAD * 3)
}

/// Returns whether `text` starts with the name of a newspaper or an agency, or with 据.
fn starts_with_agency(text: &str) -> bool {
    let mut chars = text.chars();
    let (Some(first), second) = (chars.next(), chars.next()) else { return false };
    match first {
        '据' => true,
        '本' => matches!(second, Some('报' | '刊' | '台' | '网' | '社')),
        '新' => second == Some('华'),
        '中' => matches!(second, Some('新' | '国')),
        '人' => second == Some('民'),
        '央' => second == Some('视'),
        '法' => second == Some('新'),
        '路' => second == Some('透'),
        _ => false,
    }
}

/// Returns the end of the dateline in `head`, which starts with an agency. `head` has no punctuation.
fn end_of_agency_dateline(head: &str) -> Option<usize> {
    if head.starts_with("本报讯") {
        return Some("本报讯".len());
    }
    if let Some(at) = head.find("日电") {
        return Some(at + "日电".len());
    }
    let is_dateline = head.ends_with('讯')
        || head.ends_with("消息")
        || head.ends_with('电') && (head.starts_with("本报") || head.starts_with("新华社"));
    is_dateline.then_some(head.len())
}

/// Returns the end of the dateline in `head`, which starts with the name of a place or a medium: `内江网讯`.
fn end_of_news_dateline(head: &str) -> Option<usize> {
    let is_dateline = match head.chars().next_back() {
        Some('讯') => ["网讯", "报讯", "端讯"].iter().any(|end| head.ends_with(end)),
        Some('息') => ["网消息", "在线消息"].iter().any(|end| head.ends_with(end)),
        _ => false,
    };
    is_dateline.then_some(head.len())
}

/// Returns `text` without the bracketed names of reporters at its start, and without the colon after them.
fn after_reporters(text: &str) -> &str {
    let mut rest = text.trim_start();
    while rest.starts_with(['（', '(']) {
        let near = rest.char_indices().nth(80).map_or(rest.len(), |(at, _)| at);
        let Some(close) = rest[..near].find(['）', ')']) else { break };
        rest = rest[close..].trim_start_matches(['）', ')']).trim_start();
    }
    rest.strip_prefix(['：', ':']).map_or(rest, str::trim_start)
}

/// Returns whether `text` has the length and the punctuation of a headline. Whether it is one depends on the lines
/// around it. `is_first_of_group` says whether the line is the first of several between empty lines; such a line may be
/// longer.
pub fn may_be_headline(text: &str, is_first_of_group: impl FnOnce() -> bool) -> bool {
    let has_spaces_instead_of_commas = || text.contains([' ', '\u{3000}']) && !text.contains(['，', ',', '；', '：']);
    // Most lines are paragraphs, which their last character excludes.
    !text
        .chars()
        .next_back()
        .is_some_and(|c| matches!(c, '。' | '！' | '？' | '；' | '，' | '、' | '.' | '!' | '?' | ';' | ','))
        && (is_short(text, LONGEST_HEADLINE)
            || is_short(text, LONGEST_HEADLINE_OF_TWO_LINES) && (is_first_of_group() || has_spaces_instead_of_commas()))
        && !(text.starts_with(OPENING) && text.ends_with(CLOSING))
        && text.chars().any(is_han)
        && is_balanced_clause(text)
        && !is_date(text)
        && !is_record_of_adoption(text)
}

/// Returns whether `text` says when a law was adopted or amended, as the lines below its title do: 2017年1月18日
/// 江城市第十二届人民代表大会常务委员会第二十五次会议通过.
fn is_record_of_adoption(text: &str) -> bool {
    let ends = ["通过", "批准", "修正", "修订", "公布", "发布", "施行", "实施"];
    let line = text.trim_end().trim_end_matches(['）', ')']);
    let is_digit = |c: char| c.is_ascii_digit();
    let year = text.trim_start_matches(['（', '(', ' ', '\u{3000}']).trim_start_matches(is_digit);
    let month = year.strip_prefix('年').map(|rest| rest.trim_start_matches(is_digit));
    let is_dated = month.and_then(|rest| rest.strip_prefix('月')).is_some_and(|rest| rest.starts_with(is_digit));
    is_dated && ends.iter().any(|end| line.ends_with(end))
}

/// Returns whether `text` ends with punctuation that ends a sentence.
pub fn ends_sentence(text: &str) -> bool {
    text.chars().next_back().is_some_and(|c| matches!(c, '。' | '！' | '？' | '；'))
}

/// Returns whether `text` ends with punctuation that introduces the next line: `工会搭台——`, `与会嘉宾点赞：`.
pub fn leads_into_next(text: &str) -> bool {
    text.chars().next_back().is_some_and(|c| matches!(c, '：' | ':' | '—'))
}

/// Returns whether `text` is a date, such as `2023年11月1日`.
pub fn is_date(text: &str) -> bool {
    text.chars().next_back().is_some_and(|c| matches!(c, '日' | '月' | '年' | '号'))
        && text.contains(['年', '月'])
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || is_numeral_to_ten(c) || c.is_whitespace() || "〇零○年月日号".contains(c))
}

/// Returns whether `text` has no full stop and its brackets and quotation marks are balanced.
fn is_balanced_clause(text: &str) -> bool {
    let mut open = [0i32; 4];
    for (_, mark) in marks(text) {
        match mark {
            '。' => return false,
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

/// Returns whether `text` is running text that stops in the middle of a sentence, so that the sentence continues in
/// another line.
pub fn ends_mid_sentence(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next_back().is_some_and(|last| is_han(last) || last.is_ascii_digit() || matches!(last, '、' | '，' | ','))
        && has_several_clauses(chars.as_str())
}

/// Returns whether `text` contains a comma or a full stop.
fn has_several_clauses(text: &str) -> bool {
    marks(text).any(|(_, mark)| matches!(mark, '，' | '。' | ','))
}

/// Returns whether `rest` continues the paragraph `text`. `text` must end in the middle of a sentence, and `rest` must
/// not have a dateline.
///
/// A continuation starts with a word or a closing mark and ends like running text. `rest` is not one if both start with
/// the same two characters, like entries of a list, or if `text` is shorter than the width of a column, like verse.
pub fn is_continuation(text: &str, rest: &str) -> bool {
    const NARROWEST_COLUMN: usize = 12;
    // Words that start a paragraph, unless the text before them ends with a comma.
    const PARAGRAPH_OPENERS: &[&str] =
        &["据", "今年", "今天", "昨天", "明天", "近日", "日前", "目前", "如今", "此外", "本台", "本报", "记者"];
    let can_continue = |c: char| is_han(c) || c.is_ascii_digit() || "”’）》】〉」』，、：；。！？%".contains(c);
    let is_running_text = || match rest.chars().next_back() {
        Some('。' | '！' | '？' | '…' | '!' | '?') => true,
        Some('”' | '）' | ')') => has_several_clauses(rest),
        _ => ends_mid_sentence(rest),
    };
    rest.starts_with(can_continue)
        && is_running_text()
        && !is_short(text, NARROWEST_COLUMN)
        && !text.chars().take(2).eq(rest.chars().take(2))
        && (text.ends_with(['，', ',', '、']) || !PARAGRAPH_OPENERS.iter().any(|opener| rest.starts_with(opener)))
}

/// Returns whether the marks at the end of `text` and at the start of `rest` show that both are one paragraph: no paragraph
/// starts with a closing mark or with a mark that ends a clause, and none ends with an opening mark.
pub fn marks_show_continuation(text: &str, rest: &str) -> bool {
    /// The minimum number of characters of a line that ends with a comma and is no line of verse, nor a salutation.
    const SHORTEST_CLAUSE: usize = 12;
    let mut start = rest.chars();
    let starts_inside = match start.next() {
        // ’98 is a year without its first two digits.
        Some('’') => !start.next().is_some_and(is_digit),
        Some(first) => matches!(
            first,
            '，' | '。' | '、' | '；' | '：' | '！' | '？' | '”' | '）' | '》' | '】' | '〉' | '」' | '』'
        ),
        None => false,
    };
    let mut end = text.chars().rev();
    let ends_inside = match end.next() {
        Some('，' | '、') => !is_short(text, SHORTEST_CLAUSE) && ends_sentence(rest),
        // After the end of a sentence, an opening quotation mark is a closing one that is turned the wrong way.
        Some('（' | '“' | '‘' | '《' | '〈' | '「' | '『' | '【') => {
            !end.next().is_some_and(|c| matches!(c, '。' | '！' | '？' | '…'))
        }
        _ => false,
    };
    starts_inside || ends_inside
}

/// Returns whether `text` starts with the last words of a clause (`需求，采集岗位……`). The first clause of a paragraph
/// is longer, or it is an adverbial (`近日，`, `据了解，`) or names the speaker (`他说，`).
pub fn starts_mid_clause(text: &str) -> bool {
    // The maximum length in characters of the remainder of a clause.
    const LONGEST_REMAINDER: usize = 4;
    // The first and the last characters of short clauses that can start a paragraph.
    const CLAUSE_OPENERS: &str = "据对此因如但然而同其为首最随目近当于今昨前日现未下不与从在经另再还记那这之总作比例";
    const CLAUSE_ENDS: &str = "日月年天晚晨午夜来前后时今初末上下间中季周期秋春夏冬说道为称示绍";
    let Some((at, _)) =
        text.char_indices().take(LONGEST_REMAINDER + 1).find(|(_, c)| matches!(c, '，' | ',' | '。' | '、'))
    else {
        return false;
    };
    let clause = &text[..at];
    !clause.starts_with(|c| CLAUSE_OPENERS.contains(c)) && !clause.ends_with(|c| CLAUSE_ENDS.contains(c))
}

/// Returns whether `text` is longer than a headline of one line or contains a full stop. The first line of a group may be
/// longer and still be a headline.
pub fn exceeds_headline(text: &str) -> bool {
    !is_short(text, LONGEST_HEADLINE) || text.contains('。')
}

/// Returns whether `text` is the headline of a notice, which is a separate article: `招聘公告`, `讣告`.
pub fn is_notice_headline(text: &str) -> bool {
    ["公告", "启事", "通知", "声明", "讣告", "通告", "公示"].iter().any(|end| text.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognises_jump_lines() {
        for line in ["（上接1版）", "(上接A01版)", "▶▶下转第2版", "下转2版▶", "【下转A02版】"]
        {
            assert!(is_jump_line(line), "{line}");
        }
        for line in ["（上接第一版）会议指出，要抓好落实。", "上接天线下接地", "第2版"] {
            assert!(!is_jump_line(line), "{line}");
        }
    }

    #[test]
    fn recognises_list_markers() {
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
            assert_eq!(list_marker(line), Some(ListMarker::Item), "{line}");
        }
        for line in ["一、招聘岗位", "（二）报名", "第三章 附则"] {
            assert_eq!(list_marker(line), Some(ListMarker::Section), "{line}");
        }
        for line in ["1.5万人报名", "５．８８", "2023.具有", "一、二产业", "一个人", "——报名", "3名", "（记者"]
        {
            assert_eq!(list_marker(line), None, "{line}");
        }
    }

    #[test]
    fn measures_the_dateline() {
        for (line, expected) in [
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
            assert_eq!(&line[..dateline_length(line)], expected, "{line}");
        }
    }

    #[test]
    fn distinguishes_the_end_of_a_clause_from_the_start_of_a_paragraph() {
        for rest in ["需求，采集岗位", "会商研究。截至目前", "空间”里，一场"] {
            assert!(starts_mid_clause(rest), "{rest}");
        }
        for start in ["近日，联盟成立", "他说，联盟", "10月31日，", "在江城，联盟", "联盟理事长介绍，"]
        {
            assert!(!starts_mid_clause(start), "{start}");
        }
    }
}
