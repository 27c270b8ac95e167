/// The umbrella: `import Assay` brings every supported name of the engine.
@_exported import Attribution
@_exported import Autodiff
@_exported import Evidence
@_exported import Kernels
@_exported import Models
@_exported import Studies
@_exported import Tensors
@_exported import Tokenization
@_exported import Training
@_exported import Values
