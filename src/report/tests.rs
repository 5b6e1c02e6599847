//! Tests of whole reports, with findings created by hand.

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::block::{BlockKind, BlockKinds, Body};
use crate::check::{Check, Triggers};
use crate::finding::{Related, Severity};
use crate::rule::Metadata;
use crate::text::{Span, width};

pub(super) const COMMA: u32 = 0;
const WORD: u32 = 1;
const COUNT: u32 = 2;
const PAUSE: u32 = 3;

fn rules() -> RuleSet {
    let rule = |id: &str, title: &str, severity, fix, source: &str, message: &str| Rule {
        id: id.to_owned(),
        severity,
        least_severe: Severity::Advice,
        fix,
        scope: BlockKinds::ALL,
        enabled: true,
        yields_to: Option::None,
        overrules: Vec::new(),
        prepared: Option::None,
        page_url: Option::None,
        metadata: Metadata {
            title: title.to_owned(),
            source: source.to_owned(),
            since: Option::None,
            message: message.to_owned(),
            covers: Vec::new(),
            options: Vec::new(),
        }
        .into(),
        // The findings are created by hand, so the check never runs.
        triggers: Triggers::default().into(),
        check: serde_json::from_str::<Check>(r#"{"Weekday":{"cue":"星期"}}"#).unwrap().into(),
    };
    use FixSafety::*;
    use Severity::*;
    RuleSet {
        rules: vec![
            rule("punctuation/comma", "半角逗号", Error, Safe, "GB/T 15834—2011 4.4", "句内停顿用全角逗号。"),
            rule("typo/word", "错别字", Error, Suggested, "", "“{hit}”应为“{to}”。"),
            rule("fact/count", "总数不符", Warning, None, "", "总数是{detail}，请核对。"),
            rule("punctuation/pause", "引号间的顿号", Advice, Suggested, "4.5", "此处不用顿号。"),
        ],
        ..RuleSet::default()
    }
}

/// A draft with one paragraph per line, and its findings.
#[derive(Debug)]
pub(super) struct TestDraft {
    text: String,
    blocks: Vec<Block>,
    findings: Vec<Finding>,
    rules: RuleSet,
}

fn paragraph(start: usize, end: usize) -> Block {
    let body = Body::Slice(Span::new(start, end));
    Block { kind: BlockKind::Paragraph, article: 0, dateline: 0, is_wrapped: false, is_quotation: false, body }
}

impl TestDraft {
    pub(super) fn new(text: &str) -> TestDraft {
        let mut blocks = Vec::new();
        let mut at = 0;
        for line in text.split('\n') {
            blocks.extend((!line.is_empty()).then(|| paragraph(at, at + line.len())));
            at += line.len() + 1;
        }
        TestDraft { text: text.to_owned(), blocks, findings: Vec::new(), rules: rules() }
    }

    /// Adds a finding.
    fn with_finding(mut self, rule: u32, span: Span, suggestions: &[&str]) -> TestDraft {
        let before = |block: &Block| block.extent().start <= span.start;
        self.findings.push(Finding {
            rule,
            block: self.blocks.partition_point(before).saturating_sub(1) as u32,
            span,
            suggestions: suggestions.iter().map(|&text| text.to_owned()).collect::<Vec<_>>().into(),
            fix: self.rules.rules[rule as usize].fix,
            severity: self.rules.rules[rule as usize].severity,
            detail: None,
            related: Box::default(),
        });
        self.findings.sort_by_key(|finding| finding.span.start);
        self
    }

    /// Adds a finding at every occurrence of `flagged`.
    pub(super) fn with_findings(self, rule: u32, flagged: &str, suggestions: &[&str]) -> TestDraft {
        let text = self.text.clone();
        let spans = text.match_indices(flagged).map(|(at, part)| Span::new(at, at + part.len()));
        spans.fold(self, |draft, span| draft.with_finding(rule, span, suggestions))
    }

    fn checked(&self) -> CheckedDraft<'_> {
        CheckedDraft {
            path: "稿.txt",
            text: &self.text,
            is_numbered_by_paragraph: false,
            blocks: &self.blocks,
            findings: &self.findings,
            confirmations: &[],
            rules: &self.rules,
        }
    }

    pub(super) fn report(&self, format: Format, options: ReportOptions) -> String {
        Report::new(format, options).draft(&self.checked()).0
    }

    /// Sets the URLs of the pages of the rules.
    pub(super) fn with_page_urls(mut self) -> TestDraft {
        self.rules.set_page_urls("https://example.com/docs");
        self
    }

    pub(super) fn diff(&self) -> String {
        self.report(Format::Diff, PLAIN)
    }
}

pub(super) const PLAIN: ReportOptions =
    ReportOptions { colour: false, hyperlinks: false, columns: 80, list_all: false };

#[test]
fn diff_shows_short_paragraph_whole() {
    let draft = TestDraft::new("两地携手,共建联盟。").with_findings(COMMA, ",", &["，"]);
    assert_eq!(
        draft.diff(),
        "稿.txt:1:5\n\
         - 两地携手⟦,⟧共建联盟。\n\
         + 两地携手⟦，⟧共建联盟。\n\
         \x20 错误 句内停顿用全角逗号。\n\
         \x20      punctuation/comma  GB/T 15834—2011 4.4  可直接改\n"
    );
}

#[test]
fn diff_uses_colours_instead_of_brackets() {
    let draft = TestDraft::new("两地携手,,共建联盟。").with_finding(COMMA, Span::new(12, 14), &["，"]);
    assert_eq!(
        draft.report(Format::Diff, ReportOptions { colour: true, ..PLAIN }),
        "\u{1b}[1m稿.txt:1:5\u{1b}[0m\n\
         \u{1b}[31m- \u{1b}[0m两地携手\u{1b}[41;97m,,\u{1b}[0m共建联盟。\n\
         \u{1b}[32m+ \u{1b}[0m两地携手\u{1b}[42;30m，\u{1b}[0m共建联盟。\n\
         \u{1b}[1;31m  错误 \u{1b}[0m句内停顿用全角逗号。\n\
         \x20      punctuation/comma  GB/T 15834—2011 4.4  可直接改\n"
    );
}

#[test]
fn diff_shows_one_line_for_finding_without_fix() {
    let mut draft = TestDraft::new("前文有四人。\n三个代表出席。").with_findings(COUNT, "三个", &["四个", "四名"]);
    draft.findings[0].detail = Some("四人".into());
    draft.findings[0].related = [Related { span: Span::new(9, 15), message: "此处是四人。".to_owned() }].into();
    draft.blocks[1].kind = BlockKind::Caption;
    assert_eq!(
        draft.diff(),
        "稿.txt:2:1 图片说明\n\
         ? ⟦三个⟧代表出席。\n\
         \x20 警告 总数是四人，请核对。\n\
         \x20      fact/count  只提示\n\
         \x20      可改为：“四个”、“四名”。\n\
         \x20      另见 1:4：此处是四人。\n"
    );
}

#[test]
fn diff_shows_clauses_around_findings_in_long_paragraph() {
    let filler = "这一句与任何问题都没有关系，它只是把段落撑得很长。".repeat(4);
    let draft = TestDraft::new(&format!("{filler}他迫不急待地走了。{filler}我们再接再励。{filler}"))
        .with_findings(WORD, "迫不急待", &["迫不及待"])
        .with_findings(WORD, "再接再励", &["再接再厉", "再接再砺"]);
    assert_eq!(
        draft.diff(),
        "稿.txt:1:102\n\
         - …它只是把段落撑得很长。他迫不⟦急⟧待地走了。这一句与任何问题都没有关系，…\n\
         + …它只是把段落撑得很长。他迫不⟦及⟧待地走了。这一句与任何问题都没有关系，…\n\
         \x20 错误 “迫不急待”应为“迫不及待”。\n\
         \x20      typo/word  改后请过目\n\
         - …它只是把段落撑得很长。我们再接再⟦励⟧。这一句与任何问题都没有关系，…\n\
         + …它只是把段落撑得很长。我们再接再⟦厉⟧。这一句与任何问题都没有关系，…\n\
         \x20 错误 “再接再励”应为“再接再厉”。\n\
         \x20      typo/word  改后请过目  1:212\n\
         \x20      也可改为：“再接再砺”。\n"
    );
}

#[test]
fn diff_labels_findings_that_share_an_excerpt() {
    let draft = TestDraft::new("“甲”、“乙”、“丙”,三个,四个").with_findings(PAUSE, "、", &[""]).with_findings(
        COMMA,
        ",",
        &["，"],
    );
    assert_eq!(
        draft.diff(),
        "稿.txt:1:4\n\
         - “甲”⟦、⟧“乙”⟦、⟧“丙”⟦,⟧三个⟦,⟧四个\n\
         + “甲”“乙”“丙”⟦，⟧三个⟦，⟧四个\n\
         \x20 建议 ⟦、⟧删去 此处不用顿号。\n\
         \x20      punctuation/pause  4.5  改后请过目  1:4、1:8\n\
         \x20 错误 ⟦,⟧→⟦，⟧ 句内停顿用全角逗号。\n\
         \x20      punctuation/comma  GB/T 15834—2011 4.4  可直接改  1:12、1:15\n"
    );
}

#[test]
fn diff_says_that_overlapping_fix_is_skipped() {
    let draft = TestDraft::new("再接再励,").with_findings(WORD, "再接再励,", &["再接再厉，"]).with_findings(
        COMMA,
        ",",
        &["，"],
    );
    let diff = draft.diff();
    assert!(diff.contains("+ 再接再⟦厉，⟧\n"), "{diff}");
    assert!(diff.contains("punctuation/comma  GB/T 15834—2011 4.4  与别处重叠，暂不改  1:5\n"), "{diff}");
}

#[test]
fn reports_make_invisible_characters_visible() {
    let draft = TestDraft::new("内\u{200B}江\u{1b}[31m日\t报").with_findings(WORD, "\u{200B}", &[""]);
    for options in [PLAIN, ReportOptions { colour: true, ..PLAIN }] {
        let diff = draft.report(Format::Diff, options);
        assert!(diff.contains("<U+200B>") && diff.contains("江<U+001B>[31m日⇥报"), "{diff:?}");
        assert!(!draft.report(Format::Brief, options).contains('\u{200B}'));
    }
}

#[test]
fn diff_summarizes_repeated_findings() {
    let text = "甲,乙,丙\n".repeat(4) + "再接再励,丁";
    let draft = TestDraft::new(&text).with_findings(COMMA, ",", &["，"]).with_findings(WORD, "再接再励", &["再接再厉"]);
    assert_eq!(
        draft.diff(),
        "稿.txt:5:1\n\
         - 再接再⟦励,⟧丁\n\
         + 再接再⟦厉，⟧丁\n\
         \x20 错误 “再接再励”应为“再接再厉”。\n\
         \x20      typo/word  改后请过目\n\
         \n\
         稿.txt:1:2 等 9 处\n\
         - 甲⟦,⟧乙⟦,⟧丙\n\
         + 甲⟦，⟧乙⟦，⟧丙\n\
         \x20 错误 半角逗号 9 处：1:2、1:4、2:2、2:4、3:2 等。\n\
         \x20      句内停顿用全角逗号。\n\
         \x20      punctuation/comma  GB/T 15834—2011 4.4  可直接改\n"
    );
    let all = draft.report(Format::Diff, ReportOptions { list_all: true, ..PLAIN });
    assert!(!all.contains("等 9 处") && all.contains("稿.txt:4:2\n"), "{all}");
}

#[test]
fn diff_summarizes_one_repeated_word_but_not_six_different_ones() {
    let same = TestDraft::new("再接再励。\n".repeat(6).as_str()).with_findings(WORD, "再接再励", &["再接再厉"]);
    assert!(same.diff().starts_with("稿.txt:1:1 等 6 处\n"), "{}", same.diff());
    let words = ["甲乙", "丙丁", "戊己", "庚辛", "壬癸", "子丑"];
    let draft =
        words.iter().fold(TestDraft::new(&words.join("\n")), |draft, word| draft.with_findings(WORD, word, &["丙"]));
    assert_eq!(draft.diff().matches("应为").count(), 6);
}

#[test]
fn diff_of_400_000_equal_findings_is_short() {
    let draft = TestDraft::new("甲,乙");
    let text = "新闻,纸张,".repeat(200_000);
    let finding = |(at, _): (usize, &str)| Finding {
        rule: COMMA,
        block: 0,
        span: Span::new(at, at + 1),
        suggestions: vec!["，".to_owned()].into(),
        fix: FixSafety::Safe,
        severity: Severity::Error,
        detail: None,
        related: Box::default(),
    };
    let findings: Vec<Finding> = text.match_indices(',').map(finding).collect();
    let blocks = [paragraph(0, text.len())];
    let checked = CheckedDraft {
        path: "稿.txt",
        text: &text,
        is_numbered_by_paragraph: false,
        blocks: &blocks,
        findings: &findings,
        confirmations: &[],
        rules: &draft.rules,
    };
    let (diff, tally) = Report::new(Format::Diff, PLAIN).draft(&checked);
    assert!(diff.len() < 2000 && diff.contains("半角逗号 400000 处"), "{diff}");
    assert_eq!((tally.total(), tally.safe), (400_000, 400_000));
}

#[test]
fn end_summarizes_all_drafts() {
    let end = |format, tally: &Tally| Report::new(format, PLAIN).end(tally);
    let clean = TestDraft::new("无错。");
    let faulty = TestDraft::new("甲,乙").with_findings(COMMA, ",", &["，"]).with_findings(COUNT, "乙", &[]);
    let mut tally = Tally::of(&clean.checked());
    assert_eq!(end(Format::Diff, &tally), "已检查 1 篇，未见问题。\n");
    tally.add(Tally::of(&faulty.checked()));
    tally.add(Tally::of(&faulty.checked()));
    assert_eq!(
        end(Format::Diff, &tally),
        "\n已检查 3 篇，2 篇有问题，共 4 处。\n\
         \n\
         \x20           错误    警告    建议\n\
         标点           2       0       0\n\
         事实核算       0       2       0\n\
         \n\
         最多的问题：\n\
         \x20 半角逗号 2 处，首见 稿.txt:1:2\n\
         \x20 总数不符 2 处，首见 稿.txt:1:3\n\
         \n\
         zhubi fix 可直接改 2 处。\n\
         2 处不代改，请核对。\n"
    );
    assert_eq!(
        end(Format::Json, &tally),
        "\n],\"errors\":[],\"summary\":{\"files\":3,\"errors\":2,\"warnings\":2,\"advice\":0,\"stet\":0}}\n"
    );
}

#[test]
fn brief_has_one_line_per_finding() {
    let draft = TestDraft::new("一\n甲,乙").with_findings(COMMA, ",", &["，"]);
    assert_eq!(draft.report(Format::Brief, PLAIN), "稿.txt:2:2: 错误 punctuation/comma 句内停顿用全角逗号。\n");
}

#[test]
fn json_is_one_document_for_any_number_of_drafts() {
    let report = Report::new(Format::Json, PLAIN);
    let faulty = TestDraft::new("甲,乙,丙").with_findings(COMMA, ",", &["，"]);
    let clean = TestDraft::new("无错。");
    for drafts in [vec![], vec![&clean], vec![&faulty], vec![&faulty, &clean, &faulty]] {
        let mut tally = Tally::default();
        let mut texts = Vec::new();
        for draft in drafts {
            let (text, part) = report.draft(&draft.checked());
            tally.add(part);
            if !text.is_empty() {
                texts.push(text);
            }
        }
        let whole = format!("{}{}{}", report.begin(), texts.join(report.separator()), report.end(&tally));
        let value: Value = serde_json::from_str(&whole).unwrap();
        assert_eq!(value["findings"].as_array().unwrap().len(), tally.total());
        assert_eq!(value["summary"]["errors"], tally.total());
    }
}

#[test]
fn finds_every_format_by_its_name() {
    for format in Format::all() {
        assert_eq!(Format::named(format.name()), Some(format));
    }
    assert_eq!(Format::named("xml"), None);
}

/// Text whose widths and boundaries are hard to compute: combining, zero-width, wide and control characters.
const HARD_TEXT: &str = "[一二三，。,;“”…—ab1 \u{301}\u{200D}\u{200B}\u{FE0F}👨👩🏽🇨é\u{1100}\u{1B}\t\r\n]{1,160}";

/// Drafts with findings at any place, overlapping or not.
fn drafts() -> impl Strategy<Value = TestDraft> {
    let hits =
        prop::collection::vec((0..4_u32, any::<prop::sample::Index>(), 0..6_usize, "[，一a\u{301}]{0,3}"), 0..12);
    (HARD_TEXT, hits).prop_map(|(text, hits)| {
        let bounds: Vec<usize> = (0..=text.len()).filter(|&at| text.is_char_boundary(at)).collect();
        hits.iter().fold(TestDraft::new(&text), |draft, (rule, at, len, to)| {
            let from = at.index(bounds.len());
            let to_bound = (from + len).min(bounds.len() - 1);
            draft.with_finding(*rule, Span::new(bounds[from], bounds[to_bound]), &[to])
        })
    })
}

fn without_escape_sequences(text: &str) -> String {
    regex::Regex::new("\u{1b}\\[[0-9;]*m|\u{1b}\\]8;;[!-~]*?\u{1b}\\\\").unwrap().replace_all(text, "").into_owned()
}

proptest! {
    #[test]
    fn diff_lines_fit_the_screen(draft in drafts(), columns in 32..100_usize, colour: bool, list_all: bool) {
        let report = draft.report(Format::Diff, ReportOptions { colour, hyperlinks: false, columns, list_all });
        let linked = draft.with_page_urls().report(Format::Diff, ReportOptions { colour, hyperlinks: true, columns, list_all });
        prop_assert_eq!(without_escape_sequences(&linked), without_escape_sequences(&report));
        for line in without_escape_sequences(&report).lines().filter(|line| !line.starts_with("稿.txt:")) {
            prop_assert!(width(line) <= columns, "{} columns: {line:?}", width(line));
        }
    }

    #[test]
    fn reports_can_be_parsed(draft in drafts()) {
        for format in [Format::Json, Format::Sarif, Format::Gitlab, Format::Rdjson] {
            prop_assert!(serde_json::from_str::<Value>(&whole_report(&draft, format)).is_ok(), "{format:?}");
        }
        for format in [Format::Checkstyle, Format::Junit] {
            let report = whole_report(&draft, format);
            let mut reader = quick_xml::Reader::from_str(&report);
            while reader.read_event().unwrap() != quick_xml::events::Event::Eof {}
        }
        prop_assert_eq!(whole_report(&draft, Format::Github).lines().count(), draft.findings.len());
        prop_assert!(whole_report(&draft, Format::ErrataCsv).split_terminator("\r\n").all(|line| line.ends_with('"')));
        prop_assert!(!whole_report(&draft, Format::Errata).is_empty());
    }

    #[test]
    fn diff_lines_show_draft_before_and_after_fixing(text in "[一二三，,a]{1,20}", list_all: bool) {
        let draft = TestDraft::new(&text).with_findings(COMMA, ",", &["，"]).with_findings(WORD, "一二", &["一"]).with_findings(PAUSE, "三", &["三、"]);
        let edits = crate::fix::plan(&draft.findings, &text, FixSafety::Suggested).edits;
        if !edits.is_empty() {
            // The screen is wide enough for every line.
            let report = draft.report(Format::Diff, ReportOptions { list_all, columns: 200, ..PLAIN }).replace(['⟦', '⟧'], "");
            prop_assert!(report.contains(&format!("\n- {text}\n+ {}\n", edits.apply(&text))), "{report}");
        }
    }

    #[test]
    fn jsonl_records_have_stable_fields_and_exact_positions(draft in drafts()) {
        let report = draft.report(Format::Jsonl, PLAIN);
        prop_assert_eq!(report.lines().count(), draft.findings.len());
        prop_assert!(report.is_empty() || report.ends_with('\n'));
        let position = |offset: usize| {
            let before = &draft.text[..offset];
            let line_start = before.rfind('\n').map_or(0, |at| at + 1);
            (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
        };
        for line in report.lines() {
            let value: Value = serde_json::from_str(line).unwrap();
            let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
            keys.sort_unstable();
            prop_assert_eq!(keys, [
                "column", "end", "end_column", "end_line", "fix", "line", "message", "path", "rule", "severity",
                "source", "start", "suggestions", "text",
            ]);
            let number = |key: &str| value[key].as_u64().unwrap() as usize;
            prop_assert_eq!(value["text"].as_str().unwrap(), &draft.text[number("start")..number("end")]);
            prop_assert_eq!((number("line"), number("column")), position(number("start")));
            prop_assert_eq!((number("end_line"), number("end_column")), position(number("end")));
        }
    }
}

/// Returns the whole report of one draft.
fn whole_report(draft: &TestDraft, format: Format) -> String {
    let report = Report::new(format, PLAIN);
    let (text, tally) = report.draft(&draft.checked());
    report.begin().to_owned() + &text + &report.end(&tally)
}

fn json(draft: &TestDraft, format: Format) -> Value {
    serde_json::from_str(&whole_report(draft, format)).unwrap()
}

/// A draft with characters of one to four bytes before the findings, two kinds of line breaks, an insertion, a finding
/// across two lines, and a suggestion that is never applied.
fn mixed_draft() -> TestDraft {
    let text = "é😀甲,乙\r\n😀甲,乙，丙\n丁 戊己";
    TestDraft::new(text)
        .with_findings(COMMA, ",", &["，"])
        .with_findings(WORD, "丙\n丁", &["丙丁"])
        .with_findings(COUNT, "戊", &["庚"])
        .with_finding(PAUSE, Span::new(text.len(), text.len()), &["。", "！"])
}

/// Returns the byte offset of a line and column in `text`. `length` is the length of a character in the unit that
/// columns count. Both count from 1.
fn offset(text: &str, line: &Value, column: &Value, length: impl Fn(char) -> usize) -> usize {
    let number = |value: &Value| value.as_u64().unwrap() as usize;
    let start: usize = text.split_inclusive('\n').take(number(line) - 1).map(str::len).sum();
    let mut left = number(column) - 1;
    let before = text[start..].chars().take_while(|c| {
        let fits = left > 0;
        left = left.saturating_sub(length(*c));
        fits
    });
    start + before.map(char::len_utf8).sum::<usize>()
}

#[test]
fn lines_and_columns_in_sarif_and_rdjson_match_spans_of_findings() {
    let draft = mixed_draft();
    let spans: Vec<Span> = draft.findings.iter().map(|finding| finding.span).collect();
    let sarif = json(&draft, Format::Sarif);
    let places = sarif["runs"][0]["results"].as_array().unwrap().iter().map(|result| {
        let region = &result["locations"][0]["physicalLocation"]["region"];
        assert_eq!(region["snippet"]["text"].as_str().unwrap().len(), span_of(&draft.text, region).len());
        span_of(&draft.text, region)
    });
    assert_eq!(places.collect::<Vec<Span>>(), spans);
    let rdjson = json(&draft, Format::Rdjson);
    let places = rdjson["diagnostics"].as_array().unwrap().iter().map(|diagnostic| {
        let point = |name| {
            let point = &diagnostic["location"]["range"][name];
            offset(&draft.text, &point["line"], &point["column"], char::len_utf8)
        };
        Span::new(point("start"), point("end"))
    });
    assert_eq!(places.collect::<Vec<Span>>(), spans);
}

/// Returns the span of a SARIF region.
fn span_of(text: &str, region: &Value) -> Span {
    let point = |line, column| offset(text, &region[line], &region[column], |_| 1);
    Span::new(point("startLine", "startColumn"), point("endLine", "endColumn"))
}

#[test]
fn sarif_and_rdjson_omit_suggestions_that_are_never_applied() {
    let draft = mixed_draft();
    let sarif = json(&draft, Format::Sarif);
    let rdjson = json(&draft, Format::Rdjson);
    for (index, finding) in draft.findings.iter().enumerate() {
        let offered = if finding.fix == FixSafety::None { &[][..] } else { &finding.suggestions };
        let texts = |values: &Value, pointer: &str| -> Vec<String> {
            let texts = values.as_array().into_iter().flatten();
            texts.map(|value| value.pointer(pointer).unwrap().as_str().unwrap().to_owned()).collect()
        };
        let result = &sarif["runs"][0]["results"][index];
        let inserted = "/artifactChanges/0/replacements/0/insertedContent/text";
        assert_eq!(texts(&result["fixes"], inserted), offered);
        assert_eq!(texts(&rdjson["diagnostics"][index]["suggestions"], "/text"), offered);
        assert!(result["message"]["text"].as_str().unwrap().contains(finding.suggestions[0].as_str()));
    }
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), 4);
}

#[test]
fn github_annotation_has_columns_only_within_one_line() {
    let report = mixed_draft().report(Format::Github, PLAIN);
    let lines: Vec<&str> = report.lines().collect();
    assert_eq!(lines.len(), 5, "{report}");
    assert!(
        lines[0].starts_with("::error file=稿.txt,line=1,endLine=1,col=4,endColumn=5,title=半角逗号（"),
        "{report}"
    );
    assert!(lines[2].contains(",line=2,endLine=3,title="), "{report}");
}

#[test]
fn fingerprints_are_unique_and_survive_changes_elsewhere() {
    let fingerprints = |draft: &TestDraft| -> Vec<String> {
        let issues = json(draft, Format::Gitlab);
        issues.as_array().unwrap().iter().map(|issue| issue["fingerprint"].as_str().unwrap().to_owned()).collect()
    };
    let draft = TestDraft::new("甲,乙\n一二三四五六七八九,乙\n甲,乙").with_findings(COMMA, ",", &["，"]);
    let before = fingerprints(&draft);
    assert_eq!(before.iter().collect::<std::collections::BTreeSet<_>>().len(), 3, "{before:?}");
    let moved =
        TestDraft::new("新的一段。\n\n甲,乙\n改过了一二三四五六七八九,乙\n甲,乙").with_findings(COMMA, ",", &["，"]);
    assert_eq!(fingerprints(&moved), before);
    // Other programs store fingerprints. A different value would make every finding new to them.
    assert_eq!(before[0], "6b244366e4e8747c");
}

#[test]
fn errata_lists_each_erratum_once_with_its_count() {
    let draft = TestDraft::new("前一句。两地携手,共建联盟。后一句。\n甲,乙=")
        .with_findings(COMMA, ",", &["，"])
        .with_findings(COUNT, "=", &[]);
    let draft = draft.with_findings(WORD, "前", &[""]).with_finding(PAUSE, Span::new(0, 0), &["　"]);
    assert_eq!(
        whole_report(&draft, Format::Errata),
        "误      正          次数  首见        原句\n\
         前      （删去）    1     稿.txt:1:1  ⟦前⟧一句。\n\
         （缺）  　          1     稿.txt:1:1  前一句。\n\
         ,       ，          2     稿.txt:1:9  两地携手⟦,⟧共建联盟。\n\
         =       （请核对）  1     稿.txt:2:4  甲,乙⟦=⟧\n\
         \n共 4 条，5 处。\n"
    );
    let csv = whole_report(&draft, Format::ErrataCsv);
    assert!(csv.starts_with("\u{FEFF}\"误\",\"正\",\"次数\",\"首见\",\"原句\",\"问题\",\"规则\"\r\n"), "{csv}");
    assert!(
        csv.contains(
            "\",\",\"，\",\"2\",\"稿.txt:1:9\",\"两地携手,共建联盟。\",\"半角逗号\",\"punctuation/comma\"\r\n"
        )
    );
    assert!(csv.contains("\"'=\",\"（请核对）\""), "{csv}");
}

#[test]
fn xml_reports_make_control_characters_visible() {
    let draft = TestDraft::new("<a>&\u{1}\u{FFFF},\"").with_findings(COMMA, "\u{1}\u{FFFF},", &["]]>"]);
    for format in [Format::Checkstyle, Format::Junit] {
        let report = whole_report(&draft, format);
        assert!(report.contains("“&lt;U+0001&gt;\u{FFFD},”可改为“]]&gt;”。"), "{report}");
        let mut reader = quick_xml::Reader::from_str(&report);
        while reader.read_event().unwrap() != quick_xml::events::Event::Eof {}
    }
}
