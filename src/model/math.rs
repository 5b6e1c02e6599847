//! Exponential and logarithm as software computes them: the same bits on every machine, which those of the system's library
//! are not. All else that models are computed by, sums in a fixed order and square roots, is exact by IEEE 754.

pub fn exp(value: f64) -> f64 {
    libm::exp(value)
}

pub fn ln(value: f64) -> f64 {
    libm::log(value)
}

/// The exponential in single precision.
pub fn exp_f32(value: f32) -> f32 {
    libm::expf(value)
}

/// The natural logarithm in single precision.
pub fn ln_f32(value: f32) -> f32 {
    libm::logf(value)
}

/// The probability whose odds have this logarithm.
pub fn probability(odds: f64) -> f64 {
    1.0 / (1.0 + exp(-odds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_those_of_every_machine() {
        assert_eq!([exp(1.5).to_bits(), ln(1.5).to_bits()], [0x4011_ed3f_e64f_c541, 0x3fd9_f323_ecbf_984c]);
        assert_eq!([exp_f32(1.5).to_bits(), ln_f32(1.5).to_bits()], [0x408f_69ff, 0x3ecf_991f]);
        assert!((probability(0.0) - 0.5).abs() < 1e-9);
    }
}
