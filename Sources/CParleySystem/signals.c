#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "parley_system.h"

static int requests = -1;
static volatile sig_atomic_t newest;

// Nothing but a write is safe here. A thread reads the descriptor and does the rest.
static void on_request(int number) {
    int before = errno;
    newest = number;
    uint64_t one = 1;
    ssize_t written = write(requests, &one, sizeof one);
    (void)written;
    errno = before;
}

static void watch(int number) {
    struct sigaction action = {.sa_handler = on_request, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

int parley_watch_termination(void) {
    requests = eventfd(0, EFD_CLOEXEC | EFD_SEMAPHORE);
    if (requests < 0) return -errno;
    watch(SIGINT);
    watch(SIGTERM);
    return 0;
}

int parley_next_termination(void) {
    uint64_t one;
    while (read(requests, &one, sizeof one) < 0 && errno == EINTR) {}
    return newest;
}

void parley_exit_at_once(int number) { _exit(128 + number); }
