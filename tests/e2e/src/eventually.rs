//! Waiting for what no tool and no program reports.

use std::{
    thread,
    time::{Duration, Instant},
};

use crate::Trouble;

/// Looks every 20 ms, for at most ten seconds, until there is what is looked for.
///
/// # Errors
/// It did not come.
pub fn eventually<T>(awaited: &str, mut look: impl FnMut() -> Option<T>) -> Result<T, Trouble> {
    let within = Duration::from_secs(10);
    let until = Instant::now() + within;
    loop {
        if let Some(found) = look() {
            return Ok(found);
        }
        if Instant::now() >= until {
            return Err(Trouble::Late { awaited: awaited.to_owned(), within, said: String::new() });
        }
        thread::sleep(Duration::from_millis(20));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_ends_with_the_first_look_that_finds_something() {
        let mut looks = 0;
        let found = eventually("third look", || {
            looks += 1;
            (looks == 3).then_some(looks)
        });
        assert_eq!(found.unwrap(), 3);
    }
}
