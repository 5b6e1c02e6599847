//! Paths of files as URIs, and back.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use lsp_types::Uri;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// What is encoded in the path of a URI: everything but unreserved characters and slashes (RFC 3986).
const ENCODED: AsciiSet = CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'$')
    .add(b'%')
    .add(b'&')
    .add(b'\'')
    .add(b'(')
    .add(b')')
    .add(b'*')
    .add(b'+')
    .add(b',')
    .add(b':')
    .add(b';')
    .add(b'<')
    .add(b'=')
    .add(b'>')
    .add(b'?')
    .add(b'@')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b'!');

/// Returns the path of a file URI; `None` if the URI is of another kind, such as that of a draft that is not saved.
pub fn to_path(uri: &str) -> Option<PathBuf> {
    let rest = uri.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("file://")).map(|_| &uri[7..])?;
    let slash = rest.find('/')?;
    let (host, path) = rest.split_at(slash);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = percent_decode_str(path).decode_utf8().ok()?;
    if path.contains('\0') || !(host.is_empty() || cfg!(windows)) {
        return None;
    }
    if cfg!(windows) {
        let has_drive = path.as_bytes().get(2) == Some(&b':');
        let path = if has_drive { path[1..].to_owned() } else { path.into_owned() };
        let share = if host.is_empty() { String::new() } else { format!("//{host}") };
        return Some(PathBuf::from((share + &path).replace('/', "\\")));
    }
    Some(PathBuf::from(path.into_owned()))
}

/// Returns the URI of a file with an absolute path; `None` if it has none.
pub fn of_path(path: &Path) -> Option<Uri> {
    let text = path.to_str()?;
    let text = if cfg!(windows) { format!("/{}", text.replace('\\', "/")) } else { text.to_owned() };
    Uri::from_str(&format!("file://{}", utf8_percent_encode(&text, &ENCODED))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn paths_and_uris_are_the_same_places() {
        for path in ["/a.txt", "/稿件/第 1 版.md", "/a%b/c#d?e.txt", "/甲+乙&丙;=@:!$'()*[].txt", "/"] {
            let uri = of_path(Path::new(path)).unwrap();
            assert!(uri.as_str().is_ascii());
            assert_eq!(to_path(uri.as_str()).unwrap(), Path::new(path));
        }
    }

    #[test]
    #[cfg(unix)]
    fn only_files_have_paths() {
        assert_eq!(to_path("file:///tmp/%E7%A8%BF.txt").unwrap(), Path::new("/tmp/稿.txt"));
        assert_eq!(to_path("FILE:///tmp/a.txt#x").unwrap(), Path::new("/tmp/a.txt"));
        for uri in
            ["untitled:Untitled-1", "file:", "file://", "", "http://a/b.txt", "file:///%FF", "file:///a%00b", "稿"]
        {
            assert_eq!(to_path(uri), None, "{uri}");
        }
        assert_eq!(to_path("file://elsewhere/a.txt"), None);
    }
}
