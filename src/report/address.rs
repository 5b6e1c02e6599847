use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What a URI keeps as it is: unreserved characters, and the slashes of a path.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The path as a repository names it: with `/`, and without `./` in front.
pub(super) fn repository_path(path: &str) -> String {
    let path = if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() };
    let mut rest = path.as_str();
    while let Some(shorter) = rest.strip_prefix("./") {
        rest = shorter.trim_start_matches('/');
    }
    if rest.is_empty() { path } else { rest.to_owned() }
}

/// The path as a URI (RFC 3986): relative where it is relative, with the scheme `file` where it is absolute.
pub(super) fn uri(path: &str) -> String {
    let path = repository_path(path);
    let encoded = utf8_percent_encode(&path, KEPT);
    match path.as_bytes() {
        [b'/', ..] => format!("file://{encoded}"),
        // A drive of Windows.
        [_, b':', ..] if cfg!(windows) => format!("file:///{encoded}"),
        _ => encoded.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_repository() {
        for (path, expected) in
            [("./a/b.txt", "a/b.txt"), ("././/a", "a"), ("../a", "../a"), ("-", "-"), ("./", "./"), (".a/b", ".a/b")]
        {
            assert_eq!(repository_path(path), expected);
        }
        assert_eq!(uri("./稿 件/a:b%.txt"), "%E7%A8%BF%20%E4%BB%B6/a%3Ab%25.txt");
        assert_eq!(uri("/稿.txt"), "file:///%E7%A8%BF.txt");
    }
}
