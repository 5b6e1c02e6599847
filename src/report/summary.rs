use super::Tally;
use crate::finding::Severity;
use crate::rule::FAMILIES;
use crate::text::{visible, width};

/// How many of the most frequent rules are named.
const FREQUENT: usize = 5;

/// What a run over all drafts found, and what fixing would do about it.
pub(super) fn summary(tally: &Tally) -> String {
    let total = tally.total();
    if tally.files == 0 {
        // Whoever looked for drafts has said why there is none.
        return String::new();
    }
    if total == 0 {
        return format!("已检查 {} 篇，未见问题。\n{}", tally.files, stet(tally));
    }
    let mut out = format!("已检查 {} 篇，{} 篇有问题，共 {total} 处。\n\n", tally.files, tally.faulty);
    table(&mut out, tally);
    if tally.files > 1 {
        frequent(&mut out, tally);
    }
    out.push('\n');
    if tally.safe > 0 {
        out.push_str(&format!("zhubi fix 可直接改 {} 处。\n", tally.safe));
    }
    if tally.suggested > 0 {
        out.push_str(&format!(
            "zhubi fix --suggested 可改 {} 处，其中 {} 处请过目。\n",
            tally.safe + tally.suggested,
            tally.suggested
        ));
    }
    match total - tally.safe - tally.suggested {
        0 => {}
        rest => out.push_str(&format!("{rest} 处不代改，请核对。\n")),
    }
    out + &stet(tally)
}

/// What is let stand is always counted: it must not be forgotten.
fn stet(tally: &Tally) -> String {
    if tally.stet == 0 {
        String::new()
    } else {
        format!("另有 {} 处决定保留，加 --no-stet 可以看到。\n", tally.stet)
    }
}

fn table(out: &mut String, tally: &Tally) {
    let mut row = |name: &str, cells: [String; 3]| {
        out.push_str(&format!("{name}{}", " ".repeat(8_usize.saturating_sub(width(name)))));
        for cell in cells {
            out.push_str(&format!("{}{cell}", " ".repeat(8_usize.saturating_sub(width(&cell)).max(1))));
        }
        out.push('\n');
    };
    row("", Severity::ALL.map(|severity| severity.chinese().to_owned()));
    for (family, name) in FAMILIES {
        if tally.count(|hits| hits.family == family) > 0 {
            row(
                name,
                Severity::ALL
                    .map(|severity| tally.count(|hits| hits.family == family && hits.severity == severity).to_string()),
            );
        }
    }
}

/// The rules that hit most often, each with the first place.
fn frequent(out: &mut String, tally: &Tally) {
    let mut rules: Vec<_> = tally.rules.values().collect();
    rules.sort_by_key(|hits| (std::cmp::Reverse(hits.count), hits.severity));
    out.push_str("\n最多的问题：\n");
    for hits in rules.into_iter().take(FREQUENT) {
        out.push_str(&format!("  {} {} 处，首见 {}\n", visible(&hits.title), hits.count, visible(&hits.first)));
    }
}
