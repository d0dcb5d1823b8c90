//! `#[cache_core::methods]`: tells the methods of a block what they can't see, the block: its type, its trait, its type
//! parameters.

use std::hash::{DefaultHasher, Hash, Hasher};

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::spanned::Spanned;
use syn::visit_mut::VisitMut;
use syn::{
    Attribute, Generics, ImplItem, ImplItemFn, Item, ItemFn, ItemImpl, ItemTrait, Meta, Path, Signature,
    TraitItem, Type, TypePath,
};

use crate::errors::Errors;
use crate::function::{ONE_OF_BOTH, Parameter, is_ours};
use crate::options::{Known, each};
use crate::syntax::{borrow, mentions};
use crate::{cached, invalidates, paths};

/// A block that methods stand in.
#[derive(Clone)]
pub(crate) struct Block {
    kind: Kind,
    pub(crate) generics: Generics,
    /// What it is called in keys: `Repo<T>`, `<Repo<T> as Source>`, `Source`.
    pub(crate) name: String,
    /// Tells it from other blocks of its module.
    number: u64,
    /// Where its name stands.
    pub(crate) span: Span,
}

#[derive(Clone)]
enum Kind {
    /// `impl Type`.
    Inherent(Box<Type>),
    /// `impl Trait for Type`.
    Implementation(Box<Path>, Box<Type>),
    /// `trait Trait`.
    Trait(Ident),
}

/// What becomes of a method.
#[derive(Default)]
pub(crate) struct Expanded {
    /// In its place.
    pub(crate) wrapper: TokenStream,
    /// The companion's functions, for the block, or where that has no room for them an inherent one.
    pub(crate) companion: TokenStream,
    /// Beside the block.
    pub(crate) beside: TokenStream,
    /// As a constant of an instance, where there are type parameters.
    pub(crate) instance: Option<Instance>,
    /// What the companion's functions begin with.
    pub(crate) companion_name: Option<Ident>,
}

/// What an instance of a block declares.
pub(crate) enum Instance {
    Function(TokenStream),
    Writer(TokenStream),
}

const KNOWN: Known = Known {
    forms: &["part = 2", "crate = app::cache_core"],
    elsewhere: &[(
        &["alias", "ttl", "skip", "name", "local", "global", "per_tenant", "per_user", "cache", "companion"],
        "that is said of each method, in `#[cached(..)]`",
    )],
};

/// The options of the attribute on the block.
#[derive(Default)]
struct Options {
    part: Option<u8>,
    crate_: Option<Path>,
}

pub(crate) fn methods(attribute: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let item = syn::parse2(item).map_err(|error| syn::Error::new(error.span(), GOES_ON))?;
    let errors = Errors::new();
    let mut options = Options::default();
    each(attribute, &KNOWN, &errors, |option, input| {
        match option.to_string().as_str() {
            "part" => options.part = Some(option.count(input)?),
            "crate" => options.crate_ = Some(option.value(input, "a path")?),
            _ => unreachable!("an option that isn't read"),
        }
        Ok(())
    });
    let tokens = match item {
        Item::Impl(item) => implementation(item, &options, &errors),
        Item::Trait(item) => definition(item, &errors),
        other => {
            let first = other.to_token_stream().into_iter().next();
            errors.at(first, GOES_ON);
            other.into_token_stream()
        }
    };
    Ok(paths::renamed(errors.beside(tokens), options.crate_.as_ref()))
}

const GOES_ON: &str = "`#[cache_core::methods]` goes on an `impl` block or a trait";

fn implementation(mut item: ItemImpl, options: &Options, errors: &Errors) -> TokenStream {
    let this = readable(&item.self_ty);
    let (kind, name) = match &item.trait_ {
        None => (Kind::Inherent(item.self_ty.clone()), this),
        Some((path, _)) => {
            let name = format!("<{this} as {}>", readable(path));
            (Kind::Implementation(Box::new(path.clone()), item.self_ty.clone()), name)
        }
    };
    let block = Block::new(kind, &item.generics, name, item.self_ty.span());
    let (mut companions, mut beside) = (TokenStream::new(), TokenStream::new());
    let (mut functions, mut writers) = (Vec::new(), Vec::new());
    let mut any = false;
    let types = item.items.iter().filter_map(|entry| match entry {
        ImplItem::Type(ty) => Some(ty.ident.clone()),
        _ => None,
    });
    let types: Vec<_> = types.collect();
    let mut names = Names::of(item.items.iter().filter_map(|entry| match entry {
        ImplItem::Fn(method) => Some((&method.attrs[..], &method.sig.ident)),
        _ => None,
    }));
    for entry in &mut item.items {
        let ImplItem::Fn(method) = entry else { continue };
        let Some(which) = Which::take(&mut method.attrs, &mut beside, errors) else { continue };
        any = true;
        let (at, is_configured) = (method.sig.ident.clone(), !cfgs(&method.attrs).is_empty());
        let ImplItemFn { attrs, vis, modifiers, mut sig, block: body } = method.clone();
        if let Kind::Implementation(path, _) = &block.kind {
            qualify(&mut sig, path, &types);
        }
        let function = ItemFn { attrs, vis, modifiers, sig, block: Box::new(body) };
        let expanded = which.expand(function, &block, errors);
        *entry = ImplItem::Verbatim(expanded.wrapper);
        if is_configured || names.take(expanded.companion_name, &at, errors) {
            companions.extend(expanded.companion);
        }
        beside.extend(expanded.beside);
        match expanded.instance {
            Some(Instance::Function(function)) => functions.push(function),
            Some(Instance::Writer(writer)) => writers.push(writer),
            None => {}
        }
    }
    block.has_methods(any, &item.impl_token, errors);
    if let (Kind::Implementation(..), Some(at), false) =
        (&block.kind, of_std(&item.self_ty), companions.is_empty())
    {
        errors.at(
            at,
            format_args!(
                "`{at}` is a type of another crate, which has no room for functions beside a method: say `companion = none` in \
                 `#[cached(..)]`"
            ),
        );
        companions = TokenStream::new();
    }
    // Without one, the type may be of another crate.
    let has_companions = !companions.is_empty();
    if let Kind::Inherent(_) = block.kind {
        item.items.push(ImplItem::Verbatim(companions));
        companions = TokenStream::new();
    } else if !companions.is_empty() {
        let (generics, _, bounds) = item.generics.split_for_impl();
        let (this, cfgs) = (&item.self_ty, cfgs(&item.attrs));
        companions = quote!(#(#cfgs)* impl #generics #this #bounds { #companions });
    }
    let is_ours = matches!(block.kind, Kind::Inherent(_)) || has_companions;
    let instance = (!(functions.is_empty() && writers.is_empty()) && is_ours).then(|| {
        let (generics, _, bounds) = item.generics.split_for_impl();
        let (this, cfgs, part) = (&item.self_ty, cfgs(&item.attrs), options.part.unwrap_or(1) - 1);
        quote! {
            #(#cfgs)*
            #[automatically_derived]
            impl #generics ::cache_core::private::Instance<#part> for #this #bounds {
                const DECLARED: ::cache_core::private::Declarations = ::cache_core::private::Declarations {
                    functions: &[#(#functions),*],
                    writers: &[#(#writers),*],
                };
            }
        }
    });
    if let (Some(part), true) = (options.part, instance.is_none() || options.part > Some(8)) {
        let message = match part {
            9.. => "a type has at most 8 parts",
            _ => {
                "`part` tells blocks of one generic type apart; this one has no type parameters, or no cached method or writer \
                 that is without type parameters of its own"
            }
        };
        errors.add(syn::Error::new(item.impl_token.span.located_at(Span::call_site()), message));
    }
    quote!(#item #companions #beside #instance)
}

fn definition(mut item: ItemTrait, errors: &Errors) -> TokenStream {
    let block = Block::new(
        Kind::Trait(item.ident.clone()),
        &item.generics,
        item.ident.to_string(),
        item.ident.span(),
    );
    let (mut companions, mut beside) = (TokenStream::new(), TokenStream::new());
    let mut any = false;
    let mut names = Names::of(item.items.iter().filter_map(|entry| match entry {
        TraitItem::Fn(method) => Some((&method.attrs[..], &method.sig.ident)),
        _ => None,
    }));
    for entry in &mut item.items {
        let TraitItem::Fn(method) = entry else { continue };
        let Some(which) = Which::take(&mut method.attrs, &mut beside, errors) else { continue };
        any = true;
        let Some(body) = method.default.clone() else {
            let message = format!(
                "`#[{}]` goes on a method with a body: here, on one that each implementation has",
                which.name()
            );
            errors.at(&method.sig.ident, message);
            continue;
        };
        let function = ItemFn {
            attrs: method.attrs.clone(),
            vis: syn::Visibility::Inherited,
            modifiers: method.modifiers.clone(),
            sig: method.sig.clone(),
            block: Box::new(body),
        };
        let (at, is_configured) = (method.sig.ident.clone(), !cfgs(&method.attrs).is_empty());
        let expanded = which.expand(function, &block, errors);
        *entry = TraitItem::Verbatim(expanded.wrapper);
        if is_configured || names.take(expanded.companion_name, &at, errors) {
            companions.extend(expanded.companion);
        }
        beside.extend(expanded.beside);
    }
    block.has_methods(any, &item.trait_token, errors);
    item.items.push(TraitItem::Verbatim(companions));
    quote!(#item #beside)
}

impl Block {
    fn new(kind: Kind, generics: &Generics, name: String, span: Span) -> Block {
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        Block { kind, generics: generics.clone(), number: hasher.finish(), name, span }
    }

    pub(crate) fn is_trait(&self) -> bool {
        matches!(self.kind, Kind::Trait(_))
    }

    /// Whether its type holds a reference or a lifetime.
    pub(crate) fn borrows(&self) -> bool {
        match &self.kind {
            Kind::Inherent(ty) | Kind::Implementation(_, ty) => borrow(ty).is_some(),
            Kind::Trait(_) => true,
        }
    }

    /// Whether its methods are a trait's.
    pub(crate) fn is_of_trait(&self) -> bool {
        !matches!(self.kind, Kind::Inherent(_))
    }

    /// What its methods are called on, from within the block or beside it.
    pub(crate) fn callee(&self) -> TokenStream {
        match &self.kind {
            Kind::Inherent(_) | Kind::Trait(_) => quote!(Self),
            Kind::Implementation(path, _) => quote!(<Self as #path>),
        }
    }

    /// The visibility of a companion's functions.
    pub(crate) fn visibility(&self, method: &syn::Visibility) -> TokenStream {
        match &self.kind {
            Kind::Inherent(_) => method.to_token_stream(),
            // As visible as its type: the trait's visibility isn't known here.
            Kind::Implementation(..) => quote!(pub),
            Kind::Trait(_) => TokenStream::new(),
        }
    }

    /// What `Self` is, beside the block: its type; of a trait, a type parameter.
    pub(crate) fn this(&self) -> Type {
        match &self.kind {
            Kind::Inherent(this) | Kind::Implementation(_, this) => (**this).clone(),
            Kind::Trait(_) => Type::Path(syn::parse_quote!(__CacheSelf)),
        }
    }

    /// That type parameter.
    pub(crate) fn this_parameter(&self) -> Option<syn::TypeParam> {
        let Kind::Trait(name) = &self.kind else { return None };
        let (_, given, _) = self.generics.split_for_impl();
        Some(syn::parse_quote!(__CacheSelf: ?Sized + #name #given))
    }

    /// Whether a companion has somewhere to stand: an inherent block that names all type parameters of this one.
    pub(crate) fn has_room(&self) -> bool {
        match &self.kind {
            Kind::Inherent(_) | Kind::Trait(_) => true,
            Kind::Implementation(_, this) => {
                let tokens = this.to_token_stream();
                let mut parameters = self.generics.params.iter().filter_map(Parameter::new);
                let is_parameter =
                    self.generics.type_params().any(|parameter| parameter.ident == tokens.to_string());
                let may_be_ours = matches!(**this, Type::Path(_) | Type::Group(_) | Type::TraitObject(_));
                may_be_ours && !is_parameter && parameters.all(|parameter| mentions(&tokens, &parameter.name))
            }
        }
    }

    /// What follows the name of what stands beside the block for a method.
    pub(crate) fn suffix(&self, method: &Ident) -> String {
        format!("{}_{:016x}", method.to_string().trim_start_matches("r#"), self.number)
    }

    fn has_methods(&self, any: bool, at: &impl Spanned, errors: &Errors) {
        if !any {
            let message = "no method here is `#[cached]` or `#[invalidates]`, by that name: `#[cache_core::methods]` has nothing to do";
            errors.add(syn::Error::new(at.span().located_at(Span::call_site()), message));
        }
    }
}

/// The name of a type that nobody's crate defines anew. Of others the compiler says so.
fn of_std(ty: &Type) -> Option<&Ident> {
    const NAMES: [&str; 25] = [
        "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "bool",
        "char", "str", "String", "Vec", "Option", "Result", "Box", "Arc", "Rc", "HashMap", "BTreeMap", "Cow",
    ];
    let Type::Path(path) = ty else { return None };
    path.path.segments.last().map(|last| &last.ident).filter(|name| NAMES.iter().any(|known| name == known))
}

/// What the methods of a block are called, those of companions too. Not those that may be configured away.
struct Names(Vec<String>);

impl Names {
    fn of<'a>(methods: impl Iterator<Item = (&'a [Attribute], &'a Ident)>) -> Self {
        Names(
            methods
                .filter(|(attributes, _)| cfgs(attributes).is_empty())
                .map(|(_, name)| name.to_string())
                .collect(),
        )
    }

    /// Whether a companion's functions have names of their own. The compiler would say so too, of each of them.
    fn take(&mut self, companion: Option<Ident>, method: &Ident, errors: &Errors) -> bool {
        let Some(companion) = companion else { return true };
        let functions =
            ["entry", "refresh", "uncached", "invalidate_all"].map(|what| format!("{companion}_{what}"));
        let taken = functions.iter().find(|function| self.0.contains(function));
        if let Some(taken) = taken {
            // At the option, if it says so.
            let at = if companion == *method { method } else { &companion };
            errors.at(
                at,
                format_args!(
                    "beside `{method}` stands `{taken}`, and the block has another one: give the companion a name of its \
                     own, `companion = other`"
                ),
            );
        }
        let is_free = taken.is_none();
        self.0.extend(functions);
        is_free
    }
}

/// Which of the two attributes a method has, and where.
enum Which {
    Cached(TokenStream),
    Invalidates(TokenStream, Span),
    /// One that isn't seen.
    Nothing,
}

/// What the attribute is given to say that it was taken off a method.
pub(crate) const TAKEN: &str = "__cache_taken";

impl Which {
    /// Takes the attribute off a method. The author's name for it is used beside the block, though nothing is left of it:
    /// otherwise his import would seem not to be.
    fn take(attributes: &mut Vec<Attribute>, beside: &mut TokenStream, errors: &Errors) -> Option<Which> {
        let taken = Ident::new(TAKEN, Span::call_site());
        let mut found = None;
        attributes.retain(|attribute| {
            if is_hidden(attribute) {
                let message = "what `cfg_attr` adds isn't seen here: put `#[cfg(..)]` on a method with the attribute, and on one \
                               without it";
                errors.at(attribute, message);
                found = found.take().or(Some(Which::Nothing));
                return false;
            }
            if !is_ours(attribute) {
                return true;
            }
            let options = match &attribute.meta {
                Meta::List(list) => list.tokens.clone(),
                _ => TokenStream::new(),
            };
            if found.is_some() {
                errors.at(attribute, ONE_OF_BOTH);
            }
            let path = attribute.path();
            beside.extend(quote!(#[#path(#taken)] const _: () = ();));
            let is_cached = path.segments.last().is_some_and(|last| last.ident == "cached");
            found = Some(match is_cached {
                true => Which::Cached(options),
                false => Which::Invalidates(options, path.span()),
            });
            false
        });
        found
    }

    fn name(&self) -> &'static str {
        match self {
            Which::Cached(..) => "cached",
            Which::Invalidates(..) => "invalidates",
            Which::Nothing => "",
        }
    }

    /// After a mistake the method stays as it is.
    fn expand(self, function: ItemFn, block: &Block, errors: &Errors) -> Expanded {
        match self {
            Which::Cached(options) => cached::method(options, function, block, errors),
            Which::Invalidates(options, at) => invalidates::method(options, function, block, at, errors),
            Which::Nothing => Expanded { wrapper: function.into_token_stream(), ..Expanded::default() },
        }
    }
}

/// Whether an attribute adds one of ours, where that is configured.
fn is_hidden(attribute: &Attribute) -> bool {
    let Meta::List(list) = &attribute.meta else { return false };
    let tokens = &list.tokens;
    list.path.is_ident("cfg_attr")
        && ["cached", "invalidates"].iter().any(|name| mentions(tokens, &format_ident!("{name}")))
}

fn cfgs(attributes: &[Attribute]) -> Vec<&Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).collect()
}

/// `Self::Item` for an inherent block, which has no such types: `<Self as Trait>::Item`.
fn qualify(signature: &mut Signature, path: &Path, types: &[Ident]) {
    struct Qualify<'a>(&'a Path, &'a [Ident]);
    impl VisitMut for Qualify<'_> {
        fn visit_type_path_mut(&mut self, ty: &mut TypePath) {
            syn::visit_mut::visit_type_path_mut(self, ty);
            let mut segments = ty.path.segments.iter();
            let (Some(this), Some(name)) = (segments.next(), segments.next()) else { return };
            if ty.qself.is_none() && this.ident == "Self" && self.1.contains(&name.ident) {
                let (path, rest) = (self.0, ty.path.segments.iter().skip(1));
                *ty = syn::parse_quote!(<#this as #path>::#(#rest)::*);
            }
        }
    }
    Qualify(path, types).visit_signature_mut(signature);
}

/// Tokens as a part of a name: no spaces, no lifetimes, no braces, which have a meaning in keys.
fn readable(tokens: &impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    let words = text.split_whitespace().filter(|word| !word.starts_with('\'') || word.ends_with('\''));
    let words = words.map(|word| if word == "dyn" { "dyn " } else { word });
    words.collect::<String>().replace('{', "(").replace('}', ")").replace("<>", "")
}
