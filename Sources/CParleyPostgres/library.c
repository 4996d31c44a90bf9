#include "library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct calls parley_pq;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char missing[PARLEY_POSTGRES_WORDS];

static int find(void *library, const char *name, void *place, char *words, size_t room) {
    void *call = dlsym(library, name);
    memcpy(place, &call, sizeof call);
    if (!call) snprintf(words, room, "PostgreSQL's client library is older than version 14: it has no %s", name);
    return call != NULL;
}

// OpenSSL, which libpq brings, is not cleared away when the program ends: its threads still use it then. libpq itself
// begins it in the other way with its first encrypted connection, and only the first beginning counts.
static void keep_openssl(void *library) {
    const uint64_t no_atexit = 0x00080000;
    int (*start)(uint64_t, const void *) = NULL;
    void *call = dlsym(library, "OPENSSL_init_crypto");
    memcpy(&start, &call, sizeof call);
    if (start) start(no_atexit, NULL);
}

// Finds the calls in a library of that name. Without success there are words.
static int load_from(const char *name, struct calls *calls, char *words, size_t room) {
    void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        snprintf(
            words, room,
            "PostgreSQL's client library is not installed (Debian: apt-get install libpq5; Fedora: dnf install libpq; "
            "Arch: pacman -S postgresql-libs): %s",
            dlerror());
        return 0;
    }
#define FIND(type, name, parameters) \
    if (!find(library, #name, &calls->name, words, room)) return 0;
    CALLS(FIND)
    keep_openssl(library);
    return 1;
}

static void load(void) {
    load_from("libpq.so.5", &parley_pq, missing, sizeof missing);
}

const char *parley_postgres_load(void) {
    pthread_once(&once, load);
    return missing[0] ? missing : NULL;
}

int parley_postgres_look_for(const char *name, char *words) {
    struct calls calls;
    return load_from(name, &calls, words, PARLEY_POSTGRES_WORDS);
}

int parley_postgres_library_version(void) {
    return parley_pq.PQlibVersion();
}
