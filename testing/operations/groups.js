"use strict";

// Groups, and who is in them.

const { refusal } = require("../answers.js");
const { BOUNDS } = require("../bounds.js");
const { pageOf } = require("../pages.js");
const { inSeconds, subOf, userOperation, userType } = require("./users.js");

/** What a request says of a group. */
const given = ({ Description, RoleArn, Precedence }) => ({ Description, RoleArn, Precedence });

/** The group of this name as answers have it, or the refusal. What a user or an option names is a group, too. */
function groupNamed({ settings, groups, startedAt }, name) {
  if (!settings.groups.has(name)) throw refusal("groupMissing");
  const { createdAt = startedAt, modifiedAt = startedAt, ...members } = groups.get(name) ?? {};
  return {
    GroupName: name,
    UserPoolId: settings.userPoolId,
    ...members,
    CreationDate: inSeconds(createdAt),
    LastModifiedDate: inSeconds(modifiedAt),
  };
}

const isMember = (name) => (user) => user.groups.includes(name);

/** An operation of a group: `run` gets the state, the group's name and the body. */
const operation = (category, input, run) => ({
  family: "groups",
  signed: true,
  category,
  input: { UserPoolId: "UserPoolId*", GroupName: "GroupName*", ...input },
  handle({ state, body }) {
    groupNamed(state, body.GroupName);
    return run(state, body.GroupName, body);
  },
});

function createGroup({ state, body }) {
  const { settings, groups, clock } = state;
  const { GroupName: name } = body;
  if (settings.groups.has(name)) throw refusal("groupExists");
  if (settings.groups.size >= BOUNDS.groups) throw refusal("groupsTooMany");
  const now = clock.now();
  settings.groups.add(name);
  groups.set(name, { createdAt: now, modifiedAt: now, ...given(body) });
  return { Group: groupNamed(state, name) };
}

const getGroup = (state, name) => ({ Group: groupNamed(state, name) });

/** What a request leaves out stays as it is. */
function updateGroup(state, name, body) {
  const changes = Object.entries(given(body)).filter(([, value]) => value !== undefined);
  state.groups.set(name, {
    ...state.groups.get(name),
    ...Object.fromEntries(changes),
    modifiedAt: state.clock.now(),
  });
  return { Group: groupNamed(state, name) };
}

function deleteGroup({ settings, groups, users }, name) {
  settings.groups.delete(name);
  groups.delete(name);
  for (const user of users.values()) user.groups = user.groups.filter((one) => one !== name);
  return {};
}

function listUsersInGroup(state, name, { Limit: limit, NextToken: token }) {
  const { users } = state;
  const members = [...users.values()].filter(isMember(name));
  const list = ["ListUsersInGroup", name];
  const { page, next } = pageOf(state, members, { list, nameOf: subOf, limit, token });
  return {
    Users: page.map((user) => userType(users, user)),
    ...(next && { NextToken: next }),
  };
}

function groupsPage(state, names, { list, Limit: limit, NextToken: token }) {
  const { page, next } = pageOf(state, names, { list, limit, token });
  return {
    Groups: page.map((name) => groupNamed(state, name)),
    ...(next && { NextToken: next }),
  };
}

const listGroups = ({ state, body }) =>
  groupsPage(state, [...state.settings.groups], { ...body, list: ["ListGroups"] });
const listGroupsForUser = (state, user, body) =>
  groupsPage(state, user.groups, { ...body, list: ["AdminListGroupsForUser", subOf(user)] });

function addToGroup(state, user, { GroupName: name }) {
  groupNamed(state, name);
  if (!user.groups.includes(name)) user.groups.push(name);
}

function removeFromGroup(state, user, { GroupName: name }) {
  groupNamed(state, name);
  user.groups = user.groups.filter((one) => one !== name);
}

const DETAILS = { Description: "Description", RoleArn: "Arn", Precedence: "Precedence" };
const PAGE = { Limit: "Limit", NextToken: "NextToken" };
const NAME = { GroupName: "GroupName*" };

/** A row of an operation that is not about one group that there is. */
const ofPool = (category, input, handle) => ({
  family: "groups",
  signed: true,
  category,
  input: { UserPoolId: "UserPoolId*", ...input },
  handle,
});
const ofUser = (category, input, run) => ({
  ...userOperation(category, input, run),
  family: "groups",
});

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateGroup.html, and each one's page. */
module.exports = {
  CreateGroup: ofPool("UserPoolResourceUpdate", { ...NAME, ...DETAILS }, createGroup),
  GetGroup: operation("UserPoolResourceRead", {}, getGroup),
  UpdateGroup: operation("UserPoolResourceUpdate", DETAILS, updateGroup),
  DeleteGroup: operation("UserPoolResourceUpdate", {}, deleteGroup),
  ListGroups: ofPool("UserPoolResourceRead", PAGE, listGroups),
  ListUsersInGroup: operation("UserList", PAGE, listUsersInGroup),
  AdminAddUserToGroup: ofUser("UserUpdate", NAME, addToGroup),
  AdminRemoveUserFromGroup: ofUser("UserUpdate", NAME, removeFromGroup),
  AdminListGroupsForUser: ofUser("UserResourceRead", PAGE, listGroupsForUser),
};
