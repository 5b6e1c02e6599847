//! A model of which character fits where, trained on text, that finds wrong characters by their context.
//!
//! `train` counts sequences of characters ([`count`]), estimates how likely a character is after others ([`smooth`]) and
//! stores that in eight bits each ([`quantize`], [`fuse`], [`ngram`]) in a file ([`container`]). A reader borrows the file
//! and copies nothing.

mod alternatives;
mod archive;
mod boost;
mod calibrate;
mod confusables;
mod container;
pub mod corrections;
mod count;
mod decision;
mod evaluate;
mod fuse;
mod lessons;
mod math;
mod ngram;
mod quantize;
mod reader;
mod reading;
mod scorer;
mod slips;
mod smooth;
mod softmax;
mod storage;
mod symbols;
mod topic;
mod train;
mod triples;
mod words;

pub use calibrate::{Material, Rates};
pub use container::Sections;
pub use evaluate::{Judged, alarms, threshold};
pub use reader::Reader;
pub use scorer::Model;
pub use storage::map;
#[cfg(any(test, fuzzing))]
pub use symbols::Symbols;
pub use train::{Size, Text};

/// The number of symbols in the longest sequences that are counted.
const ORDER: usize = 5;
