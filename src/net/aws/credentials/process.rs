//! A profile's `credential_process`: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html>
//!
//! It is run here and not by the SDK, which would wait for it without end, keep all that it prints, and leave it running.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::io::IsTerminal as _;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::credential_feature::AwsCredentialFeature;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use futures_util::future::try_join;
#[cfg(unix)]
use rustix::process::{Pid, Signal, kill_process_group};
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};
use tokio::runtime::Handle;
use tokio::time::timeout;

use crate::core::limits;

/// The name that profiles have for this source.
pub(super) const SOURCE: &str = "cognito-auth-native-process";

/// A command that prints credentials. It may be a secret itself.
pub(super) struct Process {
    command: String,
    limit: Duration,
}

impl Process {
    pub(super) fn new(command: &str, limit: Duration) -> Self {
        Self {
            command: command.to_owned(),
            limit,
        }
    }

    async fn credentials(&self) -> Result<Credentials, CredentialsError> {
        let printed = self.run().await.map_err(CredentialsError::provider_error)?;
        read(&printed).map_err(CredentialsError::provider_error)
    }

    /// What the command prints. It does not run for longer than this.
    async fn run(&self) -> Result<Vec<u8>, Unusable> {
        let mut running = Running::start(shell(&self.command))?;
        let (printed, status) = timeout(self.limit, running.finish())
            .await
            .unwrap_or(Err(Unusable::Slow(self.limit)))?;
        if status.success() {
            Ok(printed)
        } else {
            Err(Unusable::Failed(status))
        }
    }
}

/// A command that runs, until it ends or this is dropped. Then it is killed and waited for: otherwise it would stay in the
/// system's table of processes.
struct Running {
    child: Option<Child>,
    has_group: bool,
    runtime: Handle,
}

impl Running {
    /// All that the command starts belongs to a group of its own, so that it can be killed together: the shell may wait for
    /// another program. At a terminal there is none: a process of another group may not ask the user for a code.
    fn start(mut command: Command) -> Result<Self, Unusable> {
        let has_group = cfg!(unix) && !std::io::stdin().is_terminal();
        #[cfg(unix)]
        if has_group {
            command.process_group(0);
        }
        let child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        Ok(Self {
            child: Some(child),
            has_group,
            runtime: Handle::current(),
        })
    }

    /// What the command prints until it ends, and how it ends.
    async fn finish(&mut self) -> Result<(Vec<u8>, ExitStatus), Unusable> {
        let child = self.child.as_mut().ok_or_else(no_child)?;
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        // A pipe that is full would stop the command.
        let (printed, _) = try_join(bounded(stdout), bounded(stderr)).await?;
        let status = end(child).await?;
        self.child = None;
        Ok((printed, status))
    }
}

fn no_child() -> std::io::Error {
    std::io::Error::other("it has ended")
}

impl Drop for Running {
    fn drop(&mut self) {
        let Some(mut child) = self.child.take() else {
            return;
        };
        if self.has_group {
            kill_group(&child);
        }
        // Nothing is left to do if this fails.
        let _ = child.start_kill();
        self.runtime.spawn(async move { end(&mut child).await });
    }
}

/// Kills a child that has not been waited for, with its group. Until it has been, its number is nobody else's.
#[cfg(unix)]
fn kill_group(child: &Child) {
    let id = child.id().and_then(|id| i32::try_from(id).ok());
    if let Some(group) = id.and_then(Pid::from_raw) {
        let _ = kill_process_group(group, Signal::KILL);
    }
}

#[cfg(not(unix))]
fn kill_group(_: &Child) {}

/// Waits until the child has ended.
async fn end(child: &mut Child) -> std::io::Result<ExitStatus> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if let Ok(status) = timeout(limits::PROCESS_LOOK, child.wait()).await {
            return status;
        }
    }
}

#[cfg(not(windows))]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", command]);
    shell
}

/// `cmd.exe` removes the outer quotes and has rules of its own for the rest.
#[cfg(windows)]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("cmd.exe");
    shell.arg("/C").raw_arg(format!("\"{command}\""));
    shell
}

async fn bounded(pipe: Option<impl AsyncRead + Unpin>) -> Result<Vec<u8>, Unusable> {
    let mut printed = Vec::new();
    if let Some(pipe) = pipe {
        let most = limits::PROCESS_BYTES as u64 + 1;
        pipe.take(most).read_to_end(&mut printed).await?;
    }
    if printed.len() > limits::PROCESS_BYTES {
        return Err(Unusable::TooMuch);
    }
    Ok(printed)
}

/// The members of a JSON object, by their names in lower case: AWS's SDKs accept any case. A name that occurs twice is no name.
struct Members(HashMap<String, Value>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Self(HashMap::new()))
    }
}

impl<'de> Visitor<'de> for Members {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self, A::Error> {
        while let Some((name, value)) = map.next_entry::<String, Value>()? {
            if self.0.insert(name.to_ascii_lowercase(), value).is_some() {
                return Err(A::Error::custom("a name occurs twice"));
            }
        }
        Ok(self)
    }
}

fn read(printed: &[u8]) -> Result<Credentials, Unusable> {
    let Members(members) = serde_json::from_slice(printed)
        .map_err(|_| Unusable::Answer("it is not a JSON object, or has a member twice"))?;
    let member = |name: &str| {
        members
            .get(&name.to_ascii_lowercase())
            .filter(|value| !value.is_null())
    };
    let text = |name, complaint| match member(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(Unusable::Answer(complaint)),
    };
    if member("Version").and_then(Value::as_u64) != Some(1) {
        return Err(Unusable::Answer("its Version is not 1"));
    }
    let required = |name, complaint| {
        text(name, complaint)?
            .filter(|text| !text.is_empty())
            .ok_or(Unusable::Answer(complaint))
    };
    let key_id = required("AccessKeyId", "its AccessKeyId is missing or no text")?;
    let secret = required(
        "SecretAccessKey",
        "its SecretAccessKey is missing or no text",
    )?;
    let token = text("SessionToken", "its SessionToken is no text")?;
    let expiry = text("Expiration", NO_DATE)?
        .map(|date| {
            let date = DateTime::from_str(&date, Format::DateTimeWithOffset).ok()?;
            SystemTime::try_from(date).ok()
        })
        .map(|date| date.ok_or(Unusable::Answer(NO_DATE)))
        .transpose()?;
    let mut credentials = Credentials::new(key_id, secret, token, expiry, "CredentialProcess");
    credentials
        .get_property_mut_or_default::<Vec<AwsCredentialFeature>>()
        .push(AwsCredentialFeature::CredentialsProcess);
    Ok(credentials)
}

const NO_DATE: &str = "its Expiration is no date of the form 2026-01-31T12:00:00Z";

impl fmt::Debug for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Process").finish_non_exhaustive()
    }
}

impl ProvideCredentials for Process {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}

/// Why a process gave no credentials. What it printed is not shown: that may be anything, secrets too.
#[derive(Debug)]
enum Unusable {
    Io(std::io::Error),
    Failed(ExitStatus),
    TooMuch,
    Answer(&'static str),
    Slow(Duration),
}

impl From<std::io::Error> for Unusable {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "the credential process could not be run: {error}"),
            Self::Failed(status) => write!(f, "the credential process ended with {status}"),
            Self::TooMuch => write!(
                f,
                "the credential process printed more than {} bytes and was stopped",
                limits::PROCESS_BYTES
            ),
            Self::Answer(complaint) => write!(
                f,
                "could not parse response of the credential process: {complaint}"
            ),
            Self::Slow(limit) => write!(
                f,
                "the credential process gave none within {} ms and was stopped",
                limit.as_millis()
            ),
        }
    }
}

impl Error for Unusable {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    const KEYS: &str = r#""AccessKeyId":"A","SecretAccessKey":"S3CRET""#;

    #[test]
    fn names_have_any_case_and_null_is_absent() {
        let printed = r#"{"version":1,"ACCESSKEYID":"A","secretaccesskey":"B","SessionToken":null,
            "Expiration":"2026-01-31T13:00:00+01:00","Other":[1]}"#;
        let credentials = read(printed.as_bytes()).unwrap();
        assert_eq!(
            (
                credentials.access_key_id(),
                credentials.secret_access_key(),
                credentials.session_token()
            ),
            ("A", "B", None)
        );
        let expiry = credentials.expiry().unwrap();
        let since = expiry.duration_since(std::time::UNIX_EPOCH).unwrap();
        assert_eq!(since.as_secs(), 1_769_860_800);
    }

    #[test]
    fn what_is_wrong_is_said_without_what_was_printed() {
        for (printed, complaint) in [
            ("S3CRET".to_owned(), "JSON object"),
            (format!("[{{{KEYS}}}]"), "JSON object"),
            (format!("{{{KEYS}}}"), "Version"),
            (format!(r#"{{"Version":2,{KEYS}}}"#), "Version"),
            (
                format!(r#"{{"Version":1,{KEYS},"AccessKeyId":"B"}}"#),
                "a member twice",
            ),
            (
                format!(r#"{{"Version":1,{KEYS},"accesskeyid":"B"}}"#),
                "a member twice",
            ),
            (
                r#"{"Version":1,"SecretAccessKey":"S3CRET"}"#.to_owned(),
                "AccessKeyId",
            ),
            (
                r#"{"Version":1,"AccessKeyId":"S3CRET"}"#.to_owned(),
                "SecretAccessKey",
            ),
            (
                format!(r#"{{"Version":1,{KEYS},"SessionToken":1}}"#),
                "SessionToken",
            ),
            (
                format!(r#"{{"Version":1,{KEYS},"Expiration":"S3CRET"}}"#),
                "Expiration",
            ),
        ] {
            let said = read(printed.as_bytes()).unwrap_err().to_string();
            assert!(said.contains(complaint), "{printed}: {said}");
            assert!(!said.contains("S3CRET"), "{said}");
        }
    }
}
