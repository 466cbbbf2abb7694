//! A gate with a worker, and calls through it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use gate::{Call, Gate, GateConfig, Host, Principal};
use host_windows::WorkerHost;
use model::{
    Area, Button, ClickRequest, ElementRef, Fault, FindRequest, Operation, Outcome, ReadTextRequest, Scope,
    SnapshotRequest, Target, TreeLimits, WindowSelector,
    keys::Modifiers,
    tool::{Card, Hints, Plan, Reply, Schemas, Tool},
    ui::Role,
};
use policy::config::{Profile, Settings};
use serde_json::{Map, Value, json};
use tokio_util::sync::CancellationToken;

/// A tool that plans one operation and gives its outcome as it is.
#[derive(Debug)]
struct Fixed {
    card: Card,
    operation: Operation,
    timeout_ms: u32,
}

impl Tool for Fixed {
    fn card(&self) -> &Card {
        &self.card
    }

    fn schemas(&self) -> &Schemas {
        panic!("no call is asked what it could be")
    }

    fn plan(&self, _: &Map<String, Value>) -> Result<Plan, Fault> {
        Ok(Plan::new(self.operation.clone(), Some(self.timeout_ms)))
    }

    fn render(&self, _: &Operation, outcome: &Outcome) -> Reply {
        Reply { structured: Some(serde_json::to_value(outcome).unwrap()), ..Reply::default() }
    }
}

/// A gate with a worker; the worker ends with it.
pub struct Session {
    runtime: tokio::runtime::Runtime,
    pub host: Arc<WorkerHost>,
    gate: Arc<Gate>,
}

impl Session {
    pub fn start() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let host = WorkerHost::new(&std::env::current_exe().unwrap());
        let name = format!("winwarden-test-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let config = GateConfig {
            home: std::env::temp_dir().join(name),
            principal: Principal::default(),
            settings: Settings::of_profile(Profile::Lab),
            policy: None,
            approvers: Vec::new(),
            clock: Arc::new(host_windows::MachineClock::new()),
            configuration: String::new(),
            configuration_changed: false,
            version: "0".to_owned(),
        };
        let port: Arc<dyn Host> = Arc::<WorkerHost>::clone(&host);
        let gate = Arc::new(Gate::open(config, port).unwrap());
        let session = Self { runtime, host, gate };
        session.call(duration(1), 20_000).unwrap(); // from here on there is a worker
        session
    }

    fn prepared(operation: Operation, timeout_ms: u32, cancel: CancellationToken) -> Call {
        let card = Card {
            name: "fixed",
            title: "",
            description: "",
            toolset: "",
            hints: Hints { read_only: false, destructive: false, idempotent: false, open_world: false },
            gives_pictures: false,
        };
        Call {
            tool: Arc::new(Fixed { card, operation, timeout_ms }),
            arguments: Map::new(),
            request_id: json!(1),
            step: None,
            claimed: Value::Null,
            approver: None,
            cancel,
        }
    }

    /// Makes a call; its outcome as JSON.
    pub fn call(&self, operation: Operation, timeout_ms: u32) -> Result<Value, Fault> {
        let call = Self::prepared(operation, timeout_ms, CancellationToken::new());
        let reply = self.runtime.block_on(self.gate.answer(call)).into_reply()?;
        Ok(reply.structured.unwrap())
    }

    /// Makes a call beside others; what cancels it, and where its end will be.
    pub fn begin(&self, operation: Operation, timeout_ms: u32) -> (CancellationToken, Begun) {
        let cancel = CancellationToken::new();
        let call = Self::prepared(operation, timeout_ms, cancel.clone());
        let gate = Arc::clone(&self.gate);
        let (sender, ended) = std::sync::mpsc::channel();
        self.runtime.spawn(async move {
            let begun = Instant::now();
            let reply = gate.answer(call).await.into_reply();
            let _ = sender.send((reply.map(|reply| reply.structured.unwrap()), begun.elapsed()));
        });
        (cancel, Begun(ended))
    }

    /// The ref of the one element of a window with this role and name.
    pub fn element(&self, window: &str, role: Role, name: &str) -> ElementRef {
        let found = self.call(find(window, Some(role), Some(name)), 10_000).unwrap();
        let elements = found["elements"].as_array().unwrap();
        assert_eq!(elements.len(), 1, "{found:#}");
        elements[0]["ref"].as_str().unwrap().parse().unwrap()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.host.stop();
    }
}

/// A call that runs.
pub struct Begun(std::sync::mpsc::Receiver<(Result<Value, Fault>, Duration)>);

impl Begun {
    /// Its end, and how long it took.
    pub fn end(self) -> (Result<Value, Fault>, Duration) {
        self.0.recv_timeout(Duration::from_secs(70)).unwrap()
    }
}

fn window(title: &str) -> WindowSelector {
    WindowSelector::Title(title.to_owned())
}

pub fn duration(milliseconds: u32) -> Operation {
    wait(model::Condition::Duration(milliseconds), milliseconds)
}

pub fn wait(condition: model::Condition, timeout_ms: u32) -> Operation {
    Operation::WaitFor(model::WaitForRequest { condition, timeout_ms })
}

pub fn find(title: &str, role: Option<Role>, name: Option<&str>) -> Operation {
    Operation::Find(FindRequest {
        window: Some(window(title)),
        role,
        name: name.map(str::to_owned),
        automation_id: None,
        limit: 50,
    })
}

pub fn snapshot(title: &str) -> Operation {
    Operation::Snapshot(SnapshotRequest {
        scope: Scope::Window(window(title)),
        limits: TreeLimits { interactive_only: false, ..TreeLimits::default() },
        since: None,
        structured: true,
    })
}

pub fn read(element: ElementRef) -> Operation {
    Operation::ReadText(ReadTextRequest {
        target: Some(Target::Element(element)),
        window: None,
        offset: 0,
        max_chars: 1000,
    })
}

pub fn click(element: ElementRef) -> Operation {
    Operation::Click(ClickRequest {
        target: Target::Element(element),
        button: Button::Left,
        count: 1,
        modifiers: Modifiers::default(),
    })
}

pub fn drag(from: ElementRef, to: ElementRef) -> Operation {
    Operation::Drag(model::DragRequest {
        from: Target::Element(from),
        to: Target::Element(to),
        button: Button::Left,
        modifiers: Modifiers::default(),
    })
}

pub fn picture(title: &str) -> Operation {
    Operation::Screenshot(model::ScreenshotRequest {
        area: Area::Window(window(title)),
        format: model::PictureFormat::Png,
        max_bytes: 700_000,
        max_width: None,
        marks: true,
    })
}
