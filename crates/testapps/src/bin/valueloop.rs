//! Times a bare loop over the values of a key: the baseline of the benchmarks. `valueloop KEY COUNT REPEAT` puts COUNT values
//! into the key below `HKEY_CURRENT_USER`, which it creates; COUNT 0 deletes it. Prints one line of JSON.

use std::process::ExitCode;

#[cfg(windows)]
fn main() -> ExitCode {
    use std::time::Instant;

    use serde_json::json;
    use testapps::{
        journal::Journal,
        registry::{create, delete_tree, open, user},
    };

    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let ([key, count, repeat], Ok(journal)) = (arguments.as_slice(), Journal::open(None, false)) else {
        eprintln!("valueloop: KEY COUNT REPEAT");
        return ExitCode::from(2);
    };
    let path = format!(r"{}\{key}", user());
    let (count, repeat): (u32, u32) = (count.parse().unwrap_or(0), repeat.parse().unwrap_or(1));
    if count == 0 {
        delete_tree(&path);
        return ExitCode::SUCCESS;
    }
    drop(open(&path).unwrap_or_else(|_| create(&path)));
    let Ok(put) = open(&path) else { return ExitCode::FAILURE };
    for number in 0..count {
        put.set(&format!("value {number}"), 4, &number.to_le_bytes());
    }
    let mut ms = Vec::new();
    for _ in 0..repeat {
        let begun = Instant::now();
        let listed = put.count_values();
        ms.push(begun.elapsed().as_secs_f64() * 1000.0);
        if listed != count {
            eprintln!("valueloop: {listed} values were listed, not {count}");
            return ExitCode::FAILURE;
        }
    }
    ms.sort_by(f64::total_cmp);
    journal.result(json!({"values": count, "ms": ms.get(ms.len() / 2)}));
    ExitCode::SUCCESS
}

#[cfg(not(windows))]
fn main() -> ExitCode {
    eprintln!("valueloop: needs Windows");
    ExitCode::from(2)
}
