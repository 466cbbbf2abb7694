//! What was approved, and what was found when it was to be done.

use super::*;

#[tokio::test]
async fn what_was_approved_is_done_to_what_it_was_approved_for_and_to_nothing_else() {
    let same = asking(FakeHost::default());
    same.call(Plans::One(typing())).await.unwrap();
    assert_eq!(same.executed(), 1);
    assert_eq!(same.records()[0]["approval"], json!({"channel": "dialog"}));

    // Between the question and the act another window has come into its place.
    let looks = AtomicUsize::new(0);
    let resolve = move || {
        let mut facts = facts(false);
        facts.targets[0].window.key.handle += looks.fetch_add(1, Ordering::Relaxed) as u64;
        Ok(facts)
    };
    let other = asking(FakeHost { resolve: Box::new(resolve), ..FakeHost::default() });
    assert_eq!(other.call(Plans::One(typing())).await.unwrap_err().code, Code::ApprovalStale);
    assert_eq!(other.executed(), 0);
    let records = other.records();
    assert_eq!((records.len(), &records[0]["verdict"]), (1, &json!("ask")));
}

#[tokio::test]
async fn what_programs_copy_meanwhile_spoils_a_reading_and_no_writing() {
    let other_each_time = || {
        let sequence = AtomicUsize::new(1);
        FakeHost {
            resolve: Box::new(move || {
                let sequence = u32::try_from(sequence.fetch_add(1, Ordering::Relaxed)).unwrap();
                let clipboard = Some(ClipboardFacts { sequence, excluded: false, ours: false });
                Ok(Facts { clipboard, desktop: Some(DesktopState::Interactive), ..Facts::default() })
            }),
            ..FakeHost::default()
        }
    };
    let (write, read) = (asking(other_each_time()), asking(other_each_time()));
    let text = SecretText::new("note".into());
    let writing = Operation::ClipboardWrite(model::ClipboardWriteRequest { text });
    write.call(Plans::One(writing)).await.unwrap();
    assert_eq!(write.executed(), 1);
    let reading = Operation::ClipboardRead(model::ClipboardReadRequest { max_chars: 10 });
    assert_eq!(read.call(Plans::One(reading)).await.unwrap_err().code, Code::ApprovalStale);
    assert_eq!(read.executed(), 0);
}

#[tokio::test]
async fn a_question_comes_with_a_picture_of_its_target_unless_that_takes_too_long() {
    for (portrait, comes) in [(Duration::ZERO, true), (Duration::from_secs(60), false)] {
        let person = Arc::<Agreeable>::default();
        let bench = asking_of(FakeHost { portrait, ..FakeHost::default() }, Arc::clone(&person));
        bench.call(Plans::One(typing())).await.unwrap();
        assert_eq!(*person.0.lock().unwrap(), [comes]);
    }
}

#[tokio::test]
async fn a_target_that_is_gone_after_the_question_is_not_acted_on() {
    let looks = AtomicUsize::new(0);
    let resolve = move || match looks.fetch_add(1, Ordering::Relaxed) {
        0 => Ok(facts(false)),
        _ => Err(Fault::new(Code::NotFound, "it is gone")),
    };
    let bench = asking(FakeHost { resolve: Box::new(resolve), ..FakeHost::default() });
    assert_eq!(bench.call(Plans::One(typing())).await.unwrap_err().code, Code::ApprovalStale);
    assert_eq!(bench.executed(), 0);
}

#[tokio::test(start_paused = true)]
async fn input_that_waits_for_its_turn_is_refused_once_a_person_is_asked() {
    // The question opens when its picture is there; until then the second call waits for the keyboard.
    let bench = asking(FakeHost { portrait: Duration::from_millis(200), ..FakeHost::default() });
    let typing = || bench.call(Plans::One(typing()));
    let (first, second) = tokio::join!(typing(), typing());
    first.unwrap();
    assert_eq!(second.unwrap_err().code, Code::InputFrozen);
    assert_eq!(bench.executed(), 1);
}
