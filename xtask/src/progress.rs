//! Says what is being done and for how long: on stderr, so that stdout stays the programs' own.

use std::time::{Duration, Instant};

use crate::fault::Fault;

/// One step that takes its time.
#[derive(Debug)]
pub struct Step {
    name: String,
    began: Instant,
}

impl Step {
    /// Begins a step and says so.
    pub fn begin(name: &str, what: &str) -> Self {
        eprintln!("==> {name}: {what}");
        Self { name: name.to_owned(), began: Instant::now() }
    }

    /// A remark in the middle of it.
    pub fn note(&self, text: &str) {
        eprintln!("    {}: {text} ({})", self.name, seconds(self.began.elapsed()));
    }

    /// Ends it: says how long it took, or names the step in its failure.
    ///
    /// # Errors
    /// The result's own, with the step's name and `advice`.
    pub fn end<T>(self, result: Result<T, Fault>, advice: &str) -> Result<T, Fault> {
        match result {
            Ok(value) => {
                eprintln!("    {}: done in {}", self.name, seconds(self.began.elapsed()));
                Ok(value)
            }
            Err(fault @ (Fault::Step { .. } | Fault::Usage { .. })) => Err(fault),
            Err(fault) => {
                Err(Fault::Step { step: self.name, fault: Box::new(fault), advice: advice.to_owned() })
            }
        }
    }
}

/// A time span as people read it: `0.3 s`, `12.5 s`, `3 min 4 s`.
pub fn seconds(span: Duration) -> String {
    let whole = span.as_secs();
    if whole < 100 {
        format!("{:.1} s", span.as_secs_f64())
    } else {
        format!("{} min {} s", whole / 60, whole % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_span_reads_as_people_say_it() {
        assert_eq!(seconds(Duration::from_millis(340)), "0.3 s");
        assert_eq!(seconds(Duration::from_secs(184)), "3 min 4 s");
    }

    #[test]
    fn a_failed_step_names_itself_once_and_says_what_to_do() {
        let inner = Step::begin("inner", "works").end::<()>(Err(Fault::missing("no disk")), "buy one");
        let outer = Step::begin("outer", "works").end(inner, "something else").unwrap_err();
        assert_eq!(outer.to_string(), "step `inner` failed: no disk\nwhat to do: buy one");
    }
}
