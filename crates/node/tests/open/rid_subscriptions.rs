//! Subscriptions to identification service areas, in both editions of F3411; and who may do what.

use crate::house::{Heard, House, changed, new_id, without};
use crate::rid::{BOTH, DP, Edition, READ, SP, V1, V2, WRITE, ids, ring, stripped, text, version, vertices};
use serde_json::{Value, json};

fn put(house: &House, edition: &Edition, who: &str, rest: &str, body: &Value) -> Heard {
    edition.on_subscription(house, who, "PUT", rest, body)
}

#[test]
fn one_is_made_read_found_changed_and_ended() {
    for edition in BOTH {
        let (house, id) = (House::new(), new_id());
        let made = put(&house, &edition, "dp", &id, &edition.subscription(47.0)).expect(200);
        let shown = &made["subscription"];
        let mut expected = json!({
            "id": id, "owner": "dp", "version": version(&made, "subscription"), "notification_index": 0,
            "time_start": shown["time_start"], "time_end": shown["time_end"],
        });
        let sent = edition.subscription(47.0);
        let name = if edition.root == V1.root {
            "callbacks"
        } else {
            "uss_base_url"
        };
        expected[name] = sent[name].clone();
        assert_eq!(made, json!({ "subscription": expected, "service_areas": [] }));
        let got = edition
            .on_subscription(&house, "other", "GET", &id, &Value::Null)
            .expect(200);
        assert_eq!(got, json!({ "subscription": shown }));
        let area = format!("area={}", text(&ring(47.0)));
        let found = edition.search_subscriptions(&house, "dp", &area).expect(200);
        assert_eq!(found, json!({ "subscriptions": [shown] }));
        let found = edition.search_subscriptions(&house, "other", &area).expect(200);
        assert_eq!(found, json!({ "subscriptions": [] }));

        let path = format!("{id}/{}", version(&made, "subscription"));
        let second = put(&house, &edition, "dp", &path, &edition.subscription(47.0)).expect(200);
        edition
            .on_subscription(&house, "dp", "DELETE", &path, &Value::Null)
            .refused(409);
        let path = format!("{id}/{}", version(&second, "subscription"));
        let ended = edition
            .on_subscription(&house, "dp", "DELETE", &path, &Value::Null)
            .expect(200);
        assert_eq!(ended["subscription"], second["subscription"]);
        edition
            .on_subscription(&house, "dp", "GET", &id, &Value::Null)
            .refused(404);
    }
}

#[test]
fn whoever_writes_an_area_hears_whom_to_tell_in_either_edition() {
    for (edition, other) in [(V1, V2), (V2, V1)] {
        let (house, area, one) = (House::new(), new_id(), new_id());
        let made = edition
            .on_area(&house, "sp", "PUT", &area, &edition.area(47.0))
            .expect(200);
        let heard = put(&house, &other, "dp", &one, &other.subscription(47.0)).expect(200);
        assert_eq!(ids(&heard, "service_areas"), [area.as_str()]);
        let told = |index: u32| {
            json!([{
                "url": "https://dp.example/rid",
                "subscriptions": [{ "subscription_id": one, "notification_index": index }],
            }])
        };
        let path = format!("{area}/{}", version(&made, "service_area"));
        let away = edition
            .on_area(&house, "sp", "PUT", &path, &edition.area(48.0))
            .expect(200);
        assert_eq!(away["subscribers"], told(1));
        let path = format!("{area}/{}", version(&away, "service_area"));
        let farther = edition
            .on_area(&house, "sp", "PUT", &path, &edition.area(49.0))
            .expect(200);
        assert_eq!(farther["subscribers"], json!([]));
        let path = format!("{area}/{}", version(&farther, "service_area"));
        let back = edition
            .on_area(&house, "sp", "PUT", &path, &edition.area(47.0))
            .expect(200);
        assert_eq!(back["subscribers"], told(2));
        let path = format!("{one}/{}", version(&heard, "subscription"));
        let kept = put(&house, &other, "dp", &path, &other.subscription(47.0)).expect(200);
        assert_eq!(kept["subscription"]["notification_index"], 2);
        let path = format!("{area}/{}", version(&back, "service_area"));
        let ended = edition
            .on_area(&house, "sp", "DELETE", &path, &Value::Null)
            .expect(200);
        assert_eq!(ended["subscribers"], told(3));
    }
}

#[test]
fn refusals_have_the_codes_of_the_reference() {
    for edition in BOTH {
        let (house, id) = (House::new(), new_id());
        let good = edition.subscription(47.0);
        let stale = "1iobe3p3800";
        put(&house, &edition, "dp", &format!("{id}/{stale}"), &good).refused(400);
        let made = put(&house, &edition, "dp", &id, &good).expect(200);
        let current = version(&made, "subscription");
        put(&house, &edition, "dp", &id, &good).refused(409);
        let long = changed(good.clone(), "/extents/time_end", edition.at(24 * 60 + 10));
        for (who, rest, body, status) in [
            ("dp", String::new(), &good, 400),
            ("dp", "notacorrectversion".to_owned(), &good, 400),
            ("dp", stripped(&current), &good, 409),
            ("other", stripped(&current), &good, 409),
            ("other", current.clone(), &good, 403),
            ("other", stale.to_owned(), &long, 400),
        ] {
            let heard = put(&house, &edition, who, &format!("{id}/{rest}"), body);
            assert_eq!(heard.status, status, "{who} {rest}: {}", heard.body);
        }
        for (who, rest, status) in [
            ("dp", String::new(), 400),
            ("dp", "notacorrectversion".to_owned(), 400),
            ("dp", stripped(&current), 409),
            ("other", current.clone(), 403),
            ("dp", current, 200),
        ] {
            let heard = edition.on_subscription(&house, who, "DELETE", &format!("{id}/{rest}"), &Value::Null);
            assert_eq!(heard.status, status, "{who} {rest}: {}", heard.body);
        }
        let gone = format!("{id}/{stale}");
        edition
            .on_subscription(&house, "dp", "DELETE", &gone, &Value::Null)
            .refused(404);
    }
}

#[test]
fn fields_are_checked_each_for_itself() {
    let house = House::new();
    for edition in BOTH {
        for (pointer, to) in [
            (edition.urls[1], json!("")),
            (edition.urls[1], json!(null)),
            (edition.urls[1], json!("http://dp.example")),
            (edition.ring, vertices(&[])),
            (edition.ring, json!(null)),
            ("/extents/time_start", edition.at(-10)),
            ("/extents/time_end", edition.at(-10)),
            ("/extents/time_end", edition.at(24 * 60 + 10)),
            ("/extents", json!(null)),
        ] {
            let body = changed(edition.subscription(47.0), pointer, to);
            put(&house, &edition, "dp", &new_id(), &body).refused(400);
        }
        let timeless = without(edition.subscription(47.0), "/extents/time_start");
        let timeless = without(timeless, "/extents/time_end");
        put(&house, &edition, "dp", &new_id(), &timeless).expect(200);
    }
    put(
        &house,
        &V1,
        "dp",
        &new_id(),
        &without(V1.subscription(47.0), "/callbacks"),
    )
    .refused(400);
}

#[test]
fn the_eleventh_in_a_place_is_429() {
    for edition in BOTH {
        let house = House::new();
        let first = new_id();
        let made = put(&house, &edition, "dp", &first, &edition.subscription(47.0)).expect(200);
        for _ in 1..10 {
            put(&house, &edition, "dp", &new_id(), &edition.subscription(47.0)).expect(200);
        }
        put(&house, &edition, "dp", &new_id(), &edition.subscription(47.0)).refused(429);
        put(&house, &edition, "dp", &new_id(), &edition.subscription(48.0)).expect(200);
        put(&house, &edition, "other", &new_id(), &edition.subscription(47.0)).expect(200);
        let path = format!("{first}/{}", version(&made, "subscription"));
        put(&house, &edition, "dp", &path, &edition.subscription(47.0)).expect(200);
    }
}

#[test]
fn each_call_needs_one_of_its_scopes() {
    let house = House::new();
    let scopes = [READ, WRITE, DP, SP, crate::house::SC];
    let any = "1iobe3p3800";
    for (edition, writes_areas, reads, either) in [(V1, WRITE, READ, [READ, WRITE]), (V2, SP, DP, [DP, SP])] {
        let (areas, subscriptions, id) = (edition.areas_path(), edition.subscriptions_path(), new_id());
        let looks_at_areas: &[&str] = if edition.root == V1.root { &[READ] } else { &either };
        for (method, path, enough) in [
            ("GET", areas.clone(), &[reads][..]),
            ("GET", format!("{areas}/{id}"), looks_at_areas),
            ("PUT", format!("{areas}/{id}"), &[writes_areas]),
            ("PUT", format!("{areas}/{id}/{any}"), &[writes_areas]),
            ("DELETE", format!("{areas}/{id}/{any}"), &[writes_areas]),
            ("GET", subscriptions.clone(), &[reads]),
            ("GET", format!("{subscriptions}/{id}"), &either),
            ("PUT", format!("{subscriptions}/{id}"), &[reads]),
            ("PUT", format!("{subscriptions}/{id}/{any}"), &[reads]),
            ("DELETE", format!("{subscriptions}/{id}/{any}"), &[reads]),
        ] {
            for scope in scopes {
                let heard = house.ask_with("uss1", &[scope], method, &path, &Value::Null);
                let let_in = enough.contains(&scope);
                assert_eq!(
                    heard.status != 403,
                    let_in,
                    "{method} {path} {scope}: {}",
                    heard.body
                );
            }
            house.raw(method, &path, None, None).refused(401);
        }
    }
}

#[test]
fn f3548_and_f3411_share_no_ids() {
    let (house, id) = (House::new(), new_id());
    let intents = crate::house::INTENTS;
    let subscriptions = crate::house::SUBSCRIPTIONS;
    house
        .ask(
            "uss1",
            "PUT",
            &format!("{intents}/{id}"),
            &crate::house::intent(47.0),
        )
        .expect(201);
    let body = crate::house::subscription(47.0);
    house
        .ask("uss1", "PUT", &format!("{subscriptions}/{id}"), &body)
        .expect(200);
    let made = V2.on_area(&house, "sp", "PUT", &id, &V2.area(47.0)).expect(200);
    assert_eq!(made["subscribers"], json!([]));
    put(&house, &V2, "dp", &id, &V2.subscription(47.0)).expect(200);
}
