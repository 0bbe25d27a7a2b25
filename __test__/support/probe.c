/*
 * A library that the specs preload into a child process (LD_PRELOAD, Linux). It counts the environment reads and the
 * threads of the addon, limits how many threads the addon may start, and lets look-ups of chosen host names hang.
 *
 * A thread belongs to the addon if its start routine or the caller of pthread_create lies in the addon's file, or if
 * a thread of the addon started it.
 *
 * JavaScript talks to it through variables that do not exist: process.env.COGNITO_PROBE_REPORT calls getenv, which
 * answers with the report. See probe.js for the commands.
 */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <netdb.h>
#include <pthread.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ADDON "cognito-auth-native"
#define COMMANDS "COGNITO_PROBE_"
#define UNANSWERED ".unanswered.test"
#define UNANSWERED_MS 30000
#define NAMES 64
#define NAME_BYTES 64
#define REPORT_BYTES 8192

extern char **environ;

/* The function that would have been called without this library. */
#define REAL(function)                                            \
  ({                                                              \
    static _Atomic(void *) found;                                 \
    if (!atomic_load(&found)) {                                   \
      atomic_store(&found, dlsym(RTLD_NEXT, #function));          \
    }                                                             \
    (__typeof__(&function))atomic_load(&found);                   \
  })

static bool begins(const char *text, const char *with) {
  return strncmp(text, with, strlen(with)) == 0;
}

static bool ends(const char *text, const char *with) {
  size_t length = strlen(text);
  return length >= strlen(with) && strcmp(text + length - strlen(with), with) == 0;
}

/* ---- Which code is the addon's ---- */

struct range {
  atomic_uintptr_t begin;
  atomic_uintptr_t end;
};

static struct range program;
static struct range addon;

static bool is_in(struct range *range, void *address) {
  uintptr_t at = (uintptr_t)address;
  return at >= atomic_load(&range->begin) && at < atomic_load(&range->end);
}

static void measure(struct range *range, struct dl_phdr_info *info) {
  uintptr_t begin = UINTPTR_MAX;
  uintptr_t end = 0;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    if (info->dlpi_phdr[i].p_type != PT_LOAD) continue;
    uintptr_t from = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
    uintptr_t to = from + info->dlpi_phdr[i].p_memsz;
    if (from < begin) begin = from;
    if (to > end) end = to;
  }
  atomic_store(&range->begin, begin);
  atomic_store(&range->end, end);
}

/* The program comes first. Folders may be called like the addon: only the file's own name counts. */
static int look_at(struct dl_phdr_info *info, size_t size, void *data) {
  (void)size;
  (void)data;
  if (!atomic_load(&program.end)) measure(&program, info);
  const char *slash = strrchr(info->dlpi_name, '/');
  const char *name = slash ? slash + 1 : info->dlpi_name;
  if (!begins(name, ADDON) || !ends(name, ".node")) return 0;
  measure(&addon, info);
  return 1;
}

static bool is_addon(void *address) {
  if (atomic_load(&addon.end)) return is_in(&addon, address);
  if (is_in(&program, address)) return false;
  dl_iterate_phdr(look_at, NULL);
  return atomic_load(&addon.end) && is_in(&addon, address);
}

static _Thread_local bool is_own_thread __attribute__((tls_model("initial-exec")));

/* ---- Reads of the environment ---- */

enum { EMPTY, WRITING, READY };

static struct {
  atomic_int state;
  atomic_uint count;
  char name[NAME_BYTES];
} names[NAMES];
static atomic_uint reads_on_threads;
static atomic_uint reads_from_addon;
static atomic_uint spawns_with_environ;

static void count_name(const char *name) {
  for (int i = 0; i < NAMES; i++) {
    int state = EMPTY;
    if (atomic_compare_exchange_strong(&names[i].state, &state, WRITING)) {
      strncpy(names[i].name, name, NAME_BYTES - 1);
      atomic_store(&names[i].state, READY);
    }
    while (atomic_load(&names[i].state) == WRITING) {
    }
    if (strncmp(names[i].name, name, NAME_BYTES - 1) == 0) {
      atomic_fetch_add(&names[i].count, 1);
      return;
    }
  }
}

static void count_read(const char *name, void *caller) {
  bool from_addon = is_addon(caller);
  if (is_own_thread) atomic_fetch_add(&reads_on_threads, 1);
  if (from_addon) atomic_fetch_add(&reads_from_addon, 1);
  if (is_own_thread || from_addon) count_name(name);
}

static void forget_reads(void) {
  for (int i = 0; i < NAMES; i++) atomic_store(&names[i].count, 0);
  atomic_store(&reads_on_threads, 0);
  atomic_store(&reads_from_addon, 0);
  atomic_store(&spawns_with_environ, 0);
}

/* ---- Threads ---- */

static atomic_int allowed = -1;
static atomic_uint started;
static atomic_uint refused;
static atomic_uint alive;
static atomic_uint most;

struct begun {
  void *(*start)(void *);
  void *argument;
};

static void *run(void *data) {
  struct begun begun = *(struct begun *)data;
  free(data);
  is_own_thread = true;
  void *result = begun.start(begun.argument);
  atomic_fetch_sub(&alive, 1);
  return result;
}

static bool may_start(void) {
  int left = atomic_load(&allowed);
  do {
    if (left < 0) return true;
    if (left == 0) return false;
  } while (!atomic_compare_exchange_weak(&allowed, &left, left - 1));
  return true;
}

static void count_started(void) {
  atomic_fetch_add(&started, 1);
  unsigned now = atomic_fetch_add(&alive, 1) + 1;
  unsigned before = atomic_load(&most);
  while (now > before && !atomic_compare_exchange_weak(&most, &before, now)) {
  }
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *),
                   void *argument) {
  bool is_own = is_own_thread || is_addon((void *)start) || is_addon(__builtin_return_address(0));
  if (!is_own) return REAL(pthread_create)(thread, attributes, start, argument);
  struct begun *begun = may_start() ? malloc(sizeof *begun) : NULL;
  if (begun == NULL) {
    atomic_fetch_add(&refused, 1);
    return EAGAIN;
  }
  *begun = (struct begun){start, argument};
  count_started();
  int failure = REAL(pthread_create)(thread, attributes, run, begun);
  if (failure != 0) {
    atomic_fetch_sub(&started, 1);
    atomic_fetch_sub(&alive, 1);
    free(begun);
  }
  return failure;
}

/* ---- Host names that are looked up slowly, or that nobody answers for ---- */

static atomic_bool is_released;
static atomic_uint resolving;
static int look_up_ms;

static void pause_ms(long ms) {
  const struct timespec time = {.tv_nsec = ms * 1000000};
  nanosleep(&time, NULL);
}

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                struct addrinfo **result) {
  if (node == NULL || !ends(node, UNANSWERED)) {
    pause_ms(look_up_ms);
    return REAL(getaddrinfo)(node, service, hints, result);
  }
  atomic_fetch_add(&resolving, 1);
  for (int waited = 0; waited < UNANSWERED_MS && !atomic_load(&is_released); waited += 2) {
    pause_ms(2);
  }
  atomic_fetch_sub(&resolving, 1);
  return EAI_AGAIN;
}

/* ---- What JavaScript asks ---- */

static char report[REPORT_BYTES];

static size_t add(size_t at, const char *format, ...) {
  va_list values;
  va_start(values, format);
  int length = vsnprintf(report + at, REPORT_BYTES - at, format, values);
  va_end(values);
  size_t end = at + (length < 0 ? 0 : (size_t)length);
  return end < REPORT_BYTES ? end : REPORT_BYTES - 1;
}

/* JSON, and blanks up to a fixed length: libuv asks for the length first, and for the text in a second call. */
static char *write_report(void) {
  size_t at = add(0, "{\"reads\":{\"onThreads\":%u,\"fromAddon\":%u,\"names\":{",
                  atomic_load(&reads_on_threads), atomic_load(&reads_from_addon));
  const char *comma = "";
  for (int i = 0; i < NAMES; i++) {
    unsigned count = atomic_load(&names[i].count);
    if (count == 0) continue;
    at = add(at, "%s\"%s\":%u", comma, names[i].name, count);
    comma = ",";
  }
  at = add(at, "}},\"spawnsWithEnviron\":%u,", atomic_load(&spawns_with_environ));
  at = add(at, "\"threads\":{\"started\":%u,\"alive\":%u,\"most\":%u,\"refused\":%u},\"resolving\":%u}",
           atomic_load(&started), atomic_load(&alive), atomic_load(&most), atomic_load(&refused),
           atomic_load(&resolving));
  memset(report + at, ' ', REPORT_BYTES - 1 - at);
  report[REPORT_BYTES - 1] = 0;
  return report;
}

/* The answer to a command; NULL if this is a variable like others. */
static char *obey(const char *command) {
  static char done[] = "done";
  if (strcmp(command, "REPORT") == 0) return write_report();
  if (strcmp(command, "FORGET_READS") == 0) forget_reads();
  else if (strcmp(command, "RELEASE") == 0) atomic_store(&is_released, true);
  else if (begins(command, "ALLOW_")) atomic_store(&allowed, atoi(command + strlen("ALLOW_")));
  else return NULL;
  return done;
}

static char *read_variable(const char *name, void *caller, char *(*real)(const char *)) {
  if (begins(name, COMMANDS)) {
    char *answer = obey(name + strlen(COMMANDS));
    if (answer != NULL) return answer;
  }
  count_read(name, caller);
  return real(name);
}

char *getenv(const char *name) {
  return read_variable(name, __builtin_return_address(0), REAL(getenv));
}

char *secure_getenv(const char *name) {
  return read_variable(name, __builtin_return_address(0), REAL(secure_getenv));
}

/* ---- Processes that get the environment as it is at that moment, which is a read of all of it ---- */

static void count_spawn(char *const environment[], void *caller) {
  if (environment == environ && (is_own_thread || is_addon(caller))) {
    atomic_fetch_add(&spawns_with_environ, 1);
  }
}

int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                const posix_spawnattr_t *attributes, char *const arguments[],
                char *const environment[]) {
  count_spawn(environment, __builtin_return_address(0));
  return REAL(posix_spawn)(pid, path, actions, attributes, arguments, environment);
}

int posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
                 const posix_spawnattr_t *attributes, char *const arguments[],
                 char *const environment[]) {
  count_spawn(environment, __builtin_return_address(0));
  return REAL(posix_spawnp)(pid, file, actions, attributes, arguments, environment);
}

__attribute__((constructor)) static void begin(void) {
  dl_iterate_phdr(look_at, NULL);
  const char *ms = REAL(getenv)(COMMANDS "LOOK_UP_MS");
  if (ms != NULL) look_up_ms = atoi(ms);
  const char *threads = REAL(getenv)(COMMANDS "THREADS");
  if (threads != NULL) atomic_store(&allowed, atoi(threads));
}
