//! Groups of programs that a policy names and no file defines: it would never count, or keep nothing away.

use super::{Finding, Read, Severity};
use crate::{config::meant, groups};

/// What a policy names that is none of the groups there are.
pub(super) fn unknown(policy: &Read<'_>, known: &[String]) -> Vec<Finding> {
    let groups = policy.named.iter().filter(|(kind, _)| kind == groups::GROUP).map(|(_, id)| id);
    let unknown = groups.filter(|name| !known.contains(name));
    let of = |name: &String| {
        let near = meant(name, known.iter().map(String::as_str));
        policy.finding(
            Severity::Error,
            format!(
                "names the group `{}`, which no file of groups defines{near}",
                model::ui::escape(name, 60)
            ),
            "define it in a file `*.entities.json` beside the policies",
        )
    };
    unknown.map(of).collect()
}
