//! Tests of checking and fixing with all built-in rules.

mod markup;
mod mutated;
mod properties;
mod protected;
mod structure;

use crate::builtin;
use crate::engine::Engine;

#[test]
fn no_built_in_rule_is_tried_at_every_character() {
    let engine = Engine::new(builtin::rules());
    assert_eq!(engine.tried_everywhere().collect::<Vec<_>>(), Vec::<&str>::new());
}
