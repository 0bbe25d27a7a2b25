//! The two settings files of the AWS SDKs, `~/.aws/config` and `~/.aws/credentials`. This is the only place that reads them:
//! <https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html>

mod text;

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_runtime::env_config::section::EnvConfigSections;
use aws_runtime::env_config::source;
use aws_runtime::fs_util::{Os, home_dir};
use aws_types::os_shim_internal::{Env, Fs};
use tokio::time::timeout;

use crate::core::environment::Environment;
use crate::core::error::{AuthError, Reason, describe};
use crate::core::limits;
use crate::net::files;
use crate::net::runtime::{self, Flight, Flights, Purpose};
use crate::net::shortage;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::net) enum Kind {
    Config,
    Credentials,
}

impl Kind {
    pub(in crate::net) fn variable(self) -> &'static str {
        match self {
            Self::Config => "AWS_CONFIG_FILE",
            Self::Credentials => "AWS_SHARED_CREDENTIALS_FILE",
        }
    }

    fn default_path(self) -> &'static str {
        match self {
            Self::Config => "~/.aws/config",
            Self::Credentials => "~/.aws/credentials",
        }
    }

    fn of_sdk(self) -> EnvConfigFileKind {
        match self {
            Self::Config => EnvConfigFileKind::Config,
            Self::Credentials => EnvConfigFileKind::Credentials,
        }
    }
}

/// One of the files.
pub(in crate::net) struct ProfileFile {
    pub(in crate::net) kind: Kind,
    pub(in crate::net) path: PathBuf,
    /// Whether a variable names it.
    is_named: bool,
    contents: Contents,
}

impl ProfileFile {
    /// What is wrong with the file, if it is there and cannot be used.
    pub(in crate::net) fn problem(&self) -> Option<&str> {
        self.contents.as_ref().as_ref().err().map(String::as_str)
    }

    fn text(&self) -> &str {
        self.contents.as_deref().unwrap_or_default()
    }
}

/// A file's text, empty if there is no file; or what is wrong with it, with its path and, where there is one, the line.
type Contents = Arc<Result<String, String>>;

/// Both files, and the sections of those that can be used.
pub(in crate::net) struct ProfileFiles {
    pub(in crate::net) files: [ProfileFile; 2],
    pub(in crate::net) sections: EnvConfigSections,
    /// Whether a variable names the profile.
    pub(in crate::net) is_profile_named: bool,
}

impl ProfileFiles {
    /// Reads the files that this environment names. Fails if one of them does not answer within `limit`.
    pub(in crate::net) async fn read(
        environment: &Environment,
        limit: Duration,
    ) -> Result<Self, AuthError> {
        let env = Env::from_slice(&environment.texts());
        let config = ProfileFile::read(Kind::Config, &env, limit).await?;
        let credentials = ProfileFile::read(Kind::Credentials, &env, limit).await?;
        let files = [config, credentials];
        let is_profile_named = env.get("AWS_PROFILE").is_ok();
        // Parsing a mebibyte takes a tenth of a second, and other calls go on meanwhile.
        let parsing = async move {
            let usable = files.iter().filter(|file| file.problem().is_none());
            let usable = usable.map(|file| (file.kind, file.path.as_path(), file.text()));
            let sections = parse(&env, usable).await.unwrap_or_default();
            Ok(Self {
                files,
                sections,
                is_profile_named,
            })
        };
        runtime::off_thread(Purpose::Settings, parsing).await
    }

    /// The files with a problem that somebody has named, or whose profile somebody has named: nothing else may replace
    /// what they say.
    pub(in crate::net) fn unusable(&self) -> impl Iterator<Item = &ProfileFile> {
        self.files
            .iter()
            .filter(|file| file.is_named || self.is_profile_named)
            .filter(|file| file.problem().is_some())
    }

    /// What is wrong with either.
    pub(in crate::net) fn problem(&self) -> Option<String> {
        let problems: Vec<_> = self.files.iter().filter_map(ProfileFile::problem).collect();
        (!problems.is_empty()).then(|| problems.join("; "))
    }

    /// The files that say something about a profile, as a list.
    pub(in crate::net) fn defining(&self, profile: &str) -> String {
        let names = [format!("[{profile}]"), format!("[profile {profile}]")];
        let is_heading = |line: &str| names.iter().any(|name| line.starts_with(name.as_str()));
        list(
            self.files
                .iter()
                .filter(|file| file.text().lines().any(is_heading)),
        )
    }

    /// Both paths, as a list.
    pub(in crate::net) fn paths(&self) -> String {
        list(self.files.iter())
    }

    /// The contents, for sources of credentials that would read the files themselves; `addition` is put at the end of what
    /// counts most.
    pub(in crate::net) fn contents(&self, addition: &str) -> EnvConfigFiles {
        let mut contents = EnvConfigFiles::builder();
        for file in &self.files {
            let text = match file.kind {
                Kind::Config => file.text().to_owned(),
                Kind::Credentials => format!("{}\n{addition}", file.text()),
            };
            contents = contents.with_contents(file.kind.of_sdk(), text);
        }
        contents.build()
    }
}

impl fmt::Debug for ProfileFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProfileFiles").finish_non_exhaustive()
    }
}

fn list<'a>(files: impl Iterator<Item = &'a ProfileFile>) -> String {
    let paths: Vec<_> = files.map(|file| file.path.display().to_string()).collect();
    paths.join(" and ")
}

impl ProfileFile {
    async fn read(kind: Kind, env: &Env, limit: Duration) -> Result<Self, AuthError> {
        let named = env.get(kind.variable()).ok();
        let path = expand(named.as_deref().unwrap_or(kind.default_path()), env);
        let contents = within(limit, &path, contents(kind, path.clone())).await?;
        Ok(Self {
            kind,
            path,
            is_named: named.is_some(),
            contents,
        })
    }
}

/// The path with the home folder in the place of `~`.
fn expand(path: &str, env: &Env) -> PathBuf {
    let home = home_dir(env, Os::real());
    match (Path::new(path).strip_prefix("~"), home) {
        (Ok(rest), Some(home)) => Path::new(&home).join(rest),
        _ => PathBuf::from(path),
    }
}

/// Waits for a file. The error names it: a file system that does not answer is not Cognito's failure.
async fn within(
    limit: Duration,
    path: &Path,
    reading: impl Future<Output = Result<Contents, AuthError>>,
) -> Result<Contents, AuthError> {
    timeout(limit, reading)
        .await
        .unwrap_or_else(|_| Err(silent(path, limit)))
}

fn silent(path: &Path, limit: Duration) -> AuthError {
    AuthError::new(
        Reason::Timeout,
        "An AWS settings file could not be read in time",
    )
    .with(|context| {
        context.retryable = Some(true);
        context.cause = Some(format!(
            "{} gave no answer within {} ms",
            path.display(),
            limit.as_millis()
        ));
    })
    .hint("Check the file system of ~/.aws, or of the files that AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name.")
}

/// Reads a file. All who want the same one meanwhile wait for one thread: a file that does not answer blocks no further
/// ones.
fn contents(kind: Kind, path: PathBuf) -> Flight<Contents> {
    static READING: LazyLock<Flights<(Kind, PathBuf), Contents>> = LazyLock::new(Flights::default);

    let name = (kind, path.clone());
    READING.join(
        &name,
        runtime::off_thread(Purpose::Settings, read(kind, path)),
    )
}

async fn read(kind: Kind, path: PathBuf) -> Result<Contents, AuthError> {
    let bytes = match files::read(&path, limits::SETTINGS_BYTES) {
        Ok(bytes) => bytes,
        Err(error) if is_absent(&error, &path) => Vec::new(),
        // It says nothing about the file.
        Err(error) if shortage::hint(&error).is_some() => {
            return Err(runtime::no_resources(&error));
        }
        Err(error) => return Ok(Arc::new(Err(format!("{}: {error}", path.display())))),
    };
    let text = match text::decode(bytes) {
        Ok(text) => text,
        Err(line) => {
            let path = path.display();
            return Ok(Arc::new(Err(format!(
                "{path}, line {line}: it is not UTF-8"
            ))));
        }
    };
    let checked = parse(
        &Env::from_slice(&[]),
        [(kind, path.as_path(), text.as_str())],
    )
    .await;
    Ok(Arc::new(checked.map(|_| text)))
}

/// Whether there is no file. The null device is the usual way to say so.
pub(in crate::net) fn is_absent(error: &io::Error, path: &Path) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    ) || path
        .canonicalize()
        .is_ok_and(|path| path == Path::new("/dev/null"))
}

/// The sections of these files, by the AWS SDK's own parser. It names file and line.
async fn parse(
    env: &Env,
    files: impl IntoIterator<Item = (Kind, &Path, &str)>,
) -> Result<EnvConfigSections, String> {
    let mut contents = HashMap::new();
    // There must be one.
    let mut parsed = EnvConfigFiles::builder().with_contents(EnvConfigFileKind::Config, "");
    for (kind, path, text) in files {
        contents.insert(path.into(), text.as_bytes().to_vec());
        parsed = parsed.with_file(kind.of_sdk(), path);
    }
    let source = source::load(env, &Fs::from_raw_map(contents), &parsed.build()).await;
    let source = source.map_err(|error| describe(&error))?;
    EnvConfigSections::parse(source).map_err(|error| describe(&error))
}

#[cfg(test)]
pub(in crate::net) mod tests {
    use std::future::pending;
    use std::path::Path;
    use std::time::Duration;

    use super::{Env, EnvConfigSections, Kind, expand, parse, within};
    use crate::core::error::Reason;

    /// The sections of a config file.
    pub(in crate::net) async fn sections(env: &Env, config: &str) -> EnvConfigSections {
        let file = (Kind::Config, Path::new("/config"), config);
        parse(env, [file]).await.unwrap()
    }

    #[test]
    fn only_a_first_tilde_is_the_home_folder() {
        let home = Env::from_slice(&[("HOME", "/home/a")]);
        for (path, expanded) in [
            ("~/.aws/config", "/home/a/.aws/config"),
            ("~", "/home/a"),
            ("~b/config", "~b/config"),
            ("/x/~/y", "/x/~/y"),
        ] {
            assert_eq!(expand(path, &home), Path::new(expanded));
        }
        assert_eq!(expand("~/x", &Env::from_slice(&[])), Path::new("~/x"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_file_that_does_not_answer_is_named() {
        let limit = Duration::from_millis(300);
        let error = within(limit, Path::new("/mnt/config"), pending()).await;
        let error = error.unwrap_err();
        assert_eq!(error.reason(), Reason::Timeout);
        assert_eq!(
            error.context().cause.as_deref(),
            Some("/mnt/config gave no answer within 300 ms")
        );
    }

    #[tokio::test]
    async fn files_are_parsed_with_their_paths() {
        let file = (
            Kind::Credentials,
            Path::new("/a/credentials"),
            "[default]\nS3CRET\n",
        );
        let problem = parse(&Env::from_slice(&[]), [file]).await.unwrap_err();
        assert!(problem.contains("/a/credentials on line 2"), "{problem}");
        assert!(!problem.contains("S3CRET"), "{problem}");
    }
}
