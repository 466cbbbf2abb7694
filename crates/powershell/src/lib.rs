//! Reserved for the PowerShell parser. This version runs no PowerShell, and nothing is here yet.
#![forbid(unsafe_code)]
