/// The umbrella: `import Assay` brings every supported name of the engine. Modules without one are not
/// named here.
@_exported import Attribution
@_exported import Evidence
@_exported import Kernels
@_exported import Models
@_exported import Tensors
@_exported import Tokenization
@_exported import Values
