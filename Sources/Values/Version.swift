/// The version of the engine; `python/assay/_version.py` carries the same.
package let engineVersion = "0.1.0"
