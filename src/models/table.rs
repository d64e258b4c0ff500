//! The compiled tables: what the build script made of `models/`.

use super::schema::{
    ArgPos, ArgRole, ArtifactKind, Backup, ClearScope, EdgeKind, EndpointKind, EventKind, Matching,
    OnError, Order, Protection, Returns, Roles, ServerEffect, StoreKind, Survival, SymbolForm,
    ValueKind, Verification, Weight,
};
use super::{ApiModel, Edge, SdkModel, Target};

include!(concat!(env!("OUT_DIR"), "/models.rs"));
