//! What programs say on their buttons, act by act and language by language.

use super::*;

/// Names in the order of the languages, each of which has this risk.
fn every(risk: Risk, names: &[&str]) {
    for name in names {
        assert!(named(name).contains(risk), "{name} is not {risk}: {:?}", named(name));
    }
}

#[test]
fn what_takes_away_says_so_in_many_words() {
    every(
        Delete,
        &[
            "Clear all data",
            "Clear all",
            "Empty the bin",
            "Move to the bin",
            "Reset settings",
            "Cache leeren",
            "Vider le cache",
            "Retirer",
            "Placer dans la corbeille",
            "Vaciar",
            "Enviar a la papelera",
            "Limpiar datos",
            "Esvaziar",
            "Limpar histórico",
            "Deletar",
            "Svuota",
            "Cestina",
            "Opróżnij",
            "Wyczyść dane",
            "Prullenbak leegmaken",
            "Weggooien",
            "Очистить",
            "Сбросить",
            "移除",
            "清除浏览数据",
            "移到回收站",
            "ごみ箱に入れる",
            "履歴をクリア",
            "비우기",
            "제거",
            "Reset",
            "リセット",
        ],
    );
    every(
        Format,
        &[
            "Reset this device",
            "Gerät zurücksetzen",
            "Tout réinitialiser",
            "Отформатировать",
            "初始化磁盘",
            "장치 초기화",
        ],
    );
    every(
        Uninstall,
        &["Quitar programa", "Remover aplicativo", "Rimuovi app", "Usuń aplikację", "移除應用程式"],
    );
}

#[test]
fn what_gives_away_says_so_in_many_words() {
    every(Send, &["Sign & Send", "Transmettre", "Verzend", "Отослать", "送出", "提出", "발송", "Submeter"]);
    every(
        Pay,
        &[
            "Transfer",
            "Confirm order",
            "Start free trial",
            "Abonnieren",
            "Zahlung bestätigen",
            "Virer",
            "Confirmer la commande",
            "Transferir",
            "Hacer pedido",
            "Fazer pedido",
            "Effettua ordine",
            "Ordina ora",
            "Przelej",
            "Zamów",
            "Overmaken",
            "Bestel nu",
            "Перевести",
            "Пополнить",
            "汇款",
            "捐款",
            "寄付",
            "振り込む",
            "기부",
            "구독",
        ],
    );
    every(
        Sign,
        &[
            "Sign & Send",
            "Start signing",
            "Apposer la signature",
            "Firma il documento",
            "签章",
            "サインする",
            "서명하고 보내기",
        ],
    );
    every(
        Publish,
        &[
            "Share now",
            "Push origin",
            "Post to",
            "Diffuser",
            "Subir archivo",
            "Upload",
            "Zamieść",
            "Bericht plaatsen",
            "Разместить",
            "发帖",
            "シェア",
            "올리기",
            "게시물 올리기",
        ],
    );
}

#[test]
fn what_puts_in_or_runs_says_so_in_many_words() {
    every(
        Overwrite,
        &[
            "Datei im Ziel ersetzen",
            "Tout remplacer",
            "Sustituir",
            "Sustituir el archivo",
            "Substituir tudo",
            "Sostituisci tutto",
            "Zastąp wszystko",
            "Vervang",
            "Заменить все",
            "全部替换",
            "置き換え",
            "置換",
            "모두 바꾸기",
        ],
    );
    every(
        Run,
        &[
            "Download and install",
            "Enable all macros",
            "Alle Makros aktivieren",
            "Lancer",
            "Activar macros",
            "Ativar macros",
            "Abilita macro",
            "Wykonaj",
            "Macro's inschakelen",
            "Исполнить",
            "啟用巨集",
            "マクロの有効化",
            "매크로 사용",
        ],
    );
}

#[test]
fn who_agrees_allows() {
    every(
        Allow,
        &[
            "Accept all",
            "Accept",
            "I agree",
            "Agree & continue",
            "Alle akzeptieren",
            "Zustimmen",
            "Vertrauen",
            "Tout accepter",
            "J'accepte",
            "Faire confiance",
            "Aceptar todo",
            "Acepto",
            "Aceitar tudo",
            "Accetta tutto",
            "Accetto",
            "Udziel",
            "Zgadzam się",
            "Verlenen",
            "Akkoord",
            "Предоставить",
            "Принять все",
            "Согласен",
            "同意",
            "信任",
            "接受",
            "同意する",
            "信頼する",
            "동의",
            "신뢰",
        ],
    );
}

#[test]
fn who_refuses_and_what_only_has_such_a_word_does_nothing() {
    check(&[
        ("Don't accept", &[]),
        ("Don’t accept all", &[]),
        ("Nicht akzeptieren", &[]),
        ("Ne pas accepter", &[]),
        ("No aceptar", &[]),
        ("Aceptar", &[]),
        ("Não aceitar", &[]),
        ("Non accettare", &[]),
        ("Nie zgadzam się", &[]),
        ("Niet akkoord", &[]),
        ("Не принимать", &[]),
        ("不同意", &[]),
        ("同意しない", &[]),
        ("동의하지 않음", &[]),
        ("清除格式", &[]),
        ("信任中心", &[]),
        ("Ordina", &[]),
        ("Riavvia", &[]),
        ("Translate", &[]),
        ("Transfers", &[]),
        ("Wykonaj kopię zapasową", &[]),
        ("Reply", &[]),
        ("Clear formatting", &[]),
    ]);
    assert_eq!(of_control(Role::MenuItem, "", "Reset"), RiskSet::NONE);
}

#[test]
fn resetting_the_machine_and_trusting_are_known_in_every_language() {
    every(
        Format,
        &[
            "Diesen PC zurücksetzen",
            "Reset this PC",
            "Reset your computer",
            "Restablecer este equipo",
            "Réinitialiser ce PC",
            "Reimposta questo PC",
            "この PC をリセット",
            "이 PC 초기화",
            "Deze pc opnieuw instellen",
            "Zresetuj ten komputer",
            "Redefinir este PC",
            "Repor este PC",
            "Сбросить этот ПК",
            "重置此电脑",
            "重設電腦",
        ],
    );
    every(
        Allow,
        &[
            "Vertrauen",
            "Trust",
            "Confiar",
            "Faire confiance",
            "Considera sempre attendibile",
            "信頼",
            "信頼して開く",
            "신뢰",
            "Vertrouwen",
            "Zaufaj",
            "Confiar neste computador",
            "Доверять",
            "信任",
        ],
    );
    for name in ["信頼性", "信頼しない", "Reset view"] {
        assert_eq!(named(name), RiskSet::NONE, "{name}");
    }
}
