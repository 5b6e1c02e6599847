//! The format `html`: the proof sheet as one self-contained page, which needs no server and no network. It is the page of
//! the desk without the desk: read, filter, jump, print.

use std::sync::LazyLock;

use serde::Serialize;

use super::{CheckedDraft, Put, ReportOptions, ReportWriter, Tally};
use crate::grade::Bounds;
use crate::sheet::{self, OPEN, PlacedRemark, Remark, SheetBlock};
use crate::text::{Locator, visible};

pub(super) struct Html;

/// The page of the desk, and what it is made of.
const PAGE: &str = include_str!("../desk/page/index.html");
const STYLE: &str = include_str!("../desk/page/style.css");
/// The modules of the report, each after those that it imports.
const MODULES: [&str; 5] = [
    include_str!("../desk/page/dom.js"),
    include_str!("../desk/page/sheet.js"),
    include_str!("../desk/page/cards.js"),
    include_str!("../desk/page/view.js"),
    include_str!("../desk/page/report.js"),
];
/// Where the drafts stand in the page.
const DRAFTS: &str = "<!--scripts-->";
/// What a report may load: nothing. Of what stands in the page, its own style and its own script count, and no other.
const POLICY: &str = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
                      style-src 'nonce-sheet'; script-src 'nonce-sheet'; img-src data:\">";

/// The page before the drafts.
static BEGIN: LazyLock<String> = LazyLock::new(|| {
    let head = PAGE.split(DRAFTS).next().unwrap_or_default();
    let style = format!("<style nonce=\"sheet\">\n{STYLE}</style>");
    let head = head.replace("<link rel=\"stylesheet\" href=\"style.css\">", &style);
    let head = head.replace("<title>朱笔</title>", "<title>校样 · 朱笔</title>");
    head.replacen("<meta charset=\"utf-8\">", &format!("<meta charset=\"utf-8\">\n{POLICY}"), 1)
});

/// The page after the drafts: the modules as one, which neither imports nor exports anything.
static END: LazyLock<String> = LazyLock::new(|| {
    let lines = MODULES.iter().flat_map(|module| module.lines()).filter(|line| !line.starts_with("import "));
    let lines: Vec<&str> = lines.map(|line| line.strip_prefix("export ").unwrap_or(line)).collect();
    format!("<script type=\"module\" nonce=\"sheet\">\n{}\n</script>\n</body>\n</html>\n", lines.join("\n"))
});

/// A draft on the page.
#[derive(Serialize)]
struct Sheet<'a> {
    name: &'a str,
    /// The rate of errors, in a few words.
    grade: String,
    blocks: Vec<SheetBlock>,
}

impl ReportWriter for Html {
    fn begin(&self) -> &'static str {
        &BEGIN
    }

    fn draft(&self, draft: &CheckedDraft, _: &ReportOptions, put: &mut Put) {
        let mut locator = Locator::new(draft.text);
        let remarks = draft.findings.iter().map(|finding| PlacedRemark {
            block: finding.block as usize,
            span: finding.span,
            id: None,
            state: OPEN,
            remark: Remark::of(finding, draft.rules, draft.text, &mut locator),
        });
        let blocks = sheet::blocks(draft.text, draft.blocks, remarks.collect());
        let grade = Bounds::brief(draft.findings, draft.rules, draft.text, draft.blocks);
        let sheet = Sheet { name: &visible(draft.path), grade, blocks };
        // The value holds strings and numbers only, so serializing it cannot fail. Without `<` it cannot end the script.
        let data = serde_json::to_string(&sheet).unwrap_or_default().replace('<', "\\u003c");
        put(&format!("<script type=\"application/json\" class=\"draft\">{}</script>\n", visible_controls(&data)));
    }

    fn end(&self, _: &Tally, _: &ReportOptions) -> String {
        END.clone()
    }
}

/// Escapes the control characters that JSON may hold as they are.
fn visible_controls(data: &str) -> String {
    if !data.contains(char::is_control) {
        return data.to_owned();
    }
    let escape = |c: char| if c.is_control() { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() };
    data.chars().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_holds_everything_that_it_needs() {
        assert!(BEGIN.contains("@media print") && BEGIN.contains("Content-Security-Policy"));
        for outside in ["href=\"style.css\"", "src=\"", "\nimport ", "\nexport ", "http://", "https://"] {
            assert!(!BEGIN.contains(outside) && !END.contains(outside), "{outside}");
        }
        // No function of one module has the name of one of another.
        let mut names: Vec<&str> = END.lines().filter_map(|line| line.strip_prefix("function ")).collect();
        names.iter_mut().for_each(|line| *line = line.split('(').next().unwrap_or_default());
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
