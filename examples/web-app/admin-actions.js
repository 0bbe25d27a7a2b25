"use strict";

// What an administrator can do with a user. A row has
//
//   button   the text of the button
//   fields   what the form asks for, or the page fills in
//   isFor    (user) → whether the form is shown for this user; by default for all
//   refuse   ({ user, values, isSelf }) → `{ status, message }`, if the site refuses; `isSelf`: it is the administrator's own account
//   act      (users, username, values) → what is done
//   isEnd    whether there is no user any more afterwards
//   texts    messages by reason, in place of the usual ones

/** The group whose members may do all this. */
const ADMINS = "admins";

const LOCKED_OUT = {
  status: 403,
  message: "This would lock you out. Another administrator can do it.",
};

const notToSelf = ({ isSelf }) => (isSelf ? LOCKED_OUT : undefined);

const ACTIONS = {
  enable: {
    button: "Enable",
    isFor: ({ enabled }) => !enabled,
    act: (users, username) => users.enable(username),
  },
  disable: {
    button: "Disable",
    isFor: ({ enabled }) => enabled,
    refuse: notToSelf,
    act: (users, username) => users.disable(username),
  },
  add: {
    button: "Add to the group",
    fields: ["group"],
    act: (users, username, { group }) => users.addToGroup(username, group),
  },
  remove: {
    button: "Remove",
    fields: ["group"],
    // The page has one of these for each group.
    isFor: () => false,
    refuse: ({ isSelf, values }) => (isSelf && values.group === ADMINS ? LOCKED_OUT : undefined),
    act: (users, username, { group }) => users.removeFromGroup(username, group),
  },
  reset: {
    button: "Force a new password",
    texts: { "invalid-argument": "There is no verified address that a code could be sent to." },
    act: (users, username) => users.forcePasswordReset(username),
  },
  "sign-out": {
    button: "Sign out everywhere",
    act: (users, username) => users.signOutEverywhere(username),
  },
  invite: {
    button: "Invite again",
    isFor: ({ status }) => status === "FORCE_CHANGE_PASSWORD",
    texts: { "not-authorized": "This user has a password already." },
    act: (users, username) => users.invite(username),
  },
  delete: {
    button: "Delete",
    fields: ["confirm"],
    isEnd: true,
    refuse: ({ isSelf, user, values }) =>
      notToSelf({ isSelf }) ??
      (values.confirm === user.username
        ? undefined
        : { status: 400, message: "This is not the user name. Nothing was deleted." }),
    act: (users, username) => users.delete(username),
  },
};

for (const [name, row] of Object.entries(ACTIONS)) {
  row.path = `/admin/user/${name}`;
}

module.exports = { ACTIONS, ADMINS };
