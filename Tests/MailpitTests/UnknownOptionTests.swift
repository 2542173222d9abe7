import Glibc
import Testing

@testable import mailpit

/// What is said of flags and variables that no option has.
@Suite struct UnknownOptionTests {
    @Test(arguments: [
        ("MP_SMTP_TLS_MIN_VERSON", "the nearest is MP_SMTP_TLS_MIN_VERSION"),
        ("MP_SMTP_TLS_CRET", "the nearest is MP_SMTP_TLS_CERT"),
        ("MP_TLS_CERT", "the nearest is MP_SMTP_TLS_CERT"),
        ("MP_TIMEOUT", "the nearest is MP_SMTP_TIMEOUT"),
        ("MP_LABLE", "the nearest is MP_LABEL"), ("MP_LALEB", "there is no such option"),
        ("MP_smtp_tls_cert", "the nearest is MP_SMTP_TLS_CERT"),
        ("MP_SMTP-TLS-CERT", "the nearest is MP_SMTP_TLS_CERT"),
        ("MP_XYZZY", "there is no such option"), ("MP_", "there is no such option"),
        ("MP_HELP", "there is no such option"), ("MP_VERSION", "there is no such option"),
        ("MP_SMTP_SSL_CERT", "today it is MP_SMTP_TLS_CERT"),
        ("MP_SMTP_SSL_KEY", "today it is MP_SMTP_TLS_KEY"),
        ("MP_STRICT_RFC_HEADERS", "today it is MP_SMTP_STRICT_RFC_HEADERS"),
    ]) func `a variable that is told by sessions, too`(name: String, reason: String) {
        let option = UnknownOption(variable: name)
        #expect(option.description == "\(name) has no effect: \(reason)")
        #expect(!option.isForeign)
    }

    /// Those of Mailpit 1.30 and what it was before.
    @Test(arguments: [
        (
            "database",
            """
            COMPRESSION DATABASE DATA_FILE DISABLE_AUTO_VACUUM DISABLE_WAL IGNORE_DUPLICATE_IDS
            MAX_AGE MAX_MESSAGES TENANT_ID USE_MESSAGE_DATES
            """
        ),
        (
            "web page",
            """
            ALLOW_INTERNAL_HTTP_REQUESTS ALLOW_UNTRUSTED_TLS API_CORS BLOCK_REMOTE_CSS_AND_FONTS
            DEMO_MODE DISABLE_HTML_CHECK DISABLE_HTTP_COMPRESSION DISABLE_LINK_CHECK_RATE_LIMIT
            DISABLE_VERSION_CHECK ENABLE_SPAMASSASSIN HIDE_DELETE_ALL_BUTTON UI_AUTH UI_AUTH_FILE
            UI_BIND_ADDR UI_SSL_CERT UI_SSL_KEY UI_TLS_CERT UI_TLS_KEY WEBROOT
            """
        ),
        ("POP3 server", "POP3_AUTH POP3_AUTH_FILE POP3_BIND_ADDR POP3_TLS_CERT POP3_TLS_KEY"),
        (
            "relaying of messages",
            """
            SMTP_FORWARD_CONFIG SMTP_FORWARD_HOST SMTP_FORWARD_TLS SMTP_FORWARD_FWD_SMTP_ERRORS
            SMTP_RELAY_ALL SMTP_RELAY_CONFIG SMTP_RELAY_MATCHING SMTP_RELAY_ALLOWED_RECIPIENTS
            """
        ),
        ("way to send by HTTP", "SEND_API_AUTH SEND_API_AUTH_ACCEPT_ANY SEND_API_AUTH_FILE"),
        ("sendmail", "SENDMAIL_FROM SENDMAIL_SMTP_ADDR"),
        ("tags", "TAG TAGS_CONFIG TAGS_DISABLE TAGS_TITLE_CASE TAGS_USERNAME"),
        ("webhook", "WEBHOOK_DELAY WEBHOOK_LIMIT WEBHOOK_URL"),
        ("metrics", "ENABLE_PROMETHEUS"),
    ]) func `a variable for what only Mailpit does`(purpose: String, names: String) {
        for name in names.split(whereSeparator: \.isWhitespace) {
            let option = UnknownOption(variable: "MP_\(name)")
            #expect(
                option.description == "MP_\(name) has no effect: it is for Mailpit's \(purpose)")
            #expect(option.isForeign)
        }
    }

    @Test func `where to listen is for the super-server`() {
        let option = UnknownOption(variable: "MP_SMTP_BIND_ADDR")
        #expect(
            option.description
                == "MP_SMTP_BIND_ADDR has no effect: it is the super-server that listens")
        #expect(option.isForeign)
    }

    @Test(arguments: [
        ("--smtp-tls-cer", "unknown option --smtp-tls-cer: the nearest is --smtp-tls-cert"),
        ("--quie", "unknown option --quie: the nearest is --quiet"),
        ("--hepl", "unknown option --hepl: the nearest is --help"),
        ("--hlep", "unknown option --hlep: the nearest is --help"),
        ("--leph", "unknown option --leph"),
        ("--MAILDIR", "unknown option --MAILDIR: the nearest is --maildir"),
        ("--smtp_timeout", "unknown option --smtp_timeout: the nearest is --smtp-timeout"),
        ("--no-such", "unknown option --no-such"), ("--=x", "unknown option --=x"),
        ("--smtp-ssl-cert", "unknown option --smtp-ssl-cert: today it is --smtp-tls-cert"),
        ("--smtp-ssl-key", "unknown option --smtp-ssl-key: today it is --smtp-tls-key"),
        ("--ui-auth-file", "unknown option --ui-auth-file: it is for Mailpit's web page"),
        ("--db-file", "unknown option --db-file: it is for Mailpit's database"),
        ("--pop3", "unknown option --pop3: it is for Mailpit's POP3 server"),
        ("--max", "unknown option --max: it is for Mailpit's database"),
        ("--listen", "unknown option --listen: it is the super-server that listens"),
        ("--smtp", "unknown option --smtp: it is the super-server that listens"),
    ]) func `a flag`(word: String, text: String) {
        #expect(UnknownOption(flag: word).description == text)
    }

    @Test(arguments: [
        ("-s", "unknown option -s: it is the super-server that listens"),
        ("-l", "unknown option -l: it is the super-server that listens"),
        ("-d", "unknown option -d: it is for Mailpit's database"), ("-x", "unknown option -x"),
    ]) func `a letter`(word: String, text: String) {
        #expect(UnknownOption(word.last ?? "?", in: word).description == text)
    }

    @Test func `no option is taken for one of Mailpit's alone`() {
        for option in Option.table {
            #expect(!UnknownOption(flag: "--\(option.flag)").isForeign, "\(option.flag)")
        }
    }

    @Test func `empty variables, those of options and those of others are not unknown`() async {
        await #expect(processExitsWith: .success) {
            for (name, value) in [
                ("MP_MAILDIRR", ""), ("MP_MAILDIR", "/m"), ("MP_SMTP_AUTH", "a:b"), ("MPX", "1"),
                ("mp_label", "1"),
            ] { setenv(name, value, 1) }
            var values = OptionValues()
            values.readEnvironment()
            #expect(values.unknownVariables == [])
            setenv("MP_MAILDIRR", "/m", 1)
            values.readEnvironment()
            #expect(values.unknownVariables == ["MP_MAILDIRR"])
        }
    }
}
