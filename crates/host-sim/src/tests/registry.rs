use std::time::Instant;

use gate::registry::{Access, Root};
use model::{
    Deleted, RegistryDeleteRequest, RegistryKey, RegistryListRequest, RegistryReadRequest,
    RegistrySearchRequest, RegistryWaitRequest, RegistryWriteRequest, SearchFor, ValueToWrite,
    registry::{RegistryData, RegistryOutcome, ValueType, View},
};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::*;

fn key(path: &str) -> RegistryKey {
    RegistryKey { path: path.parse().unwrap(), view: View::W64 }
}

fn rules(roots: &[&str]) -> Rules {
    let roots = roots.iter().map(|root| Root::parse(root).unwrap()).collect();
    let denied = vec![r"HKCU\Software\App\Secret".parse().unwrap()];
    Rules { roots: vec![roots], denied, level: Access::Admin, ..Rules::default() }
}

fn run(rules: Rules) -> Run {
    Run {
        deadline: Instant::now() + Duration::from_secs(60),
        cancel: CancellationToken::new(),
        marks: Arc::default(),
        cover: Arc::default(),
        reveals: false,
        registry: Arc::new(rules),
        policies: None,
    }
}

fn host(registry: Value) -> SimHost {
    let world = json!({"user": {"name": "ann", "sid": "S-1-5-21-1-2-3-1001"}, "registry": registry});
    SimHost::new(World::parse(&world.to_string()).unwrap())
}

fn admin() -> Run {
    run(rules(&[r"admin 5 HKCU\Software", r"admin 5 HKLM\SOFTWARE", r"admin 5 HKLM\SYSTEM", r"admin 5 HKCR"]))
}

async fn done(host: &SimHost, operation: Operation, run: &Run) -> Result<RegistryOutcome, Fault> {
    let keys: Vec<_> = operation.registry_keys().into_iter().cloned().collect();
    let lookup = gate::Lookup { registry: keys, ..gate::Lookup::default() };
    let facts = host.find(lookup, run).await?;
    match host.use_registry(&operation, &facts, run).await? {
        Outcome::Registry(outcome) => Ok(*outcome),
        other => panic!("{other:?}"),
    }
}

fn list(path: &str) -> RegistryListRequest {
    RegistryListRequest {
        key: key(path),
        keys: true,
        values: true,
        depth: 1,
        limit: 100,
        cursor: None,
        whole: false,
        expand: false,
    }
}

fn read(path: &str, value: &str) -> Operation {
    Operation::RegistryRead(RegistryReadRequest {
        key: key(path),
        values: vec![value.into()],
        info: false,
        security: false,
        expand: true,
    })
}

fn write(path: &str, name: &str, text: &str) -> Operation {
    let data = RegistryData::text(ValueType::String, text).into();
    let values = vec![ValueToWrite { name: name.into(), data }];
    Operation::RegistryWrite(RegistryWriteRequest { key: key(path), values, create_key: true })
}

fn delete(path: &str, what: Deleted) -> Operation {
    Operation::RegistryDelete(RegistryDeleteRequest { key: key(path), what })
}

fn keys_of(host: &SimHost) -> Value {
    serde_json::from_str::<Value>(&host.whole().0).unwrap()["registry"]["keys"].clone()
}

#[tokio::test]
async fn what_is_written_stands_in_the_world_in_the_spelling_of_the_call() {
    let host = host(json!({"keys": {r"HKEY_CURRENT_USER\Software\App": {"Name": ["String", "old"]}}}));
    done(&host, write(r"hkcu/SOFTWARE/app", "NAME", "new"), &admin()).await.unwrap();
    done(&host, write(r"HKCU\software\APP\New\Deep", "x", "y"), &admin()).await.unwrap();
    assert_eq!(
        keys_of(&host),
        json!({
            r"HKEY_CURRENT_USER\Software\App": {"Name": ["String", "new"]},
            r"HKEY_CURRENT_USER\software\APP\New\Deep": {"x": ["String", "y"]}
        })
    );
    let what = Deleted::Key { recursive: true, keys: Some(2) };
    done(&host, delete(r"HKCU\Software\App\New", what), &admin()).await.unwrap();
    let what = Deleted::Values(vec!["name".into()]);
    done(&host, delete(r"HKCU\Software\App", what), &admin()).await.unwrap();
    assert_eq!(keys_of(&host), json!({r"HKEY_CURRENT_USER\Software\App": {}}));
}

#[tokio::test]
async fn a_new_key_is_spelt_as_the_call_does_under_whichever_of_its_names() {
    let run = run(rules(&["admin 9 HKCU", "admin 9 HKLM", "admin 9 HKU", "admin 9 HKCR"]));
    let user = r"HKEY_USERS\S-1-5-21-1-2-3-1001";
    for (path, view, expected) in [
        (r"HKU\s-1-5-21-1-2-3-1001\software\New", View::W64, r"HKEY_USERS\s-1-5-21-1-2-3-1001\software\New"),
        (r"\registry\user\S-1-5-21-1-2-3-1001\Software\a/b", View::W64, &format!(r"{user}\Software\a/b")),
        (r"HKU\S-1-5-21-1-2-3-1001_Classes\New\x", View::W64, &format!(r"{user}_Classes\New\x")),
        (r"HKU\S-1-5-18\New", View::W64, r"HKEY_USERS\S-1-5-18\New"),
        (r"HKLM\SYSTEM\ControlSet001\a\b", View::W64, r"HKEY_LOCAL_MACHINE\SYSTEM\ControlSet001\a\b"),
        (r"HKLM\system\CurrentControlSet\a\b", View::W64, r"HKEY_LOCAL_MACHINE\system\CurrentControlSet\a\b"),
        (r"HKCC\New", View::W64, r"HKEY_CURRENT_CONFIG\New"),
        (r"computer\hkcu\software\a\b\c", View::W64, r"HKEY_CURRENT_USER\software\a\b\c"),
        // To a world, which has no view, the call's words would mean another key.
        (r"hklm\Software\New", View::W32, r"HKEY_LOCAL_MACHINE\SOFTWARE\WOW6432Node\New"),
    ] {
        let host = host(json!({"keys": {}}));
        let Operation::RegistryWrite(mut request) = write(path, "x", "y") else { panic!() };
        request.key.view = view;
        done(&host, Operation::RegistryWrite(request), &run).await.unwrap();
        assert_eq!(keys_of(&host), json!({ expected: {"x": ["String", "y"]} }), "{path}");
        let whole = host.whole().0;
        let again = SimHost::new(World::parse(&whole).unwrap());
        let Operation::RegistryRead(mut request) = read(path, "x") else { panic!() };
        request.key.view = view;
        done(&again, Operation::RegistryRead(request), &run).await.unwrap();
    }
}

#[tokio::test]
async fn a_key_that_is_put_back_is_spelt_as_it_was() {
    let world = json!({
        r"HKCU\Software\App": {"v": ["DWord", 1]},
        r"hkcu\software\app\K": {},
        r"HKU\S-1-5-21-1-2-3-1001\Software\App\K\L\M": {"z": ["DWord", 1]},
    });
    let text = "REGEDIT4\n[-HKEY_CURRENT_USER\\Software\\App\\k]\n[HKEY_CURRENT_USER\\Software\\App\\N]\n\"b\"=\"1\"\n";
    let changes = model::registry::read_reg_file(text, View::W64).unwrap();
    let import = Operation::RegistryImport(model::RegistryImportRequest { changes });
    for breaks_off_after in 0..5 {
        let host = host(json!({"keys": world, "breaks_off_after": breaks_off_after}));
        let keys: Vec<_> = import.registry_keys().into_iter().cloned().collect();
        let lookup = gate::Lookup { registry: keys, ..gate::Lookup::default() };
        let run = admin();
        let facts = host.find(lookup, &run).await.unwrap();
        let before = host.before_registry(&import, &facts, &run).await.unwrap().unwrap();
        assert_eq!(host.use_registry(&import, &facts, &run).await.unwrap_err().code, Code::WorkerLost);
        host.put_back(&before, &run).await.unwrap();
        assert_eq!(keys_of(&host), world, "{breaks_off_after}");
    }
}

#[tokio::test]
async fn names_of_one_key_are_one_and_implied_keys_are_there() {
    let host = host(json!({
        "keys": {
            r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\X": {"a": ["DWord", 7]},
            r"HKEY_CLASSES_ROOT\.txt": {"": ["String", "machine"]},
            r"HKEY_CURRENT_USER\Software\Classes\.txt": {"": ["String", "user"]},
        },
        "links": {
            r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet": r"HKEY_LOCAL_MACHINE\SYSTEM\ControlSet002",
            r"HKEY_CURRENT_USER\Software\Link": r"HKEY_LOCAL_MACHINE\SAM",
        },
    }));
    let run = admin();
    let text = |outcome| match outcome {
        RegistryOutcome::Read { values, .. } => values[0].data.as_ref().unwrap().in_words(),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        text(done(&host, read(r"HKLM\SYSTEM\ControlSet002\Services\X", "A"), &run).await.unwrap()),
        "7"
    );
    assert_eq!(text(done(&host, read(r"HKCR\.TXT", ""), &run).await.unwrap()), "user");
    assert_eq!(text(done(&host, read(r"HKLM\SOFTWARE\Classes\.txt", ""), &run).await.unwrap()), "machine");
    let listed =
        done(&host, Operation::RegistryList(list(r"HKLM\SYSTEM\CurrentControlSet")), &run).await.unwrap();
    assert!(matches!(listed, RegistryOutcome::List { keys, .. } if keys == ["Services"]));
    for path in [r"HKCU\Software\Link", r"HKCU\Software\Link\SAM"] {
        assert_eq!(done(&host, read(path, ""), &run).await.unwrap_err().code, Code::RegistryLink, "{path}");
    }
    assert_eq!(done(&host, read(r"HKCU\Software\None", ""), &run).await.unwrap_err().code, Code::KeyNotFound);
    assert_eq!(done(&host, read(r"HKLM\SAM", ""), &run).await.unwrap_err().code, Code::DeniedByPolicy);
}

#[tokio::test]
async fn what_is_generated_is_listed_in_parts_and_stays_when_one_of_it_changes() {
    let generate = json!({r"HKCU\Software\App": {"values": 250, "subkeys": 3, "value_bytes": 2_000_000}});
    let host = host(json!({"generate": generate}));
    let mut run = admin();
    let mut all = Vec::new();
    let mut request = list(r"HKCU\Software\App");
    assert_eq!(
        done(&host, Operation::RegistryList(request.clone()), &run).await.unwrap_err().code,
        Code::LimitExceeded,
        "a value over the limit"
    );
    let mut wide = rules(&[r"admin 5 HKCU\Software"]);
    wide.limits.value_bytes = 4_000_000;
    run.registry = Arc::new(wide);
    loop {
        let listed = done(&host, Operation::RegistryList(request.clone()), &run).await.unwrap();
        let RegistryOutcome::List { keys, values, cursor, .. } = listed else { panic!() };
        assert!(keys.len() + values.len() <= 100);
        all.extend(keys.into_iter().chain(values.into_iter().map(|value| value.name)));
        request.cursor = cursor;
        if request.cursor.is_none() {
            break;
        }
    }
    let mut expected: Vec<String> = (0..3).map(|n| format!("subkey{n}")).collect();
    expected.push("big".into());
    expected.extend((0..250).map(|n| format!("value{n}")));
    assert_eq!(all, expected);
    request.whole = true;
    let fault = done(&host, Operation::RegistryList(request), &run).await.unwrap_err();
    assert!(fault.code == Code::LimitExceeded && fault.message.contains("of 100 entries by 154"), "{fault}");
    let what = Deleted::Key { recursive: false, keys: None };
    done(&host, delete(r"HKCU\Software\App\subkey1", what), &run).await.unwrap();
    let listed = done(&host, Operation::RegistryList(list(r"HKCU\Software\App")), &run).await.unwrap();
    assert!(matches!(listed, RegistryOutcome::List { keys, .. } if keys == ["subkey0", "subkey2"]));
    assert_eq!(keys_of(&host)[r"HKEY_CURRENT_USER\Software\App"].as_object().unwrap().len(), 251);
}

#[tokio::test]
async fn a_search_over_many_keys_goes_on_where_its_budget_ended() {
    let mut keys = serde_json::Map::new();
    for number in 0..3_000 {
        let path = format!(r"HKEY_CURRENT_USER\Software\App\{:02}\Key {number}", number % 100);
        keys.insert(path, json!({"Name": ["String", if number == 2_777 { "Needle" } else { "hay" }]}));
    }
    let host = host(json!({"keys": keys}));
    let mut request = RegistrySearchRequest {
        key: key(r"HKCU\Software\App"),
        sought: SearchFor::Text { text: "needle".into(), keys: true, names: true, data: true },
        limit: 10,
        max_keys: 1_000,
        cursor: None,
    };
    let (mut hits, mut looked) = (Vec::new(), 0);
    loop {
        let found = done(&host, Operation::RegistrySearch(request.clone()), &admin()).await.unwrap();
        let RegistryOutcome::Found { hits: some, keys, cursor, .. } = found else { panic!() };
        hits.extend(some);
        looked += keys;
        request.cursor = cursor;
        if request.cursor.is_none() {
            break;
        }
    }
    assert_eq!(looked, 3_101);
    assert_eq!(hits.len(), 1);
    assert_eq!(hits[0].path, r"HKEY_CURRENT_USER\Software\App\77\Key 2777");
}

#[tokio::test]
async fn a_wait_ends_when_the_value_changes_and_not_for_another() {
    let host =
        Arc::new(host(json!({"keys": {r"HKCU\Software\App": {"a": ["DWord", 1], "b": ["DWord", 1]}}})));
    let wait = |value: Option<&str>, timeout_ms| {
        Operation::RegistryWait(RegistryWaitRequest {
            key: key(r"HKCU\Software\App"),
            value: value.map(str::to_owned),
            timeout_ms,
        })
    };
    let waiting = {
        let (host, wait) = (Arc::clone(&host), wait(Some("a"), 60_000));
        tokio::spawn(async move { done(&host, wait, &admin()).await })
    };
    let other = {
        let (host, wait) = (Arc::clone(&host), wait(Some("b"), 300));
        tokio::spawn(async move { done(&host, wait, &admin()).await })
    };
    while !waiting.is_finished() {
        done(&host, write(r"HKCU\Software\App", "a", &format!("{:?}", Instant::now())), &admin())
            .await
            .unwrap();
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(matches!(waiting.await.unwrap(), Ok(RegistryOutcome::Waited { .. })));
    assert_eq!(other.await.unwrap().unwrap_err().code, Code::Timeout);
}

#[tokio::test]
async fn a_registry_that_takes_longer_than_the_call_is_a_timeout() {
    let world = json!({"registry": {"keys": {r"HKCU\Software\App": {}}}, "delays_ms": {"registry": 600_000}});
    let host = SimHost::new(World::parse(&world.to_string()).unwrap());
    let mut run = admin();
    run.deadline = Instant::now() + Duration::from_millis(10);
    let fault = done(&host, write(r"HKCU\Software\App", "a", "b"), &run).await.unwrap_err();
    assert_eq!(fault.code, Code::Timeout);
    assert_eq!(keys_of(&host), json!({r"HKCU\Software\App": {}}));
}

#[tokio::test]
async fn odd_data_is_kept_and_read_again() {
    let odd = json!([1, "YQ=="]);
    let host =
        host(json!({"keys": {r"HKCU\Software\App": {"odd": odd, "eight": [8, ""], "none": ["None", null]}}}));
    done(&host, write(r"HKCU\Software\App", "x", "y"), &admin()).await.unwrap();
    let kept = keys_of(&host)[r"HKCU\Software\App"].clone();
    assert_eq!((&kept["odd"], &kept["eight"]), (&odd, &json!([8, ""])));
    let RegistryOutcome::List { values, .. } =
        done(&host, Operation::RegistryList(list(r"HKCU\Software\App")), &admin()).await.unwrap()
    else {
        panic!()
    };
    let odd = values.iter().find(|value| value.name == "odd").unwrap().data.clone().unwrap();
    assert_eq!((odd.kind, odd.bytes.as_slice()), (ValueType::String, b"a".as_slice()));
}

#[tokio::test]
async fn a_key_that_both_views_share_is_one_and_is_judged_by_its_own_name() {
    let shared = r"HKEY_LOCAL_MACHINE\SOFTWARE\Vendor";
    let host = host(json!({"keys": {shared: {"a": ["DWord", 7]}}, "wow64_shared": [shared]}));
    let mut request = RegistryReadRequest {
        key: key(r"HKLM\SOFTWARE\WOW6432Node\Vendor"),
        values: vec!["a".into()],
        info: false,
        security: false,
        expand: false,
    };
    let facts = host.keys.look(std::slice::from_ref(&request.key)).unwrap();
    assert_eq!(facts[0].names, [r"\REGISTRY\MACHINE\SOFTWARE\Vendor"]);
    done(&host, Operation::RegistryRead(request.clone()), &admin()).await.unwrap();
    request.key = RegistryKey { view: View::W32, ..key(shared) };
    done(&host, Operation::RegistryRead(request.clone()), &admin()).await.unwrap();
    let narrow = run(rules(&[r"read 1 HKLM\SOFTWARE\WOW6432Node"]));
    let fault = done(&host, Operation::RegistryRead(request), &narrow).await.unwrap_err();
    assert_eq!(fault.code, Code::DeniedByPolicy);
}

#[tokio::test]
async fn keys_that_both_views_share_are_met_in_either() {
    let host = host(json!({
        "keys": {
            r"HKLM\SOFTWARE\Policies\Pin": {"needle": ["DWord", 1]},
            r"HKLM\SOFTWARE\Vendor\Needle": {},
            r"HKLM\SOFTWARE\App": {},
            r"HKLM\SOFTWARE\WOW6432Node\App\Only": {},
            r"HKLM\SOFTWARE\Classes\AppID\a": {},
            r"HKLM\SOFTWARE\Classes\WOW6432Node\CLSID\b": {},
        },
        "wow64_shared": [r"HKLM\SOFTWARE\Vendor"],
    }));
    let listed = |path: &str, view, depth| {
        let mut request = RegistryListRequest { depth, ..list(path) };
        request.key.view = view;
        Operation::RegistryList(request)
    };
    let keys = |outcome| match outcome {
        RegistryOutcome::List { keys, .. } => keys,
        other => panic!("{other:?}"),
    };
    let as_32 = keys(done(&host, listed(r"HKLM\SOFTWARE", View::W32, 2), &admin()).await.unwrap());
    assert_eq!(
        as_32,
        ["App", r"App\Only", "Classes", "Policies", r"Policies\Pin", "Vendor", r"Vendor\Needle"]
    );
    // To 64-bit programs those of Windows are names of keys that lie elsewhere.
    let node = r"HKLM\SOFTWARE\WOW6432Node";
    let as_64 = keys(done(&host, listed(node, View::W64, 2), &admin()).await.unwrap());
    assert_eq!(as_64, ["App", r"App\Only", "Classes", "Policies", "Vendor", r"Vendor\Needle"]);
    let classes = keys(
        done(&host, listed(r"HKLM\SOFTWARE\Classes\WOW6432Node", View::W64, 1), &admin()).await.unwrap(),
    );
    assert_eq!(classes, ["CLSID", "AppID"]);
    let request = RegistrySearchRequest {
        key: RegistryKey { view: View::W32, ..key(r"HKLM\SOFTWARE") },
        sought: SearchFor::Text { text: "needle".into(), keys: true, names: true, data: false },
        limit: 10,
        max_keys: 1_000,
        cursor: None,
    };
    let found = done(&host, Operation::RegistrySearch(request), &admin()).await.unwrap();
    let RegistryOutcome::Found { hits, .. } = found else { panic!() };
    let hits: Vec<_> = hits.into_iter().map(|hit| hit.path).collect();
    let shared = r"HKEY_LOCAL_MACHINE\SOFTWARE";
    assert_eq!(hits, [format!(r"{shared}\Policies\Pin"), format!(r"{shared}\Vendor\Needle")]);
}

#[test]
fn a_key_that_could_not_be_is_a_fault_of_the_world() {
    for path in [r"HKCU\a\..\b", "HKCU\\a\u{200b}", &format!(r"HKCU\{}", "x".repeat(256))] {
        let world = json!({"registry": {"keys": {path: {}}}});
        let fault = World::parse(&world.to_string()).unwrap_err().to_string();
        assert!(fault.contains("the key: "), "{path}: {fault}");
    }
    let slash = json!({"registry": {"keys": {r"HKCR\MIME\Database\Content Type\text/html": {}}}});
    assert!(World::parse(&slash.to_string()).is_ok());
}
