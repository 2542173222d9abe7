/// A moment in UTC, by the Gregorian calendar.
///
/// Written out here since glibc's functions read the time zone first, and Foundation's cost more
/// than a session.
package struct UTCTime {
    private let year: Int64
    /// From 1 on.
    private let month, day: Int64
    /// From 0 on, which is Sunday.
    private let weekday: Int64
    private let secondOfDay: Int64

    package init(secondsSince1970 seconds: Int64) {
        let days = seconds.floorDivided(by: 86_400)
        secondOfDay = seconds - days * 86_400
        // 1970-01-01 was a Thursday.
        weekday = days + 4 - (days + 4).floorDivided(by: 7) * 7
        // Years that begin in March end with the day that is not always there; counted from
        // 0000-03-01, 400 of them have 146,097 days.
        let shifted = days + 719_468
        let era = shifted.floorDivided(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        // 153 days for each five months.
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }
}

extension UTCTime {
    /// The seconds from 1970-01-01 00:00:00 UTC to a moment of a year from 0 on; month and day count
    /// from 1.
    package static func secondsSince1970(
        year: Int64, month: Int64, day: Int64, secondOfDay: Int64
    ) -> Int64 {
        // As above: by years that begin in March.
        let year = month <= 2 ? year - 1 : year
        let leapDays =
            year.floorDivided(by: 4) - year.floorDivided(by: 100) + year.floorDivided(by: 400)
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return (365 * year + leapDays + dayOfYear - 719_468) * 86_400 + secondOfDay
    }
}

// MARK: - Formats

extension UTCTime {
    /// As in `2026-12-25 08:30 UTC`.
    package var minuteText: String {
        var text: [UInt8] = []
        appendDate(to: &text)
        text.append(.space)
        appendHourAndMinute(to: &text)
        return String(decoding: text, as: UTF8.self) + " UTC"
    }

    /// Appends it as in `Tue, 24 Nov 2026 14:11:31 +0000`. RFC 5322 §3.3
    package func appendMailText(to text: inout [UInt8]) {
        text += Self.weekdays[Int(weekday)]
        text += ", "
        text.append(decimal: UInt64(day))
        text.append(.space)
        text += Self.months[Int(month) - 1]
        text.append(.space)
        text.append(decimal: UInt64(clamping: year))
        text.append(.space)
        appendTimeOfDay(to: &text)
        text += " +0000"
    }

    /// Appends it as in `2026-11-25T03:54:35.123456Z`. RFC 3339 §5.6
    package func append(withMicroseconds microseconds: Int, to text: inout [UInt8]) {
        appendDate(to: &text)
        text.append(UInt8(ascii: "T"))
        appendTimeOfDay(to: &text)
        text.append(.dot)
        text.append(decimal: UInt64(clamping: microseconds), minimumDigits: 6)
        text.append(UInt8(ascii: "Z"))
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private func appendDate(to text: inout [UInt8]) {
        text.append(decimal: UInt64(clamping: year), minimumDigits: 4)
        text.append(.hyphen)
        text.append(decimal: UInt64(month), minimumDigits: 2)
        text.append(.hyphen)
        text.append(decimal: UInt64(day), minimumDigits: 2)
    }

    private func appendTimeOfDay(to text: inout [UInt8]) {
        appendHourAndMinute(to: &text)
        text.append(.colon)
        text.append(decimal: UInt64(secondOfDay % 60), minimumDigits: 2)
    }

    private func appendHourAndMinute(to text: inout [UInt8]) {
        text.append(decimal: UInt64(secondOfDay / 3600), minimumDigits: 2)
        text.append(.colon)
        text.append(decimal: UInt64(secondOfDay / 60 % 60), minimumDigits: 2)
    }
}

extension Int64 {
    fileprivate func floorDivided(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
