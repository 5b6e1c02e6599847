//! Parses the text of a rule file and compiles its rules, for the default or any other values of their options.

use toml::Spanned;

use super::raw::{RawExample, RawFile, RawPack, RawRule, RawValue};
use super::{Case, Example, ExampleFormat, FAMILIES, Metadata, OptionValue, Rule, RuleOption, TomlFile, choose};
use crate::block::{BlockKind, BlockKinds};
use crate::check::Check;
use crate::check::options::OptionError;
use crate::error::Result;
use crate::finding::{FixSafety, Severity};
use crate::matcher::{Classes, PatternError, fill};

/// The settings that every rule has. An option of a rule cannot have these names.
pub const RESERVED_NAMES: [&str; 3] = ["enabled", "severity", "fix"];

/// The placeholders in a message that each finding fills in.
pub const MESSAGE_FIELDS: [&str; 3] = ["hit", "to", "detail"];

/// A rule file that has been parsed but whose rules have not been compiled.
#[derive(Debug, Clone)]
pub struct ParsedRuleFile {
    /// The text of the file.
    pub file: TomlFile,
    /// The character classes that the file defines. The build script takes the shared classes from here.
    #[cfg(not(prepared))]
    pub classes: Classes,
    /// Those classes and the ones that every rule file may use.
    all_classes: Classes,
    family: String,
    /// What the file says of itself, if it is a pack.
    pub pack: Option<Pack>,
    /// The version (`since`) for rules that state none.
    since: Option<String>,
    rules: Vec<RawRule>,
}

/// What a pack of rules says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    pub title: String,
    /// Raised when a rule of the pack changes.
    pub version: u32,
    /// The day of the version.
    pub date: String,
    /// Where the rules are from.
    pub source: String,
}

impl ParsedRuleFile {
    /// Parses a rule file. `shared` contains the character classes that every rule file may use.
    ///
    /// # Errors
    /// The file is not valid TOML, does not have the structure of a rule file, or defines an invalid class. The error has
    /// file, line and column.
    pub fn parse(path: &str, text: &str, shared: &Classes) -> Result<ParsedRuleFile> {
        let file = TomlFile::new(path, text);
        let raw: RawFile = file.parse()?;
        let mut classes = Classes::default();
        for (name, members) in &raw.classes {
            let defined = classes.define(name, members.get_ref());
            defined.map_err(|PatternError(message)| file.error(members.span(), message))?;
        }
        let family = read_family(&file, &raw)?;
        let since = read_since(&file, raw.since.as_ref())?;
        let all_classes = classes.clone().or(shared);
        let pack = raw.pack.map(|pack| {
            let RawPack { title, version, date, source } = pack.into_inner();
            Pack { title, version, date, source }
        });
        let rules = raw.rule.into_iter().map(Spanned::into_inner).collect();
        Ok(ParsedRuleFile {
            file,
            #[cfg(not(prepared))]
            classes,
            all_classes,
            family,
            pack,
            since,
            rules,
        })
    }

    /// Returns the rules with the default values of their options, and their examples. Checks that the rules compile with
    /// every other value too.
    pub(super) fn rules(&self) -> Result<Vec<(Rule, Vec<Example>)>> {
        let mut rules: Vec<(Rule, Vec<Example>)> = Vec::with_capacity(self.rules.len());
        for raw in &self.rules {
            let rule = self.rule(raw)?;
            if rules.iter().any(|(known, _)| known.id == rule.0.id) {
                return Err(self.file.error(raw.id.span(), format!("规则“{}”在这个文件里出现了两次。", rule.0.id)));
            }
            rules.push(rule);
        }
        Ok(rules)
    }

    /// Compiles `rule` again with other values for its options. A rule that is not in this file stays as it is.
    ///
    /// # Errors
    /// The rule does not compile with these values.
    pub fn recompile(&self, rule: &mut Rule, options: Vec<RuleOption>) -> Result<()> {
        if let Some(raw) = self.rules.iter().find(|raw| raw.id.get_ref() == rule.name()) {
            let (check, message) = self.compile(raw, &options)?;
            rule.prepared = None;
            rule.triggers = check.triggers().into();
            rule.check = check.into();
            rule.metadata = Metadata { message, options, ..Metadata::clone(&rule.metadata) }.into();
        }
        Ok(())
    }

    /// Validates and compiles a rule.
    fn rule(&self, raw: &RawRule) -> Result<(Rule, Vec<Example>)> {
        let file = &self.file;
        let id = raw.id.get_ref();
        self.check_texts(raw)?;
        let severities = Severity::ALL.map(|severity| (severity.name(), severity));
        let severity = file.choice("severity", &raw.severity, &severities)?;
        let fix = file.choice("fix", &raw.fix, &FixSafety::ALL.map(|fix| (fix.name(), fix)))?;
        let kinds = BlockKind::ALL.map(|(kind, name, _)| (name, kind));
        let scope = match &raw.scope {
            None => BlockKinds::ALL,
            Some(names) => names.iter().try_fold(BlockKinds::NONE, |scope, name| {
                file.choice("scope", name, &kinds).map(|kind| scope.with(kind))
            })?,
        };
        let since = read_since(file, raw.since.as_ref())?.or_else(|| self.since.clone());
        let options = self.options(raw)?;
        let examples = self.examples(raw, &options)?;
        let (check, message) = self.compile(raw, &options)?;
        self.check_other_values(raw, &options)?;
        let rule = Rule {
            id: format!("{}/{id}", self.family),
            severity,
            least_severe: Severity::Advice,
            fix,
            scope,
            enabled: raw.enabled,
            yields_to: raw.yields_to.clone(),
            overrules: raw.overrules.clone(),
            prepared: None,
            page_url: None,
            metadata: Metadata {
                title: raw.title.get_ref().clone(),
                source: raw.source.get_ref().clone(),
                since,
                message,
                covers: raw.covers.iter().map(|line| line.get_ref().clone()).collect(),
                options,
            }
            .into(),
            triggers: check.triggers().into(),
            check: check.into(),
        };
        Ok((rule, examples))
    }

    /// Checks the name of a rule and the texts for readers.
    fn check_texts(&self, raw: &RawRule) -> Result<()> {
        let file = &self.file;
        if let Some(error) = rule_name_error(raw.id.get_ref()) {
            return Err(file.error(raw.id.span(), error));
        }
        for (name, value) in [("title", &raw.title), ("source", &raw.source), ("message", &raw.message)] {
            if value.get_ref().trim().is_empty() {
                return Err(file.error(value.span(), format!("{name} 是空的。")));
            }
            file.check_visible(name, value)?;
        }
        if !raw.message.get_ref().ends_with('。') {
            return Err(file.error(raw.message.span(), "message 要以句号“。”结束。"));
        }
        Ok(())
    }

    /// Returns the examples of a rule.
    fn examples(&self, raw: &RawRule, options: &[RuleOption]) -> Result<Vec<Example>> {
        let examples: Result<Vec<Example>> = raw.example.iter().map(|example| self.example(example, options)).collect();
        let examples = examples?;
        if !examples.iter().any(|example| matches!(example.case, Case::Bad { .. })) {
            return Err(self
                .file
                .error(raw.id.span(), format!("规则“{}”没有反例。", raw.id.get_ref()))
                .help("请至少写一个 [[rule.example]]，用 bad 写出错例，用 good 写出改好的样子。"));
        }
        Ok(examples)
    }

    /// Checks that a rule compiles with every value of every option that is not the default.
    fn check_other_values(&self, raw: &RawRule, options: &[RuleOption]) -> Result<()> {
        for index in 0..options.len() {
            let mut others = options.to_vec();
            for other in 1..options[index].values.len() {
                others[index].chosen = other;
                self.compile(raw, &others).map_err(|error| {
                    error.help(format!("这是选项 {} 取“{}”的时候。", others[index].name, others[index].value().name))
                })?;
            }
        }
        Ok(())
    }

    /// Returns the options of a rule with their default values.
    fn options(&self, raw: &RawRule) -> Result<Vec<RuleOption>> {
        let mut options = Vec::with_capacity(raw.options.len());
        for (name, values) in &raw.options {
            let name_error = |what: String| Err(self.file.error(name.span(), what));
            if [RESERVED_NAMES, MESSAGE_FIELDS].concat().contains(&name.get_ref().as_str()) {
                return name_error(format!("“{}”另有用处，选项请换一个名字。", name.get_ref()));
            }
            if let Err(PatternError(message)) = self.all_classes.clone().define_word(name.get_ref(), "") {
                return name_error(message);
            }
            if values.get_ref().is_empty() {
                return Err(self.file.error(values.span(), format!("选项 {} 没有可用的值。", name.get_ref())));
            }
            let mut distinct: Vec<OptionValue> = Vec::with_capacity(values.get_ref().len());
            for raw_value in values.get_ref() {
                let RawValue(value) = raw_value.get_ref();
                if distinct.iter().any(|known| known.name == value.name || known.text == value.text) {
                    return Err(self.file.error(raw_value.span(), format!("“{}”写了两次。", value.name)));
                }
                distinct.push(value.clone());
            }
            options.push(RuleOption { name: name.get_ref().clone(), values: distinct, chosen: 0 });
        }
        Ok(options)
    }

    /// Compiles the check of a rule and fills in its message, for these values of the options.
    fn compile(&self, raw: &RawRule, options: &[RuleOption]) -> Result<(Check, String)> {
        let mut classes = self.all_classes.clone();
        for option in options {
            let defined = classes.define_word(&option.name, &option.value().text);
            defined.map_err(|PatternError(message)| self.file.error(raw.id.span(), message))?;
        }
        let check = Check::compile(&raw.check, &classes);
        let check = check.map_err(|OptionError { at, message }| self.file.error(at, message))?;
        let message = fill(raw.message.get_ref(), |name| {
            let option = options.iter().find(|option| option.name == name);
            option
                .map(|option| option.value().name.clone())
                .or_else(|| MESSAGE_FIELDS.contains(&name).then(|| format!("{{{name}}}")))
        });
        let message = message.map_err(|PatternError(message)| self.file.error(raw.message.span(), message))?;
        Ok((check, message))
    }

    /// Returns an example of a rule with these options.
    fn example(&self, example: &Spanned<RawExample>, options: &[RuleOption]) -> Result<Example> {
        let at = example.span();
        let RawExample { bad, good, ok, r#as, with } = example.get_ref();
        let text = bad.as_ref().or(ok.as_ref()).map(|text| text.get_ref().as_str()).unwrap_or_default();
        let format = match r#as {
            Some(name) => {
                let drafts = [
                    ("plain", ExampleFormat::Plain),
                    ("markdown", ExampleFormat::Markdown),
                    ("issue", ExampleFormat::Issue),
                ];
                let blocks = BlockKind::ALL.map(|(kind, name, _)| (name, ExampleFormat::Block(kind)));
                self.file.choice("as", name, &[&drafts, blocks.as_slice()].concat())?
            }
            None if text.contains('\n') => ExampleFormat::Plain,
            None => ExampleFormat::Block(BlockKind::Paragraph),
        };
        let owned = |text: &Spanned<String>| text.get_ref().clone();
        let case = match (bad, good, ok) {
            (Some(bad), good, None) => Case::Bad { text: owned(bad), good: good.as_ref().map(owned) },
            (None, None, Some(ok)) => Case::Ok(owned(ok)),
            _ => return Err(self.file.error(at, "例子要么写 bad（可加 good），要么写 ok。")),
        };
        let mut options = options.to_vec();
        for (name, value) in with {
            choose(&mut options, name.get_ref(), value.get_ref())
                .map_err(|error| self.file.choice_error(name, value.span(), error))?;
        }
        Ok(Example { at, case, format, options })
    }
}

/// Returns the family that a rule file states. A file without rules need not state one.
fn read_family(file: &TomlFile, raw: &RawFile) -> Result<String> {
    match &raw.family {
        None if raw.rule.is_empty() => Ok(String::new()),
        None => {
            let help = format!("请在文件开头写明规则族，例如 family = \"{}\"。", FAMILIES[0].0);
            Err(file.error(0..0, "缺少 family。").help(help))
        }
        Some(family) if FAMILIES.iter().any(|(name, _)| name == family.get_ref()) => Ok(family.get_ref().clone()),
        Some(family) => {
            let known: Vec<&str> = FAMILIES.iter().map(|(name, _)| *name).collect();
            let what = format!("没有名为“{}”的规则族。", family.get_ref());
            Err(file.error(family.span(), what).help(format!("可用的规则族：{}。", known.join("、"))))
        }
    }
}

/// Returns the version in `since`.
///
/// # Errors
/// It is not three numbers separated by dots. The error has file, line and column.
fn read_since(file: &TomlFile, since: Option<&Spanned<String>>) -> Result<Option<String>> {
    let Some(since) = since else { return Ok(None) };
    let version = since.get_ref();
    // Parsing alone would accept `+1` and `01`.
    let is_number = |part: &str| part.parse::<u32>().is_ok_and(|number| number.to_string() == part);
    let parts: Vec<&str> = version.split('.').collect();
    if parts.len() != 3 || !parts.into_iter().all(is_number) {
        let error = file.error(since.span(), format!("since 不能是“{version}”。"));
        return Err(error.help("请写版本号：三个数，用点隔开，例如 0.1.0。"));
    }
    Ok(Some(version.clone()))
}

/// Returns the Chinese error message for an invalid rule name, or `None` if `name` is valid.
pub fn rule_name_error(name: &str) -> Option<String> {
    let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (name.is_empty() || !name.bytes().all(is_allowed))
        .then(|| format!("规则名“{name}”只能用小写英文字母、数字和连字符。"))
}

#[cfg(test)]
mod tests {
    use crate::matcher::Classes;
    use crate::rule::RuleFile;

    /// Returns a rule file with these options, pattern, message and second example.
    fn rule_file(options: &str, pattern: &str, message: &str, example: &str) -> String {
        format!(
            "family = 'fact'\n[classes]\nown = '甲 乙'\n[[rule]]\nid = 'probe'\ntitle = '试'\nsource = '试'\n\
             severity = 'error'\nfix = 'safe'\nmessage = '{message}'\n[rule.options]\n{options}\n\
             [rule.check.pattern]\n{pattern}\n[[rule.example]]\nbad = '丙-丁'\ngood = '丙～丁'\n\
             [[rule.example]]\n{example}\n"
        )
    }

    #[test]
    fn reports_line_and_column_of_invalid_options() {
        const PATTERN: &str = "find = '丙⟦-⟧丁'\nto = '{sign}'";
        const EXAMPLE: &str = "ok = '丙丁'";
        const SIGN: &str = "sign = ['～', '至']";
        for (options, pattern, message, example, position, expected) in [
            ("sign = []", PATTERN, "试。", EXAMPLE, "12:8", "没有可用的值"),
            ("sign = ['～', '～']", PATTERN, "试。", EXAMPLE, "12:14", "“～”写了两次。"),
            ("sign = [{ name = '～' }]", PATTERN, "试。", EXAMPLE, "12:9", "缺少 text。"),
            ("sign = ['～']\nsign = ['至']", PATTERN, "试。", EXAMPLE, "13:1", "同一个键写了两次。"),
            ("han = ['～']", PATTERN, "试。", EXAMPLE, "12:1", "字类“{han}”已经有了"),
            ("own = ['～']", PATTERN, "试。", EXAMPLE, "12:1", "字类“{own}”已经有了"),
            ("hit = ['～']", PATTERN, "试。", EXAMPLE, "12:1", "“hit”另有用处"),
            ("fix = ['～']", PATTERN, "试。", EXAMPLE, "12:1", "“fix”另有用处"),
            ("Sign = ['～']", PATTERN, "试。", EXAMPLE, "12:1", "“Sign”不能作名字"),
            (SIGN, "find = '丙⟦-⟧丁'\nto = '{sgin}'", "试。", EXAMPLE, "15:6", "“{sgin}”在这里没有意义。"),
            (SIGN, "find = '丙⟦{sgin}⟧丁'\nto = '～'", "试。", EXAMPLE, "14:8", "没有名为“{sgin}”的字类。"),
            (SIGN, PATTERN, "用{sgin}。", EXAMPLE, "10:11", "“{sgin}”在这里没有意义。"),
            (
                "sign = ['～', '到了']",
                "find = '丙⟦[-{sign}]⟧丁'\nto = '{sign}'",
                "试。",
                EXAMPLE,
                "14:8",
                "取“到了”的时候",
            ),
            (SIGN, PATTERN, "试。", "ok = '丙丁'\nwith = { sing = '至' }", "21:10", "想写的是 sign 吗？"),
            (SIGN, PATTERN, "试。", "ok = '丙丁'\nwith = { sign = '到' }", "21:17", "可用的值：～、至。"),
        ] {
            let text = rule_file(options, pattern, message, example);
            let error = RuleFile::read("probe.toml", &text, &Classes::default()).unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("probe.toml:{position}：")) && error.contains(expected),
                "{text}\n{error}"
            );
        }
        let text = rule_file(
            SIGN,
            PATTERN,
            "用“{sign}”，不用“{hit}”。",
            "bad = '丙-丁'\ngood = '丙至丁'\nwith = { sign = '至' }",
        );
        let read = RuleFile::read("probe.toml", &text, &Classes::default()).unwrap();
        assert_eq!(read.rules[0].0.metadata.message, "用“～”，不用“{hit}”。");
        assert_eq!(crate::example::prove(&[read]).unwrap().examples, 2);
    }

    #[test]
    fn reports_where_the_options_of_a_check_are_wrong() {
        for (check, position, expected) in [
            ("repeated]\nslip = 'always'", "10:8", "slip 不能是“always”。"),
            ("repeated]\nslip = 'always'", "10:8", "可用的值：same、near。"),
            ("joint]\ncue = ' '\nunits = '市'\nreach = 4", "10:7", "cue 至少要有一个词。"),
            ("parallel]\nalike = 0\ntimes = 3", "10:9", "alike 至少是 1。"),
            ("byline]\nroles = '记者'", "9:1", "缺少 pages。"),
            ("headlines]", "9:13", "没有名为“headlines”的种类。"),
        ] {
            let text = format!(
                "family = 'fact'\n[[rule]]\nid = 'probe'\ntitle = '试'\nsource = '试'\nseverity = 'error'\n\
                 fix = 'none'\nmessage = '试。'\n[rule.check.{check}\n[[rule.example]]\nbad = '⟦丙⟧'\n"
            );
            let error = RuleFile::read("probe.toml", &text, &Classes::default()).unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("probe.toml:{position}：")) && error.contains(expected),
                "{text}\n{error}"
            );
        }
    }

    /// Returns a rule file whose first line is `head`, with a rule whose first line is `rule`.
    fn file_with_since(head: &str, rule: &str) -> String {
        format!(
            "{head}\nfamily = 'fact'\n[[rule]]\n{rule}\nid = 'probe'\ntitle = '试'\nsource = '试'\nseverity = 'error'\n\
             fix = 'none'\nmessage = '试。'\n[rule.check.pattern]\nfind = '⟦丙⟧'\n[[rule.example]]\nbad = '⟦丙⟧'\n"
        )
    }

    #[test]
    fn a_rule_inherits_the_version_of_its_file_or_states_its_own() {
        for (head, rule, expected) in [
            ("", "", None),
            ("since = '0.1.0'", "", Some("0.1.0")),
            ("since = '0.1.0'", "since = '1.10.0'", Some("1.10.0")),
            ("", "since = '0.2.0'", Some("0.2.0")),
        ] {
            let read = RuleFile::read("probe.toml", &file_with_since(head, rule), &Classes::default()).unwrap();
            assert_eq!(read.rules[0].0.metadata.since.as_deref(), expected, "{head} {rule}");
        }
    }

    #[test]
    fn reports_line_and_column_of_an_invalid_version() {
        for wrong in ["", "1", "0.1", "0.1.0.0", "0.1.x", "v0.1.0", "0.1.+1", "0.01.0", "0. 1.0", "0.1.0-beta"] {
            let since = format!("since = '{wrong}'");
            for (head, rule, place) in [(since.as_str(), "", "1:9"), ("", since.as_str(), "4:9")] {
                let text = file_with_since(head, rule);
                let error = RuleFile::read("probe.toml", &text, &Classes::default()).unwrap_err().to_string();
                let expected = format!("probe.toml:{place}：since 不能是“{wrong}”。\n  请写版本号：三个数");
                assert!(error.starts_with(&expected), "{text}\n{error}");
            }
        }
    }

    #[test]
    fn every_built_in_rule_states_since_which_version_it_exists() {
        for rule in crate::builtin::rules().rules {
            assert!(rule.metadata.since.is_some(), "{}: no since in its file or in the rule", rule.id);
        }
    }

    #[test]
    fn every_option_value_of_a_built_in_rule_has_a_bad_example() {
        for (rule, examples) in crate::builtin::files().unwrap().iter().flat_map(|file| &file.rules) {
            for (index, option) in rule.metadata.options.iter().enumerate() {
                for value in 0..option.values.len() {
                    let has_bad_example = examples.iter().any(|example| {
                        example.options[index].chosen == value && matches!(example.case, crate::rule::Case::Bad { .. })
                    });
                    assert!(has_bad_example, "{}: {} = {}", rule.id, option.name, option.values[value].name);
                }
            }
        }
    }
}
