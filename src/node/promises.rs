//! Promises for JavaScript, settled on the thread that they belong to.
//!
//! All promises of an environment share one thread-safe function: Node-API makes one at several times the cost of a promise. Results
//! that are ready together are handed over together.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::ffi::c_void;
use std::ptr;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use napi::bindgen_prelude::{
    Function, JsObjectValue as _, Object, ToNapiValue, retain_current_module_for_unload_safety,
};
use napi::{Env, JsValue as _, Property, check_status, sys};

use super::text::Payload;
use crate::net::runtime::lock;

thread_local! {
    /// The promises of this thread's environments. It has several if it loads the addon several times, as Jest does.
    static ALL: RefCell<HashMap<sys::napi_env, Rc<Promises>>> = RefCell::default();
}

/// The promises of one environment, on its own thread.
struct Promises {
    results: Arc<Mutex<Results>>,
    waker: sys::napi_threadsafe_function,
    /// Its resource has the number too.
    unsettled: Rc<Cell<usize>>,
}

/// Results that JavaScript's thread has not taken yet.
struct Results {
    ready: Vec<(Deferred, String)>,
    /// Missing once the environment has ended.
    waker: Option<Waker>,
}

/// A promise that is not settled yet.
struct Deferred(sys::napi_deferred);

// SAFETY: other threads keep it, and use it for nothing; it is settled on the thread that made it.
unsafe impl Send for Deferred {}

/// The environment's thread-safe function.
struct Waker(sys::napi_threadsafe_function);

// SAFETY: Node-API lets any thread call it. It is called behind a lock that the end of the environment takes too.
unsafe impl Send for Waker {}

/// Settles one promise, from any thread. One that is dropped, with a task that could not run to its end, settles it too: an
/// unsettled promise would keep the process running.
pub(super) struct Settle {
    results: Arc<Mutex<Results>>,
    /// Taken once the promise is settled.
    deferred: Option<Deferred>,
}

impl Settle {
    /// The promise resolves to `text`, unless its environment has ended.
    pub(super) fn with(mut self, text: String) {
        self.once(text);
    }

    fn once(&mut self, text: String) {
        let mut results = lock(&self.results);
        let (Some(deferred), Some(Waker(waker))) = (self.deferred.take(), &results.waker) else {
            return;
        };
        let waker = *waker;
        let is_first = results.ready.is_empty();
        results.ready.push((deferred, text));
        if !is_first {
            return;
        }
        // SAFETY: the function is there as long as `results` has it, and the lock is held.
        let status = unsafe {
            sys::napi_call_threadsafe_function(
                waker,
                ptr::null_mut(),
                sys::ThreadsafeFunctionCallMode::nonblocking,
            )
        };
        if status == sys::Status::napi_closing {
            // Node.js has taken back what a later release would give back.
            results.waker = None;
        }
    }
}

impl Drop for Settle {
    fn drop(&mut self) {
        if self.deferred.is_some() {
            // No outcome: JavaScript makes an internal failure of it.
            self.once(String::new());
        }
    }
}

/// The addon is loaded into an environment. Its thread-safe function is made now, not by the first call: that would be kept, with
/// what `AsyncLocalStorage` holds for it, until the environment ends.
pub(super) fn begin(env: Env) -> napi::Result<()> {
    Promises::of(&env).map(drop)
}

/// A new promise of this environment, and what settles it. The process keeps running until it is settled.
pub(super) fn unsettled(env: &Env) -> napi::Result<(Object<'_>, Settle)> {
    let promises = Promises::of(env)?;
    let (mut deferred, mut promise) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: the environment is the one that is running.
    let status =
        unsafe { sys::napi_create_promise(env.raw(), &raw mut deferred, &raw mut promise) };
    check_status!(status)?;
    promises.add(env)?;
    let settle = Settle {
        results: Arc::clone(&promises.results),
        deferred: Some(Deferred(deferred)),
    };
    Ok((Object::from_raw(env.raw(), promise), settle))
}

impl Promises {
    /// Those of this environment.
    fn of(env: &Env) -> napi::Result<Rc<Self>> {
        if let Some(promises) = Self::existing(env.raw()) {
            return Ok(promises);
        }
        let promises = Rc::new(Self::new(env)?);
        ALL.with_borrow_mut(|all| all.insert(env.raw(), Rc::clone(&promises)));
        Ok(promises)
    }

    fn existing(env: sys::napi_env) -> Option<Rc<Self>> {
        ALL.try_with(|all| all.try_borrow().ok()?.get(&env).cloned())
            .ok()
            .flatten()
    }

    fn new(env: &Env) -> napi::Result<Self> {
        // The network's thread outlives a worker thread, whose end would unload the addon.
        retain_current_module_for_unload_safety();
        let name = env.create_string("cognito-auth-native")?;
        let unsettled = Rc::<Cell<usize>>::default();
        let resource = resource(env, &unsettled)?;
        let mut waker = ptr::null_mut();
        // SAFETY: the environment is the one that is running; there is nothing to finalize, and `settle_all` needs no context.
        let status = unsafe {
            sys::napi_create_threadsafe_function(
                env.raw(),
                ptr::null_mut(),
                resource.raw(),
                name.raw(),
                0,
                1,
                ptr::null_mut(),
                None,
                ptr::null_mut(),
                Some(settle_all),
                &raw mut waker,
            )
        };
        check_status!(status)?;
        let results = Arc::new(Mutex::new(Results {
            ready: Vec::new(),
            waker: Some(Waker(waker)),
        }));
        // Hooks run in reverse order: this one before Node.js' own, which frees the function.
        let ended = (env.raw(), Arc::clone(&results));
        let hook = env.add_env_cleanup_hook(ended, |(env, results)| end(env, &results));
        if let Err(error) = hook {
            release(&results);
            return Err(error);
        }
        // SAFETY: as above. Without promises the process may end.
        let status = unsafe { sys::napi_unref_threadsafe_function(env.raw(), waker) };
        check_status!(status)?;
        Ok(Self {
            results,
            waker,
            unsettled,
        })
    }

    /// One more is not settled.
    fn add(&self, env: &Env) -> napi::Result<()> {
        if self.unsettled.get() == 0 {
            // SAFETY: the environment is the one that is running, and has not ended: the function is there.
            let status = unsafe { sys::napi_ref_threadsafe_function(env.raw(), self.waker) };
            check_status!(status)?;
        }
        self.unsettled.set(self.unsettled.get() + 1);
        Ok(())
    }

    /// Settles those whose results are ready.
    fn settle(&self, env: sys::napi_env) {
        let ready = std::mem::take(&mut lock(&self.results).ready);
        let left = self.unsettled.get().saturating_sub(ready.len());
        self.unsettled.set(left);
        if left == 0 {
            // SAFETY: as in `add`. It fails only if the environment ends, and then nothing keeps the process running.
            unsafe { sys::napi_unref_threadsafe_function(env, self.waker) };
        }
        let mut thrown = Vec::new();
        for (Deferred(deferred), text) in ready {
            // SAFETY: this is the environment's thread, and each promise is settled once. It fails only if the environment ends, or
            // if a promise hook throws, when the promise is settled already.
            unsafe { sys::napi_resolve_deferred(env, deferred, value_of(env, text)) };
            thrown.extend(pending_exception(env));
        }
        for exception in thrown {
            // SAFETY: this is the environment's thread. The process learns of it as of any exception that nobody caught.
            unsafe { sys::napi_fatal_exception(env, exception) };
        }
    }
}

/// The resource that `async_hooks` know the thread-safe function by: what looks for open handles (Jest does) asks it whether it
/// keeps the process running.
fn resource<'env>(env: &'env Env, unsettled: &Rc<Cell<usize>>) -> napi::Result<Object<'env>> {
    let unsettled = Rc::clone(unsettled);
    let has_ref: Function<'_, (), bool> =
        env.create_function_from_closure("hasRef", move |_| Ok(unsettled.get() > 0))?;
    let mut resource = Object::new(env)?;
    // Defined, not set: a setter of Object.prototype would get it.
    resource.define_properties(&[Property::new()
        .with_utf8_name("hasRef")?
        .with_value(&has_ref)])?;
    Ok(resource)
}

/// What a promise hook threw, taken away: Node-API settles nothing while it has an exception.
fn pending_exception(env: sys::napi_env) -> Option<sys::napi_value> {
    let (mut is_pending, mut exception) = (false, ptr::null_mut());
    // SAFETY: this is the environment's thread.
    unsafe { sys::napi_is_exception_pending(env, &raw mut is_pending) };
    if !is_pending {
        return None;
    }
    // SAFETY: as above.
    let status = unsafe { sys::napi_get_and_clear_last_exception(env, &raw mut exception) };
    (status == sys::Status::napi_ok).then_some(exception)
}

/// A text for JavaScript; `undefined`, which is no outcome, if V8 does not take it.
fn value_of(env: sys::napi_env, text: String) -> sys::napi_value {
    // SAFETY: this is the environment's thread.
    unsafe { Payload::to_napi_value(env, Payload(text)) }.unwrap_or_else(|_| {
        let mut undefined = ptr::null_mut();
        // SAFETY: as above.
        unsafe { sys::napi_get_undefined(env, &raw mut undefined) };
        undefined
    })
}

/// What the thread-safe function calls.
unsafe extern "C" fn settle_all(
    env: sys::napi_env,
    _function: sys::napi_value,
    _context: *mut c_void,
    _data: *mut c_void,
) {
    // Without an environment Node.js drops what is left, as it ends.
    if env.is_null() {
        return;
    }
    if let Some(promises) = Promises::existing(env) {
        promises.settle(env);
    }
}

/// The environment ends: what becomes ready from now on is dropped.
fn end(env: sys::napi_env, results: &Mutex<Results>) {
    let _ = ALL.try_with(|all| all.try_borrow_mut().map(|mut all| all.remove(&env)));
    release(results);
}

fn release(results: &Mutex<Results>) {
    let mut results = lock(results);
    results.ready.clear();
    if let Some(Waker(waker)) = results.waker.take() {
        // SAFETY: this is the one release of the one reference, and the lock keeps others from calling it.
        unsafe {
            sys::napi_release_threadsafe_function(waker, sys::ThreadsafeFunctionReleaseMode::abort)
        };
    }
}

#[cfg(test)]
mod tests {
    use std::ptr;
    use std::sync::{Arc, Mutex};

    use super::{Deferred, Results, Settle, Waker};
    use crate::net::runtime::lock;

    /// Results of which one is ready already, so that nothing is woken.
    fn results() -> Arc<Mutex<Results>> {
        Arc::new(Mutex::new(Results {
            ready: vec![(Deferred(ptr::null_mut()), "first".to_owned())],
            waker: Some(Waker(ptr::null_mut())),
        }))
    }

    fn settle(results: &Arc<Mutex<Results>>) -> Settle {
        Settle {
            results: Arc::clone(results),
            deferred: Some(Deferred(ptr::null_mut())),
        }
    }

    fn texts(results: &Mutex<Results>) -> Vec<String> {
        let results = lock(results);
        results.ready.iter().map(|(_, text)| text.clone()).collect()
    }

    #[test]
    fn a_promise_is_settled_once() {
        let results = results();
        settle(&results).with("second".to_owned());
        assert_eq!(texts(&results), ["first", "second"]);
    }

    #[test]
    fn a_promise_whose_task_is_dropped_is_settled_without_an_outcome() {
        let results = results();
        drop(settle(&results));
        assert_eq!(texts(&results), ["first", ""]);
    }

    #[test]
    fn nothing_becomes_ready_once_the_environment_has_ended() {
        let results = results();
        *lock(&results) = Results {
            ready: Vec::new(),
            waker: None,
        };
        settle(&results).with("late".to_owned());
        drop(settle(&results));
        assert!(texts(&results).is_empty());
    }
}
