//! Times a bare loop that reads every control of a window: the baseline of the benchmarks.

use std::process::ExitCode;

fn main() -> ExitCode {
    testapps::start(testapps::Program::BareLoop)
}
