//! Tells prose from text with a syntax: data, programs, markup. Asked only about files whose names say nothing, so where
//! there is doubt the answer is no.

/// Texts that programs, data and markup contain, and prose hardly ever.
const SYNTAX: &[&str] = &[
    "{", "}", "\\", "`", "|", "=", "^", "->", "::", "</", "/>", "<!", "<?", "](", "[[", "[\"", "['", "\t", "**", "$(",
    "/*", "*/", "&lt;", "&gt;", "&amp;", "&quot;", "&nbsp;",
];

/// What lines with a syntax begin with, and lines of prose hardly ever.
const LINE_STARTS: &[&str] =
    &["# ", "## ", "### ", "#!", "//", "-- ", "@", "%", ";", "$", ".. ", "> ", "* ", "+ ", "~~~", "---", "+++"];

/// At most one line in that many may have syntax in prose.
const LINES_PER_SYNTAX: usize = 20;

/// How many lines at the beginning are judged on their own too: that is where a syntax shows, even if long texts follow.
const FIRST_LINES: usize = 40;

/// Returns whether a text is Chinese prose: most of its letters are Chinese, hardly a line has a syntax, and the lines
/// are neither records of a table nor pairs of a key and a value. A text without letters counts as prose.
pub fn reads_as_prose(text: &str) -> bool {
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    is_mostly_chinese(text)
        && !text.contains(|c: char| c.is_control() && !c.is_whitespace())
        && hardly_any_has_syntax(lines().take(FIRST_LINES))
        && hardly_any_has_syntax(lines())
        && !are_pairs(lines())
        && !is_table(lines())
}

fn hardly_any_has_syntax<'t>(lines: impl Iterator<Item = &'t str>) -> bool {
    let (with, all) = lines.fold((0, 0), |(with, all), line| (with + usize::from(has_syntax(line)), all + 1));
    with * LINES_PER_SYNTAX <= all
}

/// Returns whether most lines, and at least three, are pairs of a key and a value.
fn are_pairs<'t>(lines: impl Iterator<Item = &'t str>) -> bool {
    let (pairs, all) = lines.fold((0, 0), |(pairs, all), line| (pairs + usize::from(is_pair(line)), all + 1));
    pairs >= 3 && pairs * 2 > all
}

/// Returns whether at least half of the letters and digits are Chinese characters.
fn is_mostly_chinese(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphanumeric());
    let (chinese, other) = letters.fold((0, 0), |(chinese, other), c| match c {
        '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}' => (chinese + 1, other),
        _ => (chinese, other + 1),
    });
    chinese >= other
}

fn has_syntax(line: &str) -> bool {
    LINE_STARTS.iter().any(|start| line.starts_with(start))
        || SYNTAX.iter().any(|syntax| line.contains(syntax))
        || begins_with_key(line)
        || begins_with_tag(line)
        || begins_with_time(line)
        || is_command(line)
        || has_call(line)
}

/// Returns whether the line is a key in Latin letters with a value: `title: 标题`, `- name: 甲`, `:author: 甲`. A capital
/// letter begins a speaker's name.
fn begins_with_key(line: &str) -> bool {
    let line = line.trim_start_matches(['-', ' ', ':', '"', '\'']);
    let key = line.find(':').map_or("", |end| &line[..end]).trim_end_matches(['"', '\'']);
    let is_key_char = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    key.len() > 1 && key.starts_with(|c: char| c.is_ascii_lowercase()) && key.chars().all(is_key_char)
}

/// Returns whether the line begins with a tag or a section's name in Latin letters, or with a time in brackets: `<p>`,
/// `[main]`, `[00:12.00]`.
fn begins_with_tag(line: &str) -> bool {
    let Some(inside) = line.strip_prefix(['<', '[']) else { return false };
    let name = inside.find(['>', ']', ' ']).map_or("", |end| &inside[..end]);
    name.len() > 1
        && name.chars().all(|c| c.is_ascii() && !c.is_ascii_punctuation() || matches!(c, ':' | '.' | '-' | '_'))
        || line.starts_with('<') && name.len() == 1 && name.starts_with(|c: char| c.is_ascii_lowercase())
}

/// Returns whether the line begins with a date and a time in digits, as in a log, or with a time to the second, as in
/// subtitles.
fn begins_with_time(line: &str) -> bool {
    let stamp: String = line.chars().take_while(|c| !c.is_alphabetic() || *c == 'T').collect();
    stamp.matches(':').count() >= 2
}

/// Returns whether the line is a command with a quoted word: `echo "甲"`, `msgid '甲'`.
fn is_command(line: &str) -> bool {
    let Some((command, rest)) = line.split_once(' ') else { return false };
    command.starts_with(|c: char| c.is_ascii_lowercase())
        && command.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))
        && rest.starts_with(['"', '\''])
}

/// Returns whether a name in Latin letters is followed by `(` and a quotation mark or `)`, as where a function is called.
fn has_call(line: &str) -> bool {
    line.match_indices('(').any(|(open, _)| {
        line[..open].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
            && line[open + 1..].starts_with(['"', '\'', ')'])
    })
}

/// Returns whether the line is a short key, a half-width colon, and a blank or nothing.
fn is_pair(line: &str) -> bool {
    /// The longest key, in bytes.
    const LONGEST_KEY: usize = 60;
    line.find(": ").or_else(|| line.strip_suffix(':').map(str::len)).is_some_and(|end| end <= LONGEST_KEY)
}

/// Returns whether all lines are records with the same number of fields, at least two.
fn is_table<'t>(lines: impl Iterator<Item = &'t str> + Clone) -> bool {
    const SENTENCE_ENDS: [char; 9] = ['。', '！', '？', '…', '”', '；', '：', '!', '?'];
    let has_records = |separator| {
        let mut counts = lines.clone().map(|line| count_outside_quotes(line, separator));
        let first = counts.next().unwrap_or(0);
        first > 0 && counts.clone().next().is_some() && counts.all(|count| count == first)
    };
    !lines.clone().any(|line| line.ends_with(SENTENCE_ENDS)) && [b',', b'\t', b';'].into_iter().any(has_records)
}

/// Returns how often a field ends in a record of a table: at each separator outside quotes.
fn count_outside_quotes(line: &str, separator: u8) -> usize {
    let mut is_quoted = false;
    let mut count = 0;
    for byte in line.bytes() {
        is_quoted ^= byte == b'"';
        count += usize::from(byte == separator && !is_quoted);
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_prose() {
        for text in [
            "",
            "  \n\u{3000}",
            "两地携手,共建联盟。",
            "江城日报\n记者 王小明\n\n　　昨天(1日),“江城号”首航.全程13~17小时,票价$20.\n",
            "床前明月光，疑是地上霜。\n举头望明月，低头思故乡。",
            "问: 今年怎么样?\n答: 很好,增长9%.\n",
            "甲,乙\n丙丁\n",
            "第1版 要闻\n[注]以上数字来自A大学(MIT)的John: 报告.\n--本报记者\n他说\"好\",走了(略);\n",
            "小王:-)笑了。\n他在www.a.cn上说,好。\n",
        ] {
            assert!(reads_as_prose(text), "{text}");
        }
        let long = "昨天，江城召开大会。\n".repeat(40) + "增长率=9%\n|---|\n";
        assert!(reads_as_prose(&long));
    }

    #[test]
    fn refuses_texts_with_a_syntax() {
        for text in [
            "= 标题\n:author: 张三\n\nimage::图,一.png[图,说]\n",
            "标题,作者,正文\n春天来了,张三,\"据新华社消息,今年增长\"\n",
            "姓名\t说明\n张三\t好,很好\n",
            "{\"title\":\"据新华社消息\",\"body\":\"今年增长,好\"",
            "<Content>据新华社,消息</Content>",
            "标题,文\n=======\n\n见 :ref:`图,一 <fig-a>`_,好.\n",
            "# 说明,注释\nprint(\"甲,乙\")\n",
            "#!/bin/sh\necho \"开始,处理\"\n",
            "title: 据新华社消息,好\ntags: 甲,乙\n",
            "标题: 春天来了,好\n作者: 张三,李四\n正文: 甲乙\n",
            "[主要]\n名称=甲,乙\n",
            "[main]\n说明 甲,乙\n",
            "2024-01-01 12:00:00 服务启动,完成\n2024-01-01 12:00:01 连接断开,重试\n",
            "1\n00:00:01,000 --> 00:00:02,000\n你好,世界\n",
            "[00:12.00]春天来了,你好\n",
            "\\section{标题}\n正文,好。\n",
            "# 标题\n\n正文,好。\n\n```\nx,y\n```\n",
            "INSERT INTO 表 VALUES ('甲,乙');\n",
            "msgid \"你好,世界\"\nmsgstr \"\"\n",
            "<p>你好,世界\n",
            "This is an English text, with few Chinese 字.",
            "甲\u{1}乙",
            "FROM 镜像\nLABEL 说明=\"甲,乙\"\n",
        ] {
            assert!(!reads_as_prose(text), "{text}");
        }
        // A syntax shows at the beginning, even if long texts follow.
        let long = "a = 1\nb = 2\nc = 3\n".to_owned() + &"昨天，江城召开大会。\n".repeat(1000);
        assert!(!reads_as_prose(&long));
    }
}
