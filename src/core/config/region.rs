//! The region of the calls, and the region whose issuers and keys a pool has.

use super::form::{is_fips, is_label, is_region, prefix_of};
use super::wrong::refused;
use crate::core::error::AuthError;

const NAMED: &str = "COGNITO_REGION (option region)";
const AMBIENT: &str = "AWS_REGION (or AWS_DEFAULT_REGION)";

/// Every region that the settings name.
pub(super) struct Regions {
    named: Option<String>,
    ambient: Option<String>,
    pool: Option<String>,
    /// What an emulator's pool id begins with.
    emulated: Option<String>,
}

impl Regions {
    /// Checks their form. A region that becomes a part of a host name has the form of the AWS regions; with an endpoint
    /// it only becomes a part of a signature, and may be an emulator's.
    pub(super) fn parse(
        named: Option<String>,
        ambient: Option<String>,
        pool_id: Option<&str>,
        has_endpoint: bool,
    ) -> Result<Self, AuthError> {
        for (region, setting) in [(&named, NAMED), (&ambient, AMBIENT)] {
            // The replaced SDK checks this much, whether the region is used or not.
            if region.as_deref().is_some_and(|region| !is_label(region)) {
                return Err(invalid(setting));
            }
        }
        let prefix = pool_id.and_then(prefix_of);
        let of_form = |form: fn(&str) -> bool| prefix.filter(|text| form(text)).map(str::to_owned);
        let regions = Self {
            named,
            ambient,
            pool: of_form(is_region),
            emulated: of_form(is_label).filter(|_| has_endpoint),
        };
        match regions.chosen() {
            Some((region, setting)) if !has_endpoint && !is_region(region) => {
                let invalid = invalid(setting);
                Err(if is_fips(region) {
                    invalid.hint("Name the region alone. FIPS endpoints are switched on with AWS_USE_FIPS_ENDPOINT=true.")
                } else {
                    invalid
                })
            }
            _ => Ok(regions),
        }
    }

    /// The region of the calls.
    pub(super) fn of_calls(&self) -> Option<&str> {
        self.chosen().map(|(region, _)| region)
    }

    /// The region of the pool's issuers and keys: the one in its id, wherever the calls go.
    pub(super) fn of_pool(&self) -> Option<&str> {
        self.pool.as_deref().or_else(|| self.of_calls())
    }

    fn chosen(&self) -> Option<(&str, &'static str)> {
        [
            (&self.named, NAMED),
            (&self.pool, "USER_POOL_ID (option userPoolId)"),
            (&self.ambient, AMBIENT),
            (&self.emulated, "USER_POOL_ID (option userPoolId)"),
        ]
        .into_iter()
        .find_map(|(region, setting)| Some((region.as_deref()?, setting)))
    }

    /// Why the issuer of a token may not be accepted, if a setting and the pool's id name two regions. Of `replicas` the
    /// issuers are accepted too.
    pub(super) fn issuer_hint(&self, replicas: &[String]) -> Option<String> {
        let (region, pool) = self.contradiction()?;
        if replicas.iter().any(|replica| replica == region) {
            return None;
        }
        let begins =
            format!("but the user pool's id begins with {pool}, whose issuers are accepted");
        Some(if self.named.is_some() {
            format!(
                "{NAMED} is {region}, {begins}. If the pool is replicated to {region}, add {region} to option replicaRegions."
            )
        } else {
            format!(
                "{AMBIENT} is {region}, {begins}. Check that USER_POOL_ID (option userPoolId) is the pool that issued the token."
            )
        })
    }

    /// Why a call may not have found its pool, likewise.
    pub(super) fn not_found_hint(&self) -> Option<String> {
        let (region, pool) = self.contradiction()?;
        Some(if self.named.is_some() {
            format!(
                "{NAMED} sends the call to {region}, but the user pool's id begins with {pool}. Unless the pool is replicated to {region}, remove that setting. Then check USER_POOL_ID and COGNITO_CLIENT_ID."
            )
        } else {
            format!(
                "The user pool's id sends the call to {pool}; {AMBIENT} is {region}. Check USER_POOL_ID and COGNITO_CLIENT_ID."
            )
        })
    }

    /// The region of a setting, and another one that the pool's id begins with.
    fn contradiction(&self) -> Option<(&str, &str)> {
        let region = self.named.as_deref().or(self.ambient.as_deref())?;
        let pool = self.pool.as_deref()?;
        (region != pool).then_some((region, pool))
    }
}

fn invalid(setting: &str) -> AuthError {
    refused(format!(
        "Invalid region in config: {setting} must be a region's name, such as us-east-1"
    ))
}

/// Checks option `replicaRegions`. Each becomes a part of an accepted issuer, so emulators' regions are none.
pub(super) fn check_replicas(regions: &[String]) -> Result<(), AuthError> {
    if regions.iter().all(|region| is_region(region)) {
        return Ok(());
    }
    Err(refused(
        "option replicaRegions must be a list of region names, such as us-west-2",
    ))
}
