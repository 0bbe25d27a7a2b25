//! The files that the SDK's sources of credentials read by themselves. They take no contents from outside, and would wait for
//! a pipe and read an endless device, so each file is read here before.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use aws_credential_types::provider::error::CredentialsError;
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use aws_runtime::fs_util::{Os, home_dir};
use aws_types::os_shim_internal::Env;
use zeroize::Zeroize as _;

use super::report::Broken;
use crate::core::limits;
use crate::net::aws::profile_files::is_absent;
use crate::net::files;
use crate::net::runtime::{self, Flight, Flights, Purpose};

/// The file in which `aws sso login` has left a session's token. The home folder is the one of the present environment, as
/// for the SDK: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html>
pub(super) fn of_session(name: &str) -> Option<PathBuf> {
    let home = home_dir(&Env::real(), Os::real())?;
    let folder = Path::new(&home).join(".aws").join("sso").join("cache");
    Some(folder.join(format!("{}.json", sha1(name))))
}

fn sha1(text: &str) -> String {
    let digest = digest(&SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes());
    let mut hex = String::new();
    for byte in digest.as_ref() {
        // Writing to a text does not fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// Fails if `path` is there and the SDK must not read it.
pub(super) async fn check(path: &Path) -> Result<(), CredentialsError> {
    static READING: LazyLock<Flights<PathBuf, Result<(), String>>> =
        LazyLock::new(Flights::default);

    let file = path.to_owned();
    let read = async move { Ok(read(&file)) };
    let reading: Flight<_> =
        READING.join(&path.to_owned(), runtime::off_thread(Purpose::Tokens, read));
    reading
        .await
        .map_err(CredentialsError::provider_error)?
        .map_err(|error| CredentialsError::invalid_configuration(Broken(error)))
}

fn read(path: &Path) -> Result<(), String> {
    match files::read(path, limits::SETTINGS_BYTES) {
        Ok(mut token) => {
            token.zeroize();
            Ok(())
        }
        // The SDK says so itself.
        Err(error) if is_absent(&error, path) => Ok(()),
        Err(error) => Err(format!("{} cannot be used: {error}", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::sha1;

    #[test]
    fn a_session_has_the_file_that_aws_names() {
        // printf test | sha1sum
        assert_eq!(sha1("test"), "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3");
    }
}
