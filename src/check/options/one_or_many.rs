//! An option that is one value or several.

use std::fmt;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use toml::Spanned;

/// One value or several: `to = "，"`, `to = ["，", "、"]`.
#[derive(Debug, Clone)]
pub struct OneOrMany(Vec<Spanned<String>>);

impl OneOrMany {
    pub fn as_slice(&self) -> &[Spanned<String>] {
        &self.0
    }
}

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<OneOrMany, D::Error> {
        /// One string, or several that know where they stand.
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

        // The place of a single string is that of the whole value; the visitor cannot see it.
        let whole = Spanned::<Agreement>::deserialize(deserializer)?;
        let place = whole.span();
        let mut values = whole.into_inner().0;
        for value in values.0.iter_mut().filter(|value| value.span().is_empty()) {
            *value = Spanned::new(place.clone(), std::mem::take(value.get_mut()));
        }
        return Ok(values);

        struct Agreement(OneOrMany);

        impl<'de> Deserialize<'de> for Agreement {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Agreement, D::Error> {
                deserializer.deserialize_any(Values).map(Agreement)
            }
        }
    }
}
