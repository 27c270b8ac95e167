#if canImport(Glibc)
  import Glibc
  import Kernels
  import Testing

  @Suite("After fork()")
  struct ForkTests {
    /// Swift hides `fork`; Python's multiprocessing does not.
    private typealias Fork = @convention(c) () -> pid_t

    @Test("a child of a process that used the pool works on, serially", .timeLimit(.minutes(1)))
    func childWorks() throws {
      let symbol = try #require(dlsym(UnsafeMutableRawPointer(bitPattern: 0), "fork"))
      let fork = unsafeBitCast(symbol, to: Fork.self)
      let done = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
      defer { done.deallocate() }
      let parallel = Parallel(threads: 2)
      parallel.forEach(8, nanosecondsEach: 1e6) { _ in }
      let child = fork()
      if child == 0 {
        done.pointee = 0
        parallel.forEach(50, nanosecondsEach: 1e6) { _ in done.pointee += 1 }
        _exit(done.pointee)
      }
      try #require(child > 0)
      var status: Int32 = 0
      #expect(waitpid(child, &status, 0) == child)
      // The low byte tells of a signal, the next one is the exit code: the items done.
      #expect(status == 50 << 8)
    }
  }
#endif
