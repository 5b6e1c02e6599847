//! `zhubi --version --json`: what this program is, for programs.

use std::env::consts::{ARCH, OS};

use serde_json::{Map, Value, json};

use crate::builtin;

/// Returns a JSON document with the versions of the program, its rules and its packs of rules.
///
/// The rules have the version of the program, and a digest, which tells whether two programs have the same rules and the same
/// lexicon.
pub fn json() -> String {
    let rules = builtin::rules();
    let packs: Map<String, Value> = (builtin::pack_names())
        .filter_map(|name| {
            let pack = builtin::pack(name, &rules.classes).ok().flatten()?.parsed.pack?;
            Some((name.to_owned(), json!(pack.version)))
        })
        .collect();
    let document = json!({
        "name": env!("CARGO_PKG_NAME"),
        "version": env!("CARGO_PKG_VERSION"),
        "os": OS,
        "arch": ARCH,
        "rules": {
            "version": env!("CARGO_PKG_VERSION"),
            "count": rules.rules.len(),
            "digest": format!("{:016x}", builtin::digest()),
        },
        "packs": packs,
    });
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}
