//! Processes: path, start time, elevation.
