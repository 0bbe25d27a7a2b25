//! Every limit, each with its reason. `npm run generate` hands JavaScript those that it needs.

use std::time::Duration;

/// The longest token that is looked at, in bytes. HTTP servers stop at 8 to 64 KiB of headers; Cognito's
/// largest tokens (a hundred groups and custom claims) stay below 10 KiB.
pub const TOKEN_BYTES: usize = 64 * 1024;

/// The longest `Authorization` or `Cookie` header of a request that is read, in characters: a token, its scheme and other cookies.
/// Servers accept less, Node.js 16 KiB by default for all headers of a request.
pub const HEADER_CHARACTERS: usize = 128 * 1024;

/// The most items of a list of headers that are read. Node.js keeps 2,000 headers, so 4,000 items, of a request.
pub const HEADER_ITEMS: usize = 128 * 1024;

/// The longest header of a token, in bytes of JSON. Cognito's has two members and about 90 bytes. It is read before the
/// signature has been checked, so anybody can choose it.
pub const HEADER_BYTES: usize = 1024;

/// How deep objects and arrays may lie in a token's payload. Cognito's deepest claim (`address`, or one that a trigger
/// adds) has a handful of levels. Each level takes a frame of the stack.
pub const JSON_DEPTH: usize = 64;

/// Up to this many members an object's names are compared one by one; above it through a hash set, so that a
/// hostile token with thousands of members stays cheap.
pub const MEMBERS_COMPARED: usize = 32;

/// The largest key set that is read, in bytes. Cognito's has two keys and 900 bytes.
pub const JWKS_BYTES: usize = 256 * 1024;

/// The most keys in a set. Parsing one costs about 10 µs.
pub const JWKS_KEYS: usize = 64;

/// The shortest RSA modulus in bits (RFC 7518, section 3.3).
pub const RSA_MIN_BITS: usize = 2048;

/// The longest RSA modulus in bits. Verifying costs time in proportion to its square.
pub const RSA_MAX_BITS: usize = 8192;

/// How long keys are used without asking again. Cognito does not say how often it rotates keys; peers use 10
/// minutes to 10 hours.
pub const KEYS_FRESH: Duration = Duration::from_hours(1);

/// How long keys are used while refreshing fails: longer than Cognito's outages have lasted.
pub const KEYS_USABLE: Duration = Duration::from_hours(24);

/// How long after an answer no further one is asked for because of a key id that it does not list. Anybody can
/// send tokens with made-up key ids.
pub const UNKNOWN_KEY_PAUSE: Duration = Duration::from_secs(10);

/// The first pause after a failed fetch; it doubles with each further failure.
pub const BACKOFF_FIRST: Duration = Duration::from_millis(250);

/// The longest pause after a failed fetch, while there are keys.
pub const BACKOFF_LONGEST: Duration = Duration::from_secs(30);

/// The longest pause after a failed fetch without any keys: every token is refused meanwhile, so the end of an outage
/// should be felt within about a second.
pub const BACKOFF_LONGEST_WITHOUT_KEYS: Duration = Duration::from_secs(1);

/// How long a fetch of the keys may take as a whole, so that a caller waits no longer than a user would.
pub const JWKS_FETCH: Duration = Duration::from_secs(3);

/// The pauses before the further attempts of a fetch: a connection that was cut is worth another one at once; a server that
/// restarts needs a moment.
pub const JWKS_PAUSES: [Duration; 2] = [Duration::ZERO, Duration::from_millis(100)];

/// How long an attempt is waited for before another one starts beside it. Cognito answers within a tenth of this.
pub const JWKS_PATIENCE: Duration = Duration::from_secs(1);

/// The most key sets that are kept, one per JWKS address: more pools than one process serves.
pub const KEY_CACHES: usize = 1024;

/// Fetches of key sets that are remembered for those who watch them. One that fails is repeated once a second at most.
pub const FETCHES_REMEMBERED: usize = 64;

/// How long one call to Cognito may take in all, retries included, unless configured.
pub const CALL: Duration = Duration::from_secs(10);

/// How long connecting may take, unless configured.
pub const CONNECT: Duration = Duration::from_secs(3);

/// How long credentials may be looked for, of a call that may take `call` in all: a credential process or a sign-in at
/// another service takes seconds, and the failure is to say what it waited for.
pub fn credentials(call: Duration) -> Duration {
    call.mul_f64(0.8)
}

/// How long connecting to the EC2 metadata service may take, which is on the same host. Where there is none, packets may
/// get lost: nobody should wait for long to be told that there are no credentials.
pub const METADATA_CONNECT: Duration = Duration::from_millis(500);

/// How long an answer of the EC2 metadata service may take. It takes milliseconds.
pub const METADATA_READ: Duration = Duration::from_secs(1);

/// Attempts of one request, the first included, unless configured. The AWS SDKs' default.
pub const ATTEMPTS: u32 = 3;

/// The most attempts of one request that can be configured.
pub const MOST_ATTEMPTS: u32 = 10;

/// The pause before the second attempt, before jitter. The replaced SDK's default.
pub const RETRY_PAUSE: Duration = Duration::from_millis(100);

/// The longest pause before another attempt that the service may ask for; if it asks for more, the caller is told.
pub const RETRY_AFTER: Duration = Duration::from_secs(3);

/// The longest `Retry-After` that is handed on: a day. A longer one is a mistake, or nobody's who would be waited for.
pub const LONGEST_RETRY_AFTER: Duration = Duration::from_hours(24);

/// The most characters of the service's message that are handed on. Cognito's have a few hundred.
pub const MESSAGE_CHARACTERS: usize = 4096;

/// The most characters of an error's name and of a request id. Cognito's have at most 50.
pub const NAME_CHARACTERS: usize = 128;

/// The largest answer that is read from Cognito, in bytes. A user stays below 120 KiB: 50 custom attributes and the standard ones, each of up
/// to 2,048 characters. A page of `ListUsers` has 60 users.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html>
pub const ANSWER_BYTES: usize = 8 * 1024 * 1024;

/// The largest request that `call` sends, in bytes. Cognito's largest parameters, such as a page's style and a logo, are a tenth of it.
pub const REQUEST_BYTES: usize = 1024 * 1024;

/// The most items of a list that is handed out as a whole. A user is in at most 100 groups:
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html>
pub const ITEMS_COLLECTED: usize = 10_000;

/// The largest file of certificates that is read, in bytes. The bundles of operating systems have a quarter of a megabyte.
pub const CERTIFICATES_BYTES: u64 = 4 * 1024 * 1024;

/// The most clock tolerance that can be configured, in seconds.
pub const CLOCK_TOLERANCE: u32 = 600;

/// Calls to Cognito of one Auth that are under way at once, sign-ins and others each, and the most idle connections that are kept
/// for later ones; others wait. The service's quotas are a few dozen calls a second; an operating system gives a process 1,024
/// files or more.
pub const CONNECTIONS: usize = 128;

/// Calls of one Auth that may wait for their turn, sign-ins and others each. Further ones are refused at once.
pub const WAITING_CALLS: usize = 1024;

/// From so many tokens on, verifying them is shared with a second thread: waking it costs about as much as verifying
/// two.
pub const SHARED_BATCH: usize = 8;

/// The longest deadline that can be configured.
pub const LONGEST_CALL: Duration = Duration::from_mins(5);

/// Threads for work that blocks: host names, and files with settings, credentials and certificates. They work for a moment,
/// unless a name server or a file system is silent; what waits for them waits no longer than its call may take.
pub const BLOCKING_THREADS: usize = LOOKUPS
    + SETTINGS_READERS
    + TOKEN_READERS
    + CREDENTIAL_SEARCHES
    + CERTIFICATE_READERS
    + PROVERS
    + 2;

/// Threads that read the AWS settings files at once. A file system that does not answer blocks one for each file, for good.
pub const SETTINGS_READERS: usize = 2;

/// Threads that read files with tokens for sources of credentials at once. As with settings, a file system that does not
/// answer blocks one for each file.
pub const TOKEN_READERS: usize = 2;

/// Threads that searches for AWS credentials take their steps on, because sources read files of their own. Any number of
/// searches may wait for answers meanwhile.
pub const CREDENTIAL_SEARCHES: usize = 2;

/// Threads that read certificates at once.
pub const CERTIFICATE_READERS: usize = 2;

/// The largest AWS settings file that is read, and the largest file with a token for a source of credentials, in bytes. A
/// profile has some 200 bytes.
pub const SETTINGS_BYTES: u64 = 1024 * 1024;

/// The most profiles that one may lead through, each the source of the one before. Each is a role, and a request to STS.
pub const PROFILE_CHAIN: usize = 32;

/// The most that a credential process may print, in bytes, on each of its outputs. Credentials have about 2 KiB.
pub const PROCESS_BYTES: usize = 64 * 1024;

/// How often a credential process that has closed its outputs is looked at, to see whether it has ended. The operating
/// system reports that too, but not always to us: Node.js takes the signal for children of its own.
pub const PROCESS_LOOK: Duration = Duration::from_millis(50);

/// Host names that are looked up at once. Each may block a thread for as long as a name server is silent (glibc waits 5
/// seconds, twice).
pub const LOOKUPS: usize = 6;

/// How long an idle thread for blocking work is kept: for good, because a process that has reached its limit of threads
/// could not start it again.
pub const BLOCKING_THREAD_LIFE: Duration = Duration::from_hours(24 * 365);

/// Tokens that may wait for one fetch of the keys: each holds some 16 KiB meanwhile. Further ones are refused at once.
pub const WAITING_FOR_KEYS: usize = 1024;

/// The longest text that an argument of a function may be, in characters of JavaScript: far above every length that Cognito
/// allows, which says the rest better itself.
pub const ARGUMENT_CHARACTERS: usize = 65_536;

/// Tokens that one turn of the event loop verifies: less than a millisecond of work for two cores.
pub const TURN_TOKENS: usize = 64;

/// Characters of the tokens that one turn of the event loop verifies, unless it is one token: two of the largest, or 64 of
/// twice the usual length.
pub const TURN_CHARACTERS: usize = 128 * 1024;

/// Verified tokens that are remembered in one generation; there are two. Cognito's tokens are about 1 KiB, their claims as
/// objects about as much.
pub const REMEMBERED_TOKENS: usize = 1_000;

/// Characters of the verified tokens that are remembered in one generation.
pub const REMEMBERED_CHARACTERS: usize = 2 * 1024 * 1024;

/// Policies of single calls that are remembered for each pool, with the tokens that were verified under each.
pub const POLICIES: usize = 16;

/// Levels of an option's value that is copied whole. A key set has three.
pub const OPTION_DEPTH: usize = 8;

/// The most hexadecimal digits of `SRP_B`, leading zeros apart: those of the group's prime, which has 3072 bits.
pub const SRP_B_DIGITS: usize = 3072 / 4;

/// The most hexadecimal digits of a salt in SRP, leading zeros apart. Cognito's have 16 bytes, some emulators' 32.
pub const SRP_SALT_DIGITS: usize = 64;

/// The longest `SECRET_BLOCK`, in characters of Base64. It is opaque, is decoded and hashed, and goes back with the answer.
pub const SRP_SECRET_BLOCK_CHARACTERS: usize = 4096;

/// How long a saved challenge can be resumed: the longest `AuthSessionValidity` of an app client.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolClientType.html>
pub const STATE_LIFE: Duration = Duration::from_mins(15);

/// How far the clock of the server that saved a challenge may be ahead of the one that resumes it.
pub const STATE_CLOCK_SKEW: Duration = Duration::from_mins(1);

/// The longest saved challenge, in characters. A session of 4,096 characters, Cognito's longest, makes about 6,000.
pub const STATE_CHARACTERS: usize = 8 * 1024;

/// The shortest key that saved challenges are sealed with, in characters. `openssl rand -base64 32` makes 44.
pub const STATE_KEY_CHARACTERS: usize = 32;

/// How many characters of such a key must be different: a random one has about 30.
pub const STATE_KEY_VARIETY: usize = 8;

/// How long a refresh that calls wait for may take while further ones join them, unless one of them waits for longer by itself:
/// so long that no answer is given up that would come, and not so long that one connection that has died holds all up.
pub const REFRESH: Duration = Duration::from_secs(30);

/// Results of refreshes that are remembered in a process. Each holds about 5 KB of tokens, and is replaced by the result of
/// a later refresh when there are this many.
pub const REFRESH_RESULTS: usize = 1024;

/// Bytes of the results that are remembered: room for as many usual ones, and not for as many of the largest answers.
pub const REFRESH_BYTES: usize = 8 * 1024 * 1024;

/// The latest time that JavaScript has as a date, in milliseconds since 1970.
/// <https://tc39.es/ecma262/#sec-time-values-and-time-range>
pub const LATEST_DATE: u64 = 8_640_000_000_000_000;

/// How long the result of a refresh that replaced the refresh token is handed to later calls with the old token, unless
/// configured: longer than the requests of one page are apart.
pub const REFRESH_REUSE: Duration = Duration::from_secs(10);

/// The longest that can be configured, in seconds: the longest `RetryGracePeriodSeconds` of an app client.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RefreshTokenRotationType.html>
pub const LONGEST_REFRESH_REUSE: u32 = 60;

/// Calls that may wait in a process for requests that other calls have sent for the same refresh token. Further ones are
/// refused at once.
pub const WAITING_FOR_REFRESH: usize = 1024;

/// How long a call is told to wait that found too many waiting: requests take a tenth of that.
pub const WAITING_PAUSE: Duration = Duration::from_secs(1);

/// Threads that prove passwords (SRP) at once. A proof takes about 4 ms of CPU time.
pub const PROVERS: usize = 2;

/// How long a proof is sent again for: it says when it was made, and Cognito accepts it for a few seconds.
pub const PROOF_LIFE: Duration = Duration::from_secs(3);

/// Sign-ins that may wait for such a thread, or for Amazon Cognito's part of their proof. Further ones are refused at once, and
/// never one that has begun.
pub const WAITING_FOR_PROOF: usize = 64;

/// How far Amazon Cognito's clock may be from this machine's for its `Date` header to be believed in a proof.
pub const PROOF_CLOCK_SKEW: Duration = Duration::from_mins(5);

/// How far it may be without being noticed: Cognito accepts a proof within a few seconds.
pub const PROOF_CLOCK_PRECISION: Duration = Duration::from_secs(2);
