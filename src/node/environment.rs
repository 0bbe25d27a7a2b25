//! What native code gets that asks the process for its environment: the snapshot that belongs to the call, never the
//! process's own variables, which JavaScript may change at this very moment.
//!
//! On Linux the linker puts these functions in the place of libc's for everything in the addon (`--wrap`, see `build.rs`); on
//! macOS the addon's own `getenv` is found before the system's. On Windows the system locks its variables.

#[cfg(unix)]
use std::cell::RefCell;
#[cfg(unix)]
use std::ffi::{CStr, CString, c_char};
#[cfg(target_os = "linux")]
use std::ffi::{c_int, c_void};
#[cfg(unix)]
use std::ptr;

#[cfg(unix)]
use crate::core::environment::Environment;

#[cfg(unix)]
thread_local! {
    /// What the thread's last question was answered with: the answer stays valid until the next one.
    static ANSWER: RefCell<Option<CString>> = const { RefCell::new(None) };
}

/// `getenv`.
///
/// # Safety
///
/// `name` must be null or a C string.
#[cfg(unix)]
#[cfg_attr(target_os = "macos", unsafe(export_name = "getenv"))]
#[cfg_attr(not(target_os = "macos"), unsafe(export_name = "__wrap_getenv"))]
unsafe extern "C" fn variable(name: *const c_char) -> *mut c_char {
    if name.is_null() {
        return ptr::null_mut();
    }
    // SAFETY: the caller vouches for `name`.
    let name = unsafe { CStr::from_ptr(name) };
    let Some(value) = Environment::current().and_then(|all| all.get(name).map(CStr::to_owned))
    else {
        return ptr::null_mut();
    };
    ANSWER
        .try_with(|answer| {
            let mut answer = answer.try_borrow_mut().ok()?;
            Some(answer.insert(value).as_ptr().cast_mut())
        })
        .ok()
        .flatten()
        .unwrap_or(ptr::null_mut())
}

/// `secure_getenv`, which is `getenv` unless the program is privileged.
///
/// # Safety
///
/// As for [`variable`].
#[cfg(target_os = "linux")]
#[unsafe(export_name = "__wrap_secure_getenv")]
unsafe extern "C" fn variable_unless_privileged(name: *const c_char) -> *mut c_char {
    // SAFETY: the caller vouches for `name`.
    unsafe { variable(name) }
}

#[cfg(target_os = "linux")]
unsafe extern "C" {
    fn __real_posix_spawnp(
        process: *mut c_int,
        file: *const c_char,
        actions: *const c_void,
        attributes: *const c_void,
        arguments: *const *mut c_char,
        environment: *const *mut c_char,
    ) -> c_int;
}

/// `posix_spawnp`: a credential process starts with the call's variables. libc would look for `sh` along the process's own
/// `PATH`, in memory that JavaScript may change.
///
/// # Safety
///
/// As for libc's function.
#[cfg(target_os = "linux")]
#[unsafe(export_name = "__wrap_posix_spawnp")]
unsafe extern "C" fn spawn(
    process: *mut c_int,
    file: *const c_char,
    actions: *const c_void,
    attributes: *const c_void,
    arguments: *const *mut c_char,
    environment: *const *mut c_char,
) -> c_int {
    let entries = Environment::current().map(|all| all.entries());
    let pointers: Option<Vec<_>> = entries.as_ref().map(|entries| {
        let entries = entries.iter().map(|entry| entry.as_ptr().cast_mut());
        entries.chain([ptr::null_mut()]).collect()
    });
    let environment = pointers.as_ref().map_or(environment, Vec::as_ptr);
    // SAFETY: the caller vouches for `file`.
    let is_shell = !file.is_null() && unsafe { CStr::from_ptr(file) } == c"sh";
    let file = if is_shell { c"/bin/sh".as_ptr() } else { file };
    // SAFETY: the caller vouches for the rest; `environment` is a list of C strings that ends with null and outlives the
    // call.
    unsafe { __real_posix_spawnp(process, file, actions, attributes, arguments, environment) }
}
