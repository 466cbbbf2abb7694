//! What a picture of a window may show of others.

use model::{Area, PictureFormat, ScreenshotRequest, WindowSelector};

use super::*;
use crate::sight::{Cover, Looked, Sight, Texts};

/// Three windows: the one that is asked for, an ordinary one before it, and a password manager's.
#[derive(Debug, Default)]
struct Desk(Mutex<Vec<Arc<Cover>>>);

fn window(handle: u64, path: &str) -> WindowFacts {
    let mut window = facts(false).targets.remove(0).window;
    window.key.handle = handle;
    window.process.path = path.into();
    window
}

impl Host for Desk {
    fn resolve<'a>(&'a self, _: Lookup, _: &'a Run) -> Ahead<'a, Facts> {
        Box::pin(async { Ok(facts(false)) })
    }

    fn sights<'a>(&'a self, _: &'a Area, _: &'a [TargetFacts], _: &'a Run) -> Ahead<'a, Vec<Sight>> {
        let windows = [
            (1, r"C:\p.exe"),
            (8, r"C:\Windows\notepad.exe"),
            (9, r"C:\Program Files\KeePassXC\KeePassXC.exe"),
        ];
        let sight = |(handle, path)| Sight { window: window(handle, path), place: Rect::default() };
        Box::pin(async move { Ok(windows.map(sight).to_vec()) })
    }

    fn texts<'a>(&'a self, keys: Vec<WindowKey>, _: Duration, _: &'a Run) -> Ahead<'a, Vec<Texts>> {
        let (place, looked) = (Rect::default(), Looked::Whole);
        let texts = move |window| Texts { window, place, looked, written: Vec::new() };
        Box::pin(async move { Ok(keys.into_iter().map(texts).collect()) })
    }

    fn execute<'a>(&'a self, _: &'a Permit, run: &'a Run) -> Ahead<'a, Outcome> {
        self.0.lock().unwrap().push(Arc::clone(&run.cover));
        Box::pin(async { Err(Fault::new(Code::CaptureFailed, "there is no screen")) })
    }

    fn survey<'a>(&'a self, _: &'a Permit, _: &'a Run) -> Ahead<'a, Vec<Node>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn local_time(&self) -> LocalTime {
        LocalTime::default()
    }

    fn report(&self) -> HostReport {
        HostReport::default()
    }
}

#[tokio::test]
async fn a_picture_shows_its_window_and_of_the_others_those_that_may_be_seen_alone() {
    let (home, desk) = (tempfile::tempdir().unwrap(), Arc::<Desk>::default());
    let config = GateConfig {
        home: home.path().to_owned(),
        principal: Principal::default(),
        settings: Settings::of_profile(Profile::Assistant),
        policy: None,
        approvers: Vec::new(),
        clock: clock(),
        configuration: "digest".into(),
        configuration_changed: false,
        version: "0".into(),
    };
    let gate = Gate::open(config, Arc::<Desk>::clone(&desk)).unwrap();
    let area = Area::Window(WindowSelector::parse("T"));
    let (format, max_bytes, max_width, marks) = (PictureFormat::Png, 10_000, None, false);
    let picture = Operation::Screenshot(ScreenshotRequest { area, format, max_bytes, max_width, marks });
    let fault = gate.answer(call(Plans::One(picture))).await.into_reply().unwrap_err();
    assert_eq!(fault.code, Code::CaptureFailed);
    let covers = desk.0.lock().unwrap().clone();
    let shown: Vec<u64> = covers[0].shown.iter().map(|window| window.key.handle).collect();
    assert_eq!(shown, [1, 8]);
}
