internal import CSystem
internal import Glibc
internal import Synchronization

/// A child process that is talked to: frames over a socket, its descriptor 3, and what it writes to standard
/// output and error captured beside that, piece by piece.
///
/// A frame is a u64 length and so many bytes. All of it belongs to one thread, which does nothing but wait
/// for the child and for its mailbox. The child leads a session; ``end()`` leaves nothing of it.
public final class FramedProcess {
    /// What has happened.
    public enum Event: Sendable {
        /// A whole frame has come, without its length.
        case frame([UInt8])
        /// It has written something: see ``takeNews(token:)``.
        case output
        /// It has ended, or says what is no frame; ``end()`` is due.
        case ended
    }

    /// A frame of over this length is a fault of the child's.
    static let longestFrame = 8 << 30

    /// The child's process id.
    public let pid: Int32
    private let child: FramedChild
    private let socket: Int32
    private var reader = FrameReader()
    private var writer = FrameWriter()
    private var output: CapturePipe
    private var errors: CapturePipe
    /// Nothing more comes from it.
    private var isClosed = false
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)

    /// Starts it. What the request says of outputs and passed descriptors is not looked at.
    /// - Parameter mark: of the engine that it belongs to.
    public init(_ request: SpawnRequest, mark: EngineMark) throws(SpawnError) {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw SpawnError(.resourcesExhausted, "cannot make a socket; raise ulimit -n", errorNumber: errno)
        }
        defer { close(ends[1]) }
        var request = request
        request.passedDescriptors = [ends[1]]
        request.output = .capture
        request.errors = .capture
        request.newSession = true
        do throws(SpawnError) { child = FramedChild(try ChildProcess.start(request, mark: mark)) } catch {
            close(ends[0])
            throw error
        }
        socket = ends[0]
        pid = child.pid
        // The pipes are closed with the capture, so it gets descriptors of its own.
        output = CapturePipe(
            descriptor: fcntl(child.output, F_DUPFD_CLOEXEC, 0), limitBytes: request.captureLimitBytes)
        errors = CapturePipe(
            descriptor: fcntl(child.errors, F_DUPFD_CLOEXEC, 0), limitBytes: request.captureLimitBytes)
    }

    deinit {
        buffer.deallocate()
        close(socket)
    }

    /// Sends a frame: its length, `head`, and the bytes `range` of `body`, which are not copied. What does
    /// not go at once goes while ``wait(orWake:until:)`` waits.
    public func send(_ head: [UInt8], body: [UInt8] = [], range: Range<Int> = 0..<0) {
        writer.add(head, body, range)
        writer.write(to: socket)
    }

    /// Waits until something happens, `wake` is readable, or it is `deadline` by ``MonotonicClock``.
    /// - Returns: what has happened, and whether `wake` is readable.
    public func wait(orWake wake: Int32, until deadline: UInt64) -> (events: [Event], isAwake: Bool) {
        var polled = [
            pollfd(fd: wake, events: Int16(POLLIN), revents: 0),
            pollfd(fd: socket, events: Int16(writer.isEmpty ? POLLIN : POLLIN | POLLOUT), revents: 0),
            pollfd(fd: child.pidDescriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: output.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: errors.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        poll(&polled, 5, MonotonicClock.milliseconds(until: deadline))
        var events: [Event] = []
        if polled[3].revents != 0, output.read(buffer) > 0 { events.append(.output) }
        if polled[4].revents != 0, errors.read(buffer) > 0 { events.append(.output) }
        if polled[1].revents & Int16(POLLOUT) != 0 { writer.write(to: socket) }
        if polled[1].revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 {
            let isOpen = reader.read(from: socket) { events.append(.frame($0)) }
            if !isOpen {
                isClosed = true
                events.append(.ended)
            }
        } else if polled[2].revents != 0 {
            events.append(.ended)
        }
        return (events, polled[0].revents != 0)
    }

    // MARK: What it writes

    /// What it writes from here on is captured anew; what was not taken is the beginning of that.
    public func beginCapture(limitBytes: Int) {
        output.begin(limitBytes: limitBytes)
        errors.begin(limitBytes: limitBytes)
    }

    /// What has been captured and not told, as far as it belongs to the first half of what is kept.
    public func takeNews(token: UInt64) -> [OutputChunk] {
        var chunks: [OutputChunk] = []
        if output.hasNews {
            let news = output.takeNews()
            chunks.append(OutputChunk(token: token, stream: .output, offset: news.offset, bytes: news.bytes))
        }
        if errors.hasNews {
            let news = errors.takeNews()
            chunks.append(OutputChunk(token: token, stream: .errors, offset: news.offset, bytes: news.bytes))
        }
        return chunks
    }

    /// All that it had written before its last frame, bounded.
    public func takeOutput() -> (output: CapturedOutput, errors: CapturedOutput) {
        fetch(&output)
        fetch(&errors)
        return (output.take(), errors.take())
    }

    /// What was written before is in the pipe by now; what somebody goes on writing is not waited for.
    private func fetch(_ pipe: inout CapturePipe) {
        var count = 0
        while count < CapturePipe.roomBytes {
            let more = pipe.read(buffer)
            if more == 0 { return }
            count += more
        }
    }

    // MARK: Its end

    /// Sends a signal to its process group.
    public func signal(_ signal: Int32) { child.signal(signal) }

    /// Kills it, should it still be there, and all that it has started, and waits until they are gone.
    ///
    /// One that has closed its socket has up to a second to end by itself, so that its own exit
    /// code is told.
    public func end() -> ProcessEnding {
        let ending = child.end(patienceMilliseconds: isClosed ? 1000 : 0)
        output.drain(buffer)
        errors.drain(buffer)
        return ending
    }
}
