//! What a sign-in with SRP costs in CPU time. `cargo bench --no-default-features --bench srp`.
#![expect(clippy::unwrap_used, reason = "a benchmark may end")]

use std::time::{Duration, UNIX_EPOCH};

use cognito_auth_native::core::secret::Secret;
use cognito_auth_native::core::srp::{Challenge, Claim, Srp};
use divan::{Bencher, black_box};
use serde_json::Value;

fn main() {
    divan::main();
}

fn start() -> Srp {
    Srp::start(aws_lc_rs::rand::fill).unwrap()
}

fn answer(client: &Srp, vector: &Value, password: &Secret) -> Claim {
    let text = |name: &str| vector.get(name).and_then(Value::as_str).unwrap();
    let challenge = Challenge {
        group: text("poolName"),
        user: text("userId"),
        srp_b: text("SRP_B"),
        salt: text("SALT"),
        secret_block: text("SECRET_BLOCK"),
    };
    let now = UNIX_EPOCH + Duration::from_secs(1_793_696_707);
    client.answer(&challenge, password, now).unwrap()
}

fn vector() -> Value {
    serde_json::from_str(include_str!("../tests/data/srp.json")).unwrap()
}

#[divan::bench]
fn starting(bencher: Bencher<'_, '_>) {
    bencher.bench_local(start);
}

#[divan::bench]
fn answering(bencher: Bencher<'_, '_>) {
    let (client, vector, password) = (start(), vector(), Secret::new("Labyrinth1"));
    bencher.bench_local(|| answer(black_box(&client), &vector, &password));
}

#[divan::bench]
fn whole_sign_in(bencher: Bencher<'_, '_>) {
    let (vector, password) = (vector(), Secret::new("Labyrinth1"));
    bencher.bench_local(|| {
        let client = start();
        (client.public(), answer(&client, &vector, &password))
    });
}
