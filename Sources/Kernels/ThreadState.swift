#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a thread keeps between calls: its scratch memory and its place in a parallel loop.
final class ThreadState {
  /// Whether the thread is inside the body of a parallel loop.
  var isInParallel = false
  /// Whether it is one of the pool's threads, which do not poll.
  var isWorker = false
  /// Whether it is in the engine and not at a safe point for `fork()`.
  var isInside = false
  /// Blocks that tensors gave back on this thread.
  var freeBlocks = FreeBlocks()
  private var scratch: (block: Scratch, panels: Scratch) = (Scratch(), Scratch())

  /// Memory for `count` floats, 64-byte aligned, contents undefined; valid until the next request
  /// of the same thread for the same use. It grows and is freed with the thread.
  func floats(_ count: Int, for use: ScratchUse) -> UnsafeMutablePointer<Float> {
    switch use {
    case .block: scratch.block.floats(count)
    case .panels: scratch.panels.floats(count)
    }
  }

  /// Gives the memory of one use back.
  func release(_ use: ScratchUse) {
    switch use {
    case .block: scratch.block.release()
    case .panels: scratch.panels.release()
    }
  }

  deinit {
    scratch.block.release()
    scratch.panels.release()
  }

  /// The state of the calling thread, made at its first use.
  static var current: ThreadState { unowned.takeUnretainedValue() }

  /// What `body` makes of the calling thread's state, without counting references to it.
  static func withCurrent<Result>(_ body: (ThreadState) -> Result) -> Result {
    unowned._withUnsafeGuaranteedRef(body)
  }

  private static var unowned: Unmanaged<ThreadState> {
    if let kept = pthread_getspecific(key) { return .fromOpaque(kept) }
    let state = Unmanaged.passRetained(ThreadState())
    pthread_setspecific(key, state.toOpaque())
    return state
  }

  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key) { state in
      #if canImport(Glibc)
        guard let state else { return }
      #endif
      Unmanaged<ThreadState>.fromOpaque(state).release()
    }
    return key
  }()
}

/// Memory that grows to the largest request.
private struct Scratch {
  private var memory: UnsafeMutableRawBufferPointer?

  mutating func floats(_ count: Int) -> UnsafeMutablePointer<Float> {
    let bytes = max(count, 16) * MemoryLayout<Float>.stride
    if let memory, Scratch.fits(memory.count, bytes), let base = memory.baseAddress {
      return base.assumingMemoryBound(to: Float.self)
    }
    release()
    let base = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    memory = UnsafeMutableRawBufferPointer(start: base, count: bytes)
    return base.bindMemory(to: Float.self, capacity: bytes / MemoryLayout<Float>.stride)
  }

  private static func fits(_ size: Int, _ wanted: Int) -> Bool {
    #if EXACT_MEMORY
      size == wanted
    #else
      size >= wanted
    #endif
  }

  mutating func release() {
    memory?.deallocate()
    memory = nil
  }
}

/// Uses of scratch memory that may be alive at the same time.
enum ScratchUse {
  /// Packed rows and partial sums of one block of a product.
  case block
  /// The packed right-hand side of a product whose operands are both plain matrices.
  case panels
}
