// What the TLS and SASL modules need of OpenSSL: its headers, and the macros that Swift cannot import.
#pragma once

// Keys are read by d2i_ECPrivateKey and its like: what replaces them in OpenSSL 3 costs 20 times as
// much. Digests are computed by SHA256_Update and its like, which need nothing fetched before.
#define OPENSSL_SUPPRESS_DEPRECATED

#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/md5.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

// Flags that are written as expressions.
static inline uint64_t copenssl_init_flags(void) {
    return OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT |
           OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS | OPENSSL_INIT_NO_ADD_ALL_CIPHERS |
           OPENSSL_INIT_NO_ADD_ALL_DIGESTS;
}
static inline uint64_t copenssl_init_ssl_flags(void) {
    return OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT | OPENSSL_INIT_NO_LOAD_SSL_STRINGS;
}
static inline uint64_t copenssl_server_options(void) {
    return SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
           SSL_OP_CIPHER_SERVER_PREFERENCE;
}

static inline int copenssl_print_name(BIO *text, const X509_NAME *name) {
    return X509_NAME_print_ex(text, name, 0, XN_FLAG_RFC2253);
}

// Functions that are macros around a ctrl function.
static inline int copenssl_set_versions(SSL_CTX *context, int minimum, int maximum) {
    return SSL_CTX_set_min_proto_version(context, minimum) &&
           SSL_CTX_set_max_proto_version(context, maximum);
}
static inline void copenssl_set_mode(SSL_CTX *context, long mode) {
    SSL_CTX_set_mode(context, mode);
}
static inline void copenssl_set_read_ahead(SSL_CTX *context, size_t octets) {
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_default_read_buffer_len(context, octets);
}
static inline void copenssl_set_session_cache_off(SSL_CTX *context) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}
static inline int copenssl_set_groups(SSL_CTX *context, const char *list) {
    return (int)SSL_CTX_set1_groups_list(context, list);
}
static inline void copenssl_set_dh_auto(SSL_CTX *context) { SSL_CTX_set_dh_auto(context, 1); }

static inline int copenssl_is_system_error(unsigned long code) { return ERR_SYSTEM_ERROR(code); }
static inline int copenssl_error_library(unsigned long code) { return ERR_GET_LIB(code); }
static inline int copenssl_error_reason(unsigned long code) { return ERR_GET_REASON(code); }

static inline void copenssl_free(void *memory) { OPENSSL_free(memory); }
static inline long copenssl_memory_bio_data(BIO *bio, char **octets) {
    return BIO_get_mem_data(bio, octets);
}

// Stacks are typed by macros.
static inline STACK_OF(X509) *copenssl_chain_new(void) { return sk_X509_new_null(); }
static inline int copenssl_chain_push(STACK_OF(X509) *chain, X509 *certificate) {
    return sk_X509_push(chain, certificate);
}
static inline void copenssl_chain_free(STACK_OF(X509) *chain) { sk_X509_free(chain); }
static inline int copenssl_ciphers_count(const STACK_OF(SSL_CIPHER) *ciphers) {
    return sk_SSL_CIPHER_num(ciphers);
}
static inline const SSL_CIPHER *copenssl_cipher_at(const STACK_OF(SSL_CIPHER) *ciphers, int i) {
    return sk_SSL_CIPHER_value(ciphers, i);
}
