//! Proves rules by their examples, and loads the rule files of users. A rule that contradicts one of its examples does
//! not run.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::block::{Block, BlockKind};
use crate::builtin;
use crate::check::Claim;
use crate::context::{ContextReader, Doubt, Slip};
use crate::draft::{Draft, Format};
use crate::edit::EditRef;
use crate::engine::Engine;
use crate::error::{Error, Result, cause};
use crate::file::read_text;
use crate::finding::{Finding, FixSafety};
use crate::fix;
use crate::house::{SourceChange, SourceReader, SourceVariant};
use crate::rule::{Case, Example, ExampleFormat, Rule, RuleFile, RuleSet};
use crate::text::{Span, visible};

/// How many rules and examples were proved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Proof {
    /// The number of rules.
    pub rules: usize,
    /// The number of examples.
    pub examples: usize,
}

/// Reads the rule files at `paths`, proves their rules and adds them to `rules`. A directory stands for all .toml files
/// in it.
///
/// # Errors
/// A file cannot be read or is not a valid rule file, an id is already in `rules`, or an example fails. The error has
/// file, line and column.
pub fn add_files(rules: &mut RuleSet, paths: &[PathBuf]) -> Result<Vec<RuleFile>> {
    let files = read_files(paths, rules)?;
    for file in &files {
        if let Some((rule, _)) = file.rules.iter().find(|(rule, _)| rules.rules.iter().any(|known| known.id == rule.id))
        {
            let at = file.parsed.file.text.find(rule.name()).unwrap_or(0);
            return Err(file
                .error(at..at, format!("规则“{}”已经有了。", rule.id))
                .help("自己的规则请用别的名字；内置规则用 zhubi.toml 调整，不能用规则文件改写。"));
        }
        prove(std::slice::from_ref(file)).map_err(|mut errors| errors.swap_remove(0))?;
        rules.rules.extend(file.rules.iter().map(|(rule, _)| rule.clone()));
    }
    Ok(files)
}

/// Adds the rules of the packs with these names. They are proved when the program is tested.
///
/// # Errors
/// There is no such pack.
pub fn add_packs(rules: &mut RuleSet, names: &[String]) -> Result<Vec<RuleFile>> {
    let mut files = Vec::new();
    for (_, name) in names.iter().enumerate().filter(|(index, name)| !names[..*index].contains(name)) {
        let Some(file) = builtin::pack(name, &rules.classes)? else {
            return Err(Error::new(format!("没有名为“{name}”的规则包。")).help("运行 zhubi packs 看全部规则包。"));
        };
        rules.rules.extend(file.rules.iter().map(|(rule, _)| rule.clone()));
        files.push(file);
    }
    Ok(files)
}

/// Reads the rule files at `paths`, each of them once. A directory stands for all .toml files in it. `known` provides the
/// shared character classes.
///
/// # Errors
/// A file cannot be read or is not a valid rule file.
pub fn read_files(paths: &[PathBuf], known: &RuleSet) -> Result<Vec<RuleFile>> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            files.extend(files_in(path)?);
        } else {
            files.push(path.clone());
        }
    }
    let mut seen = HashSet::new();
    files.retain(|path| seen.insert(fs::canonicalize(path).unwrap_or_else(|_| path.clone())));
    let read =
        |path: &PathBuf| RuleFile::read(&path.display().to_string(), &read_text(path, "规则文件")?, &known.classes);
    files.iter().map(read).collect()
}

/// The greatest number of entries in a directory of rule files and below. A directory with more is not one of rules.
const MAX_ENTRIES: usize = 10_000;

/// Returns the .toml files in `folder` and below, sorted.
///
/// # Errors
/// A directory cannot be read, or there are more than [`MAX_ENTRIES`] files and directories.
fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    let mut entries = 0;
    while let Some(current) = folders.pop() {
        let unreadable = |error| {
            Error::new(format!("读不了这个目录：{}。", cause(&error))).in_file(current.display()).caused_by(error)
        };
        for entry in fs::read_dir(&current).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            entries += 1;
            if entries > MAX_ENTRIES {
                let error = Error::new(format!("这个目录里的文件超过 {MAX_ENTRIES} 个，不是装规则文件的目录。"));
                return Err(error.help("请写规则文件自己的目录。").in_file(folder.display()));
            }
            let path = entry.path();
            // Links to directories are not followed: they could form a cycle.
            if entry.file_type().map_err(unreadable)?.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "toml") && !path.is_dir() {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// In place of a model of context, the corrections that examples state: a rule says what is reported of a doubt, not
/// which doubts a model has.
#[derive(Debug)]
struct Stated {
    /// Texts with a wrong character, and the right ones.
    corrections: Vec<(String, String)>,
}

impl Stated {
    fn of(examples: &[Example]) -> Stated {
        let corrections = examples.iter().filter_map(|example| match &example.case {
            Case::Bad { text, good: Some(good) } => Some((remove_markers(text).0, good.clone())),
            _ => None,
        });
        Stated { corrections: corrections.collect() }
    }
}

impl ContextReader for Stated {
    fn doubts(&self, texts: &[&str]) -> Vec<Doubt> {
        let stated = |(text, read): (usize, &&str)| {
            let (wrong, right) = self.corrections.iter().find(|(wrong, _)| wrong == read)?;
            let (span, meant, slip) = slip_between(wrong, right)?;
            let (reason, scores) = (String::new(), String::new());
            Some(Doubt { text, span, meant, slip, gain: 20.0, is_nearly_certain: true, reason, scores })
        };
        texts.iter().enumerate().filter_map(stated).collect()
    }
}

/// The slip by which a text differs from the right one: the characters it concerns, and those that are meant.
fn slip_between(wrong: &str, right: &str) -> Option<(Span, String, Slip)> {
    let (written, meant): (Vec<char>, Vec<char>) = (wrong.chars().collect(), right.chars().collect());
    let at = written.iter().zip(&meant).position(|(a, b)| a != b)?;
    let (first, length, slip): (usize, usize, Slip) = match (written.len() - at, meant.len() - at) {
        (longer, rest) if longer == rest + 1 => (at.checked_sub(1)?, 2, Slip::Doubled),
        (_, rest) if rest > 1 && written.get(at + 1) == Some(&meant[at]) => (at, 2, Slip::Swapped),
        _ => (at, 1, Slip::Replaced),
    };
    let bytes = |characters: &[char]| characters.iter().map(|c| c.len_utf8()).sum::<usize>();
    let start = bytes(&written[..first]);
    let replaced = length.checked_sub(written.len().saturating_sub(meant.len()))?;
    let span = Span::new(start, start + bytes(written.get(first..first + length)?));
    Some((span, meant.get(first..first + replaced)?.iter().collect(), slip))
}

/// In place of an index of sources: what stands in quotation marks in the right texts. Each statute has twelve articles.
impl SourceReader for Stated {
    fn variant(&self, quotation: &str) -> Option<SourceVariant> {
        let (wrong, right) = self.corrections.iter().find(|(wrong, _)| wrong.contains(quotation))?;
        let at = wrong.find(quotation)?;
        let tail = wrong.len() - at - quotation.len();
        let source = right.get(at..right.len().checked_sub(tail)?)?;
        let whole = Span::new(0, quotation.len());
        let edit = EditRef { span: whole, text: source }.trimmed(quotation);
        let change = SourceChange { span: edit.span.range(), source: edit.text.to_owned() };
        let word = quotation[..edit.span.start].chars().next_back().map_or(0, char::len_utf8);
        let change = SourceChange {
            span: edit.span.start - word..edit.span.end,
            source: quotation[edit.span.start - word..edit.span.start].to_owned() + &change.source,
        };
        (quotation != source).then(|| SourceVariant { changes: vec![change], path: "条例.txt".to_owned(), line: 1 })
    }

    fn last_article(&self, _: &str) -> Option<(u32, String)> {
        Some((12, "条例.txt".to_owned()))
    }
}

/// Proves every rule of `files` by its examples.
///
/// # Errors
/// Returns an error for every example that fails: its position, the expected and the actual result.
pub fn prove(files: &[RuleFile]) -> std::result::Result<Proof, Vec<Error>> {
    let (mut proof, mut errors) = (Proof::default(), Vec::new());
    for file in files {
        for (rule, examples) in &file.rules {
            let stated = Arc::new(Stated::of(examples));
            let context: Arc<dyn ContextReader> = stated.clone();
            let house = Arc::new(builtin::example_house().with_sources(Some(stated)));
            let engine_of = |rule: Rule| {
                let engine = Engine::new(RuleSet { rules: vec![rule], ..RuleSet::default() });
                engine.with_context(Some(context.clone())).with_house(Some(house.clone()))
            };
            let mut engine = engine_of(rule.clone());
            for example in examples.iter().chain(&claims_as_examples(file, rule)) {
                proof.examples += 1;
                let options = &engine.rules().rules[0].metadata.options;
                if example.options != *options {
                    let mut recompiled = rule.clone();
                    match file.parsed.recompile(&mut recompiled, example.options.clone()) {
                        Ok(()) => engine = engine_of(recompiled),
                        Err(error) => {
                            errors.push(error);
                            continue;
                        }
                    }
                }
                if let Err(Failure { expected, actual }) = prove_example(&engine, rule, example) {
                    let error = file.error(example.at.clone(), format!("规则“{}”不符合自己的例子。", rule.id));
                    errors.push(error.help(format!("应当：{}。\n  实际：{}。", visible(&expected), visible(&actual))));
                }
            }
            proof.rules += 1;
        }
    }
    if errors.is_empty() { Ok(proof) } else { Err(errors) }
}

/// Returns what the rule's check claims about its own words, as examples. Their position in the file is the first
/// occurrence of their text.
fn claims_as_examples(file: &RuleFile, rule: &Rule) -> Vec<Example> {
    let kind = BlockKind::ALL.map(|(kind, ..)| kind).into_iter().find(|&kind| rule.scope.has(kind));
    let format = ExampleFormat::Block(kind.unwrap_or(BlockKind::Paragraph));
    let example = |Claim { text, becomes }: Claim| {
        let at = file.parsed.file.text.find(text).unwrap_or(0);
        let case = match becomes {
            Some(good) => Case::Bad { text: format!("⟦{text}⟧"), good: Some(good.to_owned()) },
            None => Case::Ok(text.to_owned()),
        };
        Example { at: at..at, case, format, options: rule.metadata.options.clone() }
    };
    rule.check.claims().into_iter().map(example).collect()
}

/// The reason why an example fails, in Chinese.
struct Failure {
    expected: String,
    actual: String,
}

/// Checks that the rule finds and fixes what the example expects.
fn prove_example(engine: &Engine, rule: &Rule, example: &Example) -> std::result::Result<(), Failure> {
    match &example.case {
        Case::Ok(text) => expect_no_findings(engine, text, example.format, "这里什么也不报"),
        Case::Bad { text, good } => {
            let (text, marked) = remove_markers(text);
            let findings = findings(engine, &text, example.format)?;
            let failure = |expected: String| Failure { expected, actual: describe(&findings, &text) };
            if marked.is_empty() && findings.len() != 1 {
                return Err(failure("恰好报一处（几处都对，请用 ⟦ ⟧ 逐处标出）".to_owned()));
            }
            let found: Vec<Span> = findings.iter().map(|finding| finding.span).collect();
            if !marked.is_empty() && found != marked {
                let expected: Vec<&str> = marked.iter().map(|span| span.of(&text)).collect();
                return Err(failure(format!("报标出的“{}”", expected.join("”“"))));
            }
            let Some(good) = good else {
                let is_mended = rule.fix != FixSafety::None && findings.iter().any(|it| !it.suggestions.is_empty());
                let fix = if is_mended { rule.fix } else { FixSafety::None };
                return match fix {
                    FixSafety::None if !marked.is_empty() => Ok(()),
                    FixSafety::None => Err(failure("没有改法的规则，反例要用 ⟦ ⟧ 标出报哪里".to_owned())),
                    FixSafety::Safe | FixSafety::Suggested => {
                        Err(failure("有改法的规则，反例要用 good 写出改好的样子".to_owned()))
                    }
                };
            };
            let fixed = fixed(&findings, &text);
            if rule.fix != FixSafety::None && fixed != *good {
                return Err(Failure {
                    expected: format!("改成“{good}”"), actual: format!("改成“{fixed}”")
                });
            }
            expect_no_findings(engine, good, example.format, "改好以后不再报")
        }
    }
}

/// Checks that the text has no findings. `expected` describes that in Chinese for the failure.
fn expect_no_findings(
    engine: &Engine,
    text: &str,
    format: ExampleFormat,
    expected: &str,
) -> std::result::Result<(), Failure> {
    let findings = findings(engine, text, format)?;
    if findings.is_empty() {
        Ok(())
    } else {
        Err(Failure { expected: expected.to_owned(), actual: describe(&findings, text) })
    }
}

/// Returns the findings in the text of an example.
fn findings(engine: &Engine, text: &str, format: ExampleFormat) -> std::result::Result<Vec<Finding>, Failure> {
    match format {
        ExampleFormat::Block(kind) => {
            let draft = open(text, Format::Plain)?;
            let as_kind = |block: &Block| match kind {
                BlockKind::Dateline => {
                    Block { kind: BlockKind::Paragraph, dateline: text.len() as u32, ..block.clone() }
                }
                _ => Block { kind, ..block.clone() },
            };
            let blocks: Vec<Block> = draft.blocks().iter().map(as_kind).collect();
            Ok(engine.check_blocks(&draft, &blocks))
        }
        ExampleFormat::Plain => Ok(engine.check(&open(text, Format::Plain)?)),
        ExampleFormat::Markdown => Ok(engine.check(&open(text, Format::Markdown)?)),
        ExampleFormat::Issue => findings_in_issue(engine, text),
    }
}

/// Opens the text of an example as a draft.
fn open(text: &str, format: Format) -> std::result::Result<Draft, Failure> {
    let unreadable =
        |error: Error| Failure { expected: "例子是能读的文稿".to_owned(), actual: error.to_string() };
    Draft::open(text.as_bytes().to_vec(), format).map_err(unreadable)
}

/// Returns the findings in a newspaper issue whose pages follow each other in `text`, each below a line `@ FILE NAME`.
/// Their spans are in `text`.
fn findings_in_issue(engine: &Engine, text: &str) -> std::result::Result<Vec<Finding>, Failure> {
    const HEAD: &str = "@ ";
    let mut pages: Vec<(&str, usize, Draft)> = Vec::new();
    let starts: Vec<usize> = text.match_indices(HEAD).map(|(at, _)| at).chain([text.len()]).collect();
    for bounds in starts.windows(2) {
        let page = &text[bounds[0]..bounds[1]];
        let (head, body) = page.split_once('\n').unwrap_or((page, ""));
        pages.push((&head[HEAD.len()..], bounds[1] - body.len(), open(body, Format::Plain)?));
    }
    let drafts: Vec<(&str, &Draft)> = pages.iter().map(|(name, _, draft)| (*name, draft)).collect();
    let by_page = engine.check_issue(&drafts).into_iter().zip(&pages);
    let in_text = by_page.flat_map(|(findings, (_, start, _))| {
        findings.into_iter().map(|finding| Finding { span: finding.span.shifted(*start), ..finding })
    });
    Ok(in_text.collect())
}

/// Returns the text with the first suggestion of every finding applied.
fn fixed(findings: &[Finding], text: &str) -> String {
    fix::plan(findings, text, FixSafety::Suggested).edits.apply(text)
}

/// Returns the text without its markers ⟦ ⟧, and the spans that they marked.
fn remove_markers(text: &str) -> (String, Vec<Span>) {
    let (mut plain, mut marked, mut open) = (String::with_capacity(text.len()), Vec::new(), None);
    for c in text.chars() {
        match (c, open) {
            ('⟦', None) => open = Some(plain.len()),
            ('⟧', Some(start)) => {
                marked.push(Span::new(start, plain.len()));
                open = None;
            }
            _ => plain.push(c),
        }
    }
    (plain, marked)
}

/// Describes the findings in Chinese.
fn describe(findings: &[Finding], text: &str) -> String {
    if findings.is_empty() {
        return "什么也没有报".to_owned();
    }
    let mut out = format!("报了 {} 处", findings.len());
    for finding in findings.iter().take(5) {
        out += &format!("，“{}”", finding.span.of(text));
        if let Some(to) = finding.suggestions.first() {
            out += &format!("→“{to}”");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin;
    use crate::check::Claim;
    use crate::finding::Severity;

    #[test]
    fn packs_do_what_their_examples_say() {
        let rules = builtin::rules();
        for name in builtin::pack_names() {
            let file = builtin::pack(name, &rules.classes).unwrap().unwrap();
            let pack = file.parsed.pack.clone().unwrap();
            assert!(pack.version > 0 && !pack.title.is_empty() && !pack.source.is_empty(), "{name}");
            assert_eq!(pack.date.len(), 10, "{name}");
            assert!(file.rules.iter().all(|(rule, _)| rules.rules.iter().all(|known| known.id != rule.id)), "{name}");
            // What is known only from memory is advice.
            let is_sourced =
                |rule: &Rule| !rule.metadata.source.starts_with("凭记忆") || rule.severity == Severity::Advice;
            assert!(file.rules.iter().all(|(rule, _)| is_sourced(rule)), "{name}");
            let proof = prove(std::slice::from_ref(&file)).map_err(|errors| errors[0].to_string());
            assert!(proof.is_ok(), "{proof:?}");
        }
        assert!(builtin::pack_names().count() >= 3);
    }

    #[test]
    fn reports_no_wrong_word_of_a_table_twice() {
        let rules = builtin::rules();
        let claims = rules.rules.iter().flat_map(|rule| rule.check.claims()).filter(|claim| claim.becomes.is_some());
        let text: Vec<&str> = claims.map(|Claim { text, .. }| text).collect();
        let draft = Draft::open(text.join("，\n\n").into(), Format::Plain).unwrap();
        let engine = Engine::new(builtin::rules());
        let findings = engine.check(&draft);
        let rule = |finding: &Finding| &engine.rules().rules[finding.rule as usize];
        let of_words: Vec<&Finding> =
            findings.iter().filter(|finding| ["typo", "term"].contains(&rule(finding).family())).collect();
        let describe = |found: &&Finding| format!("{}：{}", rule(found).id, found.span.of(draft.text()));
        let found_twice = of_words.chunk_by(|a, b| a.block == b.block).find(|found| found.len() > 1);
        assert_eq!(found_twice.map(|found| found.iter().map(describe).collect::<Vec<_>>()), None);
        assert!(of_words.len() > 3000);
    }

    #[test]
    fn proves_every_built_in_rule() {
        let files = crate::builtin::files().unwrap();
        if let Err(errors) = super::prove(&files) {
            let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
            panic!("{}", errors.join("\n"));
        }
    }
}
