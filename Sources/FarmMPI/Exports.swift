// A user's engine imports FarmMPI alone: all of FarmEngine comes with it.
@_exported public import FarmEngine
