//! `required-version`: for which versions of the program a configuration file is written.

use semver::{Version, VersionReq};
use serde::Deserialize;
use toml::Spanned;

use crate::error::Result;
use crate::rule::TomlFile;

/// The key in the file.
const KEY: &str = "required-version";
const HELP: &str = "写法如 \"0.1\"（0.1 的各版）、\">=0.1.2, <0.3\"、\"=0.1.2\"（只用这一版）。";

/// What is read of a file before everything else.
#[derive(Deserialize)]
struct Head {
    #[serde(rename = "required-version")]
    required: Option<Spanned<String>>,
}

/// Checks that `file` is written for `version` of the program. This comes before anything else in the file is judged,
/// because a file for another version may hold what this one does not know.
///
/// # Errors
/// The file requires another version, or does not say in a valid way which.
pub fn check_required_version(file: &TomlFile, version: &str) -> Result<()> {
    if !file.text.contains(KEY) {
        return Ok(());
    }
    let Head { required: Some(required) } = file.parse()? else { return Ok(()) };
    let wanted = VersionReq::parse(required.get_ref()).map_err(|error| {
        let what = format!("{KEY} 不能是“{}”。", required.get_ref());
        file.error(required.span(), what).help(HELP).caused_by(error)
    })?;
    if Version::parse(version).is_ok_and(|version| wanted.matches(&version)) {
        return Ok(());
    }
    let what = format!("这份配置要用朱笔 {}，现在运行的是 {version}。", required.get_ref());
    Err(file.error(required.span(), what).help(format!("请换用合乎要求的版本；确认这一版也能用，就改 {KEY}。")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, version: &str) -> Result<()> {
        check_required_version(&TomlFile::new("zhubi.toml", text), version)
    }

    #[test]
    fn compares_the_version_of_the_program_with_the_requirement() {
        for (required, version, is_met) in [
            ("0.1", "0.1.0", true),
            ("0.1", "0.1.9", true),
            ("0.1", "0.2.0", false),
            ("1", "1.9.0", true),
            ("1", "2.0.0", false),
            (">=0.1.2", "0.1.1", false),
            (">=0.1.2", "3.0.0", true),
            (">=0.1.2, <0.3", "0.2.7", true),
            (">=0.1.2, <0.3", "0.3.0", false),
            ("=0.1.2", "0.1.2", true),
            ("=0.1.2", "0.1.3", false),
            ("*", "0.1.0", true),
        ] {
            let result = check(&format!("required-version = \"{required}\"\n"), version);
            assert_eq!(result.is_ok(), is_met, "{required} {version}");
        }
    }

    #[test]
    fn names_place_requirement_and_version() {
        let error = check("level = 'error'\nrequired-version = '>=2'\n", "0.1.0").unwrap_err().to_string();
        for part in ["zhubi.toml:2:20", "要用朱笔 >=2", "现在运行的是 0.1.0", "就改 required-version"] {
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn comes_before_what_a_later_version_may_have_added() {
        let error = check("required-version = '9'\nnew-key = 1\n[rule.new]\nx = [1]\n", "0.1.0").unwrap_err();
        assert!(error.message().contains("要用朱笔 9"));
        assert!(check("required-version = '0.1'\nnew-key = 1\n", "0.1.0").is_ok());
        assert!(check("# required-version = '9'\n", "0.1.0").is_ok());
    }

    #[test]
    fn explains_what_a_requirement_looks_like() {
        for wrong in ["''", "'最新'", "'>=0.1，<0.3'", "'v0.1'"] {
            let error = check(&format!("required-version = {wrong}\n"), "0.1.0").unwrap_err().to_string();
            assert!(error.contains("zhubi.toml:1:20") && error.contains("写法如"), "{error}");
        }
        assert!(check("required-version = 1\n", "0.1.0").unwrap_err().to_string().contains("字符串"));
    }
}
