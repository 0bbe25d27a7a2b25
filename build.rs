//! Sets up linking against Node-API when the addon is built.

fn main() {
    if cfg!(feature = "node") {
        napi_build::setup();
        keep_loaded();
    }
}

/// Node.js unloads an addon with the last worker thread that uses it, while our threads may still run in it.
#[expect(
    clippy::disallowed_methods,
    reason = "cargo tells a build script its target through the environment"
)]
fn keep_loaded() {
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
}
