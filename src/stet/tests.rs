use super::*;
use crate::builtin;
use crate::draft::Format;
use crate::finding::FixSafety;
use crate::revise::revise_within;
use crate::rule::TomlFile;

fn engine() -> Engine {
    Engine::new(builtin::rules())
}

fn known() -> Vec<String> {
    builtin::rules().rules.into_iter().map(|rule| rule.id).collect()
}

const COMMA: &str = "punctuation/halfwidth-comma";

/// How many half-width commas are shown, how many stand, and what is stale.
fn counts(limits: &Limits, text: &str, format: Format) -> (usize, usize, Vec<String>) {
    let engine = engine();
    let draft = Draft::open(text.into(), format).unwrap();
    let review = limits.review(&engine, &draft);
    let commas = |findings: &[Finding]| {
        findings.iter().filter(|finding| engine.rules().rules[finding.rule as usize].id == COMMA).count()
    };
    let stale = review.stale.into_iter().map(|error| error.in_file("稿").to_string()).collect();
    (commas(&review.findings), commas(&review.standing), stale)
}

#[test]
fn a_mark_covers_its_line_or_the_next_block() {
    let known = known();
    let limits = Limits { known: &known, ..Limits::default() };
    for (text, format, shown, standing) in [
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
        let counted = counts(&limits, text, format);
        assert_eq!((counted.0, counted.1), (shown, standing), "{text}");
    }
    let off = Limits { off: true, known: &known, ..Limits::default() };
    assert_eq!(counts(&off, "两地携手,共建联盟。【朱笔保留 punctuation】", Format::Plain).0, 1);
}

#[test]
fn a_mark_without_use_is_told_with_its_place() {
    let known = known();
    let limits = Limits { known: &known, ..Limits::default() };
    for (mark, place, told) in [
        ("【朱笔保留 punctuation/halfwidth-coma】", "2:7", "想写的是 punctuation/halfwidth-comma 吗？"),
        ("【朱笔保留 halfwidth-comma】", "2:7", "想写的是 punctuation/halfwidth-comma 吗？"),
        ("【朱笔保留：原文如此】", "2:1", "没有写明规则"),
        ("【朱笔保留 punctuation/halfwidth-comma】", "2:7", "已经用不上"),
    ] {
        let stale = counts(&limits, &format!("江城\n{mark}\n甲乙丙丁。\n"), Format::Plain).2;
        assert_eq!(stale.len(), 1, "{stale:?}");
        assert!(stale[0].starts_with(&format!("稿:{place}：")) && stale[0].contains(told), "{}", stale[0]);
    }
    // Of a rule that does not run nothing can be said.
    let rules = builtin::rules().select(&["typo".to_owned()], &[], crate::finding::Severity::Warning).unwrap();
    let draft = Draft::open("甲乙。【朱笔保留 punctuation/halfwidth-comma】".into(), Format::Plain).unwrap();
    assert_eq!(limits.review(&Engine::new(rules), &draft).stale, []);
}

#[test]
fn an_exception_lets_its_words_stand_and_nothing_else() {
    let exception =
        |rule: &str, text: &str| Exception { rule: toml::Spanned::new(0..0, rule.to_owned()), text: text.to_owned() };
    for (rule, words, standing) in [
        (COMMA, "携手,共建", 1),
        ("punctuation", "两地携手,共建联盟", 1),
        ("punctuation", ",", 2),
        ("punctuation", "携手，共建", 0),
        ("typo", "携手,共建", 0),
    ] {
        let exceptions = [exception(rule, words)];
        let limits = Limits { exceptions: &exceptions, ..Limits::default() };
        let (shown, stood, _) = counts(&limits, "两地携手,共建联盟,欢迎加入。", Format::Plain);
        assert_eq!((shown, stood), (2 - standing, standing), "{words}");
    }
}

/// The list of all half-width commas in a draft.
fn listed(text: &str) -> List {
    let engine = engine();
    let draft = Draft::open(text.into(), Format::Plain).unwrap();
    let entries: Vec<Entry> = engine
        .check(&draft)
        .iter()
        .map(|finding| Entry { why: "原文\"如此\"\n".to_owned(), ..Entry::of("稿.txt", &engine, &draft, finding) })
        .filter(|entry| entry.rule == COMMA)
        .collect();
    let list = List::read(TomlFile::new(List::FILE_NAME, List::write(&entries))).unwrap();
    assert!(list.entries().eq(&entries));
    list
}

#[test]
fn a_listed_place_survives_edits_elsewhere() {
    let known = known();
    let list = listed("前一段。\n各方一致同意两地携手,共建联盟并且欢迎加入。\n");
    let limits = Limits { known: &known, list: Some((&list, "稿.txt")), ..Limits::default() };
    for (text, shown, standing, stale) in [
        ("各方一致同意两地携手,共建联盟并且欢迎加入。\n", 0, 1, 0),
        // Moved, with a mark corrected nearby.
        ("新的一段,在这里。\n\n后来，各方一致同意：两地携手,共建联盟并且欢迎加入。\n", 1, 1, 0),
        // Edited behind it, or before it.
        ("各方一致同意两地携手,共建全新的产业联盟。\n", 0, 1, 0),
        ("昨天江城江北携手,共建联盟并且欢迎加入。\n", 0, 1, 0),
        // The same once more is new.
        ("各方一致同意两地携手,共建联盟并且欢迎加入。\n各方一致同意两地携手,共建联盟并且欢迎加入。\n", 1, 1, 0),
        // Gone.
        ("各方一致同意两地携手，共建联盟并且欢迎加入。\n", 0, 0, 1),
        ("风和日丽,春暖花开。\n", 1, 0, 1),
    ] {
        let counted = counts(&limits, text, Format::Plain);
        assert_eq!((counted.0, counted.1, counted.2.len()), (shown, standing, stale), "{text}\n{:?}", counted.2);
    }
    let other = Limits { list: Some((&list, "别的.txt")), ..limits };
    assert_eq!(counts(&other, "各方一致同意两地携手,共建联盟并且欢迎加入。\n", Format::Plain).0, 1);
}

#[test]
fn a_list_that_cannot_be_is_told_with_its_place() {
    for (text, place, told) in [
        ("[[stet]]\npath = 'a'\nrule = 'b'\ntext = 'c'\nwyh = ''", "5:1", "想写的是 why 吗？"),
        ("[[stet]]\npath = 'a'", "1:1", "缺少 rule。"),
        ("[[stet]]\npath = 3", "2:8", "要写字符串"),
    ] {
        let error = List::read(TomlFile::new("list", text)).unwrap_err().to_string();
        assert!(error.starts_with(&format!("list:{place}：")) && error.contains(told), "{error}");
    }
}

#[test]
fn what_stands_is_not_fixed_even_when_its_surroundings_are() {
    let known = known();
    let text = "各方一致同意两地携手,共建联盟,欢迎加入...请来。\n";
    let list =
        List::read(TomlFile::new("list", List::write(&listed(text).entries().take(1).cloned().collect::<Vec<_>>())));
    let list = list.unwrap();
    let limits = Limits { known: &known, list: Some((&list, "稿.txt")), ..Limits::default() };
    let revision =
        revise_within(&engine(), Draft::open(text.into(), Format::Plain).unwrap(), FixSafety::Suggested, &limits)
            .unwrap();
    let fixed = String::from_utf8(revision.bytes).unwrap();
    assert!(fixed.starts_with("各方一致同意两地携手,共建联盟，欢迎加入"), "{fixed}");
    assert_eq!(revision.standing, 1);
}

#[test]
fn only_changed_lines_count() {
    let text = "两地携手,共建联盟。\n两地携手,共建联盟。\n两地携手,共建联盟。";
    for (lines, shown) in [(&[2..=2][..], 1), (&[1..=1, 3..=3], 2), (&[1..=9], 3), (&[], 0), (&[4..=4], 0)] {
        let limits = Limits { lines: Some(lines), ..Limits::default() };
        assert_eq!(counts(&limits, text, Format::Plain).0, shown, "{lines:?}");
    }
    let limits = Limits { lines: Some(&[2..=2]), ..Limits::default() };
    let revision =
        revise_within(&engine(), Draft::open(text.into(), Format::Plain).unwrap(), FixSafety::Safe, &limits).unwrap();
    let expected = "两地携手,共建联盟。\n两地携手，共建联盟。\n两地携手,共建联盟。";
    assert_eq!(String::from_utf8(revision.bytes).unwrap(), expected);
    assert!(revision.left.is_empty());
}
