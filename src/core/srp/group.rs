//! The group: integers modulo the 3072-bit prime of [RFC 3526](https://www.rfc-editor.org/rfc/rfc3526#section-4), and powers of 2.

use std::sync::LazyLock;

use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, ConcatenatingMul as _, Odd, U256, U3072};
use zeroize::Zeroizing;

use super::comb::Comb;

/// N.
pub(super) const PRIME: Odd<U3072> = Odd::<U3072>::from_be_hex(concat!(
    "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd",
    "ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed",
    "ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f",
    "83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b",
    "e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa0510",
    "15728e5a8aaac42dad33170d04507a33a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7",
    "abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864d87602733ec86a64521f2b18177b200c",
    "bbe117577a615d6c770988c0bad946e208e24fa074e5ab3143db5bfce0fd108e4b82d120a93ad2caffffffffffffffff",
));

/// g.
pub(super) const GENERATOR: U3072 = U3072::from_u8(2);

/// k: the hash of N and g.
pub(super) const MULTIPLIER: U256 =
    U256::from_be_hex("538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6");

pub(super) static GROUP: LazyLock<Group> = LazyLock::new(Group::new);

pub(super) struct Group {
    params: BoxedMontyParams,
    /// Of g.
    pub(super) powers: Comb,
    multiplier: BoxedMontyForm,
}

impl Group {
    fn new() -> Self {
        let params = BoxedMontyParams::new_vartime(PRIME.into());
        let element = |integer| BoxedMontyForm::new(BoxedUint::from(integer), &params);
        Self {
            powers: Comb::new(element(GENERATOR)),
            multiplier: element(MULTIPLIER.resize()),
            params,
        }
    }

    /// A: what the client publishes of the exponent `a`.
    pub(super) fn public(&self, a: &BoxedUint) -> BoxedUint {
        self.powers.pow(a).retrieve()
    }

    #[cfg(test)]
    pub(super) fn generator(&self) -> BoxedMontyForm {
        BoxedMontyForm::new(GENERATOR.into(), &self.params)
    }

    /// S = (B - k * g^x)^(a + u * x), which the server can compute too if its verifier of the password is of the same `x`. None if B
    /// is 0 modulo N: S would be known to anybody who sees A.
    pub(super) fn premaster(
        &self,
        a: &BoxedUint,
        b: &BoxedUint,
        u: &BoxedUint,
        x: &BoxedUint,
    ) -> Option<Zeroizing<BoxedUint>> {
        let b = BoxedMontyForm::new(b.clone(), &self.params);
        if bool::from(b.is_zero()) {
            return None;
        }
        let verifier = self.powers.pow(x);
        let blinding = Zeroizing::new(self.multiplier.mul(&verifier));
        let base = Zeroizing::new(b.sub(&blinding));
        let product = Zeroizing::new(u.concatenating_mul(x));
        let exponent = Zeroizing::new(product.concatenating_add(a));
        // The time of a power depends on this number only.
        let bits = a.bits_precision().max(product.bits_precision()) + 1;
        let premaster = Zeroizing::new(base.pow_bounded_exp(&exponent, bits));
        Some(Zeroizing::new(premaster.retrieve()))
    }
}
