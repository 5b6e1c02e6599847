//! PLACEHOLDER until the merge: just enough of the rules to run the command line.

use std::path::PathBuf;

use super::{Rule, RuleSet};
use crate::block::Kinds;
use crate::error::{Error, Result, cause};
use crate::finding::{FixSafety, Severity};

/// What an example shows.
#[derive(Debug, Clone)]
pub enum Case {
    /// Wrong, and what becomes of it.
    Bad {
        /// The text.
        text: String,
        /// The text afterwards.
        good: Option<String>,
    },
    /// Right.
    Right(String),
}

/// An example of a rule.
#[derive(Debug, Clone)]
pub struct Example {
    /// What it is.
    pub case: Case,
}

/// How much was proved.
#[derive(Debug, Clone, Copy)]
pub struct ProofSummary {
    /// Rules.
    pub rules: usize,
    /// Examples.
    pub examples: usize,
}

/// The examples of a built-in rule.
pub fn embedded_examples(_id: &str) -> Vec<Example> {
    vec![
        Example {
            case: Case::Bad {
                text: "两地携手,共建联盟".into(), good: Some("两地携手，共建联盟".into())
            },
        },
        Example { case: Case::Right("总投资1,234万元".into()) },
    ]
}

/// Proves the built-in rules.
pub fn prove_embedded() -> Result<ProofSummary> {
    Ok(ProofSummary { rules: 1, examples: 2 })
}

/// Proves rule files.
pub fn prove_files(paths: &[PathBuf]) -> Result<ProofSummary> {
    let rules = RuleSet::default().with_files(paths)?.rules.len();
    Ok(ProofSummary { rules, examples: rules })
}

#[derive(serde::Deserialize)]
struct RawFile {
    family: String,
    rule: Vec<RawRule>,
}

#[derive(serde::Deserialize)]
struct RawRule {
    id: String,
    title: String,
    source: String,
    severity: Severity,
    fix: FixSafety,
    message: String,
    check: RawCheck,
}

#[derive(serde::Deserialize)]
struct RawCheck {
    pattern: RawPattern,
}

#[derive(serde::Deserialize)]
struct RawPattern {
    find: String,
    to: Option<String>,
}

impl RuleSet {
    /// The built-in rules.
    pub fn embedded() -> RuleSet {
        let text = "family = 'punctuation'\n[[rule]]\nid = 'halfwidth-comma'\ntitle = '汉字旁的半角逗号'\nsource = 'GB/T 15834—2011 4.4'\nseverity = 'error'\nfix = 'safe'\nmessage = '中文句内停顿用全角逗号。'\n[rule.check.pattern]\nfind = '手⟦,⟧'\nto = '，'\n";
        RuleSet::default().with_text("built-in", text).unwrap_or_default()
    }

    /// These rules and those of `paths`.
    pub fn with_files(mut self, paths: &[PathBuf]) -> Result<RuleSet> {
        for path in paths {
            let name = path.display().to_string();
            let text = std::fs::read_to_string(path)
                .map_err(|error| Error::new(format!("读不了：{}。", cause(&error))).in_file(&name))?;
            self = self.with_text(&name, &text)?;
        }
        Ok(self)
    }

    fn with_text(mut self, name: &str, text: &str) -> Result<RuleSet> {
        let raw: RawFile = toml::from_str(text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            Error::new("写法不对。").in_file(name).at(crate::text::Locator::new(text).position(offset))
        })?;
        for rule in raw.rule {
            self.literals.push((rule.check.pattern.find, rule.check.pattern.to));
            self.rules.push(Rule {
                id: format!("{}/{}", raw.family, rule.id),
                title: rule.title,
                source: rule.source,
                severity: rule.severity,
                fix: rule.fix,
                message: rule.message,
                scope: Kinds::ALL,
                enabled: true,
                covers: Vec::new(),
            });
        }
        Ok(self)
    }

    /// The rules that run.
    pub fn select(self, only: &[String], skip: &[String], level: Severity) -> Result<RuleSet> {
        for name in only.iter().chain(skip) {
            if !self.rules.iter().any(|rule| rule.family() == name || rule.id == *name) {
                return Err(
                    Error::new(format!("没有名为“{name}”的规则或规则族。")).help("全部规则见 zhubi rules list。")
                );
            }
        }
        let names = |names: &[String], rule: &Rule| names.iter().any(|name| rule.family() == name || rule.id == *name);
        let (rules, literals) = (self.rules.into_iter().zip(self.literals))
            .filter(|(rule, _)| (only.is_empty() || names(only, rule)) && !names(skip, rule))
            .filter(|(rule, _)| rule.severity <= level || only.contains(&rule.id))
            .unzip();
        Ok(RuleSet { rules, literals })
    }

    /// The rule with that id.
    pub fn rule(&self, id: &str) -> Result<&Rule> {
        let rule = self.rules.iter().find(|rule| rule.id == id);
        rule.ok_or_else(|| Error::new(format!("没有名为“{id}”的规则或规则族。")).help("全部规则见 zhubi rules list。"))
    }
}
