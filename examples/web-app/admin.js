"use strict";

// Administration: all users, a page at a time, and one user. Only members of the group get here (routes.js). The pages show what Cognito
// says now: nothing is kept.

const { ACTIONS, ADMINS } = require("./admin-actions");
const { listPage, userPage } = require("./admin-pages");
const { HttpError } = require("./http");
const { leadTo, noticeOf } = require("./notices");
const { problemOf } = require("./problems");
const { nameOf } = require("./session");
const { routesOf } = require("./submit");

/** Users on a page, at most 60. */
const SIZE = 20;

/** What users are found by, and how the form calls it. */
const FINDS = { email: "E-mail", username: "User name" };

/**
 * The ID token stays good for an hour, whatever happens to its user meanwhile, and the AWS credentials are the server's. So each request asks
 * Cognito whether the user may still do this.
 */
async function isStillAdmin({ claims, site }) {
  const { users } = site.auth;
  const name = nameOf(claims);
  try {
    const [user, groups] = await Promise.all([users.get(name), users.groups(name)]);
    return user.sub === claims.sub && user.enabled && groups.some((group) => group.name === ADMINS);
  } catch (error) {
    if (error.reason === "user-missing") return false;
    throw error;
  }
}

const checked = (row) => ({
  ...row,
  async answer(context) {
    if (!(await isStillAdmin(context))) {
      throw new HttpError(403, "You are not an administrator any more.");
    }
    return row.answer(context);
  },
});

/**
 * A page of users, and what names the next one. `users.list` is a loop over all users and begins with the first one: a link to the next page
 * needs Cognito's own operation.
 */
async function usersFrom(auth, after) {
  const start = after === undefined ? {} : { PaginationToken: after };
  const { Users, PaginationToken } = await auth.call("ListUsers", { Limit: SIZE, ...start });
  const users = Users.map(({ Username, Attributes = [], Enabled, UserStatus }) => ({
    username: Username,
    email: Attributes.find(({ Name }) => Name === "email")?.Value,
    enabled: Enabled,
    status: UserStatus,
  }));
  return { users, next: PaginationToken };
}

async function showList({ claims, query, site }, shown = {}) {
  const { users, next } = await usersFrom(site.auth, query.get("after") ?? undefined);
  const notice = noticeOf(query);
  return listPage({
    name: nameOf(claims),
    users,
    next,
    finds: FINDS,
    invite: INVITE,
    notice,
    ...shown,
  });
}

const showFirst = (context, shown) => showList({ ...context, query: new URLSearchParams() }, shown);

async function showUser({ claims, query, site }, username, shown = {}) {
  const { users } = site.auth;
  const [user, groups] = await Promise.all([users.get(username), users.groups(username)]);
  const notice = noticeOf(query);
  return userPage({ name: nameOf(claims), user, groups, actions: ACTIONS, notice, ...shown });
}

/** A page by GET. If it cannot be shown, the list is, with the reason. */
const answerWith = (show) => async (context) => {
  try {
    return await show(context);
  } catch (error) {
    const { status, headers, message } = problemOf(error, context.site);
    return { status, headers, page: await showFirst(context, { message }) };
  }
};

const list = async (context) => ({ page: await showList(context) });

const one = async (context) => ({
  page: await showUser(context, context.query.get("name") ?? ""),
});

async function find(context) {
  const { query, site } = context;
  const by = query.get("by") ?? "";
  const value = (query.get("value") ?? "").trim();
  if (!Object.hasOwn(FINDS, by) || value === "") {
    return {
      status: 400,
      page: await showFirst(context, { message: "Enter an e-mail address or a user name." }),
    };
  }
  // The page of the user shows whether the address is verified.
  const user = await site.auth.users.find({ [by]: value }, { verified: false });
  if (user === undefined) {
    return { status: 404, page: await showFirst(context, { message: "There is no such user." }) };
  }
  return leadToUser(user.username);
}

function leadToUser(username, notice) {
  const query = new URLSearchParams({ name: username, ...(notice && { notice }) });
  return { redirect: `/admin/user?${query}` };
}

const INVITE = {
  path: "/admin/invite",
  fields: ["username", "email"],
  page: showFirst,
  texts: {
    "delivery-failed": "The user exists now, but the invitation could not be sent. Invite again.",
    "user-exists": "There is such a user already.",
  },

  async run({ username, email }, { site }) {
    await site.auth.users.create(username, { attributes: { email } });
    return leadToUser(username, "invited");
  },
};

/** An action as a form. It names the user, and the `sub` that the user had when the page was made. */
function rowOf({ path, fields = [], texts, act, refuse, isEnd }) {
  return {
    path,
    fields: ["user", "sub", ...fields],
    texts,

    async page(context, { values, message }) {
      try {
        return await showUser(context, values.user, { message });
      } catch (error) {
        problemOf(error, context.site);
        return showFirst(context, { message });
      }
    },

    async refuse(values, context) {
      // An alias and a `sub` are names too, and a name may be somebody else's by now: Cognito knows who it is.
      context.user = await context.site.auth.users.get(values.user);
      if (context.user.sub !== values.sub) {
        return { status: 409, message: "Somebody else has this user name now. Nothing was done." };
      }
      const isSelf = context.user.sub === context.claims.sub;
      return refuse?.({ values, user: context.user, isSelf });
    },

    async run(values, { site, user }) {
      await act(site.auth.users, user.username, values);
      if (isEnd) await site.notes.remove(user.sub);
      return isEnd ? leadTo("/admin", "user-deleted") : leadToUser(user.username, "done");
    },
  };
}

const page = (path, answer) => ({
  method: "GET",
  path,
  kind: "page",
  access: "admins",
  answer: answerWith(answer),
});

const ADMINISTRATION = [
  page("/admin", list),
  page("/admin/find", find),
  page("/admin/user", one),
  ...routesOf([INVITE, ...Object.values(ACTIONS).map(rowOf)], "admins"),
].map(checked);

module.exports = { ADMINISTRATION };
