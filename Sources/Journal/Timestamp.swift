/// A moment as lines have it: RFC 3339 in UTC, `2026-11-25T03:54:35.123456Z`.
///
/// Written out here since `gmtime_r` of glibc reads the time zone for it first.
struct Timestamp {
    let seconds: Int64
    let microseconds: Int

    func append(to line: inout [UInt8]) {
        let (days, second) = seconds.quotientAndRemainder(dividingBy: 86400)
        let (year, month, day) = Self.date(days: days)
        line.append(year, digits: 4)
        line.append(UInt8(ascii: "-"))
        line.append(month, digits: 2)
        line.append(UInt8(ascii: "-"))
        line.append(day, digits: 2)
        line.append(UInt8(ascii: "T"))
        line.append(second / 3600, digits: 2)
        line.append(UInt8(ascii: ":"))
        line.append(second / 60 % 60, digits: 2)
        line.append(UInt8(ascii: ":"))
        line.append(second % 60, digits: 2)
        line.append(UInt8(ascii: "."))
        line.append(Int64(microseconds), digits: 6)
        line.append(UInt8(ascii: "Z"))
    }

    /// The date so many days after 1970-01-01, which must not be before it.
    ///
    /// Years that begin in March end with the day that is not always there; counted from
    /// 0000-03-01, 400 of them have 146,097 days.
    private static func date(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (days + 719_468).quotientAndRemainder(dividingBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        // Months from March on: 153 days for each five.
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let year = era * 400 + yearOfEra
        return month < 10 ? (year, month + 3, day) : (year + 1, month - 9, day)
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ value: Int64, digits: Int) {
        var weight: Int64 = 1
        for _ in 1..<digits { weight *= 10 }
        while weight > 0 {
            append(0x30 + UInt8(truncatingIfNeeded: value / weight % 10))
            weight /= 10
        }
    }
}
