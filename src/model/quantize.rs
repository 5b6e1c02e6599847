//! Estimates in eight bits: a codebook of 256 pairs of logarithms.

use super::smooth::Estimate;
use crate::error::{Error, ErrorKind, Result};

/// The number of codes.
const CODES: usize = 256;
/// The number of groups of different [`Estimate::rest`], besides that of sequences that nothing extends.
const GROUPS: usize = 8;
/// The number of codes of a group.
const CODES_OF_GROUP: usize = 20;

/// The estimates that codes stand for. Codes are sorted by the rest, then by the last.
#[derive(Debug, Clone)]
pub struct Codebook {
    estimates: [Estimate; CODES],
}

impl Codebook {
    /// Chooses the estimates that stand for the given ones.
    pub fn new(estimates: &[Estimate]) -> Codebook {
        let mut extended: Vec<Estimate> = estimates.iter().copied().filter(|estimate| estimate.rest < 0.0).collect();
        let alone: Vec<f32> = estimates.iter().filter(|estimate| estimate.rest >= 0.0).map(|it| it.last).collect();
        extended.sort_by(|a, b| a.rest.total_cmp(&b.rest).then(a.last.total_cmp(&b.last)));
        let mut codes = Vec::with_capacity(CODES);
        if !extended.is_empty() {
            for group in 0..GROUPS {
                let part = &extended[group * extended.len() / GROUPS..(group + 1) * extended.len() / GROUPS];
                let rest = part.iter().map(|it| f64::from(it.rest)).sum::<f64>() / part.len().max(1) as f64;
                let lasts = part.iter().map(|it| it.last).collect();
                codes.extend(levels(lasts, CODES_OF_GROUP).map(|last| Estimate { last, rest: rest as f32 }));
            }
        }
        codes.extend(levels(alone, CODES - codes.len()).map(|last| Estimate { last, rest: 0.0 }));
        codes.sort_by(|a, b| a.rest.total_cmp(&b.rest).then(a.last.total_cmp(&b.last)));
        let mut book = [Estimate { last: 0.0, rest: 0.0 }; CODES];
        book.copy_from_slice(&codes);
        Codebook { estimates: book }
    }

    /// Returns the code that is nearest to an estimate.
    pub fn code_of(&self, estimate: Estimate) -> u8 {
        // What a sequence leaves for others matters as much as what it is worth; that nothing extends it is exact.
        let distance = |it: &Estimate| {
            let differs = (it.rest >= 0.0) != (estimate.rest >= 0.0);
            (it.last - estimate.last).abs() + (it.rest - estimate.rest).abs() + if differs { 100.0 } else { 0.0 }
        };
        // Only the two levels around the estimate in each group can be nearest.
        let groups = self.estimates.chunk_by(|a, b| a.rest == b.rest);
        let mut best = (f32::INFINITY, 0);
        let mut start = 0;
        for group in groups {
            let at = group.partition_point(|it| it.last < estimate.last);
            for (index, near) in group.iter().enumerate().take(at + 1).skip(at.saturating_sub(1)) {
                let distance = distance(near);
                if distance < best.0 {
                    best = (distance, start + index);
                }
            }
            start += group.len();
        }
        best.1 as u8
    }

    /// Returns the estimate that a code stands for.
    pub fn get(&self, code: u8) -> Estimate {
        self.estimates[usize::from(code)]
    }

    /// Returns the bytes of the codebook.
    pub fn to_bytes(&self) -> Vec<u8> {
        let numbers = self.estimates.iter().flat_map(|estimate| [estimate.last, estimate.rest]);
        numbers.flat_map(f32::to_le_bytes).collect()
    }

    /// Reads a codebook from its bytes.
    ///
    /// # Errors
    /// The bytes are not those of a codebook.
    pub fn read(bytes: &[u8]) -> Result<Codebook> {
        let (chunks, rest) = bytes.as_chunks();
        let numbers: Vec<f32> = chunks.iter().map(|chunk| f32::from_le_bytes(*chunk)).collect();
        if numbers.len() != 2 * CODES || !rest.is_empty() || !numbers.iter().all(|number| number.is_finite()) {
            return Err(Error::new("模型文件里的数值不完整。").of_kind(ErrorKind::InvalidFile));
        }
        let mut estimates = [Estimate { last: 0.0, rest: 0.0 }; CODES];
        for (estimate, pair) in estimates.iter_mut().zip(numbers.chunks(2)) {
            *estimate = Estimate { last: pair[0], rest: pair[1] };
        }
        Ok(Codebook { estimates })
    }
}

/// Chooses `count` levels for the values: each is the mean of as many of them, and the extremes have levels of their own.
fn levels(mut values: Vec<f32>, count: usize) -> impl Iterator<Item = f32> {
    values.sort_by(f32::total_cmp);
    let total = values.len();
    (0..count).map(move |level| {
        let part = &values[level * total / count..(level + 1) * total / count];
        match part {
            [] => values.get(level * total / count).copied().unwrap_or(0.0),
            _ => (part.iter().map(|&value| f64::from(value)).sum::<f64>() / part.len() as f64) as f32,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_near_the_estimates() {
        let estimates: Vec<Estimate> = (0..5000)
            .map(|i| Estimate {
                last: -((i * 37 % 1200) as f32) / 100.0,
                rest: -((i * 11 % 300).max(100) - 100) as f32 / 50.0,
            })
            .collect();
        let codebook = Codebook::new(&estimates);
        let read = Codebook::read(&codebook.to_bytes()).unwrap();
        for estimate in estimates {
            let coded = read.get(codebook.code_of(estimate));
            assert!((coded.last - estimate.last).abs() < 1.0 && (coded.rest - estimate.rest).abs() < 0.6);
            assert_eq!(coded.rest >= 0.0, estimate.rest >= 0.0);
        }
        assert!(Codebook::read(&[0; 5]).is_err());
    }
}
