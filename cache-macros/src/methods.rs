//! `#[cache_core::methods]`: tells the methods of a block what they can't see, the block: its type, its trait, its type
//! parameters.

use std::hash::{DefaultHasher, Hash, Hasher};

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::visit_mut::VisitMut;
use syn::{
    Attribute, Generics, ImplItem, ImplItemFn, Item, ItemFn, ItemImpl, ItemTrait, Meta, Path, Signature,
    TraitItem, Type, TypePath,
};

use crate::errors::Errors;
use crate::function::Parameter;
use crate::options::{count, each, value};
use crate::syntax::mentions;
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
    pub(crate) instance: Option<TokenStream>,
}

const KNOWN: &[&str] = &["part", "crate"];

/// The options of the attribute on the block.
#[derive(Default)]
struct Options {
    part: Option<u8>,
    crate_: Option<Path>,
}

pub(crate) fn methods(attribute: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let errors = Errors::new();
    let mut options = Options::default();
    each(attribute, KNOWN, &errors, |option, input| {
        match option.to_string().as_str() {
            "part" => options.part = Some(count(option, input)?),
            "crate" => options.crate_ = Some(value(option, input)?),
            _ => return Ok(false),
        }
        Ok(true)
    });
    let tokens = match syn::parse2(item)? {
        Item::Impl(item) => implementation(item, &options, &errors),
        Item::Trait(item) => definition(item, &errors),
        other => {
            errors.at(&other, "`#[cache_core::methods]` goes on an `impl` block or a trait");
            other.into_token_stream()
        }
    };
    let tokens = match errors.check() {
        Ok(()) => tokens,
        Err(error) => {
            let error = error.into_compile_error();
            quote!(#tokens #error)
        }
    };
    Ok(paths::renamed(tokens, options.crate_.as_ref()))
}

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
    let (mut companions, mut beside, mut instances) = (TokenStream::new(), TokenStream::new(), Vec::new());
    let mut any = false;
    let types = item.items.iter().filter_map(|entry| match entry {
        ImplItem::Type(ty) => Some(ty.ident.clone()),
        _ => None,
    });
    let types: Vec<_> = types.collect();
    for entry in &mut item.items {
        let ImplItem::Fn(method) = entry else { continue };
        let Some(which) = Which::take(&mut method.attrs, &mut beside, errors) else { continue };
        any = true;
        let ImplItemFn { attrs, vis, modifiers, mut sig, block: body } = method.clone();
        if let Kind::Implementation(path, _) = &block.kind {
            qualify(&mut sig, path, &types);
        }
        let function = ItemFn { attrs, vis, modifiers, sig, block: Box::new(body) };
        let expanded = which.expand(function, &block, errors);
        *entry = ImplItem::Verbatim(expanded.wrapper);
        companions.extend(expanded.companion);
        beside.extend(expanded.beside);
        instances.extend(expanded.instance);
    }
    block.has_methods(any, &item.impl_token, errors);
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
    let instance = (!instances.is_empty() && is_ours).then(|| {
        let (generics, _, bounds) = item.generics.split_for_impl();
        let (this, cfgs, part) = (&item.self_ty, cfgs(&item.attrs), options.part.unwrap_or(1) - 1);
        quote! {
            #(#cfgs)*
            #[automatically_derived]
            impl #generics ::cache_core::private::Instance<#part> for #this #bounds {
                const FUNCTIONS: &'static [::cache_core::private::Function] = &[#(#instances),*];
            }
        }
    });
    if let (Some(part), true) = (options.part, instance.is_none() || options.part > Some(8)) {
        let message = match part {
            9.. => "a type has at most 8 parts",
            _ => {
                "`part` tells blocks of one generic type apart; this one has no type parameters, or no cached method that is \
                 without type parameters of its own"
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
        let expanded = which.expand(function, &block, errors);
        *entry = TraitItem::Verbatim(expanded.wrapper);
        companions.extend(expanded.companion);
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
            let message = "no method here is `#[cached]` or `#[invalidates]`: `#[cache_core::methods]` has nothing to do";
            errors.add(syn::Error::new(at.span().located_at(Span::call_site()), message));
        }
    }
}

/// Which of the two attributes a method has.
enum Which {
    Cached(TokenStream),
    Invalidates(TokenStream),
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
            let name = attribute.path().segments.last().map(|last| last.ident.to_string());
            let make: fn(TokenStream) -> Which = match name.as_deref() {
                Some("cached") => Which::Cached,
                Some("invalidates") => Which::Invalidates,
                _ => return true,
            };
            let options = match &attribute.meta {
                Meta::List(list) => list.tokens.clone(),
                _ => TokenStream::new(),
            };
            if found.is_some() {
                errors.at(attribute, "a method has one of `#[cached]` and `#[invalidates]`, once");
            }
            let path = attribute.path();
            beside.extend(quote!(#[#path(#taken)] const _: () = ();));
            found = Some(make(options));
            false
        });
        found
    }

    fn name(&self) -> &'static str {
        match self {
            Which::Cached(..) => "cached",
            Which::Invalidates(..) => "invalidates",
        }
    }

    /// After a mistake the method stays as it is.
    fn expand(self, function: ItemFn, block: &Block, errors: &Errors) -> Expanded {
        let item = function.clone();
        let expanded = match self {
            Which::Cached(options) => cached::method(options, function, block),
            Which::Invalidates(options) => invalidates::method(options, function, block),
        };
        errors
            .ok(expanded)
            .unwrap_or_else(|| Expanded { wrapper: item.into_token_stream(), ..Expanded::default() })
    }
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
