import CPUFeatures

extension Parallel {
  /// How many processors this process may run on, which its affinity can limit; at least 1.
  package static var processors: Int { max(1, Int(assay_cpu_count())) }
}
