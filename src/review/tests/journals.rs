//! Journals that were cut off, damaged, or written by others.

use super::*;

/// A night with decisions of every kind, and its journal.
fn night(engine: &Engine) -> (InMemory, usize) {
    let files = files(TEXT);
    let mut galley = open(engine, &files);
    galley.decide(&[pick(&galley, COMMA)], &Verdict::Take { text: None }).unwrap();
    galley.decide(&[pick(&galley, RANGE)], &Verdict::Own { text: "至".into() }).unwrap();
    galley.undo().unwrap();
    galley.redo().unwrap();
    galley.decide(&[pick(&galley, POINTS)], &Verdict::Stet { reason: "原文如此".into() }).unwrap();
    galley
        .decide(&[Pick::Passage(0, crate::text::Span::new(0, 6))], &Verdict::Own { text: "三个地方".into() })
        .unwrap();
    let steps = files.0.borrow().journal.as_ref().unwrap().lines().count() - 1;
    (files, steps)
}

/// Wherever the program was killed: what had been recorded is there, and what is decided next is there the next time.
#[test]
fn a_journal_that_was_cut_off_anywhere_is_gone_on_with() {
    let engine = Engine::new(builtin::rules());
    let (whole, _) = night(&engine);
    let journal = whole.0.borrow().journal.clone().unwrap();
    for end in 0..=journal.len() {
        let cut = String::from_utf8_lossy(&journal.as_bytes()[..end]).into_owned();
        let lines = &cut[..cut.rfind('\n').map_or(0, |at| at + 1)];
        assert_eq!(decisions(&cut), decisions(lines), "{end}");
    }
    for end in (0..=journal.len()).rev().step_by(7).chain([0, journal.find('\n').unwrap(), journal.len() - 1]) {
        let files = files(TEXT);
        let cut = String::from_utf8_lossy(&journal.as_bytes()[..end]).into_owned();
        files.0.borrow_mut().journal = Some(cut);
        let mut galley = open(&engine, &files);
        let known = galley.reading().decided().len();
        let expected = journal::decisions(
            &journal[..journal[..journal.floor_char_boundary(end)].rfind('\n').map_or(0, |at| at + 1)],
        );
        assert_eq!(known, expected.len(), "{end}");
        galley.decide(&[Pick::Finding(0)], &Verdict::Leave).unwrap();
        let (text, decided) = (galley.reading().draft().text().to_owned(), galley.reading().decided().to_vec());
        drop(galley);
        let galley = open(&engine, &files);
        assert_eq!(
            (galley.reading().draft().text(), galley.reading().decided()),
            (text.as_str(), decided.as_slice()),
            "{end}"
        );
    }
}

#[test]
fn a_journal_that_cannot_be_read_is_set_aside() {
    let engine = Engine::new(builtin::rules());
    let (whole, steps) = night(&engine);
    let journal = whole.0.borrow().journal.clone().unwrap();
    let lines: Vec<&str> = journal.split_inclusive('\n').collect();
    let with = |at: usize, line: &str| [&lines[..at], &[line], &lines[at..]].concat().concat();
    let other_version = journal.replacen("\"zhubi-review\":1", "\"zhubi-review\":9", 1);
    let out_of_place = journal.replacen("\"decided\":[]", "\"decided\":[{\"number\":0,\"rule\":\"x\",\"span\":[1,2],\"before\":\"\",\"after\":\"\",\"verdict\":{\"kind\":\"leave\"},\"message\":\"\",\"around\":[\"\",\"\"]}]", 1);
    for (journal, kept) in [
        ("书桌\n".to_owned(), 0),
        (other_version, 0),
        (out_of_place, 0),
        (with(2, "什么也不是\n"), 1),
        (with(2, "{\"step\":{\"edits\":[{\"at\":[1,2],\"text\":\"x\"}]}}\n"), 1),
        (with(1, "\"undo\"\n"), 0),
        (with(steps + 1, "\"redo\"\n"), 4),
    ] {
        let files = files(TEXT);
        files.0.borrow_mut().journal = Some(journal.clone());
        let mut galley = open(&engine, &files);
        assert_eq!((galley.resumption(), galley.reading().decided().len()), (Resumption::Damaged, kept), "{journal}");
        assert_eq!(files.0.borrow().set_aside, [journal]);
        galley.decide(&[Pick::Finding(0)], &Verdict::Leave).unwrap();
        drop(galley);
        let galley = open(&engine, &files);
        assert_eq!((galley.resumption(), galley.reading().decided().len()), (Resumption::Resumed, kept + 1));
    }
}

/// A program that is killed when the draft is saved and the journal is not yet: what was decided is known, and not made
/// again.
#[test]
fn a_kill_while_saving_loses_nothing() {
    let engine = Engine::new(builtin::rules());
    let (files, _) = night(&engine);
    let mut galley = open(&engine, &files);
    let (text, decided) = (galley.reading().draft().text().to_owned(), galley.reading().decided().to_vec());
    let before = files.0.borrow().journal.clone();
    galley.save(None).unwrap();
    drop(galley);
    let draft = journal::Identity::of(text.as_bytes());
    let saving = journal::Entry::Save { draft, decided: decided.clone() }.line();
    let saving = before.unwrap() + &saving;
    files.0.borrow_mut().journal = Some(saving.clone());
    let galley = open(&engine, &files);
    assert_eq!((galley.resumption(), galley.reading().draft().text()), (Resumption::Resumed, text.as_str()));
    assert_eq!(galley.reading().decided(), decided);
    assert!(!galley.reading().can_undo());
    drop(galley);
    // If it was killed before the draft was replaced, the night goes on.
    files.0.borrow_mut().draft = TEXT.into();
    files.0.borrow_mut().journal = Some(saving);
    let galley = open(&engine, &files);
    assert_eq!((galley.resumption(), galley.reading().draft().text()), (Resumption::Resumed, text.as_str()));
}

/// Journals from before there were corrections by hand.
#[test]
fn an_old_journal_is_read() {
    let engine = Engine::new(builtin::rules());
    let files = files(TEXT);
    let identity = serde_json::to_string(&journal::Identity::of(TEXT.as_bytes())).unwrap();
    let old = format!(
        "{{\"zhubi-review\":1,\"draft\":{identity},\"decided\":[]}}\n{{\"step\":{{\"added\":[{{\"number\":0,\"rule\":\"punctuation/halfwidth-comma\",\"span\":[12,15],\"before\":\",\",\"after\":\"，\",\"verdict\":{{\"kind\":\"take\",\"text\":null}},\"message\":\"改。\",\"around\":[\"两地携手\",\"共建联盟\"]}}],\"edits\":[{{\"at\":[12,13],\"text\":\"，\"}}]}}}}\n"
    );
    files.0.borrow_mut().journal = Some(old);
    let galley = open(&engine, &files);
    assert_eq!(galley.resumption(), Resumption::Resumed);
    assert_eq!(galley.reading().draft().text(), TEXT.replacen(',', "，", 1));
}

/// Corrections by hand never overlap, but in a journal that somebody else has written they may.
#[test]
fn overlapping_corrections_in_a_journal_do_no_harm() {
    let engine = Engine::new(builtin::rules());
    let files = files(TEXT);
    let decided = |number, from: usize, to: usize| Decided {
        number,
        rule: BY_HAND.to_owned(),
        span: crate::text::Span::new(from, to),
        before: "甲".to_owned(),
        after: TEXT[from..to].to_owned(),
        verdict: Verdict::Own { text: TEXT[from..to].to_owned() },
        message: String::new(),
        around: (String::new(), String::new()),
    };
    let identity = journal::Identity::of(TEXT.as_bytes());
    files.0.borrow_mut().journal = Some(journal::header(identity, &[decided(0, 0, 6), decided(1, 3, 9)]));
    let mut galley = open(&engine, &files);
    assert_eq!((galley.resumption(), galley.reading().decided().len()), (Resumption::Resumed, 2));
    for (from, to) in [(0, 12), (3, 6), (0, 3), (6, 9)] {
        let pick = Pick::Passage(0, crate::text::Span::new(from, to));
        let _ = galley.decide(&[pick], &Verdict::Own { text: "乙丙".into() });
    }
    while galley.undo().unwrap() {}
    assert_eq!(galley.reading().draft().text(), TEXT);
}

/// A draft that is as it was is saved without writing it. What was decided before can still be undone, and what is decided
/// after that is there the next time.
#[test]
fn saving_a_draft_that_has_not_changed_keeps_the_steps() {
    let engine = Engine::new(builtin::rules());
    let files = files(TEXT);
    let mut galley = open(&engine, &files);
    galley.decide(&[pick(&galley, COMMA)], &Verdict::Leave).unwrap();
    galley.save(None).unwrap();
    assert!(galley.undo().unwrap());
    galley.decide(&[pick(&galley, RANGE)], &Verdict::Leave).unwrap();
    let decided = galley.reading().decided().to_vec();
    drop(galley);
    assert_eq!(open(&engine, &files).reading().decided(), decided);
}
