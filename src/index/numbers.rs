//! Tables of numbers that are used in the form in which the build stored them.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A table of records of `SIZE` bytes each. It borrows what the build stored, or owns what was made at start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Records<const SIZE: usize>(Cow<'static, [[u8; SIZE]]>);

/// A table of 16-bit numbers in little-endian order.
pub type U16s = Records<2>;
/// A table of 32-bit numbers in little-endian order.
pub type U32s = Records<4>;
/// A table of 128-bit numbers in little-endian order.
pub type U128s = Records<16>;

impl<const SIZE: usize> Records<SIZE> {
    /// The records, in order.
    #[inline]
    pub fn as_slice(&self) -> &[[u8; SIZE]] {
        &self.0
    }
}

impl<const SIZE: usize> FromIterator<[u8; SIZE]> for Records<SIZE> {
    fn from_iter<I: IntoIterator<Item = [u8; SIZE]>>(records: I) -> Self {
        Records(records.into_iter().collect())
    }
}

macro_rules! numbers {
    ($($size:literal: $Number:ty;)+) => {$(
        impl Records<$size> {
            /// The number with this index.
            ///
            /// # Panics
            /// If there are not so many.
            #[inline]
            pub fn get(&self, index: usize) -> $Number {
                <$Number>::from_le_bytes(self.0[index])
            }
        }

        impl FromIterator<$Number> for Records<$size> {
            fn from_iter<I: IntoIterator<Item = $Number>>(numbers: I) -> Self {
                numbers.into_iter().map(<$Number>::to_le_bytes).collect()
            }
        }
    )+};
}

numbers! {
    2: u16;
    4: u32;
    16: u128;
}

impl<const SIZE: usize> Serialize for Records<SIZE> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0.as_flattened())
    }
}

impl<'de: 'static, const SIZE: usize> Deserialize<'de> for Records<SIZE> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = <&'static [u8]>::deserialize(deserializer)?;
        match bytes.as_chunks() {
            (records, []) => Ok(Records(records.into())),
            _ => Err(de::Error::custom("the bytes are not a whole number of records")),
        }
    }
}

/// Lists of 16-bit numbers, one after the other in one table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Lists {
    /// The start of each list in `members`, and the end of the last.
    starts: U32s,
    members: U16s,
}

impl Lists {
    /// The number of lists.
    pub fn len(&self) -> usize {
        self.starts.as_slice().len().saturating_sub(1)
    }

    /// The members of the list with this index.
    #[inline]
    pub fn get(&self, index: usize) -> impl ExactSizeIterator<Item = u16> + '_ {
        let (start, end) = (self.starts.get(index) as usize, self.starts.get(index + 1) as usize);
        self.members.as_slice()[start..end].iter().map(|member| u16::from_le_bytes(*member))
    }
}

impl FromIterator<Vec<u16>> for Lists {
    fn from_iter<I: IntoIterator<Item = Vec<u16>>>(lists: I) -> Lists {
        let (mut starts, mut members) = (vec![0], Vec::new());
        for list in lists {
            members.extend(list);
            starts.push(members.len() as u32);
        }
        Lists { starts: starts.into_iter().collect(), members: members.into_iter().collect() }
    }
}
