//! The order of the stages is kept by the compiler: what would skip one does not build.

#[test]
fn nothing_is_executed_without_a_permit_and_nothing_rendered_without_a_record() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/compile_fail/*.rs");
    cases.pass("tests/compile_pass/*.rs");
}
