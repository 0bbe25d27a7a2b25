//! The one walk over an error and the errors behind it.

use std::error::Error;
use std::{io, iter};

type Link<'a> = &'a (dyn Error + 'static);

/// The error, then its sources.
pub fn links(error: Link<'_>) -> impl Iterator<Item = Link<'_>> {
    iter::successors(Some(error), |&error| {
        // The source of an io::Error that wraps another error is the source of that error.
        match error.downcast_ref().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        }
    })
}

/// An error of a library in words, with everything behind it: libraries' own texts leave their sources out.
pub fn describe(error: Link<'_>) -> String {
    let mut texts: Vec<_> = links(error).map(ToString::to_string).collect();
    texts.dedup();
    texts.join(": ")
}

/// The last error of the chain: the actual cause.
pub fn innermost(error: Link<'_>) -> Link<'_> {
    links(error).last().unwrap_or(error)
}

/// The first `T` of the chain.
pub fn find<T: Error + 'static>(error: Link<'_>) -> Option<&T> {
    links(error).find_map(|error| error.downcast_ref())
}
