//! The text of a rule file → its rules, under the default or any other choice of their options.

use toml::Spanned;

use super::raw::{RawExample, RawFile, RawRule};
use super::{Case, Example, FAMILIES, Rule, RuleOption, Told, TomlFile, Written, choose};
use crate::block::{Kind, Kinds};
use crate::check::Check;
use crate::check::options::Fault;
use crate::error::Result;
use crate::finding::{FixSafety, Severity};
use crate::matcher::{Classes, Mistake, fill};

/// What settings of a rule may say of every rule; no option can be called so.
pub const RESERVED: [&str; 3] = ["enabled", "severity", "fix"];

/// The fields of a message that only a finding fills.
pub const FIELDS: [&str; 3] = ["hit", "to", "detail"];

/// A rule file that has been parsed, its rules not yet compiled.
#[derive(Debug, Clone)]
pub struct Source {
    /// The file.
    pub file: TomlFile,
    /// The words it defines.
    pub classes: Classes,
    /// Those and the words that every rule file may use.
    words: Classes,
    family: String,
    rules: Vec<RawRule>,
}

impl Source {
    /// Parses a rule file. `shared` are the words that every rule file may use.
    ///
    /// # Errors
    /// No TOML, not of the shape of a rule file, or wrong words: with file, line and column.
    pub fn parse(path: &str, text: &str, shared: &Classes) -> Result<Source> {
        let file = TomlFile::new(path, text);
        let raw: RawFile = file.parse()?;
        let mut classes = Classes::default();
        for (name, words) in &raw.classes {
            classes.define(name, words.get_ref()).map_err(|Mistake(message)| file.error(words.span(), message))?;
        }
        let family = match &raw.family {
            None if raw.rule.is_empty() => String::new(),
            None => {
                let help = format!("请在文件开头写明规则族，例如 family = \"{}\"。", FAMILIES[0].0);
                return Err(file.error(0..0, "缺少 family。").help(help));
            }
            Some(family) if FAMILIES.iter().any(|(name, _)| name == family.get_ref()) => family.get_ref().clone(),
            Some(family) => {
                let known: Vec<&str> = FAMILIES.iter().map(|(name, _)| *name).collect();
                let what = format!("没有名为“{}”的规则族。", family.get_ref());
                return Err(file.error(family.span(), what).help(format!("可用的规则族：{}。", known.join("、"))));
            }
        };
        let words = classes.clone().or(shared);
        let rules = raw.rule.into_iter().map(Spanned::into_inner).collect();
        Ok(Source { file, classes, words, family, rules })
    }

    /// The rules with their examples, as they are when a paper chooses nothing. Every value of an option has
    /// been seen to compile.
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

    /// Makes `rule`, which is one of this file, follow `options`, which are its own with other values chosen.
    ///
    /// # Errors
    /// The rule does not compile so.
    pub fn recompile(&self, rule: &mut Rule, options: Vec<RuleOption>) -> Result<()> {
        if let Some(raw) = self.rules.iter().find(|raw| raw.id.get_ref() == rule.name()) {
            let (check, message) = self.compile(raw, &options)?;
            rule.triggers = check.triggers().into();
            rule.check = check.into();
            rule.told = Told { message, options, ..Told::clone(&rule.told) }.into();
        }
        Ok(())
    }

    fn rule(&self, raw: &RawRule) -> Result<(Rule, Vec<Example>)> {
        let file = &self.file;
        let id = raw.id.get_ref();
        if let Some(fault) = name_fault(id) {
            return Err(file.error(raw.id.span(), fault));
        }
        for (name, value) in [("title", &raw.title), ("source", &raw.source), ("message", &raw.message)] {
            if value.get_ref().trim().is_empty() {
                return Err(file.error(value.span(), format!("{name} 是空的。")));
            }
        }
        if !raw.message.get_ref().ends_with('。') {
            return Err(file.error(raw.message.span(), "message 要以句号“。”结束。"));
        }
        let severity =
            file.choice("severity", &raw.severity, &Severity::ALL.map(|severity| (severity.name(), severity)))?;
        let fix = file.choice("fix", &raw.fix, &FixSafety::ALL.map(|fix| (fix.name(), fix)))?;
        let scope = match &raw.scope {
            None => Kinds::ALL,
            Some(names) => names.iter().try_fold(Kinds::NONE, |kinds, name| {
                let known = Kind::ALL.map(|(kind, known, _)| (known, kind));
                file.choice("scope", name, &known).map(|kind| kinds.with(kind))
            })?,
        };
        let options = self.options(raw)?;
        let examples: Result<Vec<Example>> =
            raw.example.iter().map(|example| self.example(example, &options)).collect();
        let examples = examples?;
        if !examples.iter().any(|example| matches!(example.case, Case::Bad { .. })) {
            return Err(file
                .error(raw.id.span(), format!("规则“{id}”没有反例。"))
                .help("请至少写一个 [[rule.example]]，用 bad 写出错例，用 good 写出改好的样子。"));
        }
        let (check, message) = self.compile(raw, &options)?;
        for index in 0..options.len() {
            let mut others = options.clone();
            for other in 1..options[index].values.len() {
                others[index].chosen = other;
                self.compile(raw, &others).map_err(|error| {
                    error.help(format!("这是选项 {} 取“{}”的时候。", others[index].name, others[index].value().name))
                })?;
            }
        }
        let rule = Rule {
            id: format!("{}/{id}", self.family),
            severity,
            fix,
            scope,
            enabled: raw.enabled,
            yields_to: raw.yields_to.clone(),
            told: Told {
                title: raw.title.get_ref().clone(),
                source: raw.source.get_ref().clone(),
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

    /// The options of a rule, with their defaults chosen.
    fn options(&self, raw: &RawRule) -> Result<Vec<RuleOption>> {
        let mut options = Vec::with_capacity(raw.options.len());
        for (name, values) in &raw.options {
            let refuse = |what: String| Err(self.file.error(name.span(), what));
            if RESERVED.contains(&name.get_ref().as_str()) || FIELDS.contains(&name.get_ref().as_str()) {
                return refuse(format!("“{}”另有用处，选项请换一个名字。", name.get_ref()));
            }
            if let Err(Mistake(message)) = self.words.clone().define_word(name.get_ref(), "") {
                return refuse(message);
            }
            if values.get_ref().is_empty() {
                return Err(self.file.error(values.span(), format!("选项 {} 没有可用的值。", name.get_ref())));
            }
            let mut known = Vec::with_capacity(values.get_ref().len());
            for value in values.get_ref() {
                let repeated = known.iter().any(|known: &super::Value| {
                    known.name == value.get_ref().0.name || known.text == value.get_ref().0.text
                });
                if repeated {
                    let what = format!("“{}”写了两次。", value.get_ref().0.name);
                    return Err(self.file.error(value.span(), what));
                }
                known.push(value.get_ref().0.clone());
            }
            options.push(RuleOption { name: name.get_ref().clone(), values: known, chosen: 0 });
        }
        Ok(options)
    }

    /// The check and the message of a rule whose options have those values.
    fn compile(&self, raw: &RawRule, options: &[RuleOption]) -> Result<(Check, String)> {
        let mut words = self.words.clone();
        for option in options {
            let defined = words.define_word(&option.name, &option.value().text);
            defined.map_err(|Mistake(message)| self.file.error(raw.id.span(), message))?;
        }
        let check = Check::compile(&raw.check, &words);
        let check = check.map_err(|Fault { at, message }| self.file.error(at, message))?;
        let message = fill(raw.message.get_ref(), |name| {
            let option = options.iter().find(|option| option.name == name);
            option
                .map(|option| option.value().name.clone())
                .or_else(|| FIELDS.contains(&name).then(|| format!("{{{name}}}")))
        });
        let message = message.map_err(|Mistake(message)| self.file.error(raw.message.span(), message))?;
        Ok((check, message))
    }

    fn example(&self, example: &Spanned<RawExample>, options: &[RuleOption]) -> Result<Example> {
        let at = example.span();
        let RawExample { bad, good, ok, r#as, with } = example.get_ref();
        let text = bad.as_ref().or(ok.as_ref()).map(|text| text.get_ref().as_str()).unwrap_or_default();
        let written = match r#as {
            Some(name) => {
                let kinds = Kind::ALL.map(|(kind, known, _)| (known, Written::Block(kind)));
                let formats = [("plain", Written::Plain), ("markdown", Written::Markdown), ("issue", Written::Issue)];
                let known = [&formats, kinds.as_slice()].concat();
                self.file.choice("as", name, &known)?
            }
            None if text.contains('\n') => Written::Plain,
            None => Written::Block(Kind::Paragraph),
        };
        let owned = |text: &Spanned<String>| text.get_ref().clone();
        let case = match (bad, good, ok) {
            (Some(bad), good, None) => Case::Bad { text: owned(bad), good: good.as_ref().map(owned) },
            (None, None, Some(ok)) => Case::Right(owned(ok)),
            _ => return Err(self.file.error(at, "例子要么写 bad（可加 good），要么写 ok。")),
        };
        let mut options = options.to_vec();
        for (name, value) in with {
            choose(&mut options, name.get_ref(), value.get_ref())
                .map_err(|refusal| self.file.refusal(name, value.span(), refusal))?;
        }
        Ok(Example { at, case, written, options })
    }
}

/// Why no rule can be called `name`, if none can.
pub fn name_fault(name: &str) -> Option<String> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (name.is_empty() || !name.bytes().all(fits)).then(|| format!("规则名“{name}”只能用小写英文字母、数字和连字符。"))
}

#[cfg(test)]
mod tests {
    use crate::matcher::Classes;
    use crate::rule::RuleFile;

    /// A rule file with that options table, pattern table, message and further example.
    fn file(options: &str, pattern: &str, message: &str, example: &str) -> String {
        format!(
            "family = 'fact'\n[classes]\nown = '甲 乙'\n[[rule]]\nid = 'probe'\ntitle = '试'\nsource = '试'\n\
             severity = 'error'\nfix = 'safe'\nmessage = '{message}'\n[rule.options]\n{options}\n\
             [rule.check.pattern]\n{pattern}\n[[rule.example]]\nbad = '丙-丁'\ngood = '丙～丁'\n\
             [[rule.example]]\n{example}\n"
        )
    }

    #[test]
    fn options_that_cannot_be_are_told_with_their_place() {
        const PATTERN: &str = "find = '丙⟦-⟧丁'\nto = '{sign}'";
        const EXAMPLE: &str = "ok = '丙丁'";
        const SIGN: &str = "sign = ['～', '至']";
        for (options, pattern, message, example, place, told) in [
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
            let text = file(options, pattern, message, example);
            let error = RuleFile::read("probe.toml", &text, &Classes::default()).unwrap_err().to_string();
            assert!(error.starts_with(&format!("probe.toml:{place}：")) && error.contains(told), "{text}\n{error}");
        }
        let text =
            file(SIGN, PATTERN, "用“{sign}”，不用“{hit}”。", "bad = '丙-丁'\ngood = '丙至丁'\nwith = { sign = '至' }");
        let read = RuleFile::read("probe.toml", &text, &Classes::default()).unwrap();
        assert_eq!(read.rules[0].0.told.message, "用“～”，不用“{hit}”。");
        assert_eq!(crate::example::prove(&[read]).unwrap().examples, 2);
    }

    #[test]
    fn every_value_of_a_built_in_option_has_a_counterexample() {
        for (rule, examples) in crate::builtin::files().unwrap().iter().flat_map(|file| &file.rules) {
            for (index, option) in rule.told.options.iter().enumerate() {
                for value in 0..option.values.len() {
                    let proved = examples.iter().any(|example| {
                        example.options[index].chosen == value && matches!(example.case, crate::rule::Case::Bad { .. })
                    });
                    assert!(proved, "{}: {} = {}", rule.id, option.name, option.values[value].name);
                }
            }
        }
    }
}
