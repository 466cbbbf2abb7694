//! The messages.

use gate::{
    Cover, Lookup, Present, Sight, Texts,
    registry::{Before, Question, Rules, Said},
};
use model::{
    Area, Facts, Fault, Operation, Outcome, Preview, RegistryKeyFacts, TargetFacts,
    ui::{Node, WindowKey},
};
use serde::{Deserialize, Serialize};

use super::Work;

/// From the gate to its worker.
#[derive(Debug, Serialize, Deserialize)]
pub enum ToWorker {
    /// The first message: who the gate is.
    Hello {
        /// Its process id.
        gate: u32,
        /// The process that owns the console window it runs in, where it has one.
        console: Option<u32>,
    },
    /// What the settings say of the registry, for all orders from here on.
    Rules(Box<Rules>),
    /// Something to do; the secret of the frame is the text to type, to set or to put on the clipboard, or the data to write.
    Do(Box<Order>),
    /// The caller no longer waits for this.
    Cancel {
        /// The order's id.
        id: u64,
    },
    /// What policies say of keys that the worker asked about.
    Said {
        /// The order's id.
        id: u64,
        /// The question's number.
        number: u64,
        /// The verdicts in the question's order; none of its keys may be used where there are none.
        said: Result<Vec<Said>, Box<Fault>>,
    },
    /// To be answered at once, whatever else is going on.
    Ping {
        /// Comes back with the answer.
        id: u64,
    },
}

/// Something to do.
#[derive(Debug, Serialize, Deserialize)]
pub struct Order {
    /// Unique for the life of a worker.
    pub id: u64,
    /// How long it may take, in milliseconds from now.
    pub remaining_ms: u64,
    /// What.
    pub task: Task,
}

/// What there is to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Task {
    /// Find targets and read the facts about them: an [`Answer::Facts`].
    Resolve(Lookup),
    /// Read the elements that a picture will show: an [`Answer::Nodes`].
    Survey {
        /// The window that is shown, or none where a part of the screen is.
        targets: Vec<TargetFacts>,
    },
    /// Say which windows a picture can show: an [`Answer::Sights`].
    Sights {
        /// What it shows.
        area: Area,
        /// The window, where it shows one.
        targets: Vec<TargetFacts>,
    },
    /// Read what stands in windows: an [`Answer::Texts`].
    Texts {
        /// Which.
        windows: Vec<WindowKey>,
        /// How long all of them may take together, in milliseconds.
        budget_ms: u64,
    },
    /// Take a small picture of a target's window: an [`Answer::Portrait`].
    Portrait {
        /// The target.
        target: Box<TargetFacts>,
        /// What may be shown.
        cover: Cover,
    },
    /// Say what a target is at present: an [`Answer::Present`].
    Present {
        /// The target; found again and compared first.
        target: Box<TargetFacts>,
    },
    /// Carry out what was permitted: an [`Answer::Outcome`].
    Execute {
        /// What.
        work: Work,
        /// On what; found again and compared first.
        facts: Facts,
    },
    /// Use the registry: an [`Answer::Outcome`] or [`Answer::Before`].
    Registry {
        /// How far.
        part: Part,
        /// What was permitted; its data travels beside it.
        operation: Box<Operation>,
        /// The keys that were judged.
        keys: Vec<RegistryKeyFacts>,
        /// Whether policies tell keys apart, so that the gate is to be asked about those that are met.
        asks: bool,
    },
    /// Put back what a change of the registry has left that broke off: an [`Answer::Restored`].
    Restore {
        /// What was there before.
        before: Box<Before>,
    },
}

/// How far an operation on the registry is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    /// It is done.
    Execute,
    /// It is said what would change.
    Preview,
    /// It is kept what is there before.
    Before,
}

/// From the worker to its gate.
#[derive(Debug, Serialize, Deserialize)]
pub enum FromWorker {
    /// The worker takes orders.
    Ready {
        /// The address of a number of eight bytes in it that grows as long as it runs and has work.
        beats: u64,
    },
    /// An order has ended.
    Done {
        /// The order's id.
        id: u64,
        /// How.
        result: Result<Answer, Box<Fault>>,
    },
    /// What do policies say of these keys? An order asks one question at a time.
    Ask {
        /// The order's id.
        id: u64,
        /// The question's number among those of the order.
        number: u64,
        /// The keys.
        question: Box<Question>,
    },
    /// The answer to a ping.
    Pong {
        /// The ping's id.
        id: u64,
    },
    /// Too many threads are stuck in windows that do not answer: another worker should take over.
    Exhausted,
}

/// What an order brought.
#[derive(Debug, Serialize, Deserialize)]
pub enum Answer {
    /// For [`Task::Resolve`].
    Facts(Facts),
    /// For [`Task::Survey`].
    Nodes(Vec<Node>),
    /// For [`Task::Sights`].
    Sights(Vec<Sight>),
    /// For [`Task::Texts`].
    Texts(Vec<Texts>),
    /// For [`Task::Portrait`].
    Portrait(Option<Preview>),
    /// For [`Task::Present`].
    Present(Box<Present>),
    /// For [`Task::Execute`] and [`Task::Registry`].
    Outcome(Box<Outcome>),
    /// For [`Task::Registry`].
    Before(Box<Before>),
    /// For [`Task::Restore`].
    Restored,
}
