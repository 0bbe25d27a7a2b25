//! The text of a settings file, as the AWS SDK's parser takes it. The replaced SDK reads some files that this parser refuses:
//! with a byte order mark, or with blanks before a section or a property.

const COMMENTS: &[char] = &['#', ';'];

/// The text of a file. Fails with the number of the first line that is not UTF-8.
pub(super) fn decode(bytes: Vec<u8>) -> Result<String, usize> {
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = error.as_bytes().iter().take(valid);
        before.filter(|byte| **byte == b'\n').count() + 1
    })?;
    Ok(unindent(text.strip_prefix('\u{feff}').unwrap_or(&text)))
}

/// What the replaced SDK removes, by JavaScript's `trim`.
fn is_blank(character: char) -> bool {
    character != '\n' && (character.is_whitespace() || character == '\u{feff}')
}

/// The same lines without the blanks before sections, properties and comments. Sub-properties, below a property without a
/// value, keep theirs, and so do lines that continue a value.
fn unindent(text: &str) -> String {
    let mut unindented = String::with_capacity(text.len());
    // The indentation of the property without a value that stands above.
    let mut parent = None;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_start_matches(is_blank);
        let indentation = line.len() - trimmed.len();
        let is_nested = parent.is_some_and(|parent| indentation > parent);
        let property = trimmed.split_once('=').map(|(_, value)| value.trim());
        let is_own = if trimmed.starts_with('[') {
            true
        } else {
            !is_nested && property.is_some()
        };
        if is_own {
            parent = property
                .filter(|value| value.is_empty() || value.starts_with(COMMENTS))
                .map(|_| indentation);
        }
        let stays = !is_own && !trimmed.starts_with(COMMENTS);
        unindented.push_str(if stays { line } else { trimmed });
    }
    unindented
}

#[cfg(test)]
mod tests {
    use super::decode;

    fn decoded(text: &str) -> String {
        decode(text.as_bytes().to_vec()).unwrap()
    }

    #[test]
    fn blanks_before_sections_properties_and_comments_are_removed() {
        assert_eq!(
            decoded("\u{feff}  [default]\r\n\t\u{a0}a = b\r\n  # c = d\r\n ; e\r\nf = g"),
            "[default]\r\na = b\r\n# c = d\r\n; e\r\nf = g"
        );
    }

    #[test]
    fn sub_properties_and_continued_values_keep_their_blanks() {
        for nested in [
            "[services local]\ncognito =\n  endpoint_url = http://a\n  x = y\nb = c\n",
            "[default]\ns3 = # none\n  a = b\n",
            "[default]\na = b\n  continued\n",
        ] {
            assert_eq!(decoded(nested), nested);
        }
        assert_eq!(
            decoded("  [default]\n  a =\n    b = c\n  d = e\n"),
            "[default]\na =\n    b = c\nd = e\n"
        );
        assert_eq!(
            decoded("[a]\nb =\n  [c]\n  d = e\n"),
            "[a]\nb =\n[c]\nd = e\n"
        );
    }

    #[test]
    fn the_first_line_that_is_not_utf8_is_counted() {
        assert_eq!(decode(b"a\nb\n# caf\xe9\n\xff".to_vec()), Err(3));
        assert_eq!(decode(b"\xff\xfea\0".to_vec()), Err(1));
        assert_eq!(decode(Vec::new()), Ok(String::new()));
    }
}
