//! Records of credentials that are written in the package.

use super::Builder;
use crate::analysis::values::Site;
use crate::facts::literal;
use crate::finding::{Confidence, Location, Step};
use crate::ir::{FuncId, Op};
use crate::ledger::{Record, locate};

impl<'s, 'p, 'a> Builder<'s, 'p, 'a> {
    pub(super) fn literal_records(&self) -> Vec<Record> {
        let mut records: Vec<Record> = Vec::new();
        let mut seen: Vec<(String, FuncId)> = Vec::new();
        for (text, func) in &self.program.texts {
            if self.graph.is_library_func(*func) || seen.contains(&(text.clone(), *func)) {
                continue;
            }
            let Some(found) = literal::find(text, self.sources.now) else {
                continue;
            };
            seen.push((text.clone(), *func));
            let body = self.program.body(*func);
            let site = body
                .iter_ops()
                .find(|(_, op)| crate::ledger::credential::text_of(op) == Some(text.as_str()))
                .map(|(op, _)| Site { func: *func, op });
            let Some(site) = site else { continue };
            records.push(self.literal_record(
                &found,
                locate::site(self.program, site),
                &self.program.func_path(*func),
            ));
        }
        for (field, value) in &self.program.statics {
            if let crate::ir::StaticValue::Str(text) = value
                && !seen.iter().any(|(known, _)| known.contains(text.as_str()))
                && let Some(found) = literal::find(text, self.sources.now)
            {
                let symbol = self.program.field(*field);
                let Some(class) = self.program.class_of.get(&symbol.class) else {
                    continue;
                };
                if self.graph.is_library(*class) {
                    continue;
                }
                let name = format!(
                    "{}.{}",
                    self.program.type_name(symbol.class),
                    self.program.names.text(symbol.name)
                );
                let location = Location {
                    part: self
                        .program
                        .class(*class)
                        .and_then(|class| self.program.units.get(class.unit.index()))
                        .map(|unit| unit.part.clone())
                        .unwrap_or_default(),
                    class: Some(self.program.type_name(symbol.class)),
                    source_file: self
                        .program
                        .class(*class)
                        .and_then(|class| class.source_file)
                        .map(|file| self.program.names.text(file).to_owned()),
                    ..Location::default()
                };
                records.push(self.literal_record(&found, location, &name));
            }
        }
        for (text, id, location) in self.sources.resource_texts {
            if let Some(found) = literal::find(text, self.sources.now) {
                let used = self.resource_site(*id);
                let place =
                    used.map_or_else(|| location.clone(), |site| locate::site(self.program, site));
                let symbol = used.map_or_else(
                    || location.part.clone(),
                    |site| self.program.func_path(site.func),
                );
                records.push(self.literal_record(&found, place, &symbol));
            }
        }
        records.sort_by(|a, b| a.location.cmp(&b.location));
        records
    }

    /// Where the app's own code first uses a resource.
    fn resource_site(&self, id: u32) -> Option<Site> {
        self.program
            .resource_uses(id)
            .filter(|func| !self.graph.is_library_func(*func))
            .find_map(|func| {
                let body = self.program.body(func);
                body.iter_ops().find_map(|(op, call)| match call {
                    Op::Call { args, .. }
                        if body.args(*args).iter().any(|value| {
                            crate::analysis::callgraph::known_int(self.program, body, *value)
                                == Some(i64::from(id))
                        }) =>
                    {
                        Some(Site { func, op })
                    }
                    _ => None,
                })
            })
    }

    fn literal_record(&self, found: &literal::Literal, location: Location, symbol: &str) -> Record {
        let mut record = Record::new("literal", location.clone(), Confidence::High);
        record.set("form", found.form);
        record.set("state", found.state);
        record.set("expiry", found.expiry);
        record.set("use", found.usage);
        record.subject = format!("literal:{}:{}", found.form, found.usage);
        record.flow = vec![Step {
            location,
            message: format!("{} stands here", found.value),
        }];
        let facts = &mut record.facts;
        facts.insert("what", found.what.clone());
        facts.insert("symbol", symbol.to_owned());
        facts.insert("value", found.value.clone());
        facts.insert("claims", found.claims.clone());
        facts.insert("met", found.claims.clone());
        record
    }
}

pub(super) fn shorten(text: &str) -> String {
    if text.chars().count() > 90 {
        text.chars().take(90).chain(std::iter::once('…')).collect()
    } else {
        text.to_owned()
    }
}
