/// The kernels of one instruction set: the same sources, compiled once per processor level.
///
/// Everything here takes plain pointers and counts, checks nothing (these modules are compiled
/// `-Ounchecked`; the callers check) and exports no generic code, so that no symbol compiled for
/// one instruction set can be picked by the linker for another.
package enum Flavour {}
