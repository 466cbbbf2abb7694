//! Times, and what is read from them.

use std::time::Duration;

use e2e::{Client, Trouble};
use serde_json::{Value, json};

/// Times of one thing, sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Times(Vec<Duration>);

impl Times {
    /// Of these runs.
    pub fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    /// Of so many calls of a tool, each until its reply has come.
    ///
    /// # Errors
    /// A call that fails; the first ends it.
    pub fn of_calls(
        count: usize,
        client: &mut Client,
        tool: &str,
        arguments: &Value,
    ) -> Result<Self, Trouble> {
        let mut times = Vec::with_capacity(count);
        for _ in 0..count {
            let (reply, time) = client.timed(tool, arguments.clone())?;
            reply.done()?;
            times.push(time);
        }
        Ok(Self::of(times))
    }

    /// All of both.
    pub fn with(self, other: Self) -> Self {
        Self::of(self.0.into_iter().chain(other.0).collect())
    }

    /// The time that this share of the runs, in percent, did not take longer than, in milliseconds; 0 without runs.
    pub fn ms(&self, percent: usize) -> f64 {
        let last = self.0.len().saturating_sub(1);
        let index = (self.0.len() * percent / 100).min(last);
        self.0.get(index).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
    }

    /// The middle one, in milliseconds.
    pub fn p50(&self) -> f64 {
        self.ms(50)
    }

    /// The least, in milliseconds: of what takes many questions to the system, which other threads can only make longer.
    pub fn least(&self) -> f64 {
        self.ms(0)
    }

    /// For the file of figures.
    pub fn json(&self) -> Value {
        json!({"runs": self.0.len(), "p50_ms": self.p50(), "p99_ms": self.ms(99), "min_ms": self.least()})
    }
}

/// One line of the table.
#[derive(Debug)]
pub struct Row {
    /// What was measured.
    pub what: String,
    /// What is aimed at.
    pub goal: String,
    /// What came out.
    pub measured: String,
    /// Whether that is within the goal.
    pub within: bool,
    /// The figures.
    pub figures: Value,
}

impl Row {
    /// A figure of this unit against the most it should be.
    pub fn at_most(what: &str, measured: f64, most: f64, unit: &str, figures: Value) -> Self {
        Self {
            what: what.to_owned(),
            goal: format!("<= {}", short(most, unit)),
            measured: short(measured, unit),
            within: measured <= most,
            figures,
        }
    }

    /// As it stands in the file.
    pub fn json(&self) -> Value {
        json!({
            "what": self.what, "goal": self.goal, "measured": self.measured, "within": self.within,
            "figures": self.figures,
        })
    }
}

/// A figure with its unit, with as many digits as say something.
fn short(figure: f64, unit: &str) -> String {
    let digits = if figure.abs() < 10.0 { 2 } else { usize::from(figure.abs() < 100.0) };
    format!("{figure:.digits$}{unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_and_the_slowest_are_found_whatever_the_order() {
        let times = Times::of((1..=100).rev().map(Duration::from_millis).collect());
        assert!((times.p50() - 51.0).abs() < 1e-9 && (times.ms(99) - 100.0).abs() < 1e-9);
        assert!((Times::of(Vec::new()).p50()).abs() < 1e-9);
    }

    #[test]
    fn a_figure_over_its_goal_is_said_to_be() {
        let row = Row::at_most("start", 1.31, 1.2, "x", Value::Null);
        assert!(!row.within);
        assert_eq!((row.goal.as_str(), row.measured.as_str()), ("<= 1.20x", "1.31x"));
    }
}
