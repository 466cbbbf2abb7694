# As `cargo xtask`, in a target folder of its own so that builds never wait for it.
cargo run --quiet --locked --manifest-path "$PSScriptRoot\Cargo.toml" --target-dir "$PSScriptRoot\target\xtask" -p xtask -- @args
exit $LASTEXITCODE
