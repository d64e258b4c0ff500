//! What the files declare, and where a name leads.

use std::cell::RefCell;

use rustc_hash::{FxHashMap, FxHashSet};

use super::SourceFile;
use super::platform;
use super::tree::{Class, ClassKind, Field, Function, Type};
use super::types::{self, Ty};

/// Number of a declared class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClassIx(pub usize);

/// A declared class.
pub struct Declared<'t> {
    /// Its tree.
    pub tree: &'t Class,
    /// Its file.
    pub file: usize,
    /// The class around it.
    pub outer: Option<ClassIx>,
    /// JVM descriptor.
    pub desc: String,
    /// Dotted name, nested classes too.
    pub dotted: String,
    /// It holds what stands at the top of a file.
    pub facade: bool,
    /// Classes directly inside, by name.
    inner: FxHashMap<&'t str, ClassIx>,
}

/// A function of a declared class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FnRef {
    /// The class.
    pub class: ClassIx,
    /// Number among its functions.
    pub index: usize,
}

/// A field of a declared class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FieldIx {
    /// The class.
    pub class: ClassIx,
    /// Number among its fields.
    pub index: usize,
}

/// All declarations of a set of files.
pub struct World<'t> {
    /// The files.
    pub files: &'t [SourceFile],
    /// The classes, nested and local ones left out.
    pub classes: Vec<Declared<'t>>,
    by_dotted: FxHashMap<String, ClassIx>,
    by_desc: FxHashMap<String, ClassIx>,
    /// Functions at the top of files, by name.
    top: FxHashMap<&'t str, Vec<FnRef>>,
    /// Extension functions, by name.
    extensions: FxHashMap<&'t str, Vec<FnRef>>,
    /// Properties at the top of files and extension properties, by name.
    properties: FxHashMap<&'t str, Vec<FieldIx>>,
    /// Classes inside functions, by file and place.
    locals: FxHashMap<(usize, u32), ClassIx>,
    supers: RefCell<FxHashMap<ClassIx, std::rc::Rc<Vec<Ty>>>>,
    /// Numbers of resources.
    pub resources: &'t dyn Fn(&str, &str) -> Option<u32>,
}

/// Longest way up from a class.
const MAX_ABOVE: usize = 64;

impl<'t> World<'t> {
    /// The declarations of some files.
    #[must_use]
    pub fn new(files: &'t [SourceFile], resources: &'t dyn Fn(&str, &str) -> Option<u32>) -> Self {
        let mut world = Self {
            files,
            classes: Vec::new(),
            by_dotted: FxHashMap::default(),
            by_desc: FxHashMap::default(),
            top: FxHashMap::default(),
            extensions: FxHashMap::default(),
            properties: FxHashMap::default(),
            locals: FxHashMap::default(),
            supers: RefCell::default(),
            resources,
        };
        for (number, file) in files.iter().enumerate() {
            let tree = &file.tree;
            let facade = &tree.facade;
            if !facade.functions.is_empty() || !facade.fields.is_empty() {
                let name = file.facade_name();
                let dotted = join(&tree.package, &name);
                world.add(facade, number, None, dotted.clone(), dotted, true);
            }
            for class in &tree.classes {
                let dotted = join(&tree.package, &class.name);
                world.add(class, number, None, dotted.clone(), dotted, false);
            }
        }
        world
    }

    fn add(
        &mut self,
        tree: &'t Class,
        file: usize,
        outer: Option<ClassIx>,
        binary: String,
        dotted: String,
        facade: bool,
    ) -> ClassIx {
        let ix = ClassIx(self.classes.len());
        let desc = types::descriptor(&binary);
        self.classes.push(Declared {
            tree,
            file,
            outer,
            desc: desc.clone(),
            dotted: dotted.clone(),
            facade,
            inner: FxHashMap::default(),
        });
        self.by_dotted.entry(dotted.clone()).or_insert(ix);
        self.by_desc.entry(desc).or_insert(ix);
        for (index, function) in tree.functions.iter().enumerate() {
            let at = FnRef { class: ix, index };
            let name = function.name.as_str();
            if function.receiver.is_some() {
                self.extensions.entry(name).or_default().push(at);
            } else if facade {
                self.top.entry(name).or_default().push(at);
            }
        }
        for (index, field) in tree.fields.iter().enumerate() {
            if facade || field.receiver.is_some() {
                let at = FieldIx { class: ix, index };
                self.properties
                    .entry(field.name.as_str())
                    .or_default()
                    .push(at);
            }
        }
        for class in &tree.classes {
            let inner = self.add(
                class,
                file,
                Some(ix),
                format!("{binary}${}", class.name),
                format!("{dotted}.{}", class.name),
                false,
            );
            if let Some(own) = self.classes.get_mut(ix.0) {
                own.inner.insert(class.name.as_str(), inner);
            }
        }
        for (number, class) in super::walk::local_classes(tree).into_iter().enumerate() {
            let name = format!("{binary}${}{}", number + 1, class.name);
            let dotted = format!("{dotted}.{}{}", number + 1, class.name);
            let local = self.add(class, file, Some(ix), name, dotted, false);
            self.locals.insert((file, class.at), local);
        }
        ix
    }

    /// A declared class.
    #[must_use]
    pub fn class(&self, ix: ClassIx) -> &Declared<'t> {
        // Numbers are made by `add` only.
        &self.classes[ix.0]
    }

    /// A function's tree.
    #[must_use]
    pub fn function(&self, at: FnRef) -> &'t Function {
        &self.class(at.class).tree.functions[at.index]
    }

    /// A field's tree.
    #[must_use]
    pub fn field(&self, at: FieldIx) -> &'t Field {
        &self.class(at.class).tree.fields[at.index]
    }

    /// The class with a descriptor.
    #[must_use]
    pub fn by_desc(&self, desc: &str) -> Option<ClassIx> {
        self.by_desc.get(desc).copied()
    }

    /// Whether a file is Kotlin.
    #[must_use]
    pub fn is_kotlin(&self, file: usize) -> bool {
        self.files.get(file).is_some_and(SourceFile::is_kotlin)
    }

    /// A class directly inside another one.
    #[must_use]
    pub fn nested_in(&self, ix: ClassIx, name: &str) -> Option<ClassIx> {
        self.class(ix).inner.get(name).copied()
    }

    /// The number of a class inside a function.
    #[must_use]
    pub fn local(&self, tree: &Class, file: usize) -> Option<ClassIx> {
        self.locals.get(&(file, tree.at)).copied()
    }

    /// Whether a class stands inside a function.
    #[must_use]
    pub fn is_local(&self, ix: ClassIx) -> bool {
        let mut at = Some(ix);
        for _ in 0..MAX_ABOVE {
            let Some(class) = at.map(|ix| self.class(ix)) else {
                break;
            };
            if self.locals.get(&(class.file, class.tree.at)) == at.as_ref() {
                return true;
            }
            at = class.outer;
        }
        false
    }

    /// The companion of a class.
    #[must_use]
    pub fn companion(&self, class: ClassIx) -> Option<ClassIx> {
        self.class(class)
            .inner
            .values()
            .copied()
            .find(|inner| self.class(*inner).tree.kind == ClassKind::Companion)
    }

    /// The class that a simple or dotted name means in a place.
    #[must_use]
    pub fn find_class(&self, path: &str, file: usize, from: Option<ClassIx>) -> Option<Found> {
        let (first, rest) = path.split_once('.').map_or((path, ""), |(a, b)| (a, b));
        let start = self.first_class(first, file, from);
        match start {
            Some(Found::Own(ix)) => self.descend(ix, rest),
            Some(Found::Other(name)) if rest.is_empty() => Some(Found::Other(name)),
            Some(Found::Other(name)) => Some(Found::Other(nested(&name, rest))),
            Some(Found::Builtin(desc)) if rest.is_empty() => Some(Found::Builtin(desc)),
            Some(Found::Builtin(_)) => None,
            None if rest.is_empty() => None,
            None => {
                // A full name.
                if let Some(ix) = self.by_dotted.get(path) {
                    return Some(Found::Own(*ix));
                }
                first
                    .starts_with(char::is_lowercase)
                    .then(|| types::by_custom(path))
                    .flatten()
                    .map(Found::Other)
            }
        }
    }

    fn descend(&self, mut ix: ClassIx, rest: &str) -> Option<Found> {
        for part in rest.split('.').filter(|part| !part.is_empty()) {
            ix = self.class(ix).inner.get(part).copied()?;
        }
        Some(Found::Own(ix))
    }

    fn first_class(&self, name: &str, file: usize, from: Option<ClassIx>) -> Option<Found> {
        // Inside the classes around and their supertypes.
        let mut at = from;
        for _ in 0..MAX_ABOVE {
            let Some(ix) = at else { break };
            let class = self.class(ix);
            if class.tree.name == name && !class.facade {
                return Some(Found::Own(ix));
            }
            if let Some(inner) = class.inner.get(name) {
                return Some(Found::Own(*inner));
            }
            at = class.outer;
        }
        let source = self.files.get(file)?;
        let tree = &source.tree;
        for import in tree.imports.iter().filter(|import| !import.star) {
            if import.name == name {
                if let Some(ix) = self.by_dotted.get(&import.path) {
                    return Some(Found::Own(*ix));
                }
                if let Some(binary) = types::by_custom(&import.path) {
                    return Some(Found::Other(binary));
                }
            }
        }
        if let Some(ix) = self.by_dotted.get(&join(&tree.package, name)) {
            return Some(Found::Own(*ix));
        }
        for import in tree.imports.iter().filter(|import| import.star) {
            let full = join(&import.path, name);
            if let Some(ix) = self.by_dotted.get(&full) {
                return Some(Found::Own(*ix));
            }
            if let Some(binary) = types::by_custom(&full)
                && platform::knows_class(&types::descriptor(&binary))
            {
                return Some(Found::Other(binary));
            }
        }
        // Nested in a supertype of a class around.
        let mut at = from;
        for _ in 0..MAX_ABOVE {
            let Some(ix) = at else { break };
            for above in self.above(ix) {
                if let Some(inner) = self.class(above).inner.get(name) {
                    return Some(Found::Own(*inner));
                }
            }
            at = self.class(ix).outer;
        }
        types::builtin(name, self.is_kotlin(file)).map(|desc| Found::Builtin(desc.to_owned()))
    }

    /// The static type of a type as written; none for type parameters and what is not known.
    #[must_use]
    pub fn resolve(&self, ty: &Type, file: usize, from: Option<ClassIx>) -> Option<Ty> {
        let mut found = if ty.function {
            let args = ty
                .args
                .iter()
                .map(|arg| self.resolve(arg, file, from).unwrap_or_else(Ty::object))
                .collect();
            types::function(args, ty.with_receiver)
        } else {
            let alias = self
                .files
                .get(file)
                .into_iter()
                .flat_map(|file| &file.tree.aliases)
                .find(|(name, target)| *name == ty.name && target.name != ty.name);
            if let Some((_, target)) = alias {
                return self.resolve(target, file, from);
            }
            let desc = match self.find_class(&ty.name, file, from) {
                Some(Found::Own(ix)) => self.class(ix).desc.clone(),
                Some(Found::Other(binary)) => types::descriptor(&binary),
                Some(Found::Builtin(desc)) => desc,
                None if ty.name == "Array" => {
                    let element = ty
                        .args
                        .first()
                        .and_then(|arg| self.resolve(arg, file, from));
                    return Some(Ty::new(&format!(
                        "[{}",
                        element.unwrap_or_else(Ty::object).desc
                    )));
                }
                None => return None,
            };
            Ty {
                desc,
                args: ty
                    .args
                    .iter()
                    .map(|arg| self.resolve(arg, file, from).unwrap_or_else(Ty::object))
                    .collect(),
                with_receiver: false,
            }
        };
        if ty.arrays > 0 {
            found = Ty::new(&("[".repeat(usize::from(ty.arrays)) + &found.desc));
        }
        Some(found)
    }

    /// Direct supertypes of a class.
    #[must_use]
    pub fn supers(&self, ix: ClassIx) -> std::rc::Rc<Vec<Ty>> {
        if let Some(known) = self.supers.borrow().get(&ix) {
            return known.clone();
        }
        // A name in the list of supertypes may lead back here: nothing is known meanwhile.
        self.supers
            .borrow_mut()
            .insert(ix, std::rc::Rc::new(Vec::new()));
        let class = self.class(ix);
        let found: Vec<Ty> = class
            .tree
            .supers
            .iter()
            .filter_map(|ty| self.resolve(ty, class.file, class.outer))
            .collect();
        let found = std::rc::Rc::new(found);
        self.supers.borrow_mut().insert(ix, found.clone());
        found
    }

    /// A class and the declared classes above it, nearest first.
    #[must_use]
    pub fn above(&self, ix: ClassIx) -> Vec<ClassIx> {
        let mut all = vec![ix];
        let mut next = 0;
        while let Some(at) = all.get(next).copied() {
            next += 1;
            for parent in self.supers(at).iter() {
                if let Some(parent) = self.by_desc(&parent.desc)
                    && !all.contains(&parent)
                    && all.len() < MAX_ABOVE
                {
                    all.push(parent);
                }
            }
        }
        all
    }

    /// Types above a class that no file declares, nearest first.
    #[must_use]
    pub fn foreign_above(&self, ix: ClassIx) -> Vec<Ty> {
        let mut found: Vec<Ty> = Vec::new();
        for class in self.above(ix) {
            for parent in self.supers(class).iter() {
                if self.by_desc(&parent.desc).is_none() && !found.contains(parent) {
                    found.push(parent.clone());
                }
            }
        }
        found
    }

    /// Functions with a name that a class has or inherits from declared classes.
    #[must_use]
    pub fn methods(&self, ix: ClassIx, name: &str) -> Vec<FnRef> {
        let mut found = Vec::new();
        for class in self.above(ix) {
            for (index, function) in self.class(class).tree.functions.iter().enumerate() {
                if function.name == name && function.receiver.is_none() {
                    found.push(FnRef { class, index });
                }
            }
        }
        found
    }

    /// A field or property that a class has or inherits from declared classes.
    #[must_use]
    pub fn member(&self, ix: ClassIx, name: &str) -> Option<FieldIx> {
        self.above(ix).into_iter().find_map(|class| {
            self.class(class)
                .tree
                .fields
                .iter()
                .position(|field| field.name == name && field.receiver.is_none())
                .map(|index| FieldIx { class, index })
        })
    }

    /// Whether a file sees what stands at the top of another one.
    fn sees(&self, file: usize, at: ClassIx, name: &str) -> bool {
        let class = self.class(at);
        if class.file == file {
            return true;
        }
        let (Some(here), Some(there)) = (self.files.get(file), self.files.get(class.file)) else {
            return false;
        };
        let package = &there.tree.package;
        if here.tree.package == *package && class.facade {
            return true;
        }
        let within = if class.facade {
            package.clone()
        } else {
            class.dotted.clone()
        };
        here.tree.imports.iter().any(|import| {
            if import.star {
                import.path == within
            } else {
                import.name == name && import.path == format!("{within}.{name}")
            }
        })
    }

    /// Functions at the top of files that a name means in a file.
    #[must_use]
    pub fn top_functions(&self, name: &str, file: usize) -> Vec<FnRef> {
        let original = self.imported_as(name, file);
        self.top
            .get(original)
            .into_iter()
            .flatten()
            .copied()
            .filter(|at| self.sees(file, at.class, original))
            .collect()
    }

    /// Extension functions that a name means in a file.
    #[must_use]
    pub fn extensions(&self, name: &str, file: usize, within: Option<ClassIx>) -> Vec<FnRef> {
        let around = self.around(within);
        self.extensions
            .get(name)
            .into_iter()
            .flatten()
            .copied()
            .filter(|at| self.sees(file, at.class, name) || around.contains(&at.class))
            .collect()
    }

    /// A property at the top of a file, or an extension property, that a name means in a file.
    #[must_use]
    pub fn property(&self, name: &str, file: usize, extension: bool) -> Option<FieldIx> {
        let original = self.imported_as(name, file);
        self.properties.get(original)?.iter().copied().find(|at| {
            self.field(*at).receiver.is_some() == extension && self.sees(file, at.class, original)
        })
    }

    /// The name before an import renamed it.
    fn imported_as<'n>(&'n self, name: &'n str, file: usize) -> &'n str {
        self.files
            .get(file)
            .into_iter()
            .flat_map(|file| &file.tree.imports)
            .find(|import| import.name == name)
            .and_then(|import| import.path.rsplit('.').next())
            .unwrap_or(name)
    }

    /// The path of an import.
    #[must_use]
    pub fn import_path(&self, name: &str, file: usize) -> Option<&'t str> {
        self.files
            .get(file)?
            .tree
            .imports
            .iter()
            .find(|import| !import.star && import.name == name)
            .map(|import| import.path.as_str())
    }

    /// A class, the classes around it, and the companions and supertypes of all of them.
    #[must_use]
    pub fn around(&self, from: Option<ClassIx>) -> FxHashSet<ClassIx> {
        let mut found = FxHashSet::default();
        let mut at = from;
        for _ in 0..MAX_ABOVE {
            let Some(ix) = at else { break };
            for above in self.above(ix) {
                found.insert(above);
                found.extend(self.companion(above));
            }
            at = self.class(ix).outer;
        }
        found
    }
}

/// A class that a name leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Declared in a file.
    Own(ClassIx),
    /// Not declared here: its dotted binary name.
    Other(String),
    /// A type of the language: its descriptor.
    Builtin(String),
}

/// A package and a name.
#[must_use]
pub fn join(package: &str, name: &str) -> String {
    if package.is_empty() {
        name.to_owned()
    } else {
        format!("{package}.{name}")
    }
}

fn nested(outer: &str, rest: &str) -> String {
    format!("{outer}${}", rest.replace('.', "$"))
}
