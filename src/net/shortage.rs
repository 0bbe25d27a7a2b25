//! Errors by which an operating system says what it has run out of.

use std::io;

/// What to do about too many open files: connections count as such.
pub const FILES: &str = "Raise the limit of open files (ulimit -n), or close what uses them up.";
const PORTS: &str = "This machine has no free port for the connection, or no address of the server's kind, such as IPv6. If many short connections use the ports up, keep connections open for longer or widen net.ipv4.ip_local_port_range.";
const BUFFERS: &str = "This machine has no memory left for network connections. Close what uses it up, or raise the limits of the system or the container.";

/// Error codes, each with what to do.
#[cfg(any(target_os = "linux", target_os = "android"))]
const SHORTAGES: [(i32, &str); 5] = [
    (24, FILES),    // EMFILE
    (23, FILES),    // ENFILE
    (99, PORTS),    // EADDRNOTAVAIL
    (105, BUFFERS), // ENOBUFS
    (12, BUFFERS),  // ENOMEM
];
#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
const SHORTAGES: [(i32, &str); 5] = [
    (24, FILES),   // EMFILE
    (23, FILES),   // ENFILE
    (49, PORTS),   // EADDRNOTAVAIL
    (55, BUFFERS), // ENOBUFS
    (12, BUFFERS), // ENOMEM
];
#[cfg(windows)]
const SHORTAGES: [(i32, &str); 4] = [
    (4, FILES),        // ERROR_TOO_MANY_OPEN_FILES
    (10_024, FILES),   // WSAEMFILE
    (10_049, PORTS),   // WSAEADDRNOTAVAIL
    (10_055, BUFFERS), // WSAENOBUFS
];

/// What to do about `error`, if it says that something has run out.
pub fn hint(error: &io::Error) -> Option<&'static str> {
    let code = error.raw_os_error()?;
    SHORTAGES
        .iter()
        .find(|(known, _)| *known == code)
        .map(|(_, hint)| *hint)
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::{SHORTAGES, hint};

    #[test]
    fn only_the_systems_own_errors_count() {
        for (code, expected) in SHORTAGES {
            assert_eq!(
                hint(&io::Error::from_raw_os_error(code)),
                Some(expected),
                "{code}"
            );
        }
        assert_eq!(hint(&io::Error::from_raw_os_error(1)), None);
        assert_eq!(hint(&io::Error::other("Too many open files")), None);
        assert_eq!(hint(&io::ErrorKind::AddrNotAvailable.into()), None);
    }
}
