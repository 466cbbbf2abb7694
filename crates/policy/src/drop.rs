//! What a drag does, by what lies where it is dropped.
//!
//! Untrusted: names and classes; the path of an executable is the system's word.
//! Guarantees: a drop on another window is at least a change, one on another program is told to send, one on a folder to
//! change and one on the Recycle Bin to destroy.
//! Does not: know what a program makes of a drop inside of its own window, but for these.

use model::{Group, TargetFacts, ui::Role};

use crate::risk;

/// The Recycle Bin, in the languages of the tables, as `words::read` gives names.
const BINS: [&str; 17] = [
    "recycle bin",
    "recycler",
    "trash",
    "papierkorb",
    "corbeille",
    "papelera de reciclaje",
    "papelera",
    "reciclagem",
    "lixeira",
    "cestino",
    "kosz",
    "prullenbak",
    "корзина",
    "回收站",
    "資源回收筒",
    "ごみ箱",
    "휴지통",
];
/// Windows of these classes show folders: Explorer's, the desktop, and file dialogs.
const FOLDERS: [&str; 5] = ["CabinetWClass", "ExploreWClass", "Progman", "WorkerW", "#32770"];
/// The program that shows folders.
const EXPLORER: &str = "explorer.exe";

/// What a drop would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Dropped {
    change: bool,
    destroy: bool,
    egress: bool,
}

impl Dropped {
    /// Of a drag from one target to another.
    pub(crate) fn of(from: &TargetFacts, to: &TargetFacts) -> Self {
        let other_window = from.window.key != to.window.key;
        let other_program = from.window.process.pid != to.window.process.pid;
        let folder = is_folder(to);
        let bin = is_bin(to);
        // What is dropped on a folder or the desktop stays on this machine.
        let egress = other_program && !bin && !shows_folders(to);
        Self { change: other_window || folder || bin, destroy: bin, egress }
    }
}

impl IntoIterator for &Dropped {
    type Item = Group;
    type IntoIter = std::iter::Flatten<std::array::IntoIter<Option<Group>, 3>>;

    fn into_iter(self) -> Self::IntoIter {
        let Dropped { change, destroy, egress } = *self;
        [change.then_some(Group::Change), destroy.then_some(Group::Destroy), egress.then_some(Group::Egress)]
            .into_iter()
            .flatten()
    }
}

fn shows_folders(target: &TargetFacts) -> bool {
    let path = &target.window.process.path;
    let file = path.rsplit(['\\', '/']).next().unwrap_or_default();
    target.window.shell || file.eq_ignore_ascii_case(EXPLORER)
}

/// Whether a thing in a window that shows folders is one of the things listed there: which of them are folders is not
/// told.
fn is_folder(target: &TargetFacts) -> bool {
    let listed = |role| matches!(role, Role::ListItem | Role::TreeItem | Role::DataItem);
    (shows_folders(target) || FOLDERS.contains(&target.window.class.as_str()))
        && target.element.as_ref().is_some_and(|element| listed(element.role))
}

/// Whether it is the Recycle Bin, or its window.
fn is_bin(target: &TargetFacts) -> bool {
    let element = target.element.as_ref().map(|element| element.name.as_str());
    let title = shows_folders(target).then_some(target.window.title.as_str());
    element.into_iter().chain(title).any(|name| {
        let words = risk::words::read(name).words.join(" ");
        BINS.iter().any(|bin| words == *bin || risk::words::read(bin).words.join(" ") == words)
    })
}

#[cfg(test)]
mod tests {
    use model::{
        Around, ElementFacts, Elevation, ProcessFacts, Sought, WindowFacts,
        ui::{ElementId, ElementKey, WindowKey},
    };

    use super::*;

    fn target(pid: u32, path: &str, element: Option<(Role, &str)>) -> TargetFacts {
        let key = WindowKey { handle: pid.into(), pid, started: 1 };
        let process =
            ProcessFacts { pid, started: 1, path: path.into(), elevation: Elevation::Same, own: false };
        let window =
            WindowFacts { key, reference: None, title: "T".into(), class: "C".into(), process, shell: false };
        let element = element.map(|(role, name)| ElementFacts {
            key: ElementKey { window: key, id: ElementId::Path(vec![1]) },
            role,
            name: name.into(),
            automation_id: String::new(),
            password: false,
        });
        TargetFacts { window, element, point: None, around: Around::default(), sought: Sought::default() }
    }

    fn dropped(to: &TargetFacts) -> Vec<Group> {
        Dropped::of(&target(1, r"C:\Tools\editor.exe", None), to).into_iter().collect()
    }

    const SHELL: &str = r"C:\Windows\explorer.exe";

    #[test]
    fn a_drop_is_judged_by_what_lies_there() {
        let item = |name| target(9, SHELL, Some((Role::ListItem, name)));
        assert_eq!(dropped(&item("Photos")), [Group::Change]);
        for bin in ["Recycle Bin", "Papierkorb", "Papelera de reciclaje", "回收站", "Корзина", "RECYCLE  BIN"]
        {
            assert_eq!(dropped(&item(bin)), [Group::Change, Group::Destroy], "{bin}");
        }
        let mail = target(8, r"C:\Tools\mail.exe", None);
        assert_eq!(dropped(&mail), [Group::Change, Group::Egress]);
        let second = TargetFacts {
            window: WindowFacts {
                key: WindowKey { handle: 77, pid: 1, started: 1 },
                ..target(1, "", None).window
            },
            ..target(1, "", None)
        };
        assert_eq!(dropped(&second), [Group::Change]);
        assert_eq!(dropped(&target(1, r"C:\Tools\editor.exe", None)), []);
    }

    #[test]
    fn a_drop_on_what_a_folder_lists_changes_something_in_the_same_window_too() {
        let item = target(9, SHELL, Some((Role::ListItem, "Photos")));
        let from = target(9, SHELL, Some((Role::ListItem, "a.txt")));
        assert_eq!(Dropped::of(&from, &item).into_iter().collect::<Vec<_>>(), [Group::Change]);
        let background = target(9, SHELL, Some((Role::List, "Items")));
        assert_eq!(Dropped::of(&from, &background), Dropped::default());
    }
}
