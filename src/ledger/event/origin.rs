//! A second look at what comes to a sink: out of lists, maps, buffers and views, where the value
//! itself says nothing.

use std::cell::OnceCell;

use super::Collector;
use crate::analysis::flow::{Flow, Limits, Wanted};
use crate::analysis::values::{Site, Values};
use crate::ir::{FuncId, MethodId, Op};
use crate::ledger::credential::{Credential, is_session_value};
use crate::models::{ApiMap, ApiModel, ArgPos, Roles};

/// The search for credentials that an API gives; made when the first sink asks.
#[derive(Default)]
pub(super) struct SecondLook<'p, 'a> {
    flow: OnceCell<Flow<'p, 'p, 'a>>,
    /// Functions of the app's own that call something that gives a credential.
    sources: OnceCell<Vec<FuncId>>,
}

/// Results of APIs that give a session value.
struct Given<'p>(&'p ApiMap);

impl Wanted for Given<'_> {
    fn result(&self, _: Site, method: MethodId) -> bool {
        giver(self.0, method).is_some()
    }
}

fn giver(apis: &ApiMap, method: MethodId) -> Option<&'static ApiModel> {
    apis.of(method).iter().copied().find(|model| {
        model.roles.contains(Roles::CREDENTIAL_SOURCE)
            && model.artifact.is_some_and(is_session_value)
            && !model.roles.contains(Roles::INPUT_SOURCE)
    })
}

impl<'p, 'a> Collector<'p, 'a> {
    /// The credential of an API that is in what comes to an argument.
    pub(super) fn given_by_api(&self, site: Site, position: ArgPos) -> Option<Credential> {
        if self.sources().is_empty() {
            return None;
        }
        let value = self.values.argument_value(site, position)?;
        let values: &'p Values<'p, 'a> = self.values;
        let flow = self
            .second
            .flow
            .get_or_init(|| Flow::new(values, None, Limits::second_look()));
        let answer = flow.into_value(site, value, &Given(self.values.apis()));
        let found = answer.found.first()?;
        let program = self.program();
        let Some(Op::Call { target, .. }) = program.body(found.source.func).op(found.source.op)
        else {
            return None;
        };
        let kind = giver(self.values.apis(), *target)?.artifact?;
        Some(Credential {
            kind,
            strong: true,
            how: format!("`{}` gives it", program.method_path(*target)),
            source: Some(found.source),
        })
    }

    fn sources(&self) -> &[FuncId] {
        self.second.sources.get_or_init(|| {
            let program = self.program();
            let mut funcs: Vec<FuncId> = self
                .values
                .apis()
                .symbols()
                .into_iter()
                .filter(|(method, _)| giver(self.values.apis(), *method).is_some())
                .flat_map(|(method, _)| program.calls.row(method.0))
                .filter(|func| !self.graph().is_library_func(*func))
                .collect();
            funcs.sort_unstable();
            funcs.dedup();
            funcs
        })
    }
}
