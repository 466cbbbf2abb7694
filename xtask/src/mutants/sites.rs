//! Where in a source file mutants are, and what has to be known of those places to put them there.

use std::{
    collections::{BTreeSet, HashMap},
    ops::Range,
};

use proc_macro2::Span;
use syn::{
    Arm, BinOp, Block, Expr, ExprBinary, ExprMatch, ExprStruct, ExprUnary, ImplItemFn, ItemConst, ItemFn,
    ItemMod, ItemStatic, ReturnType, Signature, Type, TypeParamBound, spanned::Spanned, visit, visit::Visit,
};

use super::listed::{Genre, Mutant};

/// A place with at least one mutant. Ranges are in bytes of the file.
#[derive(Debug, Clone)]
pub struct Site {
    /// What is rewritten.
    pub range: Range<usize>,
    /// How.
    pub form: Form,
    /// Which mutants.
    pub mutants: Vec<usize>,
}

/// How a place is rewritten so that the first and the changed code are both there.
#[derive(Debug, Clone)]
pub enum Form {
    /// Just after a body's first brace.
    Body,
    /// The whole body of a function that gives some iterator: all ways out have to be of one type.
    Iterator,
    /// `&&` and `||`.
    Logic(Sides),
    /// `==` and `!=`.
    Equality(Sides),
    /// `<`, `>`, `<=`, `>=`.
    Order(Sides),
    /// Operators that take their values.
    Arithmetic(Sides),
    /// Operators that change their left side.
    Assign(Sides),
    /// `!` or `-` before this.
    Unary(Range<usize>),
    /// An arm without a guard: there is nothing yet.
    Arm,
    /// The guard of an arm.
    Guard,
    /// A struct expression; each mutant leaves out one range.
    Fields(Vec<Range<usize>>),
    /// The word `const` before a function, which goes: a constant cannot ask which mutant it is.
    Const,
}

/// Both sides of an operator.
#[derive(Debug, Clone)]
pub struct Sides {
    /// Before it.
    pub left: Range<usize>,
    /// The operator.
    pub operator: Range<usize>,
    /// Behind it.
    pub right: Range<usize>,
}

/// What was found in a file.
#[derive(Debug, Default)]
pub struct Found {
    /// Where to rewrite, in no order.
    pub sites: Vec<Site>,
    /// Mutants that can never compile: `||` in a chain with `let`.
    pub unviable: Vec<usize>,
}

/// Finds the sites of `mutants` in a file. Functions of the names in `constant` have to stay `const`.
///
/// # Errors
/// The file is not Rust that this parser knows.
pub fn find(
    source: &str,
    mutants: &HashMap<(Genre, usize), Vec<usize>>,
    constant: &BTreeSet<String>,
) -> syn::Result<Found> {
    let file = syn::parse_file(source)?;
    let mut finder = Finder { mutants, constant, fixed: 0, chain: BTreeSet::new(), found: Found::default() };
    finder.visit_file(&file);
    Ok(finder.found)
}

/// Mutants by what finds them again: their kind and where they begin.
pub fn index(all: &[&Mutant], source: &str) -> HashMap<(Genre, usize), Vec<usize>> {
    let mut index: HashMap<_, Vec<usize>> = HashMap::new();
    for mutant in all {
        if let Some(at) = super::listed::offset(source, mutant.span.start) {
            index.entry((mutant.genre, at)).or_default().push(mutant.number);
        }
    }
    index
}

struct Finder<'a> {
    mutants: &'a HashMap<(Genre, usize), Vec<usize>>,
    constant: &'a BTreeSet<String>,
    /// In how many constants this is.
    fixed: usize,
    /// Operators of a chain with `let` in it.
    chain: BTreeSet<usize>,
    found: Found,
}

impl Finder<'_> {
    fn at(&self, genre: Genre, at: usize) -> Vec<usize> {
        self.mutants.get(&(genre, at)).cloned().unwrap_or_default()
    }

    fn add(&mut self, range: Range<usize>, form: Form, mutants: Vec<usize>) {
        if self.fixed == 0 && !mutants.is_empty() {
            self.found.sites.push(Site { range, form, mutants });
        }
    }

    fn function(&mut self, signature: &Signature, block: &Block, inner: impl FnOnce(&mut Self)) {
        let fixed = match signature.constness {
            Some(_) if self.constant.contains(&signature.ident.to_string()) => 1,
            Some(word) => {
                self.found.sites.push(Site { range: bytes(word.span), form: Form::Const, mutants: vec![] });
                0
            }
            None => 0,
        };
        let outer = std::mem::replace(&mut self.fixed, fixed);
        if let Some(first) = block.stmts.first() {
            let mutants = self.at(Genre::Function, bytes(first.span()).start);
            let whole = bytes(block.span());
            if gives_iterator(&signature.output) {
                self.add(whole, Form::Iterator, mutants);
            } else {
                self.add(whole.start + 1..whole.start + 1, Form::Body, mutants);
            }
        }
        inner(self);
        self.fixed = outer;
    }

    fn constant(&mut self, inner: impl FnOnce(&mut Self)) {
        self.fixed += 1;
        inner(self);
        self.fixed -= 1;
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_fn(&mut self, node: &'ast ItemFn) {
        self.function(&node.sig, &node.block, |finder| visit::visit_item_fn(finder, node));
    }

    fn visit_impl_item_fn(&mut self, node: &'ast ImplItemFn) {
        self.function(&node.sig, &node.block, |finder| visit::visit_impl_item_fn(finder, node));
    }

    fn visit_trait_item_fn(&mut self, node: &'ast syn::TraitItemFn) {
        if let Some(block) = &node.default {
            self.function(&node.sig, block, |finder| visit::visit_trait_item_fn(finder, node));
        }
    }

    fn visit_item_const(&mut self, node: &'ast ItemConst) {
        self.constant(|finder| visit::visit_item_const(finder, node));
    }

    fn visit_impl_item_const(&mut self, node: &'ast syn::ImplItemConst) {
        self.constant(|finder| visit::visit_impl_item_const(finder, node));
    }

    fn visit_item_static(&mut self, node: &'ast ItemStatic) {
        self.constant(|finder| visit::visit_item_static(finder, node));
    }

    fn visit_type_array(&mut self, node: &'ast syn::TypeArray) {
        self.constant(|finder| visit::visit_type_array(finder, node));
    }

    fn visit_item_mod(&mut self, node: &'ast ItemMod) {
        let tests = node.attrs.iter().any(|attribute| {
            attribute.path().is_ident("cfg")
                && attribute.parse_args::<syn::Path>().is_ok_and(|on| on.is_ident("test"))
        });
        if !tests {
            visit::visit_item_mod(self, node);
        }
    }

    fn visit_expr_binary(&mut self, node: &'ast ExprBinary) {
        let operator = bytes(node.op.span());
        let mutants = self.at(Genre::Binary, operator.start);
        let sides = Sides { left: bytes(node.left.span()), operator, right: bytes(node.right.span()) };
        if matches!(node.op, BinOp::And(_))
            && (self.chain.contains(&sides.operator.start) || has_let(&node.left) || has_let(&node.right))
        {
            for side in [&*node.left, &*node.right] {
                if let Expr::Binary(inner) = side {
                    self.chain.insert(bytes(inner.op.span()).start);
                }
            }
            self.found.unviable.extend(mutants);
        } else {
            let form = form(&node.op, sides);
            self.add(bytes(node.span()), form, mutants);
        }
        visit::visit_expr_binary(self, node);
    }

    fn visit_expr_unary(&mut self, node: &'ast ExprUnary) {
        let mutants = self.at(Genre::Unary, bytes(node.op.span()).start);
        self.add(bytes(node.span()), Form::Unary(bytes(node.expr.span())), mutants);
        visit::visit_expr_unary(self, node);
    }

    fn visit_expr_match(&mut self, node: &'ast ExprMatch) {
        for Arm { attrs, pat, guard, .. } in &node.arms {
            match guard {
                Some((_, guard)) => {
                    let range = bytes(guard.span());
                    let mutants = self.at(Genre::Guard, range.start);
                    if has_let(guard) {
                        self.found.unviable.extend(mutants);
                    } else {
                        self.add(range, Form::Guard, mutants);
                    }
                }
                None => {
                    let first = attrs.first().map_or_else(|| pat.span(), Spanned::span);
                    let mutants = self.at(Genre::Arm, bytes(first).start);
                    let end = bytes(pat.span()).end;
                    self.add(end..end, Form::Arm, mutants);
                }
            }
        }
        visit::visit_expr_match(self, node);
    }

    fn visit_expr_struct(&mut self, node: &'ast ExprStruct) {
        let (mut without, mut mutants) = (Vec::new(), Vec::new());
        for pair in node.fields.pairs() {
            let field = bytes(pair.value().span());
            let end = pair.punct().map_or(field.end, |comma| bytes(comma.span()).end);
            for mutant in self.at(Genre::Field, field.start) {
                without.push(field.start..end);
                mutants.push(mutant);
            }
        }
        self.add(bytes(node.span()), Form::Fields(without), mutants);
        visit::visit_expr_struct(self, node);
    }
}

fn form(operator: &BinOp, sides: Sides) -> Form {
    match operator {
        BinOp::And(_) | BinOp::Or(_) => Form::Logic(sides),
        BinOp::Eq(_) | BinOp::Ne(_) => Form::Equality(sides),
        BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_) => Form::Order(sides),
        BinOp::Add(_)
        | BinOp::Sub(_)
        | BinOp::Mul(_)
        | BinOp::Div(_)
        | BinOp::Rem(_)
        | BinOp::BitXor(_)
        | BinOp::BitAnd(_)
        | BinOp::BitOr(_)
        | BinOp::Shl(_)
        | BinOp::Shr(_) => Form::Arithmetic(sides),
        _ => Form::Assign(sides),
    }
}

/// Whether an expression is, or is a chain with, a `let`.
fn has_let(expression: &Expr) -> bool {
    match expression {
        Expr::Let(_) => true,
        Expr::Binary(both) => {
            matches!(both.op, BinOp::And(_)) && (has_let(&both.left) || has_let(&both.right))
        }
        _ => false,
    }
}

fn gives_iterator(output: &ReturnType) -> bool {
    let ReturnType::Type(_, given) = output else { return false };
    let Type::ImplTrait(some) = &**given else { return false };
    some.bounds.iter().any(|bound| {
        matches!(bound, TypeParamBound::Trait(bound)
            if bound.path.segments.last().is_some_and(|last| last.ident == "Iterator"))
    })
}

fn bytes(span: Span) -> Range<usize> {
    span.byte_range()
}
