"use strict";

// The pool's table of operations beside the API's model: what is signed, what a request takes, and in which category it counts.

const { OF_ALL, errorsOf } = require("../../testing/operations/errors.js");
const { SHAPES } = require("../../testing/operations/shapes.js");
const { NAMES, OPERATIONS } = require("../../testing/operations/index.js");
const { CATEGORIES } = require("../../testing/limits.js");
const { readModel, rows } = require("../../tools/operations.js");

const model = readModel();
const known = new Map(rows().map((row) => [row.name, row]));
const inputOf = (name) => model.shapes[model.operations[name].input.shape];

test("operations are there", () => {
  expect(NAMES.length).toBeGreaterThanOrEqual(5);
});

describe.each(NAMES)("%s", (name) => {
  const operation = OPERATIONS[name];
  const { members, required = [] } = inputOf(name);

  test("is signed or not, of its family and category", () => {
    const { signed, family, quota } = known.get(name);
    const { family: ours } = operation;
    expect([
      operation.signed,
      `${ours[0].toUpperCase()}${ours.slice(1)}`,
      operation.category,
    ]).toEqual([signed, family, quota]);
    // AWS names no category of some operations.
    expect([...CATEGORIES, null]).toContain(operation.category);
  });

  test("has the model's errors, and those of all operations", () => {
    const listed = model.operations[name].errors.map(({ shape }) => shape);
    const theirs = [...listed, ...(name === "AdminCreateUser" ? ["AliasExistsException"] : [])];
    expect(errorsOf(name).filter((type) => !OF_ALL.includes(type))).toEqual(
      theirs.filter((type) => !OF_ALL.includes(type)).sort(),
    );
  });

  test("takes the model's members", () => {
    expect(Object.keys(operation.input).sort()).toEqual(Object.keys(members).sort());
    const needed = Object.keys(operation.input).filter((member) =>
      operation.input[member].endsWith("*"),
    );
    expect(needed.sort()).toEqual([...required].sort());
  });

  test.each(Object.entries(operation.input))("%s: %s", (member, shapeName) => {
    const ours = SHAPES[shapeName.replace("*", "")];
    expect(ours).toBeDefined();
    expectShape(ours, model.shapes[members[member].shape]);
  });
});

/** What our shapes do not look at is not compared. */
function expectShape(ours, theirs) {
  if (ours === SHAPES.Any) return;
  if (ours.map) {
    expect(theirs.type).toBe("map");
  } else if (ours.flag) {
    expect(theirs.type).toBe("boolean");
  } else if (ours.number) {
    const { type, min, max } = theirs;
    expect({ number: true, type, min, max }).toEqual({ ...ours, type: "integer" });
  } else if (ours.texts) {
    expect(theirs.type).toBe("list");
    expectShape(SHAPES[ours.texts], model.shapes[theirs.member.shape]);
  } else if (ours.members) {
    expect([theirs.type, theirs.required]).toEqual(["structure", undefined]);
    expect(Object.keys(ours.members)).toEqual(Object.keys(theirs.members));
    for (const [name, shapeName] of Object.entries(ours.members)) {
      expectShape(SHAPES[shapeName], model.shapes[theirs.members[name].shape]);
    }
  } else if (ours.list) {
    expect(theirs.type).toBe("list");
    const { members, required } = model.shapes[theirs.member.shape];
    expect(Object.keys(ours.list)).toEqual(Object.keys(members));
    expect(Object.keys(ours.list).filter((name) => ours.list[name].endsWith("*"))).toEqual(
      required,
    );
    for (const [name, shapeName] of Object.entries(ours.list)) {
      expectShape(SHAPES[shapeName.replace("*", "")], model.shapes[members[name].shape]);
    }
  } else {
    const { type, min, max, pattern, sensitive, enum: values } = theirs;
    expect(type).toBe("string");
    const { shown: _shown, ...constraints } = ours;
    expect(constraints).toEqual(
      JSON.parse(JSON.stringify({ min, max, pattern, sensitive, values })),
    );
  }
}
