//! zhubi (朱笔), the red pen of a Chinese newsroom: a proofreader that works from rule files.
//!
//! ```text
//! bytes ─draft─▶ Draft ─engine(rules)─▶ findings ─fix─▶ edits ─▶ report │ draft.rewrite ─▶ bytes
//! ```
//!
//! `ARCHITECTURE.md` describes the rooms of the house and what each may use.

#![forbid(unsafe_code)]
#![warn(missing_docs)]
// Without the command-line program some items of the modules are unused.
#![cfg_attr(not(feature = "cli"), allow(dead_code, unused_imports))]

pub mod block;
pub mod builtin;
#[cfg(feature = "cli")]
pub mod catalogue;
pub mod check;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
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
pub mod parallel;
pub mod quantity;
#[cfg(feature = "cli")]
pub mod report;
pub mod revise;
pub mod rule;
pub mod stet;
pub mod stored;
pub mod text;
