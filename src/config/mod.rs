//! What a paper makes of the rules: `zhubi.toml` and styles, as they are written → checked settings.
//!
//! Both hold the same `[rule."family/name"]` tables, one in each layer: what a style sets goes before what the
//! rule file says, what `zhubi.toml` sets before the style, and the command line before all.

mod settings;
mod style;

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use crate::error::{Error, Result, cause};
use crate::finding::Severity;
use crate::rule::TomlFile;
use settings::RawSettings;

pub use settings::Settings;
pub use style::Style;

/// The name of the file.
pub const FILE_NAME: &str = "zhubi.toml";

/// What a `zhubi.toml` says. The rules it speaks of are looked up when its settings are applied.
#[derive(Debug, Clone)]
pub struct Config {
    /// The style it asks for.
    pub style: Option<Style>,
    /// More rule files, and directories of them.
    pub rules: Vec<PathBuf>,
    /// What `check` shows.
    pub level: Option<Severity>,
    /// What it sets for single rules.
    pub settings: Settings,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawConfig {
    style: Option<Spanned<String>>,
    #[serde(default)]
    rules: Vec<Spanned<String>>,
    level: Option<Spanned<String>>,
    #[serde(default)]
    rule: RawSettings,
}

impl Config {
    /// The configuration file for drafts in `folder` (an absolute path): the one there, or in the nearest
    /// folder above.
    pub fn find(folder: &Path) -> Option<PathBuf> {
        folder.ancestors().map(|folder| folder.join(FILE_NAME)).find(|path| path.is_file())
    }

    /// Reads the configuration file at `path`; what it names by path is looked for beside it.
    ///
    /// # Errors
    /// It cannot be read, or says what cannot be: with file, line and column.
    pub fn open(path: &Path) -> Result<Config> {
        let text = read_text(path, "配置文件")?;
        Config::read(TomlFile::new(path.display().to_string(), text), path.parent().unwrap_or(Path::new("")))
    }

    fn read(file: TomlFile, folder: &Path) -> Result<Config> {
        let raw: RawConfig = file.parse()?;
        let style = raw
            .style
            .map(|style| Style::named(style.get_ref(), folder).map_err(|error| file.place(style.span(), error)));
        let levels = Severity::ALL.map(|severity| (severity.name(), severity));
        let rules = raw.rules.iter().map(|path| {
            let found = folder.join(path.get_ref());
            if found.exists() {
                return Ok(found);
            }
            let what = format!("找不到规则文件或目录“{}”。", path.get_ref());
            Err(file.error(path.span(), what).help("路径从配置文件所在的目录算起。"))
        });
        Ok(Config {
            style: style.transpose()?,
            rules: rules.collect::<Result<_>>()?,
            level: raw.level.map(|level| file.choice("level", &level, &levels)).transpose()?,
            settings: Settings::read(file.clone(), raw.rule)?,
        })
    }
}

/// The text of the file at `path`; `what` it is, for the reader of an error.
fn read_text(path: &Path, what: &str) -> Result<String> {
    let bytes = fs::read(path)
        .map_err(|error| Error::new(format!("读不了这个{what}：{}。", cause(&error))).in_file(path.display()))?;
    String::from_utf8(bytes).map_err(|_| Error::new(format!("{what}不是 UTF-8 编码。")).in_file(path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin;
    use crate::draft::{Draft, Format};
    use crate::engine::Engine;
    use crate::finding::FixSafety;
    use crate::revise::revise;
    use crate::rule::RuleSet;

    /// The built-in rules under that configuration.
    fn rules(text: &str) -> Result<RuleSet> {
        let config = Config::read(TomlFile::new("zhubi.toml", text), Path::new(""))?;
        let mut rules = builtin::rules();
        config.settings.apply(&mut rules, builtin::source)?;
        Ok(rules)
    }

    #[test]
    fn what_cannot_be_is_told_with_its_place() {
        const RANGE: &str = "[rule.\"number/quantity-range-sign\"]\n";
        for (text, place, told) in [
            ("styl = 'newspaper'", "1:1", "想写的是 style 吗？"),
            ("style = 'newspapre'", "1:9", "想写的是 newspaper 吗？"),
            ("style = 'none.toml'", "1:9", "找不到体例文件“none.toml”。"),
            ("style = 3", "1:9", "这里要写字符串"),
            ("\nlevel = 'warn'", "2:9", "可用的值：error、warning、advice。"),
            ("rules = 'house'", "1:9", "这里要写数组"),
            ("rules = ['src', 'none/']", "1:17", "找不到规则文件或目录“none/”。"),
            ("[rules.x]", "1:2", "这里要写数组"),
            ("level = 'error'\nlevel = 'error'", "2:1", "同一个键写了两次。"),
            ("level = error", "1:9", "不是合法的 TOML"),
            ("[rule.\"number/quantity-range-sing\"]\nenabled = false", "1:7", "最接近的是 number/quantity-range-sign"),
            ("[rule.\"quantity-range-sign\"]\nenabled = false", "1:7", "最接近的是 number/quantity-range-sign"),
            ("[rule.number]\nenabled = false", "1:7", "没有名为“number”的规则"),
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
            let error = rules(text).unwrap_err().to_string();
            assert!(error.starts_with(&format!("zhubi.toml:{place}")) && error.contains(told), "{text}\n{error}");
        }
    }

    #[test]
    fn what_is_set_holds_and_all_else_stays() {
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
            assert_eq!(after.message, before.message.replace('～', "至"));
            assert_eq!(after.options[0].value().name, "至");
        }
    }

    #[test]
    fn every_built_in_style_names_what_is_there() {
        for (name, ..) in builtin::styles() {
            let style = Style::named(name, Path::new("")).unwrap();
            let mut rules = builtin::rules();
            style.settings.apply(&mut rules, builtin::source).unwrap();
            let unchanged = format!("{rules:?}") == format!("{:?}", builtin::rules());
            assert_eq!(unchanged, name == Style::DEFAULT, "{name}");
        }
    }

    #[test]
    fn fixes_end_whatever_is_chosen() {
        for choice in 1..=2 {
            let mut settings = String::new();
            for rule in builtin::rules().rules {
                for option in &rule.options {
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
    fn the_nearest_file_above_is_found() {
        let root = tempfile::tempdir().unwrap();
        let below = root.path().join("a/b");
        fs::create_dir_all(&below).unwrap();
        fs::write(root.path().join(FILE_NAME), "").unwrap();
        assert_eq!(Config::find(&below), Some(root.path().join(FILE_NAME)));
        fs::write(below.join(FILE_NAME), "").unwrap();
        assert_eq!(Config::find(&below), Some(below.join(FILE_NAME)));
    }
}
