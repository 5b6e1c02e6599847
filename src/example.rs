//! Proves rules by their examples. A rule that does not hold its own examples does not run.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::block::{Block, BlockKind};
use crate::check::Claim;
use crate::draft::{Draft, Format};
use crate::engine::Engine;
use crate::error::{Error, ErrorKind, Result, cause};
use crate::finding::{Finding, FixSafety};
use crate::fix;
use crate::rule::{Case, Example, Rule, RuleFile, RuleSet, Written};
use crate::text::Span;

/// How much was proved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Proof {
    /// Rules.
    pub rules: usize,
    /// Examples.
    pub examples: usize,
}

/// Reads the rule files at `paths` (a directory: every .toml file in it), proves their rules, and adds them
/// to `rules`.
///
/// # Errors
/// A file that cannot be read or is no valid rule file, an id that `rules` has already, an example that does
/// not hold: with file, line and column.
pub fn add_files(rules: &mut RuleSet, paths: &[PathBuf]) -> Result<Vec<RuleFile>> {
    let files = read_files(paths, rules)?;
    for file in &files {
        if let Some((rule, _)) = file.rules.iter().find(|(rule, _)| rules.rules.iter().any(|known| known.id == rule.id))
        {
            let at = file.source.file.text.find(rule.name()).unwrap_or(0);
            return Err(file
                .error(at..at, format!("规则“{}”已经有了。", rule.id))
                .help("自己的规则请用别的名字；内置规则用 zhubi.toml 调整，不能用规则文件改写。"));
        }
        prove(std::slice::from_ref(file)).map_err(|mut errors| errors.swap_remove(0))?;
        rules.rules.extend(file.rules.iter().map(|(rule, _)| rule.clone()));
    }
    Ok(files)
}

/// Reads the rule files at `paths` (a directory: every .toml file in it), each of them once.
///
/// # Errors
/// A file that cannot be read or is no valid rule file.
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
    files.iter().map(|path| RuleFile::read(&path.display().to_string(), &read(path)?, &known.classes)).collect()
}

fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let unreadable = |error| {
        Error::new(format!("读不了这个目录：{}。", cause(&error))).in_file(folder.display()).caused_by(error)
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let path = entry.path();
        // Links to directories are not followed: they may lead back here.
        if entry.file_type().map_err(unreadable)?.is_dir() {
            files.extend(files_in(&path)?);
        } else if path.extension().is_some_and(|ending| ending == "toml") && !path.is_dir() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read(path: &Path) -> Result<String> {
    let bytes = fs::read(path).map_err(|error| {
        let message = match error.kind() {
            std::io::ErrorKind::NotFound => "找不到这个规则文件。".to_owned(),
            _ => format!("读不了这个规则文件：{}。", cause(&error)),
        };
        Error::new(message).in_file(path.display()).caused_by(error)
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let invalid = Error::new("规则文件不是 UTF-8 编码。").in_file(path.display());
        invalid.of_kind(ErrorKind::InvalidFile).caused_by(error)
    })
}

/// Proves every rule of `files` by its examples.
///
/// # Errors
/// Every example that does not hold: where it stands, what was expected, what was seen.
pub fn prove(files: &[RuleFile]) -> std::result::Result<Proof, Vec<Error>> {
    let (mut proof, mut errors) = (Proof::default(), Vec::new());
    for file in files {
        for (rule, examples) in &file.rules {
            let alone = |rule: Rule| Engine::new(RuleSet { rules: vec![rule], ..RuleSet::default() });
            let mut engine = alone(rule.clone());
            for example in examples.iter().chain(&claimed(file, rule)) {
                proof.examples += 1;
                let options = &engine.rules().rules[0].metadata.options;
                if example.options != *options {
                    let mut chosen = rule.clone();
                    match file.source.recompile(&mut chosen, example.options.clone()) {
                        Ok(()) => engine = alone(chosen),
                        Err(error) => {
                            errors.push(error);
                            continue;
                        }
                    }
                }
                if let Err(Fails { expected, seen }) = hold(&engine, rule, example) {
                    let error = file.error(example.at.clone(), format!("规则“{}”不符合自己的例子。", rule.id));
                    errors.push(error.help(format!("应当：{expected}。\n  实际：{seen}。")));
                }
            }
            proof.rules += 1;
        }
    }
    if errors.is_empty() { Ok(proof) } else { Err(errors) }
}

/// What the rule's check says of itself, as examples. Their place in the file is where their text first stands.
fn claimed(file: &RuleFile, rule: &Rule) -> Vec<Example> {
    let kind = BlockKind::ALL.map(|(kind, ..)| kind).into_iter().find(|&kind| rule.scope.has(kind));
    let written = Written::Block(kind.unwrap_or(BlockKind::Paragraph));
    let example = |Claim { text, becomes }: Claim| {
        let at = file.source.file.text.find(text).unwrap_or(0);
        let case = match becomes {
            Some(good) => Case::Bad { text: format!("⟦{text}⟧"), good: Some(good.to_owned()) },
            None => Case::Right(text.to_owned()),
        };
        Example { at: at..at, case, written, options: rule.metadata.options.clone() }
    };
    rule.check.claims().into_iter().map(example).collect()
}

/// An example does not hold.
struct Fails {
    expected: String,
    seen: String,
}

fn hold(engine: &Engine, rule: &Rule, example: &Example) -> std::result::Result<(), Fails> {
    match &example.case {
        Case::Right(text) => silent(engine, text, example.written, "这里什么也不报"),
        Case::Bad { text, good } => {
            let (text, marked) = unmarked(text);
            let findings = findings(engine, &text, example.written)?;
            let seen = || describe(&findings, &text);
            if marked.is_empty() && findings.len() != 1 {
                return Err(Fails {
                    expected: "恰好报一处（几处都对，请用 ⟦ ⟧ 逐处标出）".into(), seen: seen()
                });
            }
            let places: Vec<Span> = findings.iter().map(|finding| finding.span).collect();
            if !marked.is_empty() && places != marked {
                let expected: Vec<&str> = marked.iter().map(|span| span.of(&text)).collect();
                return Err(Fails { expected: format!("报标出的“{}”", expected.join("”“")), seen: seen() });
            }
            let Some(good) = good else {
                return match rule.fix {
                    FixSafety::None if !marked.is_empty() => Ok(()),
                    FixSafety::None => Err(Fails {
                        expected: "没有改法的规则，反例要用 ⟦ ⟧ 标出报哪里".into(),
                        seen: seen(),
                    }),
                    _ => Err(Fails {
                        expected: "有改法的规则，反例要用 good 写出改好的样子".into(), seen: seen()
                    }),
                };
            };
            let fixed = fixed(&findings, &text);
            if rule.fix != FixSafety::None && fixed != *good {
                return Err(Fails { expected: format!("改成“{good}”"), seen: format!("改成“{fixed}”") });
            }
            silent(engine, good, example.written, "改好以后不再报")
        }
    }
}

fn silent(engine: &Engine, text: &str, written: Written, expected: &str) -> std::result::Result<(), Fails> {
    let findings = findings(engine, text, written)?;
    if findings.is_empty() {
        Ok(())
    } else {
        Err(Fails { expected: expected.to_owned(), seen: describe(&findings, text) })
    }
}

fn findings(engine: &Engine, text: &str, written: Written) -> std::result::Result<Vec<Finding>, Fails> {
    if written == Written::Issue {
        return over_issue(engine, text);
    }
    let format = if written == Written::Markdown { Format::Markdown } else { Format::Plain };
    let draft = open(text, format)?;
    let Written::Block(kind) = written else { return Ok(engine.check(&draft)) };
    let as_kind = |block: &Block| match kind {
        BlockKind::Dateline => Block { kind: BlockKind::Paragraph, dateline: text.len() as u32, ..block.clone() },
        _ => Block { kind, ..block.clone() },
    };
    let blocks: Vec<Block> = draft.blocks().iter().map(as_kind).collect();
    Ok(engine.check_blocks(&draft, &blocks))
}

fn open(text: &str, format: Format) -> std::result::Result<Draft, Fails> {
    let unreadable = |error: Error| Fails { expected: "例子是能读的文稿".into(), seen: error.to_string() };
    Draft::open(text.as_bytes().to_vec(), format).map_err(unreadable)
}

/// The findings in an issue whose pages stand one behind another, each under the line `@ name of its file`.
fn over_issue(engine: &Engine, text: &str) -> std::result::Result<Vec<Finding>, Fails> {
    let mut pages: Vec<(&str, usize, Draft)> = Vec::new();
    let heads: Vec<usize> = text.match_indices("@ ").map(|(at, _)| at).chain([text.len()]).collect();
    for part in heads.windows(2) {
        let page = &text[part[0]..part[1]];
        let (name, body) = page.split_once('\n').unwrap_or((page, ""));
        pages.push((&name["@ ".len()..], part[1] - body.len(), open(body, Format::Plain)?));
    }
    let named: Vec<(&str, &Draft)> = pages.iter().map(|(name, _, draft)| (*name, draft)).collect();
    let found = engine.check_issue(&named).into_iter().zip(&pages);
    let in_text = found.flat_map(|(findings, (_, start, _))| {
        findings.into_iter().map(|finding| Finding { span: finding.span.shifted(*start), ..finding })
    });
    Ok(in_text.collect())
}

/// The text with every finding's first suggestion in place.
fn fixed(findings: &[Finding], text: &str) -> String {
    fix::plan(findings, text, FixSafety::Suggested).edits.apply(text)
}

/// The text without its ⟦ ⟧, and the places they marked.
fn unmarked(text: &str) -> (String, Vec<Span>) {
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

    #[test]
    fn no_word_of_a_table_is_found_twice() {
        let rules = builtin::rules();
        let claims = rules.rules.iter().flat_map(|rule| rule.check.claims()).filter(|claim| claim.becomes.is_some());
        let text: Vec<&str> = claims.map(|Claim { text, .. }| text).collect();
        let draft = Draft::open(text.join("，\n\n").into(), Format::Plain).unwrap();
        let engine = Engine::new(builtin::rules());
        let findings = engine.check(&draft);
        let rule = |finding: &Finding| &engine.rules().rules[finding.rule as usize];
        let of_words: Vec<&Finding> =
            findings.iter().filter(|finding| ["typo", "term"].contains(&rule(finding).family())).collect();
        let told = |found: &&Finding| format!("{}：{}", rule(found).id, found.span.of(draft.text()));
        let twice = of_words.chunk_by(|a, b| a.block == b.block).find(|found| found.len() > 1);
        assert_eq!(twice.map(|found| found.iter().map(told).collect::<Vec<_>>()), None);
        assert!(of_words.len() > 3000);
    }

    #[test]
    fn every_built_in_rule_holds_its_examples() {
        let files = crate::builtin::files().unwrap();
        if let Err(errors) = super::prove(&files) {
            let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
            panic!("{}", errors.join("\n"));
        }
    }
}
