//! Decides by its features whether a suspicion is reported.

use super::boost::{self, Trees};
use super::math::probability;
use super::scorer::{FEATURES, Features};
use crate::error::{Error, ErrorKind, Result};

/// The name of the section in a model file.
pub const SECTION: &str = "decision";
/// The number of terms of the sum: each feature, and its square.
const TERMS: usize = 2 * FEATURES;

/// An example to learn from.
#[derive(Debug, Clone)]
pub struct Example {
    pub features: Features,
    /// Whether the written character is wrong and the other one right.
    pub is_mistake: bool,
}

/// The scores that a suspicion needs to be reported.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Limits {
    /// As nearly certain.
    pub nearly_certain: f32,
    /// At all.
    pub suspicious: f32,
}

/// A logistic function of the features and their squares, and trees that correct it where it is in doubt.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    linear: Linear,
    trees: Trees,
    pub limits: Limits,
}

/// A logistic function of the features and their squares.
#[derive(Debug, Clone, PartialEq)]
struct Linear {
    /// For each feature, what is subtracted from it and what it is divided by.
    scales: [[f32; 2]; FEATURES],
    weights: [f32; TERMS],
    bias: f32,
}

/// The number of passes over the examples.
const PASSES: usize = 40;
/// The weight of the penalty for large weights.
const PENALTY: f64 = 1e-4;
/// A suspicion with lower odds than this is no mistake, whatever the trees say.
const DOUBTFUL: f32 = -6.0;

impl Decision {
    /// Learns to tell mistakes from other examples.
    pub fn learn(examples: &[&Example], limits: Limits) -> Decision {
        let linear = Linear::learn(examples);
        let known: Vec<f32> = examples.iter().map(|example| linear.score(&example.features)).collect();
        let in_doubt: Vec<(&Example, f32)> =
            examples.iter().copied().zip(known).filter(|&(_, known)| known > DOUBTFUL).collect();
        let trees = Trees::learn(&boost::Examples {
            features: in_doubt.iter().map(|(example, _)| &example.features[..]).collect(),
            is_positive: in_doubt.iter().map(|(example, _)| example.is_mistake).collect(),
            known: in_doubt.iter().map(|&(_, known)| known).collect(),
        });
        Decision { linear, trees, limits }
    }

    /// Returns the logarithm of the odds that a suspicion is a mistake.
    pub fn score(&self, features: &Features) -> f32 {
        let score = self.linear.score(features);
        if score > DOUBTFUL { score + self.trees.score(features) } else { score }
    }

    /// Returns the bytes of the section.
    pub fn to_bytes(&self) -> Vec<u8> {
        let limits = [self.limits.nearly_certain, self.limits.suspicious].map(f32::to_le_bytes).concat();
        [limits, self.linear.to_bytes(), self.trees.to_bytes()].concat()
    }

    /// Reads the bytes of the section.
    ///
    /// # Errors
    /// The bytes are damaged, or made for other features.
    pub fn read(bytes: &[u8]) -> Result<Decision> {
        let (limits, rest) = bytes.split_first_chunk::<8>().ok_or_else(mismatch)?;
        let &[a, b, c, d, e, f, g, h] = limits;
        let [nearly_certain, suspicious] = [[a, b, c, d], [e, f, g, h]].map(f32::from_le_bytes);
        let (linear, trees) = rest.split_at_checked(Linear::BYTES).ok_or_else(mismatch)?;
        let limits = Limits { nearly_certain, suspicious };
        Ok(Decision { linear: Linear::read(linear)?, trees: Trees::read(trees, FEATURES)?, limits })
    }
}

/// The error for a decision that other features were used for.
fn mismatch() -> Error {
    let error = Error::new("模型文件里的判断参数和这个程序不配套。").of_kind(ErrorKind::InvalidFile);
    error.help("请重新运行 zhubi model calibrate。")
}

impl Linear {
    /// The number of bytes in a model file.
    const BYTES: usize = 4 * (2 * FEATURES + TERMS + 1);

    /// Learns to tell mistakes from other examples.
    fn learn(examples: &[&Example]) -> Linear {
        let scales = scales(examples);
        let terms: Vec<[f32; TERMS]> = examples.iter().map(|example| terms(&scales, &example.features)).collect();
        // Gradient steps with a step size for each weight (AdaGrad), over small batches in a fixed order.
        let mut weights = [0.0_f64; TERMS + 1];
        let mut squares = [1e-6_f64; TERMS + 1];
        let order = shuffled(examples.len());
        for pass in 0..PASSES {
            let rate = 0.15 / (1.0 + pass as f64 / 8.0);
            for batch in order.chunks(256) {
                let mut gradient = [0.0_f64; TERMS + 1];
                for &index in batch {
                    let (terms, example) = (&terms[index as usize], &examples[index as usize]);
                    let sum: f64 = weights[TERMS] + dot(&weights, terms);
                    let expected = probability(sum);
                    let error = expected - if example.is_mistake { 1.0 } else { 0.0 };
                    let error = error / batch.len() as f64;
                    gradient.iter_mut().zip(terms).for_each(|(part, &term)| *part += error * f64::from(term));
                    gradient[TERMS] += error;
                }
                for index in 0..=TERMS {
                    let penalty = if index < TERMS { PENALTY * weights[index] } else { 0.0 };
                    let slope = gradient[index] + penalty;
                    squares[index] += slope * slope;
                    weights[index] -= rate * slope / squares[index].sqrt();
                }
            }
        }
        let mut linear = Linear { scales, weights: [0.0; TERMS], bias: weights[TERMS] as f32 };
        linear.weights.iter_mut().zip(weights).for_each(|(own, weight)| *own = weight as f32);
        linear
    }

    fn score(&self, features: &Features) -> f32 {
        let terms = terms(&self.scales, features);
        self.bias + terms.iter().zip(&self.weights).map(|(term, weight)| term * weight).sum::<f32>()
    }

    fn to_bytes(&self) -> Vec<u8> {
        let numbers = self.scales.iter().flatten().chain(&self.weights).chain([&self.bias]);
        numbers.flat_map(|number| number.to_le_bytes()).collect()
    }

    fn read(bytes: &[u8]) -> Result<Linear> {
        let numbers: Vec<f32> = bytes.as_chunks().0.iter().map(|chunk| f32::from_le_bytes(*chunk)).collect();
        if bytes.len() != Self::BYTES || !numbers.iter().all(|number| number.is_finite()) {
            return Err(mismatch());
        }
        let mut linear =
            Linear { scales: [[0.0; 2]; FEATURES], weights: [0.0; TERMS], bias: numbers[numbers.len() - 1] };
        linear.scales.iter_mut().flatten().zip(&numbers).for_each(|(own, number)| *own = *number);
        linear.weights.iter_mut().zip(&numbers[2 * FEATURES..]).for_each(|(own, number)| *own = *number);
        Ok(linear)
    }
}

fn dot(weights: &[f64], terms: &[f32; TERMS]) -> f64 {
    terms.iter().zip(weights).map(|(&term, weight)| f64::from(term) * weight).sum()
}

/// The terms of the sum for some features.
fn terms(scales: &[[f32; 2]; FEATURES], features: &Features) -> [f32; TERMS] {
    let mut terms = [0.0; TERMS];
    for index in 0..FEATURES {
        let [shift, scale] = scales[index];
        let scaled = ((features[index] - shift) / scale).clamp(-5.0, 5.0);
        terms[index] = scaled;
        terms[FEATURES + index] = scaled * scaled * 0.3;
    }
    terms
}

/// Mean and deviation of each feature.
fn scales(examples: &[&Example]) -> [[f32; 2]; FEATURES] {
    let total = examples.len().max(1) as f64;
    let mut scales = [[0.0; 2]; FEATURES];
    for (index, scale) in scales.iter_mut().enumerate() {
        let values = || examples.iter().map(|example| f64::from(example.features[index]));
        let mean = values().sum::<f64>() / total;
        let variance = values().map(|value| (value - mean) * (value - mean)).sum::<f64>() / total;
        *scale = [mean as f32, variance.sqrt().max(1e-3) as f32];
    }
    scales
}

/// The numbers below `count` in an order that is fixed and has no pattern.
fn shuffled(count: usize) -> Vec<u32> {
    let mut order: Vec<u32> = (0..count as u32).collect();
    order.sort_by_key(|&number| super::fuse::mix(u64::from(number) + 1));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn learns_what_separates_mistakes() {
        let example = |number: u64| {
            let mut features = [0.0; FEATURES];
            for (index, feature) in features.iter_mut().enumerate() {
                *feature = (super::super::fuse::mix(number * 64 + index as u64) % 1000) as f32 / 100.0;
            }
            Example { is_mistake: features[0] > 7.0 && features[1] < 6.0, features }
        };
        let examples: Vec<Example> = (0..4000).map(example).collect();
        let limits = Limits { nearly_certain: 2.0, suspicious: 0.5 };
        let decision = Decision::learn(&examples.iter().collect::<Vec<_>>(), limits);
        assert_eq!(Decision::read(&decision.to_bytes()).unwrap(), decision);
        let is_right = |example: &&Example| (decision.score(&example.features) > 0.0) == example.is_mistake;
        let right = examples.iter().filter(is_right).count();
        assert!(right > 3600, "{right}");
        assert!(Decision::read(&[0; 8]).is_err());
    }
}
