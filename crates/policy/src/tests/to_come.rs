use super::*;
use crate::{
    Policy, PolicyText,
    config::{Profile, Settings},
};

fn refusal(resource: &str) -> String {
    let text = format!("\n@id(\"p\") @reason(\"r\") forbid (principal, action, resource {resource});");
    let texts = [PolicyText { name: "a.cedar", text: &text }];
    Policy::new(&Settings::of_profile(Profile::Lab), &texts).map(drop).unwrap_err().to_string()
}

#[test]
fn a_policy_on_what_no_tool_acts_on_is_refused_with_its_line_and_the_form_that_is_meant() {
    for (resource, part) in [
        (r#"in Url::"https://example.com/a""#, "`Url::\"https://example.com/a\"` never counts"),
        (r#"== Url::"HTTPS://Example.COM:443/a/../b#c""#, "that is `https://example.com/b`, never counts"),
        (r#"in Host::"example.com""#, "no tool acts on hosts of the web yet"),
        (r#"in PowerShellModule::"Storage""#, "that is `storage`, never counts"),
        (r#"== PowerShellCommand::"get-item""#, "no tool acts on commands of PowerShell yet"),
        ("is Url", "`Url` never counts: no tool acts on addresses of the web yet"),
        (r#") when { resource in Host::"example.com" };//"#, "no tool acts on hosts"),
        (r#") when { resource is PowerShellCommand };//"#, "no tool acts on commands"),
        (r#"in Url::"ftp://example.com""#, "only absolute http and https addresses"),
    ] {
        let error = refusal(resource);
        assert!(error.contains("a.cedar:2") && error.contains(part), "{resource}: {error}");
    }
}

#[test]
fn an_address_has_one_form() {
    for (text, form) in [
        ("http://example.com", "http://example.com/"),
        ("HTTP://EXAMPLE.com:80/a/./b/../c?q#f", "http://example.com/a/c?q"),
        ("https://example.com.:8443/", "https://example.com:8443/"),
        ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
        ("http://0x08.8.8.8/", "http://8.8.8.8/"),
    ] {
        assert_eq!(url(text).as_deref(), Ok(form), "{text}");
    }
    for text in [
        "",
        "example.com",
        "ftp://example.com/",
        "http://user@example.com/",
        "http://example.com:22/",
        "http://localhost/",
        "http://10.0.0.1/",
        "http://a b.com/",
        "http:\\\\example.com/",
    ] {
        assert!(url(text).is_err(), "{text}");
    }
}

#[test]
fn a_host_has_one_form() {
    for (text, form) in [
        ("Example.COM", "example.com"),
        ("example.com.", "example.com"),
        ("Bücher.example", "xn--bcher-kva.example"),
        ("com", "com"),
        ("8.8.8.8", "8.8.8.8"),
        ("[2606:4700:0::1111]", "2606:4700::1111"),
    ] {
        assert_eq!(host(text).as_deref(), Ok(form), "{text}");
    }
    for text in [
        "",
        ".",
        "*.example.com",
        "example.com:80",
        "http://example.com",
        "a/b",
        "a@b.com",
        "a..b",
        "local",
        "10.0.0.1",
        "a b.com",
        "[]",
    ] {
        assert!(host(text).is_err(), "{text}");
    }
}

#[test]
fn a_command_has_one_form() {
    for (text, form) in [
        ("Get-Item", "get-item"),
        (r"Microsoft.PowerShell.Management\GET-ITEM", r"microsoft.powershell.management\get-item"),
    ] {
        assert_eq!(command(text).as_deref(), Ok(form), "{text}");
    }
    for text in ["", "Get-*", "Get-Item x", r"C:\a.ps1", r"a\b\c", r"\Get-Item", "./x", "Get\u{200b}-Item"] {
        assert!(command(text).is_err(), "{text}");
    }
    assert_eq!(module("Storage").as_deref(), Ok("storage"));
    assert!(module(r"C:\x").is_err() && module(r"a\b").is_err());
}
