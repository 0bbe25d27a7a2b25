//! The key engine, second by second with a clock that is set by hand, and over real HTTP.
#![cfg(feature = "net")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper of a test fails as the test does"
)]

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cognito_auth_native::core::clock::{Clock, Moment, SystemClock};
use cognito_auth_native::core::config::HttpConfig;
use cognito_auth_native::core::error::Reason;
use cognito_auth_native::core::jwk::KeySet;
use cognito_auth_native::core::limits;
use cognito_auth_native::net::http_client::{HttpClients, Reuse};
use cognito_auth_native::net::key_cache::{
    Fetch, FetchOutcome, FetchReader, Fetcher, Fetching, HttpFetcher, KeyCache, Lookup, Status,
};
use reqwest::Client;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::time::sleep;

fn jwks(kids: &[&str]) -> String {
    let n = include_str!("data/rsa-2048.n.txt").trim();
    let keys: Vec<_> = kids
        .iter()
        .map(|kid| format!(r#"{{"kty":"RSA","n":"{n}","e":"AQAB","kid":"{kid}","use":"sig"}}"#))
        .collect();
    format!(r#"{{"keys":[{}]}}"#, keys.join(","))
}

#[derive(Debug, Default)]
struct SetClock(AtomicU64);

impl SetClock {
    fn go_on(&self, by: Duration) {
        let by = u64::try_from(by.as_millis()).unwrap();
        self.0.fetch_add(by, Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Moment {
        let now = Duration::from_millis(self.0.load(Ordering::SeqCst));
        Moment::new(now, now)
    }
}

/// Hands out what the test has put in line, and counts.
#[derive(Debug, Default)]
struct Source {
    sets: Mutex<VecDeque<Result<String, String>>>,
    fetches: AtomicUsize,
}

#[derive(Debug, Clone)]
struct FromSource(Arc<Source>);

impl Fetcher for FromSource {
    fn fetch(&self) -> Fetching {
        self.0.fetches.fetch_add(1, Ordering::SeqCst);
        let mut sets = self.0.sets.lock().unwrap();
        let next = if sets.len() > 1 {
            sets.pop_front()
        } else {
            sets.front().cloned()
        };
        Box::pin(async move {
            sleep(Duration::from_millis(5)).await;
            let json = next.unwrap_or_else(|| Err("nothing in line".into()))?;
            Ok(KeySet::parse(json.as_bytes()).unwrap())
        })
    }
}

struct Bench {
    cache: Arc<KeyCache>,
    clock: Arc<SetClock>,
    source: Arc<Source>,
}

impl Bench {
    fn new(sets: &[Result<&[&str], &str>]) -> Self {
        Self::at("test:", sets)
    }

    fn at(address: &str, sets: &[Result<&[&str], &str>]) -> Self {
        let (clock, source) = (Arc::new(SetClock::default()), Arc::new(Source::default()));
        source
            .sets
            .lock()
            .unwrap()
            .extend(sets.iter().map(|set| set.map(jwks).map_err(str::to_owned)));
        let fetcher = Box::new(FromSource(Arc::clone(&source)));
        let clock_of_cache = Arc::clone(&clock) as Arc<dyn Clock>;
        let cache = KeyCache::new(address, fetcher, clock_of_cache, Handle::current());
        Self {
            cache,
            clock,
            source,
        }
    }

    fn fetches(&self) -> usize {
        self.source.fetches.load(Ordering::SeqCst)
    }

    /// What a verification does: look up, load, look up again.
    async fn ask(&self, kid: &str) -> Result<(), Reason> {
        match self
            .cache
            .lookup(kid, false)
            .map_err(|error| error.reason())?
        {
            Lookup::Found(keys) => assert!(keys.key(kid).is_some()),
            Lookup::NeedsFetch => {
                self.cache
                    .load(Some(kid))
                    .await
                    .map_err(|error| error.reason())?;
                self.cache
                    .lookup(kid, true)
                    .map_err(|error| error.reason())?;
            }
        }
        Ok(())
    }

    /// Lets a refresh in the background end.
    async fn rest(&self) {
        sleep(Duration::from_millis(60)).await;
    }
}

const HOUR: Duration = Duration::from_hours(1);
const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn a_thousand_cold_callers_share_one_fetch() {
    let bench = Bench::new(&[Ok(&["a"])]);
    let asked: Vec<_> = (0..1_000).map(|_| bench.ask("a")).collect();
    for answer in futures_util::future::join_all(asked).await {
        answer.unwrap();
    }
    assert_eq!(bench.fetches(), 1);
}

#[tokio::test]
async fn a_thousand_cold_callers_share_one_failure() {
    let bench = Bench::new(&[Err("down")]);
    let asked: Vec<_> = (0..1_000).map(|_| bench.ask("a")).collect();
    for answer in futures_util::future::join_all(asked).await {
        assert_eq!(answer, Err(Reason::KeysUnavailable));
    }
    assert_eq!(bench.fetches(), 1);
    // During the pause callers are refused at once.
    assert_eq!(bench.ask("a").await, Err(Reason::KeysUnavailable));
    assert_eq!(bench.fetches(), 1);
}

#[tokio::test]
async fn unknown_kids_cost_one_fetch_in_ten_seconds_and_known_ones_go_on() {
    let bench = Bench::new(&[Ok(&["a"])]);
    bench.ask("a").await.unwrap();
    for i in 0..10_000 {
        assert_eq!(
            bench.ask(&format!("unknown-{i}")).await,
            Err(Reason::KeyUnknown)
        );
        bench.ask("a").await.unwrap();
    }
    assert_eq!(bench.fetches(), 2);
    bench.clock.go_on(10 * SECOND);
    assert_eq!(bench.ask("unknown").await, Err(Reason::KeyUnknown));
    assert_eq!(bench.fetches(), 3);
}

#[tokio::test]
async fn a_rotation_is_picked_up_by_the_first_token_with_the_new_kid() {
    let bench = Bench::new(&[Ok(&["a"]), Ok(&["a", "b"])]);
    bench.ask("a").await.unwrap();
    bench.ask("b").await.unwrap();
    bench.ask("a").await.unwrap();
    assert_eq!(bench.fetches(), 2);
}

#[tokio::test]
async fn callers_who_come_while_the_new_set_is_being_fetched_wait_for_it() {
    let bench = Bench::new(&[Ok(&["a"]), Ok(&["a", "b"])]);
    bench.ask("a").await.unwrap();
    let asked: Vec<_> = (0..100).map(|_| bench.ask("b")).collect();
    for answer in futures_util::future::join_all(asked).await {
        answer.unwrap();
    }
    assert_eq!(bench.fetches(), 2);
}

#[tokio::test]
async fn the_generation_changes_only_when_a_key_goes() {
    let bench = Bench::new(&[Ok(&["a"]), Ok(&["a", "b"]), Ok(&["b"])]);
    assert_eq!(bench.cache.generation(), 0);
    bench.ask("a").await.unwrap();
    let first = bench.cache.generation();
    bench.ask("b").await.unwrap();
    assert_eq!(bench.cache.generation(), first);
    bench.clock.go_on(HOUR);
    assert_eq!(bench.cache.generation(), first);
    bench.rest().await;
    assert_eq!(bench.fetches(), 3);
    assert_ne!(bench.cache.generation(), first);
    bench.clock.go_on(24 * HOUR);
    assert_eq!(bench.cache.generation(), 0);
}

#[tokio::test]
async fn a_withdrawn_key_is_refused_after_the_next_refresh() {
    let bench = Bench::new(&[Ok(&["a", "b"]), Ok(&["b"])]);
    bench.ask("a").await.unwrap();
    bench.clock.go_on(HOUR);
    // Served from the old set, which is refreshed in the background.
    bench.ask("a").await.unwrap();
    bench.rest().await;
    assert_eq!(bench.fetches(), 2);
    assert_eq!(bench.ask("a").await, Err(Reason::KeyUnknown));
    bench.ask("b").await.unwrap();
}

#[tokio::test]
async fn an_hour_of_outage_refuses_no_known_key() {
    let bench = Bench::new(&[Ok(&["a"]), Err("down")]);
    bench.ask("a").await.unwrap();
    bench.clock.go_on(HOUR);
    for _ in 0..60 {
        for _ in 0..60 {
            bench.ask("a").await.unwrap();
        }
        // The refresh in the background fails in real time; its pause passes on the clock that is set.
        sleep(Duration::from_millis(10)).await;
        bench.clock.go_on(60 * SECOND);
    }
    assert!((30..=62).contains(&bench.fetches()), "{}", bench.fetches());
    bench.clock.go_on(22 * HOUR);
    bench.rest().await;
    assert_eq!(bench.ask("a").await, Err(Reason::KeysUnavailable));
}

#[tokio::test]
async fn after_an_outage_from_the_start_the_first_call_after_the_pause_recovers() {
    let bench = Bench::new(&[Err("down"), Ok(&["a"])]);
    let error = bench.cache.load(None).await.unwrap_err();
    assert_eq!(error.reason(), Reason::KeysUnavailable);
    assert_eq!(error.context().retry_after, Some(1));
    assert!(error.message().contains("down"), "{error}");
    assert_eq!(bench.ask("a").await, Err(Reason::KeysUnavailable));
    bench.clock.go_on(SECOND);
    bench.ask("a").await.unwrap();
    assert_eq!(bench.fetches(), 2);
}

#[tokio::test]
async fn loading_for_any_key_does_nothing_while_the_set_is_fresh() {
    let bench = Bench::new(&[Ok(&["a"])]);
    bench.cache.load(None).await.unwrap();
    bench.cache.load(None).await.unwrap();
    bench.cache.load(Some("a")).await.unwrap();
    assert_eq!(bench.fetches(), 1);
}

#[derive(Debug)]
struct Panics;

impl Fetcher for Panics {
    fn fetch(&self) -> Fetching {
        Box::pin(async { panic!("in the fetcher") })
    }
}

#[tokio::test]
async fn a_panic_in_a_fetch_is_a_failure_like_any_other() {
    let cache = KeyCache::new(
        "test:",
        Box::new(Panics),
        Arc::new(SystemClock),
        Handle::current(),
    );
    for _ in 0..2 {
        let error = cache.load(None).await.unwrap_err();
        assert_eq!(error.reason(), Reason::KeysUnavailable);
        sleep(Duration::from_millis(300)).await;
    }
}

async fn over_http(head: &'static str, body: String) -> Result<(), String> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}/keys", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(head.as_bytes()).await;
            let _ = stream.write_all(body.as_bytes()).await;
        }
    });
    let client = HttpClients::new(&HttpConfig::default(), Reuse::Never);
    let fetched = HttpFetcher::new(client, uri).fetch().await;
    fetched.map(|_| ()).map_err(|problem| problem.what)
}

#[tokio::test]
async fn over_http_only_a_whole_small_set_with_status_200_will_do() {
    over_http("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n", jwks(&["a"]))
        .await
        .unwrap();
    for (head, body, problem) in [
        (
            "HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n",
            jwks(&["a"]),
            "404",
        ),
        (
            "HTTP/1.1 302 Found\r\nlocation: /keys\r\ncontent-length: 0\r\n\r\n",
            String::new(),
            "302",
        ),
        (
            "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n",
            "<html>".into(),
            "no JSON object",
        ),
        (
            "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n",
            r#"{"keys":[]}"#.into(),
            "no key",
        ),
        (
            "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n",
            " ".repeat(300_000),
            "larger than",
        ),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 9999\r\nconnection: close\r\n\r\n",
            jwks(&["a"]),
            "",
        ),
        ("", String::new(), ""),
    ] {
        let told = over_http(head, body).await.unwrap_err();
        assert!(told.contains(problem) && !told.is_empty(), "{head}: {told}");
    }
}

/// Leads the first connections to where nobody listens, and counts all of them.
#[derive(Clone, Debug)]
struct LeadsAstray {
    astray: usize,
    looked_up: Arc<AtomicUsize>,
    no_address: bool,
}

impl Resolve for LeadsAstray {
    fn resolve(&self, _: Name) -> Resolving {
        let is_astray = self.looked_up.fetch_add(1, Ordering::SeqCst) < self.astray;
        let fails = is_astray && self.no_address;
        // The server listens on the same port of 127.0.0.1 only.
        let host = if is_astray {
            IpAddr::from(Ipv6Addr::LOCALHOST)
        } else {
            IpAddr::from(Ipv4Addr::LOCALHOST)
        };
        Box::pin(async move {
            if fails {
                return Err(io::Error::other("no such host").into());
            }
            Ok(Box::new(std::iter::once(SocketAddr::new(host, 0))) as Addrs)
        })
    }
}

async fn after_refused_connections(astray: usize, no_address: bool) -> (bool, usize) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let head = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n";
            let _ = stream.write_all(head.as_bytes()).await;
            let _ = stream.write_all(jwks(&["a"]).as_bytes()).await;
        }
    });
    let looked_up = Arc::new(AtomicUsize::new(0));
    let resolver = LeadsAstray {
        astray,
        looked_up: Arc::clone(&looked_up),
        no_address,
    };
    let client = Client::builder()
        .no_proxy()
        .pool_max_idle_per_host(0)
        .dns_resolver(Arc::new(resolver))
        .build()
        .unwrap();
    let source = HttpFetcher::new(
        HttpClients::given(client),
        format!("http://keys.example:{port}/keys"),
    );
    let fetched = source.fetch().await;
    if let Err(problem) = &fetched {
        let detail = problem.detail.as_deref().unwrap_or_default();
        for text in [&problem.what, detail] {
            assert!(!text.contains("keys.example"), "{text}");
        }
    }
    (fetched.is_ok(), looked_up.load(Ordering::SeqCst))
}

#[tokio::test]
async fn a_connection_that_is_refused_is_tried_three_times() {
    for no_address in [false, true] {
        for (astray, expected) in [
            (0, (true, 1)),
            (1, (true, 2)),
            (2, (true, 3)),
            (3, (false, 3)),
        ] {
            let found = after_refused_connections(astray, no_address).await;
            assert_eq!(found, expected, "{astray}, {no_address}");
        }
    }
}

#[tokio::test]
async fn a_fetch_is_waited_for_by_a_bounded_number() {
    let bench = Bench::new(&[Ok(&["a"])]);
    let asked = (0..limits::WAITING_FOR_KEYS + 6).map(|_| bench.ask("a"));
    let answers = futures_util::future::join_all(asked).await;
    let refused: Vec<_> = answers.into_iter().filter_map(Result::err).collect();
    assert_eq!(refused, [Reason::KeysUnavailable; 6]);
    assert_eq!(bench.fetches(), 1);
    assert_eq!(bench.ask("a").await, Ok(()));
}

#[tokio::test]
async fn the_status_follows_fetches_and_ages_and_starts_nothing() {
    let bench = Bench::new(&[Ok(&["a", "b"]), Err("refused")]);
    let status = |bench: &Bench| {
        let Status {
            address,
            age,
            keys,
            last_failure,
            pools,
        } = bench.cache.status();
        assert_eq!(pools, []);
        assert_eq!(address.as_deref(), Some("test:"));
        let failure = last_failure.map(|failure| {
            assert_eq!(failure.reason, Reason::KeysUnavailable);
            assert!(failure.message.ends_with("refused"), "{}", failure.message);
            assert_eq!(failure.cause.as_deref(), Some("GET test:: refused"));
            (failure.age, failure.retry_after)
        });
        (age, keys, failure)
    };
    assert_eq!(status(&bench), (None, 0, None));
    assert_eq!(bench.fetches(), 0);

    bench.ask("a").await.unwrap();
    assert_eq!(status(&bench), (Some(0), 2, None));
    bench.clock.go_on(HOUR + Duration::from_millis(900));
    assert_eq!(status(&bench), (Some(3_600), 2, None));
    assert_eq!(bench.fetches(), 1);

    // The refresh fails: the keys still serve.
    bench.ask("a").await.unwrap();
    bench.rest().await;
    assert_eq!(bench.fetches(), 2);
    assert_eq!(status(&bench), (Some(3_600), 2, Some((0, 1))));
    bench.clock.go_on(5 * SECOND);
    assert_eq!(status(&bench), (Some(3_605), 2, Some((5, 0))));

    bench.clock.go_on(23 * HOUR);
    assert_eq!(status(&bench), (None, 0, Some((82_805, 0))));
    assert_eq!(bench.fetches(), 2);
    assert_eq!(bench.ask("a").await, Err(Reason::KeysUnavailable));
    assert_eq!(status(&bench), (None, 0, Some((0, 1))));

    bench.source.sets.lock().unwrap().clear();
    bench
        .source
        .sets
        .lock()
        .unwrap()
        .push_back(Ok(jwks(&["a"])));
    bench.clock.go_on(2 * SECOND);
    bench.ask("a").await.unwrap();
    assert_eq!(status(&bench), (Some(0), 1, None));
}

// ---------------------------------------------------------------------------------------------------------------
// The log of fetches
// ---------------------------------------------------------------------------------------------------------------

#[tokio::test]
async fn every_fetch_is_in_the_log_also_one_in_the_background() {
    const ADDRESS: &str = "test:log";
    let bench = Bench::at(ADDRESS, &[Ok(&["a", "b"]), Ok(&["b", "c"]), Err("down")]);
    let mut reader = FetchReader::default();
    // Other tests fetch at the same time.
    let mut unread = || {
        let mut fetches = reader.read();
        fetches.retain(|fetch| fetch.address == ADDRESS);
        fetches
    };
    let fetch = |outcome, added: &[&str], removed: &[&str], age| Fetch {
        address: ADDRESS.to_owned(),
        outcome,
        reason: (outcome == FetchOutcome::Failed).then_some(Reason::KeysUnavailable),
        added: added.iter().map(ToString::to_string).collect(),
        removed: removed.iter().map(ToString::to_string).collect(),
        age,
        duration: Duration::ZERO,
    };
    let timed = |fetches: Vec<Fetch>| -> Vec<Fetch> {
        let timed = |fetch: Fetch| {
            assert!(fetch.duration >= Duration::from_millis(5));
            Fetch {
                duration: Duration::ZERO,
                ..fetch
            }
        };
        fetches.into_iter().map(timed).collect()
    };
    bench.ask("a").await.unwrap();
    assert_eq!(
        timed(unread()),
        [fetch(FetchOutcome::Fetched, &["a", "b"], &[], None)]
    );
    assert!(unread().is_empty());
    bench.clock.go_on(2 * HOUR);
    bench.ask("a").await.unwrap();
    bench.rest().await;
    assert_eq!(
        timed(unread()),
        [fetch(FetchOutcome::Fetched, &["c"], &["a"], Some(2 * HOUR))]
    );
    bench.clock.go_on(HOUR);
    bench.ask("b").await.unwrap();
    bench.rest().await;
    assert_eq!(
        timed(unread()),
        [fetch(FetchOutcome::Failed, &[], &[], Some(HOUR))]
    );
    // Each reader reads all of it.
    bench.clock.go_on(HOUR);
    let mut another = FetchReader::default();
    bench.ask("b").await.unwrap();
    bench.rest().await;
    assert_eq!(unread().len(), 1);
    assert!(another.read().iter().any(|fetch| fetch.address == ADDRESS));
}
