//! Powers of one base that are faster than the library's for any base: the exponent's four parts share their squarings, 64 instead
//! of 256 (the comb method of Lim and Lee, [HAC 14.117](https://cacr.uwaterloo.ca/hac/about/chap14.pdf)).

use crypto_bigint::modular::BoxedMontyForm;
use crypto_bigint::{BoxedUint, CtAssign as _, CtEq as _, SquareAssign as _};
use zeroize::Zeroizing;

use super::sizes::HASH_BITS;

/// Parts of the exponent. The table has an entry for each set of them.
const PARTS: u32 = 4;
const PART_BITS: u32 = HASH_BITS / PARTS;

pub(super) struct Comb {
    /// At an index, the product of base^(2^(64 * part)) for every part whose bit the index has.
    table: Vec<BoxedMontyForm>,
    one: BoxedMontyForm,
}

impl Comb {
    pub(super) fn new(base: BoxedMontyForm) -> Self {
        let one = BoxedMontyForm::one(base.params());
        let mut table = vec![one.clone()];
        let mut power = base;
        for _ in 0..PARTS {
            let with_power: Vec<_> = table.iter().map(|entry| entry.mul(&power)).collect();
            table.extend(with_power);
            for _ in 0..PART_BITS {
                power = power.square();
            }
        }
        Self { table, one }
    }

    /// The base to the power of an exponent of 256 bits. Which instructions run and which memory is read does not depend on the
    /// exponent.
    pub(super) fn pow(&self, exponent: &BoxedUint) -> Zeroizing<BoxedMontyForm> {
        debug_assert_eq!(exponent.bits_precision(), HASH_BITS);
        let mut power = Zeroizing::new(self.one.clone());
        let mut factor = Zeroizing::new(self.one.clone());
        for place in (0..PART_BITS).rev() {
            let wanted = (0..PARTS).fold(0, |index, part| {
                index | exponent.bit(part * PART_BITS + place).to_u8() << part
            });
            for (index, entry) in (0_u8..).zip(&self.table) {
                let is_wanted = index.ct_eq(&wanted);
                let chosen = factor.as_montgomery_mut();
                chosen.ct_assign(entry.as_montgomery(), is_wanted);
            }
            power.square_assign();
            *power *= &*factor;
        }
        power
    }
}
