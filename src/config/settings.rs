//! `[rule."family/name"]` tables: as they are written → checked against the rules and applied to them.

use std::collections::BTreeMap;

use toml::{Spanned, Value};

use crate::error::{Result, nearest};
use crate::finding::{FixSafety, Severity};
use crate::rule::{RESERVED, RuleSet, Source, TomlFile, choose};

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
    enabled: Option<bool>,
    severity: Option<Severity>,
    fix: Option<FixSafety>,
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
                    ("enabled", Value::Boolean(enabled)) => setting.enabled = Some(enabled),
                    ("enabled", _) => return Err(file.error(at, "enabled 只能是 true 或 false，不加引号。")),
                    ("severity", Value::String(text)) => {
                        let known = Severity::ALL.map(|severity| (severity.name(), severity));
                        setting.severity = Some(file.choice("severity", &Spanned::new(at, text), &known)?);
                    }
                    ("fix", Value::String(text)) => {
                        let known = FixSafety::ALL.map(|fix| (fix.name(), fix));
                        setting.fix = Some(file.choice("fix", &Spanned::new(at, text), &known)?);
                    }
                    (_, Value::String(text)) => setting.options.push((name, Spanned::new(at, text))),
                    (text, _) => {
                        let near = nearest(text, RESERVED).filter(|near| *near != text);
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
    pub fn apply(&self, rules: &mut RuleSet, source: impl Fn(&str, &RuleSet) -> Result<Option<Source>>) -> Result<()> {
        for (id, setting) in &self.rules {
            let index = rules.index(id.get_ref()).map_err(|error| self.file.place(id.span(), error))?;
            let rule = &mut rules.rules[index];
            rule.enabled = setting.enabled.unwrap_or(rule.enabled);
            rule.severity = setting.severity.unwrap_or(rule.severity);
            rule.fix = setting.fix.unwrap_or(rule.fix);
            let mut options = rule.options.clone();
            for (name, value) in &setting.options {
                choose(&mut options, name.get_ref(), value.get_ref()).map_err(|mut refusal| {
                    if let Some(near) = nearest(name.get_ref(), RESERVED).filter(|_| !refusal.of_value) {
                        refusal.help = format!("想写的是 {near} 吗？");
                    }
                    self.file.refusal(name, value.span(), refusal)
                })?;
            }
            if options != rule.options
                && let Some(source) = source(id.get_ref(), rules)?
            {
                source.recompile(&mut rules.rules[index], options)?;
            }
        }
        Ok(())
    }

    /// What is set for the rule with that id: names and values, in their order.
    pub fn of(&self, id: &str) -> Vec<(&str, String)> {
        let settings = self.rules.iter().filter(|(known, _)| known.get_ref() == id).map(|(_, setting)| setting);
        settings
            .flat_map(|setting| {
                let enabled = setting.enabled.map(|enabled| ("enabled", enabled.to_string()));
                let severity = setting.severity.map(|severity| ("severity", format!("{:?}", severity.name())));
                let fix = setting.fix.map(|fix| ("fix", format!("{:?}", fix.name())));
                let options = setting.options.iter();
                let options = options.map(|(name, value)| (name.get_ref().as_str(), format!("{:?}", value.get_ref())));
                enabled.into_iter().chain(severity).chain(fix).chain(options)
            })
            .collect()
    }
}
