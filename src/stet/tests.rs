//! Suppression by marks, by exceptions of the configuration and by a suppression list, and the restriction to lines.

use proptest::prelude::*;
#[cfg(feature = "cli")]
use toml::Spanned;

use super::*;
use crate::builtin;
#[cfg(feature = "cli")]
use crate::config::Exception;
use crate::draft::Format;
use crate::finding::FixSafety;
use crate::revise::revise_with;
use crate::rule::TomlFile;

fn engine() -> Engine {
    Engine::new(builtin::rules())
}

fn known_rules() -> Vec<String> {
    builtin::rules().rules.into_iter().map(|rule| rule.id).collect()
}

const COMMA: &str = "punctuation/halfwidth-comma";

/// Returns how many half-width commas are shown, how many are suppressed, and the errors of suppressions without
/// effect.
fn counts(options: &ReviewOptions, text: &str, format: Format) -> (usize, usize, Vec<String>) {
    let engine = engine();
    let draft = Draft::open(text.into(), format).unwrap();
    let review = options.review(&engine, &draft);
    let commas = |findings: &[Finding]| {
        findings.iter().filter(|finding| engine.rules().rules[finding.rule as usize].id == COMMA).count()
    };
    let ineffective = review.ineffective.into_iter().map(|error| error.in_file("稿").to_string()).collect();
    (commas(&review.findings), commas(&review.suppressed), ineffective)
}

#[test]
fn mark_covers_its_line_or_the_next_block() {
    let known_rules = known_rules();
    let options = ReviewOptions { known_rules: &known_rules, ..ReviewOptions::default() };
    for (text, format, shown, suppressed) in [
        (
            "【朱笔保留 punctuation/halfwidth-comma：原文】\n两地携手,共建联盟。\n两地携手,共建联盟。\n",
            Format::Plain,
            1,
            1,
        ),
        ("两地携手,共建联盟。【朱笔保留 punctuation】\n两地携手,共建联盟。\n", Format::Plain, 1, 1),
        (
            "<!-- zhubi stet punctuation: as it was -->\n\n两地携手,共建联盟。\n\n两地携手,共建联盟。\n",
            Format::Markdown,
            1,
            1,
        ),
        ("两地携手,共建联盟。<!-- zhubi 保留 punctuation：原文 -->\n\n两地携手,共建联盟。\n", Format::Markdown, 1, 1),
        (
            "<!-- zhubi stet typo/word -->\n<!-- zhubi stet punctuation -->\n两地携手,共建联盟。\n",
            Format::Markdown,
            0,
            1,
        ),
        ("```\n<!-- zhubi stet punctuation -->\n```\n两地携手,共建联盟。\n", Format::Markdown, 1, 0),
    ] {
        let counted = counts(&options, text, format);
        assert_eq!((counted.0, counted.1), (shown, suppressed), "{text}");
    }
    let ignoring = ReviewOptions { ignore_suppressions: true, known_rules: &known_rules, ..ReviewOptions::default() };
    assert_eq!(counts(&ignoring, "两地携手,共建联盟。【朱笔保留 punctuation】", Format::Plain).0, 1);
}

#[test]
fn reports_ineffective_marks_with_their_position() {
    let known_rules = known_rules();
    let options = ReviewOptions { known_rules: &known_rules, ..ReviewOptions::default() };
    for (mark, position, expected) in [
        ("【朱笔保留 punctuation/halfwidth-coma】", "2:7", "想写的是 punctuation/halfwidth-comma 吗？"),
        ("【朱笔保留 halfwidth-comma】", "2:7", "想写的是 punctuation/halfwidth-comma 吗？"),
        ("【朱笔保留：原文如此】", "2:1", "没有写明规则"),
        ("【朱笔保留 punctuation/halfwidth-comma】", "2:7", "已经用不上"),
    ] {
        let ineffective = counts(&options, &format!("江城\n{mark}\n甲乙丙丁。\n"), Format::Plain).2;
        assert_eq!(ineffective.len(), 1, "{ineffective:?}");
        let error = &ineffective[0];
        assert!(error.starts_with(&format!("稿:{position}：")) && error.contains(expected), "{error}");
    }
    // A mark for a rule that does not run is not reported: it may be of use in other runs.
    let rules = builtin::rules().select(&["typo".to_owned()], &[], crate::finding::Severity::Warning).unwrap();
    let draft = Draft::open("甲乙。【朱笔保留 punctuation/halfwidth-comma】".into(), Format::Plain).unwrap();
    assert_eq!(options.review(&Engine::new(rules), &draft).ineffective, []);
}

/// Returns how many findings in `text` are shown and how many are suppressed, with exceptions for rules and texts.
#[cfg(feature = "cli")]
fn counts_with_exceptions(exceptions: &[(&str, &str)], text: &str) -> (usize, usize) {
    let exceptions: Vec<Exception> = exceptions
        .iter()
        .map(|(rule, text)| Exception { rule: Spanned::new(0..0, (*rule).to_owned()), text: (*text).to_owned() })
        .collect();
    let exceptions = Exceptions::new(&exceptions).unwrap();
    let options = ReviewOptions { exceptions: Some(&exceptions), ..ReviewOptions::default() };
    let (shown, suppressed, _) = counts(&options, text, Format::Plain);
    (shown, suppressed)
}

#[cfg(feature = "cli")]
#[test]
fn exception_suppresses_only_findings_within_its_text() {
    for (rule, words, suppressed) in [
        (COMMA, "携手,共建", 1),
        ("punctuation", "两地携手,共建联盟", 1),
        ("punctuation", ",", 2),
        ("punctuation", "携手，共建", 0),
        ("typo", "携手,共建", 0),
    ] {
        let counted = counts_with_exceptions(&[(rule, words)], "两地携手,共建联盟,欢迎加入。");
        assert_eq!(counted, (2 - suppressed, suppressed), "{words}");
    }
}

#[cfg(feature = "cli")]
#[test]
fn exceptions_that_overlap_each_suppress_what_they_contain() {
    let text = "甲,乙,甲,乙,甲,乙。";
    for (exceptions, suppressed) in [
        // Occurrences of one text that overlap.
        (&[(COMMA, "甲,乙,甲")][..], 4),
        (&[(COMMA, "乙,甲,乙,甲")], 3),
        // A text within another one, whichever comes first.
        (&[("typo", "甲,乙,甲"), (COMMA, "乙,甲")], 2),
        (&[(COMMA, "乙,甲"), ("typo", "甲,乙,甲")], 2),
        (&[(COMMA, "甲,乙"), (COMMA, "乙,甲")], 5),
        (&[], 0),
    ] {
        assert_eq!(counts_with_exceptions(exceptions, text), (5 - suppressed, suppressed), "{exceptions:?}");
    }
}

/// Returns a list with an entry for each half-width comma in `text`.
fn list_of_commas(text: &str) -> SuppressionList {
    let engine = engine();
    let draft = Draft::open(text.into(), Format::Plain).unwrap();
    let entries: Vec<SuppressionEntry> = engine
        .check(&draft)
        .iter()
        .map(|finding| SuppressionEntry {
            why: "原文\"如此\"\n".to_owned(),
            ..SuppressionEntry::of("稿.txt", &engine, &draft, finding)
        })
        .filter(|entry| entry.rule == COMMA)
        .collect();
    let text = SuppressionList::format(&entries);
    let list = SuppressionList::parse(TomlFile::new(SuppressionList::FILE_NAME, text)).unwrap();
    assert!(list.entries().eq(&entries));
    list
}

#[test]
fn listed_place_stays_suppressed_when_other_text_is_edited() {
    let known_rules = known_rules();
    let list = list_of_commas("前一段。\n各方一致同意两地携手,共建联盟并且欢迎加入。\n");
    let options =
        ReviewOptions { known_rules: &known_rules, list: Some((&list, "稿.txt")), ..ReviewOptions::default() };
    for (text, shown, suppressed, ineffective) in [
        ("各方一致同意两地携手,共建联盟并且欢迎加入。\n", 0, 1, 0),
        // Moved, with punctuation corrected nearby.
        ("新的一段,在这里。\n\n后来，各方一致同意：两地携手,共建联盟并且欢迎加入。\n", 1, 1, 0),
        // Edited after the place, and before it.
        ("各方一致同意两地携手,共建全新的产业联盟。\n", 0, 1, 0),
        ("昨天江城江北携手,共建联盟并且欢迎加入。\n", 0, 1, 0),
        // A second occurrence of the same place is new.
        ("各方一致同意两地携手,共建联盟并且欢迎加入。\n各方一致同意两地携手,共建联盟并且欢迎加入。\n", 1, 1, 0),
        // The place no longer occurs.
        ("各方一致同意两地携手，共建联盟并且欢迎加入。\n", 0, 0, 1),
        ("风和日丽,春暖花开。\n", 1, 0, 1),
    ] {
        let (counted_shown, counted_suppressed, errors) = counts(&options, text, Format::Plain);
        let counted = (counted_shown, counted_suppressed, errors.len());
        assert_eq!(counted, (shown, suppressed, ineffective), "{text}\n{errors:?}");
    }
    let other = ReviewOptions { list: Some((&list, "别的.txt")), ..options };
    assert_eq!(counts(&other, "各方一致同意两地携手,共建联盟并且欢迎加入。\n", Format::Plain).0, 1);
}

#[test]
fn reports_invalid_list_with_line_and_column() {
    for (text, position, expected) in [
        ("[[stet]]\npath = 'a'\nrule = 'b'\ntext = 'c'\nwyh = ''", "5:1", "想写的是 why 吗？"),
        ("[[stet]]\npath = 'a'", "1:1", "缺少 rule。"),
        ("[[stet]]\npath = 3", "2:8", "要写字符串"),
    ] {
        let error = SuppressionList::parse(TomlFile::new("list", text)).unwrap_err().to_string();
        assert!(error.starts_with(&format!("list:{position}：")) && error.contains(expected), "{error}");
    }
}

#[test]
fn does_not_fix_suppressed_finding_when_its_context_is_fixed() {
    let known_rules = known_rules();
    let text = "各方一致同意两地携手,共建联盟,欢迎加入...请来。\n";
    let entries: Vec<SuppressionEntry> = list_of_commas(text).entries().take(1).cloned().collect();
    let list = SuppressionList::parse(TomlFile::new("list", SuppressionList::format(&entries))).unwrap();
    let options =
        ReviewOptions { known_rules: &known_rules, list: Some((&list, "稿.txt")), ..ReviewOptions::default() };
    let revision =
        revise_with(&engine(), &Draft::open(text.into(), Format::Plain).unwrap(), FixSafety::Suggested, &options)
            .unwrap();
    let fixed = String::from_utf8(revision.bytes).unwrap();
    assert!(fixed.starts_with("各方一致同意两地携手,共建联盟，欢迎加入"), "{fixed}");
    assert_eq!(revision.suppressed, 1);
}

#[test]
fn restricts_findings_and_fixes_to_lines() {
    let text = "两地携手,共建联盟。\n两地携手,共建联盟。\n两地携手,共建联盟。";
    for (lines, shown) in [(&[2..=2][..], 1), (&[1..=1, 3..=3], 2), (&[1..=9], 3), (&[], 0), (&[4..=4], 0)] {
        let options = ReviewOptions { lines: Some(lines), ..ReviewOptions::default() };
        assert_eq!(counts(&options, text, Format::Plain).0, shown, "{lines:?}");
    }
    let options = ReviewOptions { lines: Some(&[2..=2]), ..ReviewOptions::default() };
    let revision =
        revise_with(&engine(), &Draft::open(text.into(), Format::Plain).unwrap(), FixSafety::Safe, &options).unwrap();
    let expected = "两地携手,共建联盟。\n两地携手，共建联盟。\n两地携手,共建联盟。";
    assert_eq!(String::from_utf8(revision.bytes).unwrap(), expected);
    assert!(revision.remaining.is_empty());
}

#[test]
fn regions_are_let_alone() {
    const COPY: &str = "两地携手,共建联盟。";
    let known_rules = known_rules();
    let options = ReviewOptions { known_rules: &known_rules, ..ReviewOptions::default() };
    // 文 stands for a line of copy with one half-width comma.
    for (lines, shown, suppressed, errors) in [
        ("文/【朱笔关】/文/文/【朱笔开】/文", 2, 2, &[][..]),
        ("【朱笔关 punctuation：照录】/文/【朱笔开 punctuation】/文", 1, 1, &[]),
        ("【朱笔关 typo】/文/【朱笔开】/文", 2, 0, &[]),
        ("文/【zhubi off punctuation/halfwidth-comma】/文", 1, 1, &["2:1：从这里关掉"]),
        ("【朱笔关 typo】/文/【朱笔关】/文/【朱笔关 term】", 1, 1, &["1:1：从这里关掉"]),
        ("文/【朱笔开】/文", 2, 0, &["2:1：这处“开”前面"]),
        ("【朱笔关 typo】/文/【朱笔开 number】/【朱笔开】", 1, 0, &["3:6：这处“开”前面"]),
        ("【朱笔关 punctuation/halfwidth-coma】/文/【朱笔开】", 1, 0, &["1:6：要保留的规则"]),
        // Regions for different rules may overlap.
        ("【朱笔关 punctuation】/文/【朱笔关 typo】/文/【朱笔开 punctuation】/文/【朱笔开 typo】/文", 2, 2, &[]),
        // Regions for the same rules may be nested.
        ("【朱笔关】/文/【朱笔关】/文/【朱笔开】/文/【朱笔开】/文", 1, 3, &[]),
        ("【朱笔关】/文/【朱笔关 typo】/文/【朱笔开 typo】/文/【朱笔开】/文", 1, 3, &[]),
        ("【朱笔关 typo】/【朱笔关】/文/【朱笔开】/文/【朱笔开 typo】", 1, 1, &[]),
        // A family ends its rules; without a name, everything is ended.
        ("【朱笔关 punctuation/halfwidth-comma】/文/【朱笔开 punctuation】/文", 1, 1, &[]),
        ("【朱笔关 punctuation、typo】/文/【朱笔开 typo】/文/【朱笔开】/文", 1, 2, &[]),
        // A mark of either form at the end of a line begins a region there.
        ("文【朱笔关】/文<!-- zhubi on -->/文", 2, 1, &[]),
        ("文<!-- zhubi 关 --> /文/【朱笔开】/文", 2, 1, &[]),
        ("【朱笔关于此事】/文", 1, 0, &[]),
    ] {
        let text = lines.replace('文', COPY).replace('/', "\n");
        let text = text.replace("punctuation\nhalfwidth", "punctuation/halfwidth");
        let counted = counts(&options, &text, Format::Plain);
        assert_eq!((counted.0, counted.1), (shown, suppressed), "{lines}\n{:?}", counted.2);
        assert_eq!(counted.2.len(), errors.len(), "{lines}\n{:?}", counted.2);
        for (error, expected) in counted.2.iter().zip(errors) {
            assert!(error.contains(expected), "{lines}: {error}");
        }
    }
}

#[test]
fn regions_in_formats_with_comments_begin_and_end_anywhere() {
    let options = ReviewOptions::default();
    for (text, format, shown, suppressed) in [
        (
            "两地,甲。\n\n<!-- zhubi off -->\n\n两地,乙。\n\n两地,丙。\n\n<!-- zhubi on -->\n\n两地,丁。\n",
            Format::Markdown,
            2,
            2,
        ),
        ("两地,甲。<!-- 朱笔 关：照录 -->两地,乙。<!-- 朱笔 开 -->两地,丙。\n", Format::Markdown, 2, 1),
        ("- 两地,甲。\n  <!-- zhubi off -->\n- 两地,乙。\n\n> 两地,丙。\n", Format::Markdown, 1, 2),
        ("`<!-- zhubi off -->`\n\n两地,甲。\n", Format::Markdown, 1, 0),
        ("<p>两地,甲。</p><!-- zhubi off --><p>两地,乙。</p><!-- zhubi on --><p>两地,丙。</p>", Format::Html, 2, 1),
        ("<ul><li>两地,甲。<!--zhubi off punctuation--><li>两地,乙。</ul>", Format::Html, 1, 1),
    ] {
        let counted = counts(&options, text, format);
        assert_eq!((counted.0, counted.1), (shown, suppressed), "{text}");
    }
}

#[test]
fn names_commands_for_other_programs_once() {
    let engine = engine();
    let foreign = |text: &str| {
        let draft = Draft::open(text.into(), Format::Markdown).unwrap();
        ReviewOptions::default().review(&engine, &draft).foreign.map(|note| note.message().to_owned())
    };
    let text = "<!-- prettier-ignore -->\n\n甲。\n\n<!-- prettier-ignore -->\n\n<!-- vale off -->\n\n乙。\n";
    assert_eq!(foreign(text).unwrap(), "这里的“prettier-ignore”“vale off”是给别的程序看的，zhubi 照样检查。");
    assert_eq!(foreign("<!-- more -->\n\n<!-- zhubi off -->\n"), None);
}

proptest! {
    #[test]
    fn fixing_changes_nothing_in_regions(pieces in proptest::collection::vec(0..7_usize, 0..12)) {
        const PIECES: [&str; 7] = [
            "两地携手,共建。\n",
            "他说:\"好!\"\n",
            "【朱笔关】\n",
            "【朱笔开】\n",
            "【朱笔关 punctuation】\n",
            "【朱笔开 punctuation】\n",
            "（甲)乙...\n",
        ];
        let text: String = pieces.iter().map(|&piece| PIECES[piece]).collect();
        let draft = Draft::open(text.clone().into_bytes(), Format::Plain).unwrap();
        let options = ReviewOptions::default();
        let fixed = revise_with(&engine(), &draft, FixSafety::Suggested, &options).unwrap().bytes;
        let fixed = String::from_utf8(fixed).unwrap();
        // The regions for all rules as a reader counts them: bare marks nest, and a bare 开 without one ends the others.
        let mut depth = 0;
        prop_assert_eq!(fixed.lines().count(), text.lines().count());
        for (old, new) in text.lines().zip(fixed.lines()) {
            match old {
                "【朱笔关】" => depth += 1,
                "【朱笔开】" => depth = if depth > 0 { depth - 1 } else { 0 },
                _ => {}
            }
            prop_assert!(old == new || depth == 0 && !old.starts_with('【'), "{} → {}", old, new);
        }
    }
}

#[test]
fn mark_on_its_own_line_within_a_paragraph_covers_that_paragraph() {
    for (text, format) in [
        ("<p>两地,共建\n<!-- zhubi stet punctuation -->\n江城,联盟。</p>\n<p>甲,乙。</p>\n", Format::Html),
        // Long lines without a mark at their end go on.
        (
            "他们二十八日在江城的山泉水厂做出了九百四十册图书，送到三十六个村子的便民驿站\n\
             <!-- zhubi stet punctuation -->\n里,很快就借完了。\n\n甲,乙。\n",
            Format::Markdown,
        ),
    ] {
        let draft = Draft::open(text.into(), format).unwrap();
        let review = ReviewOptions::default().review(&engine(), &draft);
        let shown: Vec<&str> = review.findings.iter().map(|finding| &text[finding.span.start - 3..][..3]).collect();
        assert_eq!((shown, review.ineffective), (vec!["甲"], vec![]), "{text}");
    }
}

#[test]
fn mark_between_columns_covers_the_second_only() {
    let text = "# 开通\n\n大桥昨天通车,两岸往来只要十分之一的时间，到\n\n## 小字\n\n<!-- zhubi stet punctuation -->\n\n了,真快。\n";
    let draft = Draft::open(text.into(), Format::Markdown).unwrap();
    let review = ReviewOptions::default().review(&engine(), &draft);
    assert_eq!((review.findings.len(), review.ineffective.len()), (1, 0), "{:?}", review.findings);
}
