//! A change that breaks off.

use super::*;

fn breaking(code: Code, lost: bool) -> Room {
    let room = room(Keys::default(), Profile::Lab, "");
    *room.host.trouble.lock().unwrap() = Trouble { act: Some(code), lost, ..Trouble::default() };
    room
}

impl Room {
    fn restored(&self) -> Vec<(Before, bool)> {
        self.host.restored.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn what_is_not_known_to_be_whole_is_put_back_from_the_image_of_the_act() {
    for code in [Code::WorkerLost, Code::Internal, Code::TargetNotResponding] {
        let room = breaking(code, false);
        let fault = room.call(write()).await.unwrap_err();
        assert_eq!(fault.code, code);
        assert!(fault.message.ends_with("what had been changed was put back"), "{fault}");
        let executed = room.host.executed.lock().unwrap().clone();
        let restored = room.restored();
        assert!(matches!((&restored[..], &executed[..]), ([(before, false)], [Some(had)]) if before == had));
        assert!(room.records().contains(r#""put_back":{"whole":true}"#), "{}", room.records());
    }
}

#[tokio::test]
async fn an_engine_that_says_how_it_ended_has_put_back_itself() {
    for code in [Code::Timeout, Code::Cancelled, Code::AccessDenied, Code::KeyNotFound, Code::ApprovalStale] {
        let room = breaking(code, false);
        assert_eq!(room.code(write()).await, Some(code));
        assert!(room.restored().is_empty() && !room.records().contains("put_back"), "{code:?}");
    }
    let room = breaking(Code::WorkerLost, false);
    assert_eq!(room.code(read(PATH)).await, Some(Code::WorkerLost));
    assert!(room.restored().is_empty(), "a read has changed nothing");
}

#[tokio::test]
async fn what_cannot_be_put_back_is_said_with_what_may_be_left() {
    let room = breaking(Code::WorkerLost, true);
    let fault = room.call(write()).await.unwrap_err();
    assert_eq!(fault.code, Code::WorkerLost);
    assert!(fault.message.ends_with("could not all be put back (nothing answers): look at `k`"), "{fault}");
    let records = room.records();
    for part in [r#""whole":false"#, r#""why":"nothing answers""#, r#""may_be_changed":["k"]"#] {
        assert!(records.contains(part), "{records}");
    }
}

#[tokio::test]
async fn a_call_that_was_cancelled_is_put_back_nevertheless() {
    let room = breaking(Code::WorkerLost, false);
    room.host.trouble.lock().unwrap().cancels = true;
    assert_eq!(room.code(write()).await, Some(Code::WorkerLost));
    assert!(matches!(room.restored()[..], [(_, false)]));
}
