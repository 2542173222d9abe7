internal import COpenSSL
internal import Glibc

/// What our provider hands out. provider-base(7)
@safe struct LeanStock {
    /// The default provider's, as the implementations are its own.
    let providerContext: UnsafeMutableRawPointer
    /// By the numbers of operations; each list ends with an algorithm without a name.
    private(set) var algorithms = unsafe [UnsafePointer<OSSL_ALGORITHM>?](
        repeating: nil, count: Int(OSSL_OP__HIGHEST) + 1)
    private(set) var groups = unsafe [UnsafePointer<OSSL_PARAM>]()

    /// Set before our provider is loaded, and never changed again.
    nonisolated(unsafe) static var ours: LeanStock?

    /// Takes it from the default provider; nil if anything is missing there.
    init?(_ selection: LeanLibrary.Selection, of provider: OpaquePointer) {
        guard let context = unsafe OSSL_PROVIDER_get0_provider_ctx(provider) else { return nil }
        unsafe providerContext = context
        for (number, names) in selection.operations where !names.isEmpty {
            guard let list = unsafe Self.algorithms(names, of: provider, number) else { return nil }
            unsafe algorithms[Int(number)] = unsafe list
        }
        var search = GroupSearch(wanted: selection.groups)
        guard unsafe search.run(provider) else { return nil }
        unsafe groups = unsafe search.found
    }

    /// The list is never given back to the provider, so what it points to stays as it is.
    private static func algorithms(
        _ names: [StaticString], of provider: OpaquePointer, _ operation: CInt
    ) -> UnsafePointer<OSSL_ALGORITHM>? {
        var mustAskAgain: CInt = 0
        guard
            var next = unsafe OSSL_PROVIDER_query_operation(provider, operation, &mustAskAgain),
            mustAskAgain == 0
        else { return nil }
        // All zero behind the last.
        let list = UnsafeMutablePointer<OSSL_ALGORITHM>.allocate(capacity: names.count + 1)
        unsafe list.initialize(repeating: OSSL_ALGORITHM(), count: names.count + 1)
        var count = 0
        while let known = unsafe next.pointee.algorithm_names {
            if names.contains(where: { unsafe isFirst($0, of: known) }) {
                if count == names.count { return nil }
                unsafe list[count] = unsafe next.pointee
                count += 1
            }
            unsafe next += 1
        }
        return unsafe count == names.count ? UnsafePointer(list) : nil
    }

    /// Whether a list of names with colons between them begins with this one.
    private static func isFirst(_ name: StaticString, of names: UnsafePointer<CChar>) -> Bool {
        let count = name.utf8CodeUnitCount
        return unsafe strncmp(names, name.utf8Start, count) == 0
            && (names[count] == 0 || names[count] == CChar(UInt8(ascii: ":")))
    }
}

/// Looks for groups among the default provider's, each of which it has under several names.
@safe private struct GroupSearch {
    let wanted: [UInt16]
    private(set) var found = unsafe [UnsafePointer<OSSL_PARAM>]()
    private var numbers: [UInt16] = []

    init(wanted: [UInt16]) { self.wanted = wanted }

    /// Whether there are all.
    mutating func run(_ provider: OpaquePointer) -> Bool {
        let isDone = unsafe TLSGroup.forEach(of: provider) { group in
            guard wanted.contains(group.number) else { return true }
            // They are the provider's own only as long as it tells of them.
            guard let copy = unsafe OSSL_PARAM_dup(group.parameters) else { return false }
            unsafe found.append(UnsafePointer(copy))
            if !numbers.contains(group.number) { numbers.append(group.number) }
            return true
        }
        return isDone && numbers.count == wanted.count
    }
}

func beginLeanProvider(
    _: OpaquePointer?, _: UnsafePointer<OSSL_DISPATCH>?,
    _ functions: UnsafeMutablePointer<UnsafePointer<OSSL_DISPATCH>?>?,
    _ context: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> CInt {
    guard let stock = unsafe LeanStock.ours else { return 0 }
    typealias Function = @convention(c) () -> Void
    typealias Query =
        @convention(c) (
            UnsafeMutableRawPointer?, CInt, UnsafeMutablePointer<CInt>?
        ) -> UnsafePointer<OSSL_ALGORITHM>?
    typealias Capabilities =
        @convention(c) (
            UnsafeMutableRawPointer?, UnsafePointer<CChar>?, TLSGroup.Callback?,
            UnsafeMutableRawPointer?
        ) -> CInt
    let table = UnsafeMutablePointer<OSSL_DISPATCH>.allocate(capacity: 3)
    unsafe table.initialize(repeating: OSSL_DISPATCH(), count: 3)
    unsafe table[0] = OSSL_DISPATCH(
        function_id: OSSL_FUNC_PROVIDER_QUERY_OPERATION,
        function: unsafeBitCast(queryOperation as Query, to: Function.self))
    unsafe table[1] = OSSL_DISPATCH(
        function_id: OSSL_FUNC_PROVIDER_GET_CAPABILITIES,
        function: unsafeBitCast(tellCapabilities as Capabilities, to: Function.self))
    unsafe functions?.pointee = UnsafePointer(table)
    unsafe context?.pointee = stock.providerContext
    return 1
}

private func queryOperation(
    _: UnsafeMutableRawPointer?, _ operation: CInt, _ mustAskAgain: UnsafeMutablePointer<CInt>?
) -> UnsafePointer<OSSL_ALGORITHM>? {
    unsafe mustAskAgain?.pointee = 0
    let lists = unsafe LeanStock.ours?.algorithms ?? []
    return unsafe lists.indices.contains(Int(operation)) ? lists[Int(operation)] : nil
}

private func tellCapabilities(
    _: UnsafeMutableRawPointer?, _ capability: UnsafePointer<CChar>?,
    _ callback: TLSGroup.Callback?, _ argument: UnsafeMutableRawPointer?
) -> CInt {
    guard let capability = unsafe capability, let callback = unsafe callback,
        unsafe strcmp(capability, TLSGroup.capability) == 0
    else { return 0 }
    let groups = unsafe LeanStock.ours?.groups ?? []
    return unsafe groups.allSatisfy { unsafe callback($0, argument) == 1 } ? 1 : 0
}
