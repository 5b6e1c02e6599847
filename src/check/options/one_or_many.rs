//! The type of options that accept one string or an array of strings.

use std::fmt;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use toml::Spanned;

/// One string or several: `to = "，"`, `to = ["，", "、"]`.
#[derive(Debug, Clone)]
pub struct OneOrMany(Vec<Spanned<String>>);

impl OneOrMany {
    /// The strings, each with its place in the rule file.
    pub fn as_slice(&self) -> &[Spanned<String>] {
        &self.0
    }
}

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<OneOrMany, D::Error> {
        /// Reads a string, to which it gives an empty span, or an array of strings with their spans.
        struct Values;

        impl<'de> Visitor<'de> for Values {
            type Value = OneOrMany;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("一个字符串，或几个字符串的数组")
            }

            fn visit_str<E>(self, value: &str) -> Result<OneOrMany, E> {
                Ok(OneOrMany(vec![Spanned::new(0..0, value.to_owned())]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<OneOrMany, A::Error> {
                let mut many = Vec::new();
                while let Some(value) = values.next_element()? {
                    many.push(value);
                }
                Ok(OneOrMany(many))
            }
        }

        /// A type that the visitor reads, because `Spanned` needs a type, not a visitor.
        struct Unplaced(OneOrMany);

        impl<'de> Deserialize<'de> for Unplaced {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Unplaced, D::Error> {
                deserializer.deserialize_any(Values).map(Unplaced)
            }
        }

        // The visitor cannot see the span of a single string; it is the span of the whole value.
        let whole = Spanned::<Unplaced>::deserialize(deserializer)?;
        let whole_span = whole.span();
        let Unplaced(mut values) = whole.into_inner();
        for value in values.0.iter_mut().filter(|value| value.span().is_empty()) {
            *value = Spanned::new(whole_span.clone(), std::mem::take(value.get_mut()));
        }
        Ok(values)
    }
}
