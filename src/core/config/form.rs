//! What settings must look like: pure predicates.

/// The number that these digits are; of one that is too large for the type, the type's largest.
pub fn whole_number(digits: &str) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}

/// `[\w-]+_[0-9a-zA-Z]+`, at most 55 characters: `UserPoolId` in the API reference of AdminGetUser.
pub(super) fn is_pool_id(text: &str) -> bool {
    text.len() <= 55
        && text.rsplit_once('_').is_some_and(|(prefix, id)| {
            !prefix.is_empty()
                && prefix
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
                && !id.is_empty()
                && id.bytes().all(|b| b.is_ascii_alphanumeric())
        })
}

/// What a text looks like that is no user pool's id.
pub(super) fn pool_look_alike(text: &str) -> Option<&'static str> {
    if text.starts_with("arn:") {
        return Some("This is an ARN. The pool's ID is the part after `userpool/`.");
    }
    let is_identity_pool = text
        .split_once(':')
        .is_some_and(|(region, _)| is_region(region));
    if is_identity_pool {
        return Some(
            "This looks like the ID of an identity pool. User pools are listed apart from them in the Cognito console.",
        );
    }
    let is_hyphenated = text
        .rsplit_once('-')
        .is_some_and(|(region, _)| is_region(region));
    is_hyphenated.then_some(
        "An underscore separates the region from the rest of the ID, and the rest has no hyphen.",
    )
}

/// What a text looks like that is no app client's id.
pub(super) fn client_look_alike(text: &str) -> Option<&'static str> {
    if is_pool_id(text) {
        return Some(
            "This looks like the ID of the user pool. The pool's app clients have IDs of their own.",
        );
    }
    text.contains('-').then_some(
        "The ID of an app client has no hyphen. Its name may have one: pass the client's ID, not its name.",
    )
}

/// `[\w+]+`, at most 128 characters: `ClientId` in the API reference of SignUp.
pub(super) fn is_client_id(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'+')
}

/// Whether a text has the form of the AWS regions: `us-east-1`, `us-gov-west-1`, `us-isob-east-1`, `eusc-de-east-1`. The
/// region becomes a part of the host name whose keys are trusted, and `cognito-idp.s3.amazonaws.com` is anybody's bucket.
///
/// This is wider than the expressions in the AWS SDKs' `partitions.json` only in the names of areas and directions, so that
/// it accepts regions that are opened later.
pub(super) fn is_region(text: &str) -> bool {
    let mut parts = text.split('-');
    let (Some(area), Some(second), Some(third)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let (partition, direction, number) = match parts.next() {
        None => (None, second, third),
        Some(fourth) => (Some(second), third, fourth),
    };
    let has_partition = match partition {
        None | Some("gov" | "iso") => is_word(area, 2..=2),
        // us-isob, eu-isoe, us-isof
        Some(partition) if partition.starts_with("iso") => {
            is_word(area, 2..=2) && is_word(partition, 4..=4)
        }
        Some(country) => area == "eusc" && is_word(country, 2..=2),
    };
    parts.next().is_none()
        && has_partition
        && is_word(direction, 4..=16)
        && (1..=2).contains(&number.len())
        && number.bytes().all(|b| b.is_ascii_digit())
}

fn is_word(text: &str, lengths: std::ops::RangeInclusive<usize>) -> bool {
    lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase())
}

/// Whether a text is a region's name with a mark for FIPS, which older settings have in the place of `AWS_USE_FIPS_ENDPOINT`.
pub fn is_fips(region: &str) -> bool {
    region.starts_with("fips-") || region.ends_with("-fips")
}

/// Whether a text is one label of a host name (RFC 1123, section 2.1): the replaced SDK's check of a region, and the form of
/// emulators' regions.
pub(super) fn is_label(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// What a pool's id begins with: its region, or an emulator's word.
pub(super) fn prefix_of(pool_id: &str) -> Option<&str> {
    pool_id.rsplit_once('_').map(|(prefix, _)| prefix)
}

/// The DNS suffix of the region's partition, as the AWS SDKs' `partitions.json` has it.
pub(super) fn dns_suffix(region: &str) -> &'static str {
    const PARTITIONS: &[(&str, &str)] = &[
        ("cn-", "amazonaws.com.cn"),
        ("eu-isoe-", "cloud.adc-e.uk"),
        ("eusc-", "amazonaws.eu"),
        ("us-iso-", "c2s.ic.gov"),
        ("us-isob-", "sc2s.sgov.gov"),
        ("us-isof-", "csp.hci.ic.gov"),
    ];
    PARTITIONS
        .iter()
        .find(|(prefix, _)| region.starts_with(prefix))
        .map_or("amazonaws.com", |(_, suffix)| suffix)
}

/// Whether a text consists of the characters that keys are made of, and so can be a part of an HTTP header.
pub fn is_visible_ascii(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Whether a text has no control characters, and no blanks around it.
pub(super) fn is_line(text: &str) -> bool {
    text.trim() == text && !text.contains(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::{client_look_alike, dns_suffix, is_label, is_region, pool_look_alike};

    #[test]
    fn ids_of_something_else_are_recognised() {
        let pools = [
            (
                "us-east-1:6d3f2f0b-52b7-4a3f-8a55-6b7dc1e2f5b1",
                "identity pool",
            ),
            (
                "arn:aws:cognito-idp:us-east-1:1:userpool/us-east-1_A",
                "ARN",
            ),
            ("us-east-1-AbCdEfGhI", "underscore"),
        ];
        for (id, sign) in pools {
            assert!(
                pool_look_alike(id).is_some_and(|hint| hint.contains(sign)),
                "{id}"
            );
        }
        for id in ["", "pool", "us-east-1", "us-east-1_a-b", ":", "-"] {
            assert_eq!(pool_look_alike(id), None, "{id}");
        }
        let clients = [
            ("us-east-1_AbCdEfGhI", "user pool"),
            ("my-app", "no hyphen"),
        ];
        for (id, sign) in clients {
            assert!(
                client_look_alike(id).is_some_and(|hint| hint.contains(sign)),
                "{id}"
            );
        }
        assert_eq!(client_look_alike("a b"), None);
    }

    #[test]
    fn regions_have_the_form_of_aws_regions() {
        for region in [
            "us-east-1",
            "ap-southeast-7",
            "mx-central-1",
            "il-central-1",
            "cn-north-1",
            "us-gov-west-1",
            "us-iso-east-1",
            "us-isob-east-1",
            "eu-isoe-west-1",
            "us-isof-south-1",
            "eusc-de-east-1",
            "xx-northwest-12",
        ] {
            assert!(is_region(region), "{region}");
            assert!(is_label(region), "{region}");
        }
    }

    #[test]
    fn other_labels_are_no_regions() {
        for text in [
            "",
            "-",
            "--",
            "---",
            "s3",
            "local",
            "localhost",
            "execute-api",
            "s3-us-west-2",
            "s3-fips-us-east-1",
            "fips-us-east-1",
            "us-east-1-fips",
            "us-east",
            "us-east-",
            "us-east-123",
            "us-east-1a",
            "us-east-x",
            "-us-east-1",
            "us--1",
            "US-EAST-1",
            "us-east-1.example.com",
            "us-gov-west-1-1",
            "us-isobb-east-1",
            "us-secret-east-1",
            "eusc-east-1",
            "eusc-deu-east-1",
            "usa-east-1",
            "us_east_1",
            "\u{fc}s-east-1",
            "us-east-\u{661}",
        ] {
            assert!(!is_region(text), "{text}");
        }
    }

    #[test]
    fn the_dns_suffix_is_the_partitions() {
        for (region, suffix) in [
            ("us-gov-west-1", "amazonaws.com"),
            ("cn-north-1", "amazonaws.com.cn"),
            ("us-iso-east-1", "c2s.ic.gov"),
            ("us-isob-east-1", "sc2s.sgov.gov"),
            ("us-isof-south-1", "csp.hci.ic.gov"),
            ("eu-isoe-west-1", "cloud.adc-e.uk"),
            ("eusc-de-east-1", "amazonaws.eu"),
        ] {
            assert_eq!(dns_suffix(region), suffix, "{region}");
        }
    }
}
