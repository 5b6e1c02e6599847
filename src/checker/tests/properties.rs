//! Property tests of checking and fixing random texts, with all built-in rules.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::markup::markup;
use crate::draft::{Draft, Format};
use crate::engine::Engine;
use crate::finding::FixSafety;
use crate::rule::Case;
use crate::{builtin, fix, revise};

pub static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(builtin::rules()));

/// Pieces of text that are hard to parse or that rules react to.
const PIECES: &str = "甲 乙 他说 记者 等 一 二 十 〇 第一 的 0 1 23 2023 % a Bc e.g. \
    ， 。 、 ； ： ？ ！ “ ” ‘ ’ （ ） 《 》 〈 〉 【 】 〔 〕 「 」 『 』 ［ ］ —— — …… … · ～ － ／ ％ ． ， \
    , . ; : ? ! \" ' ( ) [ ] < > << >> - -- ~ / \\ * ** _ ` ``` # $ | & &amp; &#0; ... 。。。 ⋯ • ・ ▲ ① 1. 1、 （一） - \
    https://a.cn/b,c?d=e a@b.cn [甲](b) ![ <br> <!-- --> <b> </b> <p> <li> <td> \
    <h2> </h2> <code> </code> <title> </title> <!-- <script> </script> <img/alt=\" \"> < & &nbsp; &ldquo; &#44; &lt 本报讯 （上接1版） 😀 \u{200B} \u{FEFF} \u{FFFC}";
/// Whitespace that cannot be part of `PIECES`, which is split at whitespace.
const WHITESPACE: [&str; 8] = [" ", "\t", "\u{A0}", "\u{3000}", "\n", "\r\n", "\r", "\n\n"];

/// `PIECES`, `WHITESPACE`, and the bad examples of all rules, whole and in chunks of three characters.
static ALPHABET: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut alphabet: Vec<String> = PIECES.split_whitespace().chain(WHITESPACE).map(str::to_owned).collect();
    let files = builtin::files().unwrap();
    for (_, examples) in files.iter().flat_map(|file| &file.rules) {
        for example in examples {
            if let Case::Bad { text, .. } = &example.case {
                let chars: Vec<char> = text.chars().filter(|c| !"⟦⟧".contains(*c)).collect();
                alphabet.extend(chars.chunks(3).map(|chunk| chunk.iter().collect::<String>()));
                alphabet.push(chars.into_iter().collect());
            }
        }
    }
    alphabet
});

/// Generates texts of up to 23 pieces.
pub fn texts() -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(ALPHABET.as_slice()), 0..24).prop_map(|pieces| pieces.concat())
}

fn formats() -> impl Strategy<Value = Format> {
    proptest::sample::select(Format::texts())
}

/// Which fixes are applied: safe ones only, or suggested ones too.
const SAFETIES: [FixSafety; 2] = [FixSafety::Safe, FixSafety::Suggested];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn findings_have_valid_spans_and_their_fixes_apply(text in texts(), format in formats()) {
        let draft = Draft::open(text.into_bytes(), format).unwrap();
        let canonical = draft.text();
        let findings = ENGINE.check(&draft);
        prop_assert_eq!(&findings, &ENGINE.check(&draft));
        prop_assert!(findings.is_sorted_by_key(|finding| (finding.span.start, finding.span.end, finding.rule)));
        for finding in &findings {
            let id = &ENGINE.rules().rules[finding.rule as usize].id;
            let spans = finding.related.iter().map(|related| related.span).chain([finding.span]);
            for span in spans {
                prop_assert!(canonical.get(span.range()).is_some(), "{} at {:?}", id, span);
            }
            if finding.fix != FixSafety::None {
                let alone = fix::plan(std::slice::from_ref(finding), canonical, FixSafety::Suggested);
                let (before, after) = (&canonical[..finding.span.start], &canonical[finding.span.end..]);
                let fixed = format!("{before}{}{after}", finding.suggestions[0]);
                prop_assert_ne!(&fixed, canonical, "{} changes nothing", id);
                prop_assert_eq!(alone.edits.apply(canonical), fixed, "{}", id);
            }
        }
    }

    #[test]
    fn rewriting_changes_only_the_spans_of_edits(text in texts(), format in formats()) {
        let draft = Draft::open(text.into_bytes(), format).unwrap();
        let findings = ENGINE.check(&draft);
        for safety in SAFETIES {
            let plan = fix::plan(&findings, draft.text(), safety);
            let bytes = draft.rewrite(&plan.edits);
            let mut rest = bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(&bytes);
            let mut last = 0;
            for edit in plan.edits.iter() {
                for part in [&draft.text()[last..edit.span.start], &edit.text] {
                    prop_assert!(rest.starts_with(part.as_bytes()));
                    rest = &rest[part.len()..];
                }
                last = edit.span.end;
            }
            prop_assert_eq!(rest, &draft.text().as_bytes()[last..]);
        }
    }

    #[test]
    fn fixing_html_leaves_the_markup_unchanged(text in texts()) {
        let page = Draft::open(text.into_bytes(), Format::Html).unwrap();
        for safety in SAFETIES {
            let fixed = revise::revise(&ENGINE, page.clone(), safety).unwrap();
            let fixed = page.reopen(fixed.bytes).unwrap();
            prop_assert_eq!(markup(page.text()), markup(fixed.text()), "{:?} {:?}", page.text(), fixed.text());
        }
    }

    #[test]
    fn fixing_terminates_and_is_idempotent(text in texts(), format in formats()) {
        for safety in SAFETIES {
            let once = revise::revise(&ENGINE, Draft::open(text.clone().into(), format).unwrap(), safety);
            let once = once.map_err(|error| TestCaseError::fail(error.to_string()))?;
            let twice = revise::revise(&ENGINE, Draft::open(once.bytes.clone(), format).unwrap(), safety).unwrap();
            prop_assert_eq!((twice.rounds, twice.bytes), (0, once.bytes));
        }
    }
}
