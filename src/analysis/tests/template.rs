//! How texts with holes relate.

use crate::analysis::template::{Overlap, Template};

fn template(text: &str) -> Template {
    let mut template = Template::default();
    for (index, part) in text.split("{?}").enumerate() {
        if index > 0 {
            template.push_hole();
        }
        template.push_literal(part);
    }
    template
}

fn relate(a: &str, b: &str) -> Overlap {
    let (a, b) = (template(a), template(b));
    let found = a.overlap(&b);
    assert_eq!(b.overlap(&a), found, "{a} and {b}, the other way round");
    found
}

#[test]
fn texts_are_the_same_only_when_nothing_is_left_open() {
    for (a, b) in [
        ("token", "token"),
        ("", ""),
        ("token_{?}", "token_{?}"),
        ("{?}/session/{?}", "{?}/session/{?}"),
    ] {
        assert_eq!(relate(a, b), Overlap::Same, "{a} and {b}");
    }
    for (a, b) in [
        ("{?}", "{?}"),
        ("{?}", ""),
        ("token_{?}", "token_{?}_{?}"),
        ("token_{?}", "{?}_token"),
        ("a{?}c", "abc"),
        ("a{?}c", "a{?}bc"),
    ] {
        assert_eq!(relate(a, b), Overlap::May, "{a} and {b}");
    }
}

#[test]
fn beginnings_and_ends_tell_texts_apart() {
    for (a, b) in [
        ("token", "Token"),
        ("token", "tokens"),
        ("token_{?}", "user_{?}"),
        ("{?}_token", "{?}_name"),
        ("user/{?}/token", "user/1/name"),
    ] {
        assert_eq!(relate(a, b), Overlap::Disjoint, "{a} and {b}");
    }
}

#[test]
fn a_hole_does_not_take_text_away() {
    for (a, b) in [
        // Shorter than what is known.
        ("token_{?}", "token"),
        ("a{?}", ""),
        ("{?}_token", "token"),
        // A beginning and an end that would have to be the same letters.
        ("to{?}token", "token"),
        // Text between two holes.
        ("{?}/session/{?}", "user/1"),
    ] {
        assert_eq!(relate(a, b), Overlap::Disjoint, "{a} and {b}");
    }
}

#[test]
fn pieces_join_to_the_shortest_form() {
    let mut long = template("a");
    long.append(&template("b{?}"));
    long.push_hole();
    long.push_literal("");
    long.append(&Template::hole());
    assert_eq!(long, template("ab{?}"));
    assert_eq!(long.to_string(), "ab{?}");
    assert_eq!(long.as_literal(), None);
    assert_eq!(template("").as_literal(), Some(""));
    assert!(Template::hole().is_unknown() && !long.is_unknown());
}
