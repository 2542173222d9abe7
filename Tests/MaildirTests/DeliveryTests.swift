import Glibc
import Maildir
import TestSupport
import Testing

@Suite struct DeliveryTests {
    private let scratch = TemporaryDirectory()
    private var path: String { scratch.file("Maildir") }

    @Test func `a message is in new under its name, with the octets that it was given`() throws {
        let octets = Array("Subject: x\n\0\r\r\n\u{E9}\n".utf8) + [0xFF, 0x0D]
        var maildir = try Maildir(path: path, hostname: "mx.example")
        var delivery = try maildir.begin()
        try delivery.append(octets.span)
        #expect(namesInDirectory("\(path)/new") == [])
        #expect(namesInDirectory("\(path)/tmp")?.count == 1)
        let name = delivery.name
        let stored = try delivery.commit()
        #expect(stored.name == name)
        #expect(stored.fileName == "\(name),S=\(octets.count),W=\(octets.count + 2)")
        #expect(stored.octets == octets.count)
        #expect(namesInDirectory("\(path)/new") == [stored.fileName])
        #expect(namesInDirectory("\(path)/tmp") == [])
        #expect(octetsOfFile("\(path)/new/\(stored.fileName)") == octets)
    }

    @Test func `a message without octets is an empty file`() throws {
        var maildir = try Maildir(path: path, hostname: "mx.example")
        let stored = try maildir.begin().commit()
        #expect(stored.fileName.hasSuffix(".mx.example,S=0,W=0"))
        #expect(octetsOfFile("\(path)/new/\(stored.fileName)") == [])
    }

    @Test(arguments: [1, 2, 3]) func `octets and sizes are the same however they are cut`(
        seed: UInt64
    ) throws {
        var random = Numbers(seed: seed)
        // More than two bufferfuls of CR, LF and others, so that each pair stands across each cut.
        let octets = (0..<400_000).map { _ in [13, 10, 65, 0][Int(random.next() % 4)] as UInt8 }
        var bare = 0
        for (index, octet) in octets.enumerated() where octet == 10 {
            if index == 0 || octets[index - 1] != 13 { bare += 1 }
        }
        var maildir = try Maildir(path: path, hostname: "mx.example")
        var delivery = try maildir.begin()
        var start = 0
        while start < octets.count {
            // Pieces of all magnitudes, from none to more than the rest.
            let length = Int(random.next() % (1 << (random.next() % 20)))
            let end = min(octets.count, start + length)
            try delivery.append(octets[start..<end].span)
            start = end
        }
        let stored = try delivery.commit()
        #expect(stored.fileName.hasSuffix(",S=400000,W=\(400_000 + bare)"))
        #expect(octetsOfFile("\(path)/new/\(stored.fileName)") == octets)
    }

    @Test(arguments: [1, 8 << 10, (8 << 10) + 1, 64 << 10, (64 << 10) + 1, 20 << 20])
    func `a message given at once is stored whole`(size: Int) throws {
        let octets = [UInt8](repeating: 10, count: size)
        var maildir = try Maildir(path: path, hostname: "mx.example")
        var delivery = try maildir.begin()
        try delivery.append(octets.span)
        let stored = try delivery.commit()
        #expect(stored.fileName.hasSuffix(",S=\(size),W=\(2 * size)"))
        #expect(octetsOfFile("\(path)/new/\(stored.fileName)") == octets)
    }

    @Test func `a CR at the end of one piece belongs to the LF at the beginning of the next`()
        throws
    {
        var maildir = try Maildir(path: path, hostname: "mx.example")
        var delivery = try maildir.begin()
        for piece: [UInt8] in [[10], [13], [], [10], [65], [10], [13, 10], [10]] {
            try delivery.append(piece.span)
        }
        #expect(try delivery.commit().fileName.hasSuffix(",S=8,W=11"))
    }

    @Test func `a delivery that is dropped leaves nothing`() throws {
        var maildir = try Maildir(path: path, hostname: "mx.example")
        do {
            var delivery = try maildir.begin()
            try delivery.append([65, 10].span)
            #expect(namesInDirectory("\(path)/tmp")?.count == 1)
        }
        #expect(namesInDirectory("\(path)/tmp") == [])
        #expect(namesInDirectory("\(path)/new") == [])
    }

    @Test func `two deliveries at once stay apart, and outlive their Maildir`() throws {
        var maildir = Optional(try Maildir(path: path, hostname: "mx.example"))
        var first = try maildir!.begin()
        var second = try maildir!.begin()
        maildir = nil
        try first.append([65].span)
        try second.append([66].span)
        try first.append([67].span)
        let storedSecond = try second.commit()
        let storedFirst = try first.commit()
        #expect(octetsOfFile("\(path)/new/\(storedFirst.fileName)") == [65, 67])
        #expect(octetsOfFile("\(path)/new/\(storedSecond.fileName)") == [66])
        #expect(namesInDirectory("\(path)/tmp") == [])
    }
}

/// Numbers that look random and are the same for the same seed.
struct Numbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }
}
