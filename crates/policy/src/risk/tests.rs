use std::collections::BTreeSet;

use model::{keys::Chord, ui::Role};
use proptest::prelude::*;

use super::{
    control::LONGEST_NEVER,
    table::{File, Mode},
    *,
};

mod acts;

const LANGUAGES: [&str; 12] = ["de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "zh"];

fn named(name: &str) -> RiskSet {
    of_control(Role::Button, "", name)
}

/// Each name with the risks, one after another, that a button of that name has.
fn check(cases: &[(&str, &[Risk])]) {
    for (name, risks) in cases {
        assert_eq!(named(name), risks.iter().copied().collect(), "{name}");
    }
}

use Risk::{Allow, Delete, Format, Overwrite, Pay, Publish, Run, Send, Sign, Uninstall};

#[test]
fn buttons_have_the_risk_of_their_words_in_every_language() {
    check(&[
        ("Delete", &[Delete]),
        ("Empty Recycle Bin", &[Delete]),
        ("Uninstall", &[Uninstall]),
        ("Place your order", &[Pay]),
        ("Sign and send", &[Sign, Send]),
        ("Run as administrator", &[Run]),
        ("Always allow", &[Allow]),
        ("Rem0ve", &[Delete]),
        ("Always aI1ow", &[Allow]),
        ("Löschen", &[Delete]),
        ("Endgültig löschen", &[Delete]),
        ("Absenden", &[Send]),
        ("Zahlungspflichtig bestellen", &[Pay]),
        ("Formatieren", &[Format]),
        ("Supprimer définitivement", &[Delete]),
        ("Envoyer", &[Send]),
        ("Désinstaller", &[Uninstall]),
        ("Écraser", &[Overwrite]),
        ("Eliminar", &[Delete]),
        ("Enviar ahora", &[Send]),
        ("Sobrescribir", &[Overwrite]),
        ("Excluir", &[Delete]),
        ("Assinar documento", &[Sign]),
        ("Publicar", &[Publish]),
        ("Elimina", &[Delete]),
        ("Paga ora", &[Pay]),
        ("Consenti", &[Allow]),
        ("Usuń", &[Delete]),
        ("Wyślij", &[Send]),
        ("Zapłać", &[Pay]),
        ("Verwijderen", &[Delete]),
        ("Verzenden", &[Send]),
        ("Overschrijven", &[Overwrite]),
        ("Удалить", &[Delete]),
        ("Отправить", &[Send]),
        ("Выполнить в любом случае", &[Run]),
        ("删除", &[Delete]),
        ("刪除檔案", &[Delete]),
        ("发送", &[Send]),
        ("傳送", &[Send]),
        ("卸载", &[Uninstall]),
        ("提交订单", &[Send, Pay]),
        ("削除", &[Delete]),
        ("送信する", &[Send]),
        ("購入手続きへ", &[Pay]),
        ("삭제", &[Delete]),
        ("메시지 보내기", &[Send]),
        ("결제하기", &[Pay]),
    ]);
}

#[test]
fn words_that_only_resemble_an_act_are_none() {
    check(&[
        ("Sender", &[]),
        ("Undelete", &[]),
        ("Deleted Items", &[]),
        ("Undo Delete", &[]),
        ("Don't allow", &[]),
        ("Don’t send", &[]),
        ("Sign in", &[]),
        ("Send to Back", &[]),
        ("Runtime", &[]),
        ("Payload", &[]),
        ("Format Painter", &[]),
        ("Previous post", &[]),
        ("Replace with", &[]),
        ("Order by date", &[]),
        ("Absender", &[]),
        ("Sendung verfolgen", &[]),
        ("Gelöschte Elemente", &[]),
        ("Nicht zulassen", &[]),
        ("Paiements", &[]),
        ("Ne pas autoriser", &[]),
        ("Envoyés", &[]),
        ("Enviados", &[]),
        ("No permitir", &[]),
        ("Enviadas", &[]),
        ("Não permitir", &[]),
        ("Annulla", &[]),
        ("Annulla invio", &[]),
        ("Anuluj", &[]),
        ("Nie zezwalaj", &[]),
        ("Annuleren", &[]),
        ("Niet toestaan", &[]),
        ("Отправитель", &[]),
        ("Не разрешать", &[]),
        ("Подписаться", &[]),
        ("已发送", &[]),
        ("不允许", &[]),
        ("取消", &[]),
        ("删除线", &[]),
        ("発行元", &[]),
        ("公開鍵", &[]),
        ("삭제된 항목", &[]),
        ("Purchase history", &[]),
        ("送信者", &[]),
        ("許可しない", &[]),
        ("실행 취소", &[]),
        ("허용 안 함", &[]),
        ("", &[]),
        ("&", &[]),
    ]);
}

#[test]
fn what_is_passed_over_hides_nothing_beside_it() {
    check(&[
        ("Don't allow, delete", &[Delete]),
        ("Undo delete and delete again", &[Delete]),
        ("Undo delete partition", &[Format]),
        ("送信者に送信", &[Send]),
        ("已删除 删除", &[Delete]),
    ]);
}

#[test]
fn dress_makes_no_difference() {
    for name in [
        "&Delete",
        "De&lete",
        "& Delete &",
        "Delete…",
        "Delete...",
        "Delete (D)",
        "Delete\tDel",
        "Delete Ctrl+D",
        "DELETE",
        "_Delete",
        "Delete (3)",
        "Ｄｅｌｅｔｅ",
        "De\u{200b}lete",
        "De\u{ad}lete",
        "\u{202e}Delete",
        "D\u{2060}e\u{feff}lete",
        "Dеlеtе",
        "Ⅾelete",
        "𝐃𝐞𝐥𝐞𝐭𝐞",
        "DeIete",
        "De1ete",
        "Dele\u{301}te",
        "ⓓⓔⓛⓔⓣⓔ",
        "Löschen…",
        "LÖSCHEN",
        "Lo\u{308}schen",
        "削除(&D)",
        "删 除",
        "ﾌｧｲﾙを削除",
        "\u{e74d}",
        "🗑️",
    ] {
        for role in [Role::Button, Role::Text] {
            let known = role == Role::Button || name != "ﾌｧｲﾙを削除";
            assert_eq!(
                of_control(role, "", name),
                if known { Delete.into() } else { RiskSet::NONE },
                "{name}"
            );
        }
    }
    assert_eq!(named("Save && Send"), Send.into());
    assert_eq!(named("Save&&Send"), Send.into());
    assert_eq!(named("ЅЕND"), Send.into());
}

#[test]
fn only_what_acts_has_a_risk() {
    for (role, name, risks) in [
        (Role::MenuItem, "Delete file", RiskSet::from(Delete)),
        (Role::SplitButton, "Send", Send.into()),
        (Role::Hyperlink, "Delete account", Delete.into()),
        (Role::Hyperlink, "How to delete your account for ever and what happens next", RiskSet::NONE),
        (Role::Hyperlink, "Delete account now and all its files", Delete.into()),
        (Role::Hyperlink, "Delete account now and all of its files", RiskSet::NONE),
        (Role::ListItem, "Delete", Delete.into()),
        (Role::ListItem, "Delete me.txt", RiskSet::NONE),
        (Role::ListItem, "Deleted Items", RiskSet::NONE),
        (Role::ListItem, "削除", Delete.into()),
        (Role::ListItem, "削除済みアイテム", RiskSet::NONE),
        (Role::Text, "Delete", Delete.into()),
        (Role::Text, "Press here to delete", RiskSet::NONE),
        (Role::Edit, "Delete", RiskSet::NONE),
        (Role::Document, "Delete", RiskSet::NONE),
        (Role::TreeItem, "Delete", RiskSet::NONE),
        (Role::CheckBox, "Delete", RiskSet::NONE),
        (Role::Window, "Delete File", RiskSet::NONE),
        (Role::MenuItem, "Format", RiskSet::NONE),
        (Role::MenuItem, "Format...", Format.into()),
        (Role::MenuItem, "格式化(A)...", Format.into()),
        (Role::Button, "Format", Format.into()),
        (Role::MenuItem, "フォーマット(F)…", Format.into()),
    ] {
        assert_eq!(of_control(role, "", name), risks, "{role} {name}");
    }
}

#[test]
fn ids_are_read_as_programmers_write_them() {
    for (id, risks) in [
        ("btnDelete", RiskSet::from(Delete)),
        ("DeleteButton", Delete.into()),
        ("delete_btn", Delete.into()),
        ("btndelete", Delete.into()),
        ("deletebutton", Delete.into()),
        ("HTMLDelete2", Delete.into()),
        ("1deleteAll", Delete.into()),
        ("SendButton", Send.into()),
        ("buttonPlaceOrder", Pay.into()),
        ("UninstallButton", Uninstall.into()),
        ("FormatButton", RiskSet::NONE),
        ("FormatDiskButton", Format.into()),
        ("SenderButton", RiskSet::NONE),
        ("btnUndelete", RiskSet::NONE),
        ("UndoDeleteButton", RiskSet::NONE),
        ("SignInButton", RiskSet::NONE),
        ("Deleted", RiskSet::NONE),
        ("btn", RiskSet::NONE),
        ("1", RiskSet::NONE),
        ("", RiskSet::NONE),
    ] {
        assert_eq!(of_control(Role::Button, id, "x"), risks, "{id}");
        assert_eq!(of_control(Role::ListItem, id, "x"), RiskSet::NONE, "{id}");
    }
    assert_eq!(of_control(Role::Button, "SendButton", "Delete"), [Delete, Send].into_iter().collect());
}

#[test]
fn questions_are_read_in_every_form_of_a_word() {
    for (text, risks) in [
        ("Are you sure you want to delete 3 files?", vec![Delete]),
        ("These items will be permanently deleted.", vec![Delete]),
        ("A file with this name already exists. Do you want to replace it?", vec![Overwrite]),
        ("Do you want to run this file?", vec![Run]),
        ("WARNING: Formatting will erase ALL data on this disk.", vec![Delete, Format]),
        ("Do you want to allow this app to make changes to your device?", vec![Allow]),
        ("3 Dateien werden unwiderruflich gelöscht.", vec![Delete]),
        ("Möchten Sie sie ersetzen?", vec![Overwrite]),
        ("Les fichiers seront supprimés.", vec![Delete]),
        ("¿Seguro que quiere eliminar este archivo?", vec![Delete]),
        ("Deseja substituí-lo?", vec![Overwrite]),
        ("Il messaggio verrà inviato.", vec![Send]),
        ("Czy na pewno chcesz usunąć ten plik?", vec![Delete]),
        ("Het bestand wordt overschreven.", vec![Overwrite]),
        ("Файл будет удалён.", vec![Delete]),
        ("确实要永久删除此文件吗？", vec![Delete]),
        ("確定要傳送嗎？", vec![Send]),
        ("このファイルを完全に削除しますか?", vec![Delete]),
        ("이 파일을 삭제하시겠습니까?", vec![Delete]),
        ("Save changes to Untitled?", vec![]),
        ("Sender: Bob", vec![]),
        ("Möchten Sie die Änderungen speichern?", vec![]),
        ("Удалённый рабочий стол", vec![]),
        ("変更を保存しますか?", vec![]),
        ("", vec![]),
    ] {
        assert_eq!(of_question(text), risks.into_iter().collect(), "{text}");
    }
}

#[test]
fn only_a_name_that_says_yes_confirms() {
    for name in [
        "Yes",
        "&Yes",
        "OK",
        "Ok",
        "Yes to All",
        "Ja",
        "&Ja",
        "Oui",
        "Sí",
        "Si",
        "Sim",
        "Sì",
        "Tak",
        "Да",
        "是(Y)",
        "是(&Y)",
        "确定",
        "確定",
        "はい(Y)",
        "はい",
        "예(Y)",
        "확인",
        "ＯＫ",
        "Υes",
        "Continue",
        "Doorgaan",
    ] {
        assert!(confirms(name), "{name}");
    }
    for name in [
        "No",
        "&No",
        "Cancel",
        "Nein",
        "Non",
        "Nie",
        "Нет",
        "否(N)",
        "いいえ",
        "아니요",
        "Yesterday",
        "Ja, aber",
        "Java",
        "Okinawa",
        "不是",
        "キャンセル",
        "",
        "Not OK",
    ] {
        assert!(!confirms(name), "{name}");
    }
    assert!(confirms_id("1") && confirms_id("6") && confirms_id("CommandButton_6"));
    assert!(!confirms_id("2") && !confirms_id("7") && !confirms_id("16") && !confirms_id(""));
}

#[test]
fn keys_have_the_risk_of_what_they_do_in_their_target() {
    let list = Some((&Role::ListItem, false));
    let edit = Some((&Role::Edit, true));
    let page = Some((&Role::Document, false));
    let button = Some((&Role::Button, false));
    for (keys, target, risks) in [
        ("Delete", list, vec![Delete]),
        ("Delete", edit, vec![]),
        ("Delete", page, vec![Delete]),
        ("Delete", None, vec![Delete]),
        ("Shift+Delete", list, vec![Delete]),
        ("Shift+Delete", edit, vec![]),
        ("Ctrl+Delete", list, vec![Delete]),
        ("Alt+Delete", list, vec![Delete]),
        ("Ctrl+Alt+Delete", list, vec![]),
        ("Backspace", list, vec![]),
        ("Ctrl+D", list, vec![Delete]),
        ("Ctrl+D", Some((&Role::TreeItem, false)), vec![Delete]),
        ("Ctrl+D", edit, vec![]),
        ("Ctrl+D", Some((&Role::DataItem, true)), vec![]),
        ("Ctrl+Win+D", list, vec![]),
        ("Ctrl+Alt+D", list, vec![]),
        ("Ctrl+D", page, vec![]),
        ("Ctrl+D", None, vec![Delete]),
        ("D", list, vec![]),
        ("Win+D", list, vec![]),
        ("Ctrl+Enter", edit, vec![Send]),
        ("Ctrl+Enter", page, vec![Send]),
        ("Ctrl+Enter", list, vec![]),
        ("Ctrl+Enter", None, vec![Send]),
        ("Enter", edit, vec![]),
        ("Alt+S", edit, vec![Send]),
        ("Alt+S", button, vec![]),
        ("Ctrl+S", edit, vec![]),
        ("S", edit, vec![]),
        ("Ctrl+Alt+S", edit, vec![]),
        ("Alt+Win+S", edit, vec![]),
        ("Win+R", edit, vec![Run]),
        ("Win+X", None, vec![Run]),
        ("Win+3", None, vec![Run]),
        ("Win+E", None, vec![]),
        ("Ctrl+R", None, vec![]),
        ("Ctrl+Shift+Enter", edit, vec![Send, Run]),
        ("Ctrl+Shift+Enter", button, vec![Run]),
    ] {
        let chord: Chord = keys.parse().unwrap();
        assert_eq!(of_chord(&chord, target), risks.into_iter().collect(), "{keys} {target:?}");
    }
    for (keys, does) in [
        ("Alt+F4", true),
        ("Ctrl+F4", true),
        ("Ctrl+W", true),
        ("Ctrl+Shift+W", true),
        ("F4", false),
        ("W", false),
        ("Alt+F5", false),
        ("Win+W", false),
    ] {
        assert_eq!(closes(&keys.parse().unwrap()), does, "{keys}");
    }
    for (keys, does) in [("Enter", true), ("Space", true), ("Ctrl+Enter", true), ("Tab", false), ("E", false)]
    {
        assert_eq!(activates(&keys.parse().unwrap()), does, "{keys}");
    }
}

#[test]
fn the_table_speaks_every_language_of_every_risk() {
    let file = File::parse().unwrap();
    let every: BTreeSet<&str> = LANGUAGES.into();
    let of = |languages: &std::collections::BTreeMap<String, Vec<String>>| -> BTreeSet<String> {
        languages.keys().cloned().collect()
    };
    // No word tells that words could not be read.
    assert!(!file.risk.contains_key(&Risk::Unread));
    for risk in Risk::ALL.iter().filter(|risk| **risk != Risk::Unread) {
        let modes = &file.risk[risk];
        let spoken: BTreeSet<String> =
            modes.iter().filter(|(mode, _)| **mode != Mode::Text).flat_map(|(_, by)| of(by)).collect();
        assert!(spoken.iter().map(String::as_str).eq(every.iter().copied()), "{risk}: {spoken:?}");
    }
    for languages in [&file.never, &file.confirm] {
        assert!(of(languages).iter().map(String::as_str).eq(every.iter().copied()));
    }
    let phrases = file.risk.values().flat_map(|modes| modes.values()).chain([&file.never, &file.confirm]);
    for text in phrases.flat_map(|by| by.values()).flatten() {
        assert!(!words::read(text).words.is_empty() && text.trim() == text, "{text}");
    }
    for text in file.never.values().flatten() {
        assert!(words::read(text).words.len() <= LONGEST_NEVER, "{text}");
    }
}

#[test]
fn every_phrase_of_the_table_is_found() {
    for (risk, modes) in File::parse().unwrap().risk {
        for (mode, languages) in modes {
            for text in languages.values().flatten() {
                let found = if mode == Mode::Text { of_question(text) } else { named(text) };
                assert!(found.contains(risk), "{text} is not {risk}");
            }
        }
    }
}

#[test]
fn every_risk_has_a_name_and_an_effect() {
    let effects: BTreeSet<&str> = Risk::ALL.iter().map(|risk| risk.effect().name()).collect();
    assert_eq!(effects, ["change", "destroy", "egress", "execute"].into());
    let names: BTreeSet<&str> = Risk::ALL.iter().map(|risk| risk.name()).collect();
    assert_eq!(names.len(), Risk::ALL.len());
    assert_eq!(RiskSet::all().iter().count(), 11);
    assert_eq!(format!("{:?}", RiskSet::from(Send)), "{Send}");
}

proptest! {
    #[test]
    fn nothing_panics_and_a_word_among_others_is_found(before in "\\PC{0,40}", after in "\\PC{0,40}") {
        let _ = (named(&before), of_question(&after), confirms(&before), of_control(Role::Button, &before, &after));
        for word in ["erase", "粉碎"] {
            let name = format!("{before} / {word} / {after}");
            prop_assert!(named(&name).contains(Delete), "{}", name);
        }
    }

    #[test]
    fn more_words_never_lower_a_risk_of_a_question(text in "[a-z ]{0,40}", more in "[a-z ]{0,40}") {
        let together = of_question(&format!("{text} . {more}"));
        let apart = of_question(&text);
        prop_assert_eq!(together.union(apart), together);
    }
}

#[test]
fn a_very_long_name_is_cut_and_not_refused() {
    let long = format!("delete {}", "wörter 送信者 ".repeat(200_000));
    assert_eq!(named(&long), Delete.into());
}
