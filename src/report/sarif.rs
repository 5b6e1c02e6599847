use serde::Serialize;
use serde_json::{Value, json};

use super::address::uri;
use super::advice::advice;
use super::fingerprint::Fingerprints;
use super::places::Places;
use super::{Options, Sheet, Tally, Write, joined, safety};
use crate::finding::{Finding, FixSafety, Severity};
use crate::text::Span;

/// SARIF 2.1.0: one JSON document with one run. Its columns count code points, as it says of itself.
pub(super) struct Sarif;

/// The key of a fingerprint. What the fingerprint is made of may only change with the number.
const FINGERPRINT: &str = "zhubi/v1";

impl Write for Sarif {
    fn begin(&self) -> &'static str {
        "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{\
         \"columnKind\":\"unicodeCodePoints\",\"language\":\"zh-CN\",\"results\":[\n"
    }

    fn sheet(&self, sheet: &Sheet, _: &Options) -> String {
        let writer = Writer { sheet, places: Places::of(sheet), artifact: artifact(sheet.path) };
        let mut fingerprints = Fingerprints::new(sheet);
        joined(sheet.findings.iter().map(|finding| writer.result(finding, &fingerprints.next(sheet, finding))))
    }

    fn separator(&self) -> &'static str {
        ",\n"
    }

    /// The rules that had findings stand at the end: only then are they known.
    fn end(&self, tally: &Tally, _: &Options) -> String {
        let rules: Vec<Value> = tally
            .rules
            .iter()
            .map(|(id, rule)| {
                let mut descriptor = json!({
                    "id": id,
                    "shortDescription": { "text": rule.title },
                    "fullDescription": { "text": rule.message },
                    "help": { "text": format!("{}\n依据：{}。\n运行 zhubi rules show {id} 看例子。", rule.message, rule.source) },
                    "defaultConfiguration": { "level": level(rule.severity) },
                    "properties": { "tags": [rule.family], "source": rule.source },
                });
                if let Some(url) = &rule.page_url {
                    descriptor["helpUri"] = json!(url);
                }
                descriptor
            })
            .collect();
        let driver = json!({
            "name": "zhubi",
            "version": env!("CARGO_PKG_VERSION"),
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "rules": rules,
        });
        format!("\n],\"tool\":{{\"driver\":{driver}}}}}]}}\n")
    }
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
    // What a relative URI is relative to: the root of what was checked out.
    let uri_base_id = (!uri.starts_with("file:")).then_some("%SRCROOT%");
    Artifact { uri, uri_base_id }
}

struct Writer<'a> {
    sheet: &'a Sheet<'a>,
    places: Places,
    artifact: Artifact,
}

impl Writer<'_> {
    fn result(&self, finding: &Finding, fingerprint: &str) -> Value {
        let rule = self.sheet.rule(finding);
        let mut result = json!({
            "ruleId": rule.id,
            "level": level(rule.severity),
            "message": { "text": advice(self.sheet, finding) },
            "locations": [self.location(finding.span)],
            "partialFingerprints": { FINGERPRINT: fingerprint },
            "properties": { "fix": safety(finding).name(), "suggestions": finding.suggestions },
        });
        // Whoever reads `fixes` may apply them: what is never applied is not among them.
        if safety(finding) != FixSafety::None {
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
        region["snippet"] = json!({ "text": span.of(self.sheet.text) });
        json!({ "physicalLocation": { "artifactLocation": self.artifact, "region": region } })
    }

    fn region(&self, span: Span) -> Value {
        let (from, to) = (self.places.at(span.start), self.places.at(span.end));
        json!({ "startLine": from.line, "startColumn": from.column, "endLine": to.line, "endColumn": to.column })
    }

    fn fix(&self, finding: &Finding, text: &str) -> Value {
        let replacement = json!({ "deletedRegion": self.region(finding.span), "insertedContent": { "text": text } });
        json!({
            "description": { "text": safety(finding).chinese() },
            "artifactChanges": [{ "artifactLocation": self.artifact, "replacements": [replacement] }],
        })
    }
}
