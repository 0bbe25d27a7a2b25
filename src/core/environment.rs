//! A snapshot of `process.env`, which JavaScript hands in, and whose snapshot a thread works with at the moment.
//!
//! Native code must not ask the process for variables: JavaScript's main thread changes them at any time, and `getenv` on
//! another thread then reads memory that was just freed. Besides, a worker thread's `process.env` may be its own.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::{CStr, CString};
use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;

use serde::{Deserialize, Deserializer};

/// Variables that no library may see: what they name is trusted blindly, and a file that cannot be read is a panic.
const WITHHELD: &[&str] = &["SMITHY_CLIENT_SDK_CUSTOM_PARTITION"];

/// What reads a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// Requests, whatever they are signed with.
    Requests,
    /// The sources of AWS credentials.
    Sources,
    /// Requests and sources.
    Both,
}

/// The variables that native code reads, beside the settings that JavaScript reads itself. `npm run generate` hands them to
/// JavaScript.
pub const VARIABLES: &[(&str, Reader)] = &[
    ("AWS_ACCESS_KEY_ID", Reader::Sources),
    ("AWS_ACCOUNT_ID", Reader::Sources),
    ("AWS_CONFIG_FILE", Reader::Both),
    ("AWS_CONTAINER_AUTHORIZATION_TOKEN", Reader::Sources),
    ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", Reader::Sources),
    ("AWS_CONTAINER_CREDENTIALS_FULL_URI", Reader::Sources),
    ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", Reader::Sources),
    ("AWS_EC2_METADATA_DISABLED", Reader::Sources),
    ("AWS_EC2_METADATA_SERVICE_ENDPOINT", Reader::Sources),
    ("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", Reader::Sources),
    ("AWS_EC2_METADATA_V1_DISABLED", Reader::Sources),
    ("AWS_ENDPOINT_URL", Reader::Sources),
    ("AWS_ENDPOINT_URL_SSO", Reader::Sources),
    ("AWS_ENDPOINT_URL_SSO_OIDC", Reader::Sources),
    ("AWS_ENDPOINT_URL_STS", Reader::Sources),
    ("AWS_EXECUTION_ENV", Reader::Requests),
    ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", Reader::Both),
    ("AWS_LAMBDA_FUNCTION_NAME", Reader::Requests),
    ("AWS_MAX_ATTEMPTS", Reader::Requests),
    ("AWS_PROFILE", Reader::Both),
    ("AWS_RETRY_MODE", Reader::Requests),
    ("AWS_ROLE_ARN", Reader::Sources),
    ("AWS_ROLE_SESSION_NAME", Reader::Sources),
    ("AWS_SECRET_ACCESS_KEY", Reader::Sources),
    ("AWS_SESSION_TOKEN", Reader::Sources),
    ("AWS_SHARED_CREDENTIALS_FILE", Reader::Both),
    ("AWS_USE_DUALSTACK_ENDPOINT", Reader::Both),
    ("AWS_USE_FIPS_ENDPOINT", Reader::Both),
    ("AWS_WEB_IDENTITY_TOKEN_FILE", Reader::Sources),
    ("HOME", Reader::Both),
    ("HOMEDRIVE", Reader::Sources),
    ("HOMEPATH", Reader::Sources),
    ("SECRET_ACCESS_KEY", Reader::Sources),
    ("SSL_CERT_DIR", Reader::Requests),
    ("SSL_CERT_FILE", Reader::Requests),
    ("USERPROFILE", Reader::Both),
];

/// Whether sources of AWS credentials read this variable. A credential process may read any other.
pub fn is_read_by_sources(variable: &str) -> bool {
    VARIABLES
        .iter()
        .any(|(name, reader)| *name == variable && *reader != Reader::Requests)
}

thread_local! {
    static CURRENT: RefCell<Option<Arc<Environment>>> = const { RefCell::new(None) };
}

/// The variables of an environment. `Debug` shows how many there are: a value may be a secret.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Environment {
    variables: BTreeMap<CString, CString>,
}

impl Environment {
    /// An environment of these variables. One that C could not express (a zero byte) is left out.
    pub fn new(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let variables = variables
            .into_iter()
            .filter(|(name, _)| !WITHHELD.contains(&name.as_str()))
            .filter_map(|(name, value)| {
                Some((CString::new(name).ok()?, CString::new(value).ok()?))
            });
        Self {
            variables: variables.collect(),
        }
    }

    /// A variable's value.
    pub fn get(&self, name: &CStr) -> Option<&CStr> {
        self.variables.get(name).map(CString::as_c_str)
    }

    /// A variable's value, if it is text that is not empty.
    pub fn text(&self, name: &CStr) -> Option<&str> {
        self.get(name)
            .and_then(|value| value.to_str().ok())
            .filter(|value| !value.is_empty())
    }

    /// All variables that are text and not empty.
    pub fn texts(&self) -> Vec<(&str, &str)> {
        self.variables
            .iter()
            .filter_map(|(name, value)| Some((name.to_str().ok()?, value.to_str().ok()?)))
            .filter(|(_, value)| !value.is_empty())
            .collect()
    }

    /// The variables whose name `is_wanted`.
    #[must_use]
    pub fn only(&self, is_wanted: impl Fn(&str) -> bool) -> Self {
        let wanted = self
            .variables
            .iter()
            .filter(|(name, _)| name.to_str().is_ok_and(&is_wanted));
        Self {
            variables: wanted
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        }
    }

    /// The same with this variable.
    #[must_use]
    pub fn with(mut self, name: &CStr, value: &CStr) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// All variables as `NAME=value`.
    pub fn entries(&self) -> Vec<CString> {
        let entry = |(name, value): (&CString, &CString)| {
            CString::new([name.as_bytes(), b"=", value.as_bytes()].concat()).ok()
        };
        self.variables.iter().filter_map(entry).collect()
    }

    /// Runs `work` with this as the thread's environment.
    pub fn enter<T>(self: &Arc<Self>, work: impl FnOnce() -> T) -> T {
        let _left = Left(replace_current(Some(Arc::clone(self))));
        work()
    }

    /// Awaits `work` with this as the environment of every thread that polls it.
    pub async fn scope<T>(self: Arc<Self>, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        poll_fn(|context| self.enter(|| work.as_mut().poll(context))).await
    }

    /// The environment that the present thread works with, if it works for a call.
    pub fn current() -> Option<Arc<Self>> {
        CURRENT
            .try_with(|current| current.try_borrow().ok()?.clone())
            .ok()
            .flatten()
    }
}

/// Restores the environment from before, also after a panic.
struct Left(Option<Arc<Environment>>);

impl Drop for Left {
    fn drop(&mut self) {
        replace_current(self.0.take());
    }
}

fn replace_current(environment: Option<Arc<Environment>>) -> Option<Arc<Environment>> {
    CURRENT
        .try_with(|current| current.replace(environment))
        .ok()
        .flatten()
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment")
            .field("variables", &self.variables.len())
            .finish()
    }
}

impl<'de> Deserialize<'de> for Environment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let variables = BTreeMap::<String, String>::deserialize(deserializer)?;
        Ok(Self::new(variables))
    }
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::{Arc, CStr, Environment};

    fn environment(json: &str) -> Arc<Environment> {
        Arc::new(serde_json::from_str(json).unwrap())
    }

    fn current(name: &CStr) -> Option<String> {
        Environment::current()?.text(name).map(str::to_owned)
    }

    #[test]
    fn a_thread_has_the_environment_of_the_call_that_it_works_for() {
        let (outer, inner) = (
            environment(r#"{"A":"1"}"#),
            environment(r#"{"A":"2","B":""}"#),
        );
        assert_eq!(current(c"A"), None);
        outer.enter(|| {
            assert_eq!(current(c"A").as_deref(), Some("1"));
            inner.enter(|| assert_eq!(current(c"A").as_deref(), Some("2")));
            let panicked = catch_unwind(|| inner.enter(|| panic!("within")));
            assert!(panicked.is_err());
            assert_eq!(current(c"A").as_deref(), Some("1"));
        });
        assert_eq!(current(c"A"), None);
        assert_eq!(inner.get(c"B"), Some(c""));
        assert_eq!(inner.text(c"B"), None);
    }

    #[tokio::test]
    async fn calls_that_take_turns_on_a_thread_keep_their_environments() {
        let call = |value: &str| {
            let environment = environment(&format!(r#"{{"A":"{value}"}}"#));
            let value = value.to_owned();
            environment.scope(async move {
                for _ in 0..10 {
                    assert_eq!(current(c"A").as_ref(), Some(&value));
                    tokio::task::yield_now().await;
                }
            })
        };
        tokio::join!(call("1"), call("2"));
        assert_eq!(current(c"A"), None);
    }

    #[test]
    fn what_c_cannot_express_and_what_is_withheld_is_left_out() {
        let environment = environment(
            r#"{"A":"x\u0000y","B\u0000":"1","SMITHY_CLIENT_SDK_CUSTOM_PARTITION":"/f","C":"s3cret"}"#,
        );
        assert_eq!(environment.entries(), [c"C=s3cret".to_owned()]);
        assert!(!format!("{environment:?}").contains("s3cret"));
    }
}
