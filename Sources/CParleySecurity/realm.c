#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "security.h"

// The name in a URI "parley:NAME"; 0 where it is none.
static size_t name_of(const GENERAL_NAME *entry, char *name) {
    size_t prefix = sizeof REALM_SCHEME - 1;
    if (entry->type != GEN_URI) return 0;
    const uint8_t *text = ASN1_STRING_get0_data(entry->d.uniformResourceIdentifier);
    size_t count = (size_t)ASN1_STRING_length(entry->d.uniformResourceIdentifier);
    if (count <= prefix || memcmp(text, REALM_SCHEME, prefix) != 0) return 0;
    count -= prefix;
    if (count >= PARLEY_NAME_COUNT || memchr(text + prefix, 0, count)) return 0;
    memcpy(name, text + prefix, count);
    name[count] = 0;
    return count;
}

int security_realm_name(X509 *certificate, char *name) {
    GENERAL_NAMES *entries = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    // One name and no other: a second one would leave open which of them counts.
    int result = entries && sk_GENERAL_NAME_num(entries) == 1
        && name_of(sk_GENERAL_NAME_value(entries, 0), name) > 0;
    GENERAL_NAMES_free(entries);
    ERR_clear_error();
    return result;
}

int parley_identity_is_authority(const parley_identity *identity) {
    int result = sk_X509_num(identity->chain) == 0 && X509_check_ca(identity->certificate) == 1;
    ERR_clear_error();
    return result;
}

int parley_identity_realm_name(const parley_identity *identity, char *name) {
    if (sk_X509_num(identity->chain) != 1) return -1;
    X509 *authority = sk_X509_value(identity->chain, 0);
    int is_issued = X509_check_ca(authority) == 1
        && X509_check_issued(authority, identity->certificate) == X509_V_OK
        && X509_verify(identity->certificate, X509_get0_pubkey(authority)) == 1;
    ERR_clear_error();
    return is_issued && security_realm_name(identity->certificate, name) ? 0 : -1;
}
