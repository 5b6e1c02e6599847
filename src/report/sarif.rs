//! The format `sarif`: SARIF 2.1.0, one JSON document with one run. Its columns count code points, which it declares.

use serde::Serialize;
use serde_json::{Value, json};

use super::fingerprint::Fingerprints;
use super::message::one_line_message;
use super::paths::uri;
use super::positions::Positions;
use super::tally::{RuleTally, Tally};
use super::{CheckedDraft, Failure, Put, ReportOptions, ReportWriter, fix_safety, put_json_elements};
use crate::finding::{Finding, FixSafety, Severity};
use crate::text::Span;

pub(super) struct Sarif;

/// The key of a fingerprint. Its version number must change when the computation of fingerprints changes.
const FINGERPRINT_KEY: &str = "zhubi/v1";

impl ReportWriter for Sarif {
    fn begin(&self) -> &'static str {
        "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{\
         \"columnKind\":\"unicodeCodePoints\",\"language\":\"zh-CN\",\"results\":[\n"
    }

    fn draft(&self, draft: &CheckedDraft, _: &ReportOptions, put: &mut Put) {
        let writer = ResultWriter { draft, positions: Positions::of(draft), artifact: artifact(draft.path) };
        let mut fingerprints = Fingerprints::new(draft);
        let results = draft.findings.iter().map(|finding| writer.result(finding, &fingerprints.next(draft, finding)));
        put_json_elements(put, results);
    }

    fn separator(&self) -> &'static str {
        ",\n"
    }

    /// Describes the rules that have findings, and the drafts that could not be checked. Both are known only after the last
    /// draft.
    fn end(&self, tally: &Tally, _: &ReportOptions) -> String {
        let driver = json!({
            "name": "zhubi",
            "version": env!("CARGO_PKG_VERSION"),
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "rules": tally.rules.iter().map(|(id, rule)| rule_descriptor(id, rule)).collect::<Vec<Value>>(),
        });
        let invocation = json!({
            "executionSuccessful": tally.failures.is_empty(),
            "toolExecutionNotifications": tally.failures.iter().map(notification).collect::<Vec<Value>>(),
        });
        format!("\n],\"invocations\":[{invocation}],\"tool\":{{\"driver\":{driver}}}}}]}}\n")
    }
}

/// Describes a draft that could not be checked.
fn notification(failure: &Failure) -> Value {
    let mut place = json!({ "artifactLocation": artifact(&failure.path) });
    if let Some(position) = failure.position {
        place["region"] = json!({ "startLine": position.line, "startColumn": position.column });
    }
    json!({
        "level": "error",
        "message": { "text": failure.message },
        "locations": [{ "physicalLocation": place }],
    })
}

fn rule_descriptor(id: &str, rule: &RuleTally) -> Value {
    let help = format!("{}\n依据：{}。\n运行 zhubi rules show {id} 看例子。", rule.message, rule.source);
    let mut descriptor = json!({
        "id": id,
        "shortDescription": { "text": rule.title },
        "fullDescription": { "text": rule.message },
        "help": { "text": help },
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": { "tags": [rule.family], "source": rule.source },
    });
    if let Some(url) = &rule.page_url {
        descriptor["helpUri"] = json!(url);
    }
    descriptor
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "note",
    }
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

fn artifact(path: &str) -> Artifact {
    let uri = uri(path);
    // A relative URI is relative to the root of the checked-out repository.
    let uri_base_id = (!uri.starts_with("file:")).then_some("%SRCROOT%");
    Artifact { uri, uri_base_id }
}

/// Creates the SARIF results for the findings of one draft.
struct ResultWriter<'a> {
    draft: &'a CheckedDraft<'a>,
    positions: Positions,
    artifact: Artifact,
}

impl ResultWriter<'_> {
    fn result(&self, finding: &Finding, fingerprint: &str) -> Value {
        let rule = self.draft.rule(finding);
        let mut result = json!({
            "ruleId": rule.id,
            "level": level(finding.severity),
            "message": { "text": one_line_message(self.draft, finding) },
            "locations": [self.location(finding.span)],
            "partialFingerprints": { FINGERPRINT_KEY: fingerprint },
            "properties": { "fix": fix_safety(finding).name(), "suggestions": *finding.suggestions },
        });
        // Programs may apply anything in `fixes`, so suggestions that a fix never applies are left out.
        if fix_safety(finding) != FixSafety::None {
            result["fixes"] = finding.suggestions.iter().map(|text| self.fix(finding, text)).collect();
        }
        if !finding.related.is_empty() {
            let related = finding.related.iter().map(|related| {
                let mut location = self.location(related.span);
                location["message"] = json!({ "text": related.message });
                location
            });
            result["relatedLocations"] = related.collect();
        }
        result
    }

    fn location(&self, span: Span) -> Value {
        let mut region = self.region(span);
        region["snippet"] = json!({ "text": span.of(self.draft.text) });
        json!({ "physicalLocation": { "artifactLocation": self.artifact, "region": region } })
    }

    fn region(&self, span: Span) -> Value {
        let (from, to) = (self.positions.at(span.start), self.positions.at(span.end));
        json!({ "startLine": from.line, "startColumn": from.column, "endLine": to.line, "endColumn": to.column })
    }

    fn fix(&self, finding: &Finding, text: &str) -> Value {
        let replacement = json!({ "deletedRegion": self.region(finding.span), "insertedContent": { "text": text } });
        json!({
            "description": { "text": fix_safety(finding).chinese() },
            "artifactChanges": [{ "artifactLocation": self.artifact, "replacements": [replacement] }],
        })
    }
}
