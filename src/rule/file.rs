//! One rule file: text → valid rules and their examples, or an error that names the place.

use std::ops::Range;

use toml::Spanned;

use super::raw::{RawExample, RawFile, RawRule};
use super::{FAMILIES, Rule};
use crate::block::{Kind, Kinds};
use crate::check::{Check, Fault};
use crate::error::{Error, Result};
use crate::finding::{FixSafety, Severity};
use crate::matcher::{Classes, Mistake};
use crate::text::Locator;

/// A rule file that has been read.
#[derive(Debug, Clone)]
pub struct RuleFile {
    /// Its path as given.
    pub path: String,
    /// Its text.
    pub text: String,
    /// The words it defines.
    pub classes: Classes,
    /// Its rules, each with its examples.
    pub rules: Vec<(Rule, Vec<Example>)>,
}

/// What an example is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// One block of that kind.
    Block(Kind),
    /// A draft in plain text.
    Plain,
    /// A draft in Markdown.
    Markdown,
}

/// An example of a rule.
#[derive(Debug, Clone)]
pub struct Example {
    /// Where it stands in the rule file (bytes).
    pub at: Range<usize>,
    /// What it is.
    pub case: Case,
    /// How it is to be read.
    pub written: Written,
}

/// What an example shows.
#[derive(Debug, Clone)]
pub enum Case {
    /// A text that the rule hits once; with the text that the first suggestion makes of it.
    Bad {
        /// The text, perhaps with ⟦ ⟧ around what is flagged.
        text: String,
        /// The text afterwards.
        good: Option<String>,
    },
    /// A text that the rule leaves alone.
    Right(String),
}

impl RuleFile {
    /// Reads a rule file. `shared` are the words that every rule file may use.
    ///
    /// # Errors
    /// The first thing that is wrong, with file, line and column.
    pub fn read(path: &str, text: &str, shared: &Classes) -> Result<RuleFile> {
        let reader = Reader { path, text };
        let raw: RawFile = toml::from_str(text).map_err(|error| reader.toml_error(&error))?;
        let mut own = Classes::default();
        for (name, words) in &raw.classes {
            own.define(name, words.get_ref()).map_err(|Mistake(message)| reader.error(words.span(), message))?;
        }
        let classes = own.clone().or(shared);
        let mut file = RuleFile { path: path.to_owned(), text: text.to_owned(), classes: own, rules: Vec::new() };
        if raw.rule.is_empty() {
            return Ok(file);
        }
        let family = raw.family.ok_or_else(|| {
            reader
                .error(0..0, "缺少 family。")
                .help(format!("请在文件开头写明规则族，例如 family = \"{}\"。", FAMILIES[0].0))
        })?;
        if !FAMILIES.iter().any(|(name, _)| name == family.get_ref()) {
            let known: Vec<&str> = FAMILIES.iter().map(|(name, _)| *name).collect();
            let what = format!("没有名为“{}”的规则族。", family.get_ref());
            return Err(reader.error(family.span(), what).help(format!("可用的规则族：{}。", known.join("、"))));
        }
        for rule in raw.rule {
            let rule = reader.rule(family.get_ref(), rule.into_inner(), &classes)?;
            if file.rules.iter().any(|(known, _)| known.id == rule.0.id) {
                let at = text.rfind(rule.0.name()).unwrap_or(0);
                return Err(reader.error(at..at, format!("规则“{}”在这个文件里出现了两次。", rule.0.id)));
            }
            file.rules.push(rule);
        }
        Ok(file)
    }

    /// An error at a place of this file.
    pub fn error(&self, at: Range<usize>, what: impl Into<String>) -> Error {
        Reader { path: &self.path, text: &self.text }.error(at, what)
    }
}

struct Reader<'f> {
    path: &'f str,
    text: &'f str,
}

impl Reader<'_> {
    fn error(&self, at: Range<usize>, what: impl Into<String>) -> Error {
        let mut start = at.start.min(self.text.len());
        while !self.text.is_char_boundary(start) {
            start -= 1;
        }
        Error::new(what).in_file(self.path).at(Locator::new(self.text).position(start))
    }

    fn rule(&self, family: &str, raw: RawRule, classes: &Classes) -> Result<(Rule, Vec<Example>)> {
        let id = raw.id.get_ref();
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
            return Err(self.error(raw.id.span(), format!("规则名“{id}”只能用小写英文字母、数字和连字符。")));
        }
        for (name, value) in [("title", &raw.title), ("source", &raw.source), ("message", &raw.message)] {
            if value.get_ref().trim().is_empty() {
                return Err(self.error(value.span(), format!("{name} 是空的。")));
            }
        }
        if !raw.message.get_ref().ends_with('。') {
            return Err(self.error(raw.message.span(), "message 要以句号“。”结束。"));
        }
        let severities: Vec<_> = Severity::ALL.iter().map(|severity| (severity.name(), *severity)).collect();
        let fixes = [FixSafety::Safe, FixSafety::Suggested, FixSafety::None].map(|fix| (fix.name(), fix));
        let severity = self.choice("severity", &raw.severity, &severities)?;
        let fix = self.choice("fix", &raw.fix, &fixes)?;
        let scope = match &raw.scope {
            None => Kinds::ALL,
            Some(names) => names.iter().try_fold(Kinds::NONE, |kinds, name| {
                let known = Kind::ALL.map(|(kind, known, _)| (known, kind));
                self.choice("scope", name, &known).map(|kind| kinds.with(kind))
            })?,
        };
        let examples: Result<Vec<Example>> = raw.example.into_iter().map(|example| self.example(example)).collect();
        let examples = examples?;
        if !examples.iter().any(|example| matches!(example.case, Case::Bad { .. })) {
            return Err(self
                .error(raw.id.span(), format!("规则“{id}”没有反例。"))
                .help("请至少写一个 [[rule.example]]，用 bad 写出错例，用 good 写出改好的样子。"));
        }
        let check = Check::compile(raw.check, classes).map_err(|Fault { at, message }| self.error(at, message))?;
        let rule = Rule {
            id: format!("{family}/{id}"),
            title: raw.title.into_inner(),
            source: raw.source.into_inner(),
            severity,
            fix,
            message: raw.message.into_inner(),
            scope,
            enabled: raw.enabled,
            covers: raw.covers.into_iter().map(Spanned::into_inner).collect(),
            check,
        };
        Ok((rule, examples))
    }

    fn choice<T: Copy>(&self, key: &str, value: &Spanned<String>, known: &[(&str, T)]) -> Result<T> {
        known.iter().find(|(name, _)| name == value.get_ref()).map(|(_, choice)| *choice).ok_or_else(|| {
            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            self.error(value.span(), format!("{key} 不能是“{}”。", value.get_ref()))
                .help(format!("可用的值：{}。", names.join("、")))
        })
    }

    fn example(&self, example: Spanned<RawExample>) -> Result<Example> {
        let at = example.span();
        let RawExample { bad, good, ok, r#as } = example.into_inner();
        let text = bad.as_ref().or(ok.as_ref()).map(|text| text.get_ref().as_str()).unwrap_or_default();
        let written = match &r#as {
            Some(name) => match name.get_ref().as_str() {
                "plain" => Written::Plain,
                "markdown" => Written::Markdown,
                _ => {
                    let known = Kind::ALL.map(|(kind, known, _)| (known, kind));
                    Written::Block(self.choice("as", name, &known)?)
                }
            },
            None if text.contains('\n') => Written::Plain,
            None => Written::Block(Kind::Paragraph),
        };
        let case = match (bad, good, ok) {
            (Some(bad), good, None) => Case::Bad { text: bad.into_inner(), good: good.map(Spanned::into_inner) },
            (None, None, Some(ok)) => Case::Right(ok.into_inner()),
            _ => return Err(self.error(at, "例子要么写 bad（可加 good），要么写 ok。")),
        };
        Ok(Example { at, case, written })
    }

    /// What the TOML parser says, in Chinese.
    fn toml_error(&self, error: &toml::de::Error) -> Error {
        let message = error.message();
        let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
        let what = match quoted.as_slice() {
            [name, known @ ..] if message.starts_with("unknown field") => {
                let error = self.error(error.span().unwrap_or(0..0), format!("没有名为“{name}”的项。"));
                return error.help(format!("这里可以写：{}。", known.join("、")));
            }
            [name, known @ ..] if message.starts_with("unknown variant") => {
                let error = self.error(error.span().unwrap_or(0..0), format!("没有名为“{name}”的种类。"));
                return error.help(format!("可用的种类：{}。", known.join("、")));
            }
            [name, ..] if message.starts_with("missing field") => format!("缺少 {name}。"),
            _ if message.starts_with("duplicate key") => "同一个键写了两次。".to_owned(),
            _ if message.starts_with("invalid type") => format!("值的类型不对（{message}）。"),
            _ => format!("不是合法的 TOML（{message}）。"),
        };
        self.error(error.span().unwrap_or(0..0), what)
    }
}
