//! Sets up linking against Node-API when the addon is built.

fn main() {
    if cfg!(feature = "node") {
        napi_build::setup();
        if targets_linux() {
            // Node.js unloads an addon with the last worker thread that uses it, while our threads may still run in it.
            link("-z,nodelete");
            // These stand in src/node/environment.rs.
            for function in ["getenv", "secure_getenv", "posix_spawnp"] {
                link(&format!("--wrap={function}"));
            }
        }
    }
}

fn link(option: &str) {
    println!("cargo:rustc-cdylib-link-arg=-Wl,{option}");
}

#[expect(
    clippy::disallowed_methods,
    reason = "cargo tells a build script its target through the environment"
)]
fn targets_linux() -> bool {
    std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux")
}
