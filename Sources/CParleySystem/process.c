#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "parley_system.h"

void parley_raise_descriptor_limit(uint64_t *current, uint64_t *maximum) {
    struct rlimit limit = {0, 0};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        rlim_t before = limit.rlim_cur;
        limit.rlim_cur = limit.rlim_max;
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = before;
    }
    *current = limit.rlim_cur;
    *maximum = limit.rlim_max;
}

// What a thread of ours needs to begin.
typedef struct {
    char name[16];
    void (*body)(void *);
    void *context;
} thread_start;

static void *run_thread(void *argument) {
    thread_start start = *(thread_start *)argument;
    free(argument);
    pthread_setname_np(pthread_self(), start.name);
    start.body(start.context);
    return NULL;
}

// The signals that stay open on every thread: a fault of the thread itself, for which the kernel
// runs no handler while it is blocked, so that a crash would leave no backtrace, and the timer of
// profilers, which must find the thread that works.
static const int open_signals[] = {
    SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS, SIGPROF};

static void closed_signals(sigset_t *set) {
    sigfillset(set);
    for (size_t i = 0; i < sizeof open_signals / sizeof *open_signals; i++)
        sigdelset(set, open_signals[i]);
}

static int create_thread(thread_start *start) {
    pthread_attr_t attributes;
    int result = pthread_attr_init(&attributes);
    if (result != 0) return result;
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    result = pthread_attr_setstacksize(&attributes, PARLEY_STACK_BYTES);
    pthread_t thread;
    if (result == 0) result = pthread_create(&thread, &attributes, run_thread, start);
    pthread_attr_destroy(&attributes);
    return result;
}

int parley_thread_start(const char *name, void (*body)(void *), void *context) {
    thread_start *start = malloc(sizeof *start);
    if (start == NULL) return -ENOMEM;
    *start = (thread_start){.body = body, .context = context};
    strncpy(start->name, name, sizeof start->name - 1);
    // The new thread inherits the mask, so that no signal reaches it before it could set its own.
    sigset_t closed, before;
    closed_signals(&closed);
    pthread_sigmask(SIG_SETMASK, &closed, &before);
    int result = create_thread(start);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (result != 0) free(start);
    return -result;
}
