//! What a scenario expects, and whether it came so.

use serde_json::{Map, Value, json};

use super::server::Server;

/// Why what came is not what the scenario expects.
pub fn outcome(meta: &Value, scenario: &Value, options: &[&str]) -> Result<(), String> {
    let (setup, expect) = (&scenario["setup"], &scenario["expect"]);
    let may_stop = expect["or_startup_failure"] == true || expect["outcome"] == "startup_failure";
    let Some(mut server) = Server::start(meta, setup, options) else {
        return check(may_stop, || "it did not start".into());
    };
    check(expect["outcome"] != "startup_failure", || "it started".into())?;
    if let Some(edited) = setup.get("edit_policy_after_start") {
        server.edit_policy(&edited.as_str().map_or_else(|| edited.to_string(), str::to_owned));
    }
    let prior = setup["prior_calls"].as_array().into_iter().flatten();
    let repeated = setup["repeat_call_before"].as_u64().unwrap_or(0);
    let repeated = (0..repeated).map(|_| &scenario["call"]);
    for call in prior.chain(repeated) {
        server.call(call).ok_or("it ended early")?;
    }
    let before = server.keys();
    let reply = server.call(&scenario["call"]).ok_or("it ended")?;
    of_reply(expect, &reply)?;
    of_state(expect, &before, &server.keys())
}

fn check(holds: bool, why: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(why()) }
}

fn texts<'a>(expect: &'a Value, name: &str) -> impl Iterator<Item = &'a str> {
    let one = expect[name].as_str();
    let several = expect[name].as_array().into_iter().flatten().filter_map(Value::as_str);
    one.into_iter().chain(several)
}

fn of_reply(expect: &Value, reply: &Value) -> Result<(), String> {
    let shown = || reply.to_string().chars().take(300).collect::<String>();
    let result = &reply["result"];
    let failed = reply.get("error").is_some() || result["isError"] == true;
    let came = if failed { "error" } else { "ok" };
    let wanted: Vec<&str> = texts(expect, "outcome").chain(texts(expect, "outcome_any_of")).collect();
    check(wanted.contains(&came), || format!("{came}, and not {wanted:?}: {}", shown()))?;
    let codes: Vec<&str> = texts(expect, "error_code").chain(texts(expect, "error_code_any_of")).collect();
    if failed && !codes.is_empty() {
        let code = result["structuredContent"]["code"].as_str().unwrap_or_default();
        let text = result["content"][0]["text"].as_str().unwrap_or_default();
        check(codes.contains(&code) && text.starts_with(code), || format!("no {codes:?}: {}", shown()))?;
    }
    let wanted = &expect["result_contains"];
    if !failed && !wanted.is_null() {
        let wanted = wanted.get("item").unwrap_or(wanted);
        check(contains(&result["structuredContent"], wanted), || format!("lacks {wanted}: {}", shown()))?;
    }
    let whole = reply.to_string();
    for text in texts(expect, "reply_includes") {
        check(whole.contains(text), || format!("lacks `{text}`: {}", shown()))?;
    }
    for text in texts(expect, "text_contains") {
        let quoted = json!(text).to_string();
        check(whole.contains(quoted.trim_matches('"')), || format!("lacks `{text}`: {}", shown()))?;
    }
    for text in texts(expect, "reply_excludes") {
        check(!whole.contains(text), || format!("has `{text}`: {}", shown()))?;
    }
    for name in texts(expect, "reply_excludes_names") {
        let names = result["structuredContent"].to_string().replace(r"\\", r"\");
        let parts = names.split(['"', '\\']);
        check(parts.into_iter().all(|part| part != name), || format!("names `{name}`: {}", shown()))?;
    }
    if let Some(most) = expect["max_reply_bytes"].as_u64() {
        check(whole.len() as u64 <= most, || format!("has {} bytes", whole.len()))?;
    }
    for (name, arguments) in expect["prompts"].as_object().into_iter().flatten() {
        let prompts = result["prompts"].as_array().into_iter().flatten();
        let of = |prompt: &Value| {
            let arguments = prompt["arguments"].as_array().into_iter().flatten();
            Value::from_iter(arguments.map(|argument| argument["name"].clone()))
        };
        let found = prompts.filter(|prompt| prompt["name"] == *name).map(of).next();
        check(found.as_ref() == Some(arguments), || format!("prompts: {}", shown()))?;
    }
    for (name, required) in expect["operations"].as_object().into_iter().flatten() {
        let mut tools = result["tools"].as_array().into_iter().flatten();
        let tool = tools.find(|tool| tool["name"] == *name);
        let given = tool.map(|tool| tool["inputSchema"]["required"].as_array().cloned().unwrap_or_default());
        let required = required.as_array().unwrap();
        let same = given.is_some_and(|given| {
            given.len() == required.len() && required.iter().all(|name| given.contains(name))
        });
        check(same, || format!("`{name}` is not offered with {required:?}"))?;
    }
    Ok(())
}

fn of_state(expect: &Value, before: &Value, after: &Value) -> Result<(), String> {
    if expect["state_unchanged"] == true {
        check(before == after, || "the registry has changed".into())?;
    }
    let key = |path: &str| {
        let mut keys = after.as_object().unwrap().iter();
        keys.find(|(known, _)| known.eq_ignore_ascii_case(path)).map(|(_, values)| values)
    };
    for path in texts(expect, "keys_absent_after") {
        check(key(path).is_none(), || format!("`{path}` is still there"))?;
    }
    for (path, values) in expect["state_after"].as_object().into_iter().flatten() {
        let have = key(path);
        let is = |(name, data): (&String, &Value)| {
            let found = have.and_then(|values| values.get(name)).unwrap_or(&Value::Null);
            found == data
        };
        let all = values.as_object().is_some_and(|values| have.is_some() && values.iter().all(is));
        check(all || (values.is_null() && have.is_none()), || format!("`{path}` is {have:?}"))?;
    }
    Ok(())
}

/// Whether `want` is part of `have`, looked for at any depth; a number may stand as text, and `X_include` names some of the
/// entries of `X`.
fn contains(have: &Value, want: &Value) -> bool {
    match (have, want) {
        (Value::Object(fields), Value::Object(wanted)) => {
            wanted.iter().all(|(name, want)| has(fields, name, want))
                || fields.values().any(|inner| contains(inner, want))
        }
        (Value::Array(items), Value::Object(_)) => items.iter().any(|item| contains(item, want)),
        (Value::Array(items), Value::Array(wanted)) => {
            items.len() == wanted.len() && items.iter().zip(wanted).all(|(item, want)| contains(item, want))
        }
        (have, want) => have == want,
    }
}

fn has(fields: &Map<String, Value>, name: &str, want: &Value) -> bool {
    match name.strip_suffix("_include") {
        Some(list) => {
            let items = fields.get(list).and_then(Value::as_array);
            items.is_some_and(|items| want.as_array().unwrap().iter().all(|want| items.contains(want)))
        }
        None => fields.get(name).is_some_and(|have| contains(have, want)),
    }
}
