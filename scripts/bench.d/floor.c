// The least that C on OpenSSL can do as a process per session: STARTTLS, one durable Maildir file
// per message, no checks worth the name. It is what scripts/bench measures mailpit against, and no
// mail server.
//
// Usage: floor CERTIFICATE KEY MAILDIR, with the connection as standard input and output.
//
// As it stands it uses OpenSSL as its manual shows it. Built with -DTUNING=1 it does all else that is
// known to make a session cheaper without leaving out anything the client or the file would miss, and
// with -DTUNING=2 it also makes less of OpenSSL ready, as mailpit does (Sources/TLS/LeanLibrary.swift).
#define OPENSSL_SUPPRESS_DEPRECATED
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/provider.h>
#include <openssl/ssl.h>
#include <openssl/store.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifndef TUNING
#define TUNING 0
#endif

static const char *certificate_file, *key_file, *maildir;
static SSL_CTX *context;
static SSL *tls;  // Null before the handshake.

static char input[1 << 16];
static size_t input_length, input_position;

static _Noreturn void end(int status) {
    if (TUNING) _exit(status);  // OpenSSL's handlers would only free what the kernel frees anyway.
    exit(status);
}

static void reply(const char *text) {
    int length = (int)strlen(text);
    int written = tls ? SSL_write(tls, text, length) : (int)write(1, text, length);
    if (written != length) end(1);
}

// Reads more into the empty buffer; a client that is gone ends the session.
static void fill(void) {
    int count = tls ? SSL_read(tls, input, sizeof input) : (int)read(0, input, sizeof input);
    if (count <= 0) end(0);
    input_length = count;
    input_position = 0;
}

static char next_octet(void) {
    if (input_position == input_length) fill();
    return input[input_position++];
}

// A command line up to its LF; what does not fit is cut off.
static void read_line(char *line, size_t size) {
    size_t length = 0;
    for (char octet; (octet = next_octet()) != '\n';)
        if (length + 1 < size) line[length++] = octet;
    line[length] = 0;
}

// MARK: - The message

static char output[1 << 18];
static size_t output_length;
static int file;

static void flush_output(void) {
    for (size_t done = 0; done < output_length;) {
        ssize_t count = write(file, output + done, output_length - done);
        if (count <= 0) end(1);
        done += count;
    }
    output_length = 0;
}

static void put_octet(char octet) {
    if (output_length == sizeof output) flush_output();
    output[output_length++] = octet;
}

static void put(const char *octets, size_t count) {
    if (output_length + count > sizeof output) flush_output();
    memcpy(output + output_length, octets, count);
    output_length += count;
}

// Octet by octet: dot-unstuffing, CRLF to LF, up to the line that is a single dot.
static void copy_data_plainly(void) {
    for (;;) {
        char octet = next_octet();
        if (octet == '.') {
            octet = next_octet();
            if (octet == '\r') {
                octet = next_octet();
                if (octet == '\n') return;
                put_octet('\r');
            }
        }
        for (;; octet = next_octet()) {  // The rest of the line.
            if (octet == '\r') {
                octet = next_octet();
                if (octet != '\n') put_octet('\r');
            }
            put_octet(octet);
            if (octet == '\n') break;
        }
    }
}

// The same a line at a time, however the lines are cut by the buffer.
static void copy_data_by_lines(void) {
    enum { AT_LINE_START, BEHIND_DOT, BEHIND_DOT_CR, IN_LINE, BEHIND_CR } state = AT_LINE_START;
    for (;;) {
        if (input_position == input_length) fill();
        const char *start = input + input_position, *stop = input + input_length;
        switch (state) {
        case AT_LINE_START:
            state = *start == '.' ? BEHIND_DOT : IN_LINE;
            input_position += *start == '.';
            break;
        case BEHIND_DOT:
            state = *start == '\r' ? BEHIND_DOT_CR : IN_LINE;
            input_position += *start == '\r';
            break;
        case BEHIND_DOT_CR:
            if (*start == '\n') {
                input_position++;
                return;
            }
            put_octet('\r');
            state = IN_LINE;
            break;
        case BEHIND_CR:
            if (*start != '\n') put_octet('\r');
            state = IN_LINE;
            break;
        case IN_LINE: {
            const char *line_end = memchr(start, '\n', stop - start);
            size_t count = (line_end ? line_end : stop) - start;
            int ends_in_cr = count > 0 && start[count - 1] == '\r';
            put(start, count - ends_in_cr);
            input_position += count + (line_end != 0);
            if (line_end) put_octet('\n');
            state = line_end ? AT_LINE_START : ends_in_cr ? BEHIND_CR : IN_LINE;
            break;
        }
        }
    }
}

static void sync_and_close(int descriptor) {
    if (fsync(descriptor) != 0 || close(descriptor) != 0) end(1);
}

static void receive_message(void) {
    static int messages;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    char name[64], tmp[512], new[512];
    snprintf(name, sizeof name, "%ld.M%06ldP%dQ%d.localhost", (long)now.tv_sec, now.tv_nsec / 1000,
             getpid(), ++messages);
    snprintf(tmp, sizeof tmp, "%s/tmp/%s", maildir, name);
    snprintf(new, sizeof new, "%s/new/%s", maildir, name);
    file = open(tmp, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (file < 0) end(1);
    reply("354 go\r\n");
    if (TUNING) copy_data_by_lines(); else copy_data_plainly();
    flush_output();
    sync_and_close(file);
    if (rename(tmp, new) != 0) end(1);
    snprintf(new, sizeof new, "%s/new", maildir);
    sync_and_close(open(new, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    reply("250 ok\r\n");
}

// MARK: - TLS

// An EC key in PKCS #8 on P-256 without OSSL_DECODER, which asks every decoder it knows of.
static EVP_PKEY *read_key_directly(void) {
    char *name, *header;
    unsigned char *der;
    long length;
    BIO *bio = BIO_new_file(key_file, "r");
    if (!(bio && PEM_read_bio(bio, &name, &header, &der, &length))) end(2);
    const unsigned char *position = der, *octets;
    int count;
    PKCS8_PRIV_KEY_INFO *information = d2i_PKCS8_PRIV_KEY_INFO(0, &position, length);
    if (!(information && PKCS8_pkey_get0(0, &octets, &count, 0, information))) end(2);
    EC_KEY *key = EC_KEY_new_by_curve_name(NID_X9_62_prime256v1);
    if (!d2i_ECPrivateKey(&key, &octets, count)) end(2);
    EVP_PKEY *result = EVP_PKEY_new();
    EVP_PKEY_assign_EC_KEY(result, key);
    return result;
}

static void initialise_library_lightly(void) {
    // Neither openssl.cnf nor the texts of errors nor the tables of what algorithms were called
    // before OpenSSL 3.
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT
                            | OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS | OPENSSL_INIT_NO_ADD_ALL_CIPHERS
                            | OPENSSL_INIT_NO_ADD_ALL_DIGESTS, 0);
    OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_LOAD_SSL_STRINGS, 0);
}

#if TUNING == 2
// Of the default provider's algorithms those that a session can use, by operation.
static const char *const kept[OSSL_OP__HIGHEST + 1] = {
    [OSSL_OP_DIGEST] = ":SHA1:SHA2-224:SHA2-256:SHA2-384:SHA2-512:MD5:MD5-SHA1:",
    [OSSL_OP_CIPHER] = ":AES-128-GCM:AES-256-GCM:ChaCha20-Poly1305:AES-256-CTR:AES-256-ECB:",
    [OSSL_OP_MAC] = ":HMAC:",
    [OSSL_OP_KDF] = ":HKDF:TLS13-KDF:TLS1-PRF:",
    [OSSL_OP_RAND] = ":CTR-DRBG:SEED-SRC:",
    [OSSL_OP_KEYMGMT] = ":EC:X25519:",
    [OSSL_OP_KEYEXCH] = ":ECDH:X25519:",
    [OSSL_OP_SIGNATURE] = ":ECDSA:",
};
static OSSL_ALGORITHM algorithms[OSSL_OP__HIGHEST + 1][16];
static OSSL_PARAM *groups[16];
static void *provider_context;

static int keep_group(const OSSL_PARAM group[], void *count) {
    unsigned number;
    if (!OSSL_PARAM_get_uint(OSSL_PARAM_locate_const(group, OSSL_CAPABILITY_TLS_GROUP_ID), &number))
        return 0;
    if (number == 0x001D || number == 0x0017) groups[(*(int *)count)++] = OSSL_PARAM_dup(group);
    return 1;
}

static const OSSL_ALGORITHM *query(void *context, int operation, int *must_ask_again) {
    (void)context, *must_ask_again = 0;
    return kept[operation] ? algorithms[operation] : 0;
}

static int tell(void *context, const char *capability, OSSL_CALLBACK *callback, void *argument) {
    (void)context;
    if (strcmp(capability, "TLS-GROUP") != 0) return 0;
    for (int index = 0; groups[index]; index++)
        if (!callback(groups[index], argument)) return 0;
    return 1;
}

static int begin(const OSSL_CORE_HANDLE *core, const OSSL_DISPATCH *in, const OSSL_DISPATCH **out,
                 void **context) {
    static const OSSL_DISPATCH table[] = {{OSSL_FUNC_PROVIDER_QUERY_OPERATION, (void (*)(void))query},
                                          {OSSL_FUNC_PROVIDER_GET_CAPABILITIES, (void (*)(void))tell},
                                          {0, 0}};
    (void)core, (void)in, *out = table, *context = provider_context;
    return 1;
}

// A library context whose provider hands out those, in place of all.
static void use_lean_library(void) {
    OSSL_LIB_CTX *library = OSSL_LIB_CTX_new();
    OSSL_PROVIDER *whole = OSSL_PROVIDER_load(library, "default");
    // An object of it that is kept keeps it in working order once it is unloaded.
    if (!(whole && OSSL_STORE_LOADER_fetch(library, "file", 0))) end(3);
    provider_context = OSSL_PROVIDER_get0_provider_ctx(whole);
    for (int operation = 0; operation <= OSSL_OP__HIGHEST; operation++) {
        int count = 0, must_ask_again;
        const OSSL_ALGORITHM *all =
            kept[operation] ? OSSL_PROVIDER_query_operation(whole, operation, &must_ask_again) : 0;
        for (; all && all->algorithm_names; all++) {
            char name[64];
            snprintf(name, sizeof name, ":%.*s:", (int)strcspn(all->algorithm_names, ":"),
                     all->algorithm_names);
            if (strstr(kept[operation], name)) algorithms[operation][count++] = *all;
        }
    }
    int count = 0;
    if (!(OSSL_PROVIDER_get_capabilities(whole, "TLS-GROUP", keep_group, &count)
          && OSSL_PROVIDER_add_builtin(library, "lean", begin)
          && OSSL_PROVIDER_load(library, "lean") && OSSL_PROVIDER_unload(whole)))
        end(3);
    OSSL_LIB_CTX_set0_default(library);
}

// One with an EC key, which OpenSSL itself would ask every decoder about.
static int use_certificate(void) {
    BIO *bio = BIO_new_file(certificate_file, "r");
    X509 *certificate = bio ? PEM_read_bio_X509(bio, 0, 0, 0) : 0;
    if (!certificate) return 0;
    unsigned char *octets = 0;
    int count = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &octets);
    const unsigned char *position = octets;
    EVP_PKEY *key = EVP_PKEY_new();
    EVP_PKEY_assign_EC_KEY(key, d2i_EC_PUBKEY(0, &position, count));
    return X509_set_pubkey(certificate, key) == 1 && SSL_CTX_use_certificate(context, certificate) == 1;
}
#else
static void use_lean_library(void) {}
static int use_certificate(void) {
    return SSL_CTX_use_certificate_chain_file(context, certificate_file) == 1;
}
#endif

static void make_context(void) {
    if (TUNING) initialise_library_lightly();
    use_lean_library();
    context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_num_tickets(context, 0);  // SSL_OP_NO_TICKET does not stop those of TLS 1.3.
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set1_groups_list(context, "X25519:P-256");
    if (!use_certificate()) end(2);
    if (TUNING) {
        SSL_CTX_set_read_ahead(context, 1);
        if (SSL_CTX_use_PrivateKey(context, read_key_directly()) != 1) end(2);
    } else {
        if (SSL_CTX_use_PrivateKey_file(context, key_file, SSL_FILETYPE_PEM) != 1) end(2);
    }
}

static void start_tls(void) {
    make_context();
    SSL *handshake = SSL_new(context);
    SSL_set_rfd(handshake, 0);
    SSL_set_wfd(handshake, 1);
    if (SSL_accept(handshake) != 1) end(1);
    tls = handshake;
    input_length = input_position = 0;  // What came in plaintext is not carried over.
}

// MARK: - The session

static int is(const char *verb, const char *line) {
    return strncasecmp(line, verb, strlen(verb)) == 0;
}

int main(int count, char **arguments) {
    if (count != 4) return 2;
    certificate_file = arguments[1], key_file = arguments[2], maildir = arguments[3];
    // Without it every second small write waits for the client's delayed ACK.
    int on = 1;
    setsockopt(1, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    reply("220 localhost ESMTP\r\n");
    for (char line[2048];;) {
        read_line(line, sizeof line);
        if (is("EHLO", line)) {
            reply(tls ? "250-localhost\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
                      : "250-localhost\r\n250-PIPELINING\r\n250-STARTTLS\r\n250 8BITMIME\r\n");
        } else if (is("STARTTLS", line)) {
            reply("220 go\r\n");
            start_tls();
        } else if (is("QUIT", line)) {
            reply("221 bye\r\n");
            if (tls) SSL_shutdown(tls);
            end(0);
        } else if (!tls) {
            reply("530 Must issue a STARTTLS command first\r\n");
        } else if (is("DATA", line)) {
            receive_message();
        } else {
            reply("250 ok\r\n");
        }
    }
}
