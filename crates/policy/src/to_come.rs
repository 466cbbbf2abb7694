//! Types of resources on which no tool acts yet: the schema has them, so that what their ids will be is settled.
//!
//! Untrusted: policies that people write.
//! Guarantees: a policy that names one is refused and told so, and does not wait unnoticed for a call that never comes.
//! Does not: say what tools will do with them.

use model::registry::upcase;

use crate::{spelling::Wrong, web::Address};

/// Characters of the name of a command or a module, at most.
const LONGEST: usize = 255;

/// Brings an id to its one form.
type Form = fn(&str) -> Result<String, Wrong>;

/// Why nothing comes of a policy that names a resource of this type; nothing for types on which tools act.
pub(crate) fn refused(kind: &str, id: Option<&str>) -> Option<Wrong> {
    let (canonical, what): (Form, _) = match kind {
        "Url" => (url, "addresses of the web"),
        "Host" => (host, "hosts of the web"),
        "PowerShellCommand" => (command, "commands of PowerShell"),
        "PowerShellModule" => (module, "modules of PowerShell"),
        _ => return None,
    };
    let named = match id.map(|id| (id, canonical(id))) {
        None => format!("`{kind}`"),
        Some((id, Err(why))) => return Some(format!("`{kind}::{id:?}` {why}")),
        Some((id, Ok(canonical))) if id == canonical => format!("`{kind}::{id:?}`"),
        Some((id, Ok(canonical))) => format!("`{kind}::{id:?}`, that is `{canonical}`,"),
    };
    Some(format!("{named} never counts: no tool acts on {what} yet; remove the policy until one does"))
}

/// An address in its one form: no default port, detours, fragment or final dot, and its host in lower case and in ASCII.
pub(crate) fn url(text: &str) -> Result<String, Wrong> {
    let address = Address::parse(text).map_err(|refused| format!("is never visited: {refused}"))?;
    let mut url = address.url().clone();
    url.set_fragment(None);
    if let Some(domain) = address.domain() {
        url.set_host(Some(domain)).map_err(|_| "is never visited: it is no URL".to_owned())?;
    }
    Ok(url.into())
}

/// A host in that form; all hosts below it lie in it.
pub(crate) fn host(text: &str) -> Result<String, Wrong> {
    const RIGHT: &str = "write the name alone, such as `Host::\"example.com\"`";
    if text.contains('*') {
        return Err("has a wildcard; a host holds for all below it, without one".to_owned());
    }
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    if bare.unwrap_or(text).is_empty()
        || text.contains(['/', '\\', '?', '#', '@', '%'])
        || (bare.is_none() && text.contains(':'))
    {
        return Err(format!("is no host; {RIGHT}"));
    }
    // One that holds a country or a company is never visited itself, but hosts in it are.
    let alone = !text.trim_end_matches('.').contains('.') && bare.is_none();
    let below = if alone { "any." } else { "" };
    let address = Address::parse(&format!("http://{below}{text}/"))
        .map_err(|refused| format!("is never visited: {refused}"))?;
    match (address.domain(), address.ip()) {
        (Some(domain), _) => Ok(domain.strip_prefix(below).unwrap_or(domain).to_owned()),
        (None, Some(ip)) => Ok(ip.to_string()),
        (None, None) => Err(format!("is no host; {RIGHT}")),
    }
}

/// A command, `Get-Item`, or by its module, `Microsoft.PowerShell.Management\Get-Item`.
pub(crate) fn command(text: &str) -> Result<String, Wrong> {
    match text.split_once('\\') {
        Some((of, name)) => Ok(format!(r"{}\{}", module(of)?, plain(name)?)),
        None => plain(text),
    }
}

/// A module, by its name.
pub(crate) fn module(text: &str) -> Result<String, Wrong> {
    plain(text)
}

/// A name in the form in which PowerShell compares it.
fn plain(name: &str) -> Result<String, Wrong> {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '+');
    if name.is_empty() || name.encode_utf16().count() > LONGEST || !name.chars().all(fits) {
        let right = "write it whole, such as `Get-Item`, without a path, a wildcard or arguments";
        return Err(format!("is no name of a command or a module; {right}"));
    }
    Ok(upcase(name).to_ascii_lowercase())
}

#[cfg(test)]
#[path = "tests/to_come.rs"]
mod tests;
