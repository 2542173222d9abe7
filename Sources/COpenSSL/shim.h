// What the TLS and SASL modules need of OpenSSL: its headers, and the macros that Swift cannot import.
#pragma once

// Keys are read by d2i_ECPrivateKey and its like: what replaces them in OpenSSL 3 costs 20 times as
// much. Digests are computed by SHA256_Update and its like, which need nothing fetched before.
#define OPENSSL_SUPPRESS_DEPRECATED

#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/md5.h>
#include <openssl/params.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/provider.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/store.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// Flags that are written as expressions.
static inline uint64_t copenssl_init_flags(void) {
    return OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT |
           OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS | OPENSSL_INIT_NO_ADD_ALL_CIPHERS |
           OPENSSL_INIT_NO_ADD_ALL_DIGESTS;
}
static inline uint64_t copenssl_init_ssl_flags(void) {
    // OpenSSL 3.0 would load the texts of libssl for every context, and can still load them later;
    // 3.5 loads none later, once it was told not to.
    uint64_t texts = OpenSSL_version_num() < 0x30100000L ? OPENSSL_INIT_NO_LOAD_SSL_STRINGS : 0;
    return OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT | texts;
}
static inline uint64_t copenssl_init_ssl_texts_flags(void) {
    return OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT | OPENSSL_INIT_LOAD_SSL_STRINGS;
}
static inline uint64_t copenssl_server_options(void) {
    return SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
           SSL_OP_CIPHER_SERVER_PREFERENCE;
}

static inline int copenssl_print_name(BIO *text, const X509_NAME *name, int converts) {
    unsigned long conversion = converts ? 0 : ASN1_STRFLGS_UTF8_CONVERT;
    return X509_NAME_print_ex(text, name, 0, XN_FLAG_RFC2253 & ~conversion);
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
static inline void copenssl_allow_tickets(SSL_CTX *context) {
    SSL_CTX_clear_options(context, SSL_OP_NO_TICKET);
}
static inline const char *copenssl_negotiated_group(SSL *ssl) {
    // OpenSSL 3.0 looks into the session without asking whether there is one.
    return SSL_get_session(ssl) ? SSL_group_to_name(ssl, (int)SSL_get_negotiated_group(ssl)) : NULL;
}
// By its number in the protocol. OpenSSL marks those that need have no identifier of its own.
static inline const char *copenssl_group_name(SSL *ssl, uint16_t group) {
    return SSL_group_to_name(ssl, TLSEXT_nid_unknown | group);
}
static inline int copenssl_has_extended_master_secret(SSL *ssl) {
    return SSL_get_extms_support(ssl) == 1;
}
static inline int copenssl_set_groups(SSL_CTX *context, const char *list) {
    return (int)SSL_CTX_set1_groups_list(context, list);
}
static inline int copenssl_set_signatures(SSL_CTX *context, const char *list) {
    return (int)SSL_CTX_set1_sigalgs_list(context, list);
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
static inline GENERAL_NAMES *copenssl_names_new(void) { return sk_GENERAL_NAME_new_null(); }
static inline int copenssl_names_push(GENERAL_NAMES *names, GENERAL_NAME *name) {
    return sk_GENERAL_NAME_push(names, name);
}
static inline int copenssl_names_count(const GENERAL_NAMES *names) {
    return sk_GENERAL_NAME_num(names);
}
static inline const GENERAL_NAME *copenssl_name_at(const GENERAL_NAMES *names, int i) {
    return sk_GENERAL_NAME_value(names, i);
}
static inline void copenssl_names_free(GENERAL_NAMES *names) { GENERAL_NAMES_free(names); }
static inline STACK_OF(ASN1_OBJECT) *copenssl_objects_new(void) {
    return sk_ASN1_OBJECT_new_null();
}
static inline int copenssl_objects_push(STACK_OF(ASN1_OBJECT) *objects, ASN1_OBJECT *object) {
    return sk_ASN1_OBJECT_push(objects, object);
}
static inline void copenssl_objects_free(STACK_OF(ASN1_OBJECT) *objects) {
    sk_ASN1_OBJECT_free(objects);
}
