use model::{Code, RegistryWaitRequest};

use super::*;

const APP: &str = r"HKCU\Software\App";

fn wait<'a>(port: &'a Port, value: Option<&str>, timeout_ms: u32) -> Asked<'a> {
    let value = value.map(str::to_owned);
    Asked::new(port, Operation::RegistryWait(RegistryWaitRequest { key: key(APP), value, timeout_ms }))
}

/// How a wait of a minute ends when this happens while it waits.
fn met(
    port: &Port,
    value: Option<&str>,
    happens: impl Fn(&Port) + Clone + Send + 'static,
) -> Result<RegistryOutcome, Fault> {
    let asked = wait(port, value, 60_000);
    // The first is the call's own, before it waits; the second is the wait.
    port.before_open(APP, move |port| {
        let happens = happens.clone();
        port.before_open(APP, move |port| happens(port));
    });
    asked.done()
}

#[test]
fn a_wait_sees_what_changes_and_a_cancel() {
    let port = Port::with(&[r"HKCU\Software\App|x"]);
    let cancelled = wait(&port, None, 60_000).with(&|| true, |work| work.execute());
    assert_eq!(cancelled.unwrap_err().code, Code::Cancelled);
    for (value, name) in [(None, "new"), (Some("y"), "y")] {
        let done = met(&port, value, move |port| port.put(APP, name, text("")));
        assert!(matches!(done, Ok(RegistryOutcome::Waited { .. })), "{name}");
    }
}

#[test]
fn a_wait_in_which_nothing_changes_takes_its_time_and_asks_once() {
    let port = Port::with(&[r"HKCU\Software\App|x"]);
    let begun = Instant::now();
    assert_eq!(wait(&port, None, 20).done().unwrap_err().code, Code::Timeout);
    assert!(begun.elapsed() >= Duration::from_millis(20));
    assert_eq!(port.state().waits, 1);
}

#[test]
fn a_key_that_goes_is_a_change_that_a_wait_sees() {
    for value in [None, Some("x")] {
        let port = Port::with(&[r"HKCU\Software\App|x"]);
        let done = met(&port, value, |port| port.drop_key(APP));
        assert!(matches!(done, Ok(RegistryOutcome::Waited { .. })), "{value:?}");
    }
}

#[test]
fn what_is_told_of_a_key_ends_a_wait_for_it_and_none_for_a_value() {
    let port = Port::with(&[r"HKCU\Software\App|x"]);
    let tell = |port: &Port| port.state().tells = Some(Ok(true));
    assert!(matches!(met(&port, None, tell), Ok(RegistryOutcome::Waited { .. })));
    tell(&port);
    assert_eq!(wait(&port, Some("x"), 20).done().unwrap_err().code, Code::Timeout);
}

#[test]
fn a_key_that_fails_while_it_is_waited_for_is_no_change() {
    for value in [None, Some("x")] {
        let port = Port::with(&[r"HKCU\Software\App|x"]);
        let waiting = met(&port, value, |port| port.state().tells = Some(Err(Code::AccessDenied)));
        let looking = met(&port, value, |port| {
            let mut state = port.state();
            (state.tells, state.fails_with) = (Some(Ok(false)), Some(Code::AccessDenied));
        });
        for ended in [waiting, looking] {
            let fault = ended.unwrap_err();
            assert_eq!(fault.code, Code::AccessDenied, "{value:?}");
            assert!(!fault.message.contains("port"), "{fault}");
        }
    }
}
