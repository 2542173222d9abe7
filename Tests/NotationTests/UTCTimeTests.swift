import Glibc
import Notation
import Testing

@Suite struct UTCTimeTests {
    @Test(arguments: [
        (0, "Thu, 1 Jan 1970 00:00:00 +0000"), (-1, "Wed, 31 Dec 1969 23:59:59 +0000"),
        (951_782_399, "Mon, 28 Feb 2000 23:59:59 +0000"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 +0000"),
        (951_868_800, "Wed, 1 Mar 2000 00:00:00 +0000"),
        (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 +0000"),
        (1_709_251_200, "Fri, 1 Mar 2024 00:00:00 +0000"),
        (1_767_225_599, "Wed, 31 Dec 2025 23:59:59 +0000"),
        (2_147_483_648, "Tue, 19 Jan 2038 03:14:08 +0000"),
        (4_107_542_400, "Mon, 1 Mar 2100 00:00:00 +0000"),
        (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 +0000"),
        (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 +0000"),
    ])
    func `a date as RFC 5322 writes it`(seconds: Int64, text: String) {
        var octets: [UInt8] = []
        UTCTime(secondsSince1970: seconds).appendMailText(to: &octets)
        #expect(String(decoding: octets, as: UTF8.self) == text)
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00"), (951_782_400, "2000-02-29T00:00:00"),
        (951_868_799, "2000-02-29T23:59:59"), (1_795_578_875, "2026-11-25T03:54:35"),
        (4_107_542_399, "2100-02-28T23:59:59"), (4_107_542_400, "2100-03-01T00:00:00"),
        (253_402_300_799, "9999-12-31T23:59:59"),
    ])
    func `a time of a log line`(seconds: Int64, expected: String) {
        var octets: [UInt8] = []
        UTCTime(secondsSince1970: seconds).append(withMicroseconds: 1234, to: &octets)
        #expect(String(decoding: octets, as: UTF8.self) == expected + ".001234Z")
    }

    @Test func `the time is that of the C library on every day of a century`() {
        for day in 0..<36525 {
            var seconds = time_t(day * 86400 + day)
            var parts = tm()
            gmtime_r(&seconds, &parts)
            var text = [CChar](repeating: 0, count: 32)
            strftime(&text, 32, "%Y-%m-%dT%H:%M:%S.000000Z", &parts)
            var octets: [UInt8] = []
            UTCTime(secondsSince1970: Int64(seconds)).append(withMicroseconds: 0, to: &octets)
            #expect(octets.elementsEqual(text.prefix { $0 != 0 }.map(UInt8.init)))
            #expect(Self.seconds(parts) == Int64(seconds))
        }
    }

    @Test(arguments: [0, 1, 1599, 1600, 1899, 1900, 2100, 9999])
    func `seconds are those of the C library at the ends of the months of any year`(year: Int32) {
        for month in Int32(0)..<12 {
            for day in [Int32(1), 28] {
                var parts = tm()
                (parts.tm_year, parts.tm_mon, parts.tm_mday) = (year - 1900, month, day)
                (parts.tm_hour, parts.tm_min, parts.tm_sec) = (23, 59, 58)
                let seconds = Self.seconds(parts)
                #expect(seconds == Int64(timegm(&parts)), "\(year)-\(month + 1)-\(day)")
            }
        }
    }

    private static func seconds(_ parts: tm) -> Int64 {
        UTCTime.secondsSince1970(
            year: Int64(parts.tm_year) + 1900, month: Int64(parts.tm_mon) + 1,
            day: Int64(parts.tm_mday),
            secondOfDay: Int64(parts.tm_hour * 3600 + parts.tm_min * 60 + parts.tm_sec))
    }

    @Test(arguments: [
        (0, "1970-01-01 00:00 UTC"), (1_798_187_400, "2026-12-25 08:30 UTC"),
        (1_798_187_459, "2026-12-25 08:30 UTC"), (-1, "1969-12-31 23:59 UTC"),
    ])
    func `a time to the minute`(seconds: Int64, text: String) {
        #expect(UTCTime(secondsSince1970: seconds).minuteText == text)
    }
}
