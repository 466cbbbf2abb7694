//! What is known of a call besides its target.

use policy::PolicyText;

use super::*;

/// A gate of profile `lab` with this policy on typing, for the client at this path.
fn with_policy(when: &str, client: &str) -> Bench {
    let text = format!(
        "@id(\"p\") @reason(\"r\") forbid (principal, action == Action::\"type_text\", resource) when {{ {when} }};"
    );
    let policy = PolicyText { name: "p.cedar", text: &text };
    let policy = Policy::new(&Settings::of_profile(Profile::Lab), &[policy]).unwrap();
    let principal = Principal { parent: client.into(), elevated: Some(true), ..Principal::default() };
    bench_of(FakeHost::default(), principal, Some(policy))
}

impl Bench {
    fn signers_asked(&self) -> usize {
        self.host.signers_asked.load(Ordering::Relaxed)
    }
}

#[tokio::test]
async fn who_signed_what_is_asked_only_where_a_policy_speaks_of_it_and_of_the_client_once() {
    let silent = with_policy("context.client has elevated && !context.client.elevated", r"C:\p.exe");
    silent.call(Plans::One(typing())).await.unwrap();
    assert_eq!(silent.signers_asked(), 0);

    let foreign = "!(context.client has signer && context.client.signer == \"Contoso\")";
    let asks = with_policy(foreign, r"C:\p.exe");
    asks.call(Plans::One(Operation::WindowList(WindowListRequest {}))).await.unwrap();
    assert_eq!(asks.signers_asked(), 0, "no policy on this speaks of it");
    asks.call(Plans::One(typing())).await.unwrap();
    assert_eq!(asks.signers_asked(), 2, "the client's and the window's");
    asks.call(Plans::One(typing())).await.unwrap();
    assert_eq!(asks.signers_asked(), 3);
    assert_eq!(asks.records().last().unwrap()["verdict"], "allow");

    for other in [r"C:\other.exe", ""] {
        let refused = with_policy(foreign, other).call(Plans::One(typing())).await;
        assert_eq!(refused.unwrap_err().code, Code::DeniedByPolicy, "{other}");
    }
}

#[tokio::test]
async fn an_elevated_client_is_known_as_such() {
    let bench = with_policy("context.client has elevated && context.client.elevated", r"C:\p.exe");
    assert_eq!(bench.call(Plans::One(typing())).await.unwrap_err().code, Code::DeniedByPolicy);
    let circumstances = &bench.records()[0]["circumstances"];
    assert_eq!(circumstances["client"], json!({"path": r"C:\p.exe", "claimed_name": "", "elevated": true}));
}

#[tokio::test]
async fn a_record_tells_what_was_found_what_it_brought_and_how_long_it_took() {
    let bench = bench(FakeHost { delay: Duration::from_millis(3), ..FakeHost::default() });
    bench.call(Plans::One(typing())).await.unwrap();
    let records = bench.records();
    let [intent, outcome] = &records[..] else { panic!("{records:#?}") };
    assert_eq!(intent["facts"]["targets"][0]["window"]["title"], json!("T"));
    assert_eq!(outcome["facts"], Value::Null, "they stand in the intent");
    assert_eq!(outcome["taint"], json!(["unknown_program"]));
    assert!(outcome["elapsed_us"].as_u64().is_some_and(|elapsed| elapsed >= 3_000), "{outcome}");
}

#[tokio::test]
async fn what_taints_a_session_stands_with_what_is_done_next_and_each_record_has_its_operation() {
    let bench = bench(FakeHost::default());
    for _ in 0..2 {
        bench.call(Plans::One(typing())).await.unwrap();
    }
    let records = bench.records();
    let tainted: Vec<&Value> = records.iter().map(|record| &record["tainted_by"]).collect();
    for record in &records {
        assert_eq!(record["operation"]["text"]["chars"], json!(13), "{record}");
    }
    assert_eq!(tainted[2], &json!(["unknown_program"]));
}
