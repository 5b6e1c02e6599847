//! `[rule."family/name"]` tables: as they are written → checked against the rules and applied to them.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::{Spanned, Value};

use crate::error::{Result, nearest};
use crate::finding::{FixSafety, Severity};
use crate::rule::{ParsedRuleFile, RESERVED_NAMES, RuleSet, TomlFile, choose};

/// The tables by the ids of the rules. What belongs to a rule is only known with the rules.
pub type RawSettings = BTreeMap<Spanned<String>, BTreeMap<Spanned<String>, Spanned<toml::Value>>>;

/// What is set for single rules.
#[derive(Debug, Clone)]
pub struct Settings {
    file: TomlFile,
    rules: Vec<(Spanned<String>, Setting)>,
}

/// What is set for a rule. A paper may raise or lower a severity, and trust a fix more or less than the rule
/// does: it answers for its own copy. A place that the check itself holds to be less safe stays so.
#[derive(Debug, Clone, Default)]
struct Setting {
    enabled: Option<Spanned<bool>>,
    severity: Option<Spanned<Severity>>,
    fix: Option<Spanned<FixSafety>>,
    options: Vec<(Spanned<String>, Spanned<String>)>,
}

impl Settings {
    /// Checks all that can be checked without the rules.
    pub(super) fn read(file: TomlFile, raw: RawSettings) -> Result<Settings> {
        let mut rules = Vec::with_capacity(raw.len());
        for (id, lines) in raw {
            let mut setting = Setting::default();
            for (name, line) in lines {
                let at = line.span();
                match (name.get_ref().as_str(), line.into_inner()) {
                    ("enabled", Value::Boolean(enabled)) => setting.enabled = Some(Spanned::new(at, enabled)),
                    ("enabled", _) => return Err(file.error(at, "enabled 只能是 true 或 false，不加引号。")),
                    ("severity", Value::String(text)) => {
                        let known = Severity::ALL.map(|severity| (severity.name(), severity));
                        let chosen = file.choice("severity", &Spanned::new(at.clone(), text), &known)?;
                        setting.severity = Some(Spanned::new(at, chosen));
                    }
                    ("fix", Value::String(text)) => {
                        let known = FixSafety::ALL.map(|fix| (fix.name(), fix));
                        let chosen = file.choice("fix", &Spanned::new(at.clone(), text), &known)?;
                        setting.fix = Some(Spanned::new(at, chosen));
                    }
                    (_, Value::String(text)) => setting.options.push((name, Spanned::new(at, text))),
                    (text, _) => {
                        let near = nearest(text, RESERVED_NAMES).filter(|near| *near != text);
                        return Err(match near {
                            Some(near) => file
                                .error(name.span(), format!("没有名为“{text}”的项。"))
                                .help(format!("想写的是 {near} 吗？")),
                            None => file.error(at, format!("{text} 的值要写成字符串，加引号。")),
                        });
                    }
                }
            }
            rules.push((id, setting));
        }
        Ok(Settings { file, rules })
    }

    /// Makes `rules` follow the settings. Only rules with another choice than they have are compiled anew,
    /// from what `source` gives for their id.
    ///
    /// # Errors
    /// A setting for a rule or an option that is not there, or a value that the option cannot take: with file,
    /// line and column.
    pub fn apply(
        &self,
        rules: &mut RuleSet,
        source: impl Fn(&str, &RuleSet) -> Result<Option<ParsedRuleFile>>,
    ) -> Result<()> {
        for (id, setting) in &self.rules {
            let index = rules.index(id.get_ref()).map_err(|error| self.file.locate_error(id.span(), error))?;
            let rule = &mut rules.rules[index];
            rule.enabled = setting.enabled.as_ref().map_or(rule.enabled, |set| *set.get_ref());
            rule.severity = setting.severity.as_ref().map_or(rule.severity, |set| *set.get_ref());
            rule.fix = setting.fix.as_ref().map_or(rule.fix, |set| *set.get_ref());
            let mut options = rule.metadata.options.clone();
            for (name, value) in &setting.options {
                choose(&mut options, name.get_ref(), value.get_ref()).map_err(|mut error| {
                    if let Some(near) = nearest(name.get_ref(), RESERVED_NAMES).filter(|_| !error.is_value_wrong) {
                        error.help = format!("想写的是 {near} 吗？");
                    }
                    self.file.choice_error(name, value.span(), error)
                })?;
            }
            if options != rule.metadata.options
                && let Some(source) = source(id.get_ref(), rules)?
            {
                source.recompile(&mut rules.rules[index], options)?;
            }
        }
        Ok(())
    }

    /// The ids of the rules for which something is set.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().map(|(id, _)| id.get_ref().as_str())
    }

    /// What is set for the rule with that id: names and values, in their order.
    pub fn of(&self, id: &str) -> Vec<(&str, String)> {
        self.placed(id).into_iter().map(|(name, value, _)| (name, value)).collect()
    }

    /// What is set for the rule with that id: names, values and where each is set, as `path:line`.
    pub fn placed(&self, id: &str) -> Vec<(&str, String, String)> {
        let place = |at: Range<usize>| format!("{}:{}", self.file.path, self.file.position(at.start).line);
        let mut out = Vec::new();
        for (_, setting) in self.rules.iter().filter(|(known, _)| known.get_ref() == id) {
            let enabled = setting.enabled.as_ref().map(|set| ("enabled", set.get_ref().to_string(), set.span()));
            let severity =
                setting.severity.as_ref().map(|set| ("severity", format!("{:?}", set.get_ref().name()), set.span()));
            let fix = setting.fix.as_ref().map(|set| ("fix", format!("{:?}", set.get_ref().name()), set.span()));
            let options = setting
                .options
                .iter()
                .map(|(name, value)| (name.get_ref().as_str(), format!("{:?}", value.get_ref()), value.span()));
            let all = enabled.into_iter().chain(severity).chain(fix).chain(options);
            out.extend(all.map(|(name, value, at)| (name, value, place(at))));
        }
        out
    }
}
