//! Names that the public DNS does not know, or that lead back into the machine or its network.

use super::Refused;

/// Ends of names that are not, or not for everyone, in the public DNS, or that lead back wherever they are looked up, with what
/// they are.
///
/// Sources: RFC 6761, 6762, 7686, 8375, 9476; ICANN's list of names kept for private use and of frequent collisions.
const ZONES: &[(&str, &str)] = &[
    ("localhost", "it is this machine"),
    ("localdomain", "it is this machine"),
    ("localdomain4", "it is this machine"),
    ("localdomain6", "it is this machine"),
    ("localtest.me", "it is this machine"),
    ("lvh.me", "it is this machine"),
    ("local", "it is found by multicast in this network"),
    ("internal", "it is kept for private networks"),
    ("intranet", "it is used in private networks"),
    ("private", "it is used in private networks"),
    ("corp", "it is used in private networks"),
    ("home", "it is used in private networks"),
    ("lan", "it is used in private networks"),
    ("mail", "it is used in private networks"),
    ("domain", "it is used in private networks"),
    ("intra", "it is used in private networks"),
    ("priv", "it is used in private networks"),
    ("dhcp", "it is used in private networks"),
    ("gateway", "it is used in private networks"),
    ("mshome.net", "it is used in private networks"),
    ("fritz.box", "it is used by routers"),
    ("speedport.ip", "it is used by routers"),
    ("routerlogin.net", "it is used by routers"),
    ("tplinkwifi.net", "it is used by routers"),
    ("workgroup", "it is used in private networks"),
    ("router", "it is used in private networks"),
    ("host", "it is used by virtual machines"),
    ("docker", "it is used by containers"),
    ("lxd", "it is used by containers"),
    ("incus", "it is used by containers"),
    ("default", "it is a service of a cluster"),
    ("pod", "it is a service of a cluster"),
    ("kube-system", "it is a service of a cluster"),
    ("svc", "it is a service of a cluster"),
    ("cluster", "it is a service of a cluster"),
    ("consul", "it is a service of a cluster"),
    ("metadata.goog", "it is a cloud's metadata"),
    ("metadata.azure.com", "it is a cloud's metadata"),
    ("metadata.tencentyun.com", "it is a cloud's metadata"),
    ("metadata.platformequinix.com", "it is a cloud's metadata"),
    ("metadata.packet.net", "it is a cloud's metadata"),
    ("home.arpa", "it is kept for homes"),
    ("arpa", "it is kept for the DNS itself"),
    ("onion", "it is no name of the DNS"),
    ("alt", "it is no name of the DNS"),
    ("i2p", "it is no name of the DNS"),
    ("bit", "it is no name of the DNS"),
    ("test", "it is kept for tests"),
    ("invalid", "it is kept for what does not exist"),
];

/// The name as it is looked up: without a final dot.
pub(super) fn public(domain: &str) -> Result<String, Refused> {
    let host = domain.strip_suffix('.').unwrap_or(domain).to_ascii_lowercase();
    let refused = |why| Err(Refused::Name { host: host.clone(), why });
    if host.is_empty() || host.split('.').any(str::is_empty) {
        return Err(Refused::Malformed("a part of its host is empty"));
    }
    if host.len() > 253 || host.split('.').any(|label| label.len() > 63) {
        return Err(Refused::Malformed("its host is longer than a name can be"));
    }
    if !host.contains('.') {
        return refused("it has one part only");
    }
    if !host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')) {
        return Err(Refused::Malformed("its host holds a character that no name has"));
    }
    let zone = ZONES.iter().find(|(zone, _)| {
        host.strip_suffix(zone).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    });
    zone.map_or(Ok(host.clone()), |(_, why)| refused(why))
}

/// Whether a character changes how text is shown or is not shown at all: never part of an address that a person reads.
pub(super) const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}')
}
