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
    if text.iter().all(u8::is_ascii_hexdigit)
        && !(any(u8::is_ascii_uppercase) && any(u8::is_ascii_lowercase))
    {
        return if text.iter().all(u8::is_ascii_digit) { 10.0 } else { 16.0 };
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
    // Tokens and passwords of RFC 6749, 6750 and 7519, copied into many a text.
    const PUBLISHED: [&[u8]; 8] = [
        b"2YotnFZFEjr1zCsicMWpAA",
        b"tGzv3JOkF0XG5Qx2TlKWIA",
        b"SplxlOBeZQQYbYS6WxSbIA",
        b"czZCaGRSa3F0MzpnWDFmQmF0M2JW",
        b"7Fjfp0ZBr1KtDRbnfVdmIw",
        b"mF_9.B5f-4.1JqM",
        b"gX1fBat3bV",
        b"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    ];
    if PUBLISHED.iter().any(|it| text.windows(it.len()).any(|part| part == *it)) {
        return true;
    }
    let folded = text.to_ascii_lowercase();
    let says = |word: &&[u8]| folded.windows(word.len()).any(|it| it == *word);
    let mut counts = [0_usize; 256];
    for &byte in &folded {
        counts[usize::from(byte)] += 1;
    }
    let distinct = counts.iter().filter(|&&it| it > 0).count();
    WORDS.iter().any(says)
        || longest_run(&folded, 0) >= 5
        || longest_run(&folded, 1) >= 6
        || longest_run(&folded, -1) >= 6
        || (text.len() >= 16 && distinct < 6)
        || (text.len() >= 16 && is_periodic(&folded))
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
///
/// The table holds, for each letter, those that commonly follow it in English
/// words and identifiers: about 40 % of all pairs, so that random letters score
/// low and words high.
pub(super) fn is_wordy(text: &[u8]) -> bool {
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
    pairs >= 3 && pairs * 3 >= text.len() && common * 100 >= pairs * 72
}

/// How many of the kinds lower case, upper case, digits and others are in it.
pub(super) fn kinds(text: &[u8]) -> usize {
    let is: [fn(&u8) -> bool; 4] =
        [u8::is_ascii_lowercase, u8::is_ascii_uppercase, u8::is_ascii_digit, |it| {
            !it.is_ascii_alphanumeric()
        }];
    is.iter().filter(|is| text.iter().any(*is)).count()
}
