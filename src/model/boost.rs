//! Gradient boosting: a sum of small decision trees, each of which corrects what the ones before it leave.

use super::math::probability;
use crate::error::{Error, ErrorKind, Result};
use crate::parallel;

/// The number of trees.
const TREES: usize = 60;
/// The largest number of leaves of a tree.
const LEAVES: usize = 20;
/// The share of its correction that a tree makes.
const RATE: f64 = 0.07;
/// The least sum of the curvature in a leaf, so that no leaf rests on a few examples.
const LEAST_CURVATURE: f64 = 4.0;
/// The penalty for large values.
const PENALTY: f64 = 2.0;
/// The number of ranges into which the values of a feature are divided.
const BINS: usize = 64;
/// The mark of a leaf in place of a feature.
const LEAF: u16 = u16::MAX;

/// The examples to learn from.
pub struct Examples<'e> {
    /// The features of each.
    pub features: Vec<&'e [f32]>,
    pub is_positive: Vec<bool>,
    /// The logarithm of the odds that is known of each before.
    pub known: Vec<f32>,
}

/// Trees.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trees {
    nodes: Vec<Node>,
    /// Where each tree begins.
    roots: Vec<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Node {
    /// The feature that decides, or [`LEAF`].
    feature: u16,
    /// The node to go to if the feature is above the value; the one for others follows this node.
    above: u16,
    /// The limit, or the value of the leaf.
    value: f32,
}

/// Examples that reach the same leaf.
struct Leaf {
    node: usize,
    members: Vec<u32>,
    split: Option<Split>,
}

/// How a leaf is best divided.
#[derive(Debug, Clone, Copy)]
struct Split {
    feature: usize,
    /// The last bin of the lower part.
    bin: usize,
    gain: f64,
}

/// The sum of slopes and of curvatures of the loss.
type Sums = (f64, f64);

/// The value of each feature of each example as the number of its range.
struct Binned {
    /// For each feature, the upper limits of the ranges.
    limits: Vec<Vec<f32>>,
    /// For each feature, the range of each example.
    bins: Vec<Vec<u8>>,
}

impl Binned {
    fn new(examples: &Examples) -> Binned {
        let count = examples.features.first().map_or(0, |features| features.len());
        let features: Vec<usize> = (0..count).collect();
        let columns = parallel::map(&features, |&feature| {
            let values: Vec<f32> = examples.features.iter().map(|all| all[feature]).collect();
            let mut sorted = values.clone();
            sorted.sort_by(f32::total_cmp);
            let mut limits: Vec<f32> = (1..BINS).map(|bin| sorted[bin * (sorted.len() - 1) / BINS]).collect();
            limits.dedup();
            let bins = values.iter().map(|&value| limits.partition_point(|&limit| limit < value) as u8).collect();
            (limits, bins)
        });
        let (limits, bins) = columns.into_iter().unzip();
        Binned { limits, bins }
    }
}

impl Trees {
    /// Learns trees that tell the positive examples from the others.
    pub fn learn(examples: &Examples) -> Trees {
        let mut trees = Trees::default();
        if examples.features.is_empty() {
            return trees;
        }
        let binned = Binned::new(examples);
        let mut scores: Vec<f64> = examples.known.iter().map(|&known| f64::from(known)).collect();
        for _ in 0..TREES {
            let slopes: Vec<Sums> = (0..scores.len()).map(|index| slope(examples, index, scores[index])).collect();
            trees.grow(&binned, &slopes, &mut scores);
        }
        trees
    }

    /// Adds a tree, and what it says of each example to `scores`.
    fn grow(&mut self, binned: &Binned, slopes: &[Sums], scores: &mut [f64]) {
        let mut tree = vec![Growing::Leaf];
        let all: Vec<u32> = (0..slopes.len() as u32).collect();
        let mut leaves = vec![Leaf { node: 0, split: best_split(binned, slopes, &all), members: all }];
        while leaves.len() < LEAVES {
            let gains = leaves.iter().enumerate().filter_map(|(index, leaf)| Some((index, leaf.split?.gain)));
            // The first of the largest, so that the result is always the same.
            let best = gains.fold(
                None,
                |best: Option<(usize, f64)>, it| if best.is_some_and(|b| b.1 >= it.1) { best } else { Some(it) },
            );
            let Some((index, _)) = best else { break };
            let leaf = leaves.swap_remove(index);
            let Some(split) = leaf.split else { break };
            let is_above = |&member: &u32| usize::from(binned.bins[split.feature][member as usize]) > split.bin;
            let (above, below): (Vec<u32>, Vec<u32>) = leaf.members.into_iter().partition(is_above);
            tree[leaf.node] = Growing::Inner {
                feature: split.feature,
                limit: binned.limits[split.feature][split.bin],
                first: tree.len(),
            };
            for members in [below, above] {
                let split = best_split(binned, slopes, &members);
                leaves.push(Leaf { node: tree.len(), split, members });
                tree.push(Growing::Leaf);
            }
        }
        let mut values = vec![0.0; tree.len()];
        for leaf in &leaves {
            let value = RATE * value_of(sum(slopes, &leaf.members));
            values[leaf.node] = value as f32;
            leaf.members.iter().for_each(|&member| scores[member as usize] += f64::from(value as f32));
        }
        self.roots.push(self.nodes.len() as u32);
        self.store(&tree, &values, 0);
    }

    /// Appends a node and all below it.
    fn store(&mut self, tree: &[Growing], values: &[f32], node: usize) {
        let place = self.nodes.len();
        let root = self.roots.last().map_or(0, |&root| root as usize);
        match tree[node] {
            Growing::Leaf => self.nodes.push(Node { feature: LEAF, above: 0, value: values[node] }),
            Growing::Inner { feature, limit, first } => {
                self.nodes.push(Node { feature: feature as u16, above: 0, value: limit });
                self.store(tree, values, first);
                self.nodes[place].above = (self.nodes.len() - root) as u16;
                self.store(tree, values, first + 1);
            }
        }
    }

    /// Returns the sum of what the trees say.
    pub fn score(&self, features: &[f32]) -> f32 {
        let value = |&root: &u32| {
            let root = root as usize;
            let mut at = root;
            loop {
                // The reader has checked that every path ends in a leaf.
                let node = self.nodes[at];
                match features.get(usize::from(node.feature)) {
                    None => return node.value,
                    Some(&value) if value > node.value => at = root + usize::from(node.above),
                    Some(_) => at += 1,
                }
            }
        };
        self.roots.iter().map(value).sum()
    }

    /// Returns the bytes of the trees.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = (self.roots.len() as u32).to_le_bytes().to_vec();
        bytes.extend(self.roots.iter().flat_map(|root| root.to_le_bytes()));
        for node in &self.nodes {
            bytes.extend(node.feature.to_le_bytes());
            bytes.extend(node.above.to_le_bytes());
            bytes.extend(node.value.to_le_bytes());
        }
        bytes
    }

    /// Reads the bytes of trees over `features` features.
    ///
    /// # Errors
    /// The bytes are damaged.
    pub fn read(bytes: &[u8], features: usize) -> Result<Trees> {
        Trees::read_valid(bytes, features)
            .ok_or_else(|| Error::new("模型文件里的判断树不完整。").of_kind(ErrorKind::InvalidFile))
    }

    fn read_valid(bytes: &[u8], features: usize) -> Option<Trees> {
        let (count, rest) = bytes.split_first_chunk::<4>()?;
        let (roots, nodes) = rest.split_at_checked((u32::from_le_bytes(*count) as usize).checked_mul(4)?)?;
        let roots: Vec<u32> = roots.as_chunks().0.iter().map(|root| u32::from_le_bytes(*root)).collect();
        let (nodes, rest) = nodes.as_chunks::<8>();
        let nodes: Vec<Node> = nodes
            .iter()
            .map(|&[a, b, c, d, e, f, g, h]| Node {
                feature: u16::from_le_bytes([a, b]),
                above: u16::from_le_bytes([c, d]),
                value: f32::from_le_bytes([e, f, g, h]),
            })
            .collect();
        // Every step goes forward and stays within the tree, so every path ends.
        let ends = roots.iter().skip(1).map(|&root| root as usize).chain([nodes.len()]);
        for (root, end) in roots.iter().map(|&root| root as usize).zip(ends) {
            let tree = nodes.get(root..end).filter(|tree| !tree.is_empty())?;
            let is_valid = |(at, node): (usize, &Node)| {
                let above = usize::from(node.above);
                let goes_on = usize::from(node.feature) < features && above > at + 1 && above < tree.len();
                node.value.is_finite() && (node.feature == LEAF || goes_on)
            };
            if !tree.iter().enumerate().all(is_valid) || tree.last()?.feature != LEAF {
                return None;
            }
        }
        rest.is_empty().then_some(Trees { nodes, roots })
    }
}

/// A node of a tree that is being made.
#[derive(Clone, Copy)]
enum Growing {
    Leaf,
    /// The node for lower values is `first`, the other one follows it.
    Inner {
        feature: usize,
        limit: f32,
        first: usize,
    },
}

/// Slope and curvature of the loss of an example.
fn slope(examples: &Examples, index: usize, score: f64) -> Sums {
    let expected = probability(score);
    let error = expected - if examples.is_positive[index] { 1.0 } else { 0.0 };
    (error, expected * (1.0 - expected))
}

fn sum(slopes: &[Sums], members: &[u32]) -> Sums {
    members.iter().fold((0.0, 0.0), |sum, &member| {
        let (slope, curvature) = slopes[member as usize];
        (sum.0 + slope, sum.1 + curvature)
    })
}

/// The value that lowers the loss most.
fn value_of((slope, curvature): Sums) -> f64 {
    -slope / (curvature + PENALTY)
}

/// How far the best value lowers the loss.
fn gain_of((slope, curvature): Sums) -> f64 {
    slope * slope / (curvature + PENALTY)
}

/// Returns the best way to divide examples; `None` if there is no good one.
fn best_split(binned: &Binned, slopes: &[Sums], members: &[u32]) -> Option<Split> {
    let whole = sum(slopes, members);
    if whole.1 < 2.0 * LEAST_CURVATURE {
        return None;
    }
    let features: Vec<usize> = (0..binned.bins.len()).collect();
    let best = parallel::map(&features, |&feature| {
        let bins = &binned.bins[feature];
        let mut sums = [(0.0, 0.0); BINS];
        for &member in members {
            let (slope, curvature) = slopes[member as usize];
            let sum: &mut Sums = &mut sums[usize::from(bins[member as usize])];
            *sum = (sum.0 + slope, sum.1 + curvature);
        }
        let mut best: Option<Split> = None;
        let mut below = (0.0, 0.0);
        for (bin, sum) in sums.iter().take(binned.limits[feature].len()).enumerate() {
            below = (below.0 + sum.0, below.1 + sum.1);
            let above = (whole.0 - below.0, whole.1 - below.1);
            if below.1 >= LEAST_CURVATURE && above.1 >= LEAST_CURVATURE {
                let gain = gain_of(below) + gain_of(above) - gain_of(whole);
                if gain > best.map_or(1e-6, |best| best.gain) {
                    best = Some(Split { feature, bin, gain });
                }
            }
        }
        best
    });
    best.into_iter()
        .flatten()
        .fold(None, |best, split| if best.is_some_and(|b: Split| b.gain >= split.gain) { best } else { Some(split) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fuse::mix;

    #[test]
    fn learns_what_no_sum_of_features_tells() {
        let rows: Vec<[f32; 3]> =
            (0..3000_u64).map(|row| [0, 1, 2].map(|index| (mix(row * 8 + index) % 1000) as f32 / 1000.0)).collect();
        let is_positive: Vec<bool> = rows.iter().map(|row| (row[0] > 0.5) != (row[1] > 0.3)).collect();
        let examples = Examples {
            features: rows.iter().map(|row| &row[..]).collect(),
            is_positive: is_positive.clone(),
            known: vec![0.0; rows.len()],
        };
        let trees = Trees::learn(&examples);
        assert_eq!(Trees::read(&trees.to_bytes(), 3).unwrap(), trees);
        assert!(Trees::read(&trees.to_bytes(), 1).is_err());
        assert!(Trees::read(&trees.to_bytes()[..99], 3).is_err());
        let right = rows.iter().zip(&is_positive).filter(|(row, is)| (trees.score(&row[..]) > 0.0) == **is).count();
        assert!(right > 2900, "{right}");
        assert_eq!(Trees::default().score(&[]), 0.0);
    }
}
