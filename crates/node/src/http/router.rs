//! The table of contents of the surface: one line a route.

use super::ask::*;
use super::health::{Health, healthy};
use super::metrics::metrics;
use super::route::Method::{Delete, Post, Put};
use super::route::{Route, ask, deed, keep, raw, view};
use super::show;
use super::{Surface, events, keeping, metrics as figures};
use axum::extract::State;
use axum::http::header;
use axum::routing::get;

/// Every route.
pub fn routes() -> Vec<Route> {
    let mut routes = of_the_watch();
    routes.extend(of_the_house());
    routes
}

/// What desks do on lines, and what they see.
#[rustfmt::skip]
fn of_the_watch() -> Vec<Route> {
    vec![
        raw("/healthy", "Whether the node does its work", "application/json", get(healthy)).showing::<Health>().open(),
        raw("/metrics", "Figures for Prometheus", figures::MEDIA, get(metrics)).open(),
        raw("/openapi.json", "This description", "application/json", get(openapi)).open(),
        raw("/v1/events", "Durable facts as server-sent events", "text/event-stream", get(events::stream)),
        view("/v1/node", "This party, its desks, its clock", &[], show::node),

        view("/v1/operations", "Operations of this party", &[], show::operations),
        ask::<Plan>(Post, "/v1/operations", "Files an operation as draft"),
        ask::<Plan>(Put, "/v1/operations/{id}", "Plans an operation anew"),
        ask::<Scrap>(Delete, "/v1/operations/{id}", "Takes an operation off the books"),
        ask::<Contingent>(Post, "/v1/operations/{id}/contingent", "Marks an operation as contingent"),

        view("/v1/notices", "Notices, own and peers'", &["line", "author", "open"], show::notices),
        view("/v1/lines/{line}/notices/{author}/{id}", "One notice with all its versions", &[], show::notice),
        ask::<Notify>(Post, "/v1/lines/{line}/notices", "Gives notice of an operation"),
        ask::<Amend>(Post, "/v1/lines/{line}/notices/{id}/amend", "States the operation as planned now"),
        ask::<Withdraw>(Post, "/v1/lines/{line}/notices/{id}/withdraw", "It will not take place"),
        ask::<Activate>(Post, "/v1/lines/{line}/notices/{id}/activate", "It has begun"),
        ask::<AllClear>(Post, "/v1/lines/{line}/notices/{id}/all-clear", "What we do there is over"),
        ask::<End>(Post, "/v1/lines/{line}/notices/{id}/end", "It is over and will not resume"),
        ask::<Proceed>(Post, "/v1/lines/{line}/notices/{id}/proceed", "Going on in spite of an objection"),
        ask::<Open>(Post, "/v1/lines/{line}/notices/{id}/open", "A desk opened the peer's notice"),
        ask::<ReadBack>(Post, "/v1/lines/{line}/notices/{id}/read-back", "Place and time as the desk read them"),
        ask::<AnswerNotice>(Post, "/v1/lines/{line}/notices/{id}/answer", "Answers the peer's notice"),
        ask::<Told>(Post, "/v1/lines/{line}/notices/{id}/told", "Who of our own was told"),

        view("/v1/exposure", "Own or protected in or near danger, by time to act", &[], show::exposure),
        view("/v1/conflicts", "Closer to an own operation or zone than required", &[], show::conflicts),
        view("/v1/hazards", "Secondary hazards of both sides", &[], show::hazards),
        view("/v1/hazards/at", "What is known of danger at a place", &["lat_nd", "lon_nd", "low_mm", "high_mm", "datum", "at_us"], show::hazards_at),
        ask::<WarnHazard>(Post, "/v1/lines/{line}/hazards", "Warns of a danger"),
        ask::<HazardOver>(Post, "/v1/lines/{line}/hazards/{id}/over", "Our hazard is over"),
        ask::<CloseHazard>(Post, "/v1/lines/{line}/hazards/{id}/close", "Closes the peer's hazard for our traffic"),

        view("/v1/stops", "CEASE and CHECK FIRE of both sides", &[], show::stops),
        ask::<Cease>(Post, "/v1/lines/{line}/cease", "CEASE, to every desk at once"),
        ask::<CheckFire>(Post, "/v1/lines/{line}/check-fire", "CHECK FIRE, to every desk at once"),
        ask::<AnswerStop>(Post, "/v1/lines/{line}/stops/{id}/answer", "Answers the peer's CEASE or CHECK FIRE"),
        view("/v1/lines/{line}/messages", "Dialogues on a line", &[], show::messages),
        ask::<Say>(Post, "/v1/lines/{line}/messages", "One message"),
        view("/v1/lines/{line}/voice", "Accounts of calls on a line", &[], show::voice),
        ask::<LogVoice>(Post, "/v1/lines/{line}/voice", "One side's account of a call"),
        ask::<AnswerVoice>(Post, "/v1/lines/{line}/voice/{id}/answer", "Answers the peer's account"),

        view("/v1/alarms", "The queue, by time to act", &[], show::alarms),
        ask::<AckAlarm>(Post, "/v1/alarms/{id}/ack", "Acknowledges an alarm"),
        ask::<ShelveAlarm>(Post, "/v1/alarms/{id}/shelve", "Shelves an alarm for a limited time"),
        view("/v1/hand-overs", "Watches handed over", &[], show::hand_overs),
        ask::<HandOver>(Post, "/v1/hand-overs", "Hands the watch over"),
    ]
}

/// What the party files at home, and how its node is kept.
#[rustfmt::skip]
fn of_the_house() -> Vec<Route> {
    vec![
        view("/v1/zones", "Standing volumes of this party", &[], show::zones),
        ask::<AddZone>(Post, "/v1/zones", "Files a zone"),
        ask::<RemoveZone>(Delete, "/v1/zones/{id}", "Removes a zone"),
        view("/v1/people", "People and sites in this party's care", &[], show::people),
        ask::<AddPeople>(Post, "/v1/people", "Files people or a site"),
        ask::<RemovePeople>(Delete, "/v1/people/{id}", "Removes them"),
        view("/v1/positions", "Declared positions of own aircraft", &[], show::positions),
        ask::<DeclarePosition>(Put, "/v1/positions/{id}", "Declares where an own aircraft is"),
        ask::<DropTrack>(Delete, "/v1/positions/{id}", "It is down or out of the area"),

        view("/v1/lines", "Lines and how they stand", &[], show::lines),
        deed(Post, "/v1/lines", "Joins a line with an invitation", keeping::join),
        raw("/v1/lines/{line}/bundle", "Both logs of a line as an evidence file", keeping::BUNDLE_MEDIA, get(keeping::bundle)),
        view("/v1/lines/{line}/statistics", "What each side did on a line, in figures", &[], show::statistics),
        view("/v1/lines/{line}/terms", "What each side signed, and whether it is in force", &[], show::terms),
        ask::<SignTerms>(Post, "/v1/lines/{line}/terms", "Signs terms"),
        ask::<ConfirmWords>(Post, "/v1/lines/{line}/words", "Confirms the six words"),
        keep(Post, "/v1/lines/{line}/epoch", "Signs the new epoch", show::accept_epoch),
        view("/v1/invitations", "Invitations that wait", &[], show::invitations),
        deed(Post, "/v1/invitations", "Makes an invitation", keeping::invite),
        keep(Delete, "/v1/invitations/{line}", "Withdraws an invitation", show::uninvite),
        view("/v1/tokens", "Tokens, without their secrets", &[], show::tokens),
        deed(Post, "/v1/tokens", "Makes a token; shows its secret once", keeping::add_token),
        keep(Delete, "/v1/tokens/{id}", "Revokes a token", show::revoke_token),
        deed(Post, "/v1/backups", "Makes a backup in a new folder", keeping::back_up),
    ]
}

async fn openapi(State(surface): State<Surface>) -> ([(header::HeaderName, &'static str); 1], String) {
    (
        [(header::CONTENT_TYPE, "application/json")],
        surface.openapi.to_string(),
    )
}
