//! Servers for other programs over standard input and output: for editors, by the Language Server Protocol ([`lsp`]),
//! and for agents, by the Model Context Protocol ([`mcp`]). Both answer JSON-RPC messages, and know files only through
//! their [`Office`].

pub mod lsp;
pub mod mcp;
mod office;
mod transport;

pub use office::{Office, Place};
