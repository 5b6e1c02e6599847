//! zhubi (朱笔) is a rule-based proofreader for Chinese newspaper copy: punctuation, numbers, words, consistency and
//! facts, by the national standards.
//!
//! A [`Draft`] is a file in plain text, Markdown, HTML or Word. A [`Checker`] runs rules over it and returns
//! [`Finding`]s, each with the rule, the place, a message, the clause of the standard, and what could be written
//! instead. [`Checker::fix`] applies the suggestions and returns the bytes of the file, in its encoding and with
//! everything else unchanged.
//!
//! ```
//! use zhubi::{Checker, Draft, FixSafety, Format, Severity};
//!
//! let checker = Checker::new();
//! let draft = Draft::open("两地携手,共建联盟。\n".into(), Format::Plain)?;
//!
//! let findings = checker.check(&draft);
//! let comma = &findings[0];
//! assert_eq!(comma.rule, "punctuation/halfwidth-comma");
//! assert_eq!(comma.severity, Severity::Error);
//! assert_eq!((comma.start.line, comma.start.column), (1, 5));
//! assert_eq!(draft.text()[comma.range.clone()], *",");
//! assert_eq!(comma.suggestions, ["，"]);
//! println!("{}（{}）", comma.message, comma.source);
//!
//! // Safe fixes only. `FixSafety::Suggested` also applies fixes that need review.
//! let fixed = checker.fix(&draft, FixSafety::Safe)?;
//! assert_eq!(fixed.bytes, "两地携手，共建联盟。\n".as_bytes());
//! # Ok::<(), zhubi::Error>(())
//! ```
//!
//! # Features
//!
//! - `cli` (default): the command-line program. It enables the other features.
//! - `model`: models of context ([`ContextModel`]), which find wrong characters that fit their context less well than
//!   others. The light model is part of the program and adds 8 MB.
//! - `word`: Word files ([`Format::Word`]).
//! - `parallel`: the articles of a long draft are checked on several threads.

#![forbid(unsafe_code)]
#![warn(missing_docs)]
// Without the command-line program some items of the modules are unused.
#![cfg_attr(not(feature = "cli"), allow(dead_code, unused_imports))]

mod block;
mod builtin;
#[cfg(feature = "cli")]
mod catalogue;
mod check;
mod checker;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
mod compare;
mod config;
mod context;
#[cfg(feature = "cli")]
mod desk;
mod draft;
mod edit;
mod engine;
mod error;
mod example;
mod file;
mod finding;
mod fix;
#[cfg(all(feature = "cli", any(test, fuzzing)))]
pub mod fuzz;
#[cfg(feature = "cli")]
mod grade;
mod guard;
mod house;
mod index;
#[cfg(feature = "cli")]
mod learn;
mod lexicon;
mod matcher;
#[cfg(feature = "model")]
mod model;
mod parallel;
mod quantity;
#[cfg(feature = "cli")]
mod report;
#[cfg(feature = "cli")]
mod review;
mod revise;
mod rule;
#[cfg(feature = "cli")]
mod server;
#[cfg(feature = "cli")]
mod sheet;
#[cfg(feature = "cli")]
mod sources;
mod stet;
mod stored;
#[cfg(feature = "cli")]
mod stream;
mod text;

#[cfg(feature = "model")]
pub use checker::ContextModel;
pub use checker::{Checker, CheckerBuilder, Finding, Fixed, Related, Session};
pub use draft::{Draft, Encoding, Format};
pub use error::{Error, ErrorKind, Result};
pub use finding::{FixSafety, Severity};
pub use text::Position;
