//! Reading files that settings name. Everything here blocks, for as long as a file system does not answer.
//!
//! Only regular files are read, and only up to a size: a pipe or a device may never end.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read as _};
use std::path::Path;

/// Opening a pipe waits for its other end without it: the file may have become one since it was looked at.
#[cfg(any(target_os = "linux", target_os = "android"))]
const NO_WAITING: i32 = 0o4000; // O_NONBLOCK
#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
const NO_WAITING: i32 = 4; // O_NONBLOCK

/// The bytes of a regular file of up to `limit` bytes, symbolic links followed.
pub(super) fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    check(path, limit)?;
    let file = open(path)?;
    refuse(&file.metadata()?, limit)?;
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(too_large(limit));
    }
    Ok(bytes)
}

/// Fails if `path` is no regular file of up to `limit` bytes. Opens nothing.
pub(super) fn check(path: &Path, limit: u64) -> io::Result<()> {
    refuse(&fs::metadata(path)?, limit)
}

fn refuse(file: &Metadata, limit: u64) -> io::Result<()> {
    if file.is_dir() {
        Err(io::Error::other("it is a directory"))
    } else if !file.is_file() {
        Err(io::Error::other("it is not a regular file"))
    } else if file.len() > limit {
        Err(too_large(limit))
    } else {
        Ok(())
    }
}

fn too_large(limit: u64) -> io::Error {
    io::Error::other(format!("it has more than {limit} bytes"))
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, NO_WAITING);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::{check, read};

    fn file(contents: &str) -> PathBuf {
        let name = format!("cognito-auth-native-files-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::write(&path, contents).unwrap();
        path
    }

    fn refusal(path: &str) -> String {
        let path = Path::new(path);
        let complaint = check(path, 8).unwrap_err().to_string();
        assert_eq!(read(path, 8).unwrap_err().to_string(), complaint);
        complaint
    }

    #[test]
    fn regular_files_are_read_up_to_their_limit() {
        let path = file("12345678");
        assert_eq!(read(&path, 8).unwrap(), b"12345678");
        assert_eq!(
            read(&path, 7).unwrap_err().to_string(),
            "it has more than 7 bytes"
        );
        fs::remove_file(path).unwrap();
    }

    #[test]
    #[cfg(unix)]
    fn what_is_no_regular_file_is_refused() {
        assert_eq!(refusal("/"), "it is a directory");
        for device in ["/dev/zero", "/dev/null"] {
            assert_eq!(refusal(device), "it is not a regular file");
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn files_that_tell_no_size_are_read_up_to_the_limit() {
        let path = Path::new("/proc/self/status");
        check(path, 8).unwrap();
        assert_eq!(
            read(path, 8).unwrap_err().to_string(),
            "it has more than 8 bytes"
        );
    }
}
