//! The files of the page, which are part of the program.

/// A file: its name, its media type, its content.
type Asset = (&'static str, &'static str, &'static str);

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

const ASSETS: [Asset; 8] = [
    ("/", "text/html; charset=utf-8", include_str!("page/index.html")),
    ("/style.css", "text/css; charset=utf-8", include_str!("page/style.css")),
    ("/dom.js", JAVASCRIPT, include_str!("page/dom.js")),
    ("/sheet.js", JAVASCRIPT, include_str!("page/sheet.js")),
    ("/cards.js", JAVASCRIPT, include_str!("page/cards.js")),
    ("/passage.js", JAVASCRIPT, include_str!("page/passage.js")),
    ("/view.js", JAVASCRIPT, include_str!("page/view.js")),
    ("/desk.js", JAVASCRIPT, include_str!("page/desk.js")),
];

/// Returns the media type and the content of the file at `path`.
pub fn asset(path: &str) -> Option<(&'static str, &'static str)> {
    ASSETS.iter().find(|(name, ..)| *name == path).map(|(_, kind, content)| (*kind, *content))
}
