//! Hyperlinks on a terminal (escape sequence OSC 8).

/// Appends the sequence that makes the following text a hyperlink to `url`, until [`close`]. `url` must not contain
/// control characters.
pub(super) fn open(out: &mut String, url: &str) {
    out.extend(["\u{1b}]8;;", url, "\u{1b}\\"]);
}

/// Appends the sequence that ends a hyperlink.
pub(super) fn close(out: &mut String) {
    open(out, "");
}

/// Appends `text`, as a hyperlink if there is a `url`.
pub(super) fn put(out: &mut String, url: Option<&str>, text: &str) {
    let Some(url) = url else { return out.push_str(text) };
    open(out, url);
    out.push_str(text);
    close(out);
}

#[cfg(test)]
mod tests {
    use crate::report::tests::{COMMA, PLAIN, TestDraft};
    use crate::report::{Format, ReportOptions};

    #[test]
    fn diff_and_brief_link_rule_ids_to_their_pages() {
        const LINKED: &str =
            "\u{1b}]8;;https://example.com/docs/punctuation.md#comma\u{1b}\\punctuation/comma\u{1b}]8;;\u{1b}\\";
        let linked = ReportOptions { hyperlinks: true, ..PLAIN };
        let draft = TestDraft::new("甲,乙").with_findings(COMMA, ",", &["，"]);
        assert_eq!(draft.report(Format::Diff, linked), draft.diff());
        let draft = draft.with_page_urls();
        assert_eq!(draft.report(Format::Diff, linked), draft.diff().replace("punctuation/comma", LINKED));
        let brief = draft.report(Format::Brief, linked);
        assert_eq!(brief, format!("稿.txt:1:2: 错误 {LINKED} 句内停顿用全角逗号。\n"));
        assert!(!draft.diff().contains('\u{1b}'));
    }
}
