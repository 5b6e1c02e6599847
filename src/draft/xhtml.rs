//! XHTML by its name. A page that is XHTML by what it declares is read alike (see [`super::html`]).

use super::{FormatDefinition, Reader, html};

pub const FORMAT: FormatDefinition =
    FormatDefinition { extensions: &["xhtml", "xht"], reader: Reader::Text(html::read_xhtml), escape: html::escape };
