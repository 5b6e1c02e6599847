use crate::block::Fragment;

/// The fragments of HTML.
pub fn fragments(text: &str) -> Vec<Fragment> {
    super::plain::fragments(text)
}
