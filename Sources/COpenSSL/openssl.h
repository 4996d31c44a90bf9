// OpenSSL 3.0 or later, from the system.
//
// CParleySecurity depends on this for the compiler's and linker's flags. No Swift file imports it.
#ifndef PARLEY_OPENSSL_H
#define PARLEY_OPENSSL_H

#include <openssl/opensslv.h>

#if OPENSSL_VERSION_NUMBER < 0x30000000L
#error "Parley needs OpenSSL 3.0 or later"
#endif

#endif
