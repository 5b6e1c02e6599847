//! `numeral`: a numeral into which something slipped: 2O23, 7。4, 3，260, 二〇2三.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::check::general::pattern::Exclusion;
use crate::check::options::OptionError;
use crate::check::{Anchor, AnchorCheck, AnchorIndex, Attempt, Compile, Hit};
use crate::finding::FixSafety;
use crate::lexicon::Lexicon;
use crate::matcher::{Classes, FIRST_CHAR_MASK, NearbyMasks, Scratch};
use crate::quantity::Slip;
use crate::text::Category;

/// Options of a numeral check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumeralOptions {
    /// What slipped in.
    slip: Slip,
    /// Exclusions: see [`Exclusion`].
    #[serde(default)]
    unless: Vec<Spanned<String>>,
}

/// Numerals into which one kind of thing slipped.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Numeral {
    slip: Slip,
    exclusions: Vec<Exclusion>,
}

impl Compile for Numeral {
    type Options = NumeralOptions;

    fn compile(options: &NumeralOptions, classes: &Classes) -> Result<Numeral, OptionError> {
        Ok(Numeral { slip: options.slip, exclusions: Exclusion::compile(&options.unless, classes)? })
    }
}

impl AnchorCheck for Numeral {
    fn anchors(&self) -> Vec<Anchor> {
        let pairs: String = self.slip.pairs().into_iter().flat_map(|(first, second)| [first, second]).collect();
        let anchor = |masks| Anchor {
            index: AnchorIndex::ByPrevious(pairs.clone()),
            masks,
            required: Vec::new(),
            most_before: u32::MAX,
            most_from: u32::MAX,
        };
        neighbours(self.slip).into_iter().map(anchor).collect()
    }

    fn hit_at(&self, attempt: Attempt, scratch: &mut Scratch, _: &Lexicon) -> Option<Hit> {
        let Attempt { block, text, at, .. } = attempt;
        let numeral = self.slip.numeral_at(text, at)?;
        let is_excluded = Exclusion::any_excludes(&self.exclusions, text, numeral.span, scratch);
        let mut hit = Hit::new(block, numeral.span, numeral.meant);
        hit.at_most = match hit.to.len() {
            0 => FixSafety::None,
            1 => FixSafety::Safe,
            _ => FixSafety::Suggested,
        };
        (!is_excluded).then_some(hit)
    }
}

/// The categories of characters around the second character of a pair; one list for each way in which it can be there.
fn neighbours(slip: Slip) -> Vec<NearbyMasks> {
    const ANY: u64 = u64::MAX;
    const PREVIOUS: usize = FIRST_CHAR_MASK - 1;
    const NEXT: usize = FIRST_CHAR_MASK + 1;
    let digit = Category::mask_of(&[('0', '9')]);
    let digit_or_blank = digit | Category::mask_of(&[('０', '９'), (' ', ' ')]);
    let point = Category::mask_of(&[('.', '.')]);
    let with = |conditions: &[(usize, u64)]| {
        let mut masks = [ANY; 6];
        for (place, mask) in conditions {
            masks[*place] = *mask;
        }
        masks
    };
    match slip {
        Slip::Letter | Slip::Script => vec![[ANY; 6]],
        Slip::Point | Slip::Grouping | Slip::Blank | Slip::Form => vec![with(&[(NEXT, digit_or_blank | point)])],
        Slip::Year => {
            let numeral = digit | Category::mask_of(&[('一', '一'), ('〇', '〇')]);
            vec![with(&[(PREVIOUS - 1, numeral), (PREVIOUS, numeral)])]
        }
    }
}
