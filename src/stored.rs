//! Values that the build wrote down and that are read when they are first asked for: a start of zhubi pays for the
//! rules that run, and for the patterns that are tried.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::OnceLock;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};

/// A value, or the bytes it was written down in until somebody looks at it.
#[derive(Debug, Clone)]
pub struct Stored<T> {
    bytes: Cow<'static, [u8]>,
    value: OnceLock<Box<T>>,
}

impl<T> From<T> for Stored<T> {
    fn from(value: T) -> Stored<T> {
        Stored { bytes: Cow::default(), value: OnceLock::from(Box::new(value)) }
    }
}

impl<T> Stored<T> {
    /// A value as [`Stored::bytes`] gave it, in place. Whoever looks at the value of other bytes panics.
    pub fn read(bytes: &'static [u8]) -> Stored<T> {
        Stored { bytes: bytes.into(), value: OnceLock::new() }
    }
}

impl<T: Serialize + DeserializeOwned> Stored<T> {
    /// The value as it is written down.
    pub fn bytes(&self) -> Result<Vec<u8>, postcard::Error> {
        postcard::to_stdvec(&**self)
    }
}

impl<T: DeserializeOwned> Deref for Stored<T> {
    type Target = T;

    fn deref(&self) -> &T {
        let read = || postcard::from_bytes(&self.bytes).expect("the build wrote it with this very code");
        self.value.get_or_init(|| Box::new(read()))
    }
}

impl<T: Serialize + DeserializeOwned> Serialize for Stored<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.bytes().map_err(ser::Error::custom)?)
    }
}

impl<'de, T> Deserialize<'de> for Stored<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Stored<T>, D::Error> {
        let bytes = <&[u8]>::deserialize(deserializer)?.to_owned();
        Ok(Stored { bytes: bytes.into(), value: OnceLock::new() })
    }
}
