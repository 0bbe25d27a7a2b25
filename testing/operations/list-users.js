"use strict";

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html

const { filterOf } = require("../filter.js");
const { pageOf } = require("../pages.js");
const { subOf, userType } = require("./users.js");

/** Only the attributes that a request asks for, if it does. */
function withAttributes({ Attributes, ...user }, wanted) {
  if (wanted === undefined) return { ...user, Attributes };
  return { ...user, Attributes: Attributes.filter(({ Name }) => wanted.includes(Name)) };
}

function listUsers({ state, body }) {
  const { users } = state;
  const { AttributesToGet, Limit: limit, PaginationToken: token, Filter = "" } = body;
  const found = [...users.values()].filter(filterOf(Filter));
  const list = ["ListUsers", Filter];
  const { page, next } = pageOf(state, found, { list, nameOf: subOf, limit, token });
  return {
    Users: page.map((user) => withAttributes(userType(users, user), AttributesToGet)),
    ...(next && { PaginationToken: next }),
  };
}

module.exports = {
  ListUsers: {
    family: "users",
    signed: true,
    category: "UserList",
    input: {
      UserPoolId: "UserPoolId*",
      AttributesToGet: "AttributeNames",
      Limit: "Limit",
      PaginationToken: "PaginationToken",
      Filter: "Filter",
    },
    handle: listUsers,
  },
};
