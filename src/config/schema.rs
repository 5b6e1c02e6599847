//! The JSON schema of `zhubi.toml`, with which editors complete and check the file. It is generated from the rules.

use serde_json::{Map, Value, json};

use super::Style;
use crate::builtin;
use crate::finding::{FixSafety, Severity};
use crate::rule::{FAMILIES, Rule, RuleSet};

/// Returns the JSON schema (draft 7, which editors support best) of a `zhubi.toml` for these rules.
pub fn schema(rules: &RuleSet) -> Value {
    let rule = json!({ "$ref": "#/definitions/rule" });
    let level = json!({
        "description": "查到哪一级为止。",
        "enum": Severity::ALL.map(Severity::name),
    });
    let styles: Vec<&str> = builtin::styles().map(|(name, ..)| name).collect();
    let style = json!({
        "description": "体例，或体例文件的路径。",
        "type": "string",
        "examples": styles,
        "default": Style::DEFAULT,
    });
    let mut override_paths = paths("哪些稿件，写法同 .gitignore。");
    override_paths["minItems"] = json!(1);
    let r#override = json!({
        "type": "object",
        "properties": { "paths": override_paths, "style": style, "level": level, "rule": rule },
        "required": ["paths"],
        "additionalProperties": false,
    });
    let required_version = json!({
        "description": "这份配置要用朱笔的哪些版本，如 0.1、>=0.1.2, <0.3；版本不合就不运行。",
        "type": "string",
        "minLength": 1,
    });
    let docs_url = json!({
        "description": "规则说明页（docs/rules）发表在哪个网址下。报告里的规则编号链接到这里。",
        "type": "string",
        "format": "uri",
        "pattern": "^[Hh][Tt][Tt][Pp][Ss]?://[^?#]+$",
    });
    let issue_date = json!({
        "description": "见报日期，如 2023-11-01；稿件没写年份的日期、年龄，按它核算。",
        "type": "string",
        "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    });
    let word = json!({
        "description": "Word 稿件怎样写。",
        "type": "object",
        "properties": {
            "author": { "description": "修订和批注的作者名。", "type": "string", "pattern": "\\S", "default": "朱笔" },
        },
        "additionalProperties": false,
    });
    let model = json!({
        "description": "凭上下文找错字的模型。",
        "type": "object",
        "properties": {
            "file": { "description": "不用随程序的模型，用这个文件。", "type": "string", "minLength": 1 },
            "own": { "description": "用本报的旧稿训练的模型，和随程序的合用。", "type": "string", "minLength": 1 },
            "level": {
                "description": "几乎肯定的报到哪一级。",
                "enum": [Severity::Warning.name(), Severity::Advice.name()],
                "default": Severity::Warning.name(),
            },
        },
        "additionalProperties": false,
    });
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "zhubi.toml",
        "description": "朱笔的设置。",
        "type": "object",
        "properties": {
            "required-version": required_version,
            "style": style,
            "level": level,
            "rules": paths("本报自己的规则和词表：文件或目录。"),
            "extends": paths("先照这些配置文件，再照本文件。"),
            "words": paths("词表：这样写是对的，各条规则都不动。"),
            "names": paths("名单：这样写是对的，差一个字的是错的。"),
            "terms": paths("用语表：哪种写法改成哪种。"),
            "packs": paths("规则包，见 zhubi packs；写成“名字@版本”就固定在那一版。"),
            "roster": paths("名册：谁任什么职务，从哪天到哪天。"),
            "sources": paths("引文的出处：装有法规、讲话、典籍等的目录。"),
            "only": paths("只用这些规则或规则族。"),
            "skip": paths("不用这些规则或规则族。"),
            "docs-url": docs_url,
            "issue-date": issue_date,
            "word": word,
            "model": model,
            "ignore": paths("不检查的稿件，写法同 .gitignore。"),
            "rule": rule,
            "override": { "description": "一部分稿件另有的设置。", "type": "array", "items": r#override },
            "stet": { "description": "决定保留的字句。", "type": "array", "items": exception() },
        },
        "additionalProperties": false,
        "definitions": { "rule": rule_tables(rules) },
    })
}

/// Returns the schema of the `[rule]` table, which contains a table of settings for each rule and each family. Rules can
/// also be named by their titles, which editors need not complete.
fn rule_tables(rules: &RuleSet) -> Value {
    let mut settings: Map<String, Value> =
        rules.rules.iter().map(|rule| (rule.id.clone(), rule_settings(rule))).collect();
    for (family, chinese) in FAMILIES {
        let of_family = json!({
            "description": format!("这一族的规则：{chinese}。"),
            "type": "object",
            "properties": common_settings(),
            "additionalProperties": false,
        });
        settings.insert(family.to_owned(), of_family.clone());
        settings.insert(chinese.to_owned(), of_family);
    }
    // The options of a newspaper's own rules are not known here.
    let own_rule = json!({
        "type": "object",
        "properties": common_settings(),
        "additionalProperties": { "type": "string" },
    });
    let families = FAMILIES.map(|(family, _)| family).join("|");
    json!({
        "description": "各条规则的设置。",
        "type": "object",
        "properties": settings,
        "propertyNames": { "pattern": format!("^({families})(/[a-z0-9-]+)?$|[^\\x00-\\x7f]") },
        "additionalProperties": own_rule,
    })
}

/// Returns the schema of a `[[stet]]`.
fn exception() -> Value {
    let string = |description: &str| json!({ "description": description, "type": "string" });
    json!({
        "type": "object",
        "properties": {
            "rule": string("规则或规则族的编号。"),
            "text": { "description": "要保留的字句。", "type": "string", "minLength": 1 },
            "who": string("谁定的。"),
            "why": string("为什么。"),
        },
        "required": ["rule", "text"],
        "additionalProperties": false,
    })
}

/// Returns the schema of a list of paths.
fn paths(description: &str) -> Value {
    json!({ "description": description, "type": "array", "items": { "type": "string", "minLength": 1 } })
}

/// Returns the schema of the settings of a rule.
fn rule_settings(rule: &Rule) -> Value {
    let mut properties = common_settings();
    for option in &rule.metadata.options {
        let values: Vec<&str> = option.values.iter().map(|value| value.name.as_str()).collect();
        properties[&option.name] = json!({ "enum": values, "default": option.value().name });
    }
    properties["enabled"]["default"] = json!(rule.enabled);
    properties["severity"]["default"] = json!(rule.severity.name());
    properties["fix"]["default"] = json!(rule.fix.name());
    json!({ "description": rule.metadata.title, "type": "object", "properties": properties, "additionalProperties": false })
}

/// Returns the schema of the settings that every rule has.
fn common_settings() -> Value {
    json!({
        "enabled": { "description": "是否启用。", "type": "boolean" },
        "severity": { "description": "级别。", "enum": Severity::ALL.map(Severity::name) },
        "fix": { "description": "改法有多大把握。", "enum": FixSafety::ALL.map(FixSafety::name) },
    })
}
