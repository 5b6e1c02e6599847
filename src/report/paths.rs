//! Paths of drafts as reports for other programs give them: as given to zhubi, with `/` and without a leading `./`, or as a
//! URI. They are relative to the repository if zhubi runs at its top.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The characters that are percent-encoded in a URI: all but the unreserved characters and the slashes of a path.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Returns the path in the form that a repository uses: with `/` between folders and without leading `./`.
pub(super) fn repository_path(path: &str) -> String {
    let path = if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() };
    let mut rest = path.as_str();
    while let Some(shorter) = rest.strip_prefix("./") {
        rest = shorter.trim_start_matches('/');
    }
    if rest.is_empty() { path } else { rest.to_owned() }
}

/// Returns the path as a URI (RFC 3986): a relative reference for a relative path, a `file` URI for an absolute one.
pub(super) fn uri(path: &str) -> String {
    let path = repository_path(path);
    let encoded = utf8_percent_encode(&path, ENCODED);
    match path.as_bytes() {
        [b'/', ..] => format!("file://{encoded}"),
        // A path with a Windows drive letter.
        [_, b':', ..] if cfg!(windows) => format!("file:///{encoded}"),
        _ => encoded.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalizes_paths_and_encodes_uris() {
        for (path, expected) in
            [("./a/b.txt", "a/b.txt"), ("././/a", "a"), ("../a", "../a"), ("-", "-"), ("./", "./"), (".a/b", ".a/b")]
        {
            assert_eq!(repository_path(path), expected);
        }
        assert_eq!(uri("./稿 件/a:b%.txt"), "%E7%A8%BF%20%E4%BB%B6/a%3Ab%25.txt");
        assert_eq!(uri("/稿.txt"), "file:///%E7%A8%BF.txt");
    }
}
