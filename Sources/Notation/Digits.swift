// Numbers as ASCII digits, read strictly and written without a String in between.

extension UInt8 {
    /// The digit for a value from 0 to 15, in small letters beyond 9.
    @inlinable package init(digit value: UInt8) {
        self = value < 10 ? 0x30 + value : 0x57 + value
    }

    /// What a hexadecimal digit stands for, in letters of either case; nil for any other octet.
    package var hexadecimalValue: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46, 0x61...0x66: (self & 0xDF) - 0x37
        default: nil
        }
    }
}

extension FixedWidthInteger {
    /// The number that the digits spell: decimal ones and nothing else, at least one, and a value
    /// that fits. Zeros may lead it.
    @inlinable package init?(decimal digits: some Collection<UInt8>) {
        if digits.isEmpty { return nil }
        var value: Self = 0
        for digit in digits {
            guard digit.isDigit else { return nil }
            let (tenfold, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflows) = tenfold.addingReportingOverflow(Self(digit & 0x0F))
            if isTooLarge || overflows { return nil }
            value = sum
        }
        self = value
    }
}

extension [UInt8] {
    /// Appends a number in decimal, with zeros before it where it has fewer digits than are wanted, of
    /// which there are 20 at most.
    package mutating func append(decimal value: UInt64, minimumDigits: Int = 1) {
        append(digitsOf: value, radix: 10, minimumDigits: minimumDigits)
    }

    /// The same in hexadecimal, in small letters.
    package mutating func append(hexadecimal value: UInt64, minimumDigits: Int = 1) {
        append(digitsOf: value, radix: 16, minimumDigits: minimumDigits)
    }

    /// Inlined, so that the radix is a constant and the divisions are none.
    @inline(__always)
    private mutating func append(digitsOf value: UInt64, radix: UInt64, minimumDigits: Int) {
        // UInt64.max has 20 digits in decimal. They come with the lowest first.
        var digits = InlineArray<20, UInt8>(repeating: UInt8(digit: 0))
        var start = digits.count
        var rest = value
        while rest > 0 {
            start -= 1
            digits[start] = UInt8(digit: UInt8(truncatingIfNeeded: rest % radix))
            rest /= radix
        }
        append(digits.span.extracting(Swift.min(start, digits.count - minimumDigits)...))
    }
}
