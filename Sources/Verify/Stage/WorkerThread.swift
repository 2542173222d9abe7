internal import Glibc
internal import POSIX

/// A thread that does one thing, and has to be joined.
@safe struct WorkerThread: Sendable {
    private let thread: pthread_t

    /// Starts it; `body` must come to an end by itself.
    init(_ body: @escaping @Sendable () -> Void) throws(SystemError) {
        var thread = pthread_t()
        let argument = unsafe Unmanaged.passRetained(Body(body)).toOpaque()
        let code = unsafe pthread_create(
            &thread, nil,
            { argument in
                unsafe Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue().call()
                return nil
            }, argument)
        if code != 0 {
            unsafe Unmanaged<Body>.fromOpaque(argument).release()
            throw SystemError("pthread_create", code: code)
        }
        self.thread = thread
    }

    /// Waits for its end; once only.
    func join() {
        // Cannot fail: it is there, and nobody has joined it.
        _ = pthread_join(thread, nil)
    }

    private final class Body: Sendable {
        let call: @Sendable () -> Void

        init(_ call: @escaping @Sendable () -> Void) {
            self.call = call
        }
    }
}
