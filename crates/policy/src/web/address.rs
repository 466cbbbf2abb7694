//! An address in its one reading: that of the WHATWG URL standard, where no other parser could read it differently.

use std::{fmt, net::IpAddr};

use url::{Host, Url};

use super::{Refused, ip, name};

/// Characters that an address has at most.
pub(super) const LONGEST: usize = 8192;

/// Ports on which the web is served.
const WEB_PORTS: [u16; 4] = [80, 443, 8080, 8443];

/// An absolute http or https address with a public-looking host on a web port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    url: Url,
    host: Host<String>,
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// It is malformed, ambiguous, of another scheme, carries credentials, or names a host or port that is not the
    /// public web's.
    pub fn parse(text: &str) -> Result<Self, Refused> {
        if text.chars().count() > LONGEST {
            return Err(Refused::TooLong);
        }
        unambiguous(text)?;
        let lower = text.to_ascii_lowercase();
        let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
        // The standard lets further slashes, or none, pass for two.
        let authority = rest.ok_or(Refused::Scheme)?;
        if authority.is_empty() || authority.starts_with(['/', '?', '#', ':']) {
            return Err(Refused::Scheme);
        }
        let url = Url::parse(text).map_err(|_| Refused::Malformed("it is no URL"))?;
        Self::checked(url)
    }

    /// Where a redirect leads: `location` may be relative to this address.
    ///
    /// # Errors
    /// Those of [`parse`](Self::parse).
    pub fn redirect(&self, location: &str) -> Result<Self, Refused> {
        if location.chars().count() > LONGEST {
            return Err(Refused::TooLong);
        }
        unambiguous(location)?;
        let url = self.url.join(location).map_err(|_| Refused::Malformed("it is no URL"))?;
        Self::checked(url)
    }

    fn checked(url: Url) -> Result<Self, Refused> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refused::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refused::Credentials);
        }
        let host = match url.host().ok_or(Refused::Scheme)? {
            Host::Domain(domain) => Host::Domain(name::public(domain)?),
            Host::Ipv4(address) => ip::public(address.into()).map(|()| Host::Ipv4(address))?,
            Host::Ipv6(address) => ip::public(address.into()).map(|()| Host::Ipv6(address))?,
        };
        match url.port_or_known_default() {
            Some(port) if WEB_PORTS.contains(&port) => Ok(Self { url, host }),
            port => Err(Refused::Port(port.unwrap_or_default())),
        }
    }

    pub(crate) const fn url(&self) -> &Url {
        &self.url
    }

    /// The host's name, in lower case and without a final dot; none where the host is an address.
    #[must_use]
    pub fn domain(&self) -> Option<&str> {
        match &self.host {
            Host::Domain(domain) => Some(domain),
            Host::Ipv4(_) | Host::Ipv6(_) => None,
        }
    }

    /// The host's address, where it is given as one.
    #[must_use]
    pub const fn ip(&self) -> Option<IpAddr> {
        match self.host {
            Host::Domain(_) => None,
            Host::Ipv4(address) => Some(IpAddr::V4(address)),
            Host::Ipv6(address) => Some(IpAddr::V6(address)),
        }
    }
}

impl fmt::Display for Address {
    /// Its canonical form.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.url.fmt(f)
    }
}

/// Refuses what the standard silently mends and what parsers are known to disagree on.
fn unambiguous(text: &str) -> Result<(), Refused> {
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(Refused::Malformed("it holds a space, line break or control character"));
    }
    if text.chars().any(name::is_invisible) {
        return Err(Refused::Malformed("it holds a character that is not seen"));
    }
    let before_query = text.split(['?', '#']).next().unwrap_or_default();
    if before_query.contains('\\') {
        return Err(Refused::Malformed("it holds a backslash"));
    }
    // `http://user@host`, and `http://public@private`: read by some as the one, by some as the other.
    let authority = before_query.split_once("//").map_or("", |(_, rest)| rest).split('/').next();
    if authority.unwrap_or_default().contains('@') {
        return Err(Refused::Credentials);
    }
    Ok(())
}
