//! `models/` to one file of Rust tables, `OUT_DIR/models.rs`: sorted, with an index each by class,
//! by id and by foreign symbol. Every error names the file and the entry.

#[allow(dead_code, reason = "the library uses the other half")]
#[path = "../src/models/schema.rs"]
mod schema;
#[allow(dead_code, reason = "the library uses the other half")]
#[path = "../src/models/words.rs"]
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use schema::{
    ApiEntry, ArgPos, ArtifactKind, EdgeEntry, EventKind, LexiconFile, Matching, ModelFile,
    NegativeEntry, OneOrMany, Returns, Role, Roles, SdkEntry, ServerEffect, Survival, TermForm,
    Weight,
};

/// An entry with the file that it is from, as Rust will have it.
struct Api {
    lib: String,
    class: String,
    method: String,
    entry: ApiEntry,
}

/// Reads `models/` and writes the tables.
pub fn compile() -> Result<(), String> {
    let root =
        PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or("CARGO_MANIFEST_DIR is not set")?);
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);

    let mut apis: Vec<Api> = Vec::new();
    let mut sdks: Vec<(String, SdkEntry)> = Vec::new();
    let mut types: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in model_files(&root.join("models"))? {
        let shown = path
            .strip_prefix(&root)
            .unwrap_or(&path)
            .display()
            .to_string();
        let lib = path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .ok_or("a file name is not UTF-8")?
            .to_owned();
        let file: ModelFile = parse(&path, &shown)?;
        for entry in file.api {
            let id = entry.id.clone();
            apis.push(api(&lib, entry).map_err(|why| format!("{shown}: api `{id}`: {why}"))?);
        }
        for entry in file.types {
            let supertypes = entry.supertypes.iter().map(|name| dex_type(name)).collect();
            if types.insert(dex_type(&entry.class), supertypes).is_some() {
                return Err(format!("{shown}: type `{}` is there twice", entry.class));
            }
        }
        if let Some(sdk) = file.sdk {
            sdks.push((lib, sdk));
        }
    }
    apis.sort_by(|a, b| {
        (&a.method, &a.class, &a.entry.id).cmp(&(&b.method, &b.class, &b.entry.id))
    });
    sdks.sort_by(|a, b| a.1.id.cmp(&b.1.id));
    unique("api", apis.iter().map(|api| api.entry.id.as_str()))?;
    unique("sdk", sdks.iter().map(|(_, sdk)| sdk.id.as_str()))?;

    let lexicon_path = root.join("models/lexicon.toml");
    let lexicon: LexiconFile = parse(&lexicon_path, "models/lexicon.toml")?;

    let mut code = String::new();
    write_apis(&mut code, &apis);
    write_indexes(&mut code, &apis);
    write_sdks(&mut code, &sdks);
    let _ = writeln!(code, "pub(super) static TYPES: &[(&str, &[&str])] = &[");
    for (class, supertypes) in &types {
        let _ = writeln!(code, "({class:?}, &{supertypes:?}),");
    }
    let _ = writeln!(code, "];");
    write_lexicon(&mut code, &lexicon)?;
    fs::write(out.join("models.rs"), code).map_err(|error| format!("models.rs: {error}"))
}

/// The files of `models/<platform>/`, in order of their names.
fn model_files(models: &Path) -> Result<Vec<PathBuf>, String> {
    let read = |dir: &Path| -> Result<Vec<PathBuf>, String> {
        let entries = fs::read_dir(dir).map_err(|error| format!("{}: {error}", dir.display()))?;
        let mut paths = Vec::new();
        for entry in entries {
            paths.push(
                entry
                    .map_err(|error| format!("{}: {error}", dir.display()))?
                    .path(),
            );
        }
        paths.sort();
        Ok(paths)
    };
    let mut files = Vec::new();
    for platform in read(models)?.into_iter().filter(|path| path.is_dir()) {
        files.extend(
            read(&platform)?
                .into_iter()
                .filter(|path| path.extension().is_some_and(|ext| ext == "toml")),
        );
    }
    Ok(files)
}

fn parse<T: serde::de::DeserializeOwned>(path: &Path, shown: &str) -> Result<T, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{shown}: {error}"))?;
    toml::from_str(&text).map_err(|error| format!("{shown}: {error}"))
}

fn unique<'a>(what: &str, ids: impl Iterator<Item = &'a str>) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for id in ids {
        if !seen.insert(id) {
            return Err(format!("models: two entries are {what} `{id}`"));
        }
    }
    Ok(())
}

/// `java.lang.String` as `Ljava/lang/String;`.
fn dex_type(name: &str) -> String {
    format!("L{};", name.replace('.', "/"))
}

/// Checks an entry against what its fields mean together.
fn api(lib: &str, entry: ApiEntry) -> Result<Api, String> {
    if entry.roles.is_empty() {
        return Err("no role".into());
    }
    let (class, method) = match &entry.symbol {
        Some(symbol) => {
            let (owner, method) = symbol
                .rsplit_once('.')
                .ok_or_else(|| format!("symbol `{symbol}` has no class"))?;
            (dex_type(owner), method.to_owned())
        }
        None if entry.symbols.is_empty() => return Err("neither `symbol` nor `symbols`".into()),
        None => (String::new(), String::new()),
    };
    let roles: Roles = entry.roles.iter().copied().collect();
    let parameters = match &entry.descriptor {
        Some(descriptor) => Some(
            parameters(descriptor).ok_or_else(|| format!("`{descriptor}` is no DEX descriptor"))?,
        ),
        None => None,
    };
    let check = |pos: ArgPos| match (pos, parameters) {
        (ArgPos::Param(index), Some(count)) if usize::from(index) >= count => {
            Err(format!("argument {index} of {count} parameters"))
        }
        _ => Ok(()),
    };
    for positions in entry.args.values() {
        positions
            .as_slice()
            .iter()
            .try_for_each(|&pos| check(pos))?;
    }
    if let Some(edge) = &entry.edge {
        edge.from
            .iter()
            .flat_map(OneOrMany::as_slice)
            .try_for_each(|&pos| check(pos))?;
        for target in edge.to.as_slice() {
            let (_, descriptor) = split_target(target);
            if descriptor.is_some_and(|descriptor| self::parameters(descriptor).is_none()) {
                return Err(format!("edge to `{target}`: no DEX descriptor"));
            }
        }
    }
    if let Returns::Arg(index) = entry.returns {
        check(ArgPos::Param(index))?;
    }
    let annotates = entry.matching == Some(Matching::Annotation);
    if annotates != roles.contains(Role::Annotation.into()) {
        return Err("`match = \"annotation\"` and role `annotation` go together".into());
    }
    if entry.scope.is_some() && !roles.intersects(CLEARS) {
        return Err("`scope` without a role that clears".into());
    }
    Ok(Api {
        lib: lib.to_owned(),
        class,
        method,
        entry,
    })
}

/// Roles that a `scope` goes with.
const CLEARS: Roles = Roles::CLEAR
    .union(Roles::COOKIE_CLEAR)
    .union(Roles::WEBVIEW_CLEAR)
    .union(Roles::CACHE_CLEAR)
    .union(Roles::SCHEDULE_CANCEL)
    .union(Roles::LOCAL_SIGN_OUT)
    .union(Roles::SIGN_OUT)
    .union(Roles::REVOKE)
    .union(Roles::ACCOUNT_DELETE)
    .union(Roles::STORE)
    .union(Roles::LOOK_ALIKE);

/// Number of parameters of a DEX method descriptor; none if it is not one.
fn parameters(descriptor: &str) -> Option<usize> {
    let (mut rest, returned) = descriptor.strip_prefix('(')?.split_once(')')?;
    let mut count = 0;
    while !rest.is_empty() {
        rest = &rest[type_length(rest)?..];
        count += 1;
    }
    let whole = returned == "V" || type_length(returned)? == returned.len();
    whole.then_some(count)
}

/// Length of the field type that the text begins with.
fn type_length(text: &str) -> Option<usize> {
    let element = text.trim_start_matches('[');
    let dimensions = text.len() - element.len();
    match element.as_bytes().first()? {
        b'Z' | b'B' | b'S' | b'C' | b'I' | b'J' | b'F' | b'D' => Some(dimensions + 1),
        b'L' => {
            let end = element.find(';')?;
            let name = &element[1..end];
            let fine = !name.is_empty() && !name.contains(['.', '[', '(', ' ']);
            fine.then_some(dimensions + end + 1)
        }
        _ => None,
    }
}

/// `name(descriptor)` apart.
fn split_target(target: &str) -> (&str, Option<&str>) {
    match target.find('(') {
        Some(at) => (&target[..at], Some(&target[at..])),
        None => (target, None),
    }
}

fn write_apis(code: &mut String, apis: &[Api]) {
    let _ = writeln!(code, "pub(super) static APIS: &[ApiModel] = &[");
    for Api {
        lib,
        class,
        method,
        entry,
    } in apis
    {
        let roles: Roles = entry.roles.iter().copied().collect();
        let symbols: Vec<String> = entry
            .symbols
            .iter()
            .flat_map(|(form, texts)| {
                texts
                    .as_slice()
                    .iter()
                    .map(|text| format!("({}, {text:?})", value("SymbolForm", form.variant())))
            })
            .collect();
        let args: Vec<String> = entry
            .args
            .iter()
            .flat_map(|(role, at)| {
                at.as_slice()
                    .iter()
                    .map(|&at| format!("({}, {})", value("ArgRole", role.variant()), pos(at)))
            })
            .collect();
        let returns = match entry.returns {
            Returns::Other => "Returns::Other".to_owned(),
            Returns::Receiver => "Returns::Receiver".to_owned(),
            Returns::Value => "Returns::Value".to_owned(),
            Returns::Arg(index) => format!("Returns::Arg({index})"),
        };
        let _ = writeln!(
            code,
            "ApiModel {{ id: {:?}, lib: {lib:?}, class: {class:?}, method: {method:?}, descriptor: {:?}, \
             symbols: &[{}], matching: {}, roles: Roles::from_bits({:#x}), args: &[{}], returns: {returns}, \
             artifact: {}, verb: {:?}, store: {}, store_name: {:?}, protection: {}, backup: {}, \
             accessibility: {}, sync: {}, scope: {}, local: {}, server: {}, browser: {}, order: {}, \
             on_error: {}, edge: {}, survives: {}, verified: {}, source: {:?}, note: {:?} }},",
            entry.id,
            entry.descriptor,
            symbols.join(", "),
            value(
                "Matching",
                entry.matching.unwrap_or(Matching::Exact).variant()
            ),
            roles.bits(),
            args.join(", "),
            option("ArtifactKind", entry.artifact.map(ArtifactKind::variant)),
            entry.verb,
            option("StoreKind", entry.store.map(schema::StoreKind::variant)),
            entry.store_name,
            option(
                "Protection",
                entry.protection.map(schema::Protection::variant)
            ),
            option("Backup", entry.backup.map(schema::Backup::variant)),
            option(
                "super::Accessibility",
                entry.accessibility.map(schema::Accessibility::variant)
            ),
            option("super::Sync", entry.sync.map(schema::Sync::variant)),
            option("ClearScope", entry.scope.map(schema::ClearScope::variant)),
            entry.local,
            value(
                "ServerEffect",
                entry.server.unwrap_or(ServerEffect::None).variant()
            ),
            entry.browser,
            option("Order", entry.order.map(schema::Order::variant)),
            option("OnError", entry.on_error.map(schema::OnError::variant)),
            edge(entry.edge.as_ref()),
            value("Survival", entry.r8.unwrap_or(Survival::Renamed).variant()),
            value("Verification", entry.verify.variant()),
            entry.source.as_deref().unwrap_or_default(),
            entry.note.as_deref().unwrap_or_default(),
        );
    }
    let _ = writeln!(code, "];");
}

fn value(kind: &str, variant: &str) -> String {
    format!("{kind}::{variant}")
}

fn option(kind: &str, variant: Option<&str>) -> String {
    variant.map_or_else(
        || "None".to_owned(),
        |variant| format!("Some({kind}::{variant})"),
    )
}

fn pos(at: ArgPos) -> String {
    match at {
        ArgPos::Receiver => "ArgPos::Receiver".to_owned(),
        ArgPos::Return => "ArgPos::Return".to_owned(),
        ArgPos::Param(index) => format!("ArgPos::Param({index})"),
    }
}

fn edge(edge: Option<&EdgeEntry>) -> String {
    let Some(edge) = edge else {
        return "None".to_owned();
    };
    let from: Vec<String> = edge
        .from
        .iter()
        .flat_map(OneOrMany::as_slice)
        .map(|&at| pos(at))
        .collect();
    let to: Vec<String> = edge
        .to
        .as_slice()
        .iter()
        .map(|target| {
            let (method, descriptor) = split_target(target);
            format!("Target {{ method: {method:?}, descriptor: {descriptor:?} }}")
        })
        .collect();
    let binds: Vec<String> = edge
        .binds
        .iter()
        .map(|(parameter, &at)| format!("({parameter}, {})", pos(at)))
        .collect();
    format!(
        "Some(Edge {{ kind: {}, from: &[{}], to: &[{}], binds: &[{}], note: {:?} }})",
        value("EdgeKind", edge.kind.variant()),
        from.join(", "),
        to.join(", "),
        binds.join(", "),
        edge.note.as_deref().unwrap_or_default(),
    )
}

fn write_indexes(code: &mut String, apis: &[Api]) {
    let mut order: Vec<usize> = (0..apis.len())
        .filter(|&at| !apis[at].class.is_empty())
        .collect();
    order.sort_by(|&a, &b| (&apis[a].class, a).cmp(&(&apis[b].class, b)));
    let _ = writeln!(code, "pub(super) static BY_CLASS: &[u16] = &{order:?};");
    let mut order: Vec<usize> = (0..apis.len()).collect();
    order.sort_by(|&a, &b| apis[a].entry.id.cmp(&apis[b].entry.id));
    let _ = writeln!(code, "pub(super) static BY_ID: &[u16] = &{order:?};");

    let mut symbols: Vec<(schema::SymbolForm, &str, usize)> = Vec::new();
    for (at, api) in apis.iter().enumerate() {
        for (&form, texts) in &api.entry.symbols {
            symbols.extend(
                texts
                    .as_slice()
                    .iter()
                    .map(|text| (form, text.as_str(), at)),
            );
        }
    }
    symbols.sort_unstable();
    let _ = writeln!(
        code,
        "pub(super) static BY_SYMBOL: &[(SymbolForm, &str, u16)] = &["
    );
    for (form, text, at) in symbols {
        let _ = writeln!(
            code,
            "({}, {text:?}, {at}),",
            value("SymbolForm", form.variant())
        );
    }
    let _ = writeln!(code, "];");
}

fn write_sdks(code: &mut String, sdks: &[(String, SdkEntry)]) {
    let _ = writeln!(code, "pub(super) static SDKS: &[SdkModel] = &[");
    for (lib, sdk) in sdks {
        let _ = writeln!(
            code,
            "SdkModel {{ id: {:?}, lib: {lib:?}, name: {:?}, packages: &{:?}, provider: {:?}, sign_out: {:?}, \
             clears_local: {:?}, server_effect: {:?}, opens_browser: {:?}, recipe: {:?}, store: {}, \
             store_names: &{:?}, store_note: {:?}, protection: {}, protection_note: {:?}, backup: {}, \
             keys: &{:?}, anchor_strings: &{:?}, anchor_components: &{:?}, survives: {}, \
             survives_note: {:?}, source: {:?}, gaps: {:?} }},",
            sdk.id,
            sdk.name,
            sdk.packages,
            sdk.provider,
            sdk.sign_out,
            sdk.clears_local,
            sdk.server_effect,
            sdk.opens_browser,
            sdk.recipe,
            option("StoreKind", sdk.store.map(schema::StoreKind::variant)),
            sdk.store_names,
            sdk.store_note.as_deref().unwrap_or_default(),
            value("Protection", sdk.protection.variant()),
            sdk.protection_note.as_deref().unwrap_or_default(),
            value("Backup", sdk.backup.variant()),
            sdk.keys,
            sdk.anchor_strings,
            sdk.anchor_components,
            value("Survival", sdk.r8.variant()),
            sdk.r8_note.as_deref().unwrap_or_default(),
            sdk.source,
            sdk.gaps.as_deref().unwrap_or_default(),
        );
    }
    let _ = writeln!(code, "];");
}

/// The term tables. A term that two entries claim goes to the heavier, then to the earlier kind.
fn write_lexicon(code: &mut String, lexicon: &LexiconFile) -> Result<(), String> {
    let negatives: BTreeSet<String> = lexicon
        .negative
        .iter()
        .flat_map(|entry| &entry.terms)
        .flat_map(|term| spellings(&words::normalize(term, false)))
        .collect();
    let mut terms: BTreeMap<String, (Weight, ArtifactKind)> = BTreeMap::new();
    for entry in &lexicon.lexicon {
        let weighted = [
            (Weight::Strong, &entry.strong),
            (Weight::Weak, &entry.weak),
            (Weight::Lone, &entry.lone),
        ];
        for (weight, list) in weighted {
            for term in list {
                let normal = words::normalize(term, false);
                let forms = if weight == Weight::Strong {
                    spellings(&normal)
                } else {
                    vec![normal]
                };
                for form in forms {
                    if negatives.contains(&form) {
                        return Err(format!(
                            "models/lexicon.toml: `{form}` is both a term and a negative one"
                        ));
                    }
                    let place = terms.entry(form).or_insert((weight, entry.kind));
                    if weight > place.0 || (weight == place.0 && entry.kind < place.1) {
                        *place = (weight, entry.kind);
                    }
                }
            }
        }
    }
    let longest = terms
        .keys()
        .chain(&negatives)
        .map(|term| term.split(' ').count())
        .max()
        .unwrap_or(1);
    let _ = writeln!(code, "pub(super) const LONGEST_TERM: usize = {longest};");
    let _ = writeln!(
        code,
        "pub(super) static TERMS: &[(&str, Weight, ArtifactKind)] = &["
    );
    for (term, (weight, kind)) in &terms {
        let _ = writeln!(
            code,
            "({term:?}, {}, {}),",
            value("Weight", weight.variant()),
            value("ArtifactKind", kind.variant())
        );
    }
    let _ = writeln!(code, "];");
    let unspaced: Vec<(&String, &(Weight, ArtifactKind))> = terms
        .iter()
        .filter(|(term, _)| term.chars().all(is_unspaced))
        .collect();
    let _ = writeln!(
        code,
        "pub(super) static UNSPACED_TERMS: &[(&str, Weight, ArtifactKind)] = &["
    );
    for (term, (weight, kind)) in unspaced {
        let _ = writeln!(
            code,
            "({term:?}, {}, {}),",
            value("Weight", weight.variant()),
            value("ArtifactKind", kind.variant())
        );
    }
    let _ = writeln!(code, "];");
    write_set(code, "NEGATIVE_TERMS", &negatives);
    write_set(code, "NEUTRAL", &normal(&lexicon.neutral));
    write_set(code, "PERSONAL", &normal(&lexicon.personal.words));
    write_set(code, "NOT_PERSONAL", &normal(&lexicon.personal.not));
    write_set(code, "PERSONAL_COLUMNS", &normal(&lexicon.personal.columns));
    type Side = fn(&NegativeEntry) -> &[String];
    let sides: [(&str, Side); 3] = [
        ("BEFORE", |entry| &entry.before),
        ("AFTER", |entry| &entry.after),
        ("ANYWHERE", |entry| &entry.anywhere),
    ];
    for (name, side) in sides {
        let mut rows: BTreeSet<String> = BTreeSet::new();
        for entry in &lexicon.negative {
            let of: Vec<String> = entry
                .of
                .iter()
                .map(|kind| value("ArtifactKind", kind.variant()))
                .collect();
            for word in normal(side(entry)) {
                rows.insert(format!(
                    "({word:?}, &[{}], {}),",
                    of.join(", "),
                    entry.weakens
                ));
            }
        }
        let rows: Vec<String> = rows.into_iter().collect();
        let _ = writeln!(
            code,
            "pub(super) static {name}: &[(&str, &[ArtifactKind], bool)] = &[\n{}\n];",
            rows.join("\n")
        );
    }
    let openers: BTreeSet<String> = terms
        .keys()
        .filter_map(|term| term.split(' ').next())
        .map(str::to_owned)
        .collect();
    write_set(code, "OPENERS", &openers);
    let classes: BTreeSet<String> = lexicon
        .negative
        .iter()
        .flat_map(|entry| entry.classes.clone())
        .collect();
    write_set(code, "NEGATIVE_CLASSES", &classes);
    write_events(code, lexicon)?;

    let _ = writeln!(
        code,
        "pub(super) static ENDPOINTS: &[(EndpointKind, Option<&str>, &str, Option<&str>)] = &["
    );
    for entry in &lexicon.endpoint {
        let _ = writeln!(
            code,
            "({}, {:?}, {:?}, {:?}),",
            value("EndpointKind", entry.kind.variant()),
            entry.verb,
            entry.regex,
            entry.not,
        );
    }
    let _ = writeln!(code, "];");
    let _ = writeln!(code, "pub(super) static VALUES: &[(ValueKind, &str)] = &[");
    for entry in &lexicon.value {
        let _ = writeln!(
            code,
            "({}, {:?}),",
            value("ValueKind", entry.kind.variant()),
            entry.regex
        );
    }
    let _ = writeln!(code, "];");
    Ok(())
}

/// Terms of events: one table a form, and what excludes in each.
fn write_events(code: &mut String, lexicon: &LexiconFile) -> Result<(), String> {
    let mut needles: BTreeSet<String> = BTreeSet::new();
    for (name, form) in [
        ("IDENTIFIER", TermForm::Identifier),
        ("RESOURCE", TermForm::ResourceId),
        ("LABEL", TermForm::Label),
    ] {
        let shape = |term: &str| match form {
            TermForm::Label => words::fold(term),
            _ => words::normalize(term, true),
        };
        let mut terms: BTreeMap<String, (EventKind, bool)> = BTreeMap::new();
        for entry in lexicon
            .event
            .iter()
            .filter(|entry| entry.forms.contains(&form))
        {
            for term in &entry.terms {
                let folded = shape(term);
                // Alone, a word of another language also means to unsubscribe, to exit, to hang up.
                let whole = entry.kind == EventKind::LogoutAmbiguous
                    || (entry.lang != "en" && !folded.contains(' '));
                if let Some((other, _)) = terms.get(&folded)
                    && *other != entry.kind
                {
                    return Err(format!(
                        "models/lexicon.toml: `{term}` is both {other} and {} as {form}",
                        entry.kind
                    ));
                }
                terms.insert(folded.clone(), (entry.kind, whole));
                if form == TermForm::Label {
                    needles.extend(cases(term));
                    needles.extend(cases(&folded));
                }
            }
        }
        let longest = terms
            .keys()
            .map(|term| term.split(' ').count())
            .max()
            .unwrap_or(1);
        let _ = writeln!(code, "pub(super) const LONGEST_{name}: usize = {longest};");
        let _ = writeln!(
            code,
            "pub(super) static EVENT_{name}: &[(&str, EventKind, bool)] = &["
        );
        for (term, (kind, whole)) in &terms {
            let _ = writeln!(
                code,
                "({term:?}, {}, {whole}),",
                value("EventKind", kind.variant())
            );
        }
        let _ = writeln!(code, "];");
        let negatives = || {
            lexicon
                .event_negative
                .iter()
                .filter(|entry| entry.forms.contains(&form))
        };
        let set = |lists: Vec<&Vec<String>>| -> BTreeSet<String> {
            lists
                .into_iter()
                .flatten()
                .map(|term| shape(term))
                .collect()
        };
        write_set(
            code,
            &format!("NOT_{name}"),
            &set(negatives().map(|entry| &entry.terms).collect()),
        );
        let first = set(negatives().map(|entry| &entry.first).collect());
        let last = set(negatives().map(|entry| &entry.last).collect());
        if form == TermForm::Identifier {
            write_set(code, "NOT_FIRST", &first);
            write_set(code, "NOT_LAST", &last);
            write_set(
                code,
                "UNLESS_LAST",
                &set(negatives().map(|entry| &entry.unless_last).collect()),
            );
            let openers: BTreeSet<String> = terms
                .keys()
                .filter_map(|term| term.split(' ').next())
                .map(str::to_owned)
                .collect();
            write_set(code, "EVENT_OPENERS", &openers);
        } else if !(first.is_empty() && last.is_empty()) {
            return Err(format!(
                "models/lexicon.toml: `first` and `last` of a {form}"
            ));
        }
    }
    let all: Vec<&String> = needles.iter().collect();
    let shortest: BTreeSet<String> = all
        .iter()
        .filter(|needle| {
            !all.iter()
                .any(|other| other.len() < needle.len() && needle.contains(other.as_str()))
        })
        .map(|needle| (*needle).clone())
        .collect();
    write_set(code, "LABEL_NEEDLES", &shortest);
    Ok(())
}

fn write_set(code: &mut String, name: &str, set: &BTreeSet<String>) {
    let _ = writeln!(
        code,
        "pub(super) static {name}: &[&str] = &{set:?};",
        set = set.iter().collect::<Vec<_>>()
    );
}

fn normal(terms: &[String]) -> BTreeSet<String> {
    terms
        .iter()
        .map(|term| words::normalize(term, false))
        .collect()
}

/// The term, and the term written in one (`accesstoken`) where that is long enough to be told.
fn spellings(term: &str) -> Vec<String> {
    let joined = term.replace(' ', "");
    if joined.len() >= 6 && joined != term && joined.is_ascii() {
        vec![term.to_owned(), joined]
    } else {
        vec![term.to_owned()]
    }
}

/// Lower case; and for what is not ASCII, whose case a byte search cannot fold, the other cases
/// that labels have.
fn cases(term: &str) -> Vec<String> {
    let lower = term.to_lowercase();
    if lower.is_ascii() {
        return vec![lower];
    }
    let title = |text: &str| {
        let mut chars = text.chars();
        chars.next().map_or_else(String::new, |first| {
            first.to_uppercase().chain(chars).collect::<String>()
        })
    };
    let each = lower.split(' ').map(title).collect::<Vec<_>>().join(" ");
    vec![title(&lower), each, lower.to_uppercase(), lower]
}

/// Letters of scripts that put no space between words.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{e7f}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
}
