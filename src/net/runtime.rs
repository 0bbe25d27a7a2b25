//! The threads beside JavaScript's: one that waits for the network, and some for what blocks (host names, files). They
//! are started by the first call that needs them, never at load.

use std::any::Any;
use std::collections::HashMap;
use std::hash::Hash;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared, pending};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinError;

use crate::core::error::{AuthError, Reason};
use crate::core::limits;
use crate::net::shortage;

/// The name of every thread that this crate starts.
pub const THREAD_NAME: &str = "cognito-auth";

/// Work that any number of callers wait for, and whose result they share.
pub type Flight<T = ()> = Shared<BoxFuture<'static, Result<T, AuthError>>>;

/// Starts `work` as a task of its own: it goes on when the callers that wait for it go away.
pub fn flight<T: Clone + Send + 'static>(
    runtime: &Handle,
    work: impl Future<Output = Result<T, AuthError>> + Send + 'static,
) -> Flight<T> {
    runtime
        .spawn(work)
        .map(|landed| landed.unwrap_or_else(|error| Err(crashed(error))))
        .boxed()
        .shared()
}

/// Flights by name: all who want the same meanwhile wait for one, and it is forgotten when it lands.
pub struct Flights<K, T>(Mutex<HashMap<K, Flight<T>>>);

impl<K, T> Default for Flights<K, T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Clone + Eq + Hash + Send, T: Clone + Send + Sync + 'static> Flights<K, T> {
    /// The flight of this name that is under way, or a new one for `work`.
    pub fn join(
        &'static self,
        name: &K,
        work: impl Future<Output = Result<T, AuthError>> + Send + 'static,
    ) -> Flight<T> {
        let landed = name.clone();
        let work = async move {
            let done = work.await;
            lock(&self.0).remove(&landed);
            done
        };
        lock(&self.0)
            .entry(name.clone())
            .or_insert_with(|| flight(&Handle::current(), work))
            .clone()
    }
}

/// A task that panicked, or did not run because the process ends.
fn crashed(error: JoinError) -> AuthError {
    match error.try_into_panic() {
        Ok(panic) => AuthError::panicked(&*panic),
        Err(_) => AuthError::new(Reason::Internal, "The process is shutting down"),
    }
}

/// What threads for blocking work are used for. Each purpose has threads of its own, so that a silent file system or a
/// credential process holds up nothing else.
#[derive(Clone, Copy, Debug)]
pub enum Purpose {
    /// The AWS settings files.
    Settings,
    /// The files with tokens that sources of AWS credentials read.
    Tokens,
    /// A search for AWS credentials.
    Credentials,
    /// Certificates, and the HTTP clients that trust them.
    Certificates,
    /// Proofs of passwords.
    Proofs,
}

impl Purpose {
    fn threads(self) -> Arc<Semaphore> {
        static THREADS: LazyLock<[Arc<Semaphore>; 5]> = LazyLock::new(|| {
            [
                limits::SETTINGS_READERS,
                limits::TOKEN_READERS,
                limits::CREDENTIAL_SEARCHES,
                limits::CERTIFICATE_READERS,
                limits::PROVERS,
            ]
            .map(|threads| Arc::new(Semaphore::new(threads)))
        });

        let [settings, tokens, credentials, certificates, proofs] = &*THREADS;
        Arc::clone(match self {
            Self::Settings => settings,
            Self::Tokens => tokens,
            Self::Credentials => credentials,
            Self::Certificates => certificates,
            Self::Proofs => proofs,
        })
    }
}

/// Runs `work` on threads for what blocks: it reads files, and a file may lie on a file system that does not answer. `work`
/// holds a thread only for a step, until it ends or waits for something else, such as an answer from the network. It is
/// dropped when the caller goes away, after the step that is under way.
pub async fn off_thread<T: Send + 'static>(
    purpose: Purpose,
    work: impl Future<Output = Result<T, AuthError>> + Send + 'static,
) -> Result<T, AuthError> {
    let (threads, woken) = (purpose.threads(), Arc::new(Woken(Notify::new())));
    let mut work = work.boxed();
    loop {
        let permit = Arc::clone(&threads).acquire_owned().await;
        let waker = Waker::from(Arc::clone(&woken));
        let step = Handle::current().spawn_blocking(move || {
            // Until the step ends, however long its caller waits.
            let _permit = permit;
            let polled = work.as_mut().poll(&mut Context::from_waker(&waker));
            (work, polled)
        });
        match step.await {
            Ok((_, Poll::Ready(done))) => return done,
            Ok((waiting, Poll::Pending)) => work = waiting,
            Err(error) => return Err(crashed(error)),
        }
        woken.0.notified().await;
    }
}

/// What work waits for has happened.
struct Woken(Notify);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.notify_one();
    }
}

/// Locks `mutex`, also after a panic of another thread that held it.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A handle to the process's one runtime. If it cannot be started, the next call tries again.
pub fn handle() -> Result<Handle, AuthError> {
    static RUNTIME: Mutex<Option<Handle>> = Mutex::new(None);

    let mut runtime = lock(&RUNTIME);
    if let Some(handle) = &*runtime {
        return Ok(handle.clone());
    }
    start()
        .map(|handle| runtime.insert(handle).clone())
        .map_err(|error| no_resources(&error))
}

/// The operating system has run out of something that work needs.
pub fn no_resources(error: &io::Error) -> AuthError {
    let (message, hint) = if shortage::hint(error) == Some(shortage::FILES) {
        (
            "The operating system refuses to open a file",
            shortage::FILES,
        )
    } else {
        (
            "The operating system refuses to start a thread",
            "Raise the limit of processes and threads (ulimit -u, a container's pids limit), or stop what uses them up.",
        )
    };
    AuthError::new(Reason::Resources, message)
        .with(|context| {
            context.retryable = Some(true);
            context.cause = Some(error.to_string());
        })
        .hint(hint)
}

fn start() -> io::Result<Handle> {
    let (send, started) = sync_channel(1);
    thread::Builder::new()
        .name(THREAD_NAME.to_owned())
        .spawn(move || run(&send))?;
    started
        .recv()
        .unwrap_or_else(|_| Err(io::Error::other("the thread ended at once")))
}

/// Runs the network's tasks for as long as the process lives.
fn run(send: &SyncSender<io::Result<Handle>>) {
    let built = catch_unwind(build).unwrap_or_else(|panic| Err(io::Error::other(text_of(&*panic))));
    let runtime = match built {
        Ok(runtime) => runtime,
        Err(error) => {
            let _ = send.send(Err(error));
            return;
        }
    };
    if send.send(Ok(runtime.handle().clone())).is_ok() {
        runtime.block_on(pending::<()>());
    }
}

fn build() -> io::Result<Runtime> {
    let runtime = Builder::new_current_thread()
        .thread_name(THREAD_NAME)
        .max_blocking_threads(limits::BLOCKING_THREADS)
        .thread_keep_alive(limits::BLOCKING_THREAD_LIFE)
        // A call begins before an answer is read that came after it, so that it can share the request: after each task, look
        // whether JavaScript has made a call.
        .global_queue_interval(1)
        .enable_all()
        .build()?;
    // Tokio panics if it cannot start the first of its blocking threads; while there is one, work waits for it. So the
    // first is started here, where a panic can be caught, and stays.
    let first = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(runtime.spawn_blocking(|| {}))
    }));
    match first {
        Ok(Ok(())) => Ok(runtime),
        Ok(Err(error)) => Err(error.into()),
        Err(panic) => Err(io::Error::other(text_of(&*panic))),
    }
}

/// Tokio's text: it names the operating system's error.
fn text_of(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<String>()
        .map_or("a thread could not be started", String::as_str)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::time::Duration;

    use tokio::runtime::Handle;
    use tokio::time::{sleep, timeout};

    use super::{Purpose, flight, off_thread};
    use crate::core::error::Reason;
    use crate::core::limits;

    #[tokio::test]
    async fn a_panic_reaches_all_who_wait_without_its_arguments() {
        let secret = "s3cret";
        let flight = flight::<()>(&Handle::current(), async move { panic!("with {secret}") });
        for waiting in [flight.clone(), flight] {
            let error = waiting.await.unwrap_err();
            assert_eq!(error.reason(), Reason::Internal);
            assert!(!format!("{error:?}").contains(secret));
        }
    }

    #[tokio::test]
    async fn work_that_waits_holds_no_thread() {
        let silent = || {
            tokio::spawn(off_thread::<()>(Purpose::Credentials, async {
                tokio::task::yield_now().await;
                pending().await
            }))
        };
        let silent: Vec<_> = (0..=limits::CREDENTIAL_SEARCHES)
            .map(|_| silent())
            .collect();
        let work = async {
            sleep(Duration::from_millis(1)).await;
            Ok("done")
        };
        let limit = Duration::from_secs(10);
        let done = timeout(limit, off_thread(Purpose::Credentials, work)).await;
        assert_eq!(done.unwrap().unwrap(), "done");
        for task in silent {
            task.abort();
        }
    }

    #[tokio::test]
    async fn a_panic_on_a_thread_is_a_failure() {
        let work = async {
            tokio::task::yield_now().await;
            panic!("within")
        };
        let error = off_thread::<()>(Purpose::Tokens, work).await.unwrap_err();
        assert_eq!(error.reason(), Reason::Internal);
    }

    #[test]
    fn there_is_one_runtime() {
        let [first, second] = [(); 2].map(|()| super::handle().unwrap());
        assert_eq!(first.id(), second.id());
    }
}
