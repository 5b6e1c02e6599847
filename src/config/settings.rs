//! Settings of rules and families: reads `[rule."family/name"]` and `[rule.family]` tables and applies them to rules.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::{Spanned, Value};

use crate::error::{Result, nearest};
use crate::finding::{FixSafety, Severity};
use crate::rule::{ParsedRuleFile, RESERVED_NAMES, Rule, RuleSet, TomlFile, choose};

/// The tables as written, by rule id. Which options a rule has is not known when they are read.
pub type RawSettings = BTreeMap<Spanned<String>, BTreeMap<Spanned<String>, Spanned<toml::Value>>>;

/// The settings of rules in one file.
#[derive(Debug, Clone)]
pub struct Settings {
    file: TomlFile,
    /// Rule ids and their settings.
    rules: Vec<(Spanned<String>, RuleSettings)>,
}

/// The settings of a rule. A newspaper can change the severity and the fix safety of a rule in either direction. A
/// finding that the check itself marks as less safe stays less safe.
#[derive(Debug, Clone, Default)]
struct RuleSettings {
    enabled: Option<Spanned<bool>>,
    severity: Option<Spanned<Severity>>,
    fix: Option<Spanned<FixSafety>>,
    /// Names and values of options.
    options: Vec<(Spanned<String>, Spanned<String>)>,
}

impl Settings {
    /// Reads the tables and checks what can be checked without knowing the rules.
    pub(super) fn read(file: TomlFile, raw: RawSettings) -> Result<Settings> {
        let mut rules = Vec::with_capacity(raw.len());
        for (id, lines) in raw {
            let mut settings = RuleSettings::default();
            for (name, value) in lines {
                settings.read(&file, name, value)?;
            }
            rules.push((id, settings));
        }
        Ok(Settings { file, rules })
    }

    /// Applies the settings to `rules`. Rules whose options change are compiled again, from the rule file that
    /// `rule_file_of` returns for their id.
    ///
    /// # Errors
    /// A rule, an option or a value does not exist, or a rule does not compile. The error has file, line and column.
    pub fn apply(
        &self,
        rules: &mut RuleSet,
        rule_file_of: impl Fn(&str, &RuleSet) -> Result<Option<ParsedRuleFile>>,
    ) -> Result<()> {
        let mut of_rules = Vec::with_capacity(self.rules.len());
        for (name, settings) in &self.rules {
            let located = |error| self.file.locate_error(name.span(), error);
            let canonical = rules.canonical(name.get_ref()).map_err(located)?;
            if canonical.contains('/') {
                of_rules.push((rules.index(&canonical).map_err(located)?, settings));
                continue;
            }
            if let Some((option, _)) = settings.options.first() {
                let error = self.file.error(option.span(), format!("“{}”是规则族，没有选项。", name.get_ref()));
                return Err(error.help("规则族可以设 enabled、severity、fix；选项写在各条规则下面。"));
            }
            let of_family = rules.rules.iter_mut().filter(|rule| rule.family() == canonical);
            of_family.for_each(|rule| settings.set_common(rule));
        }
        // What is set for a rule takes precedence over what is set for its family.
        for (index, settings) in of_rules {
            let rule = &mut rules.rules[index];
            settings.set_common(rule);
            let mut options = rule.metadata.options.clone();
            for (name, value) in &settings.options {
                choose(&mut options, name.get_ref(), value.get_ref()).map_err(|mut error| {
                    if let Some(near) = nearest(name.get_ref(), RESERVED_NAMES).filter(|_| !error.is_value_wrong) {
                        error.help = format!("想写的是 {near} 吗？");
                    }
                    self.file.choice_error(name, value.span(), error)
                })?;
            }
            if options != rule.metadata.options
                && let Some(file) = rule_file_of(&rules.rules[index].id, rules)?
            {
                file.recompile(&mut rules.rules[index], options)?;
            }
        }
        Ok(())
    }

    /// The path of the file.
    pub fn path(&self) -> &str {
        &self.file.path
    }

    /// Returns the settings of a rule as names and values, in order.
    pub fn values_of(&self, rule: &Rule) -> Vec<(&str, String)> {
        self.located_values_of(rule).into_iter().map(|(name, value, _)| (name, value)).collect()
    }

    /// Returns the settings of a rule as names, values and positions in the form `path:line`: those of its family, then its
    /// own.
    pub fn located_values_of(&self, rule: &Rule) -> Vec<(&str, String, String)> {
        let position = |at: Range<usize>| format!("{}:{}", self.file.path, self.file.position(at.start).line);
        let are_of =
            |is_family| self.rules.iter().filter(move |(name, _)| rule.is_named(name.get_ref()) == Some(is_family));
        let of_rule = are_of(true).chain(are_of(false));
        let values = of_rule.flat_map(|(_, settings)| settings.values());
        values.map(|(name, value, at)| (name, value, position(at))).collect()
    }
}

impl RuleSettings {
    /// Sets what every rule has.
    fn set_common(&self, rule: &mut Rule) {
        rule.enabled = self.enabled.as_ref().map_or(rule.enabled, |value| *value.get_ref());
        rule.severity = self.severity.as_ref().map_or(rule.severity, |value| *value.get_ref());
        rule.fix = self.fix.as_ref().map_or(rule.fix, |value| *value.get_ref());
    }

    /// Reads a line of the table.
    fn read(&mut self, file: &TomlFile, name: Spanned<String>, value: Spanned<Value>) -> Result<()> {
        let at = value.span();
        match (name.get_ref().as_str(), value.into_inner()) {
            ("enabled", Value::Boolean(enabled)) => self.enabled = Some(Spanned::new(at, enabled)),
            ("enabled", _) => return Err(file.error(at, "enabled 只能是 true 或 false，不加引号。")),
            ("severity", Value::String(text)) => {
                let known = Severity::ALL.map(|severity| (severity.name(), severity));
                let chosen = file.choice("severity", &Spanned::new(at.clone(), text), &known)?;
                self.severity = Some(Spanned::new(at, chosen));
            }
            ("fix", Value::String(text)) => {
                let known = FixSafety::ALL.map(|fix| (fix.name(), fix));
                let chosen = file.choice("fix", &Spanned::new(at.clone(), text), &known)?;
                self.fix = Some(Spanned::new(at, chosen));
            }
            (_, Value::String(text)) => self.options.push((name, Spanned::new(at, text))),
            (text, _) => {
                // A misspelt name of a common setting is likelier than an option with a value that is not a string.
                let near = nearest(text, RESERVED_NAMES).filter(|near| *near != text);
                return Err(match near {
                    Some(near) => {
                        file.error(name.span(), format!("没有名为“{text}”的项。")).help(format!("想写的是 {near} 吗？"))
                    }
                    None => file.error(at, format!("{text} 的值要写成字符串，加引号。")),
                });
            }
        }
        Ok(())
    }

    /// Returns the settings as names, values in TOML syntax and byte ranges of the values.
    fn values(&self) -> impl Iterator<Item = (&str, String, Range<usize>)> {
        let enabled = self.enabled.iter().map(|value| ("enabled", value.get_ref().to_string(), value.span()));
        let severity = self.severity.iter().map(|value| ("severity", quoted(value.get_ref().name()), value.span()));
        let fix = self.fix.iter().map(|value| ("fix", quoted(value.get_ref().name()), value.span()));
        let options = self.options.iter();
        let options = options.map(|(name, value)| (name.get_ref().as_str(), quoted(value.get_ref()), value.span()));
        enabled.chain(severity).chain(fix).chain(options)
    }
}

/// Returns `text` as a quoted string.
fn quoted(text: &str) -> String {
    format!("{text:?}")
}
