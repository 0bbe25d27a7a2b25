//! Where the profiles of the settings files lead: what the selected one says about credentials.

use std::collections::BTreeSet;

use aws_runtime::env_config::section::{EnvConfigSections, Profile};

use crate::core::limits;

/// The properties that say where the credentials of a profile come from, or what they are.
const CREDENTIALS: [&str; 11] = [
    "aws_access_key_id",
    "aws_secret_access_key",
    "aws_session_token",
    "credential_process",
    "credential_source",
    "login_session",
    "role_arn",
    "source_profile",
    "sso_account_id",
    "sso_role_name",
    "web_identity_token_file",
];

/// The properties of a profile that the AWS SDKs prefer to its process.
const BEFORE_PROCESS: [&str; 8] = [
    "credential_source",
    "login_session",
    "sso_account_id",
    "sso_region",
    "sso_role_name",
    "sso_session",
    "sso_start_url",
    "web_identity_token_file",
];

/// What a profile says about credentials.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// There is no such profile.
    Undefined,
    /// Nothing: it may be there for other settings.
    Nothing,
    /// Where they come from.
    Something,
    /// They are to come from itself, by a role, but it has none.
    Itself,
    /// A profile on the way assumes a role with a code of a device (`mfa_serial`).
    Mfa(String),
    /// It leads through more than [`limits::PROFILE_CHAIN`] profiles.
    TooLong,
}

/// What the selected profile says.
pub(super) fn selected(sections: &EnvConfigSections) -> Says {
    let name = sections.selected_profile();
    let Some(profile) = sections.get_profile(name) else {
        return Says::Undefined;
    };
    if !has_any(profile, &CREDENTIALS) {
        return Says::Nothing;
    }
    let way = Way::from(sections, name);
    if way.is_too_long {
        return Says::TooLong;
    }
    if let Some(mfa) = way.mfa {
        return Says::Mfa(mfa.to_owned());
    }
    match way.end {
        Some(End { base, is_own: true }) if !is_base(base) => Says::Itself,
        _ => Says::Something,
    }
}

/// Whether the selected profile gets credentials from a process.
pub(super) fn has_process(sections: &EnvConfigSections) -> bool {
    process(sections).is_some()
}

/// What the credentials of the selected profile are asked for with.
pub(super) fn token(sections: &EnvConfigSections) -> Option<Token<'_>> {
    let base = Way::from(sections, sections.selected_profile()).end?.base;
    let session = || {
        base.get("sso_session")
            .or_else(|| base.get("sso_start_url"))
    };
    // In the order in which the SDK looks for them.
    match (
        base.get("credential_source"),
        base.get("web_identity_token_file"),
    ) {
        (Some(source), _) => source
            .eq_ignore_ascii_case(CONTAINER)
            .then_some(Token::OfContainer),
        (None, Some(file)) => Some(Token::File(file)),
        (None, None) => session().map(Token::OfSession),
    }
}

/// The name that profiles have for the credentials of an ECS container.
pub(super) const CONTAINER: &str = "EcsContainer";

/// A token in a file that the SDK reads.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    File(&'a str),
    /// The one that `aws sso login` has left for a session, which is named, or for a start URL.
    OfSession(&'a str),
    OfContainer,
}

/// The process of the selected profile, or of the profile whose credentials it takes.
pub(super) fn process(sections: &EnvConfigSections) -> Option<Process<'_>> {
    let End { base, is_own } = Way::from(sections, sections.selected_profile()).end?;
    let command = base.get("credential_process")?;
    (!has_any(base, &BEFORE_PROCESS)).then_some(Process {
        profile: base.name(),
        command,
        is_own,
    })
}

/// A process that gives credentials.
pub(super) struct Process<'a> {
    profile: &'a str,
    pub(super) command: &'a str,
    is_own: bool,
}

impl Process<'_> {
    /// What, at the end of a file, leads to a source named `source` instead of this process.
    pub(super) fn replaced_by(&self, source: &str) -> String {
        let profile = self.profile;
        if self.is_own {
            // A profile may not have both a source and a profile as its source.
            format!(
                "[{profile}]\nsource_profile = {source}\n[{source}]\ncredential_source = {source}\n"
            )
        } else {
            format!("[{profile}]\ncredential_source = {source}\n")
        }
    }
}

/// The way from a profile, through those that are named as sources of roles.
struct Way<'a> {
    mfa: Option<&'a str>,
    end: Option<End<'a>>,
    is_too_long: bool,
}

/// The profile whose own credentials are taken, unless the way leads nowhere.
struct End<'a> {
    base: &'a Profile,
    /// Whether it assumes a role with them.
    is_own: bool,
}

impl<'a> Way<'a> {
    fn from(sections: &'a EnvConfigSections, first: &'a str) -> Self {
        let mut way = Self {
            mfa: None,
            end: None,
            is_too_long: false,
        };
        let mut seen = BTreeSet::new();
        let mut name = first;
        while let Some(profile) = sections.get_profile(name).filter(|_| seen.insert(name)) {
            if seen.len() > limits::PROFILE_CHAIN {
                way.is_too_long = true;
                break;
            }
            let has_role = profile.get("role_arn").is_some();
            if has_role && profile.get("mfa_serial").is_some() {
                way.mfa = way.mfa.or(Some(name));
            }
            // The keys of a source count before its role.
            let has_keys = name != first && has_keys(profile);
            if !has_role || has_keys || profile.get("web_identity_token_file").is_some() {
                way.end = (!has_keys).then_some(End {
                    base: profile,
                    is_own: false,
                });
                break;
            }
            match profile.get("source_profile") {
                Some(source) if source == name => {
                    way.end = Some(End {
                        base: profile,
                        is_own: true,
                    });
                    break;
                }
                Some(source) if profile.get("credential_source").is_none() => name = source,
                None if profile.get("credential_source").is_some() => {
                    way.end = Some(End {
                        base: profile,
                        is_own: true,
                    });
                    break;
                }
                _ => break,
            }
        }
        way
    }
}

fn has_any(profile: &Profile, names: &[&str]) -> bool {
    names.iter().any(|name| profile.get(name).is_some())
}

fn has_keys(profile: &Profile) -> bool {
    ["aws_access_key_id", "aws_secret_access_key"]
        .iter()
        .all(|name| profile.get(name).is_some())
}

/// Whether a profile that is its own source has credentials, or says what would give some.
fn is_base(profile: &Profile) -> bool {
    has_any(profile, &BEFORE_PROCESS)
        || has_any(
            profile,
            &[
                "aws_access_key_id",
                "aws_secret_access_key",
                "credential_process",
            ],
        )
}

#[cfg(test)]
mod tests {
    use aws_types::os_shim_internal::Env;

    use super::{Says, Token, limits, process, selected, token};
    use crate::net::aws::profile_files::tests::sections;

    const FILE: &str = "[profile region]\nregion = x\nsso_session = y\n\
        [profile half]\naws_access_key_id = A\n\
        [profile self]\nrole_arn = x\nsource_profile = self\n\
        [profile self-keys]\nrole_arn = x\nsource_profile = self-keys\naws_access_key_id = A\n\
        [profile self-process]\nrole_arn = x\nsource_profile = self-process\ncredential_process = p\n\
        [profile a]\nsource_profile = b\nrole_arn = x\n\
        [profile b]\nrole_arn = y\nmfa_serial = z\nsource_profile = a\n\
        [profile loop]\nrole_arn = x\nsource_profile = pool\n\
        [profile pool]\nrole_arn = x\nsource_profile = loop\n\
        [profile nowhere]\nrole_arn = x\nsource_profile = missing\n\
        [profile process]\ncredential_process = p\naws_access_key_id = A\n\
        [profile role]\nrole_arn = x\nsource_profile = process\n\
        [profile keys]\naws_access_key_id = A\naws_secret_access_key = B\ncredential_process = p\n\
        [profile of-keys]\nrole_arn = x\nsource_profile = keys\n\
        [profile other]\ncredential_process = p\ncredential_source = Environment\n";

    async fn says(profile: &str) -> (Says, Option<String>) {
        let env = Env::from_slice(&[("AWS_PROFILE", profile)]);
        let sections = sections(&env, FILE).await;
        let replaced = process(&sections).map(|process| process.replaced_by("S"));
        (selected(&sections), replaced)
    }

    #[tokio::test]
    async fn profiles_lead_to_where_the_sdk_goes() {
        let direct = |profile| Some(format!("[{profile}]\ncredential_source = S\n"));
        let own = "[self-process]\nsource_profile = S\n[S]\ncredential_source = S\n";
        for (profile, expected, process) in [
            ("missing", Says::Undefined, None),
            ("region", Says::Nothing, None),
            ("half", Says::Something, None),
            ("self", Says::Itself, None),
            ("self-keys", Says::Something, None),
            ("self-process", Says::Something, Some(own.to_owned())),
            ("a", Says::Mfa("b".to_owned()), None),
            ("loop", Says::Something, None),
            ("nowhere", Says::Something, None),
            ("process", Says::Something, direct("process")),
            ("role", Says::Something, direct("process")),
            ("keys", Says::Something, direct("keys")),
            ("of-keys", Says::Something, None),
            ("other", Says::Something, None),
        ] {
            assert_eq!(says(profile).await, (expected, process), "{profile}");
        }
    }

    #[tokio::test]
    async fn a_chain_of_profiles_has_a_limit() {
        let link = |at| {
            format!(
                "[profile {at}]\nrole_arn = x\nsource_profile = {}\n",
                at + 1
            )
        };
        let chain: Vec<_> = (0..limits::PROFILE_CHAIN).map(link).collect();
        let chain = chain.concat();
        let last = limits::PROFILE_CHAIN;
        let file = format!("{chain}[profile {last}]\ncredential_process = p\n");
        for (first, expected) in [("0", Says::TooLong), ("1", Says::Something)] {
            let env = Env::from_slice(&[("AWS_PROFILE", first)]);
            assert_eq!(selected(&sections(&env, &file).await), expected, "{first}");
        }
    }

    #[tokio::test]
    async fn profiles_lead_to_the_token_that_the_sdk_reads() {
        let file = "[profile web]\nrole_arn = x\nweb_identity_token_file = /token\nsso_session = a\n\
            [profile corp]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r\n\
            [profile legacy]\nsso_start_url = https://a\nsso_account_id = 1\nsso_role_name = r\n\
            [profile role]\nrole_arn = x\nsource_profile = corp\n\
            [profile task]\nrole_arn = x\ncredential_source = ecscontainer\n\
            [profile of-task]\nrole_arn = x\nsource_profile = task\n\
            [profile instance]\ncredential_source = Ec2InstanceMetadata\nsso_session = a\n\
            [profile keys]\naws_access_key_id = A\naws_secret_access_key = B\n";
        for (profile, expected) in [
            ("web", Some(Token::File("/token"))),
            ("corp", Some(Token::OfSession("corp"))),
            ("legacy", Some(Token::OfSession("https://a"))),
            ("role", Some(Token::OfSession("corp"))),
            ("task", Some(Token::OfContainer)),
            ("of-task", Some(Token::OfContainer)),
            ("instance", None),
            ("keys", None),
            ("missing", None),
        ] {
            let env = Env::from_slice(&[("AWS_PROFILE", profile)]);
            let sections = sections(&env, file).await;
            assert_eq!(token(&sections), expected, "{profile}");
        }
    }
}
