#include "fuzz_watch.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { LINE = 240, THREADS = 64, ALTERNATE_STACK = 64 * 1024 };

typedef struct {
    char line[LINE];
    volatile uint64_t number;
    int taken;
} record;

// Only the handler reads the records of other threads, and only to show them.
static record records[THREADS];
static _Thread_local record *mine;
static _Thread_local char alternate_stack[ALTERNATE_STACK];

static const int watched[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGTERM, SIGINT};
enum { WATCHED = sizeof watched / sizeof *watched };
static struct sigaction earlier[WATCHED];

static void put(const char *text, size_t length) {
    if (write(STDERR_FILENO, text, length) < 0) return;
}

static void show(const record *item) {
    char digits[24];
    size_t start = sizeof digits;
    digits[--start] = '\n';
    uint64_t rest = item->number;
    do {
        digits[--start] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    put(item->line, strnlen(item->line, LINE));
    put(digits + start, sizeof digits - start);
}

// Writes the report, and passes the signal to the handler that was there before.
static void on_signal(int number) {
    static const char title[] = "\nended by a signal; what ran can be run again with\n";
    put(title, sizeof title - 1);
    for (int i = 0; i < THREADS; i++)
        if (__atomic_load_n(&records[i].taken, __ATOMIC_ACQUIRE)) show(&records[i]);
    for (int i = 0; i < WATCHED; i++)
        if (watched[i] == number) sigaction(number, &earlier[i], NULL);
    raise(number);
}

void fuzz_watch_install(void) {
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < WATCHED; i++) sigaction(watched[i], &action, &earlier[i]);
}

void fuzz_watch_begin(const char *line) {
    // A stack that has overflowed has no space for the handler's frame.
    stack_t stack = {.ss_sp = alternate_stack, .ss_size = sizeof alternate_stack};
    sigaltstack(&stack, NULL);
    for (int i = 0; i < THREADS && mine == NULL; i++) {
        int vacant = 0;
        if (!__atomic_compare_exchange_n(
                &records[i].taken, &vacant, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
            continue;
        mine = &records[i];
    }
    if (mine == NULL) return;
    strncpy(mine->line, line, LINE - 1);
    mine->number = 0;
}

void fuzz_watch_input(uint64_t number) {
    if (mine != NULL) mine->number = number;
}

void fuzz_watch_end(void) {
    if (mine == NULL) return;
    __atomic_store_n(&mine->taken, 0, __ATOMIC_RELEASE);
    mine = NULL;
}
