//! What a line of a newspaper page says about itself, by its head, its tail and its length.

use crate::text::is_han;

/// The most characters that a headline has.
const LONGEST_HEADLINE: usize = 35;

const OPENING: &[char] = &['（', '(', '【', '［', '['];
const CLOSING: &[char] = &['）', ')', '】', '］', ']'];

/// Is `text` no longer than `chars` characters? Reads no more of it than it must.
fn is_short(text: &str, chars: usize) -> bool {
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

/// The words under a picture, or the line that says whose picture it is.
pub fn is_caption(text: &str) -> bool {
    const MARKS: &[char] = &['▲', '▼', '◀', '▶', '△', '▽', '◁', '▷', '◄', '►', '↑', '↓', '←', '→', '↖', '↗', '↘', '↙', '◆'];
    const HEADS: &[&str] = &[
        "图为", "图①", "图②", "图③", "图④", "图⑤", "图一：", "图片说明", "图片来源", "上图", "下图", "左图", "右图", "题图", "大图", "小图",
        "资料图", "压题图", "扫描二维码", "扫二维码", "扫码",
    ];
    let Some(first) = text.chars().next() else { return false };
    if MARKS.contains(&first) {
        return true;
    }
    if matches!(first, '图' | '上' | '下' | '左' | '右' | '题' | '大' | '小' | '资' | '压' | '扫')
        && HEADS.iter().any(|head| text.starts_with(head))
    {
        return true;
    }
    let credit = text.trim_end_matches(CLOSING);
    if let Some(rest) = ["摄", "摄影", "供图", "提供"].iter().find_map(|end| credit.strip_suffix(end)) {
        // The name before it is short: look for what announces it.
        let head = rest.char_indices().rev().nth(15).map_or(0, |(at, _)| at);
        let near = &rest[head..];
        let announced = ["记者", "新华社发", "图片由", "通讯员", "人民图片", "影像中国"].iter().any(|word| near.contains(word));
        return announced && credit.len() < text.len()
            || rest.ends_with(char::is_whitespace)
            || announced && is_short(text, LONGEST_HEADLINE) && !near.contains(['，', '。']);
    }
    false
}

const ROLES: &[&str] = &[
    "记者", "通讯员", "作者", "实习生", "评论员", "撰稿人", "责任编辑", "责编", "编辑", "美编", "校对", "审核", "审校", "排版",
    "版式", "统筹", "策划", "监制", "来源", "整理", "编译", "摄影", "文图",
];

/// What may follow the names.
const WORK: &[&str] = &["摄", "文", "图", "摄影", "文图", "摄影报道", "报道", "整理", "编译", "译", "供图", "制图", "供稿", "电"];

/// The family names of nine people in ten, and those common among names in newspapers.
const FAMILY_NAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝蹇";

/// `记者 姜晓凤 文/图`, `□ 王小明`, `责任编辑：李某`: role words and names, and nothing else.
pub fn is_byline(text: &str) -> bool {
    const MARKS: &[char] = &['◆', '◇', '■', '□', '●', '○', '◎', '★', '☆', '—', '－', '-', '*'];
    if !is_short(text, 60) || text.contains(['。', '；', '？', '！', '“']) {
        return false;
    }
    let marked = text.trim_start_matches(|c: char| c.is_whitespace() || MARKS.contains(&c));
    let core = marked.trim_start_matches(OPENING).trim_end_matches(CLOSING);
    let bracketed = core.len() < marked.len();
    if core.ends_with('摄') && !bracketed && !core.contains('文') {
        return false;
    }
    if core.starts_with("作者") && (bracketed || core["作者".len()..].starts_with(['：', ':', '单'])) {
        return true;
    }
    // Is a role said, by a word of its own?
    let mut said = text.starts_with(['□', '■', '◎']);
    let mut words = 0;
    for word in core.split(|c: char| c.is_whitespace() || matches!(c, '/' | '、' | '：' | ':' | '|' | '｜' | '，')) {
        if word.is_empty() {
            continue;
        }
        words += 1;
        if WORK.contains(&word) {
            said |= word.chars().nth(1).is_some() || text.contains('/');
            continue;
        }
        match ROLES.iter().find_map(|role| word.find(role).map(|at| (at, &word[at + role.len()..]))) {
            // 内江日报全媒体记者; 本报记者孟祥麟
            Some((before, name)) if before <= 16 * 3 && (name.is_empty() || is_full_name(name)) => said = true,
            _ if is_name(word) => {}
            // The paper, before the role.
            _ if words == 1 && is_short(word, 12) && word.chars().all(is_han) => {}
            _ => return false,
        }
    }
    said && (words > 1 || bracketed || core.contains("记者") || core.ends_with('员'))
}

/// A name that stands by itself: 王小明, 王, 阿依古丽, 让·迪皮伊
fn is_name(word: &str) -> bool {
    is_short(word, 4) && word.chars().all(is_han) || word.contains('·') && word.chars().all(|c| is_han(c) || c == '·')
}

/// A name that is written on to the word before it: it must begin with a family name.
fn is_full_name(word: &str) -> bool {
    let mut chars = word.chars();
    let work = WORK.iter().find_map(|work| word.strip_suffix(work)).map_or(word, str::trim_end);
    chars.next().is_some_and(|first| FAMILY_NAMES.contains(first)) && is_name(work) && work.chars().nth(1).is_some()
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
        '0'..='9' => numbered(text, |c| c.is_ascii_digit(), &['.', '．', '、', ')', '）']).then_some(Marker::Item),
        '（' | '(' => {
            let inner = &text[text.chars().next()?.len_utf8()..];
            if numbered(inner, |c| c.is_ascii_digit(), &['）', ')']) {
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

fn is_numeral(c: char) -> bool {
    matches!(c, '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十')
}

/// Does `text` begin with at most three digits and one of `ends`, and not with a decimal?
fn numbered(text: &str, is_digit: impl Fn(char) -> bool, ends: &[char]) -> bool {
    let rest = text.trim_start_matches(&is_digit);
    let digits = text[..text.len() - rest.len()].chars().take(4).count();
    let mut rest = rest.chars();
    (1..=3).contains(&digits)
        && rest.next().is_some_and(|end| ends.contains(&end))
        && !rest.next().is_some_and(|next| next.is_ascii_digit())
}

/// How many bytes at the head of `text` are the dateline of a report: `本报讯（记者 姜晓凤）`,
/// `新华社北京11月1日电 （记者 王某）`, `内江网讯`, with the blanks behind.
pub fn dateline(text: &str) -> usize {
    const AGENCIES: &[&str] = &["本报", "本刊", "本台", "本网", "本社", "新华", "据", "中新", "人民", "央视", "中国", "法新", "路透"];
    let window = text.char_indices().nth(30).map_or(text.len(), |(at, _)| at);
    let head = &text[..window];
    let head = &head[..head.find(['，', '。', '：', '、', '；', '“', '（', '(', ',', ' ', '　', '\t']).unwrap_or(window)];
    let agency = AGENCIES.iter().any(|agency| head.starts_with(agency));
    let end = if head.starts_with("本报讯") {
        "本报讯".len()
    } else if head.ends_with('讯') && (agency || head.ends_with("网讯") || head.ends_with("报讯") || head.ends_with("端讯"))
        || head.ends_with("消息") && (agency || head.ends_with("网消息") || head.ends_with("在线消息"))
        || head.ends_with("日电") && head.contains('月')
        || head.ends_with('电') && (head.starts_with("本报") || head.starts_with("新华社"))
    {
        head.len()
    } else {
        return 0;
    };
    let past_blanks = |at: usize| text.len() - text[at..].trim_start().len();
    let mut end = past_blanks(end);
    while text[end..].starts_with(['（', '(']) {
        let near = text[end..].char_indices().nth(80).map_or(text.len(), |(at, _)| end + at);
        let Some(close) = text[end..near].find(['）', ')']) else { break };
        end += close;
        end = past_blanks(end + text[end..].chars().next().map_or(0, char::len_utf8));
    }
    if text[end..].starts_with(['：', ':']) { past_blanks(end + text[end..].chars().next().map_or(0, char::len_utf8)) } else { end }
}

/// Has `text` the length and the marks of a headline? Whether it is one is said by where it stands.
pub fn may_be_headline(text: &str) -> bool {
    is_short(text, LONGEST_HEADLINE)
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
    [('“', '”'), ('‘', '’'), ('（', '）'), ('《', '》')]
        .iter()
        .all(|(open, close)| text.matches(*open).count() == text.matches(*close).count())
}

/// Running text that stops where no sentence stops: it goes on elsewhere.
pub fn is_cut(text: &str) -> bool {
    let mut chars = text.chars();
    let Some(last) = chars.next_back() else { return false };
    (is_han(last) || last.is_ascii_digit() || matches!(last, '、' | '，' | ',')) && is_running(chars.as_str())
}

/// Has the text more than one clause?
fn is_running(text: &str) -> bool {
    text.contains(['，', '。', ','])
}

/// Can `text` be the rest of a paragraph that was cut? It goes on with a word or a closing mark, and
/// ends as running text does.
pub fn is_rest(text: &str) -> bool {
    let begins = |c: char| is_han(c) || c.is_ascii_digit() || "”’）》】〉」』，、：；。！？%".contains(c);
    text.chars().next().is_some_and(begins)
        && dateline(text) == 0
        && (ends_with(text, &['。', '！', '？', '…', '”', '）', '?', '!', ')']) || is_cut(text))
}

/// Does `text` begin with the end of a clause (`需求，采集岗位……`)? A paragraph begins with a longer
/// one, or with a word of time or manner (`近日，`, `据了解，`) or with who speaks (`他说，`).
pub fn begins_midway(text: &str) -> bool {
    const LONGEST_STUMP: usize = 4;
    const OPENERS: &str = "据对此因如但然而同其为首最随目近当于今昨前日现未下不与从在经另再还记那这之总作比例";
    const OPENER_ENDS: &str = "日月年天晚晨午夜来前后时今初末上下间中季周期秋春夏冬说道为称示绍";
    let Some((at, _)) = text.char_indices().take(LONGEST_STUMP + 1).find(|(_, c)| matches!(c, '，' | ',' | '。' | '、'))
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
