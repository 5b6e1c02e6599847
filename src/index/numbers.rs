//! Tables of numbers that are used in the form in which they are stored: in little-endian order, without gaps.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A table of records of `SIZE` bytes each.
#[derive(Debug, Clone, Copy, Default)]
pub struct Records<'a, const SIZE: usize>(pub &'a [[u8; SIZE]]);

/// A table of 16-bit numbers.
pub type U16s<'a> = Records<'a, 2>;
/// A table of 32-bit numbers.
pub type U32s<'a> = Records<'a, 4>;

impl<'a> U16s<'a> {
    /// The numbers, in order.
    #[inline]
    pub fn iter(self) -> impl ExactSizeIterator<Item = u16> + Clone + use<'a> {
        self.0.iter().map(|bytes| u16::from_le_bytes(*bytes))
    }
}

impl U32s<'_> {
    /// The number with this index.
    ///
    /// # Panics
    /// If there are not so many.
    #[inline]
    pub fn get(self, index: usize) -> u32 {
        u32::from_le_bytes(self.0[index])
    }
}

impl<const SIZE: usize> Serialize for Records<'_, SIZE> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0.as_flattened())
    }
}

impl<'de: 'a, 'a, const SIZE: usize> Deserialize<'de> for Records<'a, SIZE> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match <&[u8]>::deserialize(deserializer)?.as_chunks() {
            (records, []) => Ok(Records(records)),
            _ => Err(de::Error::custom("the bytes are not a whole number of records")),
        }
    }
}

/// Lists of 16-bit numbers, one after the other in one table.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Lists<'a> {
    /// The start of each list in `members`, and the end of the last.
    #[serde(borrow)]
    starts: U32s<'a>,
    #[serde(borrow)]
    members: U16s<'a>,
}

impl<'a> Lists<'a> {
    /// The number of lists.
    pub fn len(self) -> usize {
        self.starts.0.len().saturating_sub(1)
    }

    /// The members of the list with this index.
    ///
    /// # Panics
    /// If there are not so many lists.
    #[inline]
    pub fn get(self, index: usize) -> impl ExactSizeIterator<Item = u16> + Clone + use<'a> {
        let (start, end) = (self.starts.get(index) as usize, self.starts.get(index + 1) as usize);
        Records(&self.members.0[start..end]).iter()
    }
}

/// Lists in memory, before they are stored.
#[derive(Debug, Default)]
pub struct ListsBuilder {
    starts: Vec<[u8; 4]>,
    members: Vec<[u8; 2]>,
}

impl ListsBuilder {
    /// The lists in the form in which they are used.
    pub fn view(&self) -> Lists<'_> {
        Lists { starts: Records(&self.starts), members: Records(&self.members) }
    }
}

impl<L: IntoIterator<Item = u16>> FromIterator<L> for ListsBuilder {
    fn from_iter<I: IntoIterator<Item = L>>(lists: I) -> ListsBuilder {
        let mut builder = ListsBuilder { starts: vec![[0; 4]], members: Vec::new() };
        for list in lists {
            builder.members.extend(list.into_iter().map(u16::to_le_bytes));
            builder.starts.push((builder.members.len() as u32).to_le_bytes());
        }
        builder
    }
}
