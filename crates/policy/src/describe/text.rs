//! The description as a page of text.

use std::fmt::{self, Display, Formatter};

use model::ui::escape;

use super::{Act, Description, Keys, Rule};
use crate::config::Channel;

/// Characters of a text that people wrote, at most.
const LONGEST: usize = 400;

impl Display for Description {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "Profile `{}`: {}.", self.profile.name(), self.purpose)?;
        if self.dry_run {
            writeln!(f, "Dry run: everything is planned, judged and recorded, and nothing is done.")?;
        }
        let channels: Vec<&str> = self.asked_by.iter().map(channel).collect();
        match channels.as_slice() {
            [] => writeln!(f, "Nobody is asked: what would ask is refused.")?,
            some => writeln!(
                f,
                "A person is asked by {}, and has {} seconds; silence is a no.",
                some.join(", else by "),
                self.answer_within_seconds
            )?,
        }
        writeln!(f, "\nWhat an agent comes to, with a program that is not protected:")?;
        for act in &self.acts {
            act.fmt(f)?;
        }
        writeln!(f, "\nNever, whatever any rule says:")?;
        for never in self.never {
            writeln!(f, "  {never}")?;
        }
        writeln!(f, "\nRules; one that refuses counts for more than any that permits:")?;
        for rule in &self.rules {
            rule.fmt(f)?;
        }
        list(f, "Programs that are started and used without asking", &self.workspace)?;
        list(f, "Programs protected by the settings, beside those that always are", &self.protected)?;
        self.registry.fmt(f)?;
        writeln!(f, "\nLimits of a session:")?;
        for limit in &self.limits {
            writeln!(f, "  {:<32} {:>11}  {}", limit.setting, limit.value, limit.meaning)?;
        }
        Ok(())
    }
}

impl Display for Act {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let verdict = match self.verdict {
            "allow" => "allowed",
            "ask" => "asks",
            "preview" => "shown only",
            _ => "refused",
        };
        let reasons: Vec<String> = self.reasons.iter().map(|reason| shown(&reason.text)).collect();
        let why = if reasons.is_empty() { String::new() } else { format!("  {}", reasons.join("; ")) };
        let verdict = if why.is_empty() { verdict.to_owned() } else { format!("{verdict:<10}{why}") };
        writeln!(f, "  {:<36} {verdict}", self.act)
    }
}

impl Display for Rule {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let acts = if self.actions.is_empty() { "everything".to_owned() } else { self.actions.join(", ") };
        let only: Vec<String> = self.only.iter().map(|only| shown(only)).collect();
        let of = if only.is_empty() { String::new() } else { format!(" of {}", only.join(" and ")) };
        let when = match (self.conditional, self.facts.as_slice()) {
            (false, _) => String::new(),
            (true, []) => ", under conditions".to_owned(),
            (true, facts) => format!(", under conditions on {}", facts.join(", ")),
        };
        let whose = if self.of_the_machine { "the machine's " } else { "" };
        writeln!(f, "  {:<8} {acts}{of}{when}: {}", self.does, shown(&self.reason))?;
        writeln!(f, "           {whose}`{}` in {}", shown(&self.policy), shown(&self.file))
    }
}

impl Display for Keys {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "\nThe registry, to level `{}`, before any rule:", self.level)?;
        for (number, roots) in self.roots.iter().enumerate() {
            let what = if number == 0 { "Keys that may be used" } else { "Keys that the machine permits" };
            list(f, what, roots)?;
        }
        list(f, "Keys that are denied", &self.denied)?;
        list(f, "Keys that are changed without asking", &self.workspace)
    }
}

fn list(f: &mut Formatter<'_>, what: &str, texts: &[String]) -> fmt::Result {
    if texts.is_empty() {
        return writeln!(f, "\n{what}: none.");
    }
    writeln!(f, "\n{what}:")?;
    texts.iter().try_for_each(|text| writeln!(f, "  {}", shown(text)))
}

fn shown(text: &str) -> String {
    escape(text, LONGEST)
}

const fn channel(channel: &Channel) -> &'static str {
    match channel {
        Channel::Elicitation => "a form of the client",
        Channel::Dialog => "a dialog of winwarden's own",
        Channel::Terminal => "`winwarden approvals` at a terminal",
    }
}
