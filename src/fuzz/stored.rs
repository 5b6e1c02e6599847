//! Targets on files that the program has written itself, and that may be damaged.

use std::sync::Arc;

use super::lists;
use crate::builtin;
use crate::house::{House, SourceReader, Vocabulary};
use crate::model::{Model, Sections, Symbols};
use crate::sources::{SourceFolders, Sources};

/// What is looked for in damaged files.
const TEXT: &str = "江城市第二届山货节昨天开幕，市长赵明华说：“要把路修通，别的慢慢来。”代表们认真审义了报告。";

/// A prepared list that is damaged is refused, or finds what stands in the text.
pub fn vocabulary(input: &[u8]) {
    let Some(vocabulary) = Vocabulary::read("表.txt", input.to_vec()) else { return };
    for form in (0..vocabulary.len().min(1000) as u32).chain([u32::MAX]) {
        let _ = (vocabulary.text(form), vocabulary.line(form), vocabulary.right_of(form));
    }
    lists::find(&House::new(vec![Arc::new(vocabulary)]), TEXT);
}

/// An index of sources that is damaged is refused, or finds nothing.
pub fn sources(input: &[u8]) {
    let Some(sources) = Sources::of_bytes(input.to_vec()) else { return };
    let folders = SourceFolders(vec![sources]);
    for quotation in ["要把路修通，别的慢慢来", "代表们认真审义了报告和这一年的计划"] {
        let variant = folders.variant(quotation);
        assert!(variant.iter().flat_map(|it| &it.changes).all(|it| quotation.get(it.span.clone()).is_some()));
    }
}

/// A model that is damaged is refused, or doubts characters of the text.
pub fn model(input: &[u8]) {
    const CHANGE: usize = 5;
    let Some(light) = builtin::LIGHT_MODEL else { return };
    let mut bytes = light.to_vec();
    for change in input.chunks_exact(CHANGE) {
        let at = u32::from_le_bytes([change[0], change[1], change[2], change[3]]) as usize % bytes.len();
        bytes[at] = change[4];
    }
    let Ok(model) = Sections::read(&bytes).and_then(|sections| Model::new(&sections)) else { return };
    let mut symbols = Symbols::default();
    symbols.read(TEXT);
    let count = symbols.symbols().len();
    assert!(model.suspicions(&symbols).iter().all(|suspicion| suspicion.at < count));
}
