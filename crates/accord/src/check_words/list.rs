//! The list. Its order is part of the format: changing one word changes what is read aloud
//! on every line, so both ends must change together.

/// 256 words of four to seven letters; no two share their first three letters, and none is
/// less than three letters away from another, so that a word half heard is not another
/// word. None means anything in the trade.
#[rustfmt::skip]
pub(super) const WORDS: [&str; 256] = [
    "acorn", "album", "alpine", "amber", "anchor", "angle", "apron", "arcade", "artist", "ashtray", "aspen",
    "atlas", "attic", "avenue", "awning", "badge", "baker", "bamboo", "banana", "barley", "beacon",
    "beetle", "belfry", "bench", "bicycle", "biscuit", "blanket", "blossom", "bonnet", "boulder", "breeze",
    "brush", "bubble", "bucket", "buffalo", "butler", "cabin", "cactus", "camel", "canary", "cargo",
    "castle", "cedar", "cement", "chalk", "cheese", "chimney", "cinema", "circus", "clock", "cobalt",
    "cocoa", "coffee", "compass", "copper", "cousin", "cradle", "cream", "cricket", "crown", "crystal",
    "cuckoo", "curtain", "daisy", "dancer", "denim", "desert", "diamond", "dolphin", "domino", "donkey",
    "dragon", "drum", "duchess", "dustpan", "eclipse", "elbow", "elder", "emerald", "engine", "fabric",
    "falcon", "farmer", "feather", "fennel", "ferry", "fiddle", "finger", "flask", "flint", "flute",
    "foliage", "forest", "fossil", "freckle", "fruit", "furnace", "gallery", "garden", "gazelle", "giant",
    "giraffe", "glacier", "glove", "goblet", "granite", "guitar", "helmet", "hickory", "iceberg", "igloo",
    "indigo", "iris", "island", "ivory", "jaguar", "jasmine", "jelly", "jersey", "jewel", "jigsaw",
    "juniper", "kayak", "kidney", "kimono", "kitchen", "koala", "lace", "ladder", "lagoon", "lantern",
    "laptop", "laundry", "lemon", "lentil", "leopard", "letter", "library", "lilac", "linen", "lizard",
    "llama", "lobster", "lotus", "magnet", "maple", "marsh", "meadow", "mirror", "mitten", "muffin",
    "museum", "napkin", "nectar", "nickel", "noodle", "nugget", "nutmeg", "nylon", "oasis", "oboe", "ocean",
    "octave", "onion", "opal", "opera", "orange", "orchard", "osprey", "oxygen", "panda", "parrot", "patch",
    "peanut", "pelican", "perfume", "petal", "pickle", "pigeon", "pillow", "plaster", "poem", "poplar",
    "potato", "powder", "prairie", "pretzel", "pudding", "pulley", "pumpkin", "puppet", "puzzle", "python",
    "quail", "quiver", "rabbit", "radish", "raven", "ribbon", "ripple", "ruby", "saffron", "sailor",
    "salad", "scarf", "scooter", "shelf", "shovel", "shrimp", "silver", "sketch", "skunk", "slipper",
    "sofa", "spider", "sponge", "spruce", "stable", "sugar", "swallow", "sweater", "syrup", "tassel",
    "teapot", "temple", "tennis", "thimble", "thunder", "toast", "tractor", "trumpet", "tulip", "tundra",
    "tuxedo", "tweed", "unicorn", "utensil", "vacuum", "vanilla", "vinegar", "violet", "vulture", "waffle",
    "walnut", "whisper", "window", "wolf", "wombat", "wrinkle", "yacht", "yarn", "zebra", "zenith",
    "zigzag", "zinc", "zodiac",
];
