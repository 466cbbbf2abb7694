//! One command line from an array of arguments.
//!
//! Windows hands a program one string. Programs built with Microsoft's or GNU's runtime take it apart by the rules of
//! `CommandLineToArgvW` and the C runtime: blanks separate; quotes hold together; backslashes mean themselves unless a
//! quote follows, where two stand for one and one makes the quote itself part of the argument. The program's own name
//! comes first and knows no backslash rule.

/// The command line by which `program` (a full path, which holds no quotes) finds exactly `arguments`; `before` is
/// put between them as it is, for the arguments that a shortcut brings.
pub(crate) fn command_line(program: &str, before: &str, arguments: &[String]) -> String {
    let mut line = format!("\"{program}\"");
    if !before.trim().is_empty() {
        line.push(' ');
        line.push_str(before.trim());
    }
    for argument in arguments {
        line.push(' ');
        push_quoted(&mut line, argument);
    }
    line
}

/// The arguments alone, for programs that are started by their application id.
pub(crate) fn argument_line(arguments: &[String]) -> String {
    let mut line = String::new();
    for argument in arguments {
        if !line.is_empty() {
            line.push(' ');
        }
        push_quoted(&mut line, argument);
    }
    line
}

fn push_quoted(line: &mut String, argument: &str) {
    let blank = |c: char| matches!(c, ' ' | '\t' | '\n' | '\u{b}' | '"');
    if !argument.is_empty() && !argument.contains(blank) {
        line.push_str(argument);
        return;
    }
    line.push('"');
    let mut backslashes = 0;
    for c in argument.chars() {
        match c {
            '\\' => backslashes += 1,
            '"' => {
                push_backslashes(line, backslashes + 1); // as many again, and one for the quote
                backslashes = 0;
            }
            _ => backslashes = 0,
        }
        line.push(c);
    }
    push_backslashes(line, backslashes); // a quote follows
    line.push('"');
}

fn push_backslashes(line: &mut String, count: usize) {
    line.extend(std::iter::repeat_n('\\', count));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The rules of the C runtime since 2008, written from their description and not from the code above.
    fn parse(line: &str) -> Vec<String> {
        let chars: Vec<char> = line.chars().collect();
        let mut found = Vec::new();
        let mut at = 0;
        // The program's name: up to the closing quote, or up to a blank.
        let mut name = String::new();
        let mut quoted = false;
        while at < chars.len() && (quoted || !matches!(chars[at], ' ' | '\t')) {
            if chars[at] == '"' {
                quoted = !quoted
            } else {
                name.push(chars[at])
            }
            at += 1;
        }
        found.push(name);
        loop {
            while at < chars.len() && matches!(chars[at], ' ' | '\t') {
                at += 1;
            }
            if at >= chars.len() {
                return found;
            }
            let (mut argument, mut quoted) = (String::new(), false);
            while at < chars.len() && (quoted || !matches!(chars[at], ' ' | '\t')) {
                let slashes = chars[at..].iter().take_while(|c| **c == '\\').count();
                at += slashes;
                if chars.get(at) == Some(&'"') {
                    argument.extend(std::iter::repeat_n('\\', slashes / 2));
                    if slashes % 2 == 1 {
                        argument.push('"');
                        at += 1;
                    } else if quoted && chars.get(at + 1) == Some(&'"') {
                        argument.push('"'); // a doubled quote inside quotes
                        at += 2;
                    } else {
                        quoted = !quoted;
                        at += 1;
                    }
                } else {
                    argument.extend(std::iter::repeat_n('\\', slashes));
                    if slashes == 0 {
                        argument.push(chars[at]);
                        at += 1;
                    }
                }
            }
            found.push(argument);
        }
    }

    fn with_program(arguments: &[String]) -> Vec<String> {
        let mut all = vec![r"C:\a b\c.exe".to_owned()];
        all.extend_from_slice(arguments);
        all
    }

    proptest! {
        #[test]
        fn a_program_finds_the_arguments_it_was_given(arguments in prop::collection::vec(r#"[ -~\t\n"\\]{0,12}|[\\" ]{0,8}|\PC{0,6}"#, 0..8)) {
            prop_assert_eq!(parse(&command_line(r"C:\a b\c.exe", "", &arguments)), with_program(&arguments));
            prop_assert_eq!(parse(&format!("x {}", argument_line(&arguments))).split_off(1), arguments);
        }
    }

    #[test]
    fn nothing_in_an_argument_ends_it_or_starts_another() {
        for (argument, written) in [
            ("", r#""""#),
            ("plain", "plain"),
            (r"C:\dir\", r"C:\dir\"),
            (r"C:\a b\", r#""C:\a b\\""#),
            (r#"a" b"#, r#""a\" b""#),
            (r#"a\" b"#, r#""a\\\" b""#),
            ("& calc", r#""& calc""#),
        ] {
            let line = command_line("p", "", &[argument.to_owned()]);
            assert_eq!(line, format!("\"p\" {written}"));
            assert_eq!(parse(&line), ["p", argument]);
        }
    }

    #[test]
    fn what_a_shortcut_brings_comes_before_and_stays_as_it_is() {
        let line = command_line(r"C:\p.exe", " /a \"b c\" ", &["d".to_owned()]);
        assert_eq!(line, r#""C:\p.exe" /a "b c" d"#);
    }
}
