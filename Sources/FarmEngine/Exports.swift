// A user's engine imports FarmEngine alone: the function protocol comes with it.
@_exported public import FarmFunctions
