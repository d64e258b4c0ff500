//! From a label to what carries it: the half of "which button is that" that resources answer.
//!
//! Finds the texts that a query accepts, in any language, and every element of a layout, a menu, a
//! preference screen or a navigation graph that shows one: by reference to the string, or as a
//! literal. What a click on it runs is the code's half. Which words are asked for is the caller's.
//!
//! Layouts refer to strings by number, so a file that can matter has the number in its bytes, or
//! the literal in its pool; only those files are parsed.

use std::borrow::Cow;

use memchr::memchr_iter;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::finding::Location;
use crate::formats::attr;
use crate::formats::axml::{Tree, is_axml};
use crate::formats::config::Config;
use crate::formats::resources::{File, ResId, ResourceTable, Text, TextQuery, Value};
use crate::formats::xml::{ANDROID_NS, Attribute, ElementIdx, TOOLS_NS, XmlDoc};

/// How many elements are reported; a lexicon's words stand in a few dozen.
const MAX_ELEMENTS: usize = 10_000;
/// How many elements around a match are looked at.
const MAX_ENCLOSING: usize = 64;

/// What a query found.
#[derive(Debug, Clone, Default)]
pub struct Labels<'a> {
    /// Texts of resources, in order of ids; code refers to them as well, Compose only code.
    pub texts: Vec<Text<'a>>,
    /// Elements that show one, in order of files and within a file.
    pub elements: Vec<UiElement>,
    /// Files that the table names and that are not there or not readable, in order.
    pub unread: Vec<String>,
    /// There were more elements than are reported.
    pub cut: bool,
}

/// An element of the user interface with a label that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UiElement {
    /// The file's resource: a layout, a menu, an XML.
    pub file: ResId,
    /// Type and name of the file's resource, where names are left: `("menu", "main")`.
    pub file_name: Option<(String, String)>,
    /// For which configuration the file is.
    pub config: Config,
    /// Name of the element: `item`, `Button`, `com.example.Row`, `Preference`.
    pub element: String,
    /// `android:id`.
    pub id: Option<ResId>,
    /// Entry name of the id: `action_logout`.
    pub id_name: Option<String>,
    /// Attribute with the label, `text`, `title`.
    pub attribute: String,
    /// The string resource that the label refers to (or the array, or the style); of a literal,
    /// none.
    pub string: Option<ResId>,
    /// The text that was accepted, in the default language if it is among them.
    pub text: String,
    /// `android:onClick`: a method of the activity.
    pub on_click: Option<String>,
    /// A data-binding expression on it, where the build left any: `@{() -> vm.logout()}`.
    pub expression: Option<String>,
    /// `android:tag`; data binding numbers its views by `binding_3`.
    pub tag: Option<String>,
    /// Of a preference: its key.
    pub key: Option<String>,
    /// A class that it opens: `android:fragment` of a preference, `android:name` of a destination,
    /// `actionViewClass` or `actionProviderClass` of a menu item.
    pub class: Option<String>,
    /// The elements around it that have an id or a click of their own, innermost first: a row
    /// often has the listener that its text has not.
    pub enclosing: Vec<Enclosing>,
    /// Where.
    pub location: Location,
}

/// An element around a match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enclosing {
    /// Name of the element.
    pub element: String,
    /// `android:id`.
    pub id: Option<ResId>,
    /// Entry name of the id.
    pub id_name: Option<String>,
    /// `android:onClick`.
    pub on_click: Option<String>,
}

/// Types whose files hold nothing that a user reads. The others are looked at, whatever they are
/// called: obfuscators rename types.
const SILENT: [&str; 11] = [
    "anim",
    "animator",
    "color",
    "drawable",
    "font",
    "interpolator",
    "mipmap",
    "raw",
    "transition",
    "string",
    "id",
];

/// Finds the labels that a query accepts. `read` gives a file of the app by its path.
pub fn labels<'a, 'r>(
    table: &ResourceTable<'a>,
    query: &TextQuery<'_>,
    read: impl Fn(&str) -> Option<Cow<'r, [u8]>> + Sync,
) -> Labels<'a> {
    let texts = table.find_texts(query);
    let mut files: Vec<File<'a>> = table.files_where(|kind| !SILENT.contains(&kind));
    files.retain(|file| {
        file.path
            .as_bytes()
            .last_chunk::<4>()
            .is_some_and(|end| end.eq_ignore_ascii_case(b".xml"))
    });
    // One reading a path, whatever the number of resources that share it.
    files.sort_by(|a, b| (&a.path, a.id, a.config).cmp(&(&b.path, b.id, b.config)));
    let groups: Vec<&[File<'a>]> = files.chunk_by(|a, b| a.path == b.path).collect();
    let seeker = Seeker::new(table, query, &texts);
    let found: Vec<Option<Vec<UiElement>>> = groups
        .par_iter()
        .with_min_len(16)
        .map(|group| {
            let first = group.first()?;
            let data = read(&first.path)?;
            seeker.elements(&data, group)
        })
        .collect();
    let mut out = Labels::default();
    for (group, found) in groups.iter().zip(found) {
        match found {
            Some(elements) => out.elements.extend(elements),
            None => out
                .unread
                .extend(group.first().map(|file| file.path.to_string())),
        }
    }
    out.cut = out.elements.len() > MAX_ELEMENTS;
    out.elements.truncate(MAX_ELEMENTS);
    out.texts = texts;
    out
}

/// What is looked for in every file.
struct Seeker<'s, 'a> {
    table: &'s ResourceTable<'a>,
    query: &'s TextQuery<'s>,
    /// The text to show for each resource that is looked for.
    wanted: FxHashMap<ResId, &'s str>,
    packages: Vec<u8>,
}

impl<'s, 'a> Seeker<'s, 'a> {
    fn new(table: &'s ResourceTable<'a>, query: &'s TextQuery<'s>, texts: &'s [Text<'a>]) -> Self {
        let mut wanted = FxHashMap::default();
        for text in texts {
            // Sorted by configuration, so that the default's text is the first.
            wanted.entry(text.id).or_insert(text.text.as_ref());
        }
        let packages: FxHashSet<u8> = wanted.keys().map(|id| id.package()).collect();
        let mut packages: Vec<u8> = packages.into_iter().collect();
        packages.sort_unstable();
        Self {
            table,
            query,
            wanted,
            packages,
        }
    }

    /// The elements of one file, for each resource that it stands for; nothing if it is no XML.
    fn elements(&self, data: &[u8], files: &[File<'_>]) -> Option<Vec<UiElement>> {
        if is_axml(data) && !self.mentions(data) && !self.spells(data) {
            return Some(Vec::new());
        }
        let doc = self.table.document(data)?;
        let mut out = Vec::new();
        for (index, element) in doc.iter() {
            for attribute in doc.attributes(index) {
                let Some((string, text)) = self.label(attribute) else {
                    continue;
                };
                for file in files {
                    if out.len() > MAX_ELEMENTS {
                        return Some(out);
                    }
                    out.push(self.element(&doc, index, file, |found| UiElement {
                        element: element.name.to_string(),
                        attribute: attribute.name.to_string(),
                        string,
                        text: text.to_owned(),
                        ..found
                    }));
                }
            }
        }
        Some(out)
    }

    /// Whether any resource that is looked for stands in the bytes, as a number.
    fn mentions(&self, data: &[u8]) -> bool {
        // The package is the last of four bytes, and rare otherwise.
        self.packages.iter().any(|package| {
            memchr_iter(*package, data).any(|at| {
                at.checked_sub(3)
                    .and_then(|start| data.get(start..=at))
                    .and_then(|bytes| bytes.try_into().ok())
                    .is_some_and(|bytes| {
                        self.wanted.contains_key(&ResId(u32::from_le_bytes(bytes)))
                    })
            })
        })
    }

    /// Whether any text that is looked for stands in the pool, as a literal.
    fn spells(&self, data: &[u8]) -> bool {
        let Some(tree) = Tree::parse(data) else {
            return true;
        };
        let mut buffer = String::new();
        // Names of attributes come first and are no labels.
        tree.strings
            .iter()
            .skip(tree.mapped_names())
            .any(|(_, raw)| self.query.accepts_raw(raw, &mut buffer))
    }

    /// The resource and the text of a label that is looked for.
    fn label<'t>(&'t self, attribute: &'t Attribute<'_>) -> Option<(Option<ResId>, &'t str)> {
        if attribute.ns == TOOLS_NS {
            return None;
        }
        match &attribute.value {
            // Any attribute: views of the app's own call theirs what they like.
            Value::Reference(id) => {
                let text = self.wanted.get(id)?;
                Some((Some(*id), text))
            }
            Value::String(text) if shows_text(attribute) && self.query.accepts(text) => {
                Some((None, text))
            }
            _ => None,
        }
    }

    fn element(
        &self,
        doc: &XmlDoc<'_>,
        at: ElementIdx,
        file: &File<'_>,
        complete: impl FnOnce(UiElement) -> UiElement,
    ) -> UiElement {
        let (id, id_name) = self.id(doc, at);
        let (on_click, mut expression) = self.click(doc, at);
        if expression.is_none() {
            expression = doc
                .attributes(at)
                .iter()
                .filter_map(|attribute| self.text(attribute))
                .find(|text| is_expression(text));
        }
        let mut enclosing = Vec::new();
        let mut parent = doc.element(at).and_then(|element| element.parent);
        for _ in 0..MAX_ENCLOSING {
            let Some(around) = parent else { break };
            let Some(element) = doc.element(around) else {
                break;
            };
            let (id, id_name) = self.id(doc, around);
            let (on_click, expression) = self.click(doc, around);
            let on_click = on_click.or(expression);
            if id.is_some() || on_click.is_some() {
                enclosing.push(Enclosing {
                    element: element.name.to_string(),
                    id,
                    id_name,
                    on_click,
                });
            }
            parent = element.parent;
        }
        let named = |name: &str| {
            doc.attributes(at)
                .iter()
                .find(|attribute| attribute.name == name && attribute.ns != TOOLS_NS)
                .and_then(|attribute| self.text(attribute))
        };
        complete(UiElement {
            file: file.id,
            file_name: self
                .table
                .name(file.id)
                .map(|(kind, name)| (kind.into_owned(), name.into_owned())),
            config: file.config,
            element: String::new(),
            id,
            id_name,
            attribute: String::new(),
            string: None,
            text: String::new(),
            on_click,
            expression,
            tag: named("tag"),
            key: named("key"),
            class: named("fragment")
                .or_else(|| named("name"))
                .or_else(|| named("actionViewClass"))
                .or_else(|| named("actionProviderClass")),
            enclosing,
            location: Location {
                part: file.path.to_string(),
                line: doc.line(at),
                ..Location::default()
            },
        })
    }

    fn id(&self, doc: &XmlDoc<'_>, at: ElementIdx) -> (Option<ResId>, Option<String>) {
        let id = doc
            .by_id(at, attr::ID)
            .and_then(|attribute| attribute.value.reference());
        let name = id
            .and_then(|id| self.table.name(id))
            .map(|(_, name)| name.into_owned());
        (id, name)
    }

    /// A method's name, or an expression.
    fn click(&self, doc: &XmlDoc<'_>, at: ElementIdx) -> (Option<String>, Option<String>) {
        match doc
            .by_id(at, attr::ON_CLICK)
            .and_then(|attribute| self.text(attribute))
        {
            Some(text) if is_expression(&text) => (None, Some(text)),
            other => (other, None),
        }
    }

    /// An attribute's text, through a reference if need be.
    fn text(&self, attribute: &Attribute<'_>) -> Option<String> {
        match attribute.value {
            Value::Reference(id) => self.table.string(id).map(Cow::into_owned),
            _ => attribute.text().map(Cow::into_owned),
        }
    }
}

fn is_expression(text: &str) -> bool {
    text.starts_with("@{") || text.starts_with("@={")
}

/// Whether a literal in this attribute is shown to the user.
fn shows_text(attribute: &Attribute<'_>) -> bool {
    const SHOWN: [ResId; 18] = [
        attr::LABEL,
        attr::TEXT,
        attr::HINT,
        attr::TITLE,
        attr::TITLE_CONDENSED,
        attr::SUMMARY,
        attr::SUMMARY_ON,
        attr::SUMMARY_OFF,
        attr::CONTENT_DESCRIPTION,
        attr::TEXT_ON,
        attr::TEXT_OFF,
        attr::PROMPT,
        attr::DIALOG_TITLE,
        attr::DIALOG_MESSAGE,
        attr::POSITIVE_BUTTON_TEXT,
        attr::SHORTCUT_SHORT_LABEL,
        attr::SHORTCUT_LONG_LABEL,
        attr::TOOLTIP_TEXT,
    ];
    if let Some(id) = attribute.id
        && id.package() == 0x01
    {
        return SHOWN.contains(&id);
    }
    let name = attribute.name.to_ascii_lowercase();
    attribute.ns != ANDROID_NS
        && ["text", "title", "label", "summary", "hint", "description"]
            .iter()
            .any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::testing::{self, Put, Shape, language};

    const LAYOUT: &str = r#"<LinearLayout android:id="@0x7f040001" android:onClick="onRow">
  <TextView android:text="@0x7f010000"/>
  <Button android:id="@0x7f040000" android:text="Log out" android:onClick="doLogout"/>
  <Button tools:text="Log out"/>
  <com.example.Row app:rowTitle="@0x7f010001" android:tag="binding_2"/>
  <TextView android:text="@0x7f010002"/>
</LinearLayout>"#;
    const PREFERENCES: &str = r#"<PreferenceScreen>
  <Preference app:key="sign_out" app:title="Log out"/>
</PreferenceScreen>"#;
    const OTHER: &str = r#"<TextView android:text="Logbook"/>"#;

    #[test]
    fn labels_by_reference_by_literal_and_in_other_languages() {
        let default = Config::default();
        let table = testing::arsc(
            &[
                (
                    "string",
                    "exit",
                    vec![
                        (default, Put::Text("Leave")),
                        (language("de"), Put::Text("Abmelden")),
                    ],
                ),
                ("string", "alias", vec![(default, Put::Ref(0x7f01_0000))]),
                ("string", "help", vec![(default, Put::Text("Help"))]),
                (
                    "layout",
                    "main",
                    vec![
                        (default, Put::Text("res/aB.xml")),
                        (language("ar"), Put::Text("res/gone.xml")),
                    ],
                ),
                ("xml", "prefs", vec![(default, Put::Text("res/p.xml"))]),
                ("layout", "other", vec![(default, Put::Text("res/o.xml"))]),
                ("id", "button_logout", vec![(default, Put::Bool(false))]),
                ("id", "row", vec![(default, Put::Bool(false))]),
            ],
            Shape::Dense,
            true,
        );
        let mut resources = ResourceTable::default();
        resources.push_arsc(&table).unwrap();
        let matches = |text: &str| ["abmelden", "log out"].contains(&text.to_lowercase().as_str());
        let found = labels(
            &resources,
            &TextQuery {
                max_bytes: 40,
                prefilter: None,
                matches: &matches,
            },
            |path| {
                let text = match path {
                    "res/aB.xml" => LAYOUT,
                    "res/p.xml" => PREFERENCES,
                    "res/o.xml" => OTHER,
                    _ => return None,
                };
                Some(Cow::Owned(testing::axml(text)))
            },
        );
        assert_eq!(found.texts.len(), 2);
        assert_eq!(found.unread, ["res/gone.xml"]);
        let seen: Vec<_> = found
            .elements
            .iter()
            .map(|found| {
                (
                    found.location.to_string(),
                    found.element.as_str(),
                    found.attribute.as_str(),
                    found.text.as_str(),
                    found.id_name.as_deref().or(found.key.as_deref()),
                )
            })
            .collect();
        let at = |line: u32| format!("res/aB.xml (line {line})");
        assert_eq!(
            seen,
            [
                (at(2), "TextView", "text", "Abmelden", None),
                (at(3), "Button", "text", "Log out", Some("button_logout")),
                (at(5), "com.example.Row", "rowTitle", "Abmelden", None),
                (
                    "res/p.xml (line 2)".to_owned(),
                    "Preference",
                    "title",
                    "Log out",
                    Some("sign_out")
                ),
            ]
        );
        let row = &found.elements[0];
        assert_eq!(row.file_name.as_ref().unwrap().1, "main");
        assert_eq!(row.enclosing[0].id_name.as_deref(), Some("row"));
        assert_eq!(row.enclosing[0].on_click.as_deref(), Some("onRow"));
        assert_eq!(found.elements[1].on_click.as_deref(), Some("doLogout"));
        assert_eq!(found.elements[2].tag.as_deref(), Some("binding_2"));
        assert_eq!(found.elements[2].string, Some(ResId(0x7f01_0001)));
    }
}
