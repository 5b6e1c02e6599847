//! Values that the build script serializes and that are deserialized on first use. Startup therefore only pays for the
//! rules that run and the patterns that are attempted.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::OnceLock;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};

/// A value that may still be in serialized form. It is deserialized on the first dereference.
#[derive(Debug, Clone)]
pub struct Stored<T> {
    /// The serialized form from which the value is read; empty if this was made from a value.
    bytes: Cow<'static, [u8]>,
    value: OnceLock<Box<T>>,
}

impl<T> From<T> for Stored<T> {
    fn from(value: T) -> Stored<T> {
        Stored { bytes: Cow::default(), value: OnceLock::from(Box::new(value)) }
    }
}

impl<T> Stored<T> {
    /// Creates a value from `bytes`, which [`Stored::bytes`] produced. Dereferencing it panics if the bytes are
    /// invalid.
    pub fn read(bytes: &'static [u8]) -> Stored<T> {
        Stored { bytes: bytes.into(), value: OnceLock::new() }
    }
}

impl<T: Serialize + DeserializeOwned> Stored<T> {
    /// Serializes the value.
    pub fn bytes(&self) -> Result<Vec<u8>, postcard::Error> {
        postcard::to_stdvec(&**self)
    }
}

impl<T: DeserializeOwned> Deref for Stored<T> {
    type Target = T;

    fn deref(&self) -> &T {
        let decode = || postcard::from_bytes(&self.bytes).expect("the build serialized the value with the same code");
        self.value.get_or_init(|| Box::new(decode()))
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

/// Stores a text as bytes. Use it by `#[serde(with = "crate::stored::text")]` for long texts: serde's own form is checked
/// character by character when it is deserialized, this one several characters at a time.
pub mod text {
    use serde::{Deserialize, Deserializer, Serializer, de};

    #[allow(missing_docs)]
    pub fn serialize<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(text.as_bytes())
    }

    #[allow(missing_docs)]
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
        let text = simdutf8::basic::from_utf8(<&[u8]>::deserialize(deserializer)?).map_err(de::Error::custom)?;
        Ok(text.to_owned())
    }
}
