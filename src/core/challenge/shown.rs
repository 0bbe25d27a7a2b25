//! What a challenge shows, read from Cognito's answer.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::table::{Row, Shows};

/// The parameter with the user name to answer with. Not to be shown: nobody needs it but the answer.
pub(super) const USER_ID: &str = "USER_ID_FOR_SRP";
/// The same in challenges of the pool's own triggers.
pub(super) const USERNAME: &str = "USERNAME";

const ATTRIBUTE_PREFIX: &str = "userAttributes.";

/// Cognito's answer is not of the documented form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the challenge cannot be read")
    }
}

impl Error for Unreadable {}

/// What is shown, and sealed too: little, and what an answer is checked against.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Listed {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sent: Option<Sent>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) choices: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) required_attributes: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) parameters: Option<BTreeMap<String, String>>,
}

/// What is shown once and never sealed: personal, or large.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Once {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) attributes: Option<BTreeMap<String, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) public_key: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) totp: Option<Totp>,
}

/// Where a code was sent. Cognito masks the address.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sent {
    to: String,
    by: String,
}

/// The secret of an authenticator app.
#[derive(Clone, PartialEq, Serialize)]
pub(super) struct Totp {
    pub(super) secret: String,
    pub(super) uri: String,
}

/// `ChallengeParameters`: texts by name, without those that are null.
pub(super) fn parameters(
    answer: &Map<String, Value>,
) -> Result<BTreeMap<String, String>, Unreadable> {
    match answer.get("ChallengeParameters") {
        None | Some(Value::Null) => Ok(BTreeMap::new()),
        Some(Value::Object(members)) => members
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| match value {
                Value::String(text) => Ok((name.clone(), text.clone())),
                _ => Err(Unreadable),
            })
            .collect(),
        Some(_) => Err(Unreadable),
    }
}

/// What the row says.
pub(super) fn read(
    row: &Row,
    answer: &Map<String, Value>,
    mut parameters: BTreeMap<String, String>,
) -> Result<(Listed, Once), Unreadable> {
    let (mut listed, mut once) = (Listed::default(), Once::default());
    for member in row.shows {
        match member {
            Shows::Sent(default) => listed.sent = sent(&parameters, default),
            Shows::AvailableChallenges => {
                listed.choices = Some(texts(answer.get("AvailableChallenges"))?);
            }
            Shows::Choices(name) => {
                let choices = json::<Value>(&parameters, name)?;
                listed.choices = Some(texts(choices.as_ref())?);
            }
            Shows::RequiredAttributes => {
                let names = json::<Value>(&parameters, "requiredAttributes")?;
                listed.required_attributes =
                    Some(texts(names.as_ref())?.into_iter().map(bare).collect());
            }
            Shows::Attributes => {
                let set: Option<Map<_, _>> = json(&parameters, "userAttributes")?;
                once.attributes = Some(
                    set.unwrap_or_default()
                        .into_iter()
                        .filter_map(text)
                        .collect(),
                );
            }
            // Nobody can answer without them.
            Shows::PublicKey => {
                let options = json(&parameters, "CREDENTIAL_REQUEST_OPTIONS")?;
                once.public_key = Some(options.ok_or(Unreadable)?);
            }
            Shows::Parameters => {
                let mut shown = std::mem::take(&mut parameters);
                shown.remove(USER_ID);
                shown.remove(USERNAME);
                listed.parameters = Some(shown);
            }
        }
    }
    Ok((listed, once))
}

fn sent(parameters: &BTreeMap<String, String>, default: &str) -> Option<Sent> {
    let to = parameters.get("CODE_DELIVERY_DESTINATION")?.clone();
    let medium = parameters.get("CODE_DELIVERY_DELIVERY_MEDIUM");
    let by = medium.filter(|medium| ["EMAIL", "SMS"].contains(&medium.as_str()));
    Some(Sent {
        to,
        by: by.map_or(default, String::as_str).to_owned(),
    })
}

/// A parameter that is JSON in a text.
fn json<'a, T: Deserialize<'a>>(
    parameters: &'a BTreeMap<String, String>,
    name: &str,
) -> Result<Option<T>, Unreadable> {
    let text = parameters.get(name).filter(|text| !text.is_empty());
    text.map(|text| serde_json::from_str(text).map_err(|_| Unreadable))
        .transpose()
}

/// A list of texts. None at all counts as an empty one.
fn texts(list: Option<&Value>) -> Result<Vec<String>, Unreadable> {
    match list {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(list)) => list
            .iter()
            .map(|text| text.as_str().map(str::to_owned).ok_or(Unreadable))
            .collect(),
        Some(_) => Err(Unreadable),
    }
}

/// An attribute's name without the prefix that only responses have.
fn bare(name: String) -> String {
    match name.strip_prefix(ATTRIBUTE_PREFIX) {
        Some(bare) => bare.to_owned(),
        None => name,
    }
}

/// The response that sets an attribute.
pub(super) fn attribute_response(name: &str) -> String {
    format!("{ATTRIBUTE_PREFIX}{name}")
}

/// Attributes are texts; emulators have other values, too.
fn text((name, value): (String, Value)) -> Option<(String, String)> {
    match value {
        Value::Null => None,
        Value::String(text) => Some((name, text)),
        other => Some((name, other.to_string())),
    }
}
