//! The guard: a fix may change the prose of a draft and nothing else.
//!
//! Edits are made in prose only, but in a format with markup that is not enough: without the space, `**甲：** 乙` is no
//! longer bold, and `１．` in half-width characters is the number of a list item. So the result of every fix is read
//! again, and what is not prose in it, its *skeleton*, must be what it was. Edits that change the skeleton are left out.

use crate::draft::Draft;
use crate::edit::EditSet;
use crate::error::{Error, ErrorKind, Result};
use crate::finding::{Finding, FixSafety, Related};
use crate::fix;
use crate::text::{OBJECT, PAIRED_MARKS, Span};

/// What a finding says if its fix would change the skeleton.
const WITHDRAWN: &str = "照此改会破坏原稿的标记，不能代改。";

/// How many bytes may be read to find the harmful ones among some edits: this many times the draft, and a number of bytes.
/// When they are used up, the edits that have not been tried are left out.
const LARGEST_SEARCH: (usize, usize) = (32, 32 << 20);

/// A draft after those edits that are harmless.
#[derive(Debug)]
pub struct Guarded {
    /// The bytes of the rewritten file.
    pub bytes: Vec<u8>,
    /// The rewritten file as a draft.
    pub draft: Draft,
    /// The edits that were left out, as indices of the edits that were asked for, in ascending order.
    pub refused: Vec<usize>,
}

/// Makes those of `edits` that leave everything in `draft` but its prose as it is. `write` returns the bytes of the file
/// with some of the edits made.
///
/// # Errors
/// The draft cannot be written at all: with no edits made it is no longer what it was.
pub fn apply(draft: &Draft, edits: &EditSet, write: impl Fn(&EditSet) -> Vec<u8>) -> Result<Guarded> {
    let attempt = Attempt { draft, skeleton: skeleton(draft), write };
    let (made, refused) = match attempt.make(edits) {
        Err(_) if !edits.is_empty() => {
            let kept = attempt.harmless(edits);
            let refused = (0..edits.len()).filter(|index| kept.binary_search(index).is_err()).collect();
            (attempt.make(&edits.subset(&kept)), refused)
        }
        made => (made, Vec::new()),
    };
    let (bytes, draft) = made.map_err(|reason| unwritable(&reason))?;
    Ok(Guarded { bytes, draft, refused })
}

/// Withdraws the fixes of those `findings` in `draft` that would change anything but prose. Their suggestions remain.
pub fn withdraw_harmful_fixes(draft: &Draft, findings: &mut [Finding]) {
    // Plain text has nothing but prose, and a word processor's document is fixed by this program alone, which checks it then.
    if draft.is_document() || !draft.has_markup() {
        return;
    }
    let plan = fix::plan(findings, draft.text(), FixSafety::Suggested);
    if plan.edits.is_empty() {
        return;
    }
    let refused = match apply(draft, &plan.edits, |edits| draft.rewrite(edits)) {
        Ok(guarded) => guarded.refused,
        Err(_) => (0..plan.applied.len()).collect(),
    };
    for edit in refused {
        withdraw(&mut findings[plan.applied[edit]]);
    }
}

/// Withdraws the fix of a finding, and says so.
pub fn withdraw(finding: &mut Finding) {
    finding.fix = FixSafety::None;
    let reason = Related { span: finding.span, message: WITHDRAWN.to_owned() };
    finding.related = std::mem::take(&mut finding.related).into_iter().chain([reason]).collect();
}

fn unwritable(reason: &str) -> Error {
    Error::new(format!("改动没能写进这个文件（{reason}），原稿未动。"))
        .of_kind(ErrorKind::InvalidDraft)
        .help("请将原稿另存一份后再试；是 Word 文件的，请用 Word 或 WPS 打开，另存为 .docx。")
}

/// What is needed to make some edits of a draft and to see what comes of it.
struct Attempt<'d, W> {
    draft: &'d Draft,
    /// The skeleton of the draft.
    skeleton: String,
    write: W,
}

impl<W: Fn(&EditSet) -> Vec<u8>> Attempt<'_, W> {
    /// Makes `edits`, and returns the bytes of the rewritten file and the draft in it.
    ///
    /// # Errors
    /// They do harm. The error is a short Chinese description.
    fn make(&self, edits: &EditSet) -> std::result::Result<(Vec<u8>, Draft), String> {
        let bytes = (self.write)(edits);
        let draft = self.draft.reopen(bytes.clone()).map_err(|_| "写出的文件读不回来".to_owned())?;
        if draft.text() != edits.apply(self.draft.text()) {
            return Err("写出的文字与改动不符".to_owned());
        }
        if let Some(damage) = self.draft.damage(&bytes) {
            return Err(damage);
        }
        if skeleton(&draft) != self.skeleton {
            return Err("标记会变".to_owned());
        }
        Ok((bytes, draft))
    }

    /// Of `edits`, which do harm together, the indices of those that are harmless together. Of the two marks of a pair both
    /// are among them or none.
    fn harmless(&self, edits: &EditSet) -> Vec<usize> {
        let partners = partners(edits);
        let (per_byte, fixed) = LARGEST_SEARCH;
        let mut attempts = per_byte + fixed / self.draft.text().len().max(1);
        let mut kept: Vec<usize> = (0..edits.len()).collect();
        loop {
            // All that is left is tried once in any case.
            attempts = attempts.max(1);
            let found = self.search(&edits.subset(&kept), &mut attempts);
            let harmless: Vec<usize> = found.into_iter().map(|index| kept[index]).collect();
            let is_kept = |index: usize| harmless.binary_search(&index).is_ok();
            let whole = harmless.iter().copied().filter(|index| partners[*index].is_none_or(is_kept));
            kept = whole.collect();
            if kept.len() == harmless.len() {
                return kept;
            }
        }
    }

    /// Of `edits`, the indices of those that are harmless together. In the order of the text, an edit is left out if it does
    /// harm in addition to those before it. `attempts` are those that may still be made.
    fn search(&self, edits: &EditSet, attempts: &mut usize) -> Vec<usize> {
        let mut kept: Vec<usize> = Vec::new();
        let mut refused = Vec::new();
        while kept.len() + refused.len() < edits.len() {
            let next = kept.len() + refused.len();
            let rest = edits.len() - next;
            // So many edits from `next` are known to be harmless after those that were kept, and so many to be harmful.
            let (mut harmless, mut harmful) = (0, rest + 1);
            // All of the rest is tried first, then few, then more, because harmful edits often are close together.
            let mut count = rest;
            while harmful - harmless > 1 {
                let chosen: Vec<usize> = kept.iter().copied().chain(next..next + count).collect();
                let is_harmless = *attempts > 0 && self.make(&edits.subset(&chosen)).is_ok();
                *attempts = attempts.saturating_sub(1);
                if is_harmless {
                    harmless = count
                } else {
                    harmful = count
                }
                count = (2 * harmless).max(1).min(harmless.midpoint(harmful).max(harmless + 1));
            }
            kept.extend(next..next + harmless);
            if harmless < rest {
                refused.push(next + harmless);
            }
        }
        kept
    }
}

/// For each edit that writes one mark of a pair, the one that writes the other mark.
fn partners(edits: &EditSet) -> Vec<Option<usize>> {
    let mut partners = vec![None; edits.len()];
    let mut open: Vec<(usize, char)> = Vec::new();
    for (index, edit) in edits.iter().enumerate() {
        let closing = |opening: char| PAIRED_MARKS.iter().find(|(open, _)| *open == opening).map(|(_, close)| *close);
        if let Some(mark) = edit.text.chars().next_back().filter(|mark| closing(*mark).is_some()) {
            open.push((index, mark));
        } else if let Some(&(opening, mark)) = open.last()
            && edit.text.starts_with(|c| closing(mark) == Some(c))
        {
            open.pop();
            partners[opening] = Some(index);
            partners[index] = Some(opening);
        }
    }
    partners
}

/// Returns what is not prose in `draft`, in the order of the text: all between the stretches of prose, with an object
/// (U+FFFC) in place of each stretch. Empty for a word processor's document, of which [`Draft::damage`] compares the parts.
fn skeleton(draft: &Draft) -> String {
    let mut skeleton = String::new();
    if draft.is_document() {
        return skeleton;
    }
    let text = draft.text();
    let mut prose: Vec<Span> = draft.blocks().iter().flat_map(|block| block.body.verbatim_spans()).collect();
    prose.sort_unstable_by_key(|span| span.start);
    let mut done = 0;
    for span in prose {
        if span.start > done || done == 0 {
            skeleton.push_str(without_single_blanks(&text[done..span.start]));
            skeleton.push(OBJECT);
        }
        done = span.end;
    }
    skeleton.push_str(without_single_blanks(&text[done..]));
    if !draft.has_markup() {
        // In plain text, blanks at the ends of a line mean nothing, a line may become empty, and lines may be joined.
        skeleton.retain(|c| c != OBJECT && !c.is_whitespace());
    }
    skeleton
}

/// Returns a stretch that is not prose without a single blank at either end: it belongs to the prose as much as to the
/// stretch. Two blanks can be markup.
fn without_single_blanks(stretch: &str) -> &str {
    const BLANKS: [char; 2] = [' ', '\u{3000}'];
    let start = stretch.strip_prefix(BLANKS).filter(|rest| !rest.starts_with(BLANKS)).unwrap_or(stretch);
    start.strip_suffix(BLANKS).filter(|rest| !rest.ends_with(BLANKS)).unwrap_or(start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::Format;
    use crate::edit::Edit;

    /// Makes the edits (what to replace, and by what, each in the order of the text). Returns the text after those that are
    /// harmless, and the indices of the others.
    fn guarded(text: &str, format: Format, edits: &[(&str, &str)]) -> (String, Vec<usize>) {
        let draft = Draft::open(text.into(), format).unwrap();
        let mut set = EditSet::default();
        let mut done = 0;
        for (old, new) in edits {
            let start = done + text[done..].find(old).unwrap();
            done = start + old.len();
            set.push(Edit { span: Span::new(start, done), text: (*new).to_owned() }).unwrap();
        }
        let guarded = apply(&draft, &set, |edits| draft.rewrite(edits)).unwrap();
        assert_eq!(guarded.draft.text(), String::from_utf8(guarded.bytes).unwrap());
        (guarded.draft.text().to_owned(), guarded.refused)
    }

    #[test]
    fn makes_edits_of_prose() {
        for (text, edits, expected) in [
            ("**甲,** 乙", &[(",", "，")][..], "**甲，** 乙"),
            ("# 甲,乙\n\n- 丙,丁", &[(",", "，"), (",", "，")], "# 甲，乙\n\n- 丙，丁"),
            ("甲。。 \n乙", &[("。。", "。")], "甲。 \n乙"),
            ("甲 ,\n乙", &[(" ,", "，")], "甲，\n乙"),
            ("", &[], ""),
        ] {
            assert_eq!(guarded(text, Format::Markdown, edits), (expected.to_owned(), vec![]), "{text}");
        }
    }

    #[test]
    fn leaves_out_edits_that_change_markup() {
        for (text, format, edits, expected) in [
            ("**重点：** 下面,上面", Format::Markdown, &[("** ", "**"), (",", "，")][..], "**重点：** 下面，上面"),
            ("１．甲", Format::Markdown, &[("１．", "1. ")], "１．甲"),
            ("甲\n＝＝", Format::Markdown, &[("＝＝", "==")], "甲\n＝＝"),
            ("**的**", Format::Markdown, &[("的", "")], "**的**"),
            ("甲＜b＞乙", Format::Html, &[("＜", "<"), ("＞", ">")], "甲＜b>乙"),
            (
                "甲,乙＜丙＞丁,戊",
                Format::Markdown,
                &[(",", "，"), ("＜丙＞", "<b>"), (",", "，")],
                "甲，乙＜丙＞丁，戊",
            ),
        ] {
            let (result, refused) = guarded(text, format, edits);
            assert_eq!((result.as_str(), refused.len()), (expected, 1), "{text}");
        }
    }

    #[test]
    fn finds_every_harmful_edit_among_many() {
        for (length, period) in [(1, 1), (50, 1), (50, 2), (64, 7), (333, 100)] {
            let is_harmful = |index: usize| index % period == period - 1;
            let pieces = |index| {
                if is_harmful(index) { ("**甲：** 乙\n\n", ("** ", "**")) } else { ("甲,乙\n\n", (",", "，")) }
            };
            let (texts, edits): (Vec<&str>, Vec<_>) = (0..length).map(pieces).unzip();
            let (result, refused) = guarded(&texts.concat(), Format::Markdown, &edits);
            assert_eq!(refused, (0..length).filter(|index| is_harmful(*index)).collect::<Vec<_>>());
            assert_eq!(result, texts.concat().replace("甲,乙", "甲，乙"));
        }
    }

    #[test]
    fn leaves_out_both_marks_of_a_pair() {
        let edits = [("(", "（"), (")", "）"), (",", "，")];
        let (text, refused) = guarded("屏幕[甲](b)后,乙。\n", Format::Markdown, &edits[2..]);
        assert_eq!((text.as_str(), refused.len()), ("屏幕[甲](b)后，乙。\n", 0));
        let (text, refused) = guarded("距离屏幕 (Z=0) 的深度,乙。\n", Format::Plain, &edits);
        assert_eq!((text.as_str(), refused), ("距离屏幕 (Z=0) 的深度，乙。\n", vec![0, 1]));
    }
}
