use std::net::{Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;

use super::{super::is_public, *};

/// Every name has these addresses.
struct Fixed(Vec<IpAddr>);

impl Resolver for Fixed {
    fn resolve(&mut self, _: &str) -> Vec<IpAddr> {
        self.0.clone()
    }
}

const PUBLIC: IpAddr = IpAddr::V4(Ipv4Addr::new(93, 184, 216, 34));

fn to(url: &str, redirects: &[&str], addresses: &[IpAddr]) -> Result<Destination, Refused> {
    visit(url, redirects.iter().copied(), &mut Fixed(addresses.to_vec()))
}

#[test]
fn the_address_that_was_judged_is_the_one_to_speak_to() {
    let destination = to("https://www.example.com/a", &["/b?c"], &[PUBLIC]).unwrap();
    assert_eq!(destination.ip, PUBLIC);
    assert_eq!(destination.address.to_string(), "https://www.example.com/b?c");
}

#[test]
fn one_private_address_among_public_ones_refuses_the_name() {
    let both = [PUBLIC, IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1))];
    assert!(matches!(to("https://www.example.com/", &[], &both), Err(Refused::Private { .. })));
}

#[test]
fn a_redirect_is_judged_like_a_first_address() {
    for location in
        ["//127.0.0.1/", "http://[::1]/", "ftp://www.example.com/", "http://a:b@c.example.com/", "/\\x"]
    {
        assert!(to("https://www.example.com/", &[location], &[PUBLIC]).is_err(), "{location}");
    }
    let ten = ["/"; MOST_REDIRECTS];
    assert!(to("https://www.example.com/", &ten, &[PUBLIC]).is_ok());
    assert_eq!(
        to("https://www.example.com/", &["/"; MOST_REDIRECTS + 1], &[PUBLIC]),
        Err(Refused::Redirects)
    );
}

#[test]
fn what_standards_mend_in_silence_is_refused() {
    for url in [
        " https://www.example.com/",
        "https:/www.example.com/",
        "https:www.example.com",
        "https:///www.example.com/",
        "https://www.example.com\\@10.0.0.1/",
        "https://www.exa\u{ad}mple.com/",
        "https://www.example.com/\u{202e}",
        "https://@www.example.com/",
        "https://www.example.com/a b",
        "https://www.example.com/a\u{7f}b",
        "https://www.example.com/a\nb",
        "https://www..example.com/",
    ] {
        assert!(to(url, &[], &[PUBLIC]).is_err(), "{url:?}");
    }
}

#[test]
fn names_of_inner_places_are_refused_whatever_they_resolve_to() {
    for name in [
        "metadata.goog",
        "metadata.azure.com",
        "metadata.google.internal",
        "instance-data",
        "instance-data.ec2.internal",
        "kubernetes.default",
        "kubernetes.default.svc",
        "kube-dns.kube-system",
        "localhost6.localdomain6",
        "LOCALHOST4.localdomain4.",
        "app.localhost",
        "printer.local",
        "nas.lan",
        "pc.home.arpa",
        "git.corp",
        "wiki.intranet",
        "fritz.box",
        "app.lvh.me",
        "intranet",
    ] {
        let refused = to(&format!("https://{name}/"), &[], &[PUBLIC]);
        assert!(matches!(refused, Err(Refused::Name { .. })), "{name}: {refused:?}");
    }
    for name in ["metadata.goog.example.com", "www.kubernetes.io", "notfritz.box", "default.example.com"] {
        assert!(to(&format!("https://{name}/"), &[], &[PUBLIC]).is_ok(), "{name}");
    }
}

#[test]
fn ports_of_the_web_are_open_and_others_are_not() {
    for (port, open) in
        [(80, true), (443, true), (8080, true), (8443, true), (22, false), (25, false), (9222, false)]
    {
        let url = format!("https://www.example.com:{port}/");
        assert_eq!(to(&url, &[], &[PUBLIC]).is_ok(), open, "{port}");
    }
}

proptest! {
    #[test]
    fn an_ipv4_address_is_refused_under_all_its_names_or_under_none(bits: u32) {
        let v4 = Ipv4Addr::from_bits(bits);
        let [a, b, c, d] = v4.octets();
        let names = [
            format!("http://{v4}/"),
            format!("http://{bits}/"),
            format!("http://{bits:#x}/"),
            format!("http://0{bits:o}/"),
            format!("http://{a:#x}.{b}.{}/", u32::from(c) << 8 | u32::from(d)),
            format!("http://{}/", v4.to_string().bytes().map(|byte| format!("%{byte:02x}")).collect::<String>()),
        ];
        for name in names {
            prop_assert_eq!(to(&name, &[], &[]).is_ok(), is_public(v4.into()), "{}", name);
        }
        // And never as IPv6.
        for v6 in [v4.to_ipv6_mapped(), v4.to_ipv6_compatible(), Ipv6Addr::from_bits(0x64_ff9b << 96 | u128::from(bits))] {
            prop_assert!(!is_public(v6.into()), "{}", v6);
        }
    }

    #[test]
    fn no_text_gets_past_with_a_host_that_is_not_public(text in "(https?://)?[a-z0-9.@:/\\\\\\[\\]%#?\u{3002}\u{ff0e}\u{2460}-\u{2468}-]{0,40}") {
        if let Ok(destination) = to(&text, &[], &[PUBLIC]) {
            prop_assert!(is_public(destination.ip));
            let again = Address::parse(&destination.address.to_string());
            prop_assert_eq!(again.as_ref(), Ok(&destination.address));
        }
    }
}

#[test]
fn a_name_is_no_longer_than_names_can_be_in_whole_and_in_each_part() {
    let part = |length: usize| "a".repeat(length);
    let host = |parts: &[usize]| {
        let parts: Vec<String> = parts.iter().map(|length| part(*length)).collect();
        to(&format!("https://{}.com/", parts.join(".")), &[], &[PUBLIC])
    };
    assert!(host(&[63]).is_ok() && host(&[63, 63, 63, 57]).is_ok());
    // One part too long in a short name, and too long a name of short parts.
    assert!(matches!(host(&[64]), Err(Refused::Malformed(_))));
    assert!(matches!(host(&[63, 63, 63, 58]), Err(Refused::Malformed(_))));
}

#[test]
fn an_address_and_a_redirect_are_as_long_as_they_may_be_and_no_longer() {
    let of_length = |length: usize| {
        let begin = "https://www.example.com/";
        format!("{begin}{}", "a".repeat(length - begin.len()))
    };
    for length in [8_191, 8_192] {
        assert!(to(&of_length(length), &[], &[PUBLIC]).is_ok(), "{length}");
        assert!(to("https://www.example.com/", &[&of_length(length)], &[PUBLIC]).is_ok(), "{length}");
    }
    for length in [8_193, 9_000] {
        assert_eq!(to(&of_length(length), &[], &[PUBLIC]), Err(Refused::TooLong), "{length}");
        assert_eq!(
            to("https://www.example.com/", &[&of_length(length)], &[PUBLIC]),
            Err(Refused::TooLong),
            "{length}"
        );
    }
}

#[test]
fn a_name_that_leads_back_into_the_network_is_refused_by_its_last_parts_alone() {
    for host in
        ["a.localhost", "printer.local", "db.prod.internal", "home.arpa", "nas.home.arpa", "1.in-addr.arpa"]
    {
        let judged = to(&format!("http://{host}/"), &[], &[PUBLIC]);
        assert!(matches!(judged, Err(Refused::Name { .. })), "{host}: {judged:?}");
    }
    for host in ["local.example.com", "internal.dev", "a.notlocal", "my-arpa.com", "home.arpa.example"] {
        let judged = to(&format!("http://{host}/"), &[], &[PUBLIC]);
        assert!(judged.is_ok(), "{host}: {judged:?}");
    }
}

#[test]
fn each_part_of_ipv6_that_is_nobodys_ends_where_its_prefix_does() {
    let is_public = |address: &str| super::super::is_public(address.parse().unwrap());
    for reserved in [
        "2001::",
        "2001:1ff:ffff::1",
        "2001:db8::",
        "2001:db8:ffff:ffff::1",
        "2002::",
        "2002:ffff::1",
        "3fff::",
        "3fff:fff:ffff::1",
        "fd00::1",
        "fe80::1",
        "::1",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
        "4000::1",
    ] {
        assert!(!is_public(reserved), "{reserved}");
    }
    for public in [
        "2001:200::1",
        "2001:4860:4860::8888",
        "2001:db7:ffff::1",
        "2001:db9::1",
        "2003::1",
        "2606:4700:4700::1111",
        "3ffe:ffff::1",
        "3fff:1000::1",
    ] {
        assert!(is_public(public), "{public}");
    }
}
