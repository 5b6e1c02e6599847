//! zhubi (朱笔), the red pen of a Chinese newsroom: a proofreader that works from rule files.
//!
//! ```text
//! bytes ─draft─▶ Draft ─engine(rules)─▶ findings ─fix─▶ edits ─▶ report │ draft.rewrite ─▶ bytes
//! ```
//!
//! `ARCHITECTURE.md` describes the rooms of the house and what each may use.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod block;
pub mod builtin;
pub mod catalogue;
pub mod check;
pub mod cli;
pub mod compare;
pub mod config;
pub mod draft;
pub mod edit;
pub mod engine;
pub mod error;
pub mod example;
pub mod finding;
pub mod fix;
pub mod lexicon;
pub mod matcher;
pub mod quantity;
pub mod report;
pub mod revise;
pub mod rule;
pub mod stet;
pub mod stored;
pub mod text;
