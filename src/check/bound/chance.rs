//! Probabilities as integers.

/// A probability, in parts of [`CERTAIN`].
pub(super) type Chance = u128;

/// The probability of what is certain.
pub(super) const CERTAIN: Chance = 1_000_000_000_000_000;

/// A part of a whole, at most all of it; of nothing, nothing is 0, and everything else is all.
pub(super) fn share(part_us: u64, whole_us: u64) -> Chance {
    match part_us {
        0 => 0,
        _ if part_us >= whole_us => CERTAIN,
        _ => CERTAIN * u128::from(part_us) / u128::from(whole_us),
    }
}

/// The probability of two independent things together.
pub(super) fn both(one: Chance, other: Chance) -> Chance {
    one * other / CERTAIN
}

/// The probability of as many independent things, each as likely, together.
pub(super) fn power(one: Chance, count: u64) -> Chance {
    let (mut result, mut square, mut left) = (CERTAIN, one, count);
    while left > 0 {
        if left % 2 == 1 {
            result = both(result, square);
        }
        square = both(square, square);
        left /= 2;
    }
    result
}

/// The number of independent tries after which the probability that none has succeeded is at most
/// `rarely`; none if it is more than `most`.
pub(super) fn tries(success: Chance, rarely: Chance, most: u64) -> Option<u64> {
    let (mut failed, mut tries) = (CERTAIN, 0);
    while failed > rarely {
        if tries == most {
            return None;
        }
        failed = (failed * (CERTAIN - success)).div_ceil(CERTAIN);
        tries += 1;
    }
    Some(tries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_make_a_failure_rare() {
        let rarely = CERTAIN / 1_000_000_000;
        assert_eq!(tries(CERTAIN, rarely, 1_000), Some(1));
        assert_eq!(tries(CERTAIN / 2, rarely, 30), Some(30), "2^-30 is below 1e-9, 2^-29 is not");
        assert_eq!(tries(CERTAIN / 2, rarely, 29), None, "more than are counted");
        assert_eq!(tries(0, rarely, 1_000), None);
    }
}
