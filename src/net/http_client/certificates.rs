//! The certificates that are trusted: the platform's, Mozilla's, and those of `NODE_EXTRA_CA_CERTS`.
//!
//! Everything here blocks. Files are read up to a size, and only regular ones: reading from a pipe may never end.

use std::path::Path;

use reqwest::Certificate;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::core::config::HttpConfig;
use crate::core::environment::Environment;
use crate::core::error::{AuthError, Reason, describe};
use crate::core::limits;
use crate::net::files;

/// Mozilla's root certificates, which are a part of the addon.
pub(super) fn mozilla() -> Result<Vec<Certificate>, AuthError> {
    webpki_root_certs::TLS_SERVER_ROOT_CERTS
        .iter()
        .map(|certificate| Certificate::from_der(certificate))
        .collect::<Result<_, _>>()
        .map_err(|error| refused(&error))
}

/// The certificates in the file that `NODE_EXTRA_CA_CERTS` names: all that can be read, at least one.
pub(super) fn extra(path: &str) -> Result<Vec<Certificate>, AuthError> {
    if path.trim() != path || path.contains(char::is_control) {
        // It may be the certificates themselves, with a key: no error shows it.
        return Err(AuthError::new(
            Reason::Config,
            "NODE_EXTRA_CA_CERTS is no path: it contains a control character such as a line break, or a blank at its beginning or end",
        )
        .hint(SET_OR_REMOVE));
    }
    let unusable = |why: String, hint| {
        AuthError::new(
            Reason::Config,
            format!("NODE_EXTRA_CA_CERTS names a file that cannot be used: {why}"),
        )
        .with(|context| context.cause = Some(format!("{path}: {why}")))
        .hint(hint)
    };
    let file = files::read(Path::new(path), limits::CERTIFICATES_BYTES)
        .map_err(|error| unusable(error.to_string(), SET_OR_REMOVE))?;
    let certificates: Vec<_> = blocks(&file)
        .filter_map(certificate)
        .filter_map(|certificate| Certificate::from_der(&certificate).ok())
        .collect();
    if certificates.is_empty() {
        let (what, hint) = content(&file);
        return Err(unusable(what.to_owned(), hint));
    }
    Ok(certificates)
}

/// No client can be created with these certificates.
pub(super) fn refused(error: &reqwest::Error) -> AuthError {
    AuthError::new(
        Reason::Config,
        "The certificates that should be trusted cannot be used",
    )
    .with(|context| context.cause = Some(describe(error)))
    .hint("Check the certificates of this system, and NODE_EXTRA_CA_CERTS if it is set.")
}

/// What the library that reads the platform's certificates sees of the environment. On Linux, these variables name
/// other certificates than the platform's.
pub(super) fn platform_variables(config: &HttpConfig) -> Environment {
    // The library reads whatever it finds, for as long as there is more. An empty path means a file that does not exist.
    let file = config.ssl_cert_file.as_ref().map(|path| {
        if files::check(Path::new(path), limits::CERTIFICATES_BYTES).is_ok() {
            path.clone()
        } else {
            String::new()
        }
    });
    let variables = [
        ("SSL_CERT_FILE", file),
        ("SSL_CERT_DIR", config.ssl_cert_dir.clone()),
    ];
    Environment::new(
        variables
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?))),
    )
}

const BEGIN: &str = "-----BEGIN ";

/// The parts of a file that begin as PEM blocks do, each read by itself: a broken one affects no other.
fn blocks(file: &[u8]) -> impl Iterator<Item = &[u8]> {
    let begin = BEGIN.as_bytes();
    let mut rest = file;
    std::iter::from_fn(move || {
        let start = find(rest, begin)?;
        let block = rest.get(start..)?;
        let end =
            find(block.get(begin.len()..)?, begin).map_or(block.len(), |next| begin.len() + next);
        let (block, after) = block.split_at_checked(end)?;
        rest = after;
        Some(block)
    })
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|part| part == what)
}

/// The certificate in a block, if there is one that can be an authority's.
fn certificate(block: &[u8]) -> Option<CertificateDer<'static>> {
    // The label of old, which OpenSSL and so Node.js reads as well.
    let block =
        String::from_utf8_lossy(block).replace(" X509 CERTIFICATE-----", " CERTIFICATE-----");
    let certificate = CertificateDer::from_pem_slice(block.as_bytes()).ok()?;
    let mut store = RootCertStore::empty();
    store.add(certificate.clone()).ok()?;
    Some(certificate)
}

const SET_OR_REMOVE: &str = "Set NODE_EXTRA_CA_CERTS to the path of a PEM file with the certificates of your own authorities, or remove the variable.";

/// What is in a file without a certificate that can be read, and what to do about it.
fn content(file: &[u8]) -> (&'static str, &'static str) {
    /// How an X.509 certificate begins in DER: a sequence, whose length has two bytes.
    const DER: &[u8] = &[0x30, 0x82];
    let has = |text: &str| find(file, text.as_bytes()).is_some();
    if has("-----BEGIN TRUSTED CERTIFICATE-----") {
        (
            "its certificates are in OpenSSL's own format (TRUSTED CERTIFICATE)",
            "Convert each of them: openssl x509 -in <file> -out <new file>",
        )
    } else if has("-----BEGIN CERTIFICATE-----") || has("-----BEGIN X509 CERTIFICATE-----") {
        ("none of its certificates can be read", SET_OR_REMOVE)
    } else if file.starts_with(DER) {
        (
            "it is in DER format",
            "Convert it to PEM: openssl x509 -inform der -in <file> -out <new file>",
        )
    } else {
        ("it contains no certificate in PEM format", SET_OR_REMOVE)
    }
}

#[cfg(test)]
mod tests {
    use reqwest::Certificate;
    use rustls::pki_types::CertificateDer;
    use webpki_root_certs::TLS_SERVER_ROOT_CERTS;

    use super::{blocks, certificate, content, extra, mozilla};
    use crate::core::error::Reason;

    fn pem(label: &str, index: usize) -> String {
        let der = base64_simd::STANDARD.encode_to_string(TLS_SERVER_ROOT_CERTS[index].as_ref());
        let lines: Vec<_> = der
            .as_bytes()
            .chunks(64)
            .map(|line| std::str::from_utf8(line).unwrap())
            .collect();
        format!(
            "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
            lines.join("\n")
        )
    }

    fn read(file: &[u8]) -> Vec<CertificateDer<'static>> {
        blocks(file).filter_map(certificate).collect()
    }

    #[test]
    fn the_roots_are_those_of_the_service() {
        assert!(mozilla().unwrap().len() > 100);
        for name in [
            "Amazon Root CA 1",
            "Amazon Root CA 2",
            "Amazon Root CA 3",
            "Amazon Root CA 4",
        ] {
            let has_name = TLS_SERVER_ROOT_CERTS
                .iter()
                .any(|der| der.windows(name.len()).any(|part| part == name.as_bytes()));
            assert!(has_name, "{name}");
        }
    }

    #[test]
    fn every_certificate_that_can_be_read_counts() {
        let (first, second) = (pem("CERTIFICATE", 0), pem("CERTIFICATE", 1));
        let old = pem("X509 CERTIFICATE", 1);
        let both = &TLS_SERVER_ROOT_CERTS[..2];
        for broken in [
            "",
            "# Corporate\nIssuer: x\n\n",
            "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "-----BEGIN CERTIFICATE-----\nAAAA\n",
            "-----BEGIN CERTIFICATE----\nAAAA\n-----END CERTIFICATE-----\n",
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
            "-----BEGIN TRUSTED CERTIFICATE-----\nAAAA\n-----END TRUSTED CERTIFICATE-----\n",
        ] {
            for file in [
                format!("{broken}{first}{second}"),
                format!("{first}{broken}{second}"),
                format!("{first}{second}{broken}"),
                format!("\u{feff}{first}{broken}{old}"),
                format!("{first}{broken}{second}").replace('\n', "\r\n"),
            ] {
                assert_eq!(read(file.as_bytes()), both, "{broken}");
            }
        }
        let latin1 = [b"# M\xfcller\n", first.as_bytes()].concat();
        assert_eq!(read(&latin1), both[..1]);
        assert!(Certificate::from_der(&both[0]).is_ok());
    }

    #[test]
    fn a_file_without_certificates_is_described() {
        let trusted = pem("TRUSTED CERTIFICATE", 0);
        let utf16: Vec<u8> = pem("CERTIFICATE", 0)
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let der = TLS_SERVER_ROOT_CERTS[0].as_ref();
        for (file, says) in [
            (&b""[..], "no certificate"),
            (b"-----BEGIN ", "no certificate"),
            (&utf16, "no certificate"),
            (b"-----BEGIN CERTIFICATE-----\n", "none of its certificates"),
            (trusted.as_bytes(), "TRUSTED CERTIFICATE"),
            (der, "DER"),
        ] {
            assert!(read(file).is_empty(), "{says}");
            assert!(content(file).0.contains(says), "{says}");
        }
    }

    #[test]
    fn a_text_that_is_no_path_is_not_shown() {
        for text in [" s3cret", "s3cret\n", "-----BEGIN\ns3cret", "s3cret\0"] {
            let error = extra(text).unwrap_err();
            assert_eq!(error.reason(), Reason::Config);
            assert!(error.message().contains("NODE_EXTRA_CA_CERTS"));
            assert!(!format!("{error:?}").contains("s3cret"));
        }
    }

    #[test]
    fn a_file_that_cannot_be_read_is_named_only_in_the_cause() {
        let folder = std::env::temp_dir();
        for path in ["/no/such/file", folder.to_str().unwrap()] {
            let error = extra(path).unwrap_err();
            assert_eq!(error.reason(), Reason::Config);
            assert!(error.message().starts_with("NODE_EXTRA_CA_CERTS"));
            assert!(!error.message().contains(path));
            assert!(error.context().cause.as_deref().unwrap().contains(path));
        }
    }
}
