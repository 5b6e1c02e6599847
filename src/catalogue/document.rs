//! The documents in `docs/rules/`.

use std::fmt::Write;

use super::{Checklist, RuleEntry, checklists};
use crate::builtin;
use crate::error::Result;
use crate::rule::{Example, FAMILIES, Rule, page_file};

/// A Markdown document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The file name.
    pub name: String,
    /// The content.
    pub text: String,
}

const GENERATED: &str = "本页由 `rules/` 里的规则文件生成，请勿手改：改了规则，运行 \
    `ZHUBI_WRITE_DOCS=1 cargo test --lib catalogue` 重写。";

/// Returns the catalogue of the built-in rules: an index and a page for each family.
///
/// # Errors
/// A built-in rule file is invalid. The tests rule this out.
pub fn documents() -> Result<Vec<Document>> {
    let files = builtin::files()?;
    let rules: Vec<(&Rule, &[Example])> =
        files.iter().flat_map(|file| &file.rules).map(|(rule, examples)| (rule, examples.as_slice())).collect();
    let checklists = checklists();
    let mut index = format!(
        "# 规则目录\n\n共 {} 条。{GENERATED}\n\n\
         - 级别：**错误**违反条文；**警告**几乎肯定有误，或需要作者核对；**建议**关乎体例，或值得一看。\n\
         - 改法：**可直接改**的由 `zhubi fix` 代改；**改后请过目**的加上 `--suggested` 才改；**只提示**的不代改。\n\
         - 带“（停用）”的规则，用 `--only` 写明编号才运行。\n\n\
         怎样写一条规则，见[写一条自己的规则](../write-a-rule.md)；标准的每一条要求由哪条规则来查，\
         见[标准逐条对照](../coverage.md)。\n",
        rules.len()
    );
    let mut documents = Vec::new();
    for (family, title) in FAMILIES {
        let rules: Vec<_> = rules.iter().filter(|(rule, _)| rule.family() == family).copied().collect();
        if !rules.is_empty() {
            push_table(&mut index, title, &rules);
            documents.push(Document { name: page_file(family), text: page(title, &rules, &checklists) });
        }
    }
    documents.insert(0, Document { name: "README.md".to_owned(), text: index });
    Ok(documents)
}

/// Appends the table of a family to the index.
fn push_table(out: &mut String, title: &str, rules: &[(&Rule, &[Example])]) {
    let _ = write!(
        out,
        "\n## {title}\n\n{} 条。\n\n| 规则 | 查什么 | 级别 | 改法 | 依据 |\n|---|---|---|---|---|\n",
        rules.len()
    );
    for (rule, _) in rules {
        let disabled = if rule.enabled { "" } else { "（停用）" };
        let _ = writeln!(
            out,
            "| [{}]({}) | {}{disabled} | {} | {} | {} |",
            rule.id,
            rule.page(),
            escape(&rule.metadata.title),
            rule.severity.chinese(),
            rule.fix.chinese(),
            escape(&rule.metadata.source)
        );
    }
}

/// Returns the page of a family.
fn page(title: &str, rules: &[(&Rule, &[Example])], checklists: &[Checklist]) -> String {
    let mut out = format!("# {title}\n\n[规则目录](README.md)。{GENERATED}\n");
    for &(rule, examples) in rules {
        let entry = RuleEntry { rule, examples, checklists };
        let _ = write!(out, "\n## {}\n\n**{}**（`{}`）\n\n", rule.name(), escape(&rule.metadata.title), rule.id);
        for (name, value) in entry.facts() {
            let _ = writeln!(out, "- {name}：{}", escape(&value));
        }
        let examples = entry.examples();
        // The fence must be longer than any fence within the examples.
        let fence = if examples.contains("```") { "`````" } else { "```" };
        let _ = write!(out, "\n{fence}text\n{examples}{fence}\n");
    }
    out
}

/// Escapes the Markdown markup in `text`.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '<' | '[' | ']' | '|' | '~' | '&') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
