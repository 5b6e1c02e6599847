use crate::Fault;

/// The faults of this family.
pub const FAULTS: &[Fault] = &[];
