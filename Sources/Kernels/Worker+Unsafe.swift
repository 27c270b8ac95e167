import CPUFeatures
import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A thread that does one piece of work after another for whoever holds it.
///
/// After a piece it waits busily for a while before it sleeps: waking a thread takes longer than
/// many of the products of a small model.
final class Worker: @unchecked Sendable {
  private enum Stage {
    static let empty = 0
    static let posted = 1
    static let running = 2
    static let done = 3
  }

  /// How long a worker looks for the next piece before it sleeps, in nanoseconds.
  private static let patience: UInt64 = 200_000

  private let stage = Atomic<Int>(Stage.empty)
  private let sleeps = Atomic<Bool>(false)
  private let alarm = DispatchSemaphore(value: 0)
  private let generation = ForkGate.generation
  /// Written by the holder before `posted` and after `done`, read by the thread in between.
  private var piece: (() -> Void)?
  /// Whether the thread is in the piece, and so keeps it.
  private let isAtWork = Atomic<Bool>(false)

  private init() {}

  /// A worker whose thread runs, or nil when the system gives no thread.
  static func started() -> Worker? {
    let worker = Worker()
    let context = Unmanaged.passRetained(worker)
    // Signals are for the threads of the caller: a blocked system call of theirs must see them.
    var every = sigset_t()
    var before = sigset_t()
    sigfillset(&every)
    pthread_sigmask(SIG_SETMASK, &every, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    #if canImport(Glibc)
      var thread = pthread_t()
      let status = pthread_create(
        &thread, nil,
        { context in
          context.map { Unmanaged<Worker>.fromOpaque($0).takeRetainedValue().work() }
          return nil
        }, context.toOpaque())
      guard status == 0 else {
        context.release()
        return nil
      }
      pthread_detach(thread)
    #else
      var thread: pthread_t?
      let status = pthread_create(
        &thread, nil,
        { context in
          Unmanaged<Worker>.fromOpaque(context).takeRetainedValue().work()
          return nil
        }, context.toOpaque())
      guard status == 0, let thread else {
        context.release()
        return nil
      }
      pthread_detach(thread)
    #endif
    return worker
  }

  /// Offers a piece of work to the thread; `collect` must follow before the next one.
  func post(_ piece: @escaping () -> Void) {
    self.piece = piece
    stage.store(Stage.posted, ordering: .sequentiallyConsistent)
    if sleeps.exchange(false, ordering: .sequentiallyConsistent) { alarm.signal() }
  }

  /// Waits until the thread has done the piece, or takes the piece back if it has not begun.
  func collect() {
    let takenBack = stage.compareExchange(
      expected: Stage.posted, desired: Stage.empty, ordering: .acquiringAndReleasing
    ).exchanged
    if !takenBack {
      var turns = 0
      while stage.load(ordering: .acquiring) != Stage.done {
        // The thread may have lost its processor: let it have this one.
        turns += 1
        if turns < 2_000 {
          assay_cpu_relax()
        } else {
          ForkGate.safePoint()
          sched_yield()
        }
        // A child process has none of the pool's threads, so nobody will say that it is done.
        if ForkGate.generation != generation { break }
      }
      stage.store(Stage.empty, ordering: .relaxed)
    }
    if ForkGate.generation != generation, isAtWork.load(ordering: .relaxed) { letGo() }
    piece = nil
  }

  /// Lets go of the piece as the thread would have done, which did not come along into this child
  /// process: whoever lent the piece makes sure that nobody has it any more.
  private func letGo() {
    struct Piece { let call: () -> Void }
    guard let piece else { return }
    let words = unsafeBitCast(
      Piece(call: piece), to: (code: UnsafeRawPointer, context: UnsafeRawPointer?).self)
    if let context = words.context { Unmanaged<AnyObject>.fromOpaque(context).release() }
  }

  private func work() {
    ThreadState.current.isWorker = true
    var deadline = DispatchTime.now().uptimeNanoseconds + Worker.patience
    while true {
      for _ in 0..<64 {
        if begin() {
          ForkGate.within { perform() }
          stage.store(Stage.done, ordering: .releasing)
          deadline = DispatchTime.now().uptimeNanoseconds + Worker.patience
        }
        assay_cpu_relax()
      }
      if DispatchTime.now().uptimeNanoseconds > deadline {
        sleep()
        deadline = DispatchTime.now().uptimeNanoseconds + Worker.patience
      }
    }
  }

  private func begin() -> Bool {
    stage.load(ordering: .relaxed) == Stage.posted
      && stage.compareExchange(
        expected: Stage.posted, desired: Stage.running, ordering: .acquiringAndReleasing
      ).exchanged
  }

  /// Not inlined, so that the thread holds no reference to the piece once it has returned; while it is
  /// at work it holds one, which `letGo` counts on.
  @inline(never)
  private func perform() {
    isAtWork.store(true, ordering: .relaxed)
    piece?()
    isAtWork.store(false, ordering: .relaxed)
  }

  /// Sleeps until `post` wakes it. Both sides write before they read, so one of them sees the other.
  private func sleep() {
    sleeps.store(true, ordering: .sequentiallyConsistent)
    if stage.load(ordering: .sequentiallyConsistent) == Stage.posted,
      sleeps.exchange(false, ordering: .sequentiallyConsistent)
    {
      return
    }
    alarm.wait()
  }
}
