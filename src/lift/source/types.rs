//! Static types: the JVM's descriptors with type arguments, as far as they are known.

use super::tree::Type;

/// A static type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Ty {
    /// JVM descriptor: `Ljava/lang/String;`, `I`, `[B`.
    pub desc: String,
    /// Type arguments; of a function type its parameters, then its result.
    pub args: Vec<Ty>,
    /// It is a function type whose first parameter is a receiver.
    pub with_receiver: bool,
}

/// Descriptor of what everything is.
pub const OBJECT: &str = "Ljava/lang/Object;";
/// Descriptor of text.
pub const STRING: &str = "Ljava/lang/String;";
/// A class whose name could not be resolved.
pub const UNRESOLVED: &str = "L?;";

impl Ty {
    /// A type without arguments.
    #[must_use]
    pub fn new(desc: &str) -> Self {
        Self {
            desc: desc.to_owned(),
            args: Vec::new(),
            with_receiver: false,
        }
    }

    /// The top type.
    #[must_use]
    pub fn object() -> Self {
        Self::new(OBJECT)
    }

    /// Text.
    #[must_use]
    pub fn string() -> Self {
        Self::new(STRING)
    }

    /// A class by its dotted binary name.
    #[must_use]
    pub fn class(name: &str) -> Self {
        Self {
            desc: descriptor(name),
            args: Vec::new(),
            with_receiver: false,
        }
    }

    /// Whether it is a class or array, not a primitive.
    #[must_use]
    pub fn is_reference(&self) -> bool {
        self.desc.starts_with(['L', '['])
    }

    /// Whether it is one of Kotlin's function types.
    #[must_use]
    pub fn is_function(&self) -> bool {
        self.desc.starts_with("Lkotlin/jvm/functions/Function")
    }

    /// What an element of it is: of an array, a list, a flow, a holder.
    #[must_use]
    pub fn element(&self) -> Option<Self> {
        if let Some(inner) = self.desc.strip_prefix('[') {
            return Some(Self::new(inner));
        }
        match self.args.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        }
    }

    /// The simple name of the class, nested classes without their outer one.
    #[must_use]
    pub fn simple(&self) -> &str {
        let name = self.desc.trim_end_matches(';');
        name.rsplit(['/', '$']).next().unwrap_or(name)
    }
}

/// Descriptor of a dotted binary name: `android.content.SharedPreferences$Editor`.
#[must_use]
pub fn descriptor(name: &str) -> String {
    let base = name.trim_end_matches("[]");
    let arrays = (name.len() - base.len()) / 2;
    let inner = match base {
        "boolean" => "Z".to_owned(),
        "byte" => "B".to_owned(),
        "short" => "S".to_owned(),
        "char" => "C".to_owned(),
        "int" => "I".to_owned(),
        "long" => "J".to_owned(),
        "float" => "F".to_owned(),
        "double" => "D".to_owned(),
        "void" => "V".to_owned(),
        class => format!("L{};", class.replace('.', "/")),
    };
    "[".repeat(arrays) + &inner
}

/// A type that both languages know without an import.
#[must_use]
pub fn builtin(name: &str, kotlin: bool) -> Option<&'static str> {
    if kotlin {
        let found = match name {
            "Boolean" => "Z",
            "Byte" => "B",
            "Short" => "S",
            "Char" => "C",
            "Int" => "I",
            "Long" => "J",
            "Float" => "F",
            "Double" => "D",
            "Unit" | "Nothing" => "V",
            "Any" => OBJECT,
            "ByteArray" => "[B",
            "IntArray" => "[I",
            "CharArray" => "[C",
            "LongArray" => "[J",
            "List" | "MutableList" => "Ljava/util/List;",
            "Set" | "MutableSet" => "Ljava/util/Set;",
            "Map" | "MutableMap" => "Ljava/util/Map;",
            "Collection" | "MutableCollection" => "Ljava/util/Collection;",
            "Iterable" | "MutableIterable" => "Ljava/lang/Iterable;",
            "Pair" => "Lkotlin/Pair;",
            "Triple" => "Lkotlin/Triple;",
            "Result" => "Lkotlin/Result;",
            "Lazy" => "Lkotlin/Lazy;",
            "Sequence" => "Lkotlin/sequences/Sequence;",
            "ArrayList" => "Ljava/util/ArrayList;",
            "HashMap" => "Ljava/util/HashMap;",
            "HashSet" => "Ljava/util/HashSet;",
            "LinkedHashMap" => "Ljava/util/LinkedHashMap;",
            "Regex" => "Lkotlin/text/Regex;",
            "StringBuilder" => "Ljava/lang/StringBuilder;",
            _ => "",
        };
        if !found.is_empty() {
            return Some(found);
        }
    } else {
        let found = match name {
            "boolean" => "Z",
            "byte" => "B",
            "short" => "S",
            "char" => "C",
            "int" => "I",
            "long" => "J",
            "float" => "F",
            "double" => "D",
            "void" => "V",
            _ => "",
        };
        if !found.is_empty() {
            return Some(found);
        }
    }
    Some(match name {
        "String" => STRING,
        "CharSequence" => "Ljava/lang/CharSequence;",
        "Object" => OBJECT,
        "Throwable" => "Ljava/lang/Throwable;",
        "Exception" => "Ljava/lang/Exception;",
        "RuntimeException" => "Ljava/lang/RuntimeException;",
        "IllegalStateException" => "Ljava/lang/IllegalStateException;",
        "IllegalArgumentException" => "Ljava/lang/IllegalArgumentException;",
        "Error" => "Ljava/lang/Error;",
        "Integer" => "Ljava/lang/Integer;",
        "Number" => "Ljava/lang/Number;",
        "Runnable" => "Ljava/lang/Runnable;",
        "Thread" => "Ljava/lang/Thread;",
        "System" => "Ljava/lang/System;",
        "Class" => "Ljava/lang/Class;",
        "Void" => "Ljava/lang/Void;",
        "Comparable" => "Ljava/lang/Comparable;",
        "Enum" => "Ljava/lang/Enum;",
        "Math" => "Ljava/lang/Math;",
        "Character" if !kotlin => "Ljava/lang/Character;",
        "Boolean" if !kotlin => "Ljava/lang/Boolean;",
        "Long" if !kotlin => "Ljava/lang/Long;",
        "Short" if !kotlin => "Ljava/lang/Short;",
        "Byte" if !kotlin => "Ljava/lang/Byte;",
        "Double" if !kotlin => "Ljava/lang/Double;",
        "Float" if !kotlin => "Ljava/lang/Float;",
        "Iterable" if !kotlin => "Ljava/lang/Iterable;",
        "StringBuilder" if !kotlin => "Ljava/lang/StringBuilder;",
        "StringBuffer" if !kotlin => "Ljava/lang/StringBuffer;",
        "ThreadLocal" => "Ljava/lang/ThreadLocal;",
        "AutoCloseable" => "Ljava/lang/AutoCloseable;",
        _ => return None,
    })
}

/// The type of a Kotlin function with so many parameters.
#[must_use]
pub fn function(args: Vec<Ty>, with_receiver: bool) -> Ty {
    let count = args.len().saturating_sub(1);
    Ty {
        desc: format!("Lkotlin/jvm/functions/Function{count};"),
        args,
        with_receiver,
    }
}

/// Types of a descriptor's parameters, and its result: `(Ljava/lang/String;I)V`.
#[must_use]
pub fn split(descriptor: &str) -> Option<(Vec<&str>, &str)> {
    let (params, ret) = descriptor.strip_prefix('(')?.split_once(')')?;
    let mut found = Vec::new();
    let mut rest = params;
    while !rest.is_empty() {
        let arrays = rest.len() - rest.trim_start_matches('[').len();
        let after = rest.get(arrays..)?;
        let length = if after.starts_with('L') {
            after.find(';')? + 1
        } else {
            1
        };
        found.push(rest.get(..arrays + length)?);
        rest = rest.get(arrays + length..)?;
    }
    Some((found, ret))
}

/// The dotted name of a type as written, with `$` before what is nested, by the custom that
/// packages are lower case and classes are not.
#[must_use]
pub fn by_custom(path: &str) -> Option<String> {
    let mut name = String::new();
    let mut in_class = false;
    for part in path.split('.') {
        if !name.is_empty() {
            name.push(if in_class { '$' } else { '.' });
        }
        name.push_str(part);
        in_class |= part.starts_with(char::is_uppercase);
    }
    in_class.then_some(name)
}

/// Whether a type as written may be one of the given names of type parameters.
#[must_use]
pub fn is_parameter(ty: &Type, params: &[String]) -> bool {
    !ty.function && params.contains(&ty.name)
}
