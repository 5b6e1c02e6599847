//! `docs-url`: the web address under which the pages of the built-in rules (`docs/rules/`) are published.

use fluent_uri::Uri;
use fluent_uri::component::Scheme;
use toml::Spanned;

use super::Config;
use crate::error::Result;
use crate::rule::TomlFile;

/// Returns the address under which the rules' pages are published: the one that the configuration sets, or else the
/// one derived from the homepage of the package. Returns `None` if neither is known.
pub fn docs_url(config: Option<&Config>) -> Option<String> {
    let set = config.and_then(|config| config.docs_url.as_ref());
    set.map(|(url, _)| url.clone()).or_else(|| below_homepage(env!("CARGO_PKG_HOMEPAGE")))
}

/// Returns the address of `docs/rules/` below `homepage`, or `None` if that is empty. GitHub shows the files of a
/// repository below `/blob/HEAD`.
fn below_homepage(homepage: &str) -> Option<String> {
    let files = if homepage.starts_with("https://github.com/") { "/blob/HEAD" } else { "" };
    (!homepage.is_empty()).then(|| format!("{}{files}/docs/rules", homepage.trim_end_matches('/')))
}

/// Checks the value of `docs-url`, and returns it without the slashes at its end.
///
/// # Errors
/// The value is not an address to which the name of a page can be appended. The error has file, line and column.
pub(super) fn read_docs_url(file: &TomlFile, url: &Spanned<String>) -> Result<String> {
    if is_web_folder(url.get_ref()) {
        return Ok(url.get_ref().trim_end_matches('/').to_owned());
    }
    let error = file.error(url.span(), format!("docs-url 不能是“{}”。", url.get_ref()));
    Err(error.help("请写网址，以 https:// 或 http:// 开头，不带“?”和“#”；汉字和空格要写成百分号编码。"))
}

/// Returns whether `url` is an HTTP URI (RFC 3986) with a host, and without query and fragment.
fn is_web_folder(url: &str) -> bool {
    let Ok(uri) = Uri::parse(url) else { return false };
    let is_web = ["http", "https"].map(Scheme::new_or_panic).contains(&uri.scheme());
    let has_host = uri.authority().is_some_and(|authority| !authority.host().is_empty());
    is_web && has_host && uri.query().is_none() && uri.fragment().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derives_the_address_from_the_homepage() {
        for (homepage, expected) in [
            ("", None),
            ("https://example.com", Some("https://example.com/docs/rules")),
            ("https://example.com/zhubi/", Some("https://example.com/zhubi/docs/rules")),
            ("https://github.com/owner/zhubi", Some("https://github.com/owner/zhubi/blob/HEAD/docs/rules")),
        ] {
            assert_eq!(below_homepage(homepage).as_deref(), expected);
        }
        assert!(
            docs_url(None).is_none_or(|url| is_web_folder(&url)),
            "the homepage in Cargo.toml is not a web address"
        );
    }

    #[test]
    fn accepts_web_addresses_only() {
        let read = |url: &str| read_docs_url(&TomlFile::new("zhubi.toml", ""), &Spanned::new(0..0, url.to_owned()));
        for (url, expected) in [
            ("https://example.com/docs/rules", "https://example.com/docs/rules"),
            ("HTTP://example.com:8080/a//", "HTTP://example.com:8080/a"),
            ("https://[::1]/%E8%A7%84%E5%88%99/", "https://[::1]/%E8%A7%84%E5%88%99"),
            ("https://example.com", "https://example.com"),
        ] {
            assert_eq!(read(url).unwrap(), expected);
        }
        for url in [
            "",
            "example.com/docs",
            "/docs/rules",
            "file:///docs/rules",
            "ftp://example.com",
            "https:docs/rules",
            "https://",
            "https:///docs",
            "https://example.com/规则",
            "https://example.com/a b",
            "https://example.com/a\u{1b}\\",
            "https://example.com/100%",
            "https://example.com/?page=",
            "https://example.com/#rules",
            " https://example.com",
        ] {
            assert!(read(url).is_err(), "{url:?}");
        }
    }
}
