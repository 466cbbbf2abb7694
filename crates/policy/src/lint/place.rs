//! Where in a text a policy stands.

/// The line, from 1, at which the policy number `number` (from 0) of a text that parses begins.
///
/// Cedar tells the place of a fault, and none of a policy that has no fault. A policy ends with `;`, which stands nowhere else
/// but in strings and comments.
pub(crate) fn line_of(text: &str, number: usize) -> Option<usize> {
    let (mut line, mut policies, mut within) = (1, 0, false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' => line += 1,
            c if c.is_whitespace() => {}
            '/' if chars.peek() == Some(&'/') => while chars.next_if(|c| *c != '\n').is_some() {},
            ';' => {
                policies += 1;
                within = false;
            }
            c => {
                if !within && policies == number {
                    return Some(line);
                }
                within = true;
                if c == '"' {
                    line += string(&mut chars);
                }
            }
        }
    }
    None
}

/// Reads on to the end of a string; how many lines it goes over.
fn string(chars: &mut impl Iterator<Item = char>) -> usize {
    let mut lines = 0;
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => drop(chars.next()),
            '\n' => lines += 1,
            _ => {}
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_and_comments_hold_no_end_of_a_policy() {
        let text = "// one; two\n@id(\"a;\\\";\")\npermit (principal, action, resource);\n\n// three\n  forbid (principal, \
                    action, resource); permit (principal, action, resource);";
        let spread = "  \n@id(\"a\n\nb\") permit (principal, action, resource);\n \nforbid (principal, action, resource);";
        assert_eq!([0, 1, 2].map(|number| line_of(spread, number)), [Some(2), Some(6), None]);
        assert_eq!([0, 1, 2, 3].map(|number| line_of(text, number)), [Some(2), Some(6), Some(6), None]);
    }
}
