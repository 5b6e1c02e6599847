//! The packs of rules that a configuration chooses, perhaps in a version of theirs.

use crate::builtin;
use crate::error::{Error, Result, nearest};

/// Returns the name of the pack that is written as `name` or, with its version, as `name@1`.
///
/// # Errors
/// There is no such pack, or it has another version.
pub(super) fn pack_named(written: &str) -> Result<String> {
    let (name, version) = written.split_once('@').map_or((written, None), |(name, version)| (name, Some(version)));
    let Some(file) = builtin::pack(name, &builtin::rules().classes)? else {
        let names: Vec<&str> = builtin::pack_names().collect();
        let near = nearest(name, names.iter().copied()).map(|near| format!("想写的是 {near} 吗？")).unwrap_or_default();
        let error = Error::new(format!("没有名为“{name}”的规则包。"));
        return Err(error.help(format!("{near}可用的规则包：{}。", names.join("、"))));
    };
    let current = file.parsed.pack.map_or(0, |pack| pack.version);
    match version {
        Some(version) if version != current.to_string() => {
            let error = Error::new(format!("规则包 {name} 现在是第 {current} 版，这里写的是“{version}”。"));
            Err(error.help(format!("运行 zhubi packs {name} 看过以后，改成 {name}@{current}。")))
        }
        _ => Ok(name.to_owned()),
    }
}
