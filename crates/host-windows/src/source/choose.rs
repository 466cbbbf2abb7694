//! Which source sees a window: UI Automation or window handles, with a fall-back.

use model::{
    Code, Fault, Means, Point, TreeLimits, WindowInfo,
    ui::{ElementKey, Node, Tree, WindowKey},
};

use crate::source::{Act, Job, Source};

/// The source of one window: chosen for it, merged where both see a part.
#[derive(Debug)]
pub struct WindowSource {
    window: WindowKey,
}

impl WindowSource {
    /// For one window, on its own thread.
    #[must_use]
    pub const fn new(window: WindowKey) -> Self {
        Self { window }
    }

    fn unfinished<T>(&self) -> Result<T, Fault> {
        Err(Fault::new(Code::NotSupportedByTarget, format!("unfinished: {:?}", self.window)))
    }
}

impl Source for WindowSource {
    fn tree(
        &mut self,
        _: &WindowInfo,
        _: Option<&ElementKey>,
        _: &TreeLimits,
        _: &Job,
    ) -> Result<Tree, Fault> {
        self.unfinished()
    }

    fn read(&mut self, _: &ElementKey, _: &Job) -> Result<Option<Node>, Fault> {
        self.unfinished()
    }

    fn at(&mut self, _: &WindowInfo, _: Point, _: &Job) -> Result<Option<Node>, Fault> {
        self.unfinished()
    }

    fn focused(&mut self, _: &WindowInfo, _: &Job) -> Result<Option<Node>, Fault> {
        self.unfinished()
    }

    fn text(&mut self, _: &ElementKey, _: &Job) -> Result<String, Fault> {
        self.unfinished()
    }

    fn act(&mut self, _: &ElementKey, _: &Act, _: &Job) -> Result<Means, Fault> {
        self.unfinished()
    }
}
