// What the TLS module needs of OpenSSL: its headers, and the macros that Swift cannot import.
#pragma once

#include <openssl/err.h>
#include <openssl/ssl.h>
