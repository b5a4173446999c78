//! From a step to a request, by what the reference says stands.

use crate::details::{with_room_for, within};
use crate::history::History;
use crate::steps::{AreaPut, Ask, Hears, Step, Version};
use crate::world::{self, STATES, URLS, USSS};
use pool::call::{Attach, PutArea, PutConstraint, PutIntent, PutSubscription};
use pool::entity::{Subscription, Wants};
use pool::ids::{EntityId, Manager};
use pool::{Call, Request};

impl History {
    /// The request, if the step is one.
    pub(crate) fn request(&mut self, step: &Step) -> Option<Request> {
        let who = self.who(step);
        let call = self.call_of(&step.ask, &who)?;
        Some(Request {
            manager: who,
            may_be_off_nominal: step.may_be_off_nominal,
            fresh: self.draw(),
            call,
        })
    }

    /// The manager of what is asked for, if the step says so and it stands, or of what has the same id.
    fn who(&self, step: &Step) -> Manager {
        let model = &self.model;
        let manager = match &step.ask {
            Ask::GetIntent(id) | Ask::PutIntent { id, .. } | Ask::DeleteIntent(id, _) => {
                let id = self.id(*id);
                let intent = model.intents.iter().find(|one| one.id == id);
                let namesake = self.subscription(id).map(|one| &one.manager);
                intent.map(|one| &one.manager).or(namesake)
            }
            Ask::GetConstraint(id) | Ask::PutConstraint(id, ..) | Ask::DeleteConstraint(id, _) => {
                let id = self.id(*id);
                model
                    .constraints
                    .iter()
                    .find(|one| one.id == id)
                    .map(|one| &one.manager)
            }
            Ask::GetSubscription(id) | Ask::PutSubscription { id, .. } | Ask::DeleteSubscription(id, _) => {
                self.subscription(self.id(*id)).map(|one| &one.manager)
            }
            Ask::PutArea(AreaPut { id, .. }) | Ask::DeleteArea(id, _) => {
                let one = model.areas.iter().find(|one| one.id == world::area_id(*id));
                one.map(|one| &one.owner)
            }
            Ask::PutAreaSubscription(AreaPut { id, .. }) | Ask::DeleteAreaSubscription(id, _) => {
                self.area_subscription(*id).map(|one| &one.owner)
            }
            _ => None,
        };
        if let (Ask::PutAreaSubscription(AreaPut { greedy: true, .. }), None) = (&step.ask, manager) {
            return world::manager(0);
        }
        let manager = manager.filter(|_| step.as_manager);
        manager.cloned().unwrap_or_else(|| world::manager(step.who))
    }

    fn call_of(&mut self, ask: &Ask, who: &Manager) -> Option<Call> {
        Some(match ask {
            Ask::QueryIntents(area) => Call::QueryIntents {
                area: self.extent(area),
            },
            Ask::GetIntent(id) => Call::GetIntent { id: self.id(*id) },
            Ask::PutIntent { .. } => Call::PutIntent(Box::new(self.put_intent(ask, who)?)),
            Ask::DeleteIntent(id, version) => {
                let id = self.id(*id);
                let ovn = self.intent_ovn(id, *version).unwrap_or_default();
                Call::DeleteIntent { id, ovn }
            }
            Ask::QueryConstraints(area) => Call::QueryConstraints {
                area: self.extent(area),
            },
            Ask::GetConstraint(id) => Call::GetConstraint { id: self.id(*id) },
            Ask::PutConstraint(id, version, extent) => Call::PutConstraint(Box::new(PutConstraint {
                id: self.id(*id),
                ovn: self.constraint_ovn(self.id(*id), *version),
                extent: self.extent(extent),
                base_url: URLS[usize::from(*id) % URLS.len()].to_owned(),
            })),
            Ask::DeleteConstraint(id, version) => {
                let id = self.id(*id);
                let ovn = self.constraint_ovn(id, *version).unwrap_or_default();
                Call::DeleteConstraint { id, ovn }
            }
            Ask::QuerySubscriptions(area) => Call::QuerySubscriptions {
                area: self.extent(area),
            },
            Ask::GetSubscription(id) => Call::GetSubscription { id: self.id(*id) },
            Ask::PutSubscription { .. } => Call::PutSubscription(Box::new(self.put_subscription(ask)?)),
            Ask::DeleteSubscription(id, version) => {
                let id = self.id(*id);
                let version = self.subscription_version(id, *version).unwrap_or_default();
                Call::DeleteSubscription { id, version }
            }
            Ask::GetAvailability(uss) => Call::GetAvailability {
                uss: USSS[usize::from(*uss)].to_owned(),
            },
            Ask::SetAvailability(uss, version, availability) => Call::SetAvailability {
                uss: USSS[usize::from(*uss)].to_owned(),
                availability: *availability,
                old_version: self.uss_version(USSS[usize::from(*uss)], *version),
            },
            Ask::Report => Call::Report {
                text: "{}".to_owned(),
            },
            Ask::Evict { .. } => return None,
            of_f3411 => self.call_of_f3411(of_f3411),
        })
    }

    fn call_of_f3411(&self, ask: &Ask) -> Call {
        let version = |id: &u8, version: &Version| self.area_version(ask, *id, *version).unwrap_or_default();
        match ask {
            Ask::GetArea(id) => Call::GetArea {
                id: world::area_id(*id),
            },
            Ask::SearchAreas(area) => Call::SearchAreas {
                area: self.extent(area),
            },
            Ask::PutArea(put) => Call::PutArea(Box::new(self.put_area(ask, put))),
            Ask::DeleteArea(id, which) => Call::DeleteArea {
                id: world::area_id(*id),
                version: version(id, which),
            },
            Ask::SearchAreaSubscriptions(area) => Call::SearchAreaSubscriptions {
                area: self.extent(area),
            },
            Ask::GetAreaSubscription(id) => Call::GetAreaSubscription {
                id: world::area_id(*id),
            },
            Ask::PutAreaSubscription(put) => Call::PutAreaSubscription(Box::new(self.put_area(ask, put))),
            Ask::DeleteAreaSubscription(id, which) => Call::DeleteAreaSubscription {
                id: world::area_id(*id),
                version: version(id, which),
            },
            other => panic!("{other:?} is not of F3411"),
        }
    }

    fn put_area(&self, ask: &Ask, put: &AreaPut) -> PutArea {
        let id = world::area_id(put.id);
        let mut extent = self.extent(&put.extent);
        let standing = self.model.areas.iter().find(|one| one.id == id);
        if let (Some(standing), true) = (standing, put.same_start) {
            extent.start_us = Some(standing.span.start_us);
        }
        if put.greedy && matches!(ask, Ask::PutAreaSubscription(_)) {
            (extent.start_us, extent.end_us) = (None, None);
            extent.cells = world::cells(put.extent.cells | 1);
        }
        PutArea {
            id,
            version: self.area_version(ask, put.id, put.version),
            extent,
            url: URLS[usize::from(put.url)].to_owned(),
        }
    }

    fn put_intent(&mut self, ask: &Ask, who: &Manager) -> Option<PutIntent> {
        let Ask::PutIntent {
            id,
            version,
            extent,
            fits,
            key,
            state,
            attach,
            suffix,
        } = ask
        else {
            return None;
        };
        let id = self.id(*id);
        let ovn = self.intent_ovn(id, *version);
        let first = ovn.is_none() && *fits && *state != 4;
        let attach = self.attach(*attach, id, who);
        let mut extent = self.extent(extent);
        if let (Attach::To(to), true) = (&attach, *fits && attach != Attach::To(id)) {
            extent = self
                .subscription(*to)
                .map_or(extent.clone(), |one| within(extent, one));
        }
        Some(PutIntent {
            id,
            ovn,
            extent,
            key: self.key(*key),
            state: STATES[if first { 0 } else { usize::from(*state) }],
            base_url: URLS[0].to_owned(),
            attach,
            ovn_suffix: self.suffix(*suffix, id),
        })
    }

    fn put_subscription(&mut self, ask: &Ask) -> Option<PutSubscription> {
        let Ask::PutSubscription {
            id,
            version,
            extent,
            fits,
            intents,
            constraints,
            url,
        } = ask
        else {
            return None;
        };
        let id = self.id(*id);
        let version = self.subscription_version(id, *version);
        let mut extent = self.extent(extent);
        if *fits {
            let dependents = self
                .model
                .intents
                .iter()
                .filter(|one| one.subscription == Some(id));
            extent = dependents.fold(extent, with_room_for);
        }
        Some(PutSubscription {
            id,
            version,
            extent,
            base_url: URLS[usize::from(*url)].to_owned(),
            wants: Wants {
                intents: *intents,
                constraints: *constraints,
            },
        })
    }

    fn attach(&self, hears: Hears, id: EntityId, who: &Manager) -> Attach {
        match hears {
            Hears::Nothing => Attach::Nothing,
            Hears::Both => Attach::Both,
            Hears::ToNamesake => Attach::To(id),
            Hears::ToNone => Attach::To(world::fresh(u64::MAX)),
            Hears::New { url, constraints } => Attach::New {
                base_url: URLS[usize::from(url)].to_owned(),
                constraints,
            },
            Hears::To { which, own } => {
                let all = &self.model.subscriptions;
                let may = |one: &&Subscription| one.manager == *who && one.span.end_us >= self.now;
                let some: Vec<_> = all.iter().filter(|one| !own || may(one)).collect();
                let nth = usize::from(which).checked_rem(some.len());
                nth.map_or(Attach::Nothing, |nth| Attach::To(some[nth].id))
            }
        }
    }
}
