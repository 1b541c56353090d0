//! Terms do not grow while commits stand still. [`crate::check::progress`] judges it, when `mend`
//! asks.

use super::case::Property;

pub(super) const PROPERTY: Property = Property {
    name: "terms-settle",
    says: "once all faults have ended, elections do not raise the term again and again while \
           nothing is committed; judged only by `mend`",
    section: "§5.2",
};
