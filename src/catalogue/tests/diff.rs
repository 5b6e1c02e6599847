//! Compares catalogues that differ in one thing, and in all.

use crate::builtin;
use crate::catalogue::{Catalogue, CatalogueDiff, PublishedOption, PublishedRule, VersionNumber};
use crate::finding::{FixSafety, Severity};

fn rule(id: &str, title: &str) -> PublishedRule {
    PublishedRule {
        id: id.to_owned(),
        title: title.to_owned(),
        message: "…".to_owned(),
        source: "GB/T 15834".to_owned(),
        severity: Severity::Warning,
        fix: FixSafety::Suggested,
        enabled: true,
        since: Some("0.1.0".to_owned()),
        options: vec![option(&["～", "—"])],
        page: String::new(),
    }
}

fn option(values: &[&str]) -> PublishedOption {
    PublishedOption {
        name: "sign".to_owned(),
        values: values.iter().map(|value| (*value).to_owned()).collect(),
        default: values[0].to_owned(),
    }
}

fn catalogue(version: &str, rules: &[PublishedRule]) -> Catalogue {
    Catalogue { version: version.to_owned(), rules: rules.to_vec() }
}

/// Compares a rule with a changed copy of itself.
fn change(version: &str, change: impl FnOnce(&mut PublishedRule)) -> (Vec<String>, Option<VersionNumber>) {
    let before = rule("number/range", "数值范围");
    let mut after = before.clone();
    change(&mut after);
    let (old, new) = (catalogue(version, &[before]), catalogue("9.9.9", &[after]));
    let diff = CatalogueDiff::between(&old, &new);
    let fields = diff.changed.iter().flat_map(|rule| &rule.changes).map(|change| change.field.clone()).collect();
    (fields, diff.raises)
}

#[test]
fn a_catalogue_does_not_differ_from_itself_and_survives_json() {
    let rules = builtin::rules();
    let catalogue = Catalogue::of(&rules.rules);
    assert_eq!(catalogue.rules.len(), rules.rules.len());
    let read = Catalogue::from_json(&catalogue.json()).unwrap();
    assert_eq!(read, catalogue);
    assert!(CatalogueDiff::between(&catalogue, &read).is_empty());
}

#[test]
fn every_field_that_changes_is_named_with_the_number_it_raises() {
    use VersionNumber::{Major, Minor, Patch};
    type Change = fn(&mut PublishedRule);
    let cases: [(&str, VersionNumber, Change); 15] = [
        ("severity", Minor, |rule| rule.severity = Severity::Error),
        ("severity", Patch, |rule| rule.severity = Severity::Advice),
        ("fix", Minor, |rule| rule.fix = FixSafety::Safe),
        ("fix", Patch, |rule| rule.fix = FixSafety::None),
        ("enabled", Patch, |rule| rule.enabled = false),
        ("title", Patch, |rule| rule.title = "范围".to_owned()),
        ("message", Patch, |rule| rule.message = "请核对。".to_owned()),
        ("source", Patch, |rule| rule.source = "GB/T 15835".to_owned()),
        ("options.sign", Patch, |rule| rule.options = vec![option(&["～", "—", "-"])]),
        ("options.sign", Minor, |rule| rule.options = vec![option(&["—", "～"])]),
        ("options.sign", Major, |rule| rule.options = vec![option(&["～"])]),
        ("options.sign", Major, |rule| rule.options.clear()),
        ("options.sign", Major, |rule| rule.options[0].values[1] = "至".to_owned()),
        ("options.mark", Patch, |rule| {
            rule.options.push(PublishedOption { name: "mark".to_owned(), ..option(&["有", "无"]) });
        }),
        ("", Patch, |_| {}),
    ];
    for (field, number, make) in cases {
        let raises = (!field.is_empty()).then_some(number);
        let fields: Vec<String> = [field.to_owned()].into_iter().filter(|field| !field.is_empty()).collect();
        assert_eq!(change("1.2.3", make), (fields.clone(), raises), "{field}");
        // Before 1.0 there is no higher number than the second.
        let before_one = raises.map(|number| if number == Major { Minor } else { number });
        assert_eq!(change("0.2.3", make), (fields, before_one), "{field}");
    }
}

#[test]
fn tells_added_removed_and_renamed_rules_apart() {
    let kept = rule("typo/kept", "留下的");
    let old = [kept.clone(), rule("typo/gone", "去掉的"), rule("number/old-name", "改名的")];
    let mut renamed = rule("fact/new-name", "改名的");
    renamed.severity = Severity::Error;
    let new = [renamed, kept, rule("typo/fresh", "新增的")];
    let (old, new) = (catalogue("1.0.0", &old), catalogue("2.0.0", &new));
    let diff = CatalogueDiff::between(&old, &new);
    let ids = |rules: &[&PublishedRule]| rules.iter().map(|rule| rule.id.clone()).collect::<Vec<_>>();
    assert_eq!((ids(&diff.added), ids(&diff.removed)), (vec!["typo/fresh".into()], vec!["typo/gone".into()]));
    assert_eq!((diff.renamed[0].from, diff.renamed[0].to), ("number/old-name", "fact/new-name"));
    assert_eq!((diff.renamed.len(), diff.changed.len()), (1, 1));
    assert_eq!((diff.changed[0].id, diff.changed[0].changes[0].field.as_str()), ("fact/new-name", "severity"));
    assert_eq!(diff.raises, Some(VersionNumber::Major));
    // A title that several rules share does not say which became which.
    let old = catalogue("1.0.0", &[rule("typo/a", "同名"), rule("typo/b", "同名")]);
    let new = catalogue("1.0.0", &[rule("typo/c", "同名")]);
    let diff = CatalogueDiff::between(&old, &new);
    assert_eq!((diff.added.len(), diff.removed.len(), diff.renamed.len()), (1, 2, 0));
}

#[test]
fn a_new_rule_that_is_off_raises_the_last_number() {
    let mut off = rule("typo/off", "停用的");
    off.enabled = false;
    let (old, new) = (catalogue("0.1.0", &[]), catalogue("0.1.1", &[off]));
    assert_eq!(CatalogueDiff::between(&old, &new).raises, Some(VersionNumber::Patch));
}

#[test]
fn fields_of_later_versions_are_passed_over_and_old_catalogues_are_read() {
    let minimal = r#"{"version": "0.0.1", "colour": 1, "rules": [
        {"id": "typo/a", "title": "甲", "severity": "error", "fix": "none", "enabled": true, "cost": 3}]}"#;
    let read = Catalogue::from_json(minimal).unwrap();
    assert_eq!((read.rules.len(), read.rules[0].options.len()), (1, 0));
    let twice = minimal.replace(
        "\"rules\": [",
        r#""rules": [{"id":"typo/a","title":"乙","severity":"error","fix":"none","enabled":true},"#,
    );
    assert!(Catalogue::from_json(&twice).unwrap_err().message().contains("两条“typo/a”"));
    for wrong in ["", "[]", "{}", r#"{"version":"1","rules":[{"id":"a"}]}"#] {
        let error = Catalogue::from_json(wrong).unwrap_err();
        assert!(error.message().contains("这不是规则目录") && error.hint().is_some(), "{error}");
    }
}
