//! The tree of window handles: classic controls by class, text, style and control messages.

use model::{
    Code, Fault, Means, Point, TreeLimits, WindowInfo,
    ui::{ElementKey, Node, Tree, WindowKey},
};

use crate::source::{Act, Job, Source};

/// Sees and operates classic controls of one window.
#[derive(Debug)]
pub struct Handles {
    window: WindowKey,
}

impl Handles {
    /// For one window, on its own thread.
    #[must_use]
    pub const fn new(window: WindowKey) -> Self {
        Self { window }
    }

    fn unfinished<T>(&self) -> Result<T, Fault> {
        Err(Fault::new(Code::NotSupportedByTarget, format!("unfinished: {:?}", self.window)))
    }
}

impl Source for Handles {
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
