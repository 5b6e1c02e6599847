//! Uses the library as another program does: drafts, findings, fixes and errors.

use std::error::Error as _;
use std::fs;
use std::io;

use encoding_rs::GBK;
use zhubi::{Checker, Draft, Encoding, ErrorKind, Finding, FixSafety, Format, Position, Severity};

const COMMA: &str = "punctuation/halfwidth-comma";

fn plain(text: &str) -> Draft {
    Draft::open(text.into(), Format::Plain).unwrap()
}

fn rules(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.rule.as_str()).collect()
}

#[test]
fn describes_a_finding_completely() {
    let draft = plain("江城消息\n两地携手,共建联盟。\n");
    let findings = Checker::new().check(&draft);
    assert_eq!(rules(&findings), [COMMA]);
    let comma = &findings[0];
    assert_eq!(comma.severity, Severity::Error);
    assert_eq!(comma.range, 25..26);
    assert_eq!((comma.start, comma.end), (Position { line: 2, column: 5 }, Position { line: 2, column: 6 }));
    assert_eq!((comma.suggestions.as_slice(), comma.fix), (["，".to_owned()].as_slice(), FixSafety::Safe));
    assert!(comma.message.ends_with('。') && comma.source.contains("GB/T 15834"), "{comma:?}");
}

#[test]
fn sorts_findings_and_describes_related_places() {
    let draft = plain("投资13-17亿元,建设（三期工程。\n会议于2023年2月30日举行,到会120人，其中男70人，女60人。\n");
    let findings = Checker::new().check(&draft);
    assert!(findings.is_sorted_by_key(|finding| (finding.range.start, finding.range.end)), "{findings:#?}");
    assert!(findings.len() > 3, "{findings:#?}");
    for finding in &findings {
        let before = &draft.text()[..finding.range.start];
        assert_eq!(finding.start.line, 1 + before.matches('\n').count());
        assert_eq!(finding.start.column, 1 + before.rsplit('\n').next().unwrap().chars().count());
        assert!(finding.fix == FixSafety::None || !finding.suggestions.is_empty());
        for related in &finding.related {
            assert!(draft.text().get(related.range.clone()).is_some() && !related.message.is_empty());
        }
    }
}

#[test]
fn fixes_only_what_is_safe_enough() {
    let draft = plain("两地携手,共建联盟。他说:“好”。\n投资13-17亿元。\n");
    let checker = Checker::new();
    let safe = checker.fix(&draft, FixSafety::Safe).unwrap();
    let suggested = checker.fix(&draft, FixSafety::Suggested).unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    assert!(text(&safe.bytes).starts_with("两地携手，共建联盟。"));
    assert_eq!(safe.applied[COMMA], 1);
    assert!(text(&suggested.bytes).contains("13亿～17亿元"), "{}", text(&suggested.bytes));
    assert!(suggested.applied.values().sum::<usize>() > safe.applied.values().sum());
    assert!(checker.check(&draft.reopen(suggested.bytes).unwrap()).is_empty());
    let clean = checker.fix(&plain("风和日丽。\n"), FixSafety::Suggested).unwrap();
    assert_eq!((clean.bytes.as_slice(), clean.applied.len()), ("风和日丽。\n".as_bytes(), 0));
}

#[test]
fn keeps_the_encoding_of_a_draft() {
    let encode = |text: &str| GBK.encode(text).0.into_owned();
    let draft = Draft::open_in(encode("两地携手,共建联盟。\r\n"), Format::Plain, Some(Encoding::Gbk)).unwrap();
    assert_eq!(draft.text(), "两地携手,共建联盟。\r\n");
    let fixed = Checker::new().fix(&draft, FixSafety::Safe).unwrap();
    assert_eq!(fixed.bytes, encode("两地携手，共建联盟。\r\n"));
}

#[test]
fn fixes_html_without_changing_its_markup() {
    let draft = Draft::open("<p>两地<b>携手</b>,共建联盟。</p>".into(), Format::Html).unwrap();
    let fixed = Checker::new().fix(&draft, FixSafety::Safe).unwrap();
    assert_eq!(fixed.bytes, "<p>两地<b>携手</b>，共建联盟。</p>".as_bytes());
}

#[test]
fn leaves_out_suppressed_findings_unless_told_otherwise() {
    let draft = plain("两地携手,共建联盟。【朱笔保留 punctuation/halfwidth-comma：原文】\n");
    let checker = Checker::new();
    assert!(checker.check(&draft).is_empty());
    assert_eq!(checker.fix(&draft, FixSafety::Suggested).unwrap().bytes, draft.text().as_bytes());
    let strict = Checker::builder().ignore_suppressions(true).build().unwrap();
    assert_eq!(rules(&strict.check(&draft)), [COMMA]);
    assert_eq!(strict.fix(&draft, FixSafety::Safe).unwrap().applied[COMMA], 1);
}

#[test]
fn builder_chooses_rules_and_their_options() {
    let draft = plain("两地携手,投资13-17亿元。\n");
    let found = |checker: Checker| checker.check(&draft).into_iter().map(|finding| finding.rule).collect::<Vec<_>>();
    let all = found(Checker::default());
    assert!(all.len() > 1 && all.contains(&COMMA.to_owned()), "{all:?}");
    let only = Checker::builder().only("number").only(COMMA).skip("number").build().unwrap();
    assert_eq!(only.rule_ids().collect::<Vec<_>>(), [COMMA]);
    assert_eq!(found(only), [COMMA]);
    let errors = Checker::builder().level(Severity::Error).build().unwrap();
    let advice = Checker::builder().level(Severity::Advice).build().unwrap();
    assert!(errors.rule_ids().count() < advice.rule_ids().count());

    let range = |checker: &Checker| checker.fix(&plain("气温13-17摄氏度。"), FixSafety::Suggested).unwrap().bytes;
    let chosen = Checker::builder().option("number/quantity-range-sign", "sign", "至").build().unwrap();
    assert_eq!(range(&Checker::new()), "气温13～17摄氏度。".as_bytes());
    assert_eq!(range(&chosen), "气温13至17摄氏度。".as_bytes());

    let old = Checker::builder().style("people-daily-1990s").build().unwrap();
    assert!(!old.rule_ids().any(|id| id == "number/fullwidth-digit"));
    assert!(Checker::new().rule_ids().any(|id| id == "number/fullwidth-digit"));
}

#[test]
fn checks_dates_against_the_date_of_the_issue() {
    let draft = plain("报名从11月1日（星期一）开始。\n");
    let dated = |date: &str| Checker::builder().issue_date(date).build().unwrap().check(&draft);
    assert!(dated("2021-10-28").is_empty(), "1 November 2021 was a Monday");
    assert!(!dated("2023-10-28").is_empty(), "1 November 2023 was a Wednesday");
}

/// A rule file with one rule that finds `甲` and replaces it with `乙`, with the given example.
fn rule_file(example: &str) -> String {
    format!(
        "family = 'term'\n[[rule]]\nid = 'probe'\ntitle = '试'\nsource = '试'\nseverity = 'error'\nfix = 'safe'\n\
         message = '试。'\n[rule.check.pattern]\nfind = '⟦甲⟧'\nto = '乙'\n[[rule.example]]\n{example}\n"
    )
}

#[test]
fn adds_rule_files() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("rules.toml"), rule_file("bad = '一甲'\ngood = '一乙'")).unwrap();
    let checker = Checker::builder().rules(directory.path()).only("term/probe").build().unwrap();
    assert_eq!(checker.fix(&plain("三甲。"), FixSafety::Safe).unwrap().bytes, "三乙。".as_bytes());
}

#[test]
fn errors_have_a_kind_a_place_and_a_source() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("rules.toml");
    let read = |text: &str| {
        fs::write(&path, text).unwrap();
        Checker::builder().rules(&path).build().unwrap_err()
    };
    let invalid = read("family = 3");
    assert_eq!(invalid.kind(), ErrorKind::InvalidFile);
    assert_eq!((invalid.path(), invalid.position()), (path.to_str(), Some(Position { line: 1, column: 10 })));
    assert!(invalid.source().is_some_and(|source| source.is::<toml::de::Error>()));
    assert_eq!(read(&rule_file("bad = '一甲'\ngood = '一丙'")).kind(), ErrorKind::InvalidFile, "wrong example");

    fs::remove_file(&path).unwrap();
    let missing = Checker::builder().rules(&path).build().unwrap_err();
    assert_eq!((missing.kind(), missing.message()), (ErrorKind::Io, "找不到这个规则文件。"));
    let source = missing.source().and_then(|source| source.downcast_ref::<io::Error>()).unwrap();
    assert_eq!(source.kind(), io::ErrorKind::NotFound);

    let builder = Checker::builder;
    for (builder, kind) in [
        (builder().only("punctuation/halfwidth-coma"), ErrorKind::UnknownName),
        (builder().skip(""), ErrorKind::UnknownName),
        (builder().style("newspapre"), ErrorKind::UnknownName),
        (builder().style("none.toml"), ErrorKind::UnknownName),
        (builder().option("number/quantity-range-sing", "sign", "至"), ErrorKind::UnknownName),
        (builder().option("number/quantity-range-sign", "sing", "至"), ErrorKind::UnknownName),
        (builder().option("number/quantity-range-sign", "sign", "到"), ErrorKind::UnknownName),
        (builder().issue_date("2023-02-29"), ErrorKind::InvalidDate),
    ] {
        let error = builder.clone().build().unwrap_err();
        assert_eq!(error.kind(), kind, "{builder:?}: {error}");
        assert!(error.hint().is_some() || error.message().contains("none.toml"), "{error}");
    }

    for bytes in [&b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"[..], b"{\\rtf1}", b"\xFF\xFF\xFF"] {
        assert_eq!(Draft::open(bytes.to_vec(), Format::Plain).unwrap_err().kind(), ErrorKind::InvalidDraft);
    }
}

#[test]
fn names_rules_that_undo_each_other() {
    let directory = tempfile::tempdir().unwrap();
    let there = rule_file("bad = '一甲'\ngood = '一乙'");
    let back = there.replace('甲', "丙").replace('乙', "甲").replace('丙', "乙").replace("probe", "back");
    for (name, text) in [("there.toml", there), ("back.toml", back)] {
        fs::write(directory.path().join(name), text).unwrap();
    }
    let checker = Checker::builder().rules(directory.path()).only("term/probe").only("term/back").build().unwrap();
    let fixed = checker.fix(&plain("三甲。"), FixSafety::Safe).unwrap();
    assert_eq!(
        (fixed.bytes, fixed.contending),
        ("三甲。".into(), vec!["term/back".to_owned(), "term/probe".to_owned()])
    );
    assert!(fixed.applied.is_empty());
}

#[cfg(feature = "word")]
#[test]
fn fixes_word_files() {
    let bytes = fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/documents/page.docx")).unwrap();
    let draft = Draft::open(bytes, Format::Word).unwrap();
    let fixed = Checker::new().fix(&draft, FixSafety::Suggested).unwrap();
    assert!(!fixed.applied.is_empty());
    assert_ne!(draft.reopen(fixed.bytes).unwrap().text(), draft.text());
    assert_eq!(Draft::open(b"PK\x03\x04".to_vec(), Format::Word).unwrap_err().kind(), ErrorKind::InvalidDraft);
}

#[test]
fn is_shared_between_threads() {
    let checker = Checker::new();
    let count = || checker.check(&plain("两地携手,共建联盟。")).len();
    let counts = std::thread::scope(|scope| [scope.spawn(count), scope.spawn(count)].map(|it| it.join().unwrap()));
    assert_eq!(counts, [1, 1]);
}

#[test]
fn lists_of_the_paper_are_heeded() {
    let builder = || Checker::builder().names("人名.csv", "姓名,误\n方知远,方志圆\n");
    let found = |checker: Checker| {
        let findings = checker.check(&plain("方志圆、方之远与方知远去须要山。\n"));
        findings.iter().map(|finding| (finding.rule.clone(), finding.suggestions.concat())).collect::<Vec<_>>()
    };
    let name = || ("house/name".to_owned(), "方知远".to_owned());
    let term = ("house/term".to_owned(), "方知远".to_owned());
    assert_eq!(found(builder().words("", "须要山").build().unwrap()), [term.clone(), name()]);
    assert_eq!(found(builder().words("", "方之远\n须要山").build().unwrap()), [term]);
    for (builder, expected) in [
        (builder().words("词.txt", "江城\n我"), "词.txt:2:1：“我”只有一个字"),
        (builder().terms("", "甲乙"), "没有写明改成什么"),
        (builder().words("", "方志圆"), "是正确写法"),
    ] {
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidFile);
        assert!(error.to_string().contains(expected), "{error}");
    }
}
