//! The only random numbers in the world.
//!
//! All of them come from one named, portable generator and a few lines of integer arithmetic. The
//! sampling functions of a library may change their values from one release to the next, and a seed
//! in a tutorial must keep its meaning.

use rand::SeedableRng;
use rand::rand_core::Rng;
use rand::rngs::Xoshiro256PlusPlus;

use super::settings::Range;

/// A probability of 1, in millionths.
pub const CERTAIN_PPM: u32 = 1_000_000;

/// The random generator. Two that are equal draw the same numbers from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dice(Xoshiro256PlusPlus);

impl Dice {
    /// The generator that follows from a seed.
    pub fn new(seed: u64) -> Dice {
        Dice(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// A uniform number below `bound`; 0 if the bound is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        if bound <= 1 {
            return 0;
        }
        // Lemire's method: multiply and keep the upper half, and draw again in the few cases that
        // would favour some results. A lower half of at least the bound is never one of these
        // cases, so nearly every draw does without the division.
        loop {
            let product = u128::from(self.0.next_u64()) * u128::from(bound);
            let lower = product as u64;
            if lower >= bound || lower >= bound.wrapping_neg() % bound {
                return (product >> 64) as u64;
            }
        }
    }

    /// A uniform number from the range, both ends included.
    pub fn within(&mut self, range: Range) -> u64 {
        match range.max_us - range.min_us {
            u64::MAX => self.0.next_u64(),
            width => range.min_us + self.below(width + 1),
        }
    }

    /// The next four numbers to be drawn. They identify the generator's state, which is four words.
    pub(super) fn outlook(&self) -> [u64; 4] {
        let mut ahead = self.0.clone();
        std::array::from_fn(|_| ahead.next_u64())
    }

    /// True with this probability in millionths. Probabilities of 0 and 1 draw no number.
    pub fn chance(&mut self, probability_ppm: u32) -> bool {
        match probability_ppm {
            0 => false,
            CERTAIN_PPM.. => true,
            _ => self.below(u64::from(CERTAIN_PPM)) < u64::from(probability_ppm),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Known answers: if these change, every seed that was ever written down means something else.
    #[test]
    fn known_answers() {
        let mut dice = Dice::new(42);
        assert_eq!(dice.0.next_u64(), 15_021_278_609_987_233_951);
        assert_eq!(dice.0.next_u64(), 5_881_210_131_331_364_753);
        let mut dice = Dice::new(1);
        let drawn: Vec<u64> = (0..8).map(|_| dice.below(1000)).collect();
        assert_eq!(drawn, KNOWN);
    }

    const KNOWN: [u64; 8] = [811, 747, 100, 746, 184, 590, 986, 523];

    #[test]
    fn ranges_include_both_ends() {
        let mut dice = Dice::new(7);
        let range = Range { min_us: 3, max_us: 5 };
        let mut seen = [0; 3];
        for _ in 0..300 {
            seen[dice.within(range) as usize - 3] += 1;
        }
        assert!(seen.iter().all(|&count| count > 50), "{seen:?}");
        assert_eq!(dice.within(Range::exactly(9)), 9);
        assert!(!dice.chance(0) && dice.chance(CERTAIN_PPM));
    }
}
