//! Reads the configuration file `zhubi.toml`.
//!
//! A file can build on others (`extends`), and on the one that a user keeps for all work. What they choose comes first, and
//! the file itself has the last word; what is a list is added up.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::IgnoredAny;
use toml::Spanned;

use super::bases::{Reading, is_same_file};
use super::docs_url::read_docs_url;
use super::exception::RawException;
use super::issue_date::RawDate;
use super::lists::ListPath;
use super::model::{ModelChoice, RawModel};
use super::packs::pack_named;
use super::required_version::check_required_version;
use super::settings::RawSettings;
use super::{Exception, PathPatterns, Settings, Style};
use crate::error::Result;
use crate::file::read_text;
use crate::finding::Severity;
use crate::house::ListKind;
use crate::quantity::Date;
use crate::rule::TomlFile;

/// The name of the configuration file.
pub const FILE_NAME: &str = "zhubi.toml";

/// The content of a `zhubi.toml`. Whether the rules that it names exist is checked when its settings are applied.
#[derive(Debug, Clone)]
pub struct Config {
    /// The text of the file.
    pub file: TomlFile,
    /// The files that this one builds on, the least specific first.
    pub(super) bases: Vec<Config>,
    /// Additional rule files and directories of rule files.
    pub rules: Vec<PathBuf>,
    /// The paper's lists of words, names and terms.
    pub lists: Vec<ListPath>,
    /// The packs of rules that are chosen, each with its place in the file.
    pub packs: Vec<String>,
    /// The rosters of offices.
    pub rosters: Vec<PathBuf>,
    /// Folders with the sources of quotations.
    pub sources: Vec<PathBuf>,
    /// Rules and families that run, and no others. Empty if all run.
    pub only: Vec<Spanned<String>>,
    /// Rules and families that do not run.
    pub skip: Vec<Spanned<String>>,
    /// The address under which the rules' pages are published, and the line where it is set.
    pub docs_url: Option<(String, usize)>,
    /// The day on which the drafts are published, and the line where it is set.
    pub issue_date: Option<(Date, usize)>,
    /// The author of the tracked changes and comments that are written into Word files.
    pub author: Option<String>,
    /// Which model of context is used.
    pub model: ModelChoice,
    /// The paths of drafts that are not checked.
    pub ignore: PathPatterns,
    /// The choices for every draft.
    pub choices: Choices,
    /// Choices for some drafts. Later ones take precedence.
    pub overrides: Vec<Override>,
    /// Text that is exempt from a rule; those of the files that this one builds on come first.
    pub exceptions: Vec<Exception>,
    /// How many exceptions are of this file itself.
    own_exceptions: usize,
}

/// An `[[override]]`: choices for the drafts at some paths.
#[derive(Debug, Clone)]
pub struct Override {
    /// The paths of the drafts.
    pub paths: PathPatterns,
    /// The choices for these drafts.
    pub choices: Choices,
}

/// What can be chosen for each draft: the style, the lowest severity, the settings of rules.
#[derive(Debug, Clone)]
pub struct Choices {
    /// The style, and the line where it is set.
    pub style: Option<(Style, usize)>,
    /// The least severe level that is checked, and the line where it is set.
    pub level: Option<(Severity, usize)>,
    /// The settings of rules.
    pub settings: Settings,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawConfig {
    /// Checked before the rest is read.
    #[serde(rename = "required-version")]
    _required_version: Option<IgnoredAny>,
    #[serde(default)]
    extends: Vec<Spanned<String>>,
    style: Option<Spanned<String>>,
    #[serde(default)]
    rules: Vec<Spanned<String>>,
    #[serde(default)]
    words: Vec<Spanned<String>>,
    #[serde(default)]
    names: Vec<Spanned<String>>,
    /// Lists of terms. A rule file is accepted too.
    #[serde(default)]
    terms: Vec<Spanned<String>>,
    #[serde(default)]
    packs: Vec<Spanned<String>>,
    #[serde(default)]
    roster: Vec<Spanned<String>>,
    #[serde(default)]
    sources: Vec<Spanned<String>>,
    #[serde(default)]
    only: Vec<Spanned<String>>,
    #[serde(default)]
    skip: Vec<Spanned<String>>,
    level: Option<Spanned<String>>,
    #[serde(rename = "docs-url")]
    docs_url: Option<Spanned<String>>,
    #[serde(rename = "issue-date")]
    issue_date: Option<Spanned<RawDate>>,
    #[serde(default)]
    word: RawWord,
    #[serde(default)]
    model: RawModel,
    #[serde(default)]
    ignore: Vec<Spanned<String>>,
    #[serde(default)]
    rule: RawSettings,
    #[serde(default, rename = "override")]
    overrides: Vec<RawOverride>,
    #[serde(default)]
    stet: Vec<RawException>,
}

/// The `[word]` table: how Word files are written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWord {
    author: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOverride {
    paths: Spanned<Vec<Spanned<String>>>,
    style: Option<Spanned<String>>,
    level: Option<Spanned<String>>,
    #[serde(default)]
    rule: RawSettings,
}

impl Config {
    /// Returns the path of the configuration file for drafts in `folder`, an absolute path: the file in that folder or in
    /// the nearest folder above it.
    pub fn find(folder: &Path) -> Option<PathBuf> {
        folder.ancestors().map(|folder| folder.join(FILE_NAME)).find(|path| path.is_file())
    }

    /// Reads the configuration file at `path`. Paths in it are relative to its folder. It builds on that of the user at
    /// `user`, if that is another one.
    ///
    /// # Errors
    /// The file, or one that it builds on, cannot be read or is invalid. The error for an invalid file has line and column.
    pub fn open(path: &Path, user: Option<&Path>) -> Result<Config> {
        let own = user.filter(|user| !is_same_file(user, path));
        let base = own.map(|user| Config::open_after(user, &mut Reading::default())).transpose()?;
        let mut config = Config::open_after(path, &mut Reading::default())?;
        config.build_on(base.into_iter().collect());
        Ok(config)
    }

    /// Reads a file on which those build that are being read.
    pub(super) fn open_after(path: &Path, reading: &mut Reading) -> Result<Config> {
        let text = read_text(path, "配置文件")?;
        let file = TomlFile::new(path.display().to_string(), text);
        reading.within(path, |reading| Config::read(file, path.parent().unwrap_or(Path::new("")), reading))
    }

    /// Reads the text of a configuration file that is in `folder`.
    ///
    /// # Errors
    /// Those of [`open`](Config::open).
    #[cfg(any(test, fuzzing))]
    pub fn parse(file: TomlFile, folder: &Path) -> Result<Config> {
        Config::read(file, folder, &mut Reading::default())
    }

    /// The exceptions of this file itself, with the file.
    pub fn own_exceptions(&self) -> impl Iterator<Item = (&TomlFile, &Exception)> {
        let from = self.exceptions.len() - self.own_exceptions;
        self.exceptions[from..].iter().map(|exception| (&self.file, exception))
    }

    /// The files that count, from the least specific to this one.
    pub fn layers(&self) -> Vec<&Config> {
        self.bases.iter().flat_map(Config::layers).chain([self]).collect()
    }

    fn read(file: TomlFile, folder: &Path, reading: &mut Reading) -> Result<Config> {
        check_required_version(&file, env!("CARGO_PKG_VERSION"))?;
        let raw: RawConfig = file.parse()?;
        let bases = raw.extends.iter().map(|base| {
            let opened = reading.open_base(folder, base.get_ref());
            opened.map_err(|error| file.locate_error(base.span(), error))
        });
        let bases: Vec<Config> = bases.collect::<Result<_>>()?;
        let existing = |path: &Spanned<String>, what: &str| {
            let found = folder.join(path.get_ref());
            if found.exists() {
                return Ok(found);
            }
            let error = file.error(path.span(), format!("找不到{what}“{}”。", path.get_ref()));
            Err(error.help("路径从配置文件所在的目录算起。"))
        };
        let (mut rules, mut lists) = (Vec::new(), Vec::new());
        for path in &raw.rules {
            let found = existing(path, "规则文件或目录")?;
            if ListPath::is_list(&found) {
                let error = file.error(path.span(), format!("“{}”不是规则文件。", path.get_ref()));
                return Err(error.help("正确的词写在 words 里，名称写在 names 里，改法写在 terms 里。"));
            }
            rules.push(found);
        }
        let packs = raw
            .packs
            .iter()
            .map(|name| pack_named(name.get_ref()).map_err(|error| file.locate_error(name.span(), error)));
        let packs = packs.collect::<Result<_>>()?;
        let rosters = raw.roster.iter().map(|path| existing(path, "名册")).collect::<Result<_>>()?;
        let sources = raw.sources.iter().map(|path| existing(path, "出处的目录"));
        let sources = sources.collect::<Result<_>>()?;
        for (kind, paths) in ListKind::ALL.into_iter().zip([&raw.words, &raw.names, &raw.terms]) {
            for path in paths {
                let found = existing(path, kind.chinese())?;
                if ListPath::is_list(&found) {
                    lists.push(ListPath { kind, path: found });
                } else if kind == ListKind::Terms {
                    rules.push(found);
                } else {
                    let error = file.error(path.span(), format!("“{}”不是{}。", path.get_ref(), kind.chinese()));
                    return Err(error.help("请写 .txt、.tsv 或 .csv 文件的路径；规则文件写在 rules 里。"));
                }
            }
        }
        let overrides = raw.overrides.into_iter().map(|raw| {
            if raw.paths.get_ref().is_empty() {
                return Err(file.error(raw.paths.span(), "paths 是空的，这一组设置管不到任何稿件。"));
            }
            Ok(Override {
                paths: PathPatterns::read(&file, raw.paths.get_ref())?,
                choices: Choices::read(&file, folder, raw.style, raw.level, raw.rule)?,
            })
        });
        let overrides = overrides.collect::<Result<_>>()?;
        let exceptions = raw.stet.into_iter().map(|raw| raw.read(&file));
        let docs_url = raw.docs_url.map(|url| {
            let line = file.position(url.span().start).line;
            Ok((read_docs_url(&file, &url)?, line))
        });
        if let Some(author) = raw.word.author.as_ref().filter(|author| author.get_ref().trim().is_empty()) {
            return Err(file.error(author.span(), "author 是空的。").help("请写修订和批注的作者名；不写则是“朱笔”。"));
        }
        let issue_date = raw.issue_date.as_ref().map(|date| RawDate::read(&file, date));
        let exceptions: Vec<Exception> = exceptions.collect::<Result<_>>()?;
        let mut config = Config {
            bases: Vec::new(),
            rules,
            issue_date: issue_date.transpose()?,
            lists,
            packs,
            rosters,
            sources,
            only: raw.only,
            skip: raw.skip,
            author: raw.word.author.map(Spanned::into_inner),
            docs_url: docs_url.transpose()?,
            model: ModelChoice::read(&file, folder, &raw.model)?,
            ignore: PathPatterns::read(&file, &raw.ignore)?,
            choices: Choices::read(&file, folder, raw.style, raw.level, raw.rule)?,
            overrides,
            own_exceptions: exceptions.len(),
            exceptions,
            file,
        };
        config.build_on(bases);
        Ok(config)
    }

    /// Returns the indices of the overrides for the draft at `path`, which is relative to the folder of the file.
    pub fn overrides_for(&self, path: &Path) -> Vec<usize> {
        (0..self.overrides.len()).filter(|&index| self.overrides[index].paths.matches(path)).collect()
    }

    /// Returns the choices for drafts with these overrides. Later choices take precedence.
    pub fn choices_with<'c>(&'c self, overrides: &'c [usize]) -> impl DoubleEndedIterator<Item = &'c Choices> {
        let of_files = self.layers().into_iter().map(|layer| &layer.choices);
        of_files.chain(overrides.iter().map(|&index| &self.overrides[index].choices))
    }
}

impl Choices {
    fn read(
        file: &TomlFile,
        folder: &Path,
        style: Option<Spanned<String>>,
        level: Option<Spanned<String>>,
        rule: RawSettings,
    ) -> Result<Choices> {
        let style = style.map(|style| {
            let named =
                Style::named(style.get_ref(), folder).map_err(|error| file.locate_error(style.span(), error))?;
            Ok((named, file.position(style.span().start).line))
        });
        let levels = Severity::ALL.map(|severity| (severity.name(), severity));
        let level =
            level.map(|level| Ok((file.choice("level", &level, &levels)?, file.position(level.span().start).line)));
        Ok(Choices {
            style: style.transpose()?,
            level: level.transpose()?,
            settings: Settings::read(file.clone(), rule)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use regex::Regex;

    use super::*;
    use crate::builtin;
    use crate::config::schema;
    use crate::draft::{Draft, Format};
    use crate::engine::Engine;
    use crate::finding::FixSafety;
    use crate::revise::revise;
    use crate::rule::RuleSet;

    fn read(text: &str) -> Result<Config> {
        Config::read(TomlFile::new("zhubi.toml", text), Path::new(""), &mut Reading::default())
    }

    /// Returns the built-in rules with the settings of this configuration applied.
    fn rules(text: &str) -> Result<RuleSet> {
        let config = read(text)?;
        let mut rules = builtin::rules();
        config.choices.settings.apply(&mut rules, builtin::rule_file_of)?;
        Ok(rules)
    }

    #[test]
    fn reports_line_and_column_of_invalid_settings() {
        const RANGE: &str = "[rule.\"number/quantity-range-sign\"]\n";
        for (text, position, expected) in [
            ("styl = 'newspaper'", "1:1", "想写的是 style 吗？"),
            ("style = 'newspapre'", "1:9", "想写的是 newspaper 吗？"),
            ("style = 'none.toml'", "1:9", "找不到体例文件“none.toml”。"),
            ("style = 3", "1:9", "这里要写字符串"),
            ("ignore = ['a', ' ']", "1:16", "“ ”不是路径的写法。"),
            ("ignore = ['a\\b']", "1:11", "写法同 .gitignore"),
            ("[[override]]\npath = ['a']", "2:1", "想写的是 paths 吗？"),
            ("[[override]]\npaths = []", "2:9", "管不到任何稿件"),
            ("[[override]]\nlevel = 'error'", "1:1", "缺少 paths。"),
            ("[[override]]\npaths = ['a']\nlevel = 'eror'", "3:9", "level 不能是“eror”。"),
            ("[[stet]]\nrule = 'typo'\ntext = ''", "3:8", "text 是空的。"),
            ("[[stet]]\nrule = 'typo'", "1:1", "缺少 text。"),
            ("\nlevel = 'warn'", "2:9", "可用的值：error、warning、advice。"),
            ("rules = 'house'", "1:9", "这里要写数组"),
            ("rules = ['src', 'none/']", "1:17", "找不到规则文件或目录“none/”。"),
            ("[rules.x]", "1:2", "这里要写数组"),
            ("\ndocs-url = 'docs/rules'", "2:12", "以 https:// 或 http:// 开头"),
            ("[word]\nauthor = ' '", "2:10", "author 是空的。"),
            ("issue-date = '11月1日'", "1:14", "日期要写成 2023-11-01 的样子"),
            ("issue-date = 2023-02-29", "1:14", ""),
            ("issue-date = '2023-02-29'", "1:14", "真有这一天"),
            ("[word]\nauthors = '甲'", "2:1", "想写的是 author 吗？"),
            ("docs-url = 3", "1:12", "这里要写字符串"),
            ("docs_url = 'https://example.com'", "1:1", "想写的是 docs-url 吗？"),
            ("level = 'error'\nlevel = 'error'", "2:1", "同一个键写了两次。"),
            ("level = error", "1:9", "不是合法的 TOML"),
            ("[rule.\"number/quantity-range-sing\"]\nenabled = false", "1:7", "最接近的是 number/quantity-range-sign"),
            ("[rule.\"quantity-range-sign\"]\nenabled = false", "1:7", "最接近的是 number/quantity-range-sign"),
            ("[rule.numbers]\nenabled = false", "1:7", "最接近的是 number"),
            ("[rule.number]\nsign = '—'", "2:1", "“number”是规则族，没有选项。"),
            ("[rule.'半角逗']\nenabled = false", "1:7", "最接近的是“半角逗号”"),
            ("packs = ['advertise']", "1:10", "想写的是 advertising 吗？"),
            ("packs = ['advertising@0']", "1:10", "现在是第 1 版"),
            ("words = ['none.txt']", "1:10", "找不到词表“none.txt”"),
            ("names = ['src']", "1:10", "“src”不是名单"),
            ("rules = ['rules/house/example/names.txt']", "1:10", "不是规则文件"),
            ("extends = ['none.toml']", "1:12", "找不到配置文件“none.toml”"),
            (&format!("{RANGE}sgin = '—'"), "2:1", "想写的是 sign 吗？"),
            (&format!("{RANGE}severty = 'error'"), "2:1", "想写的是 severity 吗？"),
            (&format!("{RANGE}enable = false"), "2:1", "想写的是 enabled 吗？"),
            (&format!("{RANGE}enabled = 'false'"), "2:11", "true 或 false"),
            (&format!("{RANGE}severity = '警告'"), "2:12", "可用的值：error、warning、advice。"),
            (&format!("{RANGE}fix = 'never'"), "2:7", "可用的值：safe、suggested、none。"),
            (&format!("{RANGE}fix = false"), "2:7", "fix 的值要写成字符串"),
            (&format!("{RANGE}sign = '-'"), "2:8", "可用的值：～、—、至。"),
            (&format!("{RANGE}sign = ['—']"), "2:8", "sign 的值要写成字符串"),
            (&format!("{RANGE}sign = '—'\n{RANGE}fix = 'none'"), "3:", "同一个键写了两次。"),
            ("[rule.\"fact/none\"]", "1:7", "没有名为“fact/none”的规则"),
            ("[rule.\"punctuation/comma-before-and\"]\nsign = '—'", "2:1", "这条规则没有选项。"),
        ] {
            let Err(error) = rules(text) else { panic!("{text} is accepted") };
            let error = error.to_string();
            assert!(
                error.starts_with(&format!("zhubi.toml:{position}")) && error.contains(expected),
                "{text}\n{error}"
            );
        }
    }

    #[test]
    fn changes_only_what_is_set() {
        let before = builtin::rules();
        let after = rules(
            "[rule.\"number/quantity-range-sign\"]\nsign = '至'\nfix = 'safe'\nseverity = 'error'\nenabled = false",
        );
        for (before, after) in before.rules.iter().zip(&after.unwrap().rules) {
            if after.id != "number/quantity-range-sign" {
                assert_eq!(format!("{before:?}"), format!("{after:?}"));
                continue;
            }
            assert!(!after.enabled);
            assert_eq!((after.severity.name(), after.fix.name()), ("error", "safe"));
            assert_eq!(after.metadata.message, before.metadata.message.replace('～', "至"));
            assert_eq!(after.metadata.options[0].value().name, "至");
        }
    }

    #[test]
    fn applies_every_built_in_style() {
        for (name, ..) in builtin::styles() {
            let style = Style::named(name, Path::new("")).unwrap();
            let mut rules = builtin::rules();
            style.settings.apply(&mut rules, builtin::rule_file_of).unwrap();
            let unchanged = format!("{rules:?}") == format!("{:?}", builtin::rules());
            assert_eq!(unchanged, name == Style::DEFAULT, "{name}");
        }
    }

    #[test]
    fn fixes_are_idempotent_for_every_option_value() {
        for choice in 1..=2 {
            let mut settings = String::new();
            for rule in builtin::rules().rules {
                for option in &rule.metadata.options {
                    let value = &option.values[choice.min(option.values.len() - 1)].name;
                    settings += &format!("[rule.{:?}]\n{} = {value:?}\n", rule.id, option.name);
                }
            }
            let engine = Engine::new(rules(&settings).unwrap());
            for path in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")).unwrap() {
                let draft = |bytes| Draft::open(bytes, Format::Plain).unwrap();
                let bytes = fs::read(path.unwrap().path()).unwrap();
                let fixed = revise(&engine, draft(bytes), FixSafety::Suggested).unwrap().bytes;
                let again = revise(&engine, draft(fixed.clone()), FixSafety::Suggested).unwrap();
                assert_eq!(String::from_utf8(again.bytes), String::from_utf8(fixed));
            }
        }
    }

    #[test]
    fn applies_the_last_matching_override() {
        let text = "level = 'error'\nignore = ['old/', '*.bak.txt']\n[[override]]\npaths = ['ads/**']\nlevel = 'advice'\n\
                    [[override]]\npaths = ['*.md', '!README.md']\nlevel = 'warning'\n";
        let config = read(text).unwrap();
        let level = |path: &str| {
            let overrides = config.overrides_for(Path::new(path));
            let level = config.choices_with(&overrides).filter_map(|choices| choices.level).next_back();
            level.unwrap().0.name()
        };
        for (path, expected) in [
            ("a.txt", "error"),
            ("ads/a.txt", "advice"),
            ("ads/deep/a.txt", "advice"),
            ("page/ads/a.txt", "error"),
            ("ads/a.md", "warning"),
            ("README.md", "error"),
        ] {
            assert_eq!(level(path), expected, "{path}");
        }
        for (path, ignored) in [("old/a.txt", true), ("page/old/a.txt", true), ("a.bak.txt", true), ("old.txt", false)]
        {
            assert_eq!(config.ignore.matches(Path::new(path)), ignored, "{path}");
        }
    }

    #[test]
    fn template_is_valid_as_it_is_and_with_every_line_uncommented() {
        let template = crate::cli::TEMPLATE;
        let uncommented: String = template
            .lines()
            .filter_map(|line| line.strip_prefix("# "))
            .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase() || c == '['))
            // The files that are named do not exist.
            .filter(|line| !line.contains(".zhubi-model"))
            .map(|line| {
                let file = Regex::new(r#""(\.\./)?\w+\.(txt|toml|csv)"|"sources/""#).unwrap();
                format!("{}\n", file.replace(line, ""))
            })
            .collect();
        assert!(rules(template).is_ok());
        let config = read(&uncommented).unwrap();
        assert_eq!((config.overrides.len(), config.exceptions.len()), (1, 1), "{uncommented}");
        rules(&uncommented).unwrap();
        let valid = |text: &str| {
            let schema = jsonschema::validator_for(&schema(&builtin::rules())).unwrap();
            let value: toml::Value = toml::from_str(text).unwrap();
            schema.is_valid(&serde_json::to_value(value).unwrap())
        };
        assert!(valid(template) && valid(&uncommented));
        for wrong in [
            "styl = 'newspaper'",
            "level = 'warn'",
            "rules = 'house'",
            "docs-url = 'docs/rules'",
            "[rule.number]\nsign = '—'",
            "[rule.\"number/quantity-range-sign\"]\nsign = '-'",
            "[rule.\"number/quantity-range-sign\"]\nsgin = '—'",
            "[rule.\"number/quantity-range-sign\"]\nenabled = 'no'",
            "[word]\nauthor = ''",
            "[[override]]\nlevel = 'error'",
            "[[override]]\npaths = []",
            "[[stet]]\nrule = 'typo'",
        ] {
            assert!(!valid(wrong) && rules(wrong).is_err(), "{wrong}");
        }
        for right in [
            "[rule.\"layout/own-rule\"]\nmark = '·'",
            "terms = ['src']",
            "[rule.number]\nenabled = false",
            "[rule.'半角逗号']\nenabled = false",
        ] {
            assert!(valid(right), "{right}");
        }
    }

    #[test]
    fn what_a_file_builds_on_comes_first() {
        let root = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(root.path().join(name), text).unwrap();
        fs::create_dir(root.path().join("desk")).unwrap();
        write("names.txt", "方知远\n");
        write("desk/words.txt", "须要山\n");
        write("user.toml", "level = 'error'\nskip = ['layout']\n[rule.number]\nseverity = 'error'\n");
        write("zhubi.toml", "level = 'advice'\nnames = ['names.txt']\n[word]\nauthor = '总编室'\n");
        write("desk/zhubi.toml", "extends = ['../zhubi.toml']\nwords = ['words.txt']\n[rule.number]\nfix = 'none'\n");
        let path = root.path().join("desk/zhubi.toml");
        let config = Config::open(&path, Some(&root.path().join("user.toml"))).unwrap();
        let level = config.choices_with(&[]).filter_map(|choices| choices.level).next_back();
        assert_eq!(level.unwrap().0, Severity::Advice);
        assert_eq!((config.lists.len(), config.layers().len()), (2, 3));
        assert_eq!((config.lists[0].kind, config.author.as_deref()), (ListKind::Names, Some("总编室")));
        let mut rules = builtin::rules();
        config.choices_with(&[]).for_each(|it| it.settings.apply(&mut rules, builtin::rule_file_of).unwrap());
        let of_family = rules.rules.iter().filter(|rule| rule.family() == "number");
        assert!(of_family.clone().all(|rule| (rule.severity, rule.fix) == (Severity::Error, FixSafety::None)));
        write("zhubi.toml", "extends = ['desk/zhubi.toml']\n");
        assert!(Config::open(&path, None).unwrap_err().to_string().contains("又沿用到了自己"));
        // Files that build on others twice would be read more often with every level.
        write("last.toml", "");
        for level in 0..12 {
            let next = if level == 11 { "last.toml".to_owned() } else { format!("{}.toml", level + 1) };
            write(&format!("{level}.toml"), &format!("extends = ['{next}', '{next}']\n"));
        }
        let error = Config::open(&root.path().join("0.toml"), None).unwrap_err().to_string();
        assert!(error.contains("超过 64 份"), "{error}");
    }

    #[test]
    fn finds_the_nearest_file_above() {
        let root = tempfile::tempdir().unwrap();
        let below = root.path().join("a/b");
        fs::create_dir_all(&below).unwrap();
        fs::write(root.path().join(FILE_NAME), "").unwrap();
        assert_eq!(Config::find(&below), Some(root.path().join(FILE_NAME)));
        fs::write(below.join(FILE_NAME), "").unwrap();
        assert_eq!(Config::find(&below), Some(below.join(FILE_NAME)));
    }
}
