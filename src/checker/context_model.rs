//! Models of context for users of the library.

use std::path::Path;
use std::sync::Arc;

use crate::context::ContextReader;
use crate::error::Result;
use crate::model::Reader;

/// A model of context: which character fits where. With it the rule `typo/context` finds wrong characters that no list
/// knows. Its bytes stay in memory until the program ends.
///
/// ```
/// use zhubi::{Checker, ContextModel};
///
/// let mut builder = Checker::builder();
/// // `None` if the crate was built without a model.
/// if let Some(model) = ContextModel::light()? {
///     builder = builder.context_model(model);
/// }
/// let checker = builder.build()?;
/// # Ok::<(), zhubi::Error>(())
/// ```
#[derive(Debug)]
pub struct ContextModel {
    reader: Reader,
}

impl ContextModel {
    /// Returns the light model, which is part of the crate, or `None` if the crate was built without it.
    ///
    /// # Errors
    /// None, if the crate was built with a model of its own version.
    pub fn light() -> Result<Option<ContextModel>> {
        Ok(Reader::light()?.map(|reader| ContextModel { reader }))
    }

    /// Opens a model file, such as `full.zhubi-model`.
    ///
    /// # Errors
    /// - [`Io`](crate::ErrorKind::Io): the file cannot be read.
    /// - [`InvalidFile`](crate::ErrorKind::InvalidFile): it is not a model, is of another version, or is damaged.
    pub fn open(path: impl AsRef<Path>) -> Result<ContextModel> {
        Ok(ContextModel { reader: Reader::open(path.as_ref())? })
    }

    /// Adds what a paper's own archive taught: a file that `zhubi model train` made from its text.
    ///
    /// # Errors
    /// Those of [`open`](ContextModel::open).
    pub fn with_own(self, path: impl AsRef<Path>) -> Result<ContextModel> {
        Ok(ContextModel { reader: self.reader.with_own(path.as_ref())? })
    }

    pub(super) fn into_reader(self) -> Arc<dyn ContextReader> {
        Arc::new(self.reader)
    }
}
