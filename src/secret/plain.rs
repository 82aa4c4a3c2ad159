//! Tells what is random from what a person wrote to be read.

/// Shannon's entropy of a text, as a share of what a random text of its length
/// could have over its alphabet: 0 to about 1.
pub(super) fn randomness(text: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    for &byte in text {
        counts[usize::from(byte)] += 1;
    }
    let len = f64::from(u32::try_from(text.len()).unwrap_or(u32::MAX));
    let mut entropy = 0.0;
    for &count in counts.iter().filter(|&&it| it > 0) {
        let share = f64::from(count) / len;
        entropy -= share * share.log2();
    }
    let most = alphabet(text).min(len).max(2.0).log2();
    entropy / most
}

/// How many bits a token could have, its prefix left out.
pub(super) fn bits(token: &[u8]) -> f64 {
    let len = u32::try_from(token.len().saturating_sub(4)).unwrap_or(u32::MAX);
    f64::from(len) * alphabet(token).max(1.0).log2()
}

/// How large the alphabet seems that a text is written in.
fn alphabet(text: &[u8]) -> f64 {
    let any = |is: fn(&u8) -> bool| text.iter().any(is);
    if text.iter().all(u8::is_ascii_hexdigit) {
        let both = any(u8::is_ascii_uppercase) && any(u8::is_ascii_lowercase);
        let digits = text.iter().all(u8::is_ascii_digit);
        return if digits {
            10.0
        } else if both {
            22.0
        } else {
            16.0
        };
    }
    let mut size = 0.0;
    for (is, count) in [
        (u8::is_ascii_lowercase as fn(&u8) -> bool, 26.0),
        (u8::is_ascii_uppercase, 26.0),
        (u8::is_ascii_digit, 10.0),
        (u8::is_ascii_punctuation, 4.0),
    ] {
        size += if any(is) { count } else { 0.0 };
    }
    size
}

/// Whether a text is an obvious stand-in: repeated or sequential characters, or
/// words that say so.
pub(super) fn is_placeholder(text: &[u8]) -> bool {
    const WORDS: [&[u8]; 26] = [
        b"example",
        b"changeme",
        b"change_me",
        b"change-me",
        b"replace",
        b"placeholder",
        b"dummy",
        b"your_",
        b"your-",
        b"xxxx",
        b"sample",
        b"fake",
        b"secret_here",
        b"redacted",
        b"todo",
        b"insert",
        b"not-a-",
        b"notareal",
        b"not_a_",
        b"foobar",
        b"lorem",
        b"1234567",
        b"abcdef",
        b"deadbeef",
        b"testtest",
        b"yourtoken",
    ];
    // Tokens and passwords of RFC 5849, 6749, 6750 and 7519, copied into many a
    // text.
    const PUBLISHED: [&[u8]; 10] = [
        b"ad180jjd733klru7",
        b"kkk9d7dh3k39sjv7",
        b"2YotnFZFEjr1zCsicMWpAA",
        b"tGzv3JOkF0XG5Qx2TlKWIA",
        b"SplxlOBeZQQYbYS6WxSbIA",
        b"czZCaGRSa3F0MzpnWDFmQmF0M2JW",
        b"7Fjfp0ZBr1KtDRbnfVdmIw",
        b"mF_9.B5f-4.1JqM",
        b"gX1fBat3bV",
        b"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    ];
    let folded = text.to_ascii_lowercase();
    if longest_run(&folded, 0) >= 5
        || longest_run(&folded, 1) >= 6
        || longest_run(&folded, -1) >= 6
        || is_interleaved(&folded)
        || (text.len() >= 16 && (is_periodic(&folded) || distinct(&folded) < 6))
    {
        return true;
    }
    PUBLISHED.iter().any(|it| holds(text, it)) || WORDS.iter().any(|it| holds(&folded, it))
}

/// Whether letters and digits, each by themselves, go up one by one: `a1b2c3d4e5`.
fn is_interleaved(text: &[u8]) -> bool {
    let only = |is: fn(&u8) -> bool| text.iter().copied().filter(is).collect::<Vec<u8>>();
    let rises = |is| longest_run(&only(is), 1) >= 5;
    rises(u8::is_ascii_digit) && rises(u8::is_ascii_alphabetic)
}

/// How many different bytes are in a text.
fn distinct(text: &[u8]) -> usize {
    let mut seen = [false; 256];
    for &byte in text {
        seen[usize::from(byte)] = true;
    }
    seen.iter().filter(|&&it| it).count()
}

/// Whether `part` stands in a short text. Most places fall at the first byte.
fn holds(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|it| it.first() == part.first() && it == part)
}

/// The longest stretch in which each byte is the last one plus `step`.
fn longest_run(text: &[u8], step: i16) -> usize {
    let mut longest = 1;
    let mut run = 1;
    for pair in text.windows(2) {
        run = if i16::from(pair[0]) + step == i16::from(pair[1]) { run + 1 } else { 1 };
        longest = longest.max(run);
    }
    longest
}

/// Whether a text is one short text over and over.
fn is_periodic(text: &[u8]) -> bool {
    (1..=text.len() / 2).any(|period| text[period..] == text[..text.len() - period])
}

/// Whether most of a text's letters follow each other as in words.
pub(super) fn is_wordy(text: &[u8]) -> bool {
    let (common, pairs) = pairs(text);
    pairs >= 3 && pairs * 3 >= text.len() && common * 100 >= pairs * 72
}

/// As [`is_wordy`], and chance does not do that to random letters: their common
/// pairs are two and a half standard deviations from the mean at most.
pub(super) fn is_surely_wordy(text: &[u8]) -> bool {
    let (common, pairs) = pairs(text);
    let [common, pairs] =
        [common, pairs].map(|it| f64::from(u32::try_from(it).unwrap_or(u32::MAX)));
    is_wordy(text) && common >= 0.4 * pairs + 2.5 * (0.24 * pairs).sqrt()
}

/// How many pairs of letters are common in words, and how many there are.
///
/// The table holds, for each letter, those that commonly follow it in English
/// words and identifiers: about 40 % of all pairs, so that random letters score
/// low and words high.
fn pairs(text: &[u8]) -> (usize, usize) {
    const AFTER: [&[u8]; 26] = [
        b"bcdgilmnprstuvy",
        b"aeiloruy",
        b"aehikloqrtu",
        b"adeiorsuy",
        b"acdeflmnpqrstvwxy",
        b"aefilortu",
        b"aeghilnoru",
        b"aeiortuy",
        b"abcdefglmnoprstvz",
        b"aeosu",
        b"einsy",
        b"adefiklmopstuvy",
        b"abeimopsuy",
        b"acdefgiknostuy",
        b"abcdfgiklmnoprstuvw",
        b"aehiloprstu",
        b"u",
        b"acdeiklmnoprstuvy",
        b"aceehiklmopqstuwy",
        b"aehioprstuwy",
        b"abcdegilmnprst",
        b"aeio",
        b"aehinors",
        b"aceipt",
        b"aelmopst",
        b"aeioz",
    ];
    let mut pairs = 0_usize;
    let mut common = 0_usize;
    for pair in text.windows(2) {
        let [one, two] = [pair[0], pair[1]];
        let hump = one.is_ascii_lowercase() && two.is_ascii_uppercase();
        if one.is_ascii_alphabetic() && two.is_ascii_alphabetic() && !hump {
            pairs += 1;
            let after = AFTER[usize::from(one.to_ascii_lowercase() - b'a')];
            common += usize::from(after.contains(&two.to_ascii_lowercase()));
        }
    }
    (common, pairs)
}

/// How many of the kinds lower case, upper case, digits and others are in it.
pub(super) fn kinds(text: &[u8]) -> usize {
    let is: [fn(&u8) -> bool; 4] =
        [u8::is_ascii_lowercase, u8::is_ascii_uppercase, u8::is_ascii_digit, |it| {
            !it.is_ascii_alphanumeric()
        }];
    is.iter().filter(|is| text.iter().any(*is)).count()
}
