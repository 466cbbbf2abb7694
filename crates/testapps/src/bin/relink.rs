//! Makes a key a link and a key again, over and over: `relink PATH TARGET TIMES`, with the kernel's names or `HKEY_CURRENT_USER\…`. As a key
//! it has the value `mine`; what it links to nobody may read through it. With 0 times it is left a link.

use std::process::ExitCode;

#[cfg(windows)]
fn main() -> ExitCode {
    use serde_json::json;
    use testapps::{
        journal::Journal,
        registry::{delete, link, try_create, user},
    };

    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let ([path, target, times], Ok(journal)) = (arguments.as_slice(), Journal::open(None, false)) else {
        eprintln!("relink: PATH TARGET TIMES");
        return ExitCode::from(2);
    };
    let of_kernel = |path: &String| match path.strip_prefix("HKEY_CURRENT_USER") {
        Some(rest) => format!("{}{rest}", user()),
        None => path.clone(),
    };
    let (path, target) = (&of_kernel(path), &of_kernel(target));
    let times: u32 = times.parse().unwrap_or(0);
    journal.ready(json!({}));
    if times == 0 {
        delete(path);
        link(path, target);
    }
    let mut swaps = 0;
    for _ in 0..times {
        delete(path);
        link(path, target);
        delete(path);
        if let Ok(key) = try_create(path, 0) {
            key.set("mine", 4, &[1, 0, 0, 0]);
            swaps += 1;
        }
    }
    journal.event("ended", json!({"swaps": swaps}));
    ExitCode::SUCCESS
}

#[cfg(not(windows))]
fn main() -> ExitCode {
    eprintln!("relink: needs Windows");
    ExitCode::from(2)
}
