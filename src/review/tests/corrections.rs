//! Corrections by hand, where no rule found anything.

use super::*;
use crate::text::Span;

/// Returns the passage of a draft that is this text, where it stands for the first time.
fn passage(galley: &Galley, text: &str) -> Pick {
    at(galley, text, text)
}

/// Returns the passage `text` within the first place where `context` stands.
fn at(galley: &Galley, context: &str, text: &str) -> Pick {
    let draft = galley.reading().draft();
    let found = draft.blocks().iter().enumerate().find_map(|(index, block)| {
        let start = block.text(draft.text()).find(context)? + context.find(text)?;
        Some(Pick::Passage(index, Span::new(start, start + text.len())))
    });
    found.unwrap_or_else(|| panic!("no {context}"))
}

/// Returns the place before a text.
fn before(galley: &Galley, text: &str) -> Pick {
    let Pick::Passage(block, span) = passage(galley, text) else { unreachable!() };
    Pick::Passage(block, Span::new(span.start, span.start))
}

fn own(text: &str) -> Verdict {
    Verdict::Own { text: text.to_owned() }
}

fn text_of(galley: &Galley) -> String {
    galley.reading().draft().text().to_owned()
}

#[test]
fn text_without_findings_is_replaced_deleted_and_inserted() {
    let engine = Engine::new(builtin::rules());
    let files = files(TEXT);
    let mut galley = open(&engine, &files);
    let total = galley.progress().total;
    galley.decide(&[passage(&galley, "联盟")], &own("同盟")).unwrap();
    galley.decide(&[passage(&galley, "计划")], &own("")).unwrap();
    galley.decide(&[before(&galley, "年有")], &own("全")).unwrap();
    let changed = TEXT.replace("联盟", "同盟").replace("计划", "").replace("去年", "去全年");
    assert_eq!(text_of(&galley), changed);
    let decided: Vec<(&str, &str, &str, &str)> = (galley.reading().decided().iter())
        .map(|it| (it.rule.as_str(), it.before.as_str(), it.after.as_str(), &changed[it.span.range()]))
        .collect();
    // Only what differs counts as changed.
    assert_eq!(decided, [(BY_HAND, "联", "同", "同"), (BY_HAND, "计划", "", ""), (BY_HAND, "", "全", "全")]);
    assert_eq!(galley.progress(), Progress { decided: 3, total: total + 3 });
    galley.undo().unwrap();
    assert_eq!(text_of(&galley), changed.replace("去全年", "去年"));
    galley.redo().unwrap();
    galley.decide(&[Pick::Decided(0), Pick::Decided(2)], &Verdict::Reopen).unwrap();
    assert_eq!(text_of(&galley), TEXT.replace("计划", ""));
    drop(galley);
    let mut galley = open(&engine, &files);
    assert_eq!((galley.resumption(), text_of(&galley)), (Resumption::Resumed, TEXT.replace("计划", "")));
    while galley.undo().unwrap() {}
    assert_eq!(text_of(&galley), TEXT);
}

#[test]
fn what_is_around_is_checked_again() {
    let engine = Engine::new(builtin::rules());
    let mut galley = open(&engine, &files(TEXT));
    let findings = galley.reading().findings().len();
    // One finding goes with its text, and a new one comes.
    galley.decide(&[passage(&galley, "，，")], &own("，")).unwrap();
    assert_eq!(galley.reading().findings().len(), findings - 1);
    galley.decide(&[passage(&galley, "有五人。")], &own("有五人，，")).unwrap();
    assert_eq!(galley.reading().findings().len(), findings);
    galley.undo().unwrap();
    galley.undo().unwrap();
    assert_eq!((text_of(&galley).as_str(), galley.reading().findings().len()), (TEXT, findings));
}

#[test]
fn a_place_that_is_decided_is_not_overwritten() {
    let engine = Engine::new(builtin::rules());
    let mut galley = open(&engine, &files(TEXT));
    galley.decide(&[pick(&galley, RANGE)], &Verdict::Take { text: None }).unwrap();
    galley.decide(&[pick(&galley, POINTS)], &Verdict::Leave).unwrap();
    let (text, progress) = (text_of(&galley), galley.progress());
    for (pick, wording, named) in [
        (passage(&galley, "20～30人"), "几十人", "“-”改的“～”"),
        (passage(&galley, "，，"), "，", "定为不改的“，，”"),
        (before(&galley, "，去"), "据", "定为不改的“，，”"),
    ] {
        let error = galley.decide(&[pick], &own(wording)).unwrap_err().to_string();
        assert!(error.contains("重叠") && error.contains(named), "{error}");
    }
    assert_eq!((text_of(&galley), galley.progress()), (text, progress));
    // What only adjoins it is no part of it.
    galley.decide(&[before(&galley, "30人")], &own("约")).unwrap();
    galley.decide(&[passage(&galley, "20")], &own("25")).unwrap();
    assert_eq!(text_of(&galley), TEXT.replace("20-30", "25～约30"));
    galley.decide(&[Pick::Decided(0)], &Verdict::Reopen).unwrap();
    assert_eq!(text_of(&galley), TEXT.replace("20-30", "25-约30"));
}

#[test]
fn a_correction_that_is_corrected_is_one() {
    let engine = Engine::new(builtin::rules());
    let files = files(TEXT);
    let mut galley = open(&engine, &files);
    galley.decide(&[passage(&galley, "共建联盟")], &own("同创新盟")).unwrap();
    galley.decide(&[passage(&galley, "计划")], &own("拟")).unwrap();
    galley.decide(&[passage(&galley, "创新盟")], &own("结同盟")).unwrap();
    assert_eq!(text_of(&galley), TEXT.replace("共建联盟", "同结同盟").replace("计划", "拟"));
    let last = galley.reading().decided().last().unwrap();
    assert_eq!((last.before.as_str(), last.after.as_str(), galley.reading().decided().len()), ("共建联", "同结同", 2));
    galley.undo().unwrap();
    assert_eq!(text_of(&galley), TEXT.replace("共建联盟", "同创新盟").replace("计划", "拟"));
    galley.redo().unwrap();
    // Back to what it was: no correction is left.
    galley.decide(&[passage(&galley, "同结同")], &own("共建联")).unwrap();
    assert_eq!((text_of(&galley), galley.reading().decided().len()), (TEXT.replace("计划", "拟"), 1));
    drop(galley);
    let galley = open(&engine, &files);
    assert_eq!((text_of(&galley), galley.reading().decided().len()), (TEXT.replace("计划", "拟"), 1));
}

#[test]
fn what_is_not_prose_is_not_touched() {
    let engine = Engine::new(builtin::rules());
    let text = "请看**重点**内容，见`代码`里的说明。\n\n第二段没有错。\n";
    let mut galley = open_as(&engine, &files(text), Format::Markdown);
    for (pick, wording) in [
        (passage(&galley, "看重点"), "读下面"),
        (passage(&galley, "\u{FFFC}"), "源码"),
        (passage(&galley, "重点"), ""),
        (passage(&galley, "没有错"), "有*一*处错"),
        (passage(&galley, "第二"), "第\n二"),
        (passage(&galley, "第二"), "第二"),
        (Pick::Passage(9, Span::new(0, 0)), "甲"),
        (Pick::Passage(1, Span::new(1, 4)), "甲"),
        (Pick::Passage(1, Span::new(0, 999)), "甲"),
    ] {
        let error = galley.decide(&[pick], &own(wording)).unwrap_err().to_string();
        assert!(!error.is_empty());
        assert_eq!((text_of(&galley).as_str(), galley.progress().decided), (text, 0), "{error}");
    }
    assert!(galley.decide(&[passage(&galley, "第二")], &Verdict::Leave).is_err());
    // A change that begins in one stretch of prose and ends in another is made if all that differs is in one of them.
    galley.decide(&[passage(&galley, "看重点内容")], &own("看要点内容")).unwrap();
    galley.decide(&[passage(&galley, "里的说明")], &own("中的说明")).unwrap();
    assert_eq!(text_of(&galley), "请看**要点**内容，见`代码`中的说明。\n\n第二段没有错。\n");
    while galley.undo().unwrap() {}
    assert_eq!(text_of(&galley), text);
}

#[test]
fn a_character_that_the_encoding_lacks_is_refused() {
    let engine = Engine::new(builtin::rules());
    let (bytes, _, _) = encoding_rs::GB18030.encode("第二段没有错。\n");
    let files = InMemory(Rc::new(RefCell::new(Files { draft: bytes.into_owned(), ..Files::default() })));
    let mut galley = open(&engine, &files);
    galley.decide(&[passage(&galley, "二")], &own("三")).unwrap();
    galley.save(None).unwrap();
    assert_eq!(files.0.borrow().draft, encoding_rs::GB18030.encode("第三段没有错。\n").0.as_ref());
}

#[test]
fn a_passage_of_the_page_is_what_it_shows() {
    let engine = Engine::new(builtin::rules());
    let mut galley = open(&engine, &files("两地😀携手共建。\n"));
    let named = |from, to, text: &str| Passage { block: 0, from, to, text: text.to_owned() };
    let pick = galley.passage(&named(2, 6, "😀携手")).unwrap();
    galley.decide(&[pick], &own("合力")).unwrap();
    assert_eq!(text_of(&galley), "两地合力共建。\n");
    for stale in [named(2, 6, "😀携手"), named(3, 2, ""), named(0, 99, "两地"), Passage { block: 7, ..named(0, 0, "") }]
    {
        assert!(galley.passage(&stale).unwrap_err().to_string().contains("变了"));
    }
    let mark = galley.latest_mark().unwrap();
    let sheet = galley.sheet();
    let shown = &sheet[0].marks[0];
    assert_eq!((&shown.id, shown.state, shown.remark.title.as_str()), (&mark, "own", "手改"));
    assert_eq!((shown.from, shown.to, shown.remark.before.as_str()), (2, 4, "😀携手"));
}

#[test]
fn corrections_find_their_places_again_in_a_draft_that_changed_elsewhere() {
    let engine = Engine::new(builtin::rules());
    let files = files(TEXT);
    let mut galley = open(&engine, &files);
    galley.decide(&[passage(&galley, "联盟")], &own("同盟")).unwrap();
    galley.decide(&[before(&galley, "年有")], &own("全")).unwrap();
    galley.decide(&[passage(&galley, "计划")], &own("拟")).unwrap();
    drop(galley);
    let elsewhere = format!("编辑加了一段。\n{}", TEXT.replace("计划招聘", "打算招聘"));
    files.0.borrow_mut().draft = elsewhere.clone().into();
    let galley = open(&engine, &files);
    assert_eq!(galley.resumption(), Resumption::Changed { kept: 2, lost: 1 });
    assert_eq!(text_of(&galley), elsewhere.replace("联盟", "同盟").replace("去年", "去全年"));
    assert_eq!(files.0.borrow().set_aside.len(), 1, "what was lost is kept");
}
