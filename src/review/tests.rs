mod corrections;
mod journals;

use std::cell::RefCell;
use std::rc::Rc;

use super::journal::Resumption;
use super::reading::Pick;
use super::*;
use crate::builtin;
use crate::draft::{Draft, Format};
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::stet::ReviewOptions;

/// Files in memory.
#[derive(Debug, Default)]
struct Files {
    journal: Option<String>,
    set_aside: Vec<String>,
    draft: Vec<u8>,
    is_full: bool,
}

#[derive(Debug, Clone, Default)]
struct InMemory(Rc<RefCell<Files>>);

impl Keeper for InMemory {
    fn journal(&mut self) -> Result<Option<String>> {
        Ok(self.0.borrow().journal.clone())
    }

    fn begin(&mut self, journal: &str) -> Result<()> {
        let mut files = self.0.borrow_mut();
        if files.is_full {
            return Err(Error::new("磁盘已满。"));
        }
        files.journal = Some(journal.to_owned());
        Ok(())
    }

    fn set_aside(&mut self) -> Result<()> {
        let mut files = self.0.borrow_mut();
        let journal = files.journal.take();
        files.set_aside.extend(journal);
        Ok(())
    }

    fn append(&mut self, line: &str) -> Result<()> {
        let mut files = self.0.borrow_mut();
        if files.is_full {
            return Err(Error::new("磁盘已满。"));
        }
        files.journal.get_or_insert_default().push_str(line);
        Ok(())
    }

    fn save(&mut self, read: &[u8], revised: &[u8]) -> Result<()> {
        let mut files = self.0.borrow_mut();
        if files.draft != read {
            return Err(Error::new("读入之后文件又被改过，没有写入。"));
        }
        files.draft = revised.to_vec();
        Ok(())
    }
}

const TEXT: &str = "两地携手,共建联盟,\n计划招聘20-30人。\n据统计，，去年有五人。\n";

fn open<'e>(engine: &'e Engine, files: &InMemory) -> Galley<'e> {
    open_as(engine, files, Format::Plain)
}

fn open_as<'e>(engine: &'e Engine, files: &InMemory, format: Format) -> Galley<'e> {
    let bytes = files.0.borrow().draft.clone();
    let draft = Draft::open(bytes.clone(), format).unwrap();
    let options = ReviewOptions::default();
    Galley::open("稿.txt".into(), bytes, draft, (engine, options), Box::new(files.clone())).unwrap()
}

fn files(text: &str) -> InMemory {
    InMemory(Rc::new(RefCell::new(Files { draft: text.into(), ..Files::default() })))
}

/// Returns the first finding of a rule.
fn pick(galley: &Galley, rule: &str) -> Pick {
    let rules = &galley.reading().engine().rules().rules;
    let is_it = |finding: &crate::finding::Finding| rules[finding.rule as usize].id == rule;
    Pick::Finding(galley.reading().findings().iter().position(is_it).unwrap())
}

const COMMA: &str = "punctuation/halfwidth-comma";
const RANGE: &str = "number/quantity-range-sign";
const POINTS: &str = "punctuation/doubled-point";

#[test]
fn decides_undoes_and_checks_again() {
    let engine = Engine::new(builtin::rules());
    let mut galley = open(&engine, &files(TEXT));
    let before = galley.progress();
    assert_eq!(before.decided, 0);
    galley.decide(&[pick(&galley, COMMA)], &Verdict::Take { text: None }).unwrap();
    galley.decide(&[pick(&galley, RANGE)], &Verdict::Own { text: "至".into() }).unwrap();
    galley.decide(&[pick(&galley, POINTS)], &Verdict::Stet { reason: "原文如此".into() }).unwrap();
    let changed = TEXT.replacen("手,", "手，", 1).replace("20-30", "20至30");
    assert_eq!(galley.reading().draft().text(), changed);
    assert_eq!(galley.progress().decided, 3);
    let places: Vec<&str> = galley.reading().decided().iter().map(|decided| &changed[decided.span.range()]).collect();
    assert_eq!(places, ["，", "至", "，，"]);
    for _ in 0..3 {
        assert!(galley.undo().unwrap());
    }
    assert!(!galley.undo().unwrap());
    assert_eq!((galley.reading().draft().text(), galley.progress()), (TEXT, before));
    for _ in 0..3 {
        assert!(galley.redo().unwrap());
    }
    assert_eq!(galley.reading().draft().text(), changed);
    assert!(!galley.redo().unwrap());
}

#[test]
fn a_decision_can_be_withdrawn_after_others() {
    let engine = Engine::new(builtin::rules());
    let mut galley = open(&engine, &files(TEXT));
    galley.decide(&[pick(&galley, COMMA)], &Verdict::Take { text: None }).unwrap();
    galley.decide(&[pick(&galley, RANGE)], &Verdict::Take { text: None }).unwrap();
    galley.decide(&[pick(&galley, POINTS)], &Verdict::Leave).unwrap();
    galley.decide(&[Pick::Decided(0), Pick::Decided(2)], &Verdict::Reopen).unwrap();
    assert_eq!(galley.reading().draft().text(), TEXT.replace("20-30", "20～30"));
    assert_eq!(galley.reading().decided().len(), 1);
    pick(&galley, POINTS);
    galley.undo().unwrap();
    assert_eq!(galley.reading().decided().len(), 3);
}

#[test]
fn all_of_a_rule_is_one_step() {
    let engine = Engine::new(builtin::rules());
    let mut galley = open(&engine, &files(&"两地携手,共建联盟。\n".repeat(50)));
    let all: Vec<Pick> = (0..galley.reading().findings().len()).map(Pick::Finding).collect();
    galley.decide(&all, &Verdict::Take { text: None }).unwrap();
    assert_eq!(galley.reading().draft().text(), "两地携手，共建联盟。\n".repeat(50));
    assert_eq!(galley.progress().decided, 50);
    galley.undo().unwrap();
    assert_eq!(galley.progress().decided, 0);
}

#[test]
fn changes_that_stand_side_by_side_are_taken_back() {
    let engine = Engine::new(builtin::rules());
    let text = "甲地,,乙地说,好。\n";
    let mut galley = open(&engine, &files(text));
    let all: Vec<Pick> = (0..galley.reading().findings().len()).map(Pick::Finding).collect();
    galley.decide(&all, &Verdict::Own { text: String::new() }).unwrap();
    assert_eq!(galley.reading().draft().text(), "甲地乙地说好。\n");
    galley.undo().unwrap();
    assert_eq!(galley.reading().draft().text(), text);
}

#[test]
fn goes_on_where_the_journal_ends() {
    let engine = Engine::new(builtin::rules());
    let files = files(TEXT);
    let mut galley = open(&engine, &files);
    galley.decide(&[pick(&galley, COMMA)], &Verdict::Take { text: None }).unwrap();
    galley.decide(&[pick(&galley, RANGE)], &Verdict::Leave).unwrap();
    galley.undo().unwrap();
    galley.decide(&[pick(&galley, POINTS)], &Verdict::Own { text: "，".into() }).unwrap();
    let (text, progress) = (galley.reading().draft().text().to_owned(), galley.progress());
    drop(galley);
    // The program was killed while it wrote a line.
    files.0.borrow_mut().journal.as_mut().unwrap().push_str("{\"step\":{\"added\":[{\"num");
    let mut galley = open(&engine, &files);
    assert_eq!(galley.resumption(), Resumption::Resumed);
    assert_eq!((galley.reading().draft().text(), galley.progress()), (text.as_str(), progress));
    assert!(galley.undo().unwrap() && galley.undo().unwrap());
    assert_eq!(galley.reading().draft().text(), TEXT);
}

#[test]
fn what_was_decided_before_saving_stays_decided() {
    let engine = Engine::new(builtin::rules());
    let files = files(TEXT);
    let mut galley = open(&engine, &files);
    galley.decide(&[pick(&galley, COMMA)], &Verdict::Take { text: None }).unwrap();
    galley.decide(&[pick(&galley, POINTS)], &Verdict::Stet { reason: String::new() }).unwrap();
    let progress = galley.progress();
    galley.save(None).unwrap();
    assert_eq!(files.0.borrow().draft, TEXT.replacen("手,", "手，", 1).as_bytes());
    assert_eq!(galley.progress(), progress);
    let galley = open(&engine, &files);
    assert_eq!((galley.resumption(), galley.progress()), (Resumption::Resumed, progress));
}

#[test]
fn a_draft_that_changed_elsewhere_is_not_overwritten_and_decisions_find_their_places_again() {
    let engine = Engine::new(builtin::rules());
    let files = files(TEXT);
    let mut galley = open(&engine, &files);
    galley.decide(&[pick(&galley, RANGE)], &Verdict::Take { text: None }).unwrap();
    galley.decide(&[pick(&galley, POINTS)], &Verdict::Leave).unwrap();
    let elsewhere = format!("编辑加了一段。\n{}", TEXT.replace("据统计，，", "据统计，"));
    files.0.borrow_mut().draft = elsewhere.clone().into();
    assert!(galley.save(None).is_err());
    assert_eq!(files.0.borrow().draft, elsewhere.as_bytes());
    let galley = open(&engine, &files);
    assert_eq!(galley.resumption(), Resumption::Changed { kept: 1, lost: 1 });
    assert_eq!(galley.reading().draft().text(), elsewhere.replace("20-30", "20～30"));
}

#[test]
fn what_cannot_be_recorded_is_not_decided() {
    let engine = Engine::new(builtin::rules());
    let files = files(TEXT);
    let mut galley = open(&engine, &files);
    galley.decide(&[pick(&galley, RANGE)], &Verdict::Leave).unwrap();
    files.0.borrow_mut().is_full = true;
    assert!(galley.decide(&[pick(&galley, COMMA)], &Verdict::Take { text: None }).is_err());
    assert!(galley.undo().is_err());
    assert_eq!((galley.reading().draft().text(), galley.progress().decided), (TEXT, 1));
}

#[test]
fn refuses_changes_that_would_break_the_markup() {
    let engine = Engine::new(builtin::rules());
    let files = files("**重点,下面**。\n");
    let mut galley = open_as(&engine, &files, Format::Markdown);
    let before = galley.reading().draft().text().to_owned();
    let comma = pick(&galley, COMMA);
    let error = galley.decide(&[comma], &Verdict::Own { text: "`甲`".into() }).unwrap_err();
    assert!(error.to_string().contains("标记"), "{error}");
    assert!(galley.decide(&[comma], &Verdict::Own { text: "甲\n乙".into() }).is_err());
    assert_eq!(galley.reading().draft().text(), before);
    galley.decide(&[comma], &Verdict::Take { text: None }).unwrap();
    assert_eq!(galley.reading().draft().text(), "**重点，下面**。\n");
}

#[test]
fn of_several_changes_those_that_would_do_harm_are_left_out() {
    let engine = Engine::new(builtin::rules());
    let text = "两地携手,共建。\n\n**重点,** 下面。\n\n甲地,乙地。\n";
    let mut galley = open_as(&engine, &files(text), Format::Markdown);
    let all: Vec<Pick> = (0..galley.reading().findings().len()).map(Pick::Finding).collect();
    galley.decide(&all, &Verdict::Take { text: None }).unwrap();
    let expected = "两地携手，共建。\n\n**重点,** 下面。\n\n甲地，乙地。\n";
    assert_eq!((galley.reading().draft().text(), galley.progress().decided), (expected, 2));
    // The one that is left says why it cannot be changed.
    let error = galley.decide(&[pick(&galley, COMMA)], &Verdict::Own { text: "、".into() }).unwrap_err();
    assert!(error.to_string().contains("标记"), "{error}");
    galley.decide(&[pick(&galley, COMMA)], &Verdict::Leave).unwrap();
    galley.undo().unwrap();
    galley.undo().unwrap();
    assert_eq!(galley.reading().draft().text(), text);
}

#[test]
fn marks_on_the_sheet_are_what_is_decided_on() {
    let engine = Engine::new(builtin::rules());
    let mut galley = open(&engine, &files(TEXT));
    let ids = |galley: &Galley, state: &str| -> Vec<String> {
        let sheet = galley.sheet();
        let marks = sheet.iter().flat_map(|block| &block.marks).filter(|mark| mark.state == state);
        marks.map(|mark| mark.id.clone()).collect()
    };
    let open = ids(&galley, "open");
    assert_eq!(open.len(), galley.reading().findings().len());
    for (index, id) in open.iter().enumerate() {
        assert_eq!(galley.picks(std::slice::from_ref(id)), [Pick::Finding(index)]);
    }
    galley.decide(&galley.picks(&open), &Verdict::Leave).unwrap();
    let left = ids(&galley, "left");
    assert_eq!(left.len(), open.len());
    galley.decide(&galley.picks(&left), &Verdict::Reopen).unwrap();
    assert_eq!(ids(&galley, "open").len(), open.len());
}

#[test]
fn a_mark_keeps_its_id_while_the_text_before_it_changes() {
    let engine = Engine::new(builtin::rules());
    let mut galley = open(&engine, &files(TEXT));
    let ids = |galley: &Galley| -> Vec<String> {
        let sheet = galley.sheet();
        let marks = sheet.iter().flat_map(|block| &block.marks).filter(|mark| mark.state == "open");
        marks.map(|mark| mark.id.clone()).collect()
    };
    let before = ids(&galley);
    let first = galley.picks(&before[..1]);
    galley.decide(&first, &Verdict::Own { text: "，一起，".into() }).unwrap();
    assert_eq!(ids(&galley), before[1..]);
    galley.undo().unwrap();
    assert_eq!(ids(&galley)[1..], before[1..]);
}

#[test]
fn a_word_that_is_taken_up_is_right_everywhere() {
    let engine = Engine::new(builtin::rules());
    let mut galley = open(&engine, &files(&"两地携手,共建联盟。\n".repeat(3)));
    galley.decide(&[pick(&galley, COMMA)], &Verdict::Word).unwrap();
    assert!(galley.reading().findings().is_empty());
    galley.undo().unwrap();
    assert_eq!(galley.reading().findings().len(), 3);
}

/// Numbers that look random and are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }
}

/// Pieces of text with errors of several kinds; some are next to each other, and some overlap.
const PIECES: [&str; 10] = [
    "两地携手,共建联盟。",
    "计划招聘20-30人。",
    "据统计，，去年有五人。",
    "他说：“好,很好。",
    "二零二三年11月1日(星期四)开幕,",
    "共有9万人,其中男性5万人、女性3万人。",
    "既使下雨，也要出发",
    "\n\n",
    "城市\u{3000} 建设。。",
    "**重点,内容**",
];

/// Returns any passage of any block.
fn passage(galley: &Galley, random: &mut Random) -> Pick {
    let draft = galley.reading().draft();
    let index = random.below(draft.blocks().len());
    let text = draft.blocks().get(index).map_or("", |block| block.text(draft.text()));
    let from = text.floor_char_boundary(random.below(text.len() + 1));
    let to = text.floor_char_boundary(from + random.below(12)).max(from);
    Pick::Passage(index, crate::text::Span::new(from, to))
}

/// Whatever is decided, in whatever order: the text is what the decisions say, taking everything back leads to the draft,
/// and a night that was interrupted goes on where it was.
#[test]
fn any_night_can_be_taken_back_and_gone_on_with() {
    let engine = Engine::new(builtin::rules());
    let mut random = Random(7);
    for night in 0..40 {
        let format = [Format::Plain, Format::Markdown, Format::Html][night % 3];
        let text: String = (0..4 + random.below(12)).map(|_| PIECES[random.below(PIECES.len())]).collect();
        let files = files(&text);
        let mut galley = open_as(&engine, &files, format);
        let total = galley.progress().total;
        for _ in 0..30 {
            let (found, decided) = (galley.reading().findings().len(), galley.reading().decided().len());
            let count = 1 + random.below(3);
            let kind = random.below(5);
            let picks: Vec<Pick> = if kind == 0 && decided > 0 {
                vec![Pick::Decided(galley.reading().decided()[random.below(decided)].number)]
            } else if kind == 1 {
                vec![passage(&galley, &mut random)]
            } else {
                (0..count).map(|_| Pick::Finding(random.below(found))).collect()
            };
            let is_passage = matches!(picks[..], [Pick::Passage(..)]);
            let verdict = match if is_passage { 2 } else { random.below(7) } {
                0 | 1 => Verdict::Take { text: None },
                2 => Verdict::Own { text: ["", "改", "、甲，"][random.below(3)].to_owned() },
                3 => Verdict::Leave,
                4 => Verdict::Stet { reason: "对".to_owned() },
                5 => Verdict::Word,
                _ => Verdict::Reopen,
            };
            // What cannot be done changes nothing.
            let before = (galley.reading().draft().text().to_owned(), galley.progress());
            let done = match random.below(6) {
                0 => galley.undo().is_ok(),
                1 => galley.redo().is_ok(),
                _ => galley.decide(&picks, &verdict).is_ok(),
            };
            assert!(done || before == (galley.reading().draft().text().to_owned(), galley.progress()));
            for decided in galley.reading().decided() {
                assert!(galley.reading().draft().text().get(decided.span.range()).is_some(), "{decided:?}");
            }
        }
        let (now, progress) = (galley.reading().draft().text().to_owned(), galley.progress());
        drop(galley);
        let mut galley = open_as(&engine, &files, format);
        assert_eq!((galley.reading().draft().text(), galley.progress()), (now.as_str(), progress), "night {night}");
        let mut steps = 0;
        while galley.undo().unwrap() {
            steps += 1;
        }
        assert_eq!(galley.reading().draft().text(), text, "night {night}");
        assert_eq!(galley.progress(), Progress { decided: 0, total }, "night {night}");
        for _ in 0..steps {
            assert!(galley.redo().unwrap());
        }
        assert_eq!((galley.reading().draft().text(), galley.progress()), (now.as_str(), progress), "night {night}");
    }
}
