//! Values that the build wrote down and that are read when they are first asked for: a start of zhubi pays for the
//! rules that run, and for the patterns that are tried.

use std::ops::Deref;
use std::sync::OnceLock;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};

/// A value, or the bytes it was written down in until somebody looks at it.
#[derive(Debug, Clone)]
pub struct Stored<T> {
    bytes: Box<[u8]>,
    value: OnceLock<T>,
}

impl<T> From<T> for Stored<T> {
    fn from(value: T) -> Stored<T> {
        Stored { bytes: Box::default(), value: OnceLock::from(value) }
    }
}

impl<T: DeserializeOwned> Deref for Stored<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.get_or_init(|| postcard::from_bytes(&self.bytes).expect("the build wrote it with this very code"))
    }
}

impl<T: Serialize + DeserializeOwned> Serialize for Stored<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&postcard::to_stdvec(&**self).map_err(ser::Error::custom)?)
    }
}

impl<'de, T> Deserialize<'de> for Stored<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Stored<T>, D::Error> {
        let bytes = <&[u8]>::deserialize(deserializer)?.into();
        Ok(Stored { bytes, value: OnceLock::new() })
    }
}
