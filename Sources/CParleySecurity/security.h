// What the files of this target share.
#ifndef SECURITY_H
#define SECURITY_H

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "parley_security.h"

struct parley_identity {
    X509 *certificate;
    STACK_OF(X509) *chain;
    EVP_PKEY *key;
};

// Initialises OpenSSL once, without its handler at exit: that frees what loops on other threads
// still use while the process ends.
void security_start(void);

// Before the name in a certificate of a realm.
#define REALM_SCHEME "parley:"

int security_key_digest(X509 *certificate, uint8_t *digest);
// The name in a certificate of a realm. Returns whether it has one.
int security_realm_name(X509 *certificate, char *name);

#endif
