//! What must hold of the program whatever the input: one function for each fuzz target in `tests/fuzz`. They panic if it
//! does not hold.
//!
//! The room exists in unit tests, which replay the corpora, and in builds for fuzzing (`cfg(fuzzing)`).

mod copy;
mod desk;
mod drafts;
mod languages;
mod lists;
mod servers;
mod stored;
mod streams;
#[cfg(test)]
mod tests;

/// Declares the targets. Each line gives the name of the target, which is that of its function, the module that defines it,
/// and what its input is.
macro_rules! targets {
    ($($name:ident in $module:ident: $input:literal;)+) => {
        $(#[doc = $input] pub fn $name(input: &[u8]) { $module::$name(input); })+

        /// Every target, with its name.
        pub const TARGETS: &[(&str, fn(&[u8]))] = &[$((stringify!($name), $name),)+];
    };
}

targets! {
    plain in drafts: "A text file in any encoding.";
    markdown in drafts: "A Markdown file.";
    html in drafts: "An HTML file.";
    xhtml in drafts: "An XHTML file.";
    subtitles in drafts: "A file of subtitles.";
    word in drafts: "Parts of a Word file, separated by bytes 0xFF.";
    package in drafts: "A Word file as it is.";
    copy in copy: "Choices of the grammar of drafts with slips.";
    versions in copy: "Choices of the grammar for two versions of a draft.";
    pattern in languages: "A pattern, and after a line end a text.";
    rules in languages: "A rule file.";
    config in languages: "A configuration file, a style, or weights.";
    quantities in languages: "A text with numbers, dates and units.";
    stets in lists: "A suppression list.";
    words in lists: "The kind of a list in one byte, the list, and after a byte 0 a text.";
    vocabulary in stored: "A prepared list.";
    sources in stored: "An index of sources.";
    model in stored: "Changes of the light model: triples of bytes that say where, and what is there instead.";
    journal in desk: "The journal of a reading.";
    requests in desk: "Requests to the desk, separated by bytes 0xFF.";
    editor in servers: "What an editor does with a document, in steps separated by bytes 0xFF.";
    agent in servers: "Messages of an agent, one a line.";
    documents in streams: "The length of the pieces in one byte, and lines that are documents.";
}
